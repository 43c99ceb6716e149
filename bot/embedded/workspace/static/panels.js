/** What the side panel can show beside a thread: the inspector, the API, people, failures, about. */

import { renderAbout } from "./about.js";
import { renderApiNotes } from "./apinotes.js";
import { Failures } from "./failures.js";
import { Inspector } from "./inspector.js";
import { People } from "./people.js";

/** Keeps the panels that live on while they are not shown. */
export class Panels {
  constructor(directory, apiNotes, notify) {
    this.apiNotes = apiNotes;
    this.inspector = new Inspector();
    this.people = new People(directory, notify);
    this.failures = new Failures(directory, notify);
  }

  /** Opens one of them by name. */
  async open(name, panel) {
    if (name === "api") panel.open(name, "API", [renderApiNotes(this.apiNotes)]);
    else if (name === "about") panel.open(name, "About this workspace", [renderAbout()]);
    else if (name === "people") panel.open(name, "People", [this.people.node]);
    else if (name === "failures") panel.open(name, "Failures", [this.failures.node]);
    else {
      panel.open(name, "Inspector", [this.inspector.node]);
      await this.inspector.load();
    }
  }
}
