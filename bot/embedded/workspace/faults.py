"""Switches for failures, on demand: Slack away, answers lost on their way, refusals, limits, slowness."""

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

EVERY = "*"
"""Stands for every method."""

Down = Literal["", "unavailable", "cut"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is answered instead; ``after`` lets the call take effect first, ``cut`` ends the connection unanswered."""

    error: str = ""
    status: int = 200
    retry_after: int = 0
    after: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Switch:
    """A failure of something else than Slack: whether it is on, and what turns it on and off."""

    is_on: Callable[[], bool]
    turn: Callable[[bool], None]


CHART = "data_visualization"
POSTING = "chat.postMessage"
SLOW_SECONDS = 4.0
"""Longer than the three seconds that an app has to answer."""

AWAY = {"unavailable": Fault("service_unavailable", 503), "cut": Fault(cut=True)}


class Faults:
    """All switches are off at first. A method is one of the Web API's, ``response_url``, ``upload`` or ``*`` (all)."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.others: dict[str, Switch] = {}
        """Failures of what else runs here, by name; ``okr_away`` and ``okr_lost`` are on the page where they are."""
        self._lock = threading.Lock()
        self._next: dict[str, list[Fault]] = {}
        self._delays: dict[str, float] = {}
        self._posted: dict[str, float] = {}
        self._lately: deque[float] = deque()
        self.down: Down = ""
        """Whether Slack is away: ``unavailable`` answers everything with 503, ``cut`` with nothing at all."""
        self.limit_posting = False
        """Whether more than one message a second and channel is answered with 429, as Slack does."""
        self.posts_per_minute = 0
        """The messages a minute after which every channel answers 429, as Slack's workspaces do; 0: any number."""
        self.refused_blocks: frozenset[str] = frozenset()
        """Types of blocks that this workspace does not know yet, such as ``data_visualization``: invalid_blocks."""

    def fail_next(
        self,
        method: str,
        *,
        error: str = "",
        status: int = 200,
        retry_after: int = 0,
        times: int = 1,
        after: bool = False,
        cut: bool = False,
    ) -> None:
        """Makes the next calls of a method fail; ``after`` lets them take effect all the same (a lost answer)."""
        with self._lock:
            self._next.setdefault(method, []).extend([Fault(error, status, retry_after, after, cut)] * times)

    def waiting(self, method: str) -> int:
        """How many more calls of a method are to fail."""
        with self._lock:
            return len(self._next.get(method, []))

    def mend(self, method: str) -> None:
        """Lets no call of a method fail any more."""
        with self._lock:
            self._next.pop(method, None)

    def delay(self, method: str, seconds: float) -> None:
        """Makes every call of a method take that long; 0 ends it."""
        with self._lock:
            self._delays[method] = seconds

    def delay_of(self, method: str) -> float:
        """The seconds that a method is made to take."""
        with self._lock:
            return self._delays.get(method, 0.0)

    def clear(self) -> None:
        """Puts everything right again."""
        with self._lock:
            for held in (self._next, self._delays, self._posted, self._lately):
                held.clear()
        self.down, self.limit_posting, self.posts_per_minute, self.refused_blocks = "", False, 0, frozenset()
        for switch in self.others.values():
            switch.turn(False)

    def shown(self) -> dict[str, str | bool]:
        """The switches that the page has."""
        return {
            "down": self.down,
            "slow": self.delay_of(EVERY) > 0,
            "lost": self.waiting(POSTING) > 0,
            "limited": self.limit_posting,
            "charts": CHART in self.refused_blocks,
            **{name: switch.is_on() for name, switch in self.others.items()},
        }

    def switch(self, name: str, value: object) -> None:
        """Sets one of those. Raises ValueError."""
        if name == "down" and value in ("", "unavailable", "cut"):
            self.down = value
        elif name == "slow":
            self.delay(EVERY, SLOW_SECONDS if value else 0)
        elif name == "lost":
            self.mend(POSTING)
            if value:
                self.fail_next(POSTING, after=True, cut=True)
        elif name == "limited":
            self.limit_posting = bool(value)
        elif name == "charts":
            self.refused_blocks = frozenset({CHART} if value else ())
        elif name in self.others:
            self.others[name].turn(bool(value))
        else:
            raise ValueError(f"there is no such failure: {name} {value!r}")

    def meet(self, method: str) -> Fault | None:
        """What befalls a call of this method."""
        with self._lock:
            waiting = self._next.get(method) or self._next.get(EVERY)
            fault = AWAY.get(self.down) or (waiting.pop(0) if waiting else None)
            seconds = max(self._delays.get(method, 0.0), self._delays.get(EVERY, 0.0))
        if seconds:
            time.sleep(seconds)
        return fault

    def wait_to_post(self, channel_id: str) -> int:
        """The seconds after which a message to this channel may come; 0: now, and it counts as posted."""
        now = self._clock().timestamp()
        with self._lock:
            if self.limit_posting and now - self._posted.get(channel_id, -math.inf) < 1:
                return 1
            while self._lately and now - self._lately[0] >= 60:
                self._lately.popleft()
            if self.posts_per_minute and len(self._lately) >= self.posts_per_minute:
                return max(1, math.ceil(60 - (now - self._lately[0])))
            if self.limit_posting:
                self._posted[channel_id] = now
            if self.posts_per_minute:
                self._lately.append(now)
        return 0

    def refused(self, blocks: list[dict[str, object]]) -> list[str]:
        """What Slack says of those of a message's blocks that it refuses."""
        return [
            f"unsupported type: {block.get('type')} [json-pointer:/blocks/{number}/type]"
            for number, block in enumerate(blocks)
            if block.get("type") in self.refused_blocks
        ]
