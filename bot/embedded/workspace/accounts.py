"""People's accounts as admins change them: deactivated, guests, time zones."""

from collections.abc import Collection
from zoneinfo import available_timezones

from bot.embedded.workspace.memberships import enter, leave
from bot.embedded.workspace.news import tell_user_changed
from bot.embedded.workspace.people import TEAM_ID, User
from bot.embedded.workspace.rights import Refusal, demand_admin, told
from bot.embedded.workspace.world import World


@told
def set_time_zone(world: World, by: str, user_id: str, time_zone: str) -> None:
    """Moves somebody into another time zone, by its name in the tz database."""
    user = _account(world, by, user_id, own=True)
    if time_zone not in available_timezones():
        raise Refusal("invalid_time_zone", f"There is no time zone {time_zone!r}. One is Europe/Berlin.")
    _change(world, user, tz=time_zone)


@told
def set_active(world: World, by: str, user_id: str, *, active: bool) -> None:
    """Deactivates an account, or activates it again; memberships stay, as in Slack."""
    user = _account(world, by, user_id)
    if not active:
        world.views.clear(user.id)
        world.tell_views(user.id)
    _change(world, user, deleted=not active)


@told
def make_member(world: World, by: str, user_id: str, *, admin: bool = False) -> None:
    """Makes somebody a full member, or an admin."""
    _change(world, _account(world, by, user_id), standing="admin" if admin else "member")


@told
def make_guest(world: World, by: str, user_id: str, channel_ids: Collection[str], *, multi: bool = False) -> None:
    """Makes somebody a guest of these channels and no others: of a single one, or of several."""
    user = _account(world, by, user_id)
    wanted = [world.directory.channel(channel_id) for channel_id in dict.fromkeys(channel_ids)]
    if not wanted or not all(one and not one.is_dm and not one.is_archived for one in wanted):
        raise Refusal("channel_not_found", "A guest needs a channel.")
    for channel in world.directory.channels_of(user.id):
        if not channel.is_dm and channel.id not in channel_ids:
            leave(world, channel, user, f"was removed from #{channel.name} by <@{by}>.", by)
    for new in wanted:
        if new and user.id not in new.members:
            enter(world, new, user, f"was added to #{new.name} by <@{by}>.", inviter=by)
    _change(world, user, standing="multi_guest" if multi or len(wanted) > 1 else "guest")


def _account(world: World, by: str, user_id: str, *, own: bool = False) -> User:
    """The account that somebody may change. Raises Refusal."""
    user, actor = world.person(user_id), world.person(by)
    if user.is_bot or user.team_id != TEAM_ID:
        raise Refusal("restricted_action", "Only people of this workspace can be changed here.")
    if by == user_id and not own:
        raise Refusal("restricted_action", "Nobody can change their own standing.")
    if by != user_id:
        demand_admin(actor, "Only admins can change people.")
    return user


def _change(world: World, user: User, **changes: object) -> None:
    world.directory.change_user(user.id, **changes)
    world.tell_user(user.id)
    tell_user_changed(world, world.person(user.id))
