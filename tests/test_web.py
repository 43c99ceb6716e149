"""The HTTP side: only what Slack signed gets in, and probes tell the truth."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import flask
import pytest
import requests
from slack_sdk.signature import SignatureVerifier

from bot.web import Readiness, Server
from tests.durable import until
from tests.world import DEADLINE, USERS, World

FIELDS = {"command": "/okr", "text": "help", "user_id": USERS["ada"], "team_id": "T0LOCAL", "trigger_id": "1.2.3"}
BODY = urlencode(FIELDS)


def signed(secret: str, body: str, timestamp: str) -> dict[str, str]:
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body) or ""
    return {
        "X-Slack-Signature": signature,
        "X-Slack-Request-Timestamp": timestamp,
        "Content-Type": "application/x-www-form-urlencoded",
    }


def test_a_signed_request_is_answered_at_once_with_an_empty_ack(world: World):
    headers = signed(world.settings.slack_signing_secret, BODY, str(int(time.time())))
    answer = requests.post(f"{world.base_url}/slack/events", data=BODY, headers=headers, timeout=30)
    assert (answer.status_code, answer.text) == (200, "")


@pytest.mark.parametrize(
    "change",
    [
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=ümlaut".encode().decode("latin-1")},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "yesterday"},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "9" * 400},
        {"X-Slack-Request-Timestamp": str(int(time.time()) - 3600)},
        {"X-Slack-Signature": None, "X-Slack-Request-Timestamp": None},
    ],
    ids=["forged", "empty", "not ascii", "no time", "no number", "negative", "endless", "stale", "unsigned"],
)
def test_what_slack_did_not_sign_is_401(world: World, change: dict[str, str | None]):
    headers = signed(world.settings.slack_signing_secret, BODY, str(int(time.time()))) | change
    present = {name: value for name, value in headers.items() if value is not None}
    answer = requests.post(f"{world.base_url}/slack/events", data=BODY, headers=present, timeout=30)
    assert answer.status_code == 401


@pytest.mark.parametrize("body", [b"payload=not json", b"\xff\xfe", b"", b"payload=%5B%5D", b"ssl_check=1"])
def test_a_mangled_body_is_401_before_anything_is_parsed(world: World, body: bytes):
    headers = {"X-Slack-Signature": "v0=1", "X-Slack-Request-Timestamp": str(int(time.time()))}
    answer = requests.post(f"{world.base_url}/slack/events", data=body, headers=headers, timeout=30)
    assert answer.status_code == 401


def test_a_request_of_a_megabyte_is_refused(world: World):
    assert requests.post(f"{world.base_url}/slack/events", data=b"x" * 1_100_000, timeout=30).status_code == 413


def test_healthz_says_that_the_process_lives(world: World):
    assert requests.get(f"{world.base_url}/healthz", timeout=30).json() == {"ok": True}


def test_readiness_names_what_does_not_answer_and_asks_at_most_every_five_seconds():
    asked = []

    def fail() -> None:
        asked.append(1)
        raise ConnectionError("secret address")

    readiness = Readiness({"slack": lambda: None, "okr_api": fail})
    assert readiness.faults() == {"okr_api": "does not answer (ConnectionError)"}
    assert readiness.faults() == {"okr_api": "does not answer (ConnectionError)"}
    assert len(asked) == 1


def test_a_file_that_nobody_has_fetched_to_its_end_is_closed_with_the_server(tmp_path: Path):
    path = tmp_path / "large"
    path.write_bytes(b"x" * 30_000_000)
    file = path.open("rb")

    def send(environ: dict[str, Any], start_response: Any) -> Any:
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](file)

    server = Server(send, host="127.0.0.1", port=0, threads=1)
    server.start()
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(4) == b"HTTP"
        until(lambda: not server._server.task_dispatcher.active_count)
        server.close()
    assert file.closed


def test_a_server_that_stops_lets_what_it_is_answering_come_to_its_end(caplog: pytest.LogCaptureFixture):
    web, ends = flask.Flask("streams"), threading.Event()

    @web.get("/")
    def stream() -> flask.Response:
        def answer() -> Iterator[str]:
            yield "begun"
            ends.wait(DEADLINE)
            yield "ended"

        return flask.Response(answer())

    server = Server(web, host="127.0.0.1", port=0)
    server.start()
    with socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE) as reader:
        reader.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        heard = b""
        while b"begun" not in heard:
            heard += reader.recv(1000)
        closing = threading.Thread(target=server.close)
        closing.start()
        reader.settimeout(0.3)
        with pytest.raises(TimeoutError):
            reader.recv(1000)
        ends.set()
        closing.join()
    assert caplog.messages == []
