"""That one process has the file of a database to itself: what others had begun there was then left by the dead."""

import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from bot.errors import ConfigError

if sys.platform != "win32":
    import fcntl

log = logging.getLogger(__name__)

WAITS = 60.0
"""Seconds that a process waits for the one before it: longer than that takes to stop."""

OCCUPIED = (
    "Another okr-bot works on this database, and two would do the same things twice. "
    "Stop it first, or set DATABASE_URL to a Postgres database, which several can share."
)


class Tenancy:
    """A lock on a file that every process that works on the database takes; the system takes it off whoever dies.

    Where there is no such file, or no such lock, nobody is known to be alone, and nobody is kept out.
    """

    def __init__(self, path: Path | None, *, waits: float = WAITS) -> None:
        self._path = path
        self._waits = waits
        self._file: BinaryIO | None = None

    def move_in(self, clear: Callable[[], object]) -> None:
        """Lives here until move_out(), once nobody else does; calls ``clear`` first. Raises ConfigError."""
        if sys.platform == "win32" or self._path is None:
            return
        try:
            self._file = self._path.open("rb")
            is_alone = _lock(self._file, self._waits)
        except OSError as fault:
            log.info("Whether another process uses the database is not known: %s", fault.strerror)
            return
        try:
            if not is_alone:
                raise ConfigError([OCCUPIED])
            clear()
        except BaseException:
            self.move_out()
            raise

    def move_out(self) -> None:
        """Lives here no more."""
        if self._file is not None:
            self._file.close()


def _lock(file: BinaryIO, seconds: float) -> bool:
    """Locks a file; false where another process has not let go of it after so many seconds."""
    until, has_said = time.monotonic() + seconds, False
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            if not has_said:
                log.warning("Another okr-bot works on this database. I wait for it to stop.")
            has_said = True
            time.sleep(0.1)
        else:
            return True
