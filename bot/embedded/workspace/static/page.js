/** The page as one person sees it: the conversation shown, its thread, its panels, and what happens to them. */

import { describeFailure, get, listen, post } from "./api.js";
import { Composer } from "./composer.js";
import { setTimeZone } from "./dates.js";
import { isAppConversation, makeDirectory } from "./directory.js";
import { make } from "./dom.js";
import { renderHead } from "./head.js";
import { Home } from "./home.js";
import { describeMessage } from "./messages.js";
import { Modals } from "./modal.js";
import { Panel } from "./panel.js";
import { Panels } from "./panels.js";
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
    this.homeView = state.home;
    this.shown = null;
    setTimeZone(state.me.tz);
    this.home = new Home(this.directory);
    this.home.show(this.homeView);
    this.panels = new Panels(this.directory, state.api_notes, parts.notify);
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
      onSend: () => stream.toEnd(),
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
    const { me } = this.directory;
    const mayDelete = (message) => message.user === me.id || me.is_admin;
    const remove = (message) => this.do("delete", { channel: message.channel, ts: message.ts });
    return { inThread, openThread, mayDelete, remove, shortcuts: this.listShortcuts("message") };
  }

  /** Does something that is only told of where it did not work. */
  async do(path, body) {
    const outcome = await post(path, { as: this.directory.me.id, ...body });
    if (!outcome.ok) this.parts.notify(describeFailure(outcome));
    return outcome;
  }

  listShortcuts(type) {
    return this.directory.shortcuts
      .filter((one) => one.type === type)
      .map((one) => ({ label: one.name, hint: one.description, run: (message) => this.runShortcut(one, message) }));
  }

  async runShortcut(shortcut, message) {
    const place = message ? { channel: message.channel, ts: message.ts } : { channel: this.shown.channel.id };
    await this.do("shortcut", { callback_id: shortcut.callback_id, ...place });
  }

  async writeTo(user) {
    const outcome = await this.do("dm", { user });
    if (!outcome.ok) return;
    this.directory.channels.set(outcome.channel.id, outcome.channel);
    location.hash = writeHash({ channel: outcome.channel.id });
  }

  async markRead() {
    const { channel, home } = this.shown;
    if (home || document.visibilityState !== "visible") return;
    await post("read", { as: this.directory.me.id, channel: channel.id });
  }

  drawHead() {
    const actions = { toggleSidebar: () => this.toggleSidebar(), notify: this.parts.notify };
    this.parts.head.replaceChildren(...renderHead(this.shown, this.directory, actions));
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
      onSend: () => stream.toEnd(),
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
    return this.panels.open(name, this.panel);
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
      channel_left: ({ id }) => this.leaveChannel(id),
      user: (user) => this.receiveUser(user),
      faults: (faults) => this.receiveFaults(faults),
      inspected: (entry) => this.panel.name === "inspector" && this.panels.inspector.add(entry),
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
    const before = this.shown?.channel.id === channel.id ? this.shown.channel : null;
    this.directory.channels.set(channel.id, channel);
    this.sidebar.draw(this.shown?.channel.id);
    if (!before) return;
    this.shown.channel = channel;
    if (before.is_archived === channel.is_archived && before.name === channel.name) this.drawHead();
    else this.showAgain();
  }

  leaveChannel(id) {
    this.directory.channels.delete(id);
    if (this.shown?.channel.id === id) location.hash = writeHash({ channel: this.first.id });
    this.sidebar.draw(this.shown?.channel.id);
  }

  receiveUser(user) {
    const me = this.directory.me;
    const moved = user.id === me.id && user.tz !== me.tz;
    this.directory.users.set(user.id, user);
    if (user.id === me.id) Object.assign(me, user);
    this.panels.people.draw();
    this.sidebar.draw(this.shown?.channel.id);
    if (!moved) return;
    setTimeZone(user.tz);
    this.showAgain();
  }

  receiveFaults(faults) {
    this.directory.faults = faults;
    this.panels.failures.show(faults);
    this.sidebar.mark(faults);
  }

  showAgain() {
    this.show(this.shown.channel, this.shown.home).catch((error) => this.parts.notify(error.message));
  }
}
