"""What has happened, for those who wait for it: the page's event stream and tests."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

KEPT = 2000
GLANCE = 0.02
"""Seconds after which one who waits looks again even if nothing happened: what they wait for may lie outside."""


@dataclass(frozen=True, slots=True)
class Happening:
    """``tell`` gives what one person is told, None if they may not know; called late, it tells the state of then."""

    id: int
    event: str
    tell: Callable[[str], dict[str, Any] | None]


class Feed:
    """A short memory of happenings and a condition that wakes those who wait."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._kept: deque[Happening] = deque(maxlen=KEPT)
        self._last = 0
        self._closed = False

    @property
    def last(self) -> int:
        """The number of the latest happening."""
        return self._last

    @property
    def closed(self) -> bool:
        """Whether waiting has become pointless."""
        return self._closed

    def publish(self, event: str, tell: Callable[[str], dict[str, Any] | None]) -> None:
        """Records a happening and wakes everybody."""
        with self._condition:
            self._last += 1
            self._kept.append(Happening(self._last, event, tell))
            self._condition.notify_all()

    def since(self, number: int) -> list[Happening] | None:
        """The happenings after that number; None when some are forgotten, or the number is from another time."""
        with self._condition:
            oldest = self._kept[0].id if self._kept else self._last + 1
            if number > self._last or number < oldest - 1:
                return None
            return [happening for happening in self._kept if happening.id > number]

    def wait(self, number: int, seconds: float) -> bool:
        """Blocks until something happens after that number, for so many seconds at most."""
        with self._condition:
            return self._condition.wait_for(lambda: self._last > number or self._closed, seconds) and not self._closed

    def wait_for(self, find: Callable[[], T], seconds: float) -> T:
        """The first true value of ``find``, tried after each happening and now and then. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while True:
            number, rest = self._last, end - time.monotonic()
            if found := find():
                return found
            if rest <= 0 or self._closed:
                raise TimeoutError(f"nothing came within {seconds} s")
            self.wait(number, min(rest, GLANCE))

    def close(self) -> None:
        """Lets everybody who waits go."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()
