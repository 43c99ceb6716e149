/** The composer: text with completion, Enter sends, Shift-Enter breaks the line, Up recalls what was sent last. */

import { describeFailure, post } from "./api.js";
import { Completion } from "./completion.js";
import { make, newId } from "./dom.js";
import { icon } from "./icons.js";
import { attachMenu } from "./popup.js";

const REMEMBERED = 50;

/** A composer for a channel or a thread. `place` is {channel, thread_ts?}; `shortcuts` are menu entries.
 *
 * `onSend()` is called as soon as somebody sends something: they want to see what comes of it.
 */
export class Composer {
  constructor({ directory, place, label, shortcuts = [], onSend }) {
    Object.assign(this, { directory, place, onSend });
    const who = directory.me.id;
    this.draftKey = `draft/${who}/${place.channel}/${place.thread_ts ?? ""}`;
    this.sentKey = `sent/${who}`;
    this.recalled = -1;
    this.noteId = newId("note");
    this.note = make("p", { class: "composer-note", id: this.noteId, role: "status" });
    this.input = make("textarea", {
      rows: 1,
      class: "composer-input",
      "aria-label": label,
      placeholder: label,
      "aria-describedby": this.noteId,
      spellcheck: "true",
      value: sessionStorage.getItem(this.draftKey) ?? "",
    });
    this.completion = new Completion(this.input, directory, place.thread_ts ? [] : directory.commands);
    const plus = shortcuts.length
      ? attachMenu(
          make(
            "button",
            { type: "button", class: "icon-button", "aria-label": "Shortcuts", title: "Shortcuts" },
            icon("plus"),
          ),
          () => shortcuts,
          "Shortcuts",
        )
      : null;
    const send = make(
      "button",
      { type: "submit", class: "icon-button send", "aria-label": "Send", title: "Send" },
      icon("send"),
    );
    this.form = make(
      "form",
      { class: "composer-box", onsubmit: (event) => this.submit(event) },
      plus,
      this.input,
      send,
    );
    this.node = make("div", { class: "composer" }, this.form, this.note, this.completion.list);
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.press(event));
    requestAnimationFrame(() => this.fit());
  }

  focus() {
    this.input.focus();
  }

  /** Puts a text into the composer, ready to be sent. */
  write(text) {
    this.input.value = text;
    this.typed();
    this.input.focus();
    this.input.setSelectionRange(text.length, text.length);
  }

  typed() {
    sessionStorage.setItem(this.draftKey, this.input.value);
    this.recalled = -1;
    this.say("");
    this.fit();
  }

  fit() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 240)}px`;
  }

  say(text, failed = false) {
    this.note.textContent = text;
    this.note.classList.toggle("failed", failed);
  }

  press(event) {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === "Enter" && !event.shiftKey) this.submit(event);
    else if (event.key === "ArrowUp" && (this.input.value === "" || this.recalled >= 0))
      this.recall(event, this.recalled + 1);
    else if (event.key === "ArrowDown" && this.recalled >= 0) this.recall(event, this.recalled - 1);
  }

  recall(event, at) {
    const sent = readSent(this.sentKey);
    if (at >= sent.length) return;
    event.preventDefault();
    this.input.value = at < 0 ? "" : sent[at];
    sessionStorage.setItem(this.draftKey, this.input.value);
    this.recalled = at;
    this.fit();
  }

  async submit(event) {
    event?.preventDefault();
    const text = this.input.value.trim();
    if (text) await this.send(text);
  }

  /** Sends a text as if it had been typed; gives it back to the composer where that failed. */
  async send(text) {
    const sent = readSent(this.sentKey).filter((one) => one !== text);
    sessionStorage.setItem(this.sentKey, JSON.stringify([text, ...sent].slice(0, REMEMBERED)));
    this.completion.close();
    this.input.value = "";
    this.typed();
    this.onSend();
    const slow = setTimeout(
      () => this.say(text.startsWith("/") ? `Running ${text.split(/\s/, 1)[0]}…` : "Sending…"),
      400,
    );
    const outcome = await post("send", { as: this.directory.me.id, ...this.place, text });
    clearTimeout(slow);
    this.say("");
    // A failed delivery is told in the stream itself, as Slack does.
    if (!outcome.ok && !["operation_timeout", "dispatch_failed"].includes(outcome.error)) {
      if (!this.input.value) this.write(text);
      this.say(describeFailure(outcome, "That could not be sent."), true);
    }
  }
}

function readSent(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "[]");
  } catch {
    return [];
  }
}
