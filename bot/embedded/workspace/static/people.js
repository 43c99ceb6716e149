/** The People panel: where everybody lives and what they are, to be changed as an admin changes it. */

import { describeFailure, post } from "./api.js";
import { describePerson } from "./directory.js";
import { make, newId } from "./dom.js";
import { makeAvatar } from "./messages.js";

const STANDINGS = {
  admin: "Admin",
  member: "Member",
  multi_guest: "Guest of several channels",
  guest: "Guest of one channel",
  deactivated: "Deactivated",
};

/** Draws everybody; `notify(text)` tells what was refused. */
export class People {
  constructor(directory, notify) {
    Object.assign(this, { directory, notify });
    this.zones = newId("zones");
    this.list = make("ul", { class: "people" });
    const zones = Intl.supportedValuesOf("timeZone");
    this.node = make(
      "div",
      { class: "panel-body" },
      make(
        "p",
        { class: "quiet" },
        directory.me.is_admin
          ? "Digests come at people's own time. Guests and the deactivated get only a sentence from the bot."
          : "Only admins can change others. Act as one to do so.",
      ),
      make("datalist", { id: this.zones }, ["UTC", ...zones].map((zone) => make("option", { value: zone }))),
      this.list,
    );
    this.draw();
  }

  /** Draws the people anew, but not under somebody's hands. */
  draw() {
    const people = [...this.directory.users.values()].filter((user) => !user.is_bot);
    const focused = document.activeElement?.getAttribute("aria-label");
    this.list.replaceChildren(...people.map((user) => this.makePerson(user)));
    if (focused) this.list.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
  }

  makePerson(user) {
    const { me } = this.directory;
    const locked = user.is_stranger || user.is_deleted;
    const zone = make("input", {
      class: "input",
      value: user.tz,
      list: this.zones,
      "aria-label": `Time zone of ${user.real_name}`,
      disabled: locked || (!me.is_admin && user.id !== me.id),
      onchange: (event) => this.change(user, { tz: event.target.value }),
    });
    const now = user.is_deleted ? "deactivated" : user.standing;
    const standing = make(
      "select",
      {
        class: "input",
        "aria-label": `Standing of ${user.real_name}`,
        disabled: !me.is_admin || user.id === me.id,
        onchange: (event) => this.change(user, { standing: event.target.value }),
      },
      Object.entries(STANDINGS).map(([value, label]) =>
        make("option", { value, selected: value === now ? true : null }, label),
      ),
    );
    return make(
      "li",
      {},
      makeAvatar(user, user.real_name),
      make("strong", {}, user.real_name),
      make("span", { class: "quiet" }, describePerson(user)),
      make("div", { class: "person-settings" }, zone, user.is_stranger ? "" : standing),
    );
  }

  async change(user, body) {
    const outcome = await post(`people/${user.id}`, { as: this.directory.me.id, ...body });
    if (outcome.ok) return;
    this.notify(describeFailure(outcome));
    this.draw();
  }
}
