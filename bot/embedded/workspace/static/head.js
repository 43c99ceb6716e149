/** The head of a conversation: its name, what it is about, what can be done to it, the app's tabs. */

import { makeChannelMenu } from "./channelmenu.js";
import { isAppConversation } from "./directory.js";
import { make } from "./dom.js";
import { icon } from "./icons.js";
import { writeHash } from "./route.js";
import { nameConversation } from "./selects.js";

/** The parts of the head. `actions`: {toggleSidebar(), notify(text)}. */
export function renderHead({ channel, home }, directory, actions) {
  const menu = make(
    "button",
    {
      type: "button",
      class: "icon-button only-narrow",
      "aria-label": "Channels and people",
      onclick: actions.toggleSidebar,
    },
    icon("menu"),
  );
  const sign = channel.kind === "private" ? icon("lock") : null;
  const about =
    channel.kind === "dm"
      ? ""
      : [channel.topic || channel.purpose, `${channel.members} people`].filter(Boolean).join(" · ");
  const notes = [channel.is_shared ? "Shared with another organisation" : "", channel.is_archived ? "Archived" : ""]
    .filter(Boolean)
    .map((text) => make("span", { class: "badge" }, text));
  return [
    menu,
    make("h1", {}, sign, nameConversation(channel, directory)),
    ...notes,
    make("p", { class: "quiet head-about" }, about),
    makeTabs(channel, home, directory),
    channel.kind === "dm" ? "" : makeChannelMenu(channel, directory, actions.notify),
  ];
}

function makeTabs(channel, home, directory) {
  if (!isAppConversation(channel, directory) || !directory.app.home_tab_enabled) return "";
  const tab = (label, current, place) =>
    make("a", { class: "tab", href: writeHash(place), "aria-current": current ? "page" : null }, label);
  return make(
    "nav",
    { class: "tabs", "aria-label": "App" },
    tab("Home", home, { channel: channel.id, home: true }),
    tab("Messages", !home, { channel: channel.id }),
  );
}
