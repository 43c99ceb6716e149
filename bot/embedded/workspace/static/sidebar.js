/** The sidebar: channels and direct messages with their unread marks, and whom one acts as. */

import { describePerson } from "./directory.js";
import { make } from "./dom.js";
import { icon } from "./icons.js";
import { makeAvatar } from "./messages.js";
import { attachMenu } from "./popup.js";
import { nameConversation } from "./selects.js";

/** Draws the sidebar from the directory. `actions`: {actAs(id), writeTo(userId), showPanel(name)}. */
export class Sidebar {
  constructor(directory, actions) {
    Object.assign(this, { directory, actions });
    this.lists = make("div", { class: "sidebar-lists" });
    const people = make(
      "button",
      { type: "button", class: "icon-button", "aria-label": "New direct message", title: "New direct message" },
      icon("plus"),
    );
    this.people = attachMenu(people, () => this.listPeople(), "New direct message");
  }

  /** The parts of the sidebar, to be put into its element. */
  get nodes() {
    return [this.makeHead(), this.lists, this.makeFoot()];
  }

  /** Draws the lists anew; `current` is the id of the channel shown. */
  draw(current) {
    const channels = [...this.directory.channels.values()];
    const rooms = channels.filter((one) => one.kind !== "dm").sort((one, other) => one.name.localeCompare(other.name));
    const apps = channels.filter((one) => one.kind === "dm" && this.directory.users.get(one.user)?.is_bot);
    const people = channels
      .filter((one) => one.kind === "dm" && !apps.includes(one))
      .sort((one, other) =>
        nameConversation(one, this.directory).localeCompare(nameConversation(other, this.directory)),
      );
    const focused = this.lists.contains(document.activeElement)
      ? document.activeElement.closest("[data-key]")?.dataset.key
      : "";
    this.lists.replaceChildren(
      this.makeSection("Channels", rooms, current),
      apps.length ? this.makeSection("Apps", apps, current) : "",
      this.makeSection("Direct messages", people, current, this.people),
    );
    if (focused) this.lists.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  makeSection(title, channels, current, tool = null) {
    return make(
      "section",
      {},
      make("div", { class: "sidebar-title" }, make("h2", {}, title), tool),
      make(
        "ul",
        {},
        channels.map((one) => make("li", {}, this.makeLink(one, current))),
      ),
    );
  }

  makeLink(channel, current) {
    const person = this.directory.users.get(channel.user);
    const sign =
      channel.kind === "dm"
        ? makeAvatar(person, nameConversation(channel, this.directory))
        : channel.kind === "private"
          ? icon("lock")
          : channel.is_shared
            ? icon("shared")
            : make("span", { class: "hash", "aria-hidden": "true" }, "#");
    const name =
      channel.kind === "dm"
        ? `${nameConversation(channel, this.directory)}${channel.user === this.directory.me.id ? " (you)" : ""}`
        : channel.name;
    const unread = channel.unread > 0 && channel.id !== current;
    const count = channel.kind === "dm" ? channel.unread : channel.mentions;
    return make(
      "a",
      {
        class: `channel-link${unread ? " unread" : ""}${channel.is_archived ? " archived" : ""}`,
        href: `#/${channel.id}`,
        "aria-current": channel.id === current ? "page" : null,
        "data-key": channel.id,
      },
      sign,
      make("span", { class: "channel-name" }, name),
      unread && count ? make("span", { class: "count", "aria-hidden": "true" }, String(count)) : null,
      unread ? make("span", { class: "hidden-text" }, `, ${channel.unread} unread`) : null,
      channel.is_archived ? make("span", { class: "hidden-text" }, ", archived") : null,
    );
  }

  listPeople() {
    const known = [...this.directory.users.values()].filter(
      (user) => !user.is_bot && !user.is_deleted && user.id !== this.directory.me.id,
    );
    return known.map((user) => ({ label: user.real_name, hint: user.title, run: () => this.actions.writeTo(user.id) }));
  }

  makeHead() {
    const { me, team } = this.directory;
    const button = make(
      "button",
      { type: "button", class: "act-as" },
      makeAvatar(me, me.real_name),
      make(
        "span",
        { class: "act-as-words" },
        make("span", { class: "quiet" }, "Acting as "),
        make("strong", {}, me.real_name),
      ),
      icon("down"),
    );
    const entries = () =>
      [...this.directory.users.values()]
        .filter((user) => user.actable)
        .map((user) => ({
          label: user.real_name,
          hint: describePerson(user),
          checked: user.id === me.id,
          run: () => this.actions.actAs(user.id),
        }));
    attachMenu(button, entries, "Act as");
    return make("div", { class: "sidebar-head" }, make("p", { class: "team" }, team.name), button);
  }

  /** Shows whether anything is made to fail. */
  mark(faults) {
    const on = Object.values(faults).some(Boolean);
    this.failures.classList.toggle("on", on);
    this.failures.setAttribute("aria-label", on ? "Failures, some are on" : "Failures");
  }

  makeFoot() {
    const tool = (name, sign, label) =>
      make(
        "button",
        { type: "button", class: "sidebar-tool", onclick: () => this.actions.showPanel(name) },
        icon(sign),
        label,
      );
    this.failures = tool("failures", "warning", "Failures");
    this.mark(this.directory.faults);
    const about = make(
      "button",
      { type: "button", class: "local-note", onclick: () => this.actions.showPanel("about") },
      make("span", {}, "This machine only"),
      make("span", { class: "link-like" }, "Use a real Slack"),
    );
    return make(
      "div",
      { class: "sidebar-foot" },
      make(
        "div",
        { class: "sidebar-tools" },
        tool("inspector", "traffic", "Inspector"),
        tool("api", "braces", "API"),
        tool("people", "people", "People"),
        this.failures,
      ),
      about,
    );
  }
}
