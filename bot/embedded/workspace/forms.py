"""Submitting and closing modals, and what the app's answer does to the stack."""

from typing import Any

from bot.embedded.workspace.blockkit import faults_in_view
from bot.embedded.workspace.elements import Json, find_elements
from bot.embedded.workspace.interactions import Values, offered_in
from bot.embedded.workspace.payloads import base, hook_url
from bot.embedded.workspace.values import apply_values, plain, refusals
from bot.embedded.workspace.views import View, ViewError
from bot.embedded.workspace.world import Outcome, World

TROUBLE = "We had some trouble connecting. Try again?"


def keep_typed(world: World, view: View, values: Values) -> View:
    """Keeps what was typed so far, without telling the app. Raises ValueError."""
    typed = {block: dict(held) for block, held in values.items()}
    with world.storage.begin():  # the app may be updating the view at this moment
        view = world.views.get(view.id) or view
        return world.views.choose(view, apply_values(view.blocks, view.typed, typed, offered_in(world, view)))


def submit_view(world: World, view: View, values: Values) -> Outcome:
    """Submits the modal on top. Raises ValueError for values that its blocks do not hold."""
    user_id = view.user_id
    if [one.id for one in world.views.stack(user_id)][-1:] != [view.id]:
        return world.refused(user_id, "not_found", "This form is not on top.")
    view = keep_typed(world, view, values)
    if faults := refusals(view.blocks, view.typed):
        return world.refused(user_id, "invalid_input", errors=faults)
    payload = base("view_submission", world.person(user_id)) | {
        "trigger_id": world.tickets.trigger(user_id, view.id),
        "view": world.views.for_app(view),
        "response_urls": _response_urls(world, view),
    }
    answer = world.delivery.interaction(payload)
    if not answer.ok:
        return world.outcome(user_id, answer)
    reason = _apply(world, view, answer.body)
    if isinstance(reason, dict):
        return world.refused(user_id, "invalid_input", errors=reason)
    if reason:
        world.record(
            "out", "answer refused", status=200, milliseconds=0.0, error=reason, request=None, answer=answer.body
        )
        return world.refused(user_id, "invalid_response", TROUBLE)
    world.tell_views(user_id)
    return world.outcome(user_id)


def close_view(world: World, view: View, *, clear: bool = False) -> Outcome:
    """Closes a modal by Cancel, or by the X all of them; tells the app where it asked to be told."""
    root = world.views.get(view.root_id) or view
    told = root if clear else view
    payload = base("view_closed", world.person(view.user_id)) | {
        "view": world.views.for_app(told),
        "is_cleared": clear,
    }
    if clear or view.body.get("clear_on_close"):
        world.views.clear(view.user_id)
    else:
        world.views.close(view)
    world.tell_views(view.user_id)
    if told.body.get("notify_on_close"):
        world.delivery.interaction(payload)
    return world.outcome(view.user_id)


def _apply(world: World, view: View, answer: Any) -> str | dict[str, str]:
    """Does what the answer to a submission says; gives the field errors, or why the answer cannot be obeyed."""
    if answer in (None, "", {}):
        world.views.close(view)
        return ""
    action = answer.get("response_action") if isinstance(answer, dict) else None
    if action == "clear":
        world.views.clear(view.user_id)
        return ""
    if action == "errors":
        return _field_errors(view, answer.get("errors"))
    if action not in ("update", "push"):
        return "unknown response_action"
    body = answer.get("view")
    if faults := faults_in_view(body, "modal"):
        return "; ".join(faults)
    try:
        if action == "update":
            world.views.update(view, body)
        else:
            world.views.push(view.user_id, body)
    except ViewError as refused:
        return str(refused)
    return ""


def _field_errors(view: View, errors: Any) -> str | dict[str, str]:
    inputs = {block["block_id"] for block, _ in find_elements(view.blocks) if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        return "errors must be an object of texts by block_id"
    if unknown := [key for key in errors if key not in inputs]:
        return f"errors for what is no input block: {', '.join(unknown)}"
    return {key: str(text) for key, text in errors.items()}


def _response_urls(world: World, view: View) -> list[Json]:
    found = []
    for block, element in find_elements(view.blocks):
        if block["type"] == "input" and element.get("response_url_enabled"):
            channel_id = plain(view.typed[block["block_id"]][element["action_id"]])
            if channel_id:
                address = hook_url(world, world.tickets.hook(channel_id, view.user_id))
                ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
                found.append({**ids, "channel_id": channel_id, "response_url": address})
    return found
