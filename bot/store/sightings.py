"""How objectives were last seen, and before: what a look at the account is compared with."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, delete, func, select, update

from bot.store.database import put, put_new
from bot.store.feed_tables import looks, past, seen

BATCH = 500
LEASE = 300.0
"""Seconds that one look may take before another process looks in its place."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """An objective as it was seen; ``content`` is what ``bot.notify.snapshots`` made. Times in epoch seconds."""

    objective_id: str
    mark: str
    content: str
    touched_at: float
    progressed_at: float | None = None


def mark_of(content: str) -> str:
    """A digest of some content: the same for the same."""
    return hashlib.blake2b(content.encode(), digest_size=8).hexdigest()


class Sightings:
    """What was seen, by workspace. What changes goes through a transaction that is handed in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def began_at(self, team_id: str) -> float | None:
        """Since when there is something to compare with; None before the first whole look."""
        with self._engine.connect() as connection:
            return connection.scalar(select(looks.c.began_at).where(looks.c.team_id == team_id))

    def looked_at(self, team_id: str) -> float | None:
        """When the account was last looked at as a whole."""
        with self._engine.connect() as connection:
            return connection.scalar(select(looks.c.looked_at).where(looks.c.team_id == team_id))

    def lease(self, team_id: str, worker: str, now: float, every: float) -> bool:
        """Whether this process is to look now: it is time, and nobody else does."""
        row = {"team_id": team_id, "leased_by": "", "leased_until": 0.0}
        free = (looks.c.leased_until < now) & ((looks.c.looked_at.is_(None)) | (looks.c.looked_at <= now - every))
        with self._engine.begin() as connection:
            connection.execute(put_new(connection.dialect.name, looks), row)
            taken = update(looks).where(looks.c.team_id == team_id, free)
            return connection.execute(taken.values(leased_by=worker, leased_until=now + LEASE)).rowcount == 1

    def release(self, team_id: str, worker: str, *, looked_at: float | None = None) -> None:
        """Ends a look; ``looked_at`` where it saw the whole account: with the first such look others compare."""
        mine = (looks.c.team_id == team_id) & (looks.c.leased_by == worker)
        values: dict[str, object] = {"leased_by": "", "leased_until": 0.0}
        if looked_at is not None:
            values |= {"looked_at": looked_at, "began_at": func.coalesce(looks.c.began_at, looked_at)}
        with self._engine.begin() as connection:
            connection.execute(update(looks).where(mine).values(values))

    def forget(self, team_id: str) -> None:
        """Forgets everything of a workspace where nobody follows anything any more: the next look is a first one."""
        with self._engine.begin() as connection:
            for table in (looks, seen, past):
                connection.execute(delete(table).where(table.c.team_id == team_id))

    def marks(self, team_id: str, objective_ids: Sequence[str]) -> dict[str, tuple[str, float]]:
        """The mark of each of these objectives and when it was touched."""
        wanted = select(seen.c.objective_id, seen.c.mark, seen.c.touched_at).where(
            seen.c.team_id == team_id, seen.c.objective_id.in_(objective_ids)
        )
        with self._engine.connect() as connection:
            return {row.objective_id: (row.mark, row.touched_at) for row in connection.execute(wanted)}

    def get(self, team_id: str, objective_ids: Collection[str]) -> dict[str, Sighting]:
        """The sightings of these objectives."""
        wanted = select(seen).where(seen.c.team_id == team_id, seen.c.objective_id.in_(objective_ids))
        with self._engine.connect() as connection:
            return {row.objective_id: _sighting(row) for row in connection.execute(wanted)}

    def count(self, team_id: str) -> int:
        """How many objectives are known."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(seen).where(seen.c.team_id == team_id)) or 0

    def ids(self, team_id: str) -> Iterator[str]:
        """The ids of all objectives that are known, streamed."""
        last = ""
        while True:
            wanted = select(seen.c.objective_id).where(seen.c.team_id == team_id, seen.c.objective_id > last)
            with self._engine.connect() as connection:
                found = list(connection.scalars(wanted.order_by(seen.c.objective_id).limit(BATCH)))
            yield from found
            if len(found) < BATCH:
                return
            last = found[-1]

    def states_at(self, team_id: str, objective_ids: Collection[str], moment: datetime) -> dict[str, str | None]:
        """How these objectives were at a moment (aware): their content, None where one was not there.

        One that is not in the answer was then as it is now.
        """
        then = moment.astimezone(UTC).timestamp()
        first = (
            select(past.c.objective_id, func.min(past.c.number).label("number"))
            .where(past.c.team_id == team_id, past.c.objective_id.in_(objective_ids), past.c.until > then)
            .group_by(past.c.objective_id)
            .subquery()
        )
        wanted = select(past.c.objective_id, past.c.content).join(first, past.c.number == first.c.number)
        with self._engine.connect() as connection:
            return {row.objective_id: row.content for row in connection.execute(wanted)}

    def changed_since(self, team_id: str, moment: datetime) -> list[str]:
        """The objectives that changed, came or went since a moment (aware)."""
        then = moment.astimezone(UTC).timestamp()
        wanted = select(past.c.objective_id).where(past.c.team_id == team_id, past.c.until > then).distinct()
        with self._engine.connect() as connection:
            return list(connection.scalars(wanted))

    def purge(self, before: datetime) -> None:
        """Takes out how objectives were longer ago than any digest reaches back."""
        with self._engine.begin() as connection:
            connection.execute(delete(past).where(past.c.until < before.timestamp()))


def first_sight(connection: Connection, team_id: str, sightings: Sequence[Sighting]) -> None:
    """Remembers objectives of a first look: nothing is said of them, and they have no past."""
    if sightings:
        rows = [_row(team_id, one) for one in sightings]
        connection.execute(put(connection.dialect.name, seen), rows)


def see(connection: Connection, team_id: str, sighting: Sighting, old: Sighting | None) -> bool:
    """Remembers an objective in place of what was known; false, and nothing done, where that has changed meanwhile."""
    row = _row(team_id, sighting)
    if old is None:
        if connection.execute(put_new(connection.dialect.name, seen), row).rowcount != 1:
            return False
    else:
        known = (seen.c.team_id == team_id) & (seen.c.objective_id == old.objective_id) & (seen.c.mark == old.mark)
        if connection.execute(update(seen).where(known).values(row)).rowcount != 1:
            return False
    _keep_past(connection, team_id, sighting.objective_id, old, sighting.touched_at)
    return True


def see_gone(connection: Connection, team_id: str, old: Sighting, at: float) -> bool:
    """Forgets an objective that is gone (at epoch seconds); false where what was known has changed meanwhile."""
    known = (seen.c.team_id == team_id) & (seen.c.objective_id == old.objective_id) & (seen.c.mark == old.mark)
    if connection.execute(delete(seen).where(known)).rowcount != 1:
        return False
    _keep_past(connection, team_id, old.objective_id, old, at)
    return True


def _keep_past(connection: Connection, team_id: str, objective_id: str, old: Sighting | None, until: float) -> None:
    content = None if old is None else old.content
    row = {"team_id": team_id, "objective_id": objective_id, "until": until, "content": content}
    connection.execute(past.insert().values(row))


def _row(team_id: str, sighting: Sighting) -> dict[str, object]:
    return {
        "team_id": team_id,
        "objective_id": sighting.objective_id,
        "mark": sighting.mark,
        "content": sighting.content,
        "touched_at": sighting.touched_at,
        "progressed_at": sighting.progressed_at,
    }


def _sighting(row: object) -> Sighting:
    return Sighting(row.objective_id, row.mark, row.content, row.touched_at, row.progressed_at)  # type: ignore[attr-defined]
