/** A surface is what blocks live on (a message, a modal, the Home tab): it keeps what is typed there and speaks for it. */

import { describeFailure, post } from "./api.js";
import { askConfirmation } from "./dialogs.js";
import { make } from "./dom.js";

/** One message or view. `place` names it to the server: {channel, ts} or {view_id}. */
export class Surface {
  constructor({ kind, place, directory, state = {}, stateOptions = {}, onTyped = () => {} }) {
    Object.assign(this, { kind, place, directory, onTyped });
    this.values = structuredClone(state ?? {});
    this.chosen = structuredClone(stateOptions ?? {});
  }

  /** Takes the server's state but keeps what was typed here where block_id and action_id are still in the blocks. */
  adopt(state, stateOptions, blocks) {
    const kept = {};
    for (const [block, element] of listElements(blocks)) {
      const [own, theirs] = [this.values[block.block_id], (state ?? {})[block.block_id]];
      const from = own && element.action_id in own ? own : theirs;
      if (from && element.action_id in from) (kept[block.block_id] ??= {})[element.action_id] = from[element.action_id];
    }
    this.values = kept;
    for (const [block, actions] of Object.entries(stateOptions ?? {}))
      this.chosen[block] = { ...actions, ...this.chosen[block] };
  }

  has(slot) {
    return slot.action in (this.values[slot.block] ?? {});
  }

  keep(slot, value) {
    (this.values[slot.block] ??= {})[slot.action] = value;
    this.onTyped();
  }

  /** Sends an action; answers the Outcome, also where the server itself could not be reached. */
  async act(slot, value) {
    return post("actions", {
      as: this.directory.me.id,
      ...this.place,
      block_id: slot.block,
      action_id: slot.action,
      value,
      values: this.values,
    });
  }

  /** Asks the app for the options of an external select. */
  async suggest(slot, typed) {
    return post("options", {
      as: this.directory.me.id,
      ...this.place,
      block_id: slot.block,
      action_id: slot.action,
      typed,
    });
  }
}

/** One element's place on a surface. `acts` says whether a change is an action or only kept for the submission. */
export class Slot {
  constructor(surface, block, element, acts) {
    Object.assign(this, { surface, element, acts, block: block.block_id, action: element.action_id });
    this.key = `${this.block}/${this.action}`;
    this.directory = surface.directory;
  }

  get value() {
    return this.surface.has(this) ? this.surface.values[this.block][this.action] : initialValue(this.element);
  }

  keep(value) {
    this.surface.keep(this, value);
  }

  /** The option objects chosen, for the selects whose options come from the app. */
  get options() {
    const known = this.surface.chosen[this.block]?.[this.action];
    return [known ?? [], this.element.initial_options ?? [], this.element.initial_option ?? []].flat();
  }

  rememberOptions(options) {
    (this.surface.chosen[this.block] ??= {})[this.action] = options;
  }

  /** Keeps a value and, where a change is an action, sends it while `node` shows that it is under way. False: not done. */
  async commit(value, node, kept = value) {
    if (this.acts && this.element.confirm) {
      if (!(await askConfirmation(this.element.confirm, this.directory))) return false;
    }
    if (kept !== undefined) this.keep(kept);
    if (!this.acts) return true;
    clearFailure(node);
    node.setAttribute("aria-busy", "true");
    const outcome = await this.surface.act(this, value);
    node.removeAttribute("aria-busy");
    if (!outcome.ok) showFailure(node, describeFailure(outcome));
    return outcome.ok;
  }

  suggest(typed) {
    return this.surface.suggest(this, typed);
  }
}

/** What an element holds before anybody touches it, in the shape the server's state has. */
export function initialValue(element) {
  if (element.initial_options) return element.initial_options.map((option) => option.value);
  if (element.initial_option) return element.initial_option.value;
  const plural = element.initial_users ?? element.initial_conversations ?? element.initial_channels;
  if (plural) return plural;
  if (element.type.startsWith("multi_") || element.type === "checkboxes") return [];
  const single = element.initial_value ?? element.initial_date ?? element.initial_time ?? element.initial_date_time;
  return single ?? element.initial_user ?? element.initial_conversation ?? element.initial_channel ?? null;
}

const STATELESS = new Set([
  "button",
  "overflow",
  "image",
  "icon_button",
  "feedback_buttons",
  "workflow_button",
  "plain_text",
  "mrkdwn",
]);

/** Every [block, element] pair that has a value. */
export function listElements(blocks) {
  const found = [];
  for (const block of blocks ?? []) {
    const inside = [block.element, block.accessory, ...(block.type === "actions" ? (block.elements ?? []) : [])];
    for (const element of inside) if (element?.action_id && !STATELESS.has(element.type)) found.push([block, element]);
    if (block.child_blocks) found.push(...listElements(block.child_blocks));
  }
  return found;
}

/** The values of every element of the blocks, initial ones included. */
export function collectValues(surface, blocks) {
  const values = {};
  for (const [block, element] of listElements(blocks))
    (values[block.block_id] ??= {})[element.action_id] = new Slot(surface, block, element, false).value;
  return values;
}

function showFailure(node, text) {
  const block = node.closest(".block") ?? node.parentElement;
  block?.append(make("p", { class: "failure", role: "alert" }, text));
}

function clearFailure(node) {
  const block = node.closest(".block") ?? node.parentElement;
  for (const old of block?.querySelectorAll(":scope > .failure") ?? []) old.remove();
}
