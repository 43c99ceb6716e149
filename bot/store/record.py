"""The record: who did what to which objective. Rows are added and never changed; only a purge takes them out."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Executable,
    and_,
    delete,
    exists,
    literal_column,
    null,
    select,
    tuple_,
    union_all,
)

from bot.objectives.execution import undo_key
from bot.objectives.model import Objective, utc_now
from bot.objectives.plans import Act, Entry
from bot.store.database import insert_new, put_new, writing
from bot.store.feed_tables import happenings
from bot.store.packing import pack, peek, unpack
from bot.store.tables import changes, claims, purges

SHORTEST_KEEPING = timedelta(days=30)
"""No purge goes below it: so long a change can be undone (design, section 6)."""

BATCH = 1_000
"""Rows that one transaction reads or deletes: nobody waits long for it, and none of a million is held in memory."""

_NEWEST_FIRST = (changes.c.at.desc(), changes.c.number.desc())
_OLDEST_FIRST = (changes.c.at, changes.c.number)
_WITHOUT_SNAPSHOT = (*(one for one in changes.c if one is not changes.c.snapshot), null().label("snapshot"))

# Written out, for only then does a database see that a partial index holds all that is asked for.
_NOTHING: ColumnElement[str] = literal_column("''")
_DELETE: ColumnElement[str] = literal_column("'delete'")
_RESTORE: ColumnElement[str] = literal_column("'restore'")


class SqlRecord:
    """``bot.objectives.ports.Record`` on SQL. Safe to use from many threads and processes.

    Newest means by the entries' own times; among equal ones, what was written down last.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def add(self, entry: Entry) -> None:
        """Writes an entry down; one with the same id is there already and stays as it is."""
        happening = {"team_id": entry.team_id, "entry_id": entry.id}
        with self._engine.begin() as connection:
            if insert_new(connection, changes, _row_of(entry)):
                # In the same transaction, so that channels hear of it once whatever happens now.
                connection.execute(put_new(connection.dialect.name, happenings), happening)

    def get(self, team_id: str, entry_id: str) -> Entry | None:
        """One entry."""
        return self._first(select(changes).where(changes.c.team_id == team_id, changes.c.entry_id == entry_id))

    def latest(self, team_id: str, user_id: str, since: datetime) -> Entry | None:
        """The newest change of a person since then (aware) that is neither undone nor itself an undo."""
        later = changes.alias("later")
        undoing = exists().where(
            later.c.team_id == team_id, later.c.undoes == changes.c.entry_id, later.c.undoes != _NOTHING
        )
        wanted = select(changes).where(
            changes.c.team_id == team_id,
            changes.c.user_id == user_id,
            changes.c.at >= since,
            changes.c.undoes == _NOTHING,
            ~undoing,
        )
        return self._first(wanted.order_by(*_NEWEST_FIRST).limit(1))

    def undone_by(self, team_id: str, entry_id: str) -> Entry | None:
        """The entry that undid this one."""
        if not entry_id:
            return None
        wanted = select(changes).where(
            changes.c.team_id == team_id, changes.c.undoes == entry_id, changes.c.undoes != _NOTHING
        )
        return self._first(wanted.order_by(*_OLDEST_FIRST).limit(1))

    def page(
        self,
        team_id: str,
        *,
        objective_id: str = "",
        user_id: str = "",
        without: Collection[str] = (),
        beyond: str = "",
        newer: bool = False,
        most: int = 10,
    ) -> list[Entry]:
        """Entries of one objective (under all its ids), one person, or all, but of none of the objectives ``without``.

        The newest first, from the newest or from the entry ``beyond`` on; ``newer``: those after it, the oldest first.
        """
        wanted = select(*_WITHOUT_SNAPSHOT).where(changes.c.team_id == team_id).limit(most)
        if user_id:
            wanted = wanted.where(changes.c.user_id == user_id)
        if without:
            wanted = wanted.where(changes.c.objective_id.not_in(sorted(without)))
        wanted = wanted.order_by(*(_OLDEST_FIRST if newer else _NEWEST_FIRST))
        with self._engine.connect() as connection:
            if objective_id:
                wanted = wanted.where(_is_one_of(_all_ids(connection, team_id, objective_id)))
            if beyond:
                there = select(*_OLDEST_FIRST).where(changes.c.team_id == team_id, changes.c.entry_id == beyond)
                if (place := connection.execute(there).first()) is None:
                    return []
                places = tuple_(*_OLDEST_FIRST)
                wanted = wanted.where(places > tuple(place) if newer else places < tuple(place))
            return [_entry_of(row) for row in connection.execute(wanted)]

    def deletions(self, team_id: str, since: datetime, *, name: str = "") -> list[Entry]:
        """The deletions since then (aware) that nothing has brought back, newest first; ``name``: only those so called.

        Case and doubled blanks do not count.
        """
        back = changes.alias("back")
        is_restoration = and_(back.c.team_id == team_id, back.c.act == _RESTORE)
        is_later = back.c.number > changes.c.number
        wanted = select(*_WITHOUT_SNAPSHOT).where(
            changes.c.team_id == team_id,
            changes.c.at >= since,
            changes.c.act == _DELETE,
            ~exists().where(is_restoration, back.c.undoes == changes.c.entry_id, back.c.undoes != _NOTHING),
            ~exists().where(
                is_restoration, is_later, back.c.former_id == changes.c.objective_id, back.c.former_id != _NOTHING
            ),
            # Where the API itself brings back what was deleted, it keeps its id.
            ~exists().where(is_restoration, is_later, back.c.objective_id == changes.c.objective_id),
        )
        name = _folded(name)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted.order_by(*_NEWEST_FIRST))
            return [_entry_of(row) for row in rows if not name or _folded(peek(row.before, "name")) == name]

    def restorations(self, team_id: str, since: datetime) -> list[Entry]:
        """What was brought back since then (aware), newest first."""
        wanted = select(changes).where(changes.c.team_id == team_id, changes.c.at >= since, changes.c.act == _RESTORE)
        with self._engine.connect() as connection:
            return [_entry_of(row) for row in connection.execute(wanted.order_by(*_NEWEST_FIRST))]

    def current_id(self, team_id: str, objective_id: str) -> str:
        """What an objective is called now: a restored one may have a new id."""
        current, seen = objective_id, {objective_id}
        with self._engine.connect() as connection:
            while True:
                renaming = select(changes.c.objective_id).where(
                    changes.c.team_id == team_id, changes.c.former_id == current, changes.c.former_id != _NOTHING
                )
                newer = connection.scalar(renaming.order_by(changes.c.number.desc()).limit(1))
                if newer is None or newer in seen:
                    return current
                current = newer
                seen.add(newer)

    def claim(self, team_id: str, objective_id: str, work_id: str) -> bool:
        """Takes something, such as a newly made objective, for one submission; false where it is another's already."""
        row = {"team_id": team_id, "objective_id": objective_id, "work_id": work_id, "made_at": self._clock()}
        owner = select(claims.c.work_id).where(claims.c.team_id == team_id, claims.c.objective_id == objective_id)
        with self._engine.begin() as connection:
            connection.execute(put_new(connection.dialect.name, claims), row)
            return connection.scalar(owner) == work_id

    def release(self, team_id: str, objective_id: str, work_id: str) -> None:
        """Gives up what a submission has claimed."""
        mine = (claims.c.team_id == team_id) & (claims.c.objective_id == objective_id) & (claims.c.work_id == work_id)
        with self._engine.begin() as connection:
            connection.execute(delete(claims).where(mine))

    def claimed_by(self, team_id: str, work_id: str) -> str:
        """The objective that a submission has claimed, else empty. What is claimed to be undone is no objective."""
        wanted = select(claims.c.objective_id).where(
            claims.c.team_id == team_id,
            claims.c.work_id == work_id,
            ~claims.c.objective_id.startswith(undo_key(""), autoescape=True),
        )
        with self._engine.connect() as connection:
            return connection.scalar(wanted.order_by(claims.c.made_at).limit(1)) or ""

    def rows_for_export(self, team_id: str) -> Iterator[Entry]:
        """Every entry, oldest first, read a thousand at a time; no transaction stays open between."""
        wanted = select(changes).where(changes.c.team_id == team_id).order_by(*_OLDEST_FIRST).limit(BATCH)
        statement = wanted
        while True:
            with self._engine.connect() as connection:
                rows = connection.execute(statement).all()
            yield from map(_entry_of, rows)
            if len(rows) < BATCH:
                return
            statement = wanted.where(tuple_(*_OLDEST_FIRST) > (rows[-1].at, rows[-1].number))

    def purge(self, before: datetime) -> int:
        """Takes out, of all workspaces, what is older than ``before`` (aware); how many entries that were.

        Raises ValueError where that is less than 30 days ago.
        """
        if before > self._clock() - SHORTEST_KEEPING:
            raise ValueError("the record is kept for 30 days at least")
        with self._engine.begin() as connection:
            connection.execute(delete(claims).where(claims.c.made_at < before))
        purged = 0
        while (some := self._purge_some(before)) > 0:
            purged += some
        return purged

    def _purge_some(self, before: datetime) -> int:
        oldest = select(changes.c.number).where(changes.c.at < before).order_by(changes.c.at).limit(BATCH)
        with writing(self._engine) as connection:
            connection.execute(put_new(connection.dialect.name, purges), {"before": before})
            purged = connection.execute(delete(changes).where(changes.c.number.in_(oldest))).rowcount
            connection.execute(delete(purges))
            return purged

    def _first(self, wanted: Executable) -> Entry | None:
        with self._engine.connect() as connection:
            row = connection.execute(wanted).first()
        return None if row is None else _entry_of(row)


