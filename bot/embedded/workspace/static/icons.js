/** The page's few line icons, drawn on a grid of 20 by 20. */

import { makeSvg } from "./dom.js";

const PATHS = {
  menu: "M3 5h14M3 10h14M3 15h14",
  close: "M5 5l10 10M15 5L5 15",
  back: "M12 4l-6 6 6 6",
  down: "M5 8l5 5 5-5",
  up: "M5 12l5-5 5 5",
  right: "M8 5l5 5-5 5",
  left: "M12 5l-5 5 5 5",
  reply: "M3 4h14v9H9l-4 4v-4H3z",
  more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  send: "M3 10l14-6-5 13-3-6z",
  plus: "M10 4v12M4 10h12",
  eye: "M1.8 10s3-5.5 8.2-5.5S18.2 10 18.2 10s-3 5.5-8.2 5.5S1.8 10 1.8 10zM10 12.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  shared: "M7 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM19 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM7 10h6",
  traffic: "M4 7h11l-3-3M16 13H5l3 3",
  braces: "M7 3C4.5 3 6 9 3.5 10 6 11 4.5 17 7 17M13 3c2.5 0 1 6 3.5 7-2.5 1-1 7-3.5 7",
  info: "M10 18a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM10 9v5M10 6.2h.01",
  copy: "M7 7h10v10H7zM13 7V3H3v10h4",
  warning: "M10 3l8 14H2zM10 8v4M10 14.5h.01",
  check: "M4 10.5l4 4 8-9",
  at: "M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM13 7v4.5c0 3 4.5 2.5 4.5-1.5A7.5 7.5 0 1 0 14.5 16",
  thumb_up: "M3 9h3v8H3zM6 9l4-6c1.5 0 2 1 1.7 2.3L11 8h5c1 0 1.6.8 1.4 1.8l-1.2 6c-.2.7-.7 1.2-1.4 1.2H6",
  thumb_down: "M3 11h3V3H3zM6 11l4 6c1.5 0 2-1 1.7-2.3L11 12h5c1 0 1.6-.8 1.4-1.8l-1.2-6c-.2-.7-.7-1.2-1.4-1.2H6",
  trash: "M4 6h12M8 6V3.5h4V6M5.5 6l.8 11h7.4l.8-11",
  people:
    "M7.5 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 17c0-3 2.5-5 5.5-5s5.5 2 5.5 5M13 4.3a3 3 0 0 1 0 5.4M14.5 12.3c2 .6 3.5 2.4 3.5 4.7",
  file: "M5 2h7l4 4v12H5zM12 2v4h4",
};

/** A decorative icon; the control that holds it carries the label. */
export function icon(name) {
  return makeSvg(
    "svg",
    { class: `icon icon-${name}`, viewBox: "0 0 20 20", "aria-hidden": "true", focusable: "false" },
    makeSvg("path", { d: PATHS[name] ?? PATHS.more }),
  );
}
