/** The inspector: what went between the workspace and the app, each way, with times and whole payloads. */

import { get } from "./api.js";
import { make } from "./dom.js";
import { icon } from "./icons.js";
import { copyButton } from "./snippets.js";

const MOST = 500;
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** A list of entries, newest first; an entry's bodies are fetched when it is opened. */
export class Inspector {
  constructor() {
    this.last = 0;
    this.filter = make("input", {
      type: "search",
      class: "input",
      placeholder: "Filter, for example views.open",
      "aria-label": "Filter",
      oninput: () => this.sift(),
    });
    this.list = make("ol", { class: "traffic", "aria-label": "Requests, newest first" });
    this.empty = make("p", { class: "quiet" }, "Nothing yet. Send /okr and look again.");
    this.node = make(
      "div",
      { class: "panel-body" },
      make("p", { class: "quiet" }, "→ to the app, ← from the app. Tokens and secrets are left out."),
      this.filter,
      this.empty,
      this.list,
    );
  }

  /** Fetches what came since the last time. */
  async load() {
    const { entries } = await get("inspector", { after: this.last });
    for (const entry of entries) this.add(entry);
  }

  add(entry) {
    if (entry.id <= this.last) return;
    this.last = entry.id;
    this.list.prepend(this.makeEntry(entry));
    while (this.list.children.length > MOST) this.list.lastChild.remove();
    this.sift();
  }

  sift() {
    const wanted = this.filter.value.trim().toLowerCase();
    for (const row of this.list.children) row.hidden = wanted !== "" && !row.dataset.text.includes(wanted);
    this.empty.hidden = this.list.children.length > 0;
  }

  makeEntry(entry) {
    const way = entry.way === "out" ? ["→", "to the app"] : ["←", "from the app"];
    const summary = make(
      "summary",
      {},
      icon("right"),
      make("span", { role: "img", "aria-label": way[1] }, way[0]),
      make("span", { class: "traffic-what" }, entry.what),
      make(
        "span",
        { class: entry.ok ? "quiet" : "failed" },
        entry.ok ? String(entry.status) : entry.error || String(entry.status),
      ),
      make("span", { class: "quiet traffic-time" }, `${entry.ms < 10 ? entry.ms.toFixed(1) : Math.round(entry.ms)} ms`),
    );
    const details = make("details", {}, summary);
    details.addEventListener(
      "toggle",
      () => details.open && details.children.length === 1 && this.fill(details, entry),
    );
    const row = make("li", {}, details);
    row.dataset.text = `${entry.what} ${entry.error} ${entry.way}`.toLowerCase();
    return row;
  }

  async fill(details, entry) {
    const whole = await get(`inspector/${entry.id}`).catch(() => null);
    if (!whole) return details.append(make("p", { class: "quiet" }, "No longer kept."));
    return details.append(
      make("p", { class: "quiet" }, CLOCK.format(new Date(entry.at * 1000))),
      makePayload("Request", whole.request),
      makePayload("Answer", whole.answer),
    );
  }
}

function makePayload(label, value) {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? null, null, 2);
  return make(
    "div",
    { class: "payload" },
    make("div", { class: "payload-head" }, make("h3", {}, label), copyButton(text, `Copy ${label.toLowerCase()}`)),
    make("pre", { tabindex: "0", "aria-label": label }, text),
  );
}
