/** Inputs of text, numbers, choices, dates and times. */

import { localOfUnix, unixOfLocal } from "./dates.js";
import { make, newId } from "./dom.js";
import { renderText } from "./mrkdwn.js";

const TYPES = { number_input: "text", email_text_input: "email", url_text_input: "url", plain_text_input: "text" };
const PAUSE = 400; // milliseconds of silence after which typed characters are an action

/** plain_text_input, number_input, email_text_input and url_text_input. */
export function renderTextInput(slot, labelling) {
  const { element } = slot;
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const attributes = {
    class: "input",
    "data-control": true,
    "data-key": slot.key,
    value: slot.value ?? "",
    placeholder: element.placeholder?.text ?? null,
    autocomplete: "off",
    inputmode: element.type === "number_input" ? (element.is_decimal_allowed ? "decimal" : "numeric") : null,
    ...labelling,
  };
  const input = element.multiline
    ? make("textarea", { rows: 5, ...attributes })
    : make("input", { type: TYPES[element.type], ...attributes });
  let timer = 0;
  input.addEventListener("input", () => {
    slot.keep(input.value || null);
    input.dispatchEvent(new Event("changed", { bubbles: true }));
    if (!slot.acts || !triggers.includes("on_character_entered")) return;
    clearTimeout(timer);
    timer = setTimeout(() => slot.commit(input.value || null, input), PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (
      event.key !== "Enter" ||
      event.isComposing ||
      !slot.acts ||
      !triggers.includes("on_enter_pressed") ||
      (element.multiline && event.shiftKey)
    )
      return;
    event.preventDefault();
    slot.commit(input.value || null, input);
  });
  return input;
}

/** checkboxes and radio_buttons. */
export function renderChoices(slot, labelling) {
  const { element } = slot;
  const many = element.type === "checkboxes";
  const name = newId("choice");
  const chosen = [slot.value ?? []].flat();
  const group = make("div", {
    class: "choices",
    role: many ? "group" : "radiogroup",
    "data-control": true,
    "data-key": slot.key,
    tabindex: "-1",
    ...withoutRequired(labelling, many),
  });
  for (const option of element.options ?? []) {
    const [id, hintId] = [newId("option"), newId("hint")];
    const box = make("input", {
      type: many ? "checkbox" : "radio",
      id,
      name,
      "aria-describedby": option.description ? hintId : null,
    });
    box.checked = chosen.includes(option.value);
    box.dataset.value = option.value;
    box.dataset.key = `${slot.key}/${option.value}`;
    box.addEventListener("change", change);
    group.append(
      make(
        "div",
        { class: "choice" },
        box,
        make("label", { for: id }, renderText(option.text, slot.directory)),
        option.description
          ? make("span", { class: "quiet", id: hintId }, renderText(option.description, slot.directory))
          : null,
      ),
    );
  }

  async function change() {
    const boxes = [...group.querySelectorAll("input")];
    const before = [slot.value ?? []].flat();
    const values = boxes.filter((box) => box.checked).map((box) => box.dataset.value);
    const done = await slot.commit(many ? values : values[0], group);
    if (done) group.dispatchEvent(new Event("changed", { bubbles: true }));
    else for (const box of boxes) box.checked = [slot.value ?? before].flat().includes(box.dataset.value);
  }

  return group;
}

function withoutRequired(labelling, many) {
  if (!many) return labelling;
  const { "aria-required": _, ...rest } = labelling; // role=group knows no aria-required
  return rest;
}

export function renderDate(slot, labelling) {
  return renderPicker(
    slot,
    labelling,
    "date",
    (value) => value ?? "",
    (text) => text || null,
  );
}

export function renderTime(slot, labelling) {
  return renderPicker(
    slot,
    labelling,
    "time",
    (value) => value ?? "",
    (text) => text || null,
  );
}

export function renderDateTime(slot, labelling) {
  return renderPicker(
    slot,
    labelling,
    "datetime-local",
    (value) => (value ? localOfUnix(value) : ""),
    (text) => (text ? unixOfLocal(text) : null),
  );
}

function renderPicker(slot, labelling, type, write, read) {
  const input = make("input", {
    type,
    class: "input picker",
    "data-control": true,
    "data-key": slot.key,
    value: write(slot.value),
    ...labelling,
  });
  input.addEventListener("change", async () => {
    const value = read(input.value);
    if (value === slot.value) return;
    if (await slot.commit(value, input)) input.dispatchEvent(new Event("changed", { bubbles: true }));
    else input.value = write(slot.value);
  });
  return input;
}
