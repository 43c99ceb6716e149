"""Web API: modals and the Home tab."""

from bot.embedded.workspace.api.call import ApiError, Call, Method
from bot.embedded.workspace.blockkit import faults_in_view, is_too_large
from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.tickets import TicketError, Trigger
from bot.embedded.workspace.views import View, ViewError


def _body(call: Call, kind: str) -> Json:
    try:
        view = call.json("view")
    except ValueError as wrong:
        raise ApiError("invalid_arguments", faults=["must be valid JSON [json-pointer:/view]"]) from wrong
    if faults := faults_in_view(view, kind):
        raise ApiError("invalid_arguments", faults=faults)
    body: Json = view
    if is_too_large(body):
        raise ApiError("view_too_large")
    return body


def _trigger(call: Call) -> Trigger:
    id_ = call.text("trigger_id") or call.text("interactivity_pointer")
    if not id_:
        raise ApiError("invalid_arguments", faults=["missing required field: trigger_id"])
    try:
        return call.world.tickets.take_trigger(id_)
    except TicketError as refused:
        raise ApiError(str(refused)) from refused


def _shown(call: Call, view: View) -> Json:
    call.world.tell_views(view.user_id)
    return {"view": call.world.views.for_app(view)}


def _open(call: Call) -> Json:
    body, trigger = _body(call, "modal"), _trigger(call)
    views = call.world.views
    try:
        # from within a modal, Slack opens the new one on top
        view = views.push(trigger.user_id, body) if trigger.view_id else views.open(trigger.user_id, body)
    except ViewError as refused:
        raise ApiError(str(refused)) from refused
    return _shown(call, view)


def _push(call: Call) -> Json:
    body, trigger = _body(call, "modal"), _trigger(call)
    if not trigger.view_id or not call.world.views.stack(trigger.user_id):
        raise ApiError("invalid_trigger_id")
    try:
        return _shown(call, call.world.views.push(trigger.user_id, body))
    except ViewError as refused:
        raise ApiError(str(refused)) from refused


def _update(call: Call) -> Json:
    if not call.has("view_id") and not call.has("external_id"):
        raise ApiError("invalid_arguments", faults=["must provide view_id or external_id"])
    body = _body(call, "modal")
    view = call.world.views.get(call.text("view_id"), call.text("external_id"))
    if view is None or view.kind != "modal":
        raise ApiError("not_found")
    try:
        return _shown(call, call.world.views.update(view, body, call.text("hash")))
    except ViewError as refused:
        raise ApiError(str(refused)) from refused


def _publish(call: Call) -> Json:
    if not call.world.manifest.home.get("home_tab_enabled"):
        raise ApiError("not_enabled")
    body = _body(call, "home")
    user = call.world.directory.user(call.text("user_id"))
    if user is None:
        raise ApiError("user_not_found")
    try:
        view = call.world.views.publish(user.id, body, call.text("hash"))
    except ViewError as refused:
        raise ApiError(str(refused)) from refused
    call.world.tell_home(user.id)
    return {"view": call.world.views.for_app(view)}


METHODS = {
    "views.open": Method(_open, (), ("view",)),
    "views.push": Method(_push, (), ("view",)),
    "views.update": Method(_update, (), ("view",)),
    "views.publish": Method(_publish, (), ("view", "user_id")),
}
