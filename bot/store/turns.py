"""Turns at writing to a SQLite file, so that the threads of a process queue for it, and an ack is not kept waiting.

Who finds the file taken is left by SQLite to sleep and to look again, ever longer, up to 100 ms at a time, while others
come and go: an ack was seen to sleep 100 ms for commits that take one. Other processes are still waited for like that.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

PATIENCE = 30
"""Seconds that a write waits for others to end."""

_READS = ("SELECT", "PRAGMA")

_thread = threading.local()


@contextmanager
def before_others() -> Iterator[None]:
    """What this thread writes meanwhile goes before all that waits to be written."""
    _thread.is_urgent = True
    try:
        yield
    finally:
        _thread.is_urgent = False


class Turns:
    """Whose turn it is: an urgent one's next; among the others whoever comes first when it is free."""

    def __init__(self) -> None:
        lock = threading.Lock()
        self._urgent, self._usual = threading.Condition(lock), threading.Condition(lock)
        self._is_taken = False
        self._hurrying = 0

    def take(self) -> None:
        """Returns when it is this thread's turn. Raises what SQLite does where that takes too long."""
        is_urgent = getattr(_thread, "is_urgent", False)
        with self._usual:
            self._hurrying += is_urgent
            mine = self._urgent if is_urgent else self._usual
            came = mine.wait_for(lambda: not self._is_taken and (is_urgent or not self._hurrying), PATIENCE)
            self._hurrying -= is_urgent
            if not came:
                raise sqlite3.OperationalError("database is locked")
            self._is_taken = True

    def give(self) -> None:
        """Ends the turn; by any thread."""
        # Not handed to who has waited longest: on a busy machine that one is slow to wake, and nobody writes meanwhile.
        with self._usual:
            self._is_taken = False
            (self._urgent if self._hurrying else self._usual).notify()


@cache
def turns_of(path: str) -> Turns:
    """The turns at one file, of all its connections in this process."""
    return Turns()


class QueuingConnection(sqlite3.Connection):
    """A connection that takes a turn with what begins a transaction of writes, and gives it back at the end of it."""

    def __init__(self, path: str, *arguments: Any, **options: Any) -> None:
        super().__init__(path, *arguments, **options)
        self._turns = turns_of(path)
        self._has_turn = False

    def cursor(self, factory: Any = None) -> Any:
        """A cursor whose statements take turns."""
        return super().cursor(factory or _Cursor)

    def commit(self) -> None:
        """Commits, and gives the turn back."""
        with self.in_turn():
            super().commit()

    def rollback(self) -> None:
        """Rolls back, and gives the turn back."""
        with self.in_turn():
            super().rollback()

    def close(self) -> None:
        """Closes the connection, which rolls back what was not committed."""
        super().close()
        self._give()

    @contextmanager
    def in_turn(self, statement: str = "") -> Iterator[None]:
        """Takes the turn where the statement writes, and keeps it as long as a transaction is open."""
        if not self._has_turn and statement and not statement.lstrip()[:6].upper().startswith(_READS):
            self._turns.take()
            self._has_turn = True
        try:
            yield
        finally:
            if not self.in_transaction:
                self._give()

    def _give(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._turns.give()


class _Cursor(sqlite3.Cursor):
    connection: QueuingConnection

    def execute(self, statement: str, parameters: Any = ()) -> "_Cursor":
        with self.connection.in_turn(statement):
            return super().execute(statement, parameters)

    def executemany(self, statement: str, parameters: Any) -> "_Cursor":
        with self.connection.in_turn(statement):
            return super().executemany(statement, parameters)
