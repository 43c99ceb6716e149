"""Whose turn it is to post to a channel, and when: one process at a time, no channel behind another."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, func, select, update

from bot.store.database import put, put_new
from bot.store.feed_tables import announcements, turns
from bot.store.outbox import OPEN

TURN = 45.0
"""Seconds after which a process that has a channel's turn counts as dead, where that is not known earlier."""
LONGEST_WAIT = 3600.0
"""Seconds after which a channel is tried again at most: a clock that was put back silences nobody for longer."""

_EVERYWHERE = ""
"""Stands for all channels of a workspace."""
_held = turns.alias("held")


@dataclass(frozen=True, slots=True)
class Turn:
    """A channel in which something waits, the kind of what waits first, and when its turn comes (epoch seconds)."""

    team_id: str
    channel_id: str
    kind: str
    comes_at: float


class ChannelTurns:
    """The turns of all channels. Safe to use from many threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def coming(self, now: float) -> list[Turn]:
        """The turns of all channels in which something waits, longest waiting first; those up to ``now`` have come."""
        first = (
            select(func.min(announcements.c.number).label("number"))
            .where(announcements.c.state.in_(OPEN))
            .group_by(announcements.c.team_id, announcements.c.channel_id)
            .subquery()
        )
        here = announcements
        of_channel = (turns.c.team_id == here.c.team_id) & (turns.c.channel_id == here.c.channel_id)
        of_team = (_held.c.team_id == here.c.team_id) & (_held.c.channel_id == _EVERYWHERE)
        wanted = (
            select(here.c.team_id, here.c.channel_id, here.c.kind, turns.c.until, turns.c.not_before)
            .add_columns(_held.c.not_before.label("held_until"))
            .join(first, here.c.number == first.c.number)
            .outerjoin(turns, of_channel)
            .outerjoin(_held, of_team)
            .order_by(here.c.number)
        )
        with self._engine.connect() as connection:
            return [
                Turn(
                    row.team_id,
                    row.channel_id,
                    row.kind,
                    max(
                        _moment(row.until, now, 2 * TURN),
                        _moment(row.not_before, now, 2 * LONGEST_WAIT),
                        _moment(row.held_until, now, 2 * LONGEST_WAIT),
                    ),
                )
                for row in connection.execute(wanted)
            ]

    def take(self, team_id: str, channel_id: str, worker: str, now: float) -> bool:
        """Whether this worker may post to the channel now; nobody else does until it gives the turn back."""
        row = {"team_id": team_id, "channel_id": channel_id, "not_before": 0.0, "worker": "", "until": 0.0}
        here = (turns.c.team_id == team_id) & (turns.c.channel_id == channel_id)
        with self._engine.begin() as connection:
            connection.execute(put_new(connection.dialect.name, turns), row)
            taken = update(turns).where(here, _is_free(now)).values(worker=worker, until=now + TURN)
            return connection.execute(taken).rowcount == 1

    def keep(self, team_id: str, channel_id: str, worker: str, now: float) -> bool:
        """Whether the turn is still this worker's, which it then is for as long again: what it made may be posted."""
        mine = (turns.c.team_id == team_id) & (turns.c.channel_id == channel_id) & (turns.c.worker == worker)
        with self._engine.begin() as connection:
            return connection.execute(update(turns).where(mine).values(until=now + TURN)).rowcount == 1

    def give(self, team_id: str, channel_id: str, worker: str, not_before: float) -> None:
        """Gives the turn back; the next message may come from then on."""
        mine = (turns.c.team_id == team_id) & (turns.c.channel_id == channel_id) & (turns.c.worker == worker)
        with self._engine.begin() as connection:
            connection.execute(update(turns).where(mine).values(worker="", until=0.0, not_before=not_before))

    def hold(self, team_id: str, until: float) -> None:
        """Lets every channel of a workspace wait until then (epoch seconds)."""
        row = {"team_id": team_id, "channel_id": _EVERYWHERE, "not_before": until, "worker": "", "until": 0.0}
        with self._engine.begin() as connection:
            connection.execute(put(connection.dialect.name, turns), row)

    def free(self, worker: str) -> None:
        """Gives back the turns of all workers whose names begin so: their process is dead."""
        theirs = (turns.c.worker != "") & turns.c.worker.startswith(worker, autoescape=True)
        with self._engine.begin() as connection:
            connection.execute(update(turns).where(theirs).values(worker="", until=0.0))


def _is_free(now: float) -> ColumnElement[bool]:
    """Whether a channel has its turn at this time, by either clock where one was put back."""
    nobody_posts = (turns.c.until <= now) | (turns.c.until > now + 2 * TURN)
    return nobody_posts & _has_come(turns.c.not_before, now)


def _has_come(moment: ColumnElement[float], now: float) -> ColumnElement[bool]:
    return (moment <= now) | (moment > now + 2 * LONGEST_WAIT)


def _moment(moment: float | None, now: float, longest: float) -> float:
    """The same as _has_come() says it; 0 where it has been for ever, or lies where only a clock put back puts it."""
    return 0.0 if moment is None or moment > now + longest else moment