def _all_ids(connection: Connection, team_id: str, objective_id: str) -> set[str]:
    """The ids that an objective has and had, by its restorations in both directions."""
    known: set[str] = set()
    fresh = {objective_id}
    while fresh:
        known |= fresh
        renamings = select(changes.c.former_id, changes.c.objective_id).where(
            changes.c.team_id == team_id, changes.c.act == _RESTORE, changes.c.former_id != _NOTHING
        )
        found = connection.execute(
            union_all(
                renamings.where(changes.c.former_id.in_(fresh)), renamings.where(changes.c.objective_id.in_(fresh))
            )
        )
        fresh = {one for row in found for one in row} - known
    return known


def _is_one_of(ids: set[str]) -> ColumnElement[bool]:
    # One id is asked for as such: then the index gives the order too.
    return changes.c.objective_id == next(iter(ids)) if len(ids) == 1 else changes.c.objective_id.in_(sorted(ids))


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _row_of(entry: Entry) -> dict[str, Any]:
    was_renamed = entry.act is Act.RESTORE and entry.before is not None and entry.before.id != entry.objective_id
    return {
        "team_id": entry.team_id,
        "entry_id": entry.id,
        "act": entry.act.value,
        "user_id": entry.user_id,
        "channel_id": entry.channel_id,
        "way": entry.way,
        "objective_id": entry.objective_id,
        "former_id": entry.before.id if was_renamed and entry.before else "",
        "undoes": entry.undoes,
        "at": entry.at,
        "before": None if entry.before is None else pack(entry.before),
        "after": None if entry.after is None else pack(entry.after),
        "snapshot": None if entry.snapshot is None else pack(entry.snapshot),
    }


def _entry_of(row: Any) -> Entry:
    return Entry(
        id=row.entry_id,
        act=Act(row.act),
        team_id=row.team_id,
        user_id=row.user_id,
        objective_id=row.objective_id,
        at=row.at,
        channel_id=row.channel_id,
        way=row.way,
        before=None if row.before is None else unpack(row.before, Objective),
        after=None if row.after is None else unpack(row.after, Objective),
        snapshot=None if row.snapshot is None else unpack(row.snapshot, dict[str, Any]),
        undoes=row.undoes,
    )
