/** Standard Markdown, as the markdown block takes it, as DOM. */

import { make, makeLink } from "./dom.js";
import { findEmoji } from "./emoji.js";

const INLINE = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "\\[(?<label>[^\\]\\n]+)\\]\\((?<target>[^)\\s]+)\\)",
    "(?<strongMark>\\*\\*|__)(?=\\S)(?<strong>.+?)(?<=\\S)\\k<strongMark>",
    "~~(?<struck>.+?)~~",
    "(?<![\\p{L}\\p{N}])(?<emMark>[*_])(?=\\S)(?<em>.+?)(?<=\\S)\\k<emMark>(?![\\p{L}\\p{N}])",
    ":(?<emoji>[a-z0-9_+-]+):",
    "(?<address>https?://[^\\s<>]+[^\\s<>.,;:?)\\]'\"])",
  ].join("|"),
  "gu",
);

/** The nodes of a Markdown text. */
export function renderMarkdown(text) {
  const lines = text.replaceAll("\r", "").split("\n");
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    const reader = READERS.find(([pattern]) => pattern.test(lines[at]));
    const [node, next] = reader ? reader[1](lines, at) : readParagraph(lines, at);
    if (node) nodes.push(node);
    at = next;
  }
  return nodes;
}

const READERS = [
  [/^\s*$/, (lines, at) => [null, at + 1]],
  [/^\s*```/, readFence],
  [/^#{1,6}\s/, readHeading],
  [/^\s*([-*_])(\s*\1){2,}\s*$/, (lines, at) => [make("hr"), at + 1]],
  [/^\s*>/, readQuote],
  [/^\s*([-*+]|\d+[.)])\s/, readList],
  [/^\s*\|.*\|\s*$/, readTable],
];

function readFence(lines, at) {
  let end = at + 1;
  while (end < lines.length && !/^\s*```/.test(lines[end])) end += 1;
  return [make("pre", {}, lines.slice(at + 1, end).join("\n")), end + 1];
}

function readHeading(lines, at) {
  const [, signs, text] = /^(#{1,6})\s+(.*?)\s*#*$/.exec(lines[at]) ?? [null, "#", lines[at]];
  return [
    make(
      "div",
      {
        class: `heading heading-${Math.min(signs.length, 4)}`,
        role: "heading",
        "aria-level": Math.min(signs.length + 3, 6),
      },
      inline(text),
    ),
    at + 1,
  ];
}

function readQuote(lines, at) {
  let end = at;
  while (end < lines.length && /^\s*>/.test(lines[end])) end += 1;
  const inner = lines.slice(at, end).map((line) => line.replace(/^\s*>\s?/, ""));
  return [make("blockquote", {}, renderMarkdown(inner.join("\n"))), end];
}

function readList(lines, at) {
  const [, space, sign] = /^(\s*)([-*+]|\d+[.)])/.exec(lines[at]);
  const indent = space.length;
  const list = make(/\d/.test(sign) ? "ol" : "ul", { start: /\d/.test(sign) ? Number.parseInt(sign, 10) : null });
  let next = at;
  while (next < lines.length) {
    const item = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/.exec(lines[next]);
    if (!item || item[1].length < indent) break;
    if (item[1].length > indent + 1 && list.lastChild) {
      const [nested, after] = readList(lines, next);
      list.lastChild.append(nested);
      next = after;
    } else {
      list.append(makeItem(item[3]));
      next += 1;
    }
  }
  return [list, next];
}

function makeItem(text) {
  const task = /^\[([ xX])\]\s+(.*)$/.exec(text);
  if (!task) return make("li", {}, inline(text));
  const done = task[1] !== " ";
  return make(
    "li",
    { class: "task" },
    make("span", { role: "img", "aria-label": done ? "done" : "not done" }, done ? "☑" : "☐"),
    " ",
    inline(task[2]),
  );
}

function readTable(lines, at) {
  let end = at;
  while (end < lines.length && /^\s*\|.*\|\s*$/.test(lines[end])) end += 1;
  const rows = lines.slice(at, end).map((line) =>
    line
      .trim()
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
  const headed = rows[1]?.every((cell) => /^:?-+:?$/.test(cell));
  const body = headed ? rows.slice(2) : rows;
  const head = headed
    ? make(
        "thead",
        {},
        make(
          "tr",
          {},
          rows[0].map((cell) => make("th", { scope: "col" }, inline(cell))),
        ),
      )
    : null;
  const table = make(
    "table",
    {},
    head,
    make(
      "tbody",
      {},
      body.map((row) =>
        make(
          "tr",
          {},
          row.map((cell) => make("td", {}, inline(cell))),
        ),
      ),
    ),
  );
  return [make("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": "Table" }, table), end];
}

function readParagraph(lines, at) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() && !READERS.some(([pattern]) => pattern.test(lines[end]))) end += 1;
  return [make("p", {}, inline(lines.slice(at, end).join("\n"))), end];
}

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const found = match.groups;
    let node;
    if (found.code !== undefined) node = make("code", {}, found.code);
    else if (found.label !== undefined) node = makeLink(found.target, inline(found.label));
    else if (found.strong !== undefined) node = make("strong", {}, inline(found.strong));
    else if (found.struck !== undefined) node = make("del", {}, inline(found.struck));
    else if (found.em !== undefined) node = make("em", {}, inline(found.em));
    else if (found.emoji !== undefined) node = findEmoji(found.emoji) ?? match[0];
    else node = makeLink(found.address, found.address);
    nodes.push(text.slice(from, match.index), node);
    from = match.index + match[0].length;
  }
  nodes.push(text.slice(from));
  return nodes.filter((node) => node !== "");
}
