/** Buttons of every kind: what they look like while their action is under way, and the overflow menu. */

import { make, safeAddress } from "./dom.js";
import { icon } from "./icons.js";
import { renderPlain } from "./mrkdwn.js";
import { attachMenu } from "./popup.js";

/** A button; with a url it opens the address and tells the app as well. */
export function renderButton(slot) {
  const { element } = slot;
  const href = safeAddress(element.url ?? "");
  const attributes = {
    class: `button${element.style ? ` ${element.style}` : ""}`,
    "aria-label": element.accessibility_label ? renderPlain(element.accessibility_label).join("") : null,
    "data-key": slot.key,
  };
  const label = make("span", { class: "button-text" }, renderPlain(element.text?.text ?? ""));
  const press = (event) => {
    const node = event.currentTarget;
    if (node.getAttribute("aria-busy") === "true") event.preventDefault();
    else slot.commit(element.value ?? null, node, undefined);
  };
  if (href)
    return make("a", { ...attributes, href, target: "_blank", rel: "noopener noreferrer", onclick: press }, label);
  return make("button", { type: "button", ...attributes, onclick: press }, label);
}

/** An overflow menu (three dots). */
export function renderOverflow(slot, labelling) {
  const button = make(
    "button",
    { type: "button", class: "icon-button", "data-key": slot.key, "aria-label": "More actions", ...pick(labelling) },
    icon("more"),
  );
  const entries = () =>
    (slot.element.options ?? []).map((option) => ({
      label: renderPlain(option.text.text).join(""),
      hint: option.description ? renderPlain(option.description.text).join("") : "",
      href: safeAddress(option.url ?? "") || null,
      run: () => slot.commit(option.value, button, undefined),
    }));
  return attachMenu(button, entries, "More actions");
}

// An overflow's "name" says only its action_id, which means nothing to anybody.
function pick(labelling) {
  return labelling["aria-describedby"] ? { "aria-describedby": labelling["aria-describedby"] } : {};
}

/** A button of a context_actions block. */
export function renderIconButton(slot) {
  const { element } = slot;
  const text = renderPlain(element.text?.text ?? "").join("");
  const attributes = {
    type: "button",
    class: "icon-button labelled",
    "aria-label": element.accessibility_label ?? text,
    title: text,
    "data-key": slot.key,
  };
  return make(
    "button",
    { ...attributes, onclick: (event) => slot.commit(element.value ?? null, event.currentTarget, undefined) },
    icon(element.icon),
    text,
  );
}

/** The pair of buttons for "was this good". */
export function renderFeedback(slot) {
  const { element } = slot;
  const makeOne = (button, sign) => {
    const text = renderPlain(button.text?.text ?? "").join("");
    const press = async (event) => {
      const node = event.currentTarget;
      if (!(await slot.commit(button.value, node, undefined))) return;
      for (const other of node.parentElement.children) other.setAttribute("aria-pressed", String(other === node));
    };
    return make(
      "button",
      {
        type: "button",
        class: "icon-button labelled",
        "aria-pressed": "false",
        "aria-label": button.accessibility_label ?? text,
        onclick: press,
      },
      icon(sign),
      text,
    );
  };
  return make(
    "span",
    { class: "feedback", role: "group", "aria-label": "Feedback" },
    makeOne(element.positive_button, "thumb_up"),
    makeOne(element.negative_button, "thumb_down"),
  );
}
