/** Completion in a composer: / lists the commands, @ people, # channels. */

import { make, newId } from "./dom.js";
import { floatBeside } from "./popup.js";

const MOST = 8;

/** Watches a textarea and shows what its last word could become. */
export class Completion {
  constructor(input, directory, commands) {
    Object.assign(this, { input, directory, commands });
    this.entries = [];
    this.active = -1;
    this.hide = null;
    this.list = make("div", {
      class: "popup completion",
      role: "listbox",
      popover: "manual",
      id: newId("completion"),
      "aria-label": "Completions",
    });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
    input.addEventListener("input", () => this.look());
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("blur", () => this.close());
  }

  look() {
    const before = this.input.value.slice(0, this.input.selectionStart);
    const found = this.findCommands(before) ?? this.findNames(before);
    this.entries = found?.entries.slice(0, MOST) ?? [];
    if (!this.entries.length) return this.close();
    this.start = found.start;
    this.list.replaceChildren(...this.entries.map((entry, index) => this.makeEntry(entry, index)));
    this.hide ??= floatBeside(this.list, this.input.closest(".composer-box"), { onPressElsewhere: () => this.close() });
    // In a command #tag and @name may be meant as typed, so Enter takes a completion only once one was chosen.
    return this.activate(this.input.value.startsWith("/") && found.start > 0 ? -1 : 0);
  }

  findCommands(before) {
    const typed = /^\/\S*$/.exec(before)?.[0].toLowerCase();
    if (typed)
      return {
        start: 0,
        entries: this.commands
          .filter((one) => one.command.startsWith(typed))
          .map((one) => ({ text: one.command, name: one.command, detail: one.description, hint: one.usage_hint })),
      };
    const command = this.commands.find((one) => before === `${one.command} `);
    return command && this.input.value === before
      ? {
          start: before.length,
          entries: [
            { text: "", name: command.command, detail: command.description, hint: command.usage_hint, onlyTold: true },
          ],
        }
      : null;
  }

  findNames(before) {
    const match = /(?:^|\s|[+\-:])([@#])([\p{L}\p{N}._-]*(?: [\p{L}\p{N}._-]*)?)$/u.exec(before);
    if (!match) return null;
    const [, sign, typed] = match;
    const start = before.length - typed.length - 1;
    const wanted = typed.toLowerCase();
    if (sign === "#") {
      const channels = [...this.directory.channels.values()].filter(
        (one) => one.kind !== "dm" && one.name.startsWith(wanted),
      );
      return {
        start,
        entries: channels.map((one) => ({
          text: `#${one.name}`,
          name: `#${one.name}`,
          detail: one.purpose || one.topic,
        })),
      };
    }
    const begins = (user) =>
      [user.real_name.toLowerCase(), user.name.toLowerCase(), ...user.real_name.toLowerCase().split(" ")].some((name) =>
        name.startsWith(wanted),
      );
    const people = [...this.directory.users.values()].filter((user) => !user.is_deleted && begins(user));
    return {
      start,
      entries: people.map((one) => ({
        text: `@${one.real_name}`,
        name: one.real_name,
        detail: one.is_bot ? "app" : one.title || one.name,
      })),
    };
  }

  makeEntry(entry, index) {
    return make(
      "div",
      {
        class: "option",
        role: "option",
        id: newId("completion"),
        "aria-selected": "false",
        onclick: () => this.take(index),
      },
      make(
        "span",
        { class: "option-text" },
        make("strong", {}, entry.name),
        entry.hint ? make("span", { class: "hint-text" }, ` ${entry.hint}`) : null,
      ),
      entry.detail ? make("span", { class: "quiet" }, entry.detail) : null,
    );
  }

  activate(index) {
    this.active = index;
    [...this.list.children].forEach((node, at) => {
      node.classList.toggle("active", at === index);
      node.setAttribute("aria-selected", String(at === index));
    });
    const node = this.list.children[index];
    node?.scrollIntoView({ block: "nearest" });
    if (node) this.input.setAttribute("aria-activedescendant", node.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  press(event) {
    if (!this.hide || event.isComposing) return;
    const [last, told] = [this.entries.length - 1, this.entries[0]?.onlyTold];
    if (event.key === "Escape") this.close();
    else if (told) return;
    else if (event.key === "ArrowDown") this.activate(this.active >= last ? 0 : this.active + 1);
    else if (event.key === "ArrowUp") this.activate(this.active <= 0 ? last : this.active - 1);
    else if (event.key === "Tab" && !event.shiftKey) this.take(Math.max(this.active, 0));
    else if (event.key === "Enter" && !event.shiftKey && this.active >= 0 && !this.isComplete()) this.take(this.active);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  isComplete() {
    return this.input.value.slice(this.start, this.input.selectionStart) === this.entries[this.active].text;
  }

  take(index) {
    const { text, onlyTold: told } = this.entries[index];
    if (told) return this.input.focus();
    const after = this.input.value.slice(this.input.selectionStart);
    this.input.setRangeText(`${text} `, this.start, this.input.selectionStart + (after.startsWith(" ") ? 1 : 0), "end");
    this.close();
    this.input.focus();
    return this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  close() {
    this.hide?.();
    this.hide = null;
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
  }
}
