/** What the page checks before a view is submitted, as Slack's clients do. */

import { safeAddress } from "./dom.js";

/** The faults of a view's inputs: {block_id: sentence}. */
export function checkView(view, values) {
  const faults = {};
  for (const block of listInputs(view.blocks)) {
    const fault = checkValue(block, values[block.block_id]?.[block.element.action_id]);
    if (fault) faults[block.block_id] = fault;
  }
  return faults;
}

function listInputs(blocks) {
  return blocks.flatMap((block) => (block.type === "input" ? [block] : listInputs(block.child_blocks ?? [])));
}

function checkValue({ element, optional }, value) {
  const empty = value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);
  if (empty) return optional ? "" : "This field is required.";
  return CHECKS[element.type]?.(value, element) ?? "";
}

const CHECKS = {
  plain_text_input(value, { min_length: least, max_length: most }) {
    if (least && value.length < least) return `Use at least ${least} characters.`;
    if (most && value.length > most) return `Use no more than ${most} characters; these are ${value.length}.`;
    return "";
  },
  number_input(value, { is_decimal_allowed: decimal, min_value: least, max_value: most }) {
    const number = Number(value);
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(value.trim())) return "Enter a number.";
    if (!decimal && !Number.isInteger(number)) return "Enter a whole number.";
    if (least !== undefined && number < Number(least)) return `Enter a number that is at least ${least}.`;
    if (most !== undefined && number > Number(most)) return `Enter a number that is at most ${most}.`;
    return "";
  },
  email_text_input: (value) => (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value.trim()) ? "" : "Enter an e-mail address."),
  url_text_input: (value) => (safeAddress(value.trim()) ? "" : "Enter an address that starts with https://."),
};
