/** Who and what there is, as the person acted as sees it. */

/** Makes the directory from /workspace/state. */
export function makeDirectory(state) {
  return {
    me: state.me,
    team: state.team,
    app: state.app,
    users: new Map(state.users.map((user) => [user.id, user])),
    channels: new Map(state.channels.map((channel) => [channel.id, channel])),
    commands: state.commands,
    shortcuts: state.shortcuts ?? [],
    faults: state.faults ?? {},
  };
}

/** True for the conversation with the app, which has the Home tab. */
export function isAppConversation(channel, directory) {
  return channel.kind === "dm" && Boolean(directory.users.get(channel.user)?.is_bot);
}

/** What somebody is, beside their name. */
export function describePerson(user) {
  if (user.is_deleted) return "deactivated";
  if (user.is_stranger) return "other organisation";
  if (user.is_guest) return user.standing === "guest" ? "guest" : "guest of several channels";
  return user.is_admin ? "admin" : user.title;
}
