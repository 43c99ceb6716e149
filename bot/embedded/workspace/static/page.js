/** The page as one person sees it: the conversation shown, its thread, its panels, and what happens to them. */

import { describeFailure, get, listen, post } from "./api.js";
import { renderAbout } from "./about.js";
import { renderApiNotes } from "./apinotes.js";
import { Composer } from "./composer.js";
import { setTimeZone } from "./dates.js";
import { isAppConversation, makeDirectory } from "./directory.js";
import { make } from "./dom.js";
import { Home } from "./home.js";
import { icon } from "./icons.js";
import { Inspector } from "./inspector.js";
import { describeMessage } from "./messages.js";
import { Modals } from "./modal.js";
import { Panel } from "./panel.js";
import { readObjective, readRoute, rememberPerson, writeHash } from "./route.js";
import { nameConversation } from "./selects.js";
import { Sidebar } from "./sidebar.js";
import { Stream } from "./stream.js";
import { makeIntroduction } from "./welcome.js";

const PAGE = 50; // messages fetched at a time

/** Everything that belongs to one person; another person means another Page. */
export class Page {
  constructor(state, parts) {
    this.parts = parts;
    this.directory = makeDirectory(state);
    this.apiNotes = state.api_notes;
    this.homeView = state.home;
    this.shown = null;
    setTimeZone(state.me.tz);
    this.home = new Home(this.directory);
    this.home.show(this.homeView);
    this.inspector = new Inspector();
    this.modals = new Modals(this.directory, () => this.composer?.focus());
    this.panel = new Panel(parts.panel, () => this.closePanel());
    this.sidebar = new Sidebar(this.directory, {
      actAs: (id) => this.leaveFor(id),
      writeTo: (id) => this.writeTo(id),
      showPanel: (name) => this.showPanel(name),
    });
    parts.sidebar.replaceChildren(...this.sidebar.nodes);
    rememberPerson(state.me.id);
    this.stop = listen(state.me.id, state.event_id, this.makeHandlers());
    this.onRoute = () => this.go().catch((error) => parts.notify(error.message));
    window.addEventListener("hashchange", this.onRoute);
    this.onShown = () => document.visibilityState === "visible" && this.shown && this.markRead();
    document.addEventListener("visibilitychange", this.onShown);
    this.onRoute();
    this.modals.show(state.views ?? []);
  }

  /** Leaves the page to another person. */
  leaveFor(id) {
    this.stop();
    this.modals.tell(true);
    this.modals.dialog.remove();
    this.panel.close();
    window.removeEventListener("hashchange", this.onRoute);
    document.removeEventListener("visibilitychange", this.onShown);
    this.parts.start(id);
  }

  // --- where one is

  get first() {
    const channels = [...this.directory.channels.values()];
    return channels.find((one) => one.name === "general") ?? channels[0];
  }

  async go() {
    const objective = readObjective();
    if (objective) return this.ask(`/okr show ${objective}`);
    const route = readRoute();
    const channel = this.directory.channels.get(route.channel) ?? this.first;
    if (!channel) return undefined;
    document.body.classList.remove("with-sidebar");
    const home = route.home && isAppConversation(channel, this.directory);
    if (this.shown?.channel.id !== channel.id || this.shown.home !== home) await this.show(channel, home);
    if (route.thread && route.channel === channel.id) await this.showThread(route.thread);
    else if (this.panel.name === "thread") this.panel.close();
    return undefined;
  }

  /** Runs a command in the conversation shown, as a link to an objective does. */
  async ask(command) {
    const place = this.shown && !this.shown.home ? this.placeShown() : { channel: this.first.id };
    history.replaceState(null, "", writeHash(place));
    await this.go();
    await this.composer.send(command);
  }

