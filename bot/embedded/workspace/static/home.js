/** The app's Home tab. */

import { updateBlocks } from "./blocks.js";
import { make } from "./dom.js";
import { Surface } from "./surface.js";

/** Shows the Home view; it is updated in place when the app publishes a new one. */
export class Home {
  constructor(directory) {
    this.directory = directory;
    this.surface = null;
    this.blocks = make("div", { class: "blocks" });
    this.empty = make("p", { class: "quiet home-empty" }, "The app has not put anything here yet.");
    this.node = make(
      "div",
      { class: "home", tabindex: "0", role: "region", "aria-label": "Home" },
      this.blocks,
      this.empty,
    );
  }

  show(view) {
    this.empty.hidden = Boolean(view);
    if (!view) return this.blocks.replaceChildren();
    if (this.surface?.place.view_id === view.id) this.surface.adopt(view.state, view.state_options, view.blocks);
    else
      this.surface = new Surface({
        kind: "home",
        place: { view_id: view.id },
        directory: this.directory,
        state: view.state,
        stateOptions: view.state_options,
      });
    return updateBlocks(this.blocks, view.blocks, this.surface);
  }
}
