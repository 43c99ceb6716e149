/** The side panel: one thing beside the stream (a thread, the inspector, the API, about), closed with Escape. */

import { make } from "./dom.js";
import { icon } from "./icons.js";

/** Drives the panel's element; `onClose` is told when a person closes it. */
export class Panel {
  constructor(node, onClose) {
    this.node = node;
    this.name = "";
    this.title = make("h2", { tabindex: "-1" });
    const close = make(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Close panel", onclick: onClose },
      icon("close"),
    );
    this.head = make("header", { class: "panel-head" }, this.title, close);
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.target.closest("dialog")) return;
      onClose();
    });
  }

  /** Shows content under a title; the focus goes to the title unless `quietly`. */
  open(name, title, content, quietly = false) {
    this.name = name;
    this.opener ??= document.activeElement;
    this.title.textContent = title;
    this.node.setAttribute("aria-label", title);
    this.node.replaceChildren(this.head, ...content);
    this.node.hidden = false;
    document.body.classList.add("with-panel");
    if (!quietly) this.title.focus({ preventScroll: true });
  }

  close() {
    if (this.node.hidden) return;
    this.name = "";
    this.node.hidden = true;
    this.node.replaceChildren();
    document.body.classList.remove("with-panel");
    if (this.opener?.isConnected) this.opener.focus({ preventScroll: true });
    this.opener = null;
  }
}
