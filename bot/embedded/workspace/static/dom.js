/** Builds DOM nodes without ever parsing markup: whatever people or the app wrote stays text. */

const SVG = "http://www.w3.org/2000/svg";
let lastId = 0;

/** An id that is used once in this page. */
export function newId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** An HTML element: functions among the attributes are listeners (onclick), null and false leave an attribute out. */
export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element, with the same rules as make(). */
export function makeSvg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** The address when it is one that may be followed (http, https, mailto), else an empty string. */
export function safeAddress(address) {
  try {
    const url = new URL(String(address));
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

/** The address when an image may come from it under the page's content security policy, else an empty string. */
export function imageAddress(address) {
  if (!address) return "";
  if (/^\/workspace\/files\//.test(address)) return address;
  if (/^data:image\//.test(address)) return address;
  try {
    const url = new URL(String(address), location.href);
    return url.protocol === "https:" || url.origin === location.origin ? url.href : "";
  } catch {
    return "";
  }
}

// A link into this page stays in it, and with the person acted as.
function ownAddress(href) {
  const url = new URL(href);
  if (url.origin !== location.origin || !/^\/(archives\/.*)?$/.test(url.pathname)) return "";
  url.search = location.search;
  return url.href;
}

/** A link that opens beside the workspace; plain children when its address may not be followed. */
export function makeLink(address, ...children) {
  const href = safeAddress(address);
  if (!href) return make("span", {}, ...children);
  const own = ownAddress(href);
  if (own) return make("a", { href: own }, ...children);
  return make("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** Runs a change of the page and gives the focus back to the control with the same data-key. */
export function keepFocus(root, change) {
  const before = document.activeElement;
  const key = before && root.contains(before) ? before.closest("[data-key]")?.dataset.key : "";
  const selection =
    key && before.selectionStart !== undefined
      ? [safeSelection(before, "selectionStart"), safeSelection(before, "selectionEnd")]
      : [null, null];
  change();
  if (!key || (document.activeElement && root.contains(document.activeElement))) return;
  const again = [...root.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key);
  if (!again) return;
  const target = again.matches("input, textarea, button, [tabindex], [contenteditable]")
    ? again
    : again.querySelector("input, textarea, button");
  target?.focus({ preventScroll: true });
  if (selection[0] !== null && target?.setSelectionRange && ["text", "textarea", "search"].includes(target.type)) {
    target.setSelectionRange(...selection);
  }
}

function safeSelection(node, side) {
  // Chromium throws for the types that have no selection, such as e-mail and number.
  try {
    return node[side];
  } catch {
    return null;
  }
}
