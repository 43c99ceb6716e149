"""What Slack sends, told from what it never would: everything that a listener reads is there, and of its type."""

import re
from collections.abc import Mapping
from typing import Any

ACTS = ("block_actions", "block_suggestion", "view_submission", "view_closed", "shortcut", "message_action")
"""What a person does; all else is an event, or something that nobody listens to."""


ID = re.compile(r"[\w.-]{1,255}", re.ASCII)


def is_sound(body: object) -> bool:
    """Whether a request can be answered at all. A signed one that is not sound is a mistake of somebody's tool."""
    if not isinstance(body, Mapping):
        return False
    if "command" in body:
        return _has_ids(body, "team_id", "user_id", "trigger_id")
    if body.get("type") not in ACTS:
        return isinstance(body.get("type"), str) and isinstance(body.get("event", {}), Mapping)
    user, team, channel, container, view = (
        body.get(part) or {} for part in ("user", "team", "channel", "container", "view")
    )
    if not all(isinstance(part, Mapping) for part in (user, team, channel, container, view)):
        return False
    if not (_has_ids(user, "id") and _may_have(channel, str, "id") and _may_have(container, str, "channel_id")):
        return False
    # Where the app belongs to a whole organisation, the person alone tells of which workspace they are.
    if not (_has_ids(team, "id") if team.get("id") else _has_ids(user, "team_id")):
        return False
    is_sound_view = not view or _is_sound_view(view)
    if body["type"] == "block_actions":
        is_named = _has_ids(body, "trigger_id") and _may_have(body, str, "response_url")
        return is_sound_view and is_named and _are_sound_actions(body.get("actions"))
    if body["type"] == "view_submission":
        return is_sound_view and bool(view)
    return is_sound_view


def _is_sound_view(view: Mapping[str, Any]) -> bool:
    if view.get("app_installed_team_id") and not _has_ids(view, "app_installed_team_id"):
        return False
    if not (_has_ids(view, "id") and _may_have(view, str, "callback_id", "private_metadata")):
        return False
    return _may_have(view, Mapping, "state") and _may_have(view.get("state") or {}, Mapping, "values")


def _are_sound_actions(actions: object) -> bool:
    if not isinstance(actions, list) or not actions:
        return False
    return all(
        isinstance(action, Mapping)
        and isinstance(action.get("action_id"), str)
        and _may_have(action, str, "value")
        and _may_have(action, Mapping, "selected_option")
        and _may_have(action.get("selected_option") or {}, str, "value")
        for action in actions
    )


def _has_ids(body: Mapping[str, Any], *fields: str) -> bool:
    return all(isinstance(body.get(field), str) and ID.fullmatch(body[field]) for field in fields)


def _may_have(body: Mapping[str, Any], kind: type, *fields: str) -> bool:
    return all(body.get(field) is None or isinstance(body[field], kind) for field in fields)
