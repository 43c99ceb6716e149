"""What the page asks of the workspace: the page itself, what it shows, and what people do on it."""

import mimetypes
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from bot.embedded.workspace import commands, forms, interactions
from bot.embedded.workspace.api.files import load
from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.guard import Body, guarded, is_at_home, not_at_home
from bot.embedded.workspace.people import APP_ID, BOT_ID, BOT_USER_ID
from bot.embedded.workspace.world import TEAM, Outcome, World, shown_user

CONTENT_POLICY = "default-src 'self'; img-src 'self' data: https:; style-src 'self'; script-src 'self'"
PICTURES = ("image/png", "image/jpeg", "image/gif")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def add_pages(blueprint: Blueprint, world: World, api_notes: Mapping[str, str]) -> None:
    """Adds the page and its endpoints to a blueprint."""
    reading = guarded(blueprint, world, "GET")
    doing = guarded(blueprint, world, "POST")

    @blueprint.get("/")
    @blueprint.get("/archives/<path:_place>")
    def page(_place: str = "") -> BaseResponse | str:
        ours, asked = urlsplit(world.base_url), urlsplit("//" + request.host)
        if request.host != ours.netloc:
            if asked.hostname in LOOPBACK and asked.port == ours.port:
                return redirect(world.base_url + request.full_path.rstrip("?"))
            return not_at_home()
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

    @blueprint.get("/workspace/files/<file_id>/<path:name>")
    def file(file_id: str, name: str) -> Response:
        if not is_at_home(world):
            return not_at_home()
        found = load(world, file_id)
        if found is None or found[0] != name:
            return Response("There is no such file.", 404, mimetype="text/plain")
        kind = mimetypes.guess_type(name)[0]
        if kind in PICTURES:
            return Response(found[1], mimetype=kind)
        # a download: what an app uploads must not run in the page's origin
        headers = {"Content-Disposition": "attachment"}
        return Response(found[1], mimetype="application/octet-stream", headers=headers)

    @blueprint.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CONTENT_POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


def _surface(world: World, person: str, body: Body) -> Any:
    place = {"channel_id": body.get("channel", ""), "ts": body.get("ts", ""), "view_id": body.get("view_id", "")}
    return interactions.surface(world, person, **place)


def _view(world: World, person: str, view_id: str) -> Any:
    return interactions.surface(world, person, view_id=view_id)


def _state(world: World, viewer: str, api_notes: Mapping[str, str]) -> Json:
    home, number = world.manifest.home, world.feed.last
    return {
        "team": TEAM,
        "me": shown_user(world.person(viewer)),
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
        "users": [shown_user(user) for user in world.directory.users()],
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
        "faults": world.faults.shown(),
        "event_id": str(number),
    }
