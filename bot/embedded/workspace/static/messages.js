/** One message as a row of a stream: who, when, what, and what can be done with it. */

import { renderBlocks } from "./blocks.js";
import { dateOfTs, fillDateFormat, writeMoment, writeTime } from "./dates.js";
import { imageAddress, make, makeLink, newId } from "./dom.js";
import { renderImage } from "./elements.js";
import { findEmoji } from "./emoji.js";
import { icon } from "./icons.js";
import { renderMrkdwn, unescapeText } from "./mrkdwn.js";
import { attachMenu } from "./popup.js";
import { Surface } from "./surface.js";

const HUES = 8;
const ANSWERABLE = ["message", "command", "tombstone"];

/** A row for a message. `actions`: see Page.makeActions. */
export function renderMessage(message, directory, actions) {
  const author = directory.users.get(message.user);
  const name = message.username || author?.real_name || "Unknown";
  const nameId = newId("author");
  const surface = new Surface({
    kind: "message",
    place: { channel: message.channel, ts: message.ts },
    directory,
    state: message.state,
    stateOptions: message.state_options,
  });
  const at = dateOfTs(message.ts);
  const body = make(
    "div",
    { class: "message-body" },
    message.ephemeral ? make("p", { class: "only-you" }, icon("eye"), "Only visible to you") : null,
    make(
      "div",
      { class: "message-head" },
      make("span", { class: "author", id: nameId }, name),
      message.is_bot ? make("span", { class: "badge" }, "app") : null,
      author?.is_guest ? make("span", { class: "badge" }, "guest") : null,
      author?.is_stranger ? make("span", { class: "badge" }, "other organisation") : null,
      author?.is_deleted ? make("span", { class: "badge" }, "deactivated") : null,
      make("time", { class: "quiet", datetime: at.toISOString(), title: writeMoment(at) }, writeTime(at)),
    ),
    renderContent(message, directory, surface),
    actions.inThread ? null : renderReplies(message, actions),
  );
  const row = make(
    "li",
    { class: `message kind-${message.kind}${message.ephemeral ? " ephemeral" : ""}` },
    make(
      "article",
      { class: "message-frame", "aria-labelledby": nameId },
      makeAvatar(author, name, message.icon),
      body,
      renderTools(message, actions),
    ),
  );
  row.dataset.ts = message.ts;
  row.message = message;
  return row;
}

/** The words a message is announced with to a screen reader. */
export function describeMessage(message, directory) {
  const name = message.username || directory.users.get(message.user)?.real_name || "Somebody";
  const text = renderMrkdwn(message.text ?? "", directory)
    .map((node) => node.textContent ?? node)
    .join("");
  return `${name}${message.ephemeral ? ", only visible to you" : ""}: ${text}`;
}

/** A person's mark: their initials on a colour of their own, or the icon a message asks for. */
export function makeAvatar(user, name, chosen = "") {
  const picture = imageAddress(chosen && !chosen.startsWith(":") ? chosen : "");
  const hue = [...(user?.id ?? name)].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7) % HUES;
  const sign = findEmoji(chosen.replaceAll(":", "")) || user?.initials || name.slice(0, 1).toUpperCase();
  return make(
    "span",
    { class: `avatar hue-${hue}${user?.is_bot ? " app" : ""}`, "aria-hidden": "true" },
    picture ? make("img", { src: picture, alt: "" }) : sign,
  );
}

function renderContent(message, directory, surface) {
  const nodes = [];
  if (message.blocks?.length) nodes.push(make("div", { class: "blocks" }, renderBlocks(message.blocks, surface)));
  else if (message.text)
    nodes.push(
      make(
        "div",
        { class: "text" },
        renderMrkdwn(message.text, directory),
        message.edited ? make("span", { class: "quiet" }, " (edited)") : null,
      ),
    );
  for (const attachment of message.attachments ?? []) nodes.push(renderAttachment(attachment, directory, surface));
  for (const file of message.files ?? []) nodes.push(renderFile(file));
  return nodes;
}

