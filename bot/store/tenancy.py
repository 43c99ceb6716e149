"""Whether a process has the file of a database to itself: what others had begun there was then left by the dead."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

if sys.platform != "win32":
    import fcntl

log = logging.getLogger(__name__)


class Tenancy:
    """A lock on a file that every process on the database locks too; the system takes it off whoever dies.

    Where there is no such file, or no such lock, nobody is known to be alone.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def move_in(self, clear: Callable[[], object]) -> None:
        """Lives here until move_out(). Calls ``clear`` first where nobody else does; nobody can come meanwhile."""
        if sys.platform == "win32" or self._path is None:
            return
        try:
            self._file = self._path.open("rb")
            is_alone = _lock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            log.info("Whether another process uses the database is not known: %s", fault.strerror)
            return
        try:
            if is_alone:
                clear()
        finally:
            fcntl.flock(self._file, fcntl.LOCK_SH)

    def move_out(self) -> None:
        """Lives here no more."""
        if self._file is not None:
            self._file.close()


def _lock(file: BinaryIO, how: int) -> bool:
    try:
        fcntl.flock(file, how)
    except BlockingIOError:
        return False
    return True
