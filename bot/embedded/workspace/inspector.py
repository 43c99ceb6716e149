"""What was sent each way, the last 500 exchanges, with no secret in it."""

import json
import re
import threading
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

KEPT = 500

ADDRESS = re.compile(r"(/slack/(?:hooks|upload)/)[\w-]+")
"""Addresses that entitle whoever has them."""

TOKEN = re.compile(r"\bx(?:ox[a-z]|app)[.-][\w.-]+")
"""What looks like a token of Slack's, this workspace's or another's."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """``way`` is "in" when the app called, "out" when the workspace did; ``at`` in UTC."""

    id: int
    at: datetime
    way: str
    what: str
    status: int
    milliseconds: float
    error: str
    request: Any
    answer: Any

    @property
    def ok(self) -> bool:
        return not self.error

    def summary(self) -> dict[str, Any]:
        """The line in the page's list."""
        return {
            "id": self.id,
            "at": self.at.timestamp(),
            "way": self.way,
            "what": self.what,
            "status": self.status,
            "ms": round(self.milliseconds, 1),
            "ok": self.ok,
            "error": self.error,
        }

    def detail(self) -> dict[str, Any]:
        """The line with what was sent."""
        return self.summary() | {"request": self.request, "answer": self.answer}


class Inspector:
    """Records exchanges."""

    def __init__(self, clock: Callable[[], datetime], secrets: Callable[[], Collection[str]]) -> None:
        self._clock, self._secrets = clock, secrets
        self._lock = threading.Lock()
        self._kept: deque[Exchange] = deque(maxlen=KEPT)
        self._last = 0

    def record(
        self, way: str, what: str, *, status: int, milliseconds: float, error: str, request: Any, answer: Any
    ) -> Exchange:
        """Keeps one exchange."""
        what, error, request, answer = self._without_secrets([what, error, request, answer])
        with self._lock:
            self._last += 1
            made = Exchange(self._last, self._clock(), way, what, status, milliseconds, error, request, answer)
            self._kept.append(made)
        return made

    def since(self, number: int = 0) -> list[Exchange]:
        """The exchanges after that number, oldest first."""
        with self._lock:
            return [one for one in self._kept if one.id > number]

    def get(self, number: int) -> Exchange | None:
        """The exchange of that number."""
        return next((one for one in self.since(number - 1) if one.id == number), None)

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._kept.clear()

    def _without_secrets(self, sent: Any) -> Any:
        text = json.dumps(sent, default=str)
        for secret in self._secrets():
            text = text.replace(json.dumps(secret)[1:-1], "•••") if secret else text
        return json.loads(TOKEN.sub("•••", ADDRESS.sub(r"\1•••", text)))
