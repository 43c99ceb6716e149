"""What the app asks of the workspace: the Web API, response addresses and uploads."""

import time
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.embedded.workspace import api
from bot.embedded.workspace.api.files import store
from bot.embedded.workspace.cutting import cut_connection
from bot.embedded.workspace.faults import Fault
from bot.embedded.workspace.responses import ContentError, respond
from bot.embedded.workspace.tickets import TicketError
from bot.embedded.workspace.world import World

Said = tuple[str, int, dict[str, str]]
"""A text, an HTTP status, headers."""


def add_gateway(blueprint: Blueprint, world: World, bot_token: str) -> None:
    """Adds the app's side to a blueprint."""

    @blueprint.route("/slack/api/<method>", methods=["GET", "POST"])
    def call(method: str) -> Response:
        arguments: dict[str, Any] = {**request.args.to_dict(), **request.form.to_dict()}
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        token = token.strip() if scheme.lower() == "bearer" else str(arguments.get("token", ""))
        if request.is_json:
            # slack_sdk sends an empty body with this content type where a method has no arguments.
            sent = request.get_json(silent=True) if request.get_data() else {}
            if not isinstance(sent, dict):
                return jsonify(ok=False, error="invalid_json")
            arguments |= sent
        reply = api.answer(world, bot_token, method, token, arguments)
        if reply is None:
            return cut_connection()
        content, status, headers = reply
        response = jsonify(content)
        response.status_code = status
        response.headers.update(headers)
        return response

    @blueprint.post("/slack/hooks/<token>")
    def hook(token: str) -> Response:
        began = time.perf_counter()
        sent = request.get_json(silent=True, force=True)
        fault = world.faults.meet("response_url")
        said = _respond(world, token, sent) if fault is None or fault.after else ("ok", 200, {})
        return _answer(world, "response_url", began, sent, _befallen(fault, said))

    @blueprint.post("/slack/upload/<token>")
    def upload(token: str) -> Response:
        began = time.perf_counter()
        if request.mimetype == "multipart/form-data":
            content = b"".join(one.read() for one in request.files.values())
        else:
            content = request.get_data(parse_form_data=False)
        fault = world.faults.meet("upload")
        said: Said = f"OK - {len(content)}", 200, {}
        if (fault is None or fault.after) and not store(world, token, content):
            said = "not found", 404, {}
        return _answer(world, "upload", began, f"{len(content)} bytes", _befallen(fault, said))


def _respond(world: World, token: str, sent: Any) -> Said:
    if not isinstance(sent, dict):
        return "invalid_payload", 400, {}
    try:
        respond(world, world.tickets.take_hook(token), sent)
    except TicketError as refused:
        return str(refused), 404, {}
    except ContentError as wrong:
        return wrong.error, 404 if wrong.error == "message_not_found" else 400, {}
    return "ok", 200, {}


def _befallen(fault: Fault | None, said: Said) -> Said | None:
    """What is said where a fault comes in between; None for nothing at all."""
    if fault is None or (fault.after and said[1] != 200):
        return said
    if fault.cut:
        return None
    headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else {}
    return fault.error or "error", 429 if fault.retry_after else fault.status, headers


def _answer(world: World, what: str, began: float, sent: Any, said: Said | None) -> Response:
    text, status, headers = said or ("", 0, {})
    world.record(
        "in",
        what,
        status=status,
        milliseconds=(time.perf_counter() - began) * 1000,
        error=api.CUT if said is None else "" if status == 200 else text,
        request=sent,
        answer=text,
    )
    return cut_connection() if said is None else Response(text, status, headers, mimetype="text/plain")
