"""The Web API: methods by name, who may call them and with what. https://docs.slack.dev/reference/methods"""

import time
from typing import Any

from bot.embedded.workspace.api import channels, chat, files, people, views
from bot.embedded.workspace.api.call import ApiError, Call, Method
from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.world import World

CUT = "connection cut"

METHODS: dict[str, Method] = {
    **people.METHODS,
    **chat.METHODS,
    **views.METHODS,
    **channels.METHODS,
    **files.METHODS,
}

Reply = tuple[Json, int, dict[str, str]]


def answer(world: World, bot_token: str, method: str, token: str, arguments: dict[str, Any]) -> Reply | None:
    """Runs one call: answer, HTTP status, headers; None where the connection is to be cut. Everything is recorded."""
    began = time.perf_counter()
    reply = _answer(world, bot_token, method, token, arguments)
    content, status, _ = reply or (None, 0, {})
    world.record(
        "in",
        method,
        status=status,
        milliseconds=(time.perf_counter() - began) * 1000,
        error=CUT if content is None else "" if content.get("ok") else str(content.get("error", "dropped")),
        request={name: value for name, value in arguments.items() if name != "token"},
        answer=content,
    )
    return reply


def _answer(world: World, bot_token: str, method: str, token: str, arguments: dict[str, Any]) -> Reply | None:
    fault = world.faults.meet(method)
    if fault is None:
        return _run(world, bot_token, method, token, arguments)
    world.tell_faults()
    if fault.after:
        _run(world, bot_token, method, token, arguments)
    if fault.cut:
        return None
    if fault.status == 429 or fault.retry_after:
        return {"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(fault.retry_after or 1)}
    return {"ok": False, "error": fault.error or "internal_error"}, fault.status, {}


def _run(world: World, bot_token: str, method: str, token: str, arguments: dict[str, Any]) -> Reply:
    known = METHODS.get(method)
    if known is None:
        return {"ok": False, "error": "unknown_method", "req_method": method}, 200, {}
    headers = {"x-oauth-scopes": ",".join(sorted(world.manifest.scopes))}
    if known.scopes:
        headers["x-accepted-oauth-scopes"] = ",".join(known.scopes)
    try:
        if known.needs_token:
            _check_token(token, bot_token)
        call = Call(world, arguments)
        if known.scopes:
            call.demand(*known.scopes)
        call.require(*known.required)
        return {"ok": True, **known.run(call)}, 200, headers
    except ApiError as wrong:
        return {"ok": False, "error": wrong.error, **wrong.more}, wrong.status, headers | wrong.headers


def _check_token(token: str, bot_token: str) -> None:
    if not token:
        raise ApiError("not_authed")
    if token != bot_token:
        raise ApiError("invalid_auth")
