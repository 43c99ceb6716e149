"""The pace of calls to the API: so many a second, with room for a burst."""

import threading
import time

BURST = 25
"""Calls that may go out at once after a rest; a client that ran batches of 25 was tolerated (API reference, 7)."""


class Pace:
    """A token bucket, kept as the time by which it would be full again. ``per_second`` 0 means no limit."""

    def __init__(self, per_second: float, burst: int = BURST) -> None:
        self._interval = 1 / per_second if per_second > 0 else 0.0
        self._slack = self._interval * burst
        self._full_at = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Returns when the next call may go out; each caller waits for a turn of its own."""
        if not self._interval:
            return
        with self._lock:
            now = time.monotonic()
            self._full_at = max(self._full_at, now) + self._interval
            delay = self._full_at - self._slack - now
        if delay > 0:
            time.sleep(delay)
