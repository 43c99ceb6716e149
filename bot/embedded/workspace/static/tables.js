/** The table block, and the data_table block with sorting and pages. */

import { make, newId } from "./dom.js";
import { icon } from "./icons.js";
import { renderRichText } from "./richtext.js";

/** A table block; its first row is the header. */
export function renderTable(block, directory) {
  const settings = block.column_settings ?? [];
  const [head = [], ...rows] = block.rows ?? [];
  const cell = (tag, content, column, attributes = {}) => {
    const setting = settings[column] ?? {};
    const align = setting.align ?? "left";
    return make(
      tag,
      { class: `align-${align}${setting.is_wrapped ? "" : " one-line"}`, ...attributes },
      renderCell(content, directory),
    );
  };
  return frame(
    "Table",
    make(
      "thead",
      {},
      make(
        "tr",
        {},
        head.map((content, column) => cell("th", content, column, { scope: "col" })),
      ),
    ),
    make(
      "tbody",
      {},
      rows.map((row) =>
        make(
          "tr",
          {},
          row.map((content, column) => cell("td", content, column)),
        ),
      ),
    ),
  );
}

/** A data_table block: a click on a column's head sorts, page_size rows a page. */
export function renderDataTable(block, directory) {
  const [head = [], ...rows] = block.rows ?? [];
  const size = Math.max(1, block.page_size ?? 5);
  const numeric = head.map((_, column) => rows.every((row) => row[column]?.type === "raw_number"));
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const caption = make("caption", { id: newId("caption") }, block.caption ?? "");
  const body = make("tbody");
  const where = make("span", { class: "quiet", "aria-live": "polite" });
  const previous = make(
    "button",
    { type: "button", class: "icon-button", "aria-label": "Previous page", onclick: () => turn(-1) },
    icon("left"),
  );
  const next = make(
    "button",
    { type: "button", class: "icon-button", "aria-label": "Next page", onclick: () => turn(1) },
    icon("right"),
  );
  const headers = head.map((content, column) =>
    make(
      "th",
      { scope: "col", class: numeric[column] ? "align-right" : "align-left" },
      make(
        "button",
        { type: "button", class: "sort", onclick: () => sort(column) },
        renderCell(content, directory),
        icon("down"),
      ),
    ),
  );
  let shown = rows;
  let page = 0;
  let sorted = { column: -1, direction: 1 };

  function sort(column) {
    sorted = { column, direction: sorted.column === column ? -sorted.direction : 1 };
    shown = [...rows].sort((one, other) => sorted.direction * compareCells(one[column], other[column]));
    page = 0;
    draw();
  }

  function turn(by) {
    page = Math.min(Math.max(page + by, 0), pages - 1);
    draw();
  }

  function draw() {
    headers.forEach((header, column) => {
      const direction = sorted.direction > 0 ? "ascending" : "descending";
      if (column === sorted.column) header.setAttribute("aria-sort", direction);
      else header.removeAttribute("aria-sort");
    });
    const part = shown.slice(page * size, (page + 1) * size);
    body.replaceChildren(
      ...part.map((row) =>
        make(
          "tr",
          {},
          row.map((content, column) => drawCell(content, column)),
        ),
      ),
    );
    where.textContent = `${rows.length ? page * size + 1 : 0}–${page * size + part.length} of ${rows.length}`;
    previous.disabled = page === 0;
    next.disabled = page === pages - 1;
  }

  function drawCell(content, column) {
    const heads = column === block.row_header_column_index;
    return make(
      heads ? "th" : "td",
      { scope: heads ? "row" : null, class: numeric[column] ? "align-right" : "align-left" },
      renderCell(content, directory),
    );
  }

  draw();
  const table = frame(block.caption || "Table", caption, make("thead", {}, make("tr", {}, headers)), body);
  if (pages === 1) return table;
  return make("div", {}, table, make("div", { class: "pages" }, where, previous, next));
}

function frame(label, ...parts) {
  return make(
    "div",
    { class: "table-frame", tabindex: "0", role: "region", "aria-label": label },
    make("table", {}, parts),
  );
}

function renderCell(content, directory) {
  if (content?.type === "rich_text") return renderRichText(content, directory);
  return [String(content?.text ?? content?.value ?? "")];
}

function compareCells(one, other) {
  if (one?.type === "raw_number" && other?.type === "raw_number") return one.value - other.value;
  return plainCell(one).localeCompare(plainCell(other), "en", { numeric: true, sensitivity: "base" });
}

function plainCell(content) {
  if (content?.type !== "rich_text") return String(content?.text ?? content?.value ?? "");
  return (content.elements ?? [])
    .flatMap((part) => part.elements ?? [])
    .map((element) => element.text ?? element.url ?? "")
    .join("");
}
