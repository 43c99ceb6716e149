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
    """A token bucket, kept as the time by which it would be full again. ``per_second`` 0 means no limit.

    ``name``: those with the same name share one bucket, such as an account's.
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
        with writing(self._engine) as connection:
            full_at, now = self._look(connection)
            full_at = max(full_at, now) + self._interval
            delay = full_at - self._slack - now
            if delay <= FARTHEST:
                self._keep(connection, full_at)
        if delay > FARTHEST:
            raise OkrApiBusy("The OKR API is asked by too many at once. Try again in a minute.", retry_after=delay)
        if delay > 0:
            self._sleep(delay)

    def hold(self, seconds: float) -> None:
        """Lets no further call go out for so long, as the API asked; 10 minutes at most. Then they begin one by one."""
        if not self._interval:
            return
        with writing(self._engine) as connection:
            full_at, now = self._look(connection)
            self._keep(connection, max(full_at, now + min(seconds, LONGEST_HOLD) + self._slack))

    def _look(self, connection: Connection) -> tuple[float, float]:
        """When the bucket would be full, and what time it is; nobody else looks until this transaction ends."""
        mine = select(paces.c.full_at).where(paces.c.name == self._name).with_for_update()
        full_at = connection.scalar(mine)
        if full_at is None:
            connection.execute(put_new(connection.dialect.name, paces), {"name": self._name, "full_at": 0.0})
            full_at = connection.scalar(mine) or 0.0
        now = epoch(connection)
        return (0.0 if full_at - self._slack - now > LONGEST_HOLD + FARTHEST else full_at), now

    def _keep(self, connection: Connection, full_at: float) -> None:
        connection.execute(update(paces).where(paces.c.name == self._name).values(full_at=full_at))
