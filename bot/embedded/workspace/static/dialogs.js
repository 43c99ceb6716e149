/** Small dialogs over the page: the confirm object of Block Kit. */

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
