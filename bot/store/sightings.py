"""How objectives were last seen, and before: what a look at the account is compared with."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, select, update

from bot.store.database import insert_new, put_new, put_newer
from bot.store.feed_tables import looks, past, seen

BATCH = 500
LEASE = 60.0
"""Seconds without a sign of life after which another process looks in the place of one that looked."""
LONGEST_WAIT = 3600.0
"""Seconds between two looks at most: a clock that was put back stops nobody from looking for longer."""
KEPT = timedelta(days=60)
"""How long it is known how objectives were: no digest looks back further."""


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

    def teams(self) -> list[str]:
        """The workspaces of which something is remembered."""
        with self._engine.connect() as connection:
            return sorted(connection.scalars(select(looks.c.team_id)))

    def lease(self, team_id: str, worker: str, now: float, every: float) -> bool:
        """Whether this process is to look now: it is time, and nobody else does."""
        row = {"team_id": team_id, "leased_by": "", "leased_until": 0.0}
        nobody_looks = (looks.c.leased_until < now) | (looks.c.leased_until > now + 2 * LONGEST_WAIT)
        is_time = looks.c.looked_at.is_(None) | (looks.c.looked_at <= now - every) | (looks.c.looked_at > now)
        with self._engine.begin() as connection:
            connection.execute(put_new(connection.dialect.name, looks), row)
            taken = update(looks).where(looks.c.team_id == team_id, nobody_looks, is_time)
            return connection.execute(taken.values(leased_by=worker, leased_until=now + LEASE)).rowcount == 1

    def renew(self, team_id: str, worker: str, now: float) -> None:
        """Says that this process still looks."""
        mine = (looks.c.team_id == team_id) & (looks.c.leased_by == worker)
        with self._engine.begin() as connection:
            connection.execute(update(looks).where(mine).values(leased_until=now + LEASE))

    def release(self, team_id: str, worker: str, *, rests_until: float = 0.0) -> None:
        """Ends a look; nobody looks before ``rests_until`` (epoch seconds)."""
        mine = (looks.c.team_id == team_id) & (looks.c.leased_by == worker)
        with self._engine.begin() as connection:
            connection.execute(update(looks).where(mine).values(leased_by="", leased_until=rests_until))

    def free(self, worker: str) -> None:
        """Ends the looks of all processes whose names begin so: they are dead."""
        theirs = (looks.c.leased_by != "") & looks.c.leased_by.startswith(worker, autoescape=True)
        with self._engine.begin() as connection:
            connection.execute(update(looks).where(theirs).values(leased_by="", leased_until=0.0))

    def looked(self, team_id: str, at: float) -> None:
        """The whole account was seen; with how it was the first time, others compare."""
        row = {"team_id": team_id, "leased_by": "", "leased_until": 0.0}
        values = {"looked_at": at, "began_at": func.coalesce(looks.c.began_at, at)}
        with self._engine.begin() as connection:
            connection.execute(put_new(connection.dialect.name, looks), row)
            connection.execute(update(looks).where(looks.c.team_id == team_id).values(values))

    def settle(self, team_id: str, at: float) -> None:
        """Ends a first look, which began at ``at``: what an earlier one had seen and this one has not, never was."""
        with self._engine.begin() as connection:
            connection.execute(delete(seen).where(seen.c.team_id == team_id, seen.c.touched_at < at))

    def forget(self, team_id: str) -> None:
        """Forgets everything of a workspace where nobody follows anything any more: the next look is a first one."""
        with self._engine.begin() as connection:
            for table in (looks, seen, past):
                connection.execute(delete(table).where(table.c.team_id == team_id))

    def get(self, team_id: str, objective_ids: Collection[str]) -> dict[str, Sighting]:
        """The sightings of these objectives."""
        wanted = select(seen).where(seen.c.team_id == team_id, seen.c.objective_id.in_(objective_ids))
        with self._engine.connect() as connection:
            return {row.objective_id: _sighting(row) for row in connection.execute(wanted)}

    def count(self, team_id: str) -> int:
        """How many objectives are known."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(seen).where(seen.c.team_id == team_id)) or 0

    def ids(self, team_id: str, behind: str = "") -> Iterator[str]:
        """The ids, behind one, of all objectives that are known, in their order, streamed."""
        last = behind
        while True:
            wanted = select(seen.c.objective_id).where(seen.c.team_id == team_id, seen.c.objective_id > last)
            with self._engine.connect() as connection:
                found = list(connection.scalars(wanted.order_by(seen.c.objective_id).limit(BATCH)))
            yield from found
            if len(found) < BATCH:
                return
            last = found[-1]

    def ended(self, team_id: str, objective_ids: Collection[str]) -> dict[str, tuple[float, bool]]:
        """Of objectives that are not known: when they were last, and whether it was then seen that they had gone."""
        last = (
            select(func.max(past.c.number).label("number"))
            .where(past.c.team_id == team_id, past.c.objective_id.in_(objective_ids))
            .group_by(past.c.objective_id)
            .subquery()
        )
        wanted = select(past).join(last, past.c.number == last.c.number)
        with self._engine.connect() as connection:
            return {row.objective_id: (row.until, row.content is not None) for row in connection.execute(wanted)}

    def purge(self, before: datetime) -> None:
        """Takes out how objectives were longer ago than any digest reaches back."""
        with self._engine.begin() as connection:
            connection.execute(delete(past).where(past.c.until < before.timestamp()))


def first_sight(connection: Connection, team_id: str, sightings: Sequence[Sighting]) -> None:
    """Remembers objectives of which nothing is said, and which have no past; what was seen later stays."""
    if sightings:
        rows = [_row(team_id, one) for one in sightings]
        connection.execute(put_newer(connection.dialect.name, seen, seen.c.touched_at), rows)


def see(connection: Connection, team_id: str, sighting: Sighting, old: Sighting | None, *, user_id: str = "") -> bool:
    """Remembers an objective in place of what was known; false, and nothing done, where that has changed meanwhile.

    ``user_id``: the Slack user who changed it through the bot, if one did.
    """
    row = _row(team_id, sighting)
    if old is None:
        if not insert_new(connection, seen, row):
            return False
    elif connection.execute(update(seen).where(_is_still(team_id, old)).values(row)).rowcount != 1:
        return False
    _keep_past(connection, team_id, sighting.objective_id, old, sighting.touched_at, user_id)
    return True


def see_gone(connection: Connection, team_id: str, old: Sighting, at: float, *, user_id: str = "") -> bool:
    """Forgets an objective that is gone (at epoch seconds); false where what was known has changed meanwhile."""
    if connection.execute(delete(seen).where(_is_still(team_id, old))).rowcount != 1:
        return False
    _keep_past(connection, team_id, old.objective_id, old, at, user_id)
    return True


def see_unknown_gone(connection: Connection, team_id: str, objective_id: str, at: float) -> None:
    """Remembers that an objective of which nothing was known is gone: a list on its way may still hold it."""
    _keep_past(connection, team_id, objective_id, None, at)


def _is_still(team_id: str, old: Sighting) -> ColumnElement[bool]:
    here = (seen.c.team_id == team_id) & (seen.c.objective_id == old.objective_id)
    # The content too: the mark says nothing of what lists do not bring.
    return here & (seen.c.mark == old.mark) & (seen.c.content == old.content)


def _keep_past(
    connection: Connection, team_id: str, objective_id: str, old: Sighting | None, until: float, user_id: str = ""
) -> None:
    content = None if old is None else old.content
    row = {
        "team_id": team_id,
        "objective_id": objective_id,
        "until": until,
        "content": content,
        "user_id": user_id,
    }
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
