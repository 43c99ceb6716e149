"""Routes that only the page itself may use: another site can neither set the header nor be the host."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request

from bot.embedded.workspace.world import Outcome, World

Body = Mapping[str, Any]
Route = Callable[[str], Callable[..., Any]]


def guarded(blueprint: Blueprint, world: World, method: str) -> Route:
    """Adds routes under /workspace; each function gets who asks, what they send, and the parts of the path."""

    def route(path: str) -> Callable[..., Any]:
        def decorate(run: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(run)
            def checked(**parts: Any) -> tuple[Response, int]:
                if not _is_from_page(world):
                    return jsonify(ok=False, error="not_from_the_page"), 403
                asked: Any = request.args if method == "GET" else request.get_json(silent=True)
                if not isinstance(asked, Mapping):
                    return jsonify(ok=False, error="invalid_json"), 400
                try:
                    viewer = world.person(str(asked.get("as") or "U0ADA")).id
                    found = run(viewer, asked, **parts)
                except LookupError as missing:
                    return jsonify(ok=False, error=_said(missing)), 404
                except (ValueError, TypeError) as wrong:
                    return jsonify(ok=False, error=str(wrong)), 400
                return jsonify(asdict(found) if isinstance(found, Outcome) else found), 200

            return blueprint.route("/workspace" + path, methods=[method])(checked)

        return decorate

    return route


def is_at_home(world: World) -> bool:
    """Whether the workspace is called by its own name, and not by one that somebody made to lead here."""
    return request.host == urlsplit(world.base_url).netloc


def not_at_home() -> Response:
    """The answer to whoever calls it otherwise."""
    return Response("This is not the address of the workspace.", 403, mimetype="text/plain")


def _said(missing: LookupError) -> str:
    return f"missing field {missing}" if isinstance(missing, KeyError) else str(missing)


def _is_from_page(world: World) -> bool:
    ours = urlsplit(world.base_url)
    origin = request.headers.get("Origin")
    same_origin = origin is None or origin == f"{ours.scheme}://{ours.netloc}"
    return is_at_home(world) and same_origin and request.headers.get("X-Workspace") == "1"
