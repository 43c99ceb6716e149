"""What Slack said, or did not, decides whether a post was surely not made, or nobody knows."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from slack_sdk import WebClient

from bot.notify.speaker import SlackAway, SlackBusy, SlackRefused
from bot.slack.speaking import WebSpeaker
from bot.views.message import Message
from tests.world import free_port

HELLO = Message("Hello", [])


def speaker(url: str, timeout: float = 5) -> WebSpeaker:
    client = WebClient(token="xoxb-test", base_url=url, timeout=timeout, retry_handlers=[])  # type: ignore[arg-type]
    return WebSpeaker(lambda _team_id: client)


@contextmanager
def slack(answer: bytes) -> Iterator[WebSpeaker]:
    """A Slack that says these bytes to everything, and closes the connection."""

    class Handler(BaseHTTPRequestHandler):
        def handle(self) -> None:
            self.connection.recv(65_536)
            self.connection.sendall(answer)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield speaker(f"http://127.0.0.1:{server.server_port}/api/")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def http(status: str, body: str, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", body]).encode()


def test_what_is_posted_has_its_timestamp_and_unfurls_nothing():
    with slack(http("200 OK", '{"ok": true, "ts": "12.34"}')) as speaks:
        assert speaks.post("T1", "C1", HELLO, thread_ts="1.1") == "12.34"
        speaks.edit("T1", "C1", "12.34", HELLO)
        speaks.ping("T1")


@pytest.mark.parametrize(
    ("answer", "is_unsure"),
    [
        (b"", True),
        (http("200 OK", '{"ok": true}')[:-3], True),
        (http("200 OK", "<html>Bad gateway</html>"), True),
        (http("200 OK", ""), True),
        (http("200 OK", '{"ok": false, "error": "internal_error"}'), True),
        (http("500 Oops", '{"ok": false, "error": "internal_error"}'), True),
        (http("502 Bad gateway", "<html>Bad gateway</html>"), True),
        (http("504 Gateway timeout", ""), True),
        (http("503 Unavailable", '{"ok": false, "error": "service_unavailable"}'), False),
        (http("503 Unavailable", "<html></html>"), False),
        (b"SMTP ready\r\n", True),
    ],
)
def test_slack_away(answer: bytes, is_unsure: bool):
    with slack(answer) as speaks, pytest.raises(SlackAway) as away:
        speaks.post("T1", "C1", HELLO)
    assert away.value.is_unsure is is_unsure


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("Retry-After: 30", 30), ("retry-after: 7", 7), ("X: y", 5), ("Retry-After: soon", 5), ("Retry-After: 0", 1)],
)
def test_slack_busy(header: str, seconds: float):
    body = '{"ok": false, "error": "ratelimited"}'
    with slack(http("429 Too many", body, header)) as speaks, pytest.raises(SlackBusy) as busy:
        speaks.post("T1", "C1", HELLO)
    assert busy.value.seconds == seconds


def test_slack_refuses():
    body = '{"ok": false, "error": "not_in_channel"}'
    with slack(http("200 OK", body)) as speaks, pytest.raises(SlackRefused) as refused:
        speaks.post("T1", "C1", HELLO)
    assert refused.value.error == "not_in_channel"


@pytest.mark.parametrize("where", ["refused", "no such name"])
def test_what_was_never_sent_is_surely_not_posted(where: str):
    url = f"http://127.0.0.1:{free_port()}/" if where == "refused" else "http://slack.invalid/api/"
    with pytest.raises(SlackAway) as away:
        speaker(url).post("T1", "C1", HELLO)
    assert not away.value.is_unsure


def test_a_slack_that_is_silent_may_have_posted():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(SlackAway) as away:
            speaker(f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout=1).post("T1", "C1", HELLO)
    assert away.value.is_unsure
