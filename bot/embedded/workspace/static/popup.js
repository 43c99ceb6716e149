/** Lists that float over the page: placed beside what opened them, kept in view, gone on a press elsewhere. */

import { make, newId } from "./dom.js";

/** Shows a popup (popover="manual") beside its anchor; answers a function that hides it again. */
export function floatBeside(popup, anchor, { width = "match", onPressElsewhere = () => {} } = {}) {
  const place = () => {
    const box = anchor.getBoundingClientRect();
    if (width === "match") popup.style.width = `${box.width}px`;
    const below = window.innerHeight - box.bottom - 12;
    const upwards = below < Math.min(popup.scrollHeight, 240) && box.top > below;
    popup.style.maxHeight = `${Math.min(upwards ? box.top - 12 : below, 320)}px`;
    popup.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - popup.offsetWidth - 8))}px`;
    popup.style.top = upwards ? "auto" : `${box.bottom + 4}px`;
    popup.style.bottom = upwards ? `${window.innerHeight - box.top + 4}px` : "auto";
  };
  const press = (event) => {
    if (!popup.contains(event.target) && !anchor.contains(event.target)) onPressElsewhere();
  };
  popup.showPopover();
  place();
  window.addEventListener("scroll", place, true);
  window.addEventListener("resize", place);
  document.addEventListener("pointerdown", press, true);
  return () => {
    window.removeEventListener("scroll", place, true);
    window.removeEventListener("resize", place);
    document.removeEventListener("pointerdown", press, true);
    if (popup.matches(":popover-open")) popup.hidePopover();
  };
}

/** Makes a button open a menu. `entries()` answers [{label, hint, run, href, checked}]; it is asked at each opening. */
export function attachMenu(button, entries, label) {
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => openMenu(button, entries(), label));
  return button;
}

/** Opens a menu at a button, as one that follows on another. */
export function openMenu(button, entries, label) {
  if (button.getAttribute("aria-expanded") === "true") return;
  const menu = make("div", {
    class: "popup menu",
    role: "menu",
    popover: "manual",
    id: newId("menu"),
    "aria-label": label,
  });
  const items = entries.map((entry) => makeEntry(entry, () => close()));
  menu.append(...(items.length ? items : [make("p", { class: "popup-note" }, "Nothing here.")]));
  (button.closest("dialog") ?? document.body).append(menu);
  button.setAttribute("aria-expanded", "true");
  const hide = floatBeside(menu, button, { width: "own", onPressElsewhere: () => close(false) });

  function close(focus = true) {
    hide();
    menu.remove();
    button.setAttribute("aria-expanded", "false");
    if (focus) button.focus();
  }

  menu.addEventListener("keydown", (event) => {
    const at = items.indexOf(document.activeElement);
    const moves = {
      ArrowDown: (at + 1) % items.length,
      ArrowUp: (at - 1 + items.length) % items.length,
      Home: 0,
      End: items.length - 1,
    };
    if (event.key in moves) items[moves[event.key]]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  items[
    Math.max(
      0,
      entries.findIndex((entry) => entry.checked),
    )
  ]?.focus();
}

function makeEntry(entry, close) {
  const role = entry.checked === undefined ? "menuitem" : "menuitemradio";
  const attributes = {
    class: "menu-item",
    role,
    tabindex: "-1",
    "aria-checked": entry.checked === undefined ? null : String(entry.checked),
  };
  const run = () => {
    close();
    entry.run();
  };
  const content = [make("span", {}, entry.label), entry.hint ? make("span", { class: "quiet" }, entry.hint) : null];
  if (entry.href)
    return make(
      "a",
      { ...attributes, href: entry.href, target: "_blank", rel: "noopener noreferrer", onclick: run },
      content,
    );
  return make("button", { type: "button", ...attributes, onclick: run }, content);
}
