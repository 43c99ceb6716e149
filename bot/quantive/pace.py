"""The pace of calls to the API: so many a second, with room for a burst, and none while it asks to be left alone."""

import threading
import time
from typing import Protocol

from bot.errors import OkrApiBusy

BURST = 25
"""Calls that may go out at once after a rest; a client that ran batches of 25 was tolerated (API reference, 7)."""

LONGEST_WAIT = 30.0
"""Seconds for a turn; whoever would wait longer is told so at once, and may come again."""


class Pacer(Protocol):
    """What spaces the calls of everybody who asks with the same token."""

    def wait(self) -> None:
        """Returns when the next call may go out; OkrApiBusy where that is too far off."""

    def hold(self, seconds: float) -> None:
        """Lets nobody call before ``seconds`` have passed."""


class Pace:
    """The pace of one process: a token bucket, kept as the time by which it would be full again. 0 is no limit."""

    def __init__(self, per_second: float, burst: int = BURST) -> None:
        self._interval = 1 / per_second if per_second > 0 else 0.0
        self._slack = self._interval * burst
        self._full_at = 0.0
        self._held_until = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Returns when the next call may go out; each caller has a turn of its own. OkrApiBusy: not in 30 seconds."""
        patience = time.monotonic() + LONGEST_WAIT
        while True:
            with self._lock:
                now = time.monotonic()
                full_at = max(self._full_at, now) + self._interval
                turn = max(full_at - self._slack, self._held_until)
                if turn > patience:
                    raise _busy(turn - now)
                self._full_at = full_at
            if turn <= now:
                return
            time.sleep(turn - now)
            if self._held_until <= turn:
                return

    def hold(self, seconds: float) -> None:
        """Lets nobody call before ``seconds`` have passed; after that there is no burst, but one call after another."""
        with self._lock:
            self._held_until = max(self._held_until, time.monotonic() + seconds)
            self._full_at = max(self._full_at, self._held_until + self._slack - self._interval)


def _busy(seconds: float) -> OkrApiBusy:
    sentence = f"The OKR API is being asked too often. Try again in {round(seconds)} seconds."
    return OkrApiBusy(sentence, retry_after=seconds)
