"""The word that something is accepted and waits: said once, after two seconds, unless the result is quicker."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.slack.answers import Word


@dataclass(slots=True)
class _Watched:
    timer: threading.Timer
    lock: threading.Lock = field(default_factory=threading.Lock)
    word: Word | None = None
    is_settled: bool = False


class Waiting:
    """Watches jobs by their ids. A result never crosses with the word that it is still to come."""

    def __init__(self) -> None:
        self._watched: dict[str, _Watched] = {}
        self._lock = threading.Lock()

    def watch(self, id_: str, seconds: float, say: Callable[[], Word | None]) -> None:
        """Says it after so many seconds; nothing where the job is watched already."""
        with self._lock:
            if id_ in self._watched:
                return
            timer = threading.Timer(max(0.0, seconds), self._say, (id_, say))
            timer.daemon = True
            self._watched[id_] = _Watched(timer)
            timer.start()

    def _say(self, id_: str, say: Callable[[], Word | None]) -> None:
        watched = self._watched.get(id_)
        if watched is None:
            return
        with watched.lock:
            if not watched.is_settled:
                watched.word = say()

    def settle(self, id_: str) -> Word | None:
        """The result is to be told now: waits for what is being said, and lets nothing more be; what was said."""
        with self._lock:
            watched = self._watched.pop(id_, None)
        if watched is None:
            return None
        watched.timer.cancel()
        with watched.lock:
            watched.is_settled = True
            return watched.word

    def close(self) -> None:
        """Stops watching."""
        with self._lock:
            for watched in self._watched.values():
                watched.timer.cancel()
            self._watched.clear()
