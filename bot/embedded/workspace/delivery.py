"""Deliveries to the app: signed requests with three seconds' patience, and events that are tried again."""

import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import requests
from requests.adapters import HTTPAdapter

from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.people import APP_ID, BOT_USER_ID, TEAM_ID

PATIENCE = 3.0
"""Seconds the app has to answer. https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response"""

RETRY_WAITS = (0.0, 60.0, 300.0)
"""Seconds before each further attempt at an event. https://docs.slack.dev/apis/events-api#retries"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app answered; ``error`` is '' or the word the person sees."""

    error: str
    status: int = 0
    body: Any = None
    ends_retries: bool = False

    @property
    def ok(self) -> bool:
        return not self.error


Recorder = Callable[..., Any]


class Delivery:
    """Sends what happens to the app's one address."""

    def __init__(
        self,
        events_url: str,
        secret: Callable[[], str],
        clock: Callable[[], datetime],
        record: Recorder,
        *,
        patience: float = PATIENCE,
        retry_waits: Sequence[float] = RETRY_WAITS,
    ) -> None:
        self.events_url = events_url
        self.last: tuple[str, str, str] | None = None
        """The latest command or interaction as it was sent: what it is, body, content type."""
        self._secret, self._clock, self._record = secret, clock, record
        self._patience, self._retry_waits = patience, tuple(retry_waits)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount("http://", HTTPAdapter(pool_connections=2, pool_maxsize=20))
        self._closing = threading.Event()
        self._events: set[threading.Thread] = set()
        self._lock = threading.Lock()

    def command(self, fields: Mapping[str, str]) -> Answer:
        """Delivers a slash command."""
        return self._interact("command " + fields["command"], dict(fields))

    def interaction(self, payload: Json) -> Answer:
        """Delivers an interaction payload."""
        return self._interact(payload["type"], {"payload": json.dumps(payload)})

    def again(self) -> Answer:
        """Delivers the latest command or interaction once more, byte for byte, newly signed."""
        if self.last is None:
            raise LookupError("nothing has been delivered yet")
        return self._send(*self.last)

    def event(self, event: Json) -> None:
        """Delivers an event in the background, three more times if need be."""
        envelope = {
            "team_id": TEAM_ID,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": "Ev" + secrets.token_hex(5).upper(),
            "event_time": int(self._clock().timestamp()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM_ID,
                    "user_id": BOT_USER_ID,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
        }
        thread = threading.Thread(target=self._deliver_event, args=(envelope,), name="workspace-event", daemon=True)
        with self._lock:
            self._events.add(thread)
        thread.start()

    def settle(self, seconds: float) -> bool:
        """Waits until no event is on its way; whether that came within so many seconds."""
        end = time.monotonic() + seconds
        with self._lock:
            waiting = list(self._events)
        for thread in waiting:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in waiting)

    def close(self) -> None:
        """Ends the waiting for further attempts and the connections."""
        self._closing.set()
        self.settle(self._patience + 1)
        self._session.close()

    def _interact(self, what: str, fields: dict[str, str]) -> Answer:
        self.last = (what, urlencode(fields), "application/x-www-form-urlencoded")
        return self._send(*self.last)

    def _deliver_event(self, envelope: Json) -> None:
        try:
            what, body = f"event {envelope['event']['type']}", json.dumps(envelope)
            headers: dict[str, str] = {}
            for number, wait in enumerate((None, *self._retry_waits)):
                if wait is not None:
                    if self._closing.wait(wait):
                        return
                    headers["X-Slack-Retry-Num"] = str(number)
                answer = self._send(what, body, "application/json", headers)
                if answer.ok or answer.ends_retries:
                    return
                reasons = {"operation_timeout": "http_timeout", "unreachable": "connection_failed"}
                headers["X-Slack-Retry-Reason"] = reasons.get(answer.body or answer.error, "http_error")
        finally:
            with self._lock:
                self._events.discard(threading.current_thread())

    def _send(self, what: str, body: str, content_type: str, more: Mapping[str, str] | None = None) -> Answer:
        began = time.perf_counter()
        answer = self._post(body, content_type, more or {})
        self._record(
            "out",
            what,
            status=answer.status,
            milliseconds=(time.perf_counter() - began) * 1000,
            error=answer.error,
            request=_readable(body, content_type),
            answer=answer.body,
        )
        return answer

    def _post(self, body: str, content_type: str, more: Mapping[str, str]) -> Answer:
        raw = body.encode()
        timestamp = str(int(time.time()))  # not the workspace's clock: the app compares it with the time of day
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (local workspace)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._secret(), timestamp, raw),
            **more,
        }
        try:
            response = self._session.post(
                self.events_url, data=raw, headers=headers, timeout=self._patience, allow_redirects=False
            )
        except requests.Timeout:
            return Answer("operation_timeout")
        except requests.RequestException:
            return Answer("dispatch_failed", body="unreachable")
        if response.status_code != 200:
            ends_retries = response.headers.get("X-Slack-No-Retry") == "1"
            return Answer("dispatch_failed", response.status_code, response.text[:2000], ends_retries)
        return Answer("", 200, _parsed(response))


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a request. https://docs.slack.dev/authentication/verifying-requests-from-slack"""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()


def _parsed(response: requests.Response) -> Any:
    if not response.text.strip():
        return None
    try:
        return response.json()
    except ValueError:
        return response.text


def _readable(body: str, content_type: str) -> Any:
    if content_type == "application/json":
        return json.loads(body)
    fields = dict(parse_qsl(body, keep_blank_values=True))
    return json.loads(fields["payload"]) if "payload" in fields else fields
