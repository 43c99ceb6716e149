/** Starts the page for the person named in the address. */

import { get } from "./api.js";
import { make } from "./dom.js";
import { Page } from "./page.js";
import { enterByPermalink, readRoute } from "./route.js";

const find = (id) => document.getElementById(id);
const toasts = find("toasts");
const announcer = find("announcer");

function announce(text) {
  announcer.append(make("p", {}, text));
  while (announcer.children.length > 5) announcer.firstChild.remove();
}

function notify(text) {
  const toast = make("p", { class: "toast" }, text);
  toasts.append(toast);
  setTimeout(() => toast.remove(), 8000);
}

function offline(on) {
  find("offline").hidden = !on;
}

const parts = {
  sidebar: find("sidebar"),
  head: find("head"),
  main: find("conversation"),
  panel: find("panel"),
  announce,
  notify,
  offline,
  start,
};

async function start(as) {
  try {
    const state = await get("state", as ? { as } : {});
    offline(false);
    new Page(state, parts);
    document.body.dataset.ready = "true";
  } catch (error) {
    offline(true);
    setTimeout(() => start(as), 2000);
    console.error(error);
  }
}

find("veil").addEventListener("click", () => document.body.classList.remove("with-sidebar"));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.body.classList.remove("with-sidebar");
});
enterByPermalink();
start(readRoute().as);
