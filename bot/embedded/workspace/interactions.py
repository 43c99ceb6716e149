"""What a person does in messages and views: presses, chooses, looks up, opens the Home tab, runs shortcuts."""

from collections.abc import Mapping
from typing import Any

from bot.embedded.workspace.blockkit import faults_in_options
from bot.embedded.workspace.elements import Json, find_element
from bot.embedded.workspace.messages import Message
from bot.embedded.workspace.payloads import action_ts, base, channel_part, hook_url
from bot.embedded.workspace.people import BOT_USER_ID
from bot.embedded.workspace.values import FIELDS, apply_values, option
from bot.embedded.workspace.views import View
from bot.embedded.workspace.world import Outcome, World

OPTIONS_KEPT = 300
"""Look-ups whose answers are remembered, so that a chosen value can be told in full."""

Values = Mapping[str, Mapping[str, Any]]


def surface(world: World, user_id: str, *, channel_id: str = "", ts: str = "", view_id: str = "") -> Message | View:
    """The message or view that somebody sees there. Raises LookupError."""
    found: Message | View | None
    if view_id:
        found = world.views.get(view_id)
        if found is not None and found.user_id == user_id:
            return found
        raise LookupError("this view is not open")
    found = world.messages.get(channel_id, ts)
    if found is None or not found.seen_by(user_id) or not world.sees(user_id, channel_id):
        raise LookupError("this message is not there")
    return found


def act(
    world: World, user_id: str, where: Message | View, block_id: str, action_id: str, value: Any, values: Values
) -> Outcome:
    """Uses one element; ``values`` is what else was typed. Raises LookupError and ValueError for what is not there."""
    found = find_element(where.blocks, block_id, action_id)
    if found is None:
        raise LookupError(f"there is no element {action_id!r} in a block {block_id!r}")
    block, element = found
    if block["type"] == "input" and not block.get("dispatch_action"):
        raise LookupError(f"the input {action_id!r} sends nothing until the form is submitted")
    offered = offered_in(world, where)
    typed = {key: dict(held) for key, held in values.items()}
    action: Json = {
        "type": element["type"],
        "action_id": action_id,
        "block_id": block_id,
        "action_ts": action_ts(world),
    }
    if element["type"] in FIELDS:
        typed.setdefault(block_id, {})[action_id] = value
        state = apply_values(where.blocks, where.typed, typed, offered)
        action |= state[block_id][action_id]
    else:
        state = apply_values(where.blocks, where.typed, typed, offered)
        action |= _pressed(element, value)
    if isinstance(where, View):
        where = world.views.choose(where, state)
    elif state != where.typed:
        where = world.messages.choose(where, state)
    payload = base("block_actions", world.person(user_id)) | {"actions": [action]} | _place(world, user_id, where)
    return world.outcome(user_id, world.delivery.interaction(payload))


def suggest(world: World, user_id: str, where: Message | View, block_id: str, action_id: str, typed: str) -> Json:
    """Asks the app for options; ``{"ok", "error", "options", "option_groups"}``. Raises LookupError."""
    found = find_element(where.blocks, block_id, action_id)
    if found is None or not found[1]["type"].endswith("external_select"):
        raise LookupError(f"there is no external select {action_id!r} in a block {block_id!r}")
    nothing: Json = {"ok": True, "error": "", "options": [], "option_groups": []}
    least = found[1].get("min_query_length")
    if len(typed) < (3 if least is None else least):
        return nothing
    payload = base("block_suggestion", world.person(user_id)) | {
        "action_id": action_id,
        "block_id": block_id,
        "value": typed,
        **_place(world, user_id, where, answerable=False),
    }
    answer = world.delivery.interaction(payload)
    if not answer.ok:
        return nothing | {"ok": False, "error": answer.error}
    content = answer.body if isinstance(answer.body, dict) else {}
    if faults := faults_in_options(content):
        _note(world, "options refused", content, faults)
        return nothing | {"ok": False, "error": "invalid_options"}
    options, groups = content.get("options") or [], content.get("option_groups") or []
    _remember(world, where, block_id, action_id, [*options, *(one for group in groups for one in group["options"])])
    return nothing | {"options": options, "option_groups": groups}


