"""Ids as the API has them: 24 hex characters made of the time, the process and a counter (ObjectId)."""

import os
import re
import secrets
import threading
from datetime import datetime

_SHAPE = re.compile(r"[0-9a-f]{24}")


def is_id(value: object) -> bool:
    """Whether ``value`` looks like an id."""
    return isinstance(value, str) and _SHAPE.fullmatch(value) is not None


class _Counter:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = -1
        self._random = ""
        self._count = 0

    def next(self) -> str:
        """The process part and the counter: 16 hex characters."""
        with self._lock:
            if self._process != os.getpid():  # also after a fork, or two workers would make the same ids
                self._process = os.getpid()
                self._random = secrets.token_hex(5)
                self._count = secrets.randbelow(1 << 20)
            self._count = (self._count + 1) & 0xFFFFFF
            return f"{self._random}{self._count:06x}"


_counter = _Counter()


def new_id(now: datetime) -> str:
    """A new id whose first eight characters are the seconds of ``now`` (aware)."""
    return f"{int(now.timestamp()) & 0xFFFFFFFF:08x}{_counter.next()}"
