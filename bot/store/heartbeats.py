"""Which processes live, so that another one goes on with the work of a dead one."""

from sqlalchemy import Engine, delete, select, update

from bot.store.database import epoch, put, writing
from bot.store.tables import executors

LEFT = 0.0
"""``seen_at`` of an executor that has said that it goes."""


class Heartbeats:
    """The executors on one database, by the id under which each of them works.

    A silent executor is given to one taker. The taker says ``done`` when it has gone on with its work; until then it
    gets it again each time it asks, and where the taker falls silent itself somebody else gets both: none is lost.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def beat(self, executor_id: str, role: str) -> None:
        """Says that an executor lives; whoever had taken its work over needs not go on."""
        with self._engine.begin() as connection:
            row = {"executor_id": executor_id, "role": role, "seen_at": epoch(connection), "taken_by": ""}
            connection.execute(put(connection.dialect.name, executors), row)

    def leave(self, executor_id: str) -> None:
        """Says that an executor goes, so that others need not wait until it has been silent for long enough."""
        with self._engine.begin() as connection:
            connection.execute(update(executors).where(executors.c.executor_id == executor_id).values(seen_at=LEFT))

    def take_silent(self, taker: str, after: float) -> list[str]:
        """The executors whose work ``taker`` must go on with: those that left or were not seen for ``after`` seconds.

        Each is one taker's alone. ``taker`` must beat, or what it took is given to others; ask from one thread.
        """
        with writing(self._engine) as connection:
            rows = connection.execute(select(executors).order_by(executors.c.executor_id).with_for_update()).all()
            alive_since = epoch(connection) - after
            alive = {row.executor_id for row in rows if row.seen_at >= alive_since}
            silent = [row for row in rows if row.executor_id not in alive | {taker}]
            mine = [row.executor_id for row in silent if row.taken_by == taker or row.taken_by not in alive]
            if mine:
                taken = update(executors).where(executors.c.executor_id.in_(mine))
                connection.execute(taken.values(taken_by=taker))
        return mine

    def done(self, executor_id: str) -> None:
        """Forgets a silent executor whose work somebody else goes on with; not one that lives again."""
        with self._engine.begin() as connection:
            gone = (executors.c.executor_id == executor_id) & (executors.c.taken_by != "")
            connection.execute(delete(executors).where(gone))
