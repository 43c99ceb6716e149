/** What stands at the beginning of a conversation; in #general an invitation with three things to try. */

import { make } from "./dom.js";
import { icon } from "./icons.js";
import { nameConversation } from "./selects.js";

const TRIES = [
  ["/okr", "What you can do now"],
  ["/okr search #growth", "Objectives with a tag"],
  ["/okr create", "A new objective, by form"],
];

/** The introduction of a conversation. `send(text)` sends a suggestion. */
export function makeIntroduction(channel, directory, send) {
  const name = nameConversation(channel, directory);
  if (channel.kind === "dm")
    return make(
      "div",
      { class: "welcome" },
      make("h2", {}, name),
      make("p", { class: "quiet" }, `This is the beginning of your conversation with ${name}.`),
    );
  const purpose = channel.purpose || channel.topic || `This is the beginning of ${name}.`;
  const invitation = channel.name === "general" && directory.commands.length > 0;
  if (!invitation)
    return make("div", { class: "welcome" }, make("h2", {}, name), make("p", { class: "quiet" }, purpose));
  const buttons = TRIES.map(([text, says]) =>
    make(
      "button",
      { type: "button", class: "try", onclick: () => send(text) },
      make("span", {}, make("code", {}, text), make("span", { class: "quiet" }, says)),
      icon("send"),
    ),
  );
  return make(
    "div",
    { class: "welcome" },
    make("h2", {}, "Objectives and key results, where the talk is"),
    make(
      "p",
      {},
      `${directory.app.name} lives in this workspace. Everybody here is a sample person with sample objectives, so try anything.`,
    ),
    make("div", { class: "tries" }, buttons),
    make(
      "p",
      { class: "quiet" },
      "Or type / below to see what there is. Only you see the answers until you share them.",
    ),
  );
}