  async show(channel, home) {
    this.shown = { channel, home };
    document.title = `${nameConversation(channel, this.directory)} · ${this.directory.team.name}`;
    this.drawHead();
    this.sidebar.draw(channel.id);
    if (home) {
      this.stream = this.composer = null;
      this.parts.main.replaceChildren(this.home.node);
      await post("home/open", { as: this.directory.me.id, tab: "home" });
      return;
    }
    const name = nameConversation(channel, this.directory);
    const composer = new Composer({
      directory: this.directory,
      place: { channel: channel.id },
      label: `Message ${name}`,
      shortcuts: this.listShortcuts("global"),
    });
    const stream = new Stream({
      directory: this.directory,
      actions: this.makeActions(),
      label: `Messages in ${name}`,
      loadOlder: (before) => this.fetchMessages(channel.id, { before }),
      makeIntroduction: () => makeIntroduction(channel, this.directory, (text) => composer.send(text)),
    });
    Object.assign(this, { stream, composer });
    this.parts.main.replaceChildren(stream.node, this.makeFoot(channel, composer));
    const lastRead = channel.unread > 0 ? channel.last_read || "0" : "";
    stream.fill(await this.fetchMessages(channel.id), lastRead);
    if (matchMedia("(hover: hover)").matches && !this.modals.dialog.open) composer.focus();
    this.markRead();
    if (isAppConversation(channel, this.directory))
      await post("home/open", { as: this.directory.me.id, tab: "messages" });
  }

  makeFoot(channel, composer) {
    if (channel.is_archived) return make("p", { class: "composer-closed" }, "This channel is archived.");
    if (isAppConversation(channel, this.directory) && this.directory.app.messages_tab_read_only)
      return make("p", { class: "composer-closed" }, "Messages to this app are turned off.");
    return composer.node;
  }

  fetchMessages(channel, query = {}) {
    return get("messages", { as: this.directory.me.id, channel, limit: PAGE, ...query });
  }

  makeActions(inThread = false) {
    const openThread = (message) =>
      (location.hash = writeHash({ channel: message.channel, thread: message.thread_ts || message.ts }));
    return { inThread, openThread, shortcuts: this.listShortcuts("message") };
  }

  listShortcuts(type) {
    return this.directory.shortcuts
      .filter((one) => one.type === type)
      .map((one) => ({ label: one.name, hint: one.description, run: (message) => this.runShortcut(one, message) }));
  }

  async runShortcut(shortcut, message) {
    const place = message ? { channel: message.channel, ts: message.ts } : { channel: this.shown.channel.id };
    const outcome = await post("shortcut", { as: this.directory.me.id, callback_id: shortcut.callback_id, ...place });
    if (!outcome.ok) this.parts.notify(describeFailure(outcome));
  }

  async writeTo(user) {
    const outcome = await post("dm", { as: this.directory.me.id, user });
    if (!outcome.ok) return this.parts.notify(describeFailure(outcome));
    this.directory.channels.set(outcome.channel.id, outcome.channel);
    location.hash = writeHash({ channel: outcome.channel.id });
    return undefined;
  }

  async markRead() {
    const { channel, home } = this.shown;
    if (home || document.visibilityState !== "visible") return;
    await post("read", { as: this.directory.me.id, channel: channel.id });
  }

  drawHead() {
    const { channel, home } = this.shown;
    const name = nameConversation(channel, this.directory);
    const menu = make(
      "button",
      {
        type: "button",
        class: "icon-button only-narrow",
        "aria-label": "Channels and people",
        onclick: () => this.toggleSidebar(),
      },
      icon("menu"),
    );
    const sign = channel.kind === "private" ? icon("lock") : null;
    const about =
      channel.kind === "dm"
        ? ""
        : [channel.topic || channel.purpose, `${channel.members} people`].filter(Boolean).join(" · ");
    const notes = [channel.is_shared ? "Shared with another organisation" : "", channel.is_archived ? "Archived" : ""]
      .filter(Boolean)
      .map((text) => make("span", { class: "badge" }, text));
    this.parts.head.replaceChildren(
      menu,
      make("h1", {}, sign, name),
      ...notes,
      make("p", { class: "quiet head-about" }, about),
      this.makeTabs(channel, home),
    );
  }

