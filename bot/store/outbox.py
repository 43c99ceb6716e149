"""What is to be posted: written in the transaction that makes it, and what came of it."""

import json
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, case, delete, func, select, update

from bot.store.database import put, put_new, writing
from bot.store.feed_tables import announcements, happenings, threads
from bot.store.subscriptions import note_told

WAITING, SENDING, SENT, DROPPED = "waiting", "sending", "sent", "dropped"
OPEN = (WAITING, SENDING)
TOLD_TO = "told_to"
"""Stands in the body of a digest, beside its ``subscription`` and ``now``: the number of the last change it tells."""
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be posted to a channel. ``source`` says what it is about: a channel is told of it once."""

    team_id: str
    channel_id: str
    source: str
    kind: str
    body: Json
    objective_id: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A note whose turn has come. ``is_repeat``: nobody knows whether Slack has posted it already."""

    number: int
    note: Note
    made_at: float
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Thread:
    """The message that a channel has of an objective, since epoch seconds, and the replies below it."""

    parent_ts: str
    began_at: float
    replies: int


class Outbox:
    """The notes of all channels. Safe to use from many threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self) -> AbstractContextManager[Connection]:
        """A transaction in which notes are put together with what they tell of."""
        return writing(self._engine)

    def happened(self, most: int = 200) -> list[tuple[int, str, str]]:
        """What happened and nobody was told of yet: number, workspace and entry of the record, oldest first."""
        wanted = select(happenings).order_by(happenings.c.number).limit(most)
        with self._engine.connect() as connection:
            return [(row.number, row.team_id, row.entry_id) for row in connection.execute(wanted)]

    def take(self, team_id: str, channel_id: str, most: int) -> list[Due]:
        """The next notes of a channel, oldest first; called by whoever has the turn.

        One that was being sent when its process died comes first, alone, as a repeat.
        """
        here = (announcements.c.team_id == team_id) & (announcements.c.channel_id == channel_id)
        open_ = select(announcements).where(here, announcements.c.state.in_(OPEN))
        with self._engine.connect() as connection:
            rows = connection.execute(open_.order_by(announcements.c.number).limit(most)).all()
        return [Due(row.number, _note(row), row.made_at, is_repeat=row.state == SENDING) for row in rows]

    def waiting(self, team_id: str, kind: str) -> list[Note]:
        """The notes of a kind that wait in all channels of a workspace, oldest first."""
        mine = (announcements.c.team_id == team_id) & (announcements.c.kind == kind)
        wanted = select(announcements).where(mine, announcements.c.state.in_(OPEN)).order_by(announcements.c.number)
        with self._engine.connect() as connection:
            return [_note(row) for row in connection.execute(wanted)]

    def sending(self, dues: Sequence[Due]) -> bool:
        """Writes down that these are being posted from now on; false, and nothing done, where some are not to be."""
        numbers = [due.number for due in dues]
        open_ = announcements.c.number.in_(numbers) & announcements.c.state.in_(OPEN)
        again = case((announcements.c.state == SENDING, announcements.c.repeats + 1), else_=announcements.c.repeats)
        with self._engine.connect() as connection, connection.begin() as transaction:
            done = connection.execute(update(announcements).where(open_).values(state=SENDING, repeats=again))
            if done.rowcount != len(numbers):
                transaction.rollback()
                return False
        return True

    def sent(
        self, dues: Sequence[Due], now: float, *, thread: Thread | None = None, following: Iterable[Note] = ()
    ) -> None:
        """Writes down that these were posted; to which message what follows belongs; and what is to be done next.

        Of what is to be done next, one of a kind waits for each objective.
        """
        with self._engine.begin() as connection:
            done = update(announcements).where(announcements.c.number.in_([due.number for due in dues]))
            connection.execute(done.values(state=SENT, sent_at=now))
            note = dues[0].note
            if TOLD_TO in note.body:
                # Here, so that no kill parts what was posted from what counts as told.
                told_at = datetime.fromisoformat(note.body["now"])
                note_told(connection, note.team_id, note.body["subscription"], note.body[TOLD_TO], told_at)
            if thread is not None:
                row = {
                    "team_id": note.team_id,
                    "channel_id": note.channel_id,
                    "objective_id": note.objective_id,
                    "parent_ts": thread.parent_ts,
                    "began_at": thread.began_at,
                    "replies": thread.replies,
                }
                connection.execute(put(connection.dialect.name, threads), row)
            for one in following:
                here = (announcements.c.team_id == one.team_id) & (announcements.c.channel_id == one.channel_id)
                alike = here & (announcements.c.objective_id == one.objective_id) & (announcements.c.kind == one.kind)
                waiting = select(announcements.c.number).where(alike, announcements.c.state == WAITING)
                if connection.scalar(waiting.limit(1)) is None:
                    put_note(connection, one, now)

    def not_sent(self, dues: Sequence[Due]) -> None:
        """Slack surely did not post these: they wait again, unless they were given up meanwhile.

        Of a repeat it stays unknown whether it was posted the first time.
        """
        mine = announcements.c.number.in_([due.number for due in dues]) & (announcements.c.state == SENDING)
        repeats = announcements.c.repeats
        again = {
            "state": case((repeats > 0, SENDING), else_=WAITING),
            "repeats": case((repeats > 0, repeats - 1), else_=0),
        }
        with self._engine.begin() as connection:
            connection.execute(update(announcements).where(mine).values(again))

    def give_up(self, dues: Sequence[Due]) -> None:
        """These are not to be posted."""
        mine = announcements.c.number.in_([due.number for due in dues])
        with self._engine.begin() as connection:
            connection.execute(update(announcements).where(mine).values(state=DROPPED))

    def threads(self, team_id: str, channel_id: str, objective_ids: Collection[str]) -> dict[str, Thread]:
        """The messages that a channel has of some objectives, by their ids."""
        here = (threads.c.team_id == team_id) & (threads.c.channel_id == channel_id)
        wanted = select(threads).where(here, threads.c.objective_id.in_(objective_ids))
        with self._engine.connect() as connection:
            rows = connection.execute(wanted)
            return {row.objective_id: Thread(row.parent_ts, row.began_at, row.replies) for row in rows}

    def first_and_last(self, note: Note, thread: Thread, kind: str) -> tuple[list[Note], list[Note]]:
        """What was said of a note's objective when its thread began, and what last, in whatever message."""
        said = (
            (announcements.c.team_id == note.team_id)
            & (announcements.c.channel_id == note.channel_id)
            & (announcements.c.objective_id == note.objective_id)
            & (announcements.c.kind == kind)
            & (announcements.c.state == SENT)
            & (announcements.c.sent_at >= thread.began_at)
        )
        with self._engine.connect() as connection:
            first, last = connection.execute(
                select(func.min(announcements.c.sent_at), func.max(announcements.c.sent_at)).where(said)
            ).one()
            those = select(announcements).where(said).order_by(announcements.c.number)
            began, ended = (
                [_note(row) for row in connection.execute(those.where(announcements.c.sent_at == at))]
                for at in (first, last)
            )
        return began, ended

    def repeats(self) -> int:
        """How often something was posted again because nobody knew whether Slack had posted it, of what is kept."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.coalesce(func.sum(announcements.c.repeats), 0))) or 0

    def purge(self, before: float) -> None:
        """Takes out what was posted before then, and threads that nothing is added to any more (epoch seconds)."""
        with self._engine.begin() as connection:
            old = (announcements.c.made_at < before) & announcements.c.state.in_((SENT, DROPPED))
            connection.execute(delete(announcements).where(old))
            connection.execute(delete(threads).where(threads.c.began_at < before))


def _note(row: Row[Any]) -> Note:
    return Note(row.team_id, row.channel_id, row.source, row.kind, json.loads(row.body), row.objective_id)


def put_note(connection: Connection, note: Note, made_at: float) -> None:
    """Has something posted, once; the same source is not put a second time for a channel."""
    row = {
        "team_id": note.team_id,
        "channel_id": note.channel_id,
        "source": note.source,
        "kind": note.kind,
        "objective_id": note.objective_id,
        "body": json.dumps(note.body, ensure_ascii=False),
        "made_at": made_at,
        "state": WAITING,
        "repeats": 0,
    }
    connection.execute(put_new(connection.dialect.name, announcements), row)


def take_happening(connection: Connection, number: int) -> bool:
    """Takes out what happened, to tell of it in this transaction; false where somebody else has."""
    return connection.execute(delete(happenings).where(happenings.c.number == number)).rowcount == 1


def drop_objective(connection: Connection, team_id: str, objective_id: str) -> None:
    """Nothing that waits is said of an objective any more: it has become private."""
    waiting = (announcements.c.team_id == team_id) & (announcements.c.objective_id == objective_id)
    _drop(connection, waiting)


def drop_channel(connection: Connection, team_id: str, channel_id: str) -> None:
    """Gives up everything that waits for a channel."""
    _drop(connection, (announcements.c.team_id == team_id) & (announcements.c.channel_id == channel_id))


def drop_waiting(connection: Connection, team_id: str, channel_id: str, source: str) -> None:
    """Gives up what waits for a channel and is not being posted, whose source begins like this."""
    here = (announcements.c.team_id == team_id) & (announcements.c.channel_id == channel_id)
    begins = announcements.c.source.startswith(source, autoescape=True)
    _drop(connection, here & begins & (announcements.c.state == WAITING))


def _drop(connection: Connection, which: ColumnElement[bool]) -> None:
    dropped = update(announcements).where(which, announcements.c.state.in_(OPEN)).values(state=DROPPED)
    connection.execute(dropped)
