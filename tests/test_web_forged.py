"""Forged and mangled requests, ten thousand of them: none does anything, none is a server's error, real ones go on."""

import io
import json
import random
import threading
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier

from bot.web import make_web
from tests.world import USERS, World

COUNT = 10_000


def send(app: Any, body: bytes, **headers: str) -> int:
    """The status that a POST to /slack/events gets."""
    status: list[int] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/slack/events",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        **headers,
    }
    list(app(environ, lambda line, _headers: status.append(int(line.split()[0]))))
    return status[0]


def forged(rng: random.Random, body: bytes, secret: str) -> tuple[bytes, dict[str, str]]:
    """A real command or form, with something wrong about where it comes from."""
    now = str(int(time.time()))
    good = SignatureVerifier(secret).generate_signature(timestamp=now, body=body) or ""
    old = str(int(time.time()) - 301)
    stale = SignatureVerifier(secret).generate_signature(timestamp=old, body=body) or ""
    stamp, sign = "HTTP_X_SLACK_REQUEST_TIMESTAMP", "HTTP_X_SLACK_SIGNATURE"
    cut = rng.randrange(len(body))
    return rng.choice(
        [
            (body, {}),
            (body, {stamp: now}),
            (body, {sign: good}),
            (body, {stamp: old, sign: stale}),
            (body, {stamp: now, sign: good[:-1] + ("0" if good[-1] != "0" else "1")}),
            (body, {stamp: rng.choice(["", "x", "-1", "1e9", "٣", "9" * 40]), sign: good}),
            (body, {stamp: now, sign: rng.choice(["", "v0=", "v1=" + good[3:], "é", "v0=" + "f" * 64])}),
            (body[:cut] + b"X" + body[cut + 1 :] + b"Y", {stamp: now, sign: good}),
            (bytes(rng.randrange(256) for _ in range(rng.randrange(1, 400))), {stamp: now, sign: good}),
        ]
    )


def test_ten_thousand_forged_requests_do_nothing_and_real_ones_are_answered_in_time(world: World):
    app = make_web(world.bot, {}).wsgi_app
    secret, rng = world.workspace.signing_secret, random.Random(4)
    objectives = [one.id for one, _ in world.client.look()]
    fields = {"command": "/okr", "text": "create Forged", "team_id": "T0LOCAL", "user_id": USERS["ada"]}
    command = urlencode({**fields, "channel_id": "C0GENERAL", "trigger_id": "1.2.3", "response_url": ""}).encode()
    payload = {"type": "view_submission", "user": {"id": USERS["ada"]}, "view": {"callback_id": "objective.create"}}
    form = urlencode({"payload": json.dumps(payload)}).encode()
    statuses: set[int] = set()
    took: list[float] = []
    is_over = threading.Event()

    def ask() -> None:
        while not is_over.is_set():
            begun = time.monotonic()
            assert world.workspace.run_command(USERS["grace"], world.channel("general"), "/okr help").ok
            took.append(time.monotonic() - begun)
            is_over.wait(0.2)

    asking = threading.Thread(target=ask)
    asking.start()
    for _ in range(COUNT):
        body, headers = forged(rng, rng.choice([command, form]), secret)
        statuses.add(send(app, body, **headers))
    is_over.set()
    asking.join()
    assert statuses == {401}
    assert [one.id for one, _ in world.client.look()] == objectives
    assert len(took) >= 2
    assert max(took) < 3


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"payload=",
        b"payload=%00",
        b"payload=[]",
        b"payload=null",
        b"payload=" + b"[" * 5_000,
        b'payload={"type":"view_submission"}',
        b'payload={"type":"block_actions","actions":[]}',
        b'payload={"type":"block_actions","actions":[{"type":"button","action_id":"run.0","value":"undo"}]}',
        b'payload={"type":"view_submission","view":{"callback_id":"objective.create","state":[]},"user":7}',
        b"command=/okr",
        b"command=%2Fokr&text=create+x",
        b"command=%2Fokr&text=create+x&user_id=&team_id=",
    ],
)
def test_what_is_signed_and_makes_no_sense_changes_nothing(world: World, body: bytes):
    objectives = [one.id for one, _ in world.client.look()]
    now = str(int(time.time()))
    sign = SignatureVerifier(world.workspace.signing_secret).generate_signature(timestamp=now, body=body.decode()) or ""
    app = make_web(world.bot, {}).wsgi_app
    send(app, body, HTTP_X_SLACK_REQUEST_TIMESTAMP=now, HTTP_X_SLACK_SIGNATURE=sign)
    world.idle.wait_idle()
    assert [one.id for one, _ in world.client.look()] == objectives
