/** The interactive elements of Block Kit, by type. */

import { renderButton, renderFeedback, renderIconButton, renderOverflow } from "./buttons.js";
import { imageAddress, make } from "./dom.js";
import { renderChoices, renderDate, renderDateTime, renderTextInput, renderTime } from "./inputs.js";
import { renderText } from "./mrkdwn.js";
import { renderRichTextInput } from "./richeditor.js";
import { renderSelect } from "./selects.js";
import { Slot } from "./surface.js";

const RENDERERS = {
  button: renderButton,
  workflow_button: renderButton,
  overflow: renderOverflow,
  icon_button: renderIconButton,
  feedback_buttons: renderFeedback,
  plain_text_input: renderTextInput,
  number_input: renderTextInput,
  email_text_input: renderTextInput,
  url_text_input: renderTextInput,
  rich_text_input: renderRichTextInput,
  checkboxes: renderChoices,
  radio_buttons: renderChoices,
  datepicker: renderDate,
  timepicker: renderTime,
  datetimepicker: renderDateTime,
};
for (const kind of ["static", "external", "users", "conversations", "channels"]) {
  RENDERERS[`${kind}_select`] = renderSelect;
  RENDERERS[`multi_${kind}_select`] = renderSelect;
}

/** An element on a surface. `labelling` holds the attributes (id, aria-…) that name its control. */
export function renderElement(element, block, surface, labelling = {}, acts = true) {
  if (element.type === "image") return renderImage(element);
  if (element.type === "plain_text" || element.type === "mrkdwn")
    return make("span", { class: "text" }, renderText(element, surface.directory));
  if (element.visible_to_user_ids && !element.visible_to_user_ids.includes(surface.directory.me.id)) return null;
  const render = RENDERERS[element.type];
  if (!render) return make("span", { class: "unsupported" }, `Unsupported element: ${element.type}`);
  return render(new Slot(surface, block, element, acts), named(labelling, element));
}

/** An image element or block's picture; its alternative text where it cannot be shown. */
export function renderImage(element, attributes = {}) {
  const source = imageAddress(element.image_url ?? element.slack_file?.url ?? "");
  const alternative = element.alt_text ?? "";
  const stand = () =>
    make("span", { class: "image-missing", role: "img", "aria-label": alternative }, alternative || "Image");
  if (!source) return stand();
  const image = make("img", {
    src: source,
    alt: alternative,
    title: alternative || null,
    loading: "lazy",
    ...attributes,
  });
  image.addEventListener("error", () => image.replaceWith(stand()));
  return image;
}

function named(labelling, element) {
  if (labelling["aria-labelledby"] || labelling.id) return labelling;
  return { "aria-label": element.placeholder?.text ?? element.action_id ?? element.type, ...labelling };
}
