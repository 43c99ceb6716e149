"""A stage for the workspace's tests: the workspace and a small Bolt app, both over real HTTP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import flask
import requests
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient
from werkzeug.serving import WSGIRequestHandler, make_server

from bot.embedded.workspace import Workspace, memory_engine
from tests.world import DEADLINE

SCOPES = [
    *("commands", "chat:write", "chat:write.public", "im:write", "users:read", "users:read.email", "links:read"),
    *("links:write", "channels:read", "channels:join", "groups:read", "im:read", "files:write", "team:read"),
]
MANIFEST: dict[str, Any] = {
    "display_information": {"name": "OKR bot", "description": "Objectives in Slack"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "OKR bot"},
        "slash_commands": [
            {"command": "/okr", "description": "Objectives", "usage_hint": "create | search", "should_escape": True},
            {"command": "/raw", "description": "As it was typed", "should_escape": False},
        ],
        "shortcuts": [
            {"name": "Create objective", "type": "global", "callback_id": "create", "description": "Opens the form"},
            {"name": "Make objective", "type": "message", "callback_id": "from_message", "description": "From this"},
        ],
        "unfurl_domains": ["okr.example.com"],
    },
    "oauth_config": {"scopes": {"bot": SCOPES}},
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened", "link_shared", "app_mention", "message.im"]},
        "interactivity": {"is_enabled": True},
    },
}


class Server:
    """A Flask application served on a free port of the loopback until closed."""

    def __init__(self) -> None:
        self.application = flask.Flask("stage")
        self._server = make_server("127.0.0.1", 0, self.application, threaded=True, request_handler=Quiet)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Quiet(WSGIRequestHandler):
    """Writes no log, and keeps connections as production servers do."""

    protocol_version = "HTTP/1.1"
    timeout = 5

    def log(self, *_: Any) -> None:
        return

    def connection_dropped(self, *_: Any) -> None:
        self.close_connection = True  # a cut connection: waitress closes it by itself


class Stage:
    """The workspace as ``slack``, the app as ``app``; listeners are added by the test."""

    def __init__(self, manifest: dict[str, Any] = MANIFEST, **options: Any) -> None:
        self._server = Server()
        address = self._server.address
        self._engine = memory_engine()
        self.slack = Workspace(
            self._engine,
            base_url=address,
            events_url=f"{address}/slack/events",
            manifest=manifest,
            signing_secret="a signing secret",
            bot_token="xoxb-the-bot",
            **{"patience": DEADLINE, **options},
        )
        self.slack.open()
        self.client = WebClient("xoxb-the-bot", base_url=self.slack.api_url)
        self.app = App(
            client=self.client,
            signing_secret="a signing secret",
            token_verification_enabled=False,
        )
        handler = SlackRequestHandler(self.app)
        application = self._server.application
        application.register_blueprint(self.slack.blueprint())
        application.add_url_rule("/slack/events", "events", lambda: handler.handle(flask.request), methods=["POST"])
        self.http = requests.Session()
        self.http.headers["X-Workspace"] = "1"

    def get(self, path: str, **parameters: Any) -> Any:
        """What the page would get under /workspace."""
        return self.http.get(f"{self.slack.base_url}/workspace/{path}", params=parameters).json()

    def post(self, path: str, **body: Any) -> Any:
        """What the page would post under /workspace."""
        return self.http.post(f"{self.slack.base_url}/workspace/{path}", json=body).json()

    def close(self) -> None:
        self.slack.close()
        self.http.close()
        self._server.close()
        self.app.listener_runner.listener_executor.shutdown()
        self._engine.dispose()


@contextmanager
def staged(manifest: dict[str, Any] = MANIFEST, **options: Any) -> Iterator[Stage]:
    """A stage that is cleared away afterwards."""
    stage = Stage(manifest, **options)
    try:
        yield stage
    finally:
        stage.close()


def text(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words}


def button(action_id: str, words: str = "Press", **more: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": [{"type": "button", "action_id": action_id, "text": text(words), **more}]}


def field(block_id: str, element: str = "plain_text_input", **more: Any) -> dict[str, Any]:
    options = {"optional": more.pop("optional", False), "dispatch_action": more.pop("dispatch_action", False)}
    return {
        "type": "input",
        "block_id": block_id,
        "label": text(block_id),
        "element": {"type": element, "action_id": "value", **more},
        **options,
    }


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": text("Form"),
        "submit": text("Save"),
        "blocks": list(blocks),
        **more,
    }


def test_a_command_travels_to_the_app_and_its_answer_back() -> None:
    with staged() as stage:
        stage.app.command("/okr")(lambda ack, command: ack(f"You said: {command['text']}"))
        outcome = stage.slack.run_command("U0ADA", "C0GENERAL", "/okr create Grow")
        assert outcome.ok
        assert outcome.message["text"] == "You said: create Grow"
        assert outcome.message["ephemeral"]
        assert [one["text"] for one in stage.slack.messages("U0ADA", "C0GENERAL")] == ["You said: create Grow"]
        assert stage.slack.messages("U0GRACE", "C0GENERAL") == []
