"""What the app asks of the workspace: the Web API, response addresses and uploads."""

import time
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.embedded.workspace import api
from bot.embedded.workspace.api.files import store
from bot.embedded.workspace.responses import ContentError, respond
from bot.embedded.workspace.tickets import TicketError
from bot.embedded.workspace.world import World


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
        content, status, headers = api.answer(world, bot_token, method, token, arguments)
        response = jsonify(content)
        response.status_code = status
        response.headers.update(headers)
        return response

    @blueprint.post("/slack/hooks/<token>")
    def hook(token: str) -> Response:
        began = time.perf_counter()
        sent = request.get_json(silent=True, force=True)
        text, status, headers = _respond(world, token, sent)
        world.record(
            "in",
            "response_url",
            status=status,
            milliseconds=(time.perf_counter() - began) * 1000,
            error="" if status == 200 else text,
            request=sent,
            answer=text,
        )
        return Response(text, status, headers, mimetype="text/plain")

    @blueprint.post("/slack/upload/<file_id>")
    def upload(file_id: str) -> Response:
        if request.mimetype == "multipart/form-data":
            content = b"".join(one.read() for one in request.files.values())
        else:
            content = request.get_data(parse_form_data=False)
        taken = store(world, file_id, content)
        return Response(f"OK - {len(content)}" if taken else "not found", 200 if taken else 404, mimetype="text/plain")


def _respond(world: World, token: str, sent: Any) -> tuple[str, int, dict[str, str]]:
    fault = world.faults.meet("response_url")
    if fault is not None and not fault.after:
        headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after else {}
        return fault.error or "error", 429 if fault.retry_after else fault.status, headers
    if not isinstance(sent, dict):
        return "invalid_payload", 400, {}
    try:
        respond(world, world.tickets.take_hook(token), sent)
    except TicketError as refused:
        return str(refused), 404, {}
    except ContentError as wrong:
        return wrong.error, 404 if wrong.error == "message_not_found" else 400, {}
    if fault is not None:
        return fault.error or "error", fault.status, {}
    return "ok", 200, {}
