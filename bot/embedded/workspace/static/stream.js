/** A list of messages that grows at both ends: new ones below, older ones above as one scrolls up. */

import { dateOfTs, dayOf, writeDay } from "./dates.js";
import { keepFocus, make } from "./dom.js";
import { icon } from "./icons.js";
import { renderMessage } from "./messages.js";

const TOGETHER = 300; // seconds within which messages of one person stand together under one name
const NEAR = 120; // pixels from the end that still count as reading the end

/** The messages of one channel or thread. `loadOlder(ts)` answers {messages, has_more}. */
export class Stream {
  constructor({ directory, actions, label, loadOlder = null, makeIntroduction = null }) {
    Object.assign(this, { directory, actions, loadOlder, makeIntroduction });
    this.hasMore = false;
    this.loading = null;
    this.removed = new Set(); // timestamps; what is on its way from the server may still hold them
    this.lastRead = "";
    this.introduction = make("div", { class: "introduction" });
    this.older = make("p", { class: "older quiet", hidden: true }, "Loading earlier messages…");
    this.list = make("ol", { class: "messages", "aria-label": label });
    this.jump = make(
      "button",
      { type: "button", class: "jump", hidden: true, onclick: () => this.toEnd() },
      icon("down"),
      "New messages",
    );
    this.scroller = make(
      "div",
      { class: "stream-scroll", tabindex: "0", role: "region", "aria-label": label },
      this.introduction,
      this.older,
      this.list,
    );
    this.node = make("div", { class: "stream" }, this.scroller, this.jump);
    this.scroller.addEventListener("scroll", () => this.watch(), { passive: true });
    this.pinned = true;
    // Rows off the screen have only an estimated height, so the end moves as they are drawn.
    new ResizeObserver(() => this.pinned && this.toEnd()).observe(this.list);
  }

  get rows() {
    return this.list.children;
  }

  get atEnd() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR;
  }

  /** Fills the list with what was fetched; what happened meanwhile stays. `lastRead` is where the line "New" goes. */
  fill({ messages, has_more: hasMore }, lastRead = "") {
    this.hasMore = hasMore;
    this.lastRead = lastRead;
    for (const message of this.pickNew(messages)) this.insert(this.makeRow(message));
    this.arrange(0, this.rows.length);
    this.introduce();
    this.toEnd();
  }

  pickNew(messages) {
    const known = new Set([...this.rows].map((row) => row.dataset.ts));
    return messages.filter((message) => !known.has(message.ts) && !this.removed.has(message.ts));
  }

  makeRow(message) {
    return renderMessage(message, this.directory, this.actions);
  }

  introduce() {
    const show = !this.hasMore && this.makeIntroduction;
    this.introduction.replaceChildren(...(show ? [this.makeIntroduction(this.rows.length === 0)] : []));
    this.older.hidden = !this.hasMore;
  }

  /** Adds a message or, where it is there already, shows it as it is now. */
  put(message) {
    const follow = this.pinned;
    const old = this.find(message.ts);
    keepFocus(this.list, () => {
      const row = this.makeRow(message);
      if (old) old.replaceWith(row);
      else this.insert(row);
      const at = [...this.rows].indexOf(row);
      this.arrange(at, at + 2);
    });
    if (!old) this.introduce();
    if (follow) this.toEnd();
    else if (!old) this.jump.hidden = false;
  }

  insert(row) {
    let next = null;
    for (
      let node = this.list.lastElementChild;
      node && Number(node.dataset.ts) > Number(row.dataset.ts);
      node = node.previousElementSibling
    )
      next = node;
    this.list.insertBefore(row, next);
  }

  remove(ts) {
    this.removed.add(ts);
    const row = this.find(ts);
    if (!row) return;
    const at = [...this.rows].indexOf(row);
    row.remove();
    this.arrange(at, at + 1);
    this.introduce();
  }

  find(ts) {
    return [...this.rows].find((row) => row.dataset.ts === ts);
  }

  /** Sets for a range of rows what depends on the row before: the day, the line "New", whose name is shown. */
  arrange(from, to) {
    const rows = [...this.rows]; // the live collection is slow while rows change
    for (let at = Math.max(from, 0); at < Math.min(to, rows.length); at += 1) {
      const [row, before] = [rows[at], rows[at - 1]];
      for (const line of row.querySelectorAll(":scope > .day, :scope > .new-line")) line.remove();
      const [message, earlier] = [row.message, before?.message];
      const date = dateOfTs(message.ts);
      const newDay = !earlier || dayOf(dateOfTs(earlier.ts)) !== dayOf(date);
      const firstNew =
        this.lastRead &&
        Number(message.ts) > Number(this.lastRead) &&
        (!earlier || Number(earlier.ts) <= Number(this.lastRead)) &&
        message.user !== this.directory.me.id &&
        !message.ephemeral;
      if (firstNew)
        row.prepend(make("div", { class: "new-line", role: "separator", "aria-label": "New messages" }, "New"));
      if (newDay) row.prepend(make("div", { class: "day" }, make("span", {}, writeDay(date))));
      row.classList.toggle("follows", !newDay && !firstNew && belongTogether(earlier, message));
    }
  }

  toEnd() {
    this.pinned = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.jump.hidden = true;
  }

  watch() {
    this.pinned = this.atEnd;
    if (this.pinned) this.jump.hidden = true;
    if (this.scroller.scrollTop < 600 && this.hasMore && !this.loading)
      this.loading = this.grow().finally(() => (this.loading = null));
  }

  async grow() {
    const first = this.rows[0];
    if (!first) return;
    const { messages, has_more: hasMore } = await this.loadOlder(first.dataset.ts);
    this.hasMore = hasMore && messages.length > 0;
    const rows = this.pickNew(messages).map((message) => this.makeRow(message));
    const height = this.scroller.scrollHeight;
    const top = this.scroller.scrollTop;
    this.list.prepend(...rows);
    this.arrange(0, rows.length + 1);
    this.introduce();
    this.scroller.scrollTop = top + this.scroller.scrollHeight - height;
  }
}

function belongTogether(earlier, message) {
  if (earlier.kind !== "message" || message.kind !== "message") return false;
  const same =
    earlier.user === message.user && earlier.username === message.username && earlier.ephemeral === message.ephemeral;
  return same && !message.ephemeral && Number(message.ts) - Number(earlier.ts) < TOGETHER;
}
