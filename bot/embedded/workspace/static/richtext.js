/** rich_text blocks as DOM (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block). */

import { fillDateFormat } from "./dates.js";
import { make, makeLink } from "./dom.js";
import { findEmoji } from "./emoji.js";
import { renderChannel, renderPerson } from "./mrkdwn.js";

/** The nodes of a rich_text block. */
export function renderRichText(block, directory) {
  const nodes = [];
  const counts = new Map();
  for (const part of block.elements ?? []) {
    if (part.type === "rich_text_list") nodes.push(renderList(part, directory, counts));
    else nodes.push(renderPart(part, directory));
    if (part.type !== "rich_text_list") counts.clear();
  }
  return nodes;
}

function renderPart(part, directory) {
  const content = () => (part.elements ?? []).map((element) => renderInline(element, directory));
  if (part.type === "rich_text_section") return make("div", { class: "rich-line" }, content());
  if (part.type === "rich_text_quote") return make("blockquote", {}, content());
  if (part.type === "rich_text_preformatted") return make("pre", {}, content());
  return make("p", { class: "unsupported" }, `Unsupported part: ${part.type}`);
}

function renderList(part, directory, counts) {
  const indent = part.indent ?? 0;
  const ordered = part.style === "ordered";
  const key = `${part.style}${indent}`;
  const start = (counts.get(key) ?? 0) + 1 + (part.offset ?? 0);
  counts.set(key, start - 1 + (part.elements?.length ?? 0));
  const items = (part.elements ?? []).map((item) =>
    make(
      "li",
      {},
      (item.elements ?? []).map((element) => renderInline(element, directory)),
    ),
  );
  return make(
    ordered ? "ol" : "ul",
    { class: `rich-list indent-${Math.min(indent, 8)}`, start: ordered ? start : null },
    items,
  );
}

function renderInline(element, directory) {
  return dress(renderBare(element, directory), element.style ?? {});
}

function renderBare(element, directory) {
  switch (element.type) {
    case "text":
      return element.text ?? "";
    case "link":
      return makeLink(element.url, element.text || element.url);
    case "emoji":
      return findEmoji(element.name) ?? `:${element.name}:`;
    case "user":
      return renderPerson(element.user_id, "", directory);
    case "channel":
      return renderChannel(element.channel_id, "", directory);
    case "broadcast":
      return make("span", { class: "mention mention-me" }, `@${element.range}`);
    case "usergroup":
      return make("span", { class: "mention" }, `@${element.usergroup_id}`);
    case "date": {
      const date = new Date(element.timestamp * 1000);
      return make("time", { datetime: date.toISOString() }, fillDateFormat(element.format ?? "{date_short}", date));
    }
    case "color":
      return make("code", {}, element.value);
    default:
      return make("span", { class: "unsupported" }, `Unsupported element: ${element.type}`);
  }
}

function dress(node, style) {
  let dressed = node;
  for (const [name, tag] of [
    ["code", "code"],
    ["bold", "strong"],
    ["italic", "em"],
    ["strike", "del"],
    ["underline", "u"],
  ]) {
    if (style[name]) dressed = make(tag, {}, dressed);
  }
  return dressed;
}
