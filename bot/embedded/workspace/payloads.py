"""The parts that interaction payloads have in common."""

from typing import Any

from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.people import APP_ID, Channel, User
from bot.embedded.workspace.world import TEAM, World


def hook_url(world: World, token: str) -> str:
    """The response address of a token."""
    return f"{world.base_url}/slack/hooks/{token}"


def channel_name(channel: Channel) -> str:
    """The name Slack gives in payloads: direct messages and private channels keep theirs to themselves."""
    return {"dm": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)


def base(kind: str, user: User) -> Json:
    """What every interaction payload begins with. https://docs.slack.dev/reference/interaction-payloads"""
    return {
        "type": kind,
        "team": {"id": TEAM["id"], "domain": TEAM["domain"]},
        "user": {"id": user.id, "username": user.handle, "name": user.handle, "team_id": user.team_id},
        "api_app_id": APP_ID,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def action_ts(world: World) -> str:
    """The moment of an act, in seconds since 1970 with six decimals."""
    return f"{world.clock().timestamp():.6f}"


def channel_part(channel: Channel) -> dict[str, Any]:
    """A channel as payloads name it."""
    return {"id": channel.id, "name": channel_name(channel)}
