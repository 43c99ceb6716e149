"""Web API: channels, direct messages and who is in them."""

from bot.embedded.workspace.api.call import ApiError, Call, Method
from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.memberships import enter
from bot.embedded.workspace.objects import channel_object
from bot.embedded.workspace.people import BOT_USER_ID, Channel

KINDS = {"channel": "public_channel", "private": "private_channel", "dm": "im"}
SCOPES = {"channel": "channels:read", "private": "groups:read", "dm": "im:read"}
READ = ("channels:read", "groups:read", "im:read", "mpim:read")


def find(call: Call, named: str) -> Channel:
    """The channel of that id or #name, as far as the bot may know of it. Raises ApiError."""
    directory = call.world.directory
    channel = directory.channel(named) or directory.named(named.removeprefix("#"))
    if channel is None or (channel.kind != "channel" and BOT_USER_ID not in channel.members):
        raise ApiError("channel_not_found")
    return channel


def _listed(call: Call, channels: list[Channel]) -> Json:
    wanted = call.listed("types") or ["public_channel"]
    if any(one not in (*KINDS.values(), "mpim") for one in wanted):
        raise ApiError("invalid_types")
    for kind, name in KINDS.items():
        if name in wanted:
            call.demand(SCOPES[kind])
    found = [
        channel_object(call.world, one)
        for one in channels
        if KINDS[one.kind] in wanted
        and (one.kind == "channel" or BOT_USER_ID in one.members)
        and not (one.is_archived and call.flag("exclude_archived"))
    ]
    page, metadata = call.paged(found)
    return {"channels": page, **metadata}


def _list(call: Call) -> Json:
    return _listed(call, call.world.directory.channels())


def _of_user(call: Call) -> Json:
    user_id = call.text("user", BOT_USER_ID)
    if call.world.directory.user(user_id) is None:
        raise ApiError("user_not_found")
    return _listed(call, call.world.directory.channels_of(user_id))


def _info(call: Call) -> Json:
    channel = find(call, call.text("channel"))
    call.demand(SCOPES[channel.kind])
    return {"channel": channel_object(call.world, channel)}


def _members(call: Call) -> Json:
    channel = find(call, call.text("channel"))
    call.demand(SCOPES[channel.kind])
    page, metadata = call.paged(channel.members)
    return {"members": page, **metadata}


def _open(call: Call) -> Json:
    directory = call.world.directory
    if call.has("channel"):
        return {"channel": {"id": find(call, call.text("channel")).id}}
    users = call.listed("users")
    if len(users) != 1:
        raise ApiError("not_enough_users" if not users else "too_many_users")
    user = directory.user(users[0])
    if user is None:
        raise ApiError("user_not_found")
    if user.deleted or user.id == BOT_USER_ID:
        raise ApiError("user_disabled" if user.deleted else "cannot_dm_bot")
    channel = directory.open_dm(user.id, BOT_USER_ID)
    return {"channel": channel_object(call.world, channel) if call.flag("return_im") else {"id": channel.id}}


def _join(call: Call) -> Json:
    channel = find(call, call.text("channel"))
    if channel.kind != "channel":
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    if BOT_USER_ID not in channel.members:
        enter(call.world, channel, call.world.person(BOT_USER_ID), f"joined #{channel.name}.")
    return {"channel": channel_object(call.world, find(call, channel.id))}


METHODS = {
    "conversations.list": Method(_list, READ),
    "conversations.info": Method(_info, READ, ("channel",)),
    "conversations.members": Method(_members, READ, ("channel",)),
    "conversations.open": Method(_open, ("im:write",)),
    "conversations.join": Method(_join, ("channels:join",), ("channel",)),
    "users.conversations": Method(_of_user, READ),
}
