"""Where a person is when they ask, so that the answer comes there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.objectives.model import Asker


@dataclass(frozen=True, slots=True)
class Place:
    """What Slack gives with a request to answer it by.

    ``response_url`` works 5 times in 30 minutes, ``trigger_id`` once within 3 seconds. ``view_id`` is the form that a
    pressed button stands in. ``swaps``: the answer takes the place of the message that the button stands on, or of what
    the bot has said by this ``response_url`` before, as what a command is answered always does.
    """

    asker: Asker
    response_url: str = ""
    trigger_id: str = ""
    view_id: str = ""
    swaps: bool = False


def place_of(body: Mapping[str, Any], home: str = "", *, channel_id: str = "", swaps: bool = False) -> Place:
    """The place of a command's, an action's or a submission's payload.

    ``home`` is the workspace that the app is installed in. What is done in a channel that several workspaces share
    names the one of whoever does it; but the app has its rows, and its answers, in its own.
    """
    user = body.get("user") or {}
    team = body.get("team") or {}
    channel = body.get("channel") or {}
    view = body.get("view") or {}
    container = body.get("container") or {}
    asker = Asker(
        team_id=view.get("app_installed_team_id")
        or home
        or body.get("team_id")
        or team.get("id")
        or user.get("team_id")
        or "",
        user_id=body.get("user_id") or user.get("id") or "",
        channel_id=channel_id or body.get("channel_id") or channel.get("id") or container.get("channel_id") or "",
        is_there=not view,
    )
    return Place(
        asker,
        response_url=body.get("response_url") or "",
        trigger_id=body.get("trigger_id") or "",
        view_id=view.get("id") or "",
        swaps=swaps or "command" in body,
    )
