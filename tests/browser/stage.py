"""The workspace and a small Bolt app that shows the gallery, served by waitress as the product is."""

import re
import threading
from typing import Any

import flask
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient

from bot.embedded.workspace import Workspace, memory_engine
from bot.web import Server
from tests.browser import gallery
from tests.world import DEADLINE

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "OKR bot", "description": "Objectives in Slack"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "OKR bot"},
        "slash_commands": [
            {
                "command": "/okr",
                "description": "Objectives and key results",
                "usage_hint": "help | create | search",
                "should_escape": True,
            },
            {"command": "/gallery", "description": "Every block", "usage_hint": "reading | figures | charts | newer"},
        ],
        "shortcuts": [
            {"name": "Create objective", "type": "global", "callback_id": "create", "description": "Opens the form"},
            {
                "name": "Make objective",
                "type": "message",
                "callback_id": "from_message",
                "description": "From this message",
            },
        ],
    },
    "oauth_config": {
        "scopes": {"bot": ["commands", "chat:write", "chat:write.public", "files:write", "im:write", "users:read"]}
    },
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened"]},
        "interactivity": {"is_enabled": True},
    },
}
API_NOTES = {
    "OKR server address": "http://127.0.0.1:3000/api/v1",
    "Account id": "64b0c0ffee0000000000aaaa",
    "Token": "local-token",
}
GALLERIES: dict[str, list[dict[str, Any]]] = {
    "reading": gallery.READING,
    "figures": gallery.FIGURES,
    "charts": [gallery.chart("bar", "Progress and time"), gallery.chart("pie", "By status")],
    "lines": [gallery.chart("line", "Progress and time"), gallery.chart("area", "Filled")],
    "newer": gallery.NEWER,
}


class Stage:
    """The workspace as ``slack``, the app as ``app``, what people did in ``heard``."""

    def __init__(self) -> None:
        application = flask.Flask("browser")
        self._server = Server(application, host="127.0.0.1", port=0, threads=16)
        self.address = f"http://127.0.0.1:{self._server.port}"
        self.slack = Workspace(
            memory_engine(),
            base_url=self.address,
            events_url=f"{self.address}/slack/events",
            manifest=MANIFEST,
            signing_secret="a signing secret",
            bot_token="xoxb-the-bot",
            api_notes=API_NOTES,
            patience=DEADLINE,
        )
        self.slack.open()
        self.client = WebClient("xoxb-the-bot", base_url=self.slack.api_url)
        self.app = App(client=self.client, signing_secret="a signing secret", token_verification_enabled=False)
        self.heard: list[tuple[str, Any]] = []
        self.release = threading.Event()
        listen(self)
        handler = SlackRequestHandler(self.app)
        application.register_blueprint(self.slack.blueprint())
        application.add_url_rule("/slack/events", "events", lambda: handler.handle(flask.request), methods=["POST"])
        self._server.start()

    def close(self) -> None:
        self.release.set()
        self.slack.close()
        self._server.close()
        self.app.listener_runner.listener_executor.shutdown()


def listen(stage: Stage) -> None:
    """The app: short answers, the gallery, a form, and what goes wrong."""
    app, heard = stage.app, stage.heard

    @app.command("/okr")
    def okr(ack: Any, body: Any, client: Any, respond: Any) -> None:
        ack()
        words = body.get("text", "")
        heard.append(("command", words))
        if words.startswith("create"):
            client.views_open(trigger_id=body["trigger_id"], view=gallery.FORM)
        elif words.startswith("edit"):
            opened = client.views_open(trigger_id=body["trigger_id"], view=gallery.LOADING)
            stage.release.wait(DEADLINE)
            client.views_update(view_id=opened["view"]["id"], view=gallery.FORM)
        else:
            blocks = [{"type": "section", "text": gallery.mrkdwn(f"You asked: *{words or 'nothing'}*")}]
            respond(text=f"You asked: {words or 'nothing'}", blocks=blocks)

    @app.command("/gallery")
    def show(ack: Any, body: Any, client: Any) -> None:
        ack()
        for name in (body.get("text") or " ".join(GALLERIES)).split():
            client.chat_postMessage(channel=body["channel_id"], text=f"The gallery: {name}", blocks=GALLERIES[name])

    @app.action("slow")
    def slow(ack: Any, respond: Any) -> None:
        stage.release.wait(DEADLINE)
        ack()
        respond(text="At last", replace_original=False)

    @app.action("broken")
    def broken(ack: Any) -> None:
        raise RuntimeError("broken on purpose")

    @app.action("push")
    def push(ack: Any, body: Any, client: Any) -> None:
        ack()
        depth = body["view"]["title"]["text"].count("View") + 1
        view = {
            "type": "modal",
            "callback_id": "pushed",
            "title": gallery.text(" ".join(["View"] * depth)),
            "submit": gallery.text("Save"),
            "blocks": [
                gallery.field("Inner name", {"type": "plain_text_input"}),
                {"type": "actions", "elements": [gallery.button("One more", "push")]},
            ],
        }
        client.views_push(trigger_id=body["trigger_id"], view=view)

    @app.action("grow")
    def grow(ack: Any, body: Any, client: Any) -> None:
        ack()
        extra = gallery.field("Sponsor", {"type": "plain_text_input"}, optional=True)
        view = gallery.FORM | {"blocks": [*gallery.FORM["blocks"][:-1], extra, gallery.FORM["blocks"][-1]]}
        client.views_update(view_id=body["view"]["id"], view=view)

    @app.action({"action_id": re.compile("press.*|confirmed|menu|pick|feedback")})
    def pressed(ack: Any, body: Any) -> None:
        ack()
        action = body["actions"][0]
        chosen = action.get("selected_option", {}).get("value")
        heard.append((action["action_id"], action.get("value") or chosen))

    @app.options("value")
    def suggest(ack: Any, payload: Any) -> None:
        typed = payload["value"]
        if payload["block_id"] == "owner":
            ack(option_groups=gallery.GROUPS)
            return
        found = [gallery.option(f"tag {typed}"), gallery.option(f"Create tag “{typed}”", f"new:{typed}")]
        ack(options=found)

    @app.view("form")
    def submitted(ack: Any, view: Any) -> None:
        values = {block: state["value"] for block, state in view["state"]["values"].items() if "value" in state}
        heard.append(("submitted", values))
        if values["name"]["value"] == "taken":
            ack(response_action="errors", errors={"name": "There is an objective of this name already."})
        elif values["name"]["value"] == "late":
            stage.release.wait(DEADLINE)
        else:
            ack()

    @app.view("pushed")
    def saved(ack: Any) -> None:
        ack()

    @app.view_closed("form")
    def closed(ack: Any, body: Any) -> None:
        ack()
        heard.append(("closed", body.get("is_cleared")))

    @app.shortcut("create")
    def create(ack: Any, body: Any, client: Any) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=gallery.FORM)

    @app.shortcut("from_message")
    def from_message(ack: Any, body: Any) -> None:
        ack()
        heard.append(("from_message", body["message"]["text"]))

    @app.event("app_home_opened")
    def home(event: Any, client: Any) -> None:
        if event["tab"] == "home":
            client.views_publish(user_id=event["user"], view=gallery.HOME)
