/** Slack's mrkdwn and plain text, as DOM (https://docs.slack.dev/messaging/formatting-message-text). */

import { fillDateFormat } from "./dates.js";
import { make, makeLink, safeAddress } from "./dom.js";
import { findEmoji } from "./emoji.js";

// A zero-width space parts a mark from what it touches: so apps show a mark that somebody typed.
const TOKEN = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "<(?<angle>[^<>\\n]+)>",
    ":(?<emoji>[a-z0-9_+'-]+(?:::skin-tone-\\d)?):",
    "(?<address>https?://[^\\s<>|]+[^\\s<>|.,;:?)\\]'\"])",
    "(?<![\\p{L}\\p{N}])(?<mark>[*_~])(?=[^\\s\u200b])(?<inner>.+?)(?<=[^\\s\u200b])\\k<mark>(?![\\p{L}\\p{N}])",
  ].join("|"),
  "gu",
);
const EMPHASIS = { "*": "strong", _: "em", "~": "del" };

/** Undoes the three escapes of Slack's text. */
export function unescapeText(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** A text object (plain_text or mrkdwn) as nodes. */
export function renderText(object, directory) {
  if (!object) return [];
  return object.type === "mrkdwn" ? renderMrkdwn(object.text ?? "", directory) : renderPlain(object.text ?? "");
}

/** Plain text with the names of emoji replaced. */
export function renderPlain(text) {
  return [
    unescapeText(text).replace(/:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/g, (whole, name) => findEmoji(name) ?? whole),
  ];
}

/** mrkdwn as nodes: preformatted parts, quotes, bullets and lines. */
export function renderMrkdwn(text, directory) {
  const nodes = [];
  text.split(/```\n?([\s\S]*?)\n?```\n?/).forEach((part, index) => {
    if (index % 2) nodes.push(make("pre", {}, inline(part, directory, true)));
    else if (part) nodes.push(...renderLines(part.replace(/\n$/, ""), directory));
  });
  return nodes;
}

function renderLines(text, directory) {
  const nodes = [];
  let kind = null;
  for (const line of text.split("\n")) {
    const quote = /^(?:&gt;|>)\s?(.*)$/.exec(line);
    const bullet = /^\s*(•|[-–]|\d+\.)\s+(.*)$/.exec(line);
    if (quote) {
      if (kind === "quote") nodes.at(-1).append("\n", ...inline(quote[1], directory));
      else nodes.push(make("blockquote", {}, inline(quote[1], directory)));
      kind = "quote";
    } else if (bullet) {
      nodes.push(
        make(
          "span",
          { class: "bullet" },
          make("span", { class: "bullet-sign" }, bullet[1]),
          make("span", {}, inline(bullet[2], directory)),
        ),
      );
      kind = "bullet";
    } else {
      if (kind === "line") nodes.push("\n");
      nodes.push(...inline(line, directory));
      kind = "line";
    }
  }
  return nodes;
}

function inline(text, directory, verbatim = false) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    const { code, angle, emoji, address, mark, inner } = match.groups;
    if (verbatim && angle === undefined) continue;
    let node;
    if (code !== undefined) node = make("code", {}, inline(code, directory, true));
    else if (angle !== undefined) node = renderAngle(angle, directory) ?? unescapeText(match[0]);
    else if (emoji !== undefined) node = findEmoji(emoji) ?? match[0];
    else if (address !== undefined) node = makeLink(unescapeText(address), unescapeText(address));
    else node = make(EMPHASIS[mark], {}, inline(inner, directory));
    nodes.push(unescapeText(text.slice(from, match.index)), node);
    from = match.index + match[0].length;
  }
  nodes.push(unescapeText(text.slice(from)));
  return nodes.filter((node) => node !== "");
}

function renderAngle(content, directory) {
  const bar = content.indexOf("|");
  const [target, label] = bar < 0 ? [content, ""] : [content.slice(0, bar), unescapeText(content.slice(bar + 1))];
  if (target.startsWith("@")) return renderPerson(target.slice(1), label, directory);
  if (target.startsWith("#")) return renderChannel(target.slice(1), label, directory);
  if (target.startsWith("!")) return renderSpecial(target.slice(1), label);
  const address = safeAddress(unescapeText(target));
  return address ? makeLink(address, ...renderPlain(label || unescapeText(target).replace(/^mailto:/, ""))) : null;
}

/** A mention of a person, by name where the workspace knows them. */
export function renderPerson(id, label, directory) {
  const name = directory.users.get(id)?.real_name || label || id;
  return make("span", { class: id === directory.me.id ? "mention mention-me" : "mention" }, `@${name}`);
}

/** A mention of a channel; a link where the person acted as sees it. */
export function renderChannel(id, label, directory) {
  const channel = directory.channels.get(id);
  if (!channel) return make("span", { class: "mention" }, label ? `#${label}` : "private channel");
  return make("a", { class: "mention", href: `#/${id}` }, `#${channel.name || label}`);
}

function renderSpecial(target, label) {
  if (target.startsWith("date^")) return renderDate(target, label);
  if (target.startsWith("subteam^")) return make("span", { class: "mention" }, label || "@group");
  return make("span", { class: "mention mention-me" }, `@${target}`);
}

function renderDate(target, fallback) {
  const [, seconds, format = "", link = ""] = target.split("^");
  const date = new Date(Number(seconds) * 1000);
  if (!seconds || Number.isNaN(date.getTime())) return fallback;
  const time = make(
    "time",
    { datetime: date.toISOString(), title: fallback || null },
    fillDateFormat(unescapeText(format), date),
  );
  return link ? makeLink(unescapeText(link), time) : time;
}
