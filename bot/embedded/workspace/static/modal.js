/** The stack of open modals: the top one is shown, what is typed stays in each until it is sent or closed. */

import { describeFailure, get, post } from "./api.js";
import { updateBlocks } from "./blocks.js";
import { make, newId } from "./dom.js";
import { icon } from "./icons.js";
import { renderPlain } from "./mrkdwn.js";
import { Surface, collectValues } from "./surface.js";
import { checkView } from "./validation.js";

const QUIET = 500; // milliseconds without typing before the server is told what was typed

/** Shows a person's modals in one dialog. */
export class Modals {
  constructor(directory, onClosed) {
    Object.assign(this, { directory, onClosed });
    this.views = [];
    this.surfaces = new Map();
    this.dirty = new Set();
    this.told = 0;
    this.titleId = newId("modal");
    this.title = make("h2", { id: this.titleId });
    this.back = make(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Back", onclick: () => this.close(false) },
      icon("back"),
    );
    const dismiss = make(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => this.close(true) },
      icon("close"),
    );
    this.blocks = make("div", { class: "blocks" });
    this.failure = make("p", { class: "failure", role: "alert", hidden: true });
    this.cancel = make("button", { type: "button", class: "button", onclick: () => this.close(false) });
    this.submit = make("button", { type: "submit", class: "button primary" });
    this.foot = make("div", { class: "dialog-foot" }, this.failure, this.cancel, this.submit);
    this.body = make(
      "div",
      { class: "modal-body", tabindex: "0", role: "group", "aria-labelledby": this.titleId },
      this.blocks,
    );
    this.form = make(
      "form",
      { class: "modal-form", novalidate: true, onsubmit: (event) => this.send(event) },
      this.body,
      this.foot,
    );
    this.dialog = make(
      "dialog",
      { class: "modal", "aria-labelledby": this.titleId },
      make("header", { class: "modal-head" }, this.back, this.title, dismiss),
      this.form,
    );
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close(false);
    });
    this.blocks.addEventListener("changed", (event) => forgetError(event.target));
    window.addEventListener("pagehide", () => this.tell(true));
    document.body.append(this.dialog);
  }

  get top() {
    return this.views.at(-1);
  }

  /** Shows a stack of views, bottom first; an empty one closes the dialog. */
  show(views) {
    const before = this.top;
    this.told += 1;
    this.views = views;
    for (const id of this.surfaces.keys()) if (!views.some((view) => view.id === id)) this.surfaces.delete(id);
    for (const view of views) this.adopt(view);
    if (!this.top) {
      if (this.dialog.open) this.dialog.close();
      // The dialog gives the focus back to where it was; that may be gone by now.
      if (before && document.activeElement === document.body) this.onClosed();
      return;
    }
    const same = before?.id === this.top.id && this.dialog.open;
    if (same && before.hash === this.top.hash && JSON.stringify(before.blocks) === JSON.stringify(this.top.blocks))
      return;
    const waited = same && this.foot.contains(document.activeElement) && !this.blocks.querySelector("[data-control]");
    this.draw(same, waited);
  }

  adopt(view) {
    let surface = this.surfaces.get(view.id);
    if (!surface) {
      const onTyped = () => this.noteTyped(view.id);
      surface = new Surface({
        kind: "modal",
        place: { view_id: view.id },
        directory: this.directory,
        state: view.state,
        stateOptions: view.state_options,
        onTyped,
      });
      this.surfaces.set(view.id, surface);
    } else surface.adopt(view.state, view.state_options, view.blocks);
  }

  /** `waited`: a loading view is being filled, and the focus is still where it was put for want of a field. */
  draw(same, waited) {
    const view = this.top;
    this.title.replaceChildren(...renderPlain(view.title?.text ?? ""));
    this.cancel.replaceChildren(...renderPlain(view.close?.text ?? "Close"));
    this.submit.replaceChildren(...renderPlain(view.submit?.text ?? "Submit"));
    this.submit.hidden = !view.submit;
    this.back.hidden = this.views.length < 2;
    this.fail("");
    if (!same) this.blocks.replaceChildren();
    updateBlocks(this.blocks, view.blocks, this.surfaces.get(view.id));
    const opening = !this.dialog.open;
    if (opening) this.dialog.showModal();
    if (!same) this.body.scrollTop = 0;
    if (!same || waited || !this.dialog.contains(document.activeElement)) this.focusFirst();
  }

  focusFirst() {
    const wanted = this.top.blocks
      .flatMap((block) =>
        [block.element, block.accessory, ...(block.elements ?? [])].map((element) => [block, element]),
      )
      .find(([, element]) => element?.focus_on_load);
    const key = wanted ? `${wanted[0].block_id}/${wanted[1].action_id}` : "";
    const node =
      (key && [...this.blocks.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key)) ||
      this.blocks.querySelector("[data-control]");
    const control = node?.matches("[data-control]") ? node : node?.querySelector("[data-control]");
    (firstBox(control) ?? (this.submit.hidden ? this.cancel : this.submit)).focus();
  }

  noteTyped(id) {
    this.dirty.add(id);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(false), QUIET);
  }

  /** Tells the server what is typed, so that a reload brings it back. */
  tell(keepalive) {
    for (const view of this.views.filter((one) => this.dirty.has(one.id))) {
      post(
        `views/${view.id}/state`,
        { as: this.directory.me.id, values: collectValues(this.surfaces.get(view.id), view.blocks) },
        { keepalive },
      );
    }
    this.dirty.clear();
  }

  async send(event) {
    event.preventDefault();
    const view = this.top;
    if (!view?.submit || this.submit.getAttribute("aria-busy") === "true") return;
    const values = collectValues(this.surfaces.get(view.id), view.blocks);
    const faults = checkView(view, values);
    this.fail("");
    if (this.showErrors(faults)) return;
    this.busy(true);
    this.dirty.delete(view.id);
    const outcome = await post(`views/${view.id}/submit`, { as: this.directory.me.id, values });
    this.busy(false);
    await this.settle(view, outcome);
  }

  async settle(view, outcome) {
    if (this.top?.id === view.id && outcome.errors && this.showErrors(outcome.errors)) return;
    if (!outcome.ok) this.fail(describeFailure(outcome, "We had some trouble connecting. Try again."));
    else await this.refresh();
  }

  /** Asks for the stack as it is; an event that came meanwhile is newer than the answer. */
  async refresh() {
    const told = this.told;
    const { views } = await get("views", { as: this.directory.me.id });
    if (told === this.told) this.show(views);
  }

  async close(clear) {
    const view = this.top;
    if (!view) return;
    this.dirty.delete(view.id);
    this.show(clear ? [] : this.views.slice(0, -1));
    await post(`views/${view.id}/close`, { as: this.directory.me.id, clear });
  }

  busy(on) {
    if (on) this.submit.setAttribute("aria-busy", "true");
    else this.submit.removeAttribute("aria-busy");
  }

  fail(text) {
    this.failure.hidden = !text;
    this.failure.textContent = text;
  }

  showErrors(errors) {
    for (const node of this.blocks.querySelectorAll(".field-error")) node.textContent = "";
    for (const node of this.blocks.querySelectorAll("[aria-invalid]")) node.removeAttribute("aria-invalid");
    let first = null;
    for (const block of this.blocks.querySelectorAll(".block-input")) {
      const text = errors[block.dataset.block];
      if (!text) continue;
      block.querySelector(".field-error").textContent = text;
      const control = block.querySelector("[data-control]");
      control?.setAttribute("aria-invalid", "true");
      first ??= control;
    }
    firstBox(first)?.focus();
    first?.closest(".block").scrollIntoView({ block: "nearest" });
    return first !== null;
  }
}

function firstBox(control) {
  return control?.matches(".choices")
    ? (control.querySelector("input:checked") ?? control.querySelector("input"))
    : control;
}

function forgetError(node) {
  const block = node.closest(".block-input");
  if (!block) return;
  block.querySelector(".field-error").textContent = "";
  block.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
}
