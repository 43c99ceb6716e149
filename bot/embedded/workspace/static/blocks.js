/** Block Kit blocks as DOM, each type by its own small function. */

import { renderChart } from "./charts.js";
import { keepFocus, make, newId } from "./dom.js";
import { renderElement, renderImage } from "./elements.js";
import { icon } from "./icons.js";
import { renderMarkdown } from "./markdown.js";
import { renderPlain, renderText } from "./mrkdwn.js";
import { renderRichText } from "./richtext.js";
import { renderDataTable, renderTable } from "./tables.js";

const FOLD_LENGTH = 700; // characters of a section above which Slack folds it, measured roughly
const FOLD_LINES = 10;

const RENDERERS = {
  section: renderSection,
  header: (block) =>
    make(
      "div",
      { class: `heading heading-${block.level ?? 2}`, role: "heading", "aria-level": (block.level ?? 1) + 2 },
      renderPlain(block.text?.text ?? ""),
    ),
  divider: () => make("hr"),
  context: (block, surface) =>
    make(
      "div",
      { class: "context" },
      (block.elements ?? []).map((element) => renderElement(element, block, surface)),
    ),
  actions: (block, surface) =>
    make(
      "div",
      { class: "actions" },
      (block.elements ?? []).map((element) => renderElement(element, block, surface)),
    ),
  context_actions: (block, surface) =>
    make(
      "div",
      { class: "actions context-actions" },
      (block.elements ?? []).map((element) => renderElement(element, block, surface)),
    ),
  image: renderImageBlock,
  input: renderInput,
  rich_text: (block, surface) => make("div", { class: "text" }, renderRichText(block, surface.directory)),
  markdown: (block) => make("div", { class: "markdown" }, renderMarkdown(block.text ?? "")),
  table: (block, surface) => renderTable(block, surface.directory),
  data_table: (block, surface) => renderDataTable(block, surface.directory),
  data_visualization: (block) => renderChart(block),
  card: renderCard,
  carousel: renderCarousel,
  container: renderContainer,
  alert: (block, surface) =>
    make(
      "div",
      { class: `alert alert-${block.level ?? "default"}`, role: "note" },
      icon(
        block.level === "success" ? "check" : block.level === "warning" || block.level === "error" ? "warning" : "info",
      ),
      make("div", { class: "text" }, renderText(block.text, surface.directory)),
    ),
};

/** One block, whatever its type; a type the page does not know says so. */
export function renderBlock(block, surface) {
  const render = RENDERERS[block.type];
  const inside = render
    ? render(block, surface)
    : make("p", { class: "unsupported" }, `Unsupported block: ${block.type}`);
  const node = make("div", { class: `block block-${RENDERERS[block.type] ? block.type : "unknown"}` }, inside);
  node.dataset.block = block.block_id ?? "";
  return node;
}

/** The blocks of a message. */
export function renderBlocks(blocks, surface) {
  return (blocks ?? []).map((block) => renderBlock(block, surface));
}

const shownAs = new WeakMap();

/** Shows blocks in a container; a block that did not change keeps its node, and with it focus and caret. */
export function updateBlocks(container, blocks, surface) {
  const old = new Map([...container.children].map((node) => [shownAs.get(node), node]));
  keepFocus(container, () => {
    const nodes = (blocks ?? []).map((block) => {
      const text = JSON.stringify(block);
      const node = old.get(text) ?? renderBlock(block, surface);
      old.delete(text);
      shownAs.set(node, text);
      return node;
    });
    for (const node of old.values()) node.remove();
    nodes.forEach(
      (node, at) => container.children[at] !== node && container.insertBefore(node, container.children[at] ?? null),
    );
  });
}

function renderSection(block, surface) {
  const textId = newId("section");
  const text = block.text
    ? make("div", { class: "text", id: textId }, renderText(block.text, surface.directory))
    : null;
  const fields = block.fields
    ? make(
        "div",
        { class: "fields" },
        block.fields.map((field) => make("div", { class: "text" }, renderText(field, surface.directory))),
      )
    : null;
  const labelling = text && block.accessory?.type !== "button" ? { "aria-labelledby": textId } : {};
  if (block.accessory?.type === "overflow") labelling["aria-describedby"] = textId;
  const accessory = block.accessory
    ? make(
        "div",
        { class: `accessory accessory-${block.accessory.type}` },
        renderElement(block.accessory, block, surface, labelling),
      )
    : null;
  const body = make("div", { class: "section-body" }, text ? fold(text, block) : null, fields);
  return make("div", { class: "section" }, body, accessory);
}

