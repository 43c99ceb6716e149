"""A plain Bolt script, as many are written: it asks the API first, with no session, and acknowledges with the answer.

Served by gunicorn with 8 threads.
"""

import os

import requests
from flask import Flask, Response, request
from slack_bolt import Ack, App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient

bolt = App(
    client=WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]),
    signing_secret=os.environ["SLACK_SIGNING_SECRET"],
)
app = Flask(__name__)
handler = SlackRequestHandler(bolt)
HEADERS = {
    "Authorization": f"Bearer {os.environ['QUANTIVE_API_TOKEN']}",
    "gtmhub-accountId": os.environ["QUANTIVE_ACCOUNT_ID"],
}


@bolt.command("/okr")
def search(ack: Ack, command: dict[str, str]) -> None:
    """Answers with the names of the objectives that have the tag."""
    tag = command["text"].partition("#")[2]
    found = requests.get(f"{os.environ['QUANTIVE_API_URL']}/goals", params={"tags": tag}, headers=HEADERS, timeout=30)
    ack("\n".join(f"• {goal['name']}" for goal in found.json()["items"]))


@app.post("/slack/events")
def receive() -> Response:
    """Slack's requests."""
    return handler.handle(request)


@app.get("/healthz")
def say_alive() -> dict[str, bool]:
    """Tells that it listens."""
    return {"ok": True}
