/** Text one can take along: a copy button, and code beside one. */

import { make } from "./dom.js";
import { icon } from "./icons.js";

/** A button that copies a text and says so. */
export function copyButton(text, label = "Copy") {
  const word = make("span", { "aria-live": "polite" }, "Copy");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      word.textContent = "Copied";
    } catch {
      word.textContent = "Not allowed";
    }
    setTimeout(() => (word.textContent = "Copy"), 1500);
  };
  return make("button", { type: "button", class: "copy", "aria-label": label, onclick: copy }, icon("copy"), word);
}

/** A titled piece of code with its copy button. */
export function makeSnippet(title, code) {
  return make(
    "div",
    { class: "payload snippet" },
    make("div", { class: "payload-head" }, make("h3", {}, title), copyButton(code, `Copy: ${title}`)),
    make("pre", { tabindex: "0", "aria-label": title }, code),
  );
}
