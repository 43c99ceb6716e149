"""What the page asks of the workspace: the page itself, its JSON endpoints and the event stream."""

import json
import mimetypes
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from bot.embedded.workspace import commands, forms, interactions
from bot.embedded.workspace.api.files import load
from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.people import APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID, User
from bot.embedded.workspace.storage import Closed
from bot.embedded.workspace.world import TEAM, Outcome, World

CONTENT_POLICY = "default-src 'self'; img-src 'self' data: https:; style-src 'self'; script-src 'self'"
STREAM_SECONDS = 25.0
HEARTBEAT_SECONDS = 5.0
STREAMS_KEPT = 6
PICTURES = ("image/png", "image/jpeg", "image/gif")
LOOPBACK = ("127.0.0.1", "localhost", "::1")

Body = Mapping[str, Any]


def add_pages(blueprint: Blueprint, world: World, api_notes: Mapping[str, str]) -> None:
    """Adds the page and its endpoints to a blueprint."""
    streams: deque[object] = deque(maxlen=STREAMS_KEPT)
    reading = _guarded(blueprint, world, "GET")
    doing = _guarded(blueprint, world, "POST")

    @blueprint.get("/")
    @blueprint.get("/archives/<path:_place>")
    def page(_place: str = "") -> BaseResponse | str:
        ours, asked = urlsplit(world.base_url), urlsplit("//" + request.host)
        if request.host != ours.netloc:
            if asked.hostname in LOOPBACK and asked.port == ours.port:
                return redirect(world.base_url + request.full_path.rstrip("?"))
            return Response("This is not the address of the workspace.", 403, mimetype="text/plain")
        return render_template("index.html", team=TEAM, manifest=world.manifest.content)

    @reading("/state")
    def state(viewer: str, _: Body) -> Json:
        return _state(world, viewer, api_notes)

    @reading("/messages")
    def messages(viewer: str, asked: Body) -> Json:
        if not world.sees(viewer, asked.get("channel", "")):
            raise LookupError("there is no such channel")
        limit = min(int(asked.get("limit", 50)), 200)
        found, more = world.messages.page(asked["channel"], viewer, asked.get("before", ""), limit)
        return {"messages": world.messages.shown(found), "has_more": more}

    @reading("/thread")
    def thread(viewer: str, asked: Body) -> Json:
        if not world.sees(viewer, asked.get("channel", "")):
            raise LookupError("there is no such channel")
        return {"messages": world.messages.shown(world.messages.thread(asked["channel"], viewer, asked["thread_ts"]))}

    @reading("/views")
    def views(viewer: str, _: Body) -> Json:
        return {"views": world.shown_views(viewer)}

    @reading("/home")
    def home(viewer: str, _: Body) -> Json:
        return {"view": world.shown_home(viewer)}

    @reading("/inspector")
    def inspector(_: str, asked: Body) -> Json:
        return {"entries": [one.summary() for one in world.inspector.since(int(asked.get("after", 0)))]}

    @reading("/inspector/<int:number>")
    def exchange(_: str, __: Body, number: int) -> Json:
        found = world.inspector.get(number)
        if found is None:
            raise LookupError("this exchange is forgotten")
        return found.detail()

    @doing("/send")
    def send(person: str, body: Body) -> Outcome:
        typed, thread_ts = str(body["text"]), str(body.get("thread_ts") or "")
        if not typed.lstrip().startswith("/"):
            return commands.post_message(world, person, body["channel"], typed, thread_ts)
        if thread_ts:
            name = typed.split()[0]
            return world.refused(person, "not_allowed_in_thread", f"{name} is not supported in threads. Sorry.")
        return commands.run_command(world, person, body["channel"], typed)

    @doing("/read")
    def read(person: str, body: Body) -> Outcome:
        world.directory.mark_read(body["channel"], person, body.get("ts") or world.messages.next_ts())
        world.tell_channel(body["channel"])
        return world.outcome(person)

    @doing("/actions")
    def act(person: str, body: Body) -> Outcome:
        where = _surface(world, person, body)
        ids = str(body["block_id"]), str(body["action_id"])
        return interactions.act(world, person, where, *ids, body.get("value"), body.get("values") or {})

    @doing("/options")
    def options(person: str, body: Body) -> Json:
        where = _surface(world, person, body)
        ids = str(body["block_id"]), str(body["action_id"])
        return interactions.suggest(world, person, where, *ids, str(body.get("typed", "")))

    @doing("/views/<view_id>/submit")
    def submit(person: str, body: Body, view_id: str) -> Outcome:
        return forms.submit_view(world, _view(world, person, view_id), body.get("values") or {})

    @doing("/views/<view_id>/close")
    def close(person: str, body: Body, view_id: str) -> Outcome:
        return forms.close_view(world, _view(world, person, view_id), clear=bool(body.get("clear")))

    @doing("/views/<view_id>/state")
    def keep(person: str, body: Body, view_id: str) -> Outcome:
        forms.keep_typed(world, _view(world, person, view_id), body.get("values") or {})
        return world.outcome(person)

    @doing("/home/open")
    def open_home(person: str, body: Body) -> Outcome:
        return interactions.open_home(world, person, body.get("tab", "home"))

    @doing("/shortcut")
    def shortcut(person: str, body: Body) -> Outcome:
        message = _surface(world, person, body) if body.get("ts") else None
        return interactions.run_shortcut(world, person, str(body["callback_id"]), message)

    @doing("/dm")
    def dm(person: str, body: Body) -> Json:
        channel = world.directory.open_dm(person, world.person(body["user"]).id)
        world.tell_channel(channel.id)
        return asdict(world.outcome(person)) | {"channel": world.shown_channel(channel, person)}

    @blueprint.get("/workspace/files/<file_id>/<name>")
    def file(file_id: str, name: str) -> Response:
        found = load(world, file_id)
        if found is None or found[0] != name:
            return Response("There is no such file.", 404, mimetype="text/plain")
        kind = mimetypes.guess_type(name)[0]
        if kind in PICTURES:
            return Response(found[1], mimetype=kind)
        # a download: what an app uploads must not run in the page's origin
        headers = {"Content-Disposition": "attachment"}
        return Response(found[1], mimetype="application/octet-stream", headers=headers)

    @blueprint.get("/workspace/events")
    def events() -> Response:
        if request.host != urlsplit(world.base_url).netloc:
            return Response("This is not the address of the workspace.", 403, mimetype="text/plain")
        viewer = request.args.get("as", "")
        seen = request.headers.get("Last-Event-ID") or request.args.get("after") or ""
        stream = _until_closed(_stream(world, viewer, int(seen) if seen.isdecimal() else world.feed.last, streams))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return Response(stream, mimetype="text/event-stream", headers=headers)

    @blueprint.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CONTENT_POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