def open_home(world: World, user_id: str, tab: str = "home") -> Outcome:
    """Opens the app's Home or Messages tab; what the app publishes comes later."""
    if world.manifest.subscribes("app_home_opened"):
        event: Json = {"type": "app_home_opened", "user": user_id, "tab": tab, "event_ts": action_ts(world)}
        event["channel"] = world.directory.open_dm(user_id, BOT_USER_ID).id
        view = world.views.home(user_id)
        world.delivery.event(event | ({"view": world.views.for_app(view)} if view else {}))
    return world.outcome(user_id)


def run_shortcut(world: World, user_id: str, callback_id: str, message: Message | None = None) -> Outcome:
    """Runs a global shortcut, or one on a message."""
    declared = world.manifest.shortcut(callback_id)
    if declared is None or (declared["type"] == "message") != (message is not None):
        return world.refused(user_id, "invalid_name", "There is no such shortcut.")
    payload = base("shortcut", world.person(user_id)) | {"callback_id": callback_id, "action_ts": action_ts(world)}
    payload["trigger_id"] = world.tickets.trigger(user_id)
    if message is not None:
        channel = world.directory.channel(message.channel_id)
        hook = world.tickets.hook(message.channel_id, user_id, message.ts)
        payload |= {
            "type": "message_action",
            "message_ts": message.ts,
            "message": world.messages.for_app(message),
            "channel": channel_part(channel) if channel else {},
            "response_url": hook_url(world, hook),
        }
    return world.outcome(user_id, world.delivery.interaction(payload))


def offered_in(world: World, where: Message | View) -> list[Json]:
    """All options the app has suggested in a surface."""
    key = _key(where)
    return [one for held, options in list(world.offered.items()) if held[: len(key)] == key for one in options]


def _pressed(element: Json, value: Any) -> Json:
    if element["type"] == "overflow":
        return {"selected_option": option(element, value)}
    if element["type"] == "feedback_buttons":
        chosen = (
            "negative_button" if value in ("negative", element["negative_button"].get("value")) else "positive_button"
        )
        return {field: element[chosen][field] for field in ("text", "value") if field in element[chosen]}
    return {field: element[field] for field in ("text", "value", "url", "style") if element.get(field)}


def _place(world: World, user_id: str, where: Message | View, *, answerable: bool = True) -> Json:
    if isinstance(where, View):
        place: Json = {"container": {"type": "view", "view_id": where.id}, "view": world.views.for_app(where)}
        if answerable:
            place["trigger_id"] = world.tickets.trigger(user_id, where.id if where.kind == "modal" else "")
        return place
    channel = world.directory.channel(where.channel_id)
    container = {
        "type": "message",
        "message_ts": where.ts,
        "channel_id": where.channel_id,
        "is_ephemeral": bool(where.only_for),
    }
    if where.thread_ts:
        container["thread_ts"] = where.thread_ts
    place = {
        "container": container,
        "channel": channel_part(channel) if channel else {},
        "state": {"values": where.typed},
    }
    if not where.only_for:
        place["message"] = world.messages.for_app(where)
    if answerable:
        place["trigger_id"] = world.tickets.trigger(user_id)
        place["response_url"] = hook_url(world, world.tickets.hook(where.channel_id, user_id, where.ts))
    return place


def _key(where: Message | View) -> tuple[str, ...]:
    return ("view", where.id) if isinstance(where, View) else (where.channel_id, where.ts)


def _remember(world: World, where: Message | View, block_id: str, action_id: str, options: list[Json]) -> None:
    key = (*_key(where), block_id, action_id)
    known = {one["value"]: one for one in [*world.offered.pop(key, []), *options]}
    world.offered[key] = list(known.values())[-1000:]
    for oldest in list(world.offered)[:-OPTIONS_KEPT]:
        world.offered.pop(oldest, None)


def _note(world: World, what: str, content: Any, faults: list[str]) -> None:
    world.record("out", what, status=200, milliseconds=0.0, error="; ".join(faults), request=None, answer=content)