function renderAttachment(attachment, directory, surface) {
  const mrkdwn = (text) => renderMrkdwn(text ?? "", directory);
  const shown = [
    attachment.pretext ? make("div", { class: "text" }, mrkdwn(attachment.pretext)) : null,
    attachment.author_name
      ? make(
          "div",
          { class: "quiet" },
          attachment.author_link
            ? makeLink(attachment.author_link, unescapeText(attachment.author_name))
            : unescapeText(attachment.author_name),
        )
      : null,
    attachment.title
      ? make(
          "div",
          { class: "attachment-title" },
          attachment.title_link
            ? makeLink(attachment.title_link, unescapeText(attachment.title))
            : unescapeText(attachment.title),
        )
      : null,
    attachment.text ? make("div", { class: "text" }, mrkdwn(attachment.text)) : null,
    attachment.fields?.length
      ? make(
          "div",
          { class: "fields" },
          attachment.fields.map((field) =>
            make(
              "div",
              { class: "text" },
              make("strong", {}, unescapeText(field.title ?? "")),
              "\n",
              mrkdwn(field.value),
            ),
          ),
        )
      : null,
    attachment.blocks?.length ? make("div", { class: "blocks" }, renderBlocks(attachment.blocks, surface)) : null,
    attachment.image_url
      ? make(
          "figure",
          { class: "image" },
          renderImage({ image_url: attachment.image_url, alt_text: attachment.fallback ?? "" }),
        )
      : null,
    attachment.footer ? make("div", { class: "quiet" }, unescapeText(attachment.footer)) : null,
  ].filter(Boolean);
  const node = make("div", { class: "attachment" }, shown.length ? shown : mrkdwn(attachment.fallback));
  const colour =
    { good: "#2f8f5b", warning: "#c98a1b", danger: "#c0392b" }[attachment.color] ??
    (/^#?[0-9a-f]{3,6}$/i.test(attachment.color ?? "") ? `#${attachment.color.replace("#", "")}` : "");
  if (colour) node.style.borderInlineStartColor = colour;
  return node;
}

function renderFile(file) {
  if (file.mimetype?.startsWith("image/"))
    return make(
      "figure",
      { class: "image" },
      make("figcaption", {}, file.title || file.name),
      renderImage({ image_url: file.url, alt_text: file.title || file.name }),
    );
  return make(
    "a",
    { class: "file", href: file.url, download: file.name },
    icon("file"),
    make("span", {}, file.title || file.name),
    make("span", { class: "quiet" }, `${Math.max(1, Math.round(file.size / 1024))} kB`),
  );
}

function renderReplies(message, actions) {
  if (!message.reply_count) return null;
  const count = `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`;
  // Not how long ago: that would be true only until it is drawn.
  const last = message.latest_reply
    ? ` ${fillDateFormat("last reply {date_short_pretty} at {time}", dateOfTs(message.latest_reply))}`
    : "";
  return make(
    "button",
    { type: "button", class: "replies", onclick: () => actions.openThread(message) },
    make("strong", {}, count),
    make("span", { class: "quiet" }, last),
  );
}

function renderTools(message, actions) {
  const tools = [];
  if (!actions.inThread && !message.ephemeral && ANSWERABLE.includes(message.kind)) {
    tools.push(
      make(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Reply in a thread",
          title: "Reply in a thread",
          onclick: () => actions.openThread(message),
        },
        icon("reply"),
      ),
    );
  }
  const entries = listEntries(message, actions);
  if (entries.length && !message.ephemeral) {
    const button = make(
      "button",
      { type: "button", class: "icon-button", "aria-label": "More for this message", title: "More" },
      icon("more"),
    );
    tools.push(attachMenu(button, () => entries, "More for this message"));
  }
  return tools.length ? make("div", { class: "message-tools" }, tools) : null;
}

function listEntries(message, actions) {
  if (message.kind === "tombstone") return [];
  const entries = actions.shortcuts.map(({ label, run }) => ({ label, run: () => run(message) }));
  if (actions.mayDelete?.(message)) entries.push({ label: "Delete message", run: () => actions.remove(message) });
  return entries;
}
