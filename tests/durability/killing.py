"""The killer: every so many submissions, ``kill -9`` of one of the bot's processes at a random moment."""

import random
import threading
import time
from dataclasses import dataclass

from tests.durability.bots import Places
from tests.durability.moments import Moments

SPREAD = 60
"""Moments that may pass between the submission that a kill follows and the kill: about what twenty submissions make."""
AFTER = 0.03
"""Seconds, at most, between a moment and a kill that does not fall on it exactly."""
AGAIN = 0.2
"""The share of kills after which the new process is killed too, while it starts or has just begun to recover."""
STARTING = 4.0
"""Seconds, at most, until then."""


@dataclass(frozen=True)
class Kill:
    """One process ended."""

    at: float
    pid: int


class Killer:
    """Kills. ``submitted`` is to be called for each submission that is sent off for the first time."""

    def __init__(self, places: Places, moments: Moments, dice: random.Random, every: int, most: int) -> None:
        self._places = places
        self._dice = dice
        self._every = every
        self._most = most
        self._lock = threading.Lock()
        self._submissions = 0
        self._next = self._draw()
        self._moments_left = -1
        self._timers: list[threading.Timer] = []
        self.kills: list[Kill] = []
        moments.on_moment = self._on_moment

    def _draw(self) -> int:
        return self._dice.randint(self._every * 6 // 10, self._every * 14 // 10)

    def submitted(self) -> None:
        """Counts; every so many, a kill is due after some more moments."""
        with self._lock:
            self._submissions += 1
            if self._submissions >= self._next and self._moments_left < 0 and len(self.kills) < self._most:
                self._next += self._draw()
                self._moments_left = self._dice.randint(0, SPREAD)

    def _on_moment(self) -> None:
        with self._lock:
            if self._moments_left < 0:
                return
            self._moments_left -= 1
            if self._moments_left >= 0:
                return
            delay = self._dice.choice([0.0, self._dice.uniform(0, AFTER)])
        if delay:
            self._later(delay)
        else:
            self._kill()

    def _later(self, delay: float) -> None:
        timer = threading.Timer(delay, self._kill)
        timer.daemon = True
        self._timers.append(timer)
        timer.start()

    def _kill(self) -> None:
        with self._lock:
            place = self._dice.choice(self._places.all)
            again = self._dice.random() < AGAIN
            delay = self._dice.uniform(0, STARTING)
            pid = place.kill()
            if not pid:
                # It is starting after the last kill already: then the other one, where there is one.
                pid = next(filter(None, (other.kill() for other in self._places.all)), 0)
            if not pid:
                return
            self.kills.append(Kill(time.monotonic(), pid))
        if again and len(self.kills) < self._most:
            self._later(delay)

    def stop(self) -> None:
        """Kills nobody any more."""
        with self._lock:
            self._most, self._moments_left = 0, -1
        for timer in self._timers:
            timer.cancel()
            timer.join()
