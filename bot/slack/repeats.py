"""What is delivered once more: known by the id that Slack gives each act of a person."""

import threading
from collections import OrderedDict

MOST = 10_000
"""Ids that are remembered; a network that delivers again does so within minutes."""


class Repeats:
    """The acts that this process has answered. Those that may change something are known longer, and to all."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def is_first(self, id_: str) -> bool:
        """Whether it was never asked of this id before; always where there is no id."""
        if not id_:
            return True
        with self._lock:
            is_first = id_ not in self._seen
            self._seen[id_] = None
            while len(self._seen) > MOST:
                self._seen.popitem(last=False)
        return is_first
