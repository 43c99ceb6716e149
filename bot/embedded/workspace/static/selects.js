/** The selects of Block Kit: where the options of each come from. */

import { describeFailure } from "./api.js";
import { Combobox } from "./combobox.js";

/** A select element of any kind as a combobox. */
export function renderSelect(slot, labelling) {
  const { element } = slot;
  const many = element.type.startsWith("multi_");
  const kind = element.type.replace("multi_", "").replace("_select", "");
  const source = SOURCES[kind](slot);
  const least = kind === "external" ? (element.min_query_length ?? 3) : 0;
  return new Combobox(slot, { many, least, labelling, ...source }).node;
}

const SOURCES = {
  static: (slot) =>
    fromList(
      slot.element.option_groups
        ? slot.element.option_groups.map((group) => ({ label: group.label.text, options: group.options }))
        : [{ label: "", options: slot.element.options ?? [] }],
    ),
  external: (slot) => ({ known: () => undefined, find: (typed) => askApp(slot, typed) }),
  users: (slot) => fromList([{ label: "", options: listPeople(slot.directory) }]),
  channels: (slot) =>
    fromList([{ label: "", options: listChannels(slot.directory, (channel) => channel.kind === "channel") }]),
  conversations: (slot) =>
    fromList([{ label: "", options: listChannels(slot.directory, passes(slot.element.filter, slot.directory)) }]),
};

function fromList(groups) {
  const all = groups.flatMap((group) => group.options);
  return {
    known: (value) => all.find((option) => option.value === value),
    find: async (typed) =>
      groups.map((group) => ({
        label: group.label,
        options: group.options.filter((option) => holds(option.text.text, typed)),
      })),
  };
}

async function askApp(slot, typed) {
  const answer = await slot.suggest(typed);
  if (!answer.ok) return describeFailure(answer, "The options could not be loaded. Try again.");
  if (answer.option_groups?.length)
    return answer.option_groups.map((group) => ({ label: group.label.text, options: group.options }));
  return [{ label: "", options: answer.options ?? [] }];
}

function listPeople(directory) {
  const present = [...directory.users.values()].filter((user) => !user.is_deleted);
  return present.map((user) => ({ value: user.id, text: { text: user.real_name } }));
}

function listChannels(directory, keep) {
  return [...directory.channels.values()]
    .filter(keep)
    .map((channel) => ({ value: channel.id, text: { text: nameConversation(channel, directory) } }));
}

/** A conversation's name as it is shown: #growth, or the other person's name. */
export function nameConversation(channel, directory) {
  if (channel.kind === "dm") return directory.users.get(channel.user)?.real_name ?? channel.name;
  return `#${channel.name}`;
}

function passes(filter = {}, directory) {
  const kinds = { channel: "public", private: "private", dm: "im" };
  const barred = (channel) =>
    (filter.exclude_external_shared_channels && channel.is_shared) ||
    (filter.exclude_bot_users && directory.users.get(channel.user)?.is_bot);
  return (channel) => (!filter.include || filter.include.includes(kinds[channel.kind])) && !barred(channel);
}

function holds(text, typed) {
  const plain = (value) => value.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain(text).includes(plain(typed));
}
