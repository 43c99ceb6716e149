"""The pace of calls to the OKR API, shared by every process on one database."""

import time
from collections.abc import Callable

from sqlalchemy import Connection, Engine, select, update

from bot.errors import OkrApiBusy
from bot.store.database import epoch, put_new, writing
from bot.store.tables import paces

BURST = 25
"""Calls that may go out at once after a rest; a client that ran batches of 25 was tolerated (API reference, 7)."""

FARTHEST = 30.0
"""Seconds; who would have to wait longer for a turn is told so at once."""

LONGEST_HOLD = 600.0
"""Seconds. What is farther away than a hold and a turn can be comes of a clock that was set back: it is forgotten."""


class SqlPace:
    """A token bucket, kept as the time by which it would be full again; as ``bot.quantive.pace.Pace``, but shared.

    ``name``: those with the same name share one bucket, such as an account's. ``per_second`` 0 means no limit.
    """

    def __init__(
        self,
        engine: Engine,
        name: str,
        per_second: float,
        burst: int = BURST,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._engine = engine
        self._name = name
        self._interval = 1 / per_second if per_second > 0 else 0.0
        self._slack = self._interval * burst
        self._sleep = sleep

    def wait(self) -> None:
        """Returns when the next call may go out; each caller waits for a turn of its own, 30 s at most.

        Raises OkrApiBusy where that would be longer; then no turn is taken.
        """
        if not self._interval:
            return
        patience = None
        while True:
            with writing(self._engine) as connection:
                full_at, held_until, now = self._look(connection)
                patience = patience or now + FARTHEST
                full_at = max(full_at, now) + self._interval
                turn = max(full_at - self._slack, held_until)
                if turn <= patience:
                    self._keep(connection, full_at=full_at)
            if turn > patience:
                raise OkrApiBusy(
                    "The OKR API is asked by too many at once. Try again in a minute.", retry_after=turn - now
                )
            if turn <= now:
                return
            self._sleep(turn - now)
            # Whoever slept while the API asked to be left alone waits once more.
            if self._held_until() <= turn:
                return

    def hold(self, seconds: float) -> None:
        """Lets no call go out for so long, as the API asked; 10 minutes at most. After that there is no burst."""
        if not self._interval:
            return
        with writing(self._engine) as connection:
            full_at, held_until, now = self._look(connection)
            held_until = max(held_until, now + min(seconds, LONGEST_HOLD))
            full_at = max(full_at, held_until + self._slack - self._interval)
            self._keep(connection, full_at=full_at, held_until=held_until)

    def _look(self, connection: Connection) -> tuple[float, float, float]:
        """When the bucket would be full, when the hold ends, and what time it is; nobody else looks meanwhile."""
        mine = select(paces.c.full_at, paces.c.held_until).where(paces.c.name == self._name).with_for_update()
        row = connection.execute(mine).first()
        if row is None:
            new = {"name": self._name, "full_at": 0.0, "held_until": 0.0}
            connection.execute(put_new(connection.dialect.name, paces), new)
            row = connection.execute(mine).one()
        now = epoch(connection)
        if row.full_at - self._slack - now > LONGEST_HOLD + FARTHEST or row.held_until - now > LONGEST_HOLD:
            return 0.0, 0.0, now
        return row.full_at, row.held_until, now

    def _held_until(self) -> float:
        with self._engine.connect() as connection:
            return connection.scalar(select(paces.c.held_until).where(paces.c.name == self._name)) or 0.0

    def _keep(self, connection: Connection, **times: float) -> None:
        connection.execute(update(paces).where(paces.c.name == self._name).values(times))
