/** One control for every select: type-ahead, one or many, options given or asked for (ARIA combobox with a listbox). */

import { make, newId } from "./dom.js";
import { icon } from "./icons.js";
import { renderPlain } from "./mrkdwn.js";
import { floatBeside } from "./popup.js";

const WAIT = 180; // milliseconds of silence before the app is asked

/** Builds the control for a slot. `find(typed)` answers a promise of [{label, options}]; a label of "" is no group. */
export class Combobox {
  constructor(slot, { many, find, known, least = 0, labelling }) {
    Object.assign(this, { slot, many, find, known, least });
    this.asked = 0;
    this.options = [];
    this.active = -1;
    this.listId = newId("list");
    this.most = many ? (slot.element.max_selected_items ?? Infinity) : 1;
    const placeholder = slot.element.placeholder?.text ?? (many ? "Choose" : "Choose one");
    this.placeholder = renderPlain(placeholder).join("");
    this.input = make("input", {
      type: "text",
      class: "combobox-input",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "data-control": true,
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      "aria-controls": this.listId,
      placeholder: this.placeholder,
      ...labelling,
      oninput: () => this.search(),
      onclick: () => this.open(),
      onkeydown: (event) => this.press(event),
      onblur: () => this.leave(),
    });
    this.list = make("div", {
      class: "popup",
      role: "listbox",
      id: this.listId,
      popover: "manual",
      "aria-label": this.placeholder,
      "aria-multiselectable": many ? "true" : null,
    });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the input
    this.chips = make("span", { class: "chips" });
    this.box = make(
      "span",
      { class: "combobox-box", onclick: (event) => event.target === this.box && this.input.focus() },
      this.chips,
      this.input,
      icon("down"),
    );
    this.node = make("span", { class: `combobox${many ? " many" : ""}`, "data-key": slot.key }, this.box, this.list);
    this.show();
  }

  get values() {
    const value = this.slot.value;
    return this.many ? (value ?? []) : value === null || value === undefined ? [] : [value];
  }

  textOf(value) {
    const option = this.slot.options.find((one) => one.value === value) ?? this.known(value);
    return option ? renderPlain(option.text.text).join("") : String(value);
  }

  show() {
    if (this.many) {
      this.chips.replaceChildren(...this.values.map((value) => this.makeChip(value)));
      this.input.placeholder = this.values.length ? "" : this.placeholder;
      this.input.value = "";
    } else {
      this.input.value = this.values.length ? this.textOf(this.values[0]) : "";
    }
  }

  makeChip(value) {
    const text = this.textOf(value);
    const remove = make(
      "button",
      { type: "button", class: "chip-remove", "aria-label": `Remove ${text}`, onclick: () => this.remove(value) },
      icon("close"),
    );
    return make("span", { class: "chip" }, make("span", { class: "chip-text" }, text), remove);
  }

  open() {
    if (this.hide) return;
    this.input.setAttribute("aria-expanded", "true");
    this.hide = floatBeside(this.list, this.box, { onPressElsewhere: () => this.leave() });
    if (!this.many) this.input.select();
    this.ask("");
  }

  close() {
    clearTimeout(this.timer);
    this.asked += 1;
    this.hide?.();
    this.hide = null;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  leave() {
    const emptied = !this.many && this.values.length > 0 && !this.input.value.trim();
    if (this.hide) this.close();
    if (emptied) this.store(null);
    else this.input.value = this.many || !this.values.length ? "" : this.textOf(this.values[0]);
  }

  search() {
    if (!this.hide) {
      this.input.setAttribute("aria-expanded", "true");
      this.hide = floatBeside(this.list, this.box, { onPressElsewhere: () => this.leave() });
    }
    clearTimeout(this.timer);
    const typed = this.input.value.trim();
    if (this.slot.element.type.includes("external")) this.timer = setTimeout(() => this.ask(typed), WAIT);
    else this.ask(typed);
  }

  async ask(typed) {
    this.asked += 1;
    const mine = this.asked;
    if (typed.length < this.least)
      return this.note(`Type at least ${this.least} ${this.least === 1 ? "character" : "characters"}`);
    const waiting = setTimeout(() => mine === this.asked && this.note("Loading…"), 120);
    const groups = await this.find(typed);
    clearTimeout(waiting);
    if (mine !== this.asked || !this.hide) return undefined;
    if (typeof groups === "string") return this.note(groups);
    return this.offer(groups);
  }

  note(text) {
    this.options = [];
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(
      make("div", { role: "option", class: "popup-note", "aria-disabled": "true", "aria-selected": "false" }, text),
    );
  }

  offer(groups) {
    this.options = [];
    const nodes = [];
    for (const { label, options } of groups) {
      const made = options.map((option) => this.makeOption(option));
      if (!made.length) continue;
      const labelId = newId("group");
      if (label)
        nodes.push(
          make(
            "div",
            { role: "group", "aria-labelledby": labelId },
            make("div", { class: "popup-label", id: labelId }, label),
            made,
          ),
        );
      else nodes.push(...made);
    }
    if (!this.options.length) return this.note("No results");
    this.list.replaceChildren(...nodes);
    const current = this.options.findIndex(({ option }) => !this.many && option.value === this.values[0]);
    return this.activate(Math.max(current, 0));
  }

  makeOption(option) {
    const id = newId("option");
    const index = this.options.length;
    const selected = this.values.includes(option.value);
    const node = make(
      "div",
      {
        role: "option",
        id,
        class: "option",
        "aria-selected": String(selected),
        onclick: () => this.choose(index),
        onpointermove: () => this.active !== index && this.activate(index),
      },
      make("span", { class: "option-text" }, renderPlain(option.text.text)),
      option.description ? make("span", { class: "quiet" }, renderPlain(option.description.text)) : null,
      selected ? icon("check") : null,
    );
    this.options.push({ option, node });
    return node;
  }

  activate(index) {
    this.options[this.active]?.node.classList.remove("active");
    this.active = index;
    const node = this.options[index]?.node;
    if (!node) return;
    node.classList.add("active");
    node.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", node.id);
  }

  press(event) {
    const last = this.options.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!this.hide) return this.open();
      if (last < 0) return undefined;
      return this.activate(
        event.key === "ArrowDown"
          ? this.active >= last
            ? 0
            : this.active + 1
          : this.active <= 0
            ? last
            : this.active - 1,
      );
    }
    if (event.key === "Enter") {
      event.preventDefault();
      if (!this.hide) return this.open();
      return this.active >= 0 ? this.choose(this.active) : undefined;
    }
    if (event.key === "Escape" && this.hide) {
      event.preventDefault(); // only the list closes, not the modal around it
      event.stopPropagation();
      this.close();
      return this.show();
    }
    if (event.key === "Backspace" && this.many && !this.input.value && this.values.length)
      return this.remove(this.values.at(-1));
    return undefined;
  }

  async choose(index) {
    const { option } = this.options[index];
    if (this.many && this.values.includes(option.value)) return this.remove(option.value);
    if (this.many && this.values.length >= this.most) return this.note(`No more than ${this.most} can be chosen`);
    this.slot.rememberOptions([...this.slot.options.filter((one) => one.value !== option.value), option]);
    const value = this.many ? [...this.values, option.value] : option.value;
    this.close();
    await this.store(value);
    return undefined;
  }

  async remove(value) {
    this.close();
    await this.store(this.values.filter((one) => one !== value));
    this.input.focus();
  }

  async store(value) {
    const done = this.slot.commit(value, this.node);
    this.show();
    if (!(await done)) return;
    this.show();
    this.node.dispatchEvent(new Event("changed", { bubbles: true }));
  }
}
