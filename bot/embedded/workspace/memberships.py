"""Channels as people change them: who is in them, what they are called, whether they are put away."""

import re

from bot.embedded.workspace.news import tell_channel_changed, tell_joined, tell_left
from bot.embedded.workspace.people import TEAM_ID, Channel, User
from bot.embedded.workspace.rights import Refusal, demand_admin, demand_channel, told
from bot.embedded.workspace.world import World

NAME = re.compile(r"[\w-]+")
NAME_LIMIT = 80


@told
def invite(world: World, by: str, channel_id: str, *user_ids: str) -> None:
    """Makes people, or the app, members."""
    _, channel = demand_channel(world, by, channel_id)
    if channel.is_archived:
        raise Refusal("is_archived", "This channel is archived.")
    found = [world.directory.user(user_id) for user_id in user_ids]
    if not found or None in found:
        raise Refusal("user_not_found", "Say whom to invite: /invite @name")
    for user in found:
        assert user is not None  # noqa: S101 - looked for above
        _demand_invitable(world, channel, user)
        enter(world, channel, user, f"was added to #{channel.name} by <@{by}>.", inviter=by)


@told
def remove(world: World, by: str, channel_id: str, user_id: str) -> None:
    """Ends a membership: one's own, or as an admin somebody else's or the app's."""
    who, channel = demand_channel(world, by, channel_id)
    user = world.person(user_id)
    if user_id not in channel.members:
        raise Refusal("not_in_channel", f"{user.real_name} is not in this channel.")
    if channel.is_general and not user.is_bot and not user.is_guest:
        error = "cant_leave_general" if by == user_id else "cant_kick_from_general"
        raise Refusal(error, "Everybody stays in #general.")
    if by == user_id:
        leave(world, channel, user, f"left #{channel.name}.", by)
        return
    demand_admin(who, "Only admins can remove others from a channel.")
    leave(world, channel, user, f"was removed from #{channel.name} by <@{by}>.", by)


@told
def archive(world: World, by: str, channel_id: str) -> None:
    """Puts a channel away: it stays readable, and nobody can post."""
    _, channel = demand_channel(world, by, channel_id)
    if channel.is_general:
        raise Refusal("cant_archive_general", "#general cannot be archived.")
    if channel.is_archived:
        raise Refusal("already_archived", "This channel is archived already.")
    world.notice(channel_id, by, f"archived #{channel.name}.")
    _change(world, by, channel, "archive", is_archived=True)


@told
def unarchive(world: World, by: str, channel_id: str) -> None:
    """Fetches a channel back."""
    _, channel = demand_channel(world, by, channel_id)
    if not channel.is_archived:
        raise Refusal("not_archived", "This channel is not archived.")
    _change(world, by, channel, "unarchive", is_archived=False)
    world.notice(channel_id, by, f"un-archived #{channel.name}.")


@told
def rename(world: World, by: str, channel_id: str, name: str) -> None:
    """Calls a channel otherwise; its id stays."""
    _, channel = demand_channel(world, by, channel_id)
    if channel.is_archived:
        raise Refusal("is_archived", "This channel is archived.")
    demand_name(world, name)
    world.notice(channel_id, by, f"renamed the channel from “{channel.name}” to “{name}”.")
    _change(world, by, channel, "rename", name=name)


def demand_name(world: World, name: str) -> None:
    """Raises Refusal for what cannot be a new channel's name."""
    if not name:
        raise Refusal("invalid_name_required", "A channel needs a name.")
    if len(name) > NAME_LIMIT:
        raise Refusal("invalid_name_maxlength", f"A channel's name has {NAME_LIMIT} characters at most.")
    if not NAME.fullmatch(name) or name != name.lower():
        raise Refusal("invalid_name_specials", "Use lower-case letters, digits, hyphens and underscores only.")
    if world.directory.named(name):
        raise Refusal("name_taken", f"There is a channel #{name} already.")


def enter(world: World, channel: Channel, user: User, text: str, inviter: str = "") -> None:
    """Makes somebody a member, says so in the channel, and tells the app."""
    world.directory.join(channel.id, user.id)
    world.post(channel.id, user.id, {"text": text}, kind="join")
    tell_joined(world, _now(world, channel), user, inviter)


def leave(world: World, channel: Channel, user: User, text: str, by: str) -> None:
    """Ends a membership, says so in the channel, and tells the app."""
    world.directory.leave(channel.id, user.id)
    world.notice(channel.id, user.id, text)
    world.tell_left(channel.id, user.id)
    tell_left(world, _now(world, channel), user, by)


def _demand_invitable(world: World, channel: Channel, user: User) -> None:
    name = user.real_name
    if user.id in channel.members:
        raise Refusal("already_in_channel", f"{name} is in this channel already.")
    if user.deleted:
        raise Refusal("cant_invite", f"{name}'s account is deactivated.")
    if user.team_id != TEAM_ID and not channel.is_shared:
        raise Refusal("user_team_not_in_channel", f"{name}'s organisation does not share this channel.")
    rooms = [one for one in world.directory.channels_of(user.id) if not one.is_dm]
    if user.standing == "guest" and rooms:
        raise Refusal("ura_max_channels", f"{name} is a guest of a single channel, #{rooms[0].name}.")


def _change(world: World, by: str, channel: Channel, what: str, **changes: object) -> None:
    world.directory.change_channel(channel.id, **changes)
    world.tell_channel(channel.id)
    tell_channel_changed(world, what, _now(world, channel), by)


def _now(world: World, channel: Channel) -> Channel:
    return world.directory.channel(channel.id) or channel
