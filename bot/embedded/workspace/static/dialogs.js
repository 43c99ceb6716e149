/** Small dialogs over the page: the confirm object of Block Kit, and a question that is answered with a text. */

import { make, newId } from "./dom.js";
import { renderPlain, renderText } from "./mrkdwn.js";

/** Asks before an action; the promise is true for yes. */
export function askConfirmation(confirm, directory) {
  const [titleId, textId] = [newId("title"), newId("text")];
  const dialog = make(
    "dialog",
    { class: "confirm", role: "alertdialog", "aria-labelledby": titleId, "aria-describedby": textId },
    make("h2", { id: titleId }, renderPlain(confirm.title?.text ?? "Are you sure?")),
    make("div", { id: textId, class: "text" }, renderText(confirm.text, directory)),
    make(
      "div",
      { class: "dialog-foot" },
      make(
        "button",
        { type: "button", class: "button", onclick: () => dialog.close("no") },
        renderPlain(confirm.deny?.text ?? "No"),
      ),
      make(
        "button",
        {
          type: "button",
          class: `button ${confirm.style === "danger" ? "danger" : "primary"}`,
          onclick: () => dialog.close("yes"),
        },
        renderPlain(confirm.confirm?.text ?? "Yes"),
      ),
    ),
  );
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    dialog.showModal();
  });
}

/** Asks for a text; the promise is what was typed, or null. */
export function askText({ title, label, value = "", confirm }) {
  const [titleId, inputId] = [newId("title"), newId("input")];
  const input = make("input", { class: "input", id: inputId, value, maxlength: 80, required: true, autocomplete: "off" });
  const dialog = make(
    "dialog",
    { class: "confirm", "aria-labelledby": titleId },
    make("h2", { id: titleId }, title),
    make(
      "form",
      { method: "dialog", onsubmit: () => dialog.close("yes") },
      make("label", { for: inputId }, label),
      input,
      make(
        "div",
        { class: "dialog-foot" },
        make("button", { type: "button", class: "button", onclick: () => dialog.close("no") }, "Cancel"),
        make("button", { type: "submit", class: "button primary" }, confirm),
      ),
    ),
  );
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" ? input.value.trim() : null);
    });
    dialog.showModal();
    input.select();
  });
}
