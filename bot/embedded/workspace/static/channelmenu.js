/** What can be done to a channel: who is in it, what it is called, whether it is put away. */

import { describeFailure, get, post } from "./api.js";
import { askText } from "./dialogs.js";
import { describePerson } from "./directory.js";
import { make } from "./dom.js";
import { icon } from "./icons.js";
import { attachMenu, openMenu } from "./popup.js";

/** The button with the menu of a channel. `notify(text)` tells what was refused. */
export function makeChannelMenu(channel, directory, notify) {
  const me = directory.me.id;
  const change = async (act, body = {}) => {
    const outcome = await post(`channels/${channel.id}/${act}`, { as: me, ...body });
    if (!outcome.ok) notify(describeFailure(outcome));
  };
  const pick = async (label, act, isListed) => {
    const { members } = await get("members", { as: me, channel: channel.id });
    const people = [...directory.users.values()].filter((user) => isListed(user, members.includes(user.id)));
    const entry = (user) => ({
      label: user.real_name,
      hint: user.is_bot ? "app" : describePerson(user),
      run: () => change(act, { user: user.id }),
    });
    openMenu(button, people.map(entry), label);
  };
  const rename = async () => {
    const name = await askText({ title: "Rename this channel", label: "Name", value: channel.name, confirm: "Rename" });
    if (name && name !== channel.name) await change("rename", { name });
  };
  const entries = () =>
    channel.is_archived
      ? [{ label: "Un-archive", run: () => change("unarchive") }]
      : [
          {
            label: "Add somebody…",
            run: () => pick("Add somebody", "invite", (user, inside) => !inside && !user.is_deleted),
          },
          {
            label: "Remove somebody…",
            run: () => pick("Remove somebody", "remove", (user, inside) => inside && user.id !== me),
          },
          { label: "Rename…", run: rename },
          { label: "Archive", run: () => change("archive") },
          { label: "Leave", run: () => change("remove", { user: me }) },
        ];
  const button = make(
    "button",
    { type: "button", class: "icon-button", "aria-label": "Change this channel", title: "Change this channel" },
    icon("more"),
  );
  return attachMenu(button, entries, "Change this channel");
}
