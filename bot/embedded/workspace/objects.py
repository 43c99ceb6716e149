"""Users and channels as the Web API and events give them."""

from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.people import BOT_USER_ID, OTHER_TEAM_ID, TEAM_ID, Channel, User
from bot.embedded.workspace.world import World


def user_object(world: World, user: User) -> Json:
    """A user; the address only with the scope for it, and not of other organisations.

    https://docs.slack.dev/reference/objects/user-object. Of the deactivated Slack tells little: no zone, no standing.
    """
    first, _, last = user.real_name.partition(" ")
    profile = {
        "real_name": user.real_name,
        "display_name": user.handle,
        "first_name": first,
        "last_name": last,
        "title": user.title,
        "team": user.team_id,
    }
    if user.email and user.team_id == TEAM_ID and "users:read.email" in world.manifest.scopes:
        profile["email"] = user.email
    found: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.handle,
        "deleted": user.deleted,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 0,
    }
    if user.deleted:
        return found
    if user.team_id != TEAM_ID:
        found["is_stranger"] = not _meets_the_app(world, user)
    return found | {
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": user.offset(world.clock()),
        "is_admin": user.standing == "admin",
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_guest,
        "is_ultra_restricted": user.standing == "guest",
    }


def channel_object(world: World, channel: Channel) -> Json:
    """A channel or direct message. https://docs.slack.dev/reference/objects/conversation-object"""
    if channel.is_dm:
        partner = world.directory.user(channel.partner(BOT_USER_ID))
        return {
            "id": channel.id,
            "created": 0,
            "is_im": True,
            "is_org_shared": False,
            "is_archived": channel.is_archived,
            "user": channel.partner(BOT_USER_ID),
            "is_user_deleted": bool(partner and partner.deleted),
            "context_team_id": TEAM_ID,
        }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "created": 0,
        "creator": "U0ADA",
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "private",
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.kind == "private",
        "is_archived": channel.is_archived,
        "is_general": channel.is_general,
        "is_shared": channel.is_shared,
        "is_ext_shared": channel.is_shared,
        "is_org_shared": False,
        "shared_team_ids": [TEAM_ID, OTHER_TEAM_ID] if channel.is_shared else [TEAM_ID],
        "is_member": BOT_USER_ID in channel.members,
        "num_members": len(channel.members),
        "context_team_id": TEAM_ID,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.topic, "creator": "", "last_set": 0},
    }


def _meets_the_app(world: World, user: User) -> bool:
    """Whether somebody of another organisation is in a channel that the app is in too."""
    return any(BOT_USER_ID in channel.members for channel in world.directory.channels_of(user.id))
