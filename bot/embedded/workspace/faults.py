"""Switches for tests: failures, rate limits and slowness on demand."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Fault:
    """What is answered instead; ``after`` lets the call take effect first."""

    error: str = ""
    status: int = 200
    retry_after: int = 0
    after: bool = False


class Faults:
    """All switches are off at first. A method is a Web API method, or ``response_url``."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._next: dict[str, list[Fault]] = {}
        self._delays: dict[str, float] = {}
        self._posted: dict[str, float] = {}
        self.limit_posting = False
        """Whether more than one message a second and channel is answered with 429, as Slack does."""

    def fail_next(
        self,
        method: str,
        *,
        error: str = "",
        status: int = 200,
        retry_after: int = 0,
        times: int = 1,
        after: bool = False,
    ) -> None:
        """Makes the next calls of a method fail; ``after`` lets them take effect all the same (a lost answer)."""
        with self._lock:
            self._next.setdefault(method, []).extend([Fault(error, status, retry_after, after)] * times)

    def delay(self, method: str, seconds: float) -> None:
        """Makes every call of a method take that long; 0 ends it."""
        with self._lock:
            self._delays[method] = seconds

    def clear(self) -> None:
        """Puts everything right again."""
        with self._lock:
            self._next.clear()
            self._delays.clear()
            self._posted.clear()
            self.limit_posting = False

    def meet(self, method: str) -> Fault | None:
        """What befalls a call of this method."""
        with self._lock:
            waiting = self._next.get(method) or []
            fault = waiting.pop(0) if waiting else None
            seconds = self._delays.get(method, 0.0)
        if seconds:
            time.sleep(seconds)
        return fault

    def too_soon(self, channel_id: str) -> bool:
        """Whether a message to this channel comes within a second of the last one."""
        if not self.limit_posting:
            return False
        now = self._clock().timestamp()
        with self._lock:
            if now - self._posted.get(channel_id, 0.0) < 1:
                return True
            self._posted[channel_id] = now
            return False
