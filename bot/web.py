"""The HTTP side: `/slack/events`, `/healthz`, `/readyz`, and a server that stops cleanly."""

import logging
import threading
import time
from collections.abc import Callable, Mapping

import flask
import waitress
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk.signature import SignatureVerifier
from waitress import wasyncore

from bot.app import Bot

log = logging.getLogger(__name__)

LARGEST_REQUEST = 1_000_000
READY_FOR = 5.0

Probe = Callable[[], None]
"""Asks a part whether it answers; raises where it does not."""


def make_web(bot: Bot, probes: Mapping[str, Probe]) -> flask.Flask:
    """The bot's Flask app. ``probes``: by name, what `/readyz` asks."""
    web = flask.Flask("bot", static_folder=None)
    handler = SlackRequestHandler(bot.bolt)
    verifier = SignatureVerifier(bot.settings.slack_signing_secret)
    readiness = Readiness(probes)

    @web.post("/slack/events")
    def receive_events() -> flask.typing.ResponseReturnValue:
        if bot.is_stopping:
            return "stopping", 503
        if (flask.request.content_length or 0) > LARGEST_REQUEST:
            return "too large", 413
        headers = flask.request.headers
        timestamp, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
        if not is_signed(verifier, flask.request.get_data(), timestamp, signature):
            return "invalid signature", 401
        return handler.handle(flask.request)

    @web.get("/healthz")
    def say_alive() -> flask.typing.ResponseReturnValue:
        return {"ok": True}

    @web.get("/readyz")
    def say_ready() -> flask.typing.ResponseReturnValue:
        faults = readiness.faults()
        return {"ok": not faults, **{name: faults.get(name, "ok") for name in probes}}, 503 if faults else 200

    return web


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
        """Takes no more connections, and lets go of those there are."""
        # Closed by the loop's own thread: a socket that is closed under its select() is an error there.
        self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._server._map, ignore_all=True))
        self._thread.join(5)
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=2)
