"""What the app hears of people and channels: what its manifest subscribes to, has the scope for, and may know of.

https://docs.slack.dev/reference/events: of members only where the app is one itself; of its own removal by
``channel_left`` or ``group_left``; of public channels wherever they are, of private ones where it is a member.
"""

from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.objects import user_object
from bot.embedded.workspace.payloads import action_ts
from bot.embedded.workspace.people import BOT_USER_ID, Channel, User
from bot.embedded.workspace.world import World

SCOPES = {"channel": "channels:read", "private": "groups:read"}


def tell_joined(world: World, channel: Channel, user: User, inviter: str = "") -> None:
    """Somebody has become a member; ``channel`` as it is now."""
    if BOT_USER_ID in channel.members:
        event = _of_member("member_joined_channel", channel, user)
        _tell(world, SCOPES[channel.kind], event | ({"inviter": inviter} if inviter else {}))


def tell_left(world: World, channel: Channel, user: User, by: str) -> None:
    """Somebody is a member no longer; ``channel`` as it is now."""
    if user.id == BOT_USER_ID:
        event: Json = {"type": f"{_family(channel)}_left", "channel": channel.id, "actor_id": by}
        _tell(world, SCOPES[channel.kind], event)
    elif BOT_USER_ID in channel.members:
        _tell(world, SCOPES[channel.kind], _of_member("member_left_channel", channel, user))


def tell_channel_changed(world: World, what: str, channel: Channel, by: str) -> None:
    """A channel has got another name (``rename``), or was put away or fetched back (``archive``, ``unarchive``)."""
    if channel.kind == "private" and BOT_USER_ID not in channel.members:
        return
    shown: Json = {"channel": channel.id, "user": by}
    if what == "rename":
        shown = {"channel": {"id": channel.id, "name": channel.name, "name_normalized": channel.name, "created": 0}}
    _tell(world, SCOPES[channel.kind], {"type": f"{_family(channel)}_{what}", **shown})


def tell_user_changed(world: World, user: User) -> None:
    """Somebody's time zone, standing or account is another now."""
    _tell(world, "users:read", {"type": "user_change", "user": user_object(world, user), "cache_ts": 0})


def _family(channel: Channel) -> str:
    return "group" if channel.kind == "private" else "channel"


def _of_member(kind: str, channel: Channel, user: User) -> Json:
    # Private channels too have had an id and a type of C since 2021.
    return {"type": kind, "user": user.id, "channel": channel.id, "channel_type": "C", "team": user.team_id}


def _tell(world: World, scope: str, event: Json) -> None:
    if world.manifest.subscribes(event["type"]) and scope in world.manifest.scopes:
        world.delivery.event(event | {"event_ts": action_ts(world)})
