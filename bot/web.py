"""The HTTP side: `/slack/events`, `/healthz`, `/readyz`, and a server that stops cleanly."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import flask
import waitress
from slack_bolt import BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier
from waitress import wasyncore
from waitress.channel import HTTPChannel

from bot.app import Bot

log = logging.getLogger(__name__)

LARGEST_REQUEST = 1_000_000
READY_FOR = 5.0
PASSED_ON = {
    "CONTENT_TYPE": "Content-Type",
    "HTTP_X_SLACK_RETRY_NUM": "X-Slack-Retry-Num",
    "HTTP_X_SLACK_RETRY_REASON": "X-Slack-Retry-Reason",
}
"""The headers that Bolt reads, by their name in WSGI."""

Probe = Callable[[], None]
"""Asks a part whether it answers; raises where it does not."""


def make_web(bot: Bot, probes: Mapping[str, Probe]) -> flask.Flask:
    """The bot's Flask app. ``probes``: by name, what `/readyz` asks."""
    web = flask.Flask("bot", static_folder=None)
    readiness = Readiness(probes)

    @web.get("/healthz")
    def say_alive() -> flask.typing.ResponseReturnValue:
        return {"ok": True}

    @web.get("/readyz")
    def say_ready() -> flask.typing.ResponseReturnValue:
        faults = readiness.faults()
        return {"ok": not faults, **{name: faults.get(name, "ok") for name in probes}}, 503 if faults else 200

    events = SlackEvents(web.wsgi_app, bot)
    web.wsgi_app = events  # type: ignore[method-assign]
    return web


class SlackEvents:
    """WSGI: answers ``POST /slack/events``, and leaves everything else to what is behind it.

    In front of Flask, for its context and routing would be a seventh of what a command costs; every ack waits for it.
    """

    def __init__(self, behind: WSGIApplication, bot: Bot) -> None:
        self._behind = behind
        self._bot = bot
        self._verifier = SignatureVerifier(bot.settings.slack_signing_secret)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers one request."""
        if environ["PATH_INFO"] != "/slack/events" or environ["REQUEST_METHOD"] != "POST":
            return self._behind(environ, start_response)
        answer = self._receive(environ)
        body = answer.body.encode()
        headers = [*answer.first_headers_without_set_cookie().items(), ("Content-Length", str(len(body)))]
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", headers)
        return [body]

    def _receive(self, environ: WSGIEnvironment) -> BoltResponse:
        if self._bot.is_stopping:
            return BoltResponse(status=503, body="stopping")
        size = int(environ.get("CONTENT_LENGTH") or 0)
        if size > LARGEST_REQUEST:
            return BoltResponse(status=413, body="too large")
        raw = environ["wsgi.input"].read(size)
        timestamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
        if not is_signed(self._verifier, raw, timestamp, environ.get("HTTP_X_SLACK_SIGNATURE", "")):
            return BoltResponse(status=401, body="invalid signature")
        headers = {name: environ[key] for key, name in PASSED_ON.items() if key in environ}
        try:
            request = BoltRequest(body=raw.decode(), headers=headers)
        except (ValueError, TypeError, AttributeError, RecursionError) as fault:
            # Bolt falls over what is no payload, even where the signature is right.
            log.warning("A signed request made no sense: %s", type(fault).__name__)
            return BoltResponse(status=400, body="not understood")
        return self._bot.dispatch(request)


def is_signed(verifier: SignatureVerifier, body: bytes, timestamp: str, signature: str) -> bool:
    """Whether Slack signed this body within five minutes; false for whatever is missing or malformed.

    https://docs.slack.dev/authentication/verifying-requests-from-slack. Bolt 1.30 answers 500 to a timestamp that is no
    number, and parses the body before it verifies.
    """
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 13 and signature.isascii()):
        return False
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return False
    return bool(verifier.is_valid(body=text, timestamp=timestamp, signature=signature))


class Readiness:
    """Asks the parts whether they answer; keeps what they said for five seconds, so that probing costs little."""

    def __init__(self, probes: Mapping[str, Probe]) -> None:
        self._probes = probes
        self._lock = threading.Lock()
        self._asked_at = -READY_FOR
        self._faults: dict[str, str] = {}

    def faults(self) -> dict[str, str]:
        """By name, what does not answer, and why in words."""
        with self._lock:
            if time.monotonic() - self._asked_at >= READY_FOR:
                self._faults = {name: fault for name, probe in self._probes.items() if (fault := _ask(probe))}
                self._asked_at = time.monotonic()
            return self._faults


def _ask(probe: Probe) -> str:
    try:
        probe()
    except Exception as fault:  # noqa: BLE001 - whatever is wrong with a part, it is not ready
        log.warning("Not ready: %s", type(fault).__name__)
        return f"does not answer ({type(fault).__name__})"
    return ""


class Server:
    """waitress on a thread of its own, so that the main thread can wait for a signal and stop it in order."""

    def __init__(self, web: Callable[..., object], *, host: str, port: int, threads: int = 32) -> None:
        # It warns of a single request that comes a moment before a thread is free again.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._server = waitress.create_server(
            web,
            host=host,
            port=port,
            threads=threads,
            connection_limit=1000,
            ident=None,
            clear_untrusted_proxy_headers=True,
        )
        self.port = int(self._server.effective_port)
        self._thread = threading.Thread(target=self._server.run, name="http", daemon=True)

    def start(self) -> None:
        """Begins to answer."""
        self._thread.start()

    def close(self) -> None:
        """Waits two seconds at most for what is being answered; then lets go of the connections there are."""
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=2)
        # Closed by the loop's own thread: a socket that is closed under its select() is an error there.
        # Where the loop was awake it has closed everything, this very trigger too, before the trigger is pulled.
        with suppress(OSError):
            self._server.trigger.pull_trigger(self._let_go)
        self._thread.join(5)

    def _let_go(self) -> None:
        # A channel that is only closed keeps open what is still to be sent, such as a file.
        for channel in list(self._server._map.values()):
            if isinstance(channel, HTTPChannel):
                channel.handle_close()
        wasyncore.close_all(self._server._map, ignore_all=True)
