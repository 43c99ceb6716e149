/** The Failures panel: makes Slack and the OKR server fail towards the bot, to see how the bot copes. */

import { describeFailure, post } from "./api.js";
import { make } from "./dom.js";

const DOWN = [
  ["", "works"],
  ["unavailable", "is down: every call gets 503"],
  ["cut", "cuts every connection without an answer"],
];
const SWITCHES = [
  ["lost", "The next message is posted, but the answer is lost"],
  ["slow", "Every call takes four seconds"],
  ["limited", "One message a second and channel (429)"],
  ["charts", "Charts are refused (invalid_blocks)"],
];
const OKR = [
  ["okr_away", "is away: every call gets 503"],
  ["okr_lost", "applies changes, but answers them with an error"],
];

/** Draws the switches; `notify(text)` tells what was refused. */
export class Failures {
  constructor(directory, notify) {
    Object.assign(this, { directory, notify });
    this.inputs = new Map();
    this.node = make(
      "div",
      { class: "panel-body failures" },
      make("p", { class: "quiet" }, "What the bot asks for fails as you say. This page itself keeps working."),
      make("fieldset", {}, make("legend", {}, "Slack"), DOWN.map(([value, label]) => this.makeChoice(value, label))),
      make("fieldset", {}, make("legend", {}, "And"), SWITCHES.map(([name, label]) => this.makeSwitch(name, label))),
      "okr_away" in directory.faults ? this.makeOkrSwitches() : "",
    );
    this.show(directory.faults);
  }

  /** Shows what is on. */
  show(faults) {
    for (const [value] of DOWN) this.inputs.get(`down/${value}`).checked = faults.down === value;
    for (const [name] of [...SWITCHES, ...OKR]) {
      if (this.inputs.has(name)) this.inputs.get(name).checked = faults[name];
    }
  }

  makeOkrSwitches() {
    const switches = OKR.map(([name, label]) => this.makeSwitch(name, label));
    return make("fieldset", {}, make("legend", {}, "The OKR server"), switches);
  }

  makeChoice(value, label) {
    const input = make("input", { type: "radio", name: "down", onchange: () => this.set("down", value) });
    this.inputs.set(`down/${value}`, input);
    return make("label", {}, input, label);
  }

  makeSwitch(name, label) {
    const input = make("input", { type: "checkbox", onchange: (event) => this.set(name, event.target.checked) });
    this.inputs.set(name, input);
    return make("label", {}, input, label);
  }

  async set(name, value) {
    const outcome = await post("faults", { as: this.directory.me.id, name, value });
    if (!outcome.ok) this.notify(describeFailure(outcome));
  }
}