def _guarded(blueprint: Blueprint, world: World, method: str) -> Callable[[str], Callable[..., Any]]:
    """Routes that only the page itself may use: another site can neither set the header nor be the host."""

    def route(path: str) -> Callable[..., Any]:
        def decorate(run: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(run)
            def guarded(**parts: Any) -> tuple[Response, int]:
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

            return blueprint.route("/workspace" + path, methods=[method])(guarded)

        return decorate

    return route


def _said(missing: LookupError) -> str:
    return f"missing field {missing}" if isinstance(missing, KeyError) else str(missing)


def _is_from_page(world: World) -> bool:
    ours = urlsplit(world.base_url)
    origin = request.headers.get("Origin")
    same_origin = origin is None or origin == f"{ours.scheme}://{ours.netloc}"
    return request.host == ours.netloc and same_origin and request.headers.get("X-Workspace") == "1"


def _surface(world: World, person: str, body: Body) -> Any:
    place = {"channel_id": body.get("channel", ""), "ts": body.get("ts", ""), "view_id": body.get("view_id", "")}
    return interactions.surface(world, person, **place)


def _view(world: World, person: str, view_id: str) -> Any:
    return interactions.surface(world, person, view_id=view_id)


def _stream(world: World, viewer: str, seen: int, streams: deque[object]) -> Iterator[str]:
    """Server-sent events, for a bounded time and to a bounded number: each stream holds one of the server's threads."""
    end, me = time.monotonic() + STREAM_SECONDS, object()
    streams.append(me)
    yield "retry: 300\n\n"
    while time.monotonic() < end and me in streams and not world.feed.closed:
        happened = world.feed.since(seen)
        if happened is None:
            seen = world.feed.last
            yield f"id: {seen}\nevent: reload\ndata: {{}}\n\n"
            continue
        for one in happened:
            seen = one.id
            told = one.tell(viewer)
            if told is not None:
                yield f"id: {seen}\nevent: {one.event}\ndata: {json.dumps(told)}\n\n"
        if not world.feed.wait(seen, HEARTBEAT_SECONDS):
            yield ": still here\n\n"


def _until_closed(stream: Iterator[str]) -> Iterator[str]:
    with suppress(Closed):
        yield from stream


def _state(world: World, viewer: str, api_notes: Mapping[str, str]) -> Json:
    home, number = world.manifest.home, world.feed.last
    return {
        "team": TEAM,
        "me": _shown_user(world.person(viewer)),
        "app": {
            "id": APP_ID,
            "bot_id": BOT_ID,
            "user_id": BOT_USER_ID,
            "name": world.manifest.name,
            "description": world.manifest.description,
            "home_tab_enabled": bool(home.get("home_tab_enabled")),
            "messages_tab_enabled": bool(home.get("messages_tab_enabled", True)),
            "messages_tab_read_only": bool(home.get("messages_tab_read_only_enabled")),
        },
        "users": [_shown_user(user) for user in world.directory.users() if not user.deleted],
        "channels": [world.shown_channel(one, viewer) for one in world.directory.channels_of(viewer)],
        "commands": [
            {
                "command": one["command"],
                "description": one.get("description", ""),
                "usage_hint": one.get("usage_hint", ""),
            }
            for one in world.manifest.commands
        ],
        "shortcuts": world.manifest.shortcuts,
        "views": world.shown_views(viewer),
        "home": world.shown_home(viewer),
        "api_notes": dict(api_notes),
        "event_id": str(number),
    }


def _shown_user(user: User) -> Json:
    return {
        "id": user.id,
        "name": user.handle,
        "real_name": user.real_name,
        "initials": "".join(part[0] for part in user.real_name.split()[:2]).upper(),
        "tz": user.tz,
        "team_id": user.team_id,
        "is_admin": user.standing == "admin",
        "is_guest": user.standing == "guest",
        "is_bot": user.is_bot,
        "is_stranger": user.team_id != TEAM_ID,
        "actable": not user.is_bot,
        "title": user.title,
    }