function fold(text, block) {
  const source = block.text.text ?? "";
  if (block.expand || (source.length <= FOLD_LENGTH && source.split("\n").length <= FOLD_LINES)) return text;
  text.classList.add("folded");
  const button = make(
    "button",
    { type: "button", class: "see-more", "aria-expanded": "false", "aria-controls": text.id },
    "See more",
  );
  button.addEventListener("click", () => {
    const open = !text.classList.toggle("folded");
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? "See less" : "See more";
  });
  return [text, button];
}

function renderImageBlock(block) {
  const title = block.title ? make("figcaption", {}, renderPlain(block.title.text)) : null;
  return make("figure", { class: "image" }, title, renderImage(block));
}

function renderInput(block, surface) {
  const [labelId, id] = [newId("label"), newId("field")];
  const hintId = block.hint ? newId("hint") : null;
  const errorId = newId("error");
  const labelling = {
    id,
    "aria-labelledby": labelId,
    "aria-describedby": [hintId, errorId].filter(Boolean).join(" "),
    "aria-required": block.optional ? null : "true",
  };
  const label = make(
    "label",
    { id: labelId, for: id, class: "label" },
    renderPlain(block.label?.text ?? ""),
    block.optional ? make("span", { class: "quiet" }, " (optional)") : null,
  );
  const control = renderElement(block.element, block, surface, labelling, Boolean(block.dispatch_action));
  const hint = hintId ? make("p", { class: "hint", id: hintId }, renderPlain(block.hint.text)) : null;
  return make("div", { class: "field" }, label, control, make("p", { class: "field-error", id: errorId }), hint);
}

function renderCard(block, surface) {
  const line = (object, name) =>
    object ? make("div", { class: `text ${name}` }, renderText(object, surface.directory)) : null;
  const picture = block.icon ? make("div", { class: "card-icon" }, renderImage(block.icon)) : null;
  return make(
    "article",
    { class: "card" },
    block.hero_image ? make("div", { class: "card-hero" }, renderImage(block.hero_image)) : null,
    make(
      "div",
      { class: "card-head" },
      picture,
      make("div", {}, line(block.title, "card-title"), line(block.subtitle, "quiet")),
    ),
    line(block.body, "card-body"),
    line(block.subtext, "quiet"),
    block.actions
      ? make(
          "div",
          { class: "actions" },
          block.actions.map((element) => renderElement(element, block, surface)),
        )
      : null,
  );
}

function renderCarousel(block, surface) {
  const track = make(
    "div",
    { class: "carousel-track", tabindex: "0", role: "group", "aria-label": "Cards" },
    (block.elements ?? []).map((card) => renderCard({ block_id: block.block_id, ...card }, surface)),
  );
  const move = (by) => track.scrollBy({ left: by * track.clientWidth * 0.8, behavior: "smooth" });
  const arrow = (name, label, by) =>
    make("button", { type: "button", class: "icon-button", "aria-label": label, onclick: () => move(by) }, icon(name));
  return make(
    "div",
    { class: "carousel" },
    track,
    make("div", { class: "carousel-arrows" }, arrow("left", "Previous cards", -1), arrow("right", "Next cards", 1)),
  );
}

function renderContainer(block, surface) {
  const title = make(
    "span",
    { class: "container-title" },
    block.rich_text_title
      ? renderRichText(block.rich_text_title, surface.directory)
      : renderPlain(block.title?.text ?? ""),
  );
  const subtitle = block.subtitle
    ? make("span", { class: "quiet" }, renderText(block.subtitle, surface.directory))
    : null;
  const head = [
    block.icon ? renderImage(block.icon, { class: "container-icon" }) : null,
    make("span", { class: "container-words" }, title, subtitle),
  ];
  const body = make("div", { class: "container-body" }, renderBlocks(block.child_blocks, surface));
  const name = `container width-${block.width ?? "standard"}`;
  if (!block.is_collapsible)
    return make(
      "section",
      { class: name },
      make("div", { class: `container-head${block.has_header_divider ? " ruled" : ""}` }, head),
      body,
    );
  const details = make(
    "details",
    { class: name },
    make("summary", { class: "container-head" }, icon("right"), head),
    body,
  );
  details.open = !block.default_collapsed;
  return details;
}
