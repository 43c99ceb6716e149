"""A small Slack over HTTP: tells who people are, and keeps what they are told, by the place where they are told it."""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.durability.moments import Moments

TEAM_ID = "T0KILLS"
WAITING = "Accepted."
"""How the word begins that something waits; every other message is a result."""


@dataclass(frozen=True)
class Telling:
    """Something that somebody was told: when, and by which process (0 where that is dead, or cannot be found out)."""

    at: float
    text: str
    pid: int

    @property
    def is_result(self) -> bool:
        """Whether it says what came of a submission."""
        return not self.text.startswith(WAITING)


class FakeSlack:
    """The server: ``with FakeSlack() as slack: … slack.api_url``. Everybody is ``person.<n>@example.com``.

    A place is a channel's id, or the last part of a ``response_url``: give each submission one of its own.
    ``delay``: seconds between hearing a message and saying so.
    """

    def __init__(self, moments: Moments | None = None, delay: float = 0.0) -> None:
        self.moments = moments or Moments()
        self.delay = delay
        self.watched_pids: Iterable[int] = ()
        self._told: dict[str, list[Telling]] = defaultdict(list)
        self._changed = threading.Condition()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def api_url(self) -> str:
        """The base of the Web API."""
        return f"http://127.0.0.1:{self._server.server_port}/api/"

    def response_url(self, place: str) -> str:
        """A response_url whose messages are kept under this place."""
        return f"http://127.0.0.1:{self._server.server_port}/hooks/{place}"

    def told(self, place: str) -> list[Telling]:
        """What was told at a place, the oldest first."""
        with self._changed:
            return list(self._told[place])

    def told_of(self, name: str) -> list[Telling]:
        """What was told of an objective, wherever."""
        with self._changed:
            return [one for tellings in self._told.values() for one in tellings if name in one.text]

    def wait_told(self, place: str, seconds: float) -> bool:
        """Waits for a result at a place; whether there is one."""
        with self._changed:
            return self._changed.wait_for(lambda: any(one.is_result for one in self._told[place]), seconds)

    def wait_waiting(self, place: str, seconds: float) -> bool:
        """Waits for the word, at a place, that something waits; whether it came."""
        with self._changed:
            return self._changed.wait_for(lambda: any(not one.is_result for one in self._told[place]), seconds)

    def hear(self, place: str, text: str, peer_port: int) -> None:
        """Keeps a message."""
        at = time.monotonic()
        pid = process_with(peer_port, self._server.server_port, self.watched_pids)
        with self._changed:
            self._told[place].append(Telling(at, text, pid))
            self._changed.notify_all()

    def answer(self, path: str, fields: dict[str, Any], peer_port: int) -> dict[str, Any]:
        """What a call gets."""
        _, root, name = path.split("/", 2)
        if (root == "hooks" or name.startswith("chat.")) and "text" not in fields:
            """Something is taken back."""
        elif root == "hooks":
            self.hear(name, fields["text"], peer_port)
        elif name.startswith("chat."):
            self.hear(fields["channel"], fields["text"], peer_port)
        elif name == "users.info":
            return {"ok": True, "user": _user(fields["user"])}
        return {"ok": True, "ts": "1.1", "channel": fields.get("channel", ""), "view": {"id": "V0"}}


def email_of(number: int) -> str:
    """The address of one of the people."""
    return f"person.{number}@example.com"


def user_id_of(number: int) -> str:
    """The Slack id of one of the people."""
    return f"U{number:06d}"


def _user(user_id: str) -> dict[str, Any]:
    number = int(user_id[1:])
    profile = {"real_name": f"Person {number}", "email": email_of(number)}
    return {"id": user_id, "team_id": TEAM_ID, "tz": "UTC", "profile": profile}


def process_with(port: int, peer_port: int, pids: Iterable[int]) -> int:
    """The one of these processes that has the connection from ``port`` to ``peer_port``; 0 where it is none of them."""
    ours = (f"0100007F:{port:04X}", f"0100007F:{peer_port:04X}")
    with suppress(OSError):
        rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
        inode = next((row[9] for row in rows if (row[1], row[2]) == ours), "")
        for pid in pids:
            with suppress(OSError):
                links = [str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir()]
                if f"socket:[{inode}]" in links:
                    return pid
    return 0


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, slack: FakeSlack) -> None:
        self.slack = slack
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        slack = self.server.slack
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        is_json = "json" in (self.headers.get("Content-Type") or "")
        fields = dict(parse_qsl(parts.query)) | (json.loads(body) if body and is_json else dict(parse_qsl(body)))
        answer = json.dumps(slack.answer(parts.path, fields, self.client_address[1])).encode()
        slack.moments.pass_by()
        if slack.delay:
            time.sleep(slack.delay)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        self.wfile.flush()
        slack.moments.pass_by()

    def do_POST(self) -> None:
        self.do_GET()