  makeTabs(channel, home) {
    if (!isAppConversation(channel, this.directory) || !this.directory.app.home_tab_enabled) return "";
    const tab = (label, current, place) =>
      make("a", { class: "tab", href: writeHash(place), "aria-current": current ? "page" : null }, label);
    return make(
      "nav",
      { class: "tabs", "aria-label": "App" },
      tab("Home", home, { channel: channel.id, home: true }),
      tab("Messages", !home, { channel: channel.id }),
    );
  }

  toggleSidebar() {
    const open = document.body.classList.toggle("with-sidebar");
    if (open) this.parts.sidebar.querySelector("[aria-current], a, button")?.focus();
  }

  // --- beside the stream

  async showThread(ts) {
    const { channel } = this.shown;
    const composer = new Composer({
      directory: this.directory,
      place: { channel: channel.id, thread_ts: ts },
      label: "Reply",
    });
    const stream = new Stream({ directory: this.directory, actions: this.makeActions(true), label: "Thread" });
    this.thread = { ts, stream };
    this.panel.open("thread", "Thread", [stream.node, composer.node]);
    const { messages } = await get("thread", { as: this.directory.me.id, channel: channel.id, thread_ts: ts }).catch(
      () => ({ messages: [] }),
    );
    if (this.thread?.ts !== ts) return;
    stream.fill({ messages, has_more: false });
    composer.focus();
  }

  async showPanel(name) {
    if (this.panel.name === name) return this.closePanel();
    document.body.classList.remove("with-sidebar");
    if (readRoute().thread) history.replaceState(null, "", writeHash(this.placeShown()));
    if (name === "api") this.panel.open(name, "API", [renderApiNotes(this.apiNotes)]);
    else if (name === "about") this.panel.open(name, "About this workspace", [renderAbout()]);
    else {
      this.panel.open(name, "Inspector", [this.inspector.node]);
      await this.inspector.load();
    }
    return undefined;
  }

  placeShown() {
    return { channel: this.shown.channel.id, home: this.shown.home };
  }

  closePanel() {
    const thread = this.panel.name === "thread";
    this.thread = null;
    this.panel.close();
    if (thread && readRoute().thread) location.hash = writeHash(this.placeShown());
  }

  // --- what happens

  makeHandlers() {
    return {
      message: (message) => this.receive(message, true),
      message_changed: (message) => this.receive(message, false),
      message_deleted: ({ ts }) => [this.stream, this.thread?.stream].forEach((stream) => stream?.remove(ts)),
      views: ({ views }) => this.modals.show(views),
      home: ({ view }) => this.home.show(view),
      channel: (channel) => this.receiveChannel(channel),
      inspected: (entry) => this.panel.name === "inspector" && this.inspector.add(entry),
      reload: () => location.reload(),
      online: (online) => this.parts.offline(!online),
    };
  }

  receive(message, fresh) {
    if (message.channel !== this.shown?.channel.id) return;
    const reply = message.thread_ts && message.thread_ts !== message.ts;
    const inThread = this.thread && (message.ts === this.thread.ts || message.thread_ts === this.thread.ts);
    if (inThread) this.thread.stream.put(message);
    if (!reply && (fresh || this.stream?.find(message.ts))) this.stream?.put(message);
    if (fresh && message.user !== this.directory.me.id && (!reply || inThread))
      this.parts.announce(describeMessage(message, this.directory));
    if (fresh && !message.ephemeral) this.markRead();
  }

  receiveChannel(channel) {
    this.directory.channels.set(channel.id, channel);
    if (this.shown?.channel.id === channel.id) {
      this.shown.channel = channel;
      this.drawHead();
    }
    this.sidebar.draw(this.shown?.channel.id);
  }
}
