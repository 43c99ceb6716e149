"""What is to be posted: written in the transaction that makes it, sent one after another in each channel, once."""

import json
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select, update

from bot.store.database import put, put_new, writing
from bot.store.feed_tables import announcements, happenings, threads, turns

WAITING, SENDING, SENT, DROPPED = "waiting", "sending", "sent", "dropped"
TURN = 90.0
"""Seconds after which a process that has a channel's turn counts as dead."""

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

    def ready(self, now: float) -> list[tuple[str, str]]:
        """The channels that have something to be posted and whose turn it is, longest waiting first."""
        busy = (turns.c.until > now) | (turns.c.not_before > now)
        wanted = (
            select(announcements.c.team_id, announcements.c.channel_id)
            .outerjoin(
                turns,
                (turns.c.team_id == announcements.c.team_id) & (turns.c.channel_id == announcements.c.channel_id),
            )
            .where(announcements.c.state.in_((WAITING, SENDING)), turns.c.team_id.is_(None) | ~busy)
            .group_by(announcements.c.team_id, announcements.c.channel_id)
            .order_by(func.min(announcements.c.number))
        )
        with self._engine.connect() as connection:
            return [(row.team_id, row.channel_id) for row in connection.execute(wanted)]

    def next_at(self) -> float | None:
        """When the next channel's turn comes (epoch seconds), where something waits."""
        soonest = func.coalesce(turns.c.not_before, 0.0)
        wanted = (
            select(func.min(soonest))
            .select_from(announcements)
            .outerjoin(
                turns,
                (turns.c.team_id == announcements.c.team_id) & (turns.c.channel_id == announcements.c.channel_id),
            )
            .where(announcements.c.state.in_((WAITING, SENDING)))
        )
        with self._engine.connect() as connection:
            return connection.scalar(wanted)

    def take_turn(self, team_id: str, channel_id: str, worker: str, now: float) -> bool:
        """Whether this worker may post to the channel now; nobody else does until it gives the turn back."""
        row = {"team_id": team_id, "channel_id": channel_id, "not_before": 0.0, "worker": "", "until": 0.0}
        free = (turns.c.until <= now) & (turns.c.not_before <= now)
        here = (turns.c.team_id == team_id) & (turns.c.channel_id == channel_id)
        with self._engine.begin() as connection:
            connection.execute(put_new(connection.dialect.name, turns), row)
            taken = update(turns).where(here, free).values(worker=worker, until=now + TURN)
            return connection.execute(taken).rowcount == 1

    def give_turn(self, team_id: str, channel_id: str, worker: str, not_before: float) -> None:
        """Gives the turn back; the next message may come from then on."""
        mine = (turns.c.team_id == team_id) & (turns.c.channel_id == channel_id) & (turns.c.worker == worker)
        with self._engine.begin() as connection:
            connection.execute(update(turns).where(mine).values(worker="", until=0.0, not_before=not_before))

    def take(self, team_id: str, channel_id: str, most: int) -> list[Due]:
        """The next notes of a channel, oldest first; called by whoever has the turn.

        One that was being sent when its process died comes first, alone, as a repeat.
        """
        here = (announcements.c.team_id == team_id) & (announcements.c.channel_id == channel_id)
        open_ = select(announcements).where(here, announcements.c.state.in_((SENDING, WAITING)))
        with self._engine.connect() as connection:
            rows = connection.execute(open_.order_by(announcements.c.number).limit(most)).all()
        return [
            Due(
                row.number,
                Note(team_id, channel_id, row.source, row.kind, json.loads(row.body), row.objective_id),
                row.made_at,
                is_repeat=row.state == SENDING,
            )
            for row in rows
        ]

    def sending(self, dues: Iterable[Due]) -> None:
        """Writes down that these are being posted from now on."""
        numbers = [due.number for due in dues]
        repeated = [due.number for due in dues if due.is_repeat]
        with self._engine.begin() as connection:
            connection.execute(update(announcements).where(announcements.c.number.in_(numbers)).values(state=SENDING))
            if repeated:
                again = update(announcements).where(announcements.c.number.in_(repeated))
                connection.execute(again.values(repeats=announcements.c.repeats + 1))

    def sent(self, dues: Sequence[Due], now: float, thread: Thread | None = None) -> None:
        """Writes down that these were posted, and to which message what follows belongs."""
        with self._engine.begin() as connection:
            done = update(announcements).where(announcements.c.number.in_([due.number for due in dues]))
            connection.execute(done.values(state=SENT, sent_at=now))
            if thread is not None:
                note = dues[0].note
                row = {
                    "team_id": note.team_id,
                    "channel_id": note.channel_id,
                    "objective_id": note.objective_id,
                    "parent_ts": thread.parent_ts,
                    "began_at": thread.began_at,
                    "replies": thread.replies,
                }
                connection.execute(put(connection.dialect.name, threads), row)

    def not_sent(self, dues: Iterable[Due], *, drop: bool = False) -> None:
        """Slack surely did not post these: they wait again, or are given up."""
        numbers = [due.number for due in dues]
        with self._engine.begin() as connection:
            state = DROPPED if drop else WAITING
            connection.execute(update(announcements).where(announcements.c.number.in_(numbers)).values(state=state))

    def drop(self, team_id: str, channel_id: str) -> None:
        """Gives up everything that waits for a channel."""
        here = (announcements.c.team_id == team_id) & (announcements.c.channel_id == channel_id)
        with self._engine.begin() as connection:
            waiting = update(announcements).where(here, announcements.c.state.in_((WAITING, SENDING)))
            connection.execute(waiting.values(state=DROPPED))

    def thread(self, team_id: str, channel_id: str, objective_id: str) -> Thread | None:
        """The message that a channel has of an objective."""
        wanted = select(threads).where(
            threads.c.team_id == team_id, threads.c.channel_id == channel_id, threads.c.objective_id == objective_id
        )
        with self._engine.connect() as connection:
            row = connection.execute(wanted).first()
        return None if row is None else Thread(row.parent_ts, row.began_at, row.replies)

    def forget_thread(self, team_id: str, channel_id: str, objective_id: str) -> None:
        """Somebody has deleted that message: the next change begins a new one."""
        here = (threads.c.team_id == team_id) & (threads.c.channel_id == channel_id)
        with self._engine.begin() as connection:
            connection.execute(delete(threads).where(here, threads.c.objective_id == objective_id))

    def repeats(self) -> int:
        """How often something was posted again because nobody knew whether Slack had posted it."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.coalesce(func.sum(announcements.c.repeats), 0))) or 0

    def purge(self, before: float) -> None:
        """Takes out what was posted before then, and threads that nothing is added to any more (epoch seconds)."""
        with self._engine.begin() as connection:
            old = (announcements.c.made_at < before) & announcements.c.state.in_((SENT, DROPPED))
            connection.execute(delete(announcements).where(old))
            connection.execute(delete(threads).where(threads.c.began_at < before))


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
    dropped = update(announcements).where(waiting, announcements.c.state == WAITING).values(state=DROPPED)
    connection.execute(dropped)
