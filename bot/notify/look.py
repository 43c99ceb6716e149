"""One look at an account: when it began, what it is compared with, and what it has seen so far."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.notify.snapshots import Seen, recall
from bot.objectives.directory import Snapshot
from bot.objectives.model import KeyResult, Objective

NEWNESS = timedelta(days=2)
"""What was made longer before the last look than this is not new: the bot was given the right to see it."""
SKEW = timedelta(minutes=2)
"""How far the clock of the OKR API may be behind ours."""


class Look:
    """``then`` is when the last look began, ``began`` when the first one did: None for the first one itself."""

    def __init__(
        self,
        team_id: str,
        now: datetime,
        then: datetime,
        *,
        began: datetime | None,
        wants_standings: bool,
        snapshot: Snapshot,
    ) -> None:
        self.team_id = team_id
        self.now = now
        self.then = then
        self.at = now.timestamp()
        self.is_first = began is None
        self.wants_standings = wants_standings
        self.ids: set[bytes | str] = set()
        self.key_results: dict[str, list[KeyResult]] = {}
        """Those that were checked in since the last look, by their objectives' ids."""
        self.changes = 0
        self._new_from = then - NEWNESS if began is None else max(began - SKEW, then - NEWNESS)
        self._snapshot = snapshot

    def dress(self, objective: Objective) -> Objective:
        """The objective with its session and owners named, and with those key results that were checked in."""
        sessions, people = self._snapshot.sessions_by_id, self._snapshot.people_by_id
        checked_in = self.key_results.get(objective.id)
        return replace(
            objective,
            session=sessions.get(objective.session.id, objective.session),
            owners=tuple(people.get(owner.id, owner) for owner in objective.owners),
            key_results=None if checked_in is None else tuple(checked_in),
        )

    def recall(self, seen: Seen, current: Objective | None) -> Objective:
        """The objective as it was seen before."""
        return recall(seen, current, sessions=self._snapshot.sessions_by_id, people=self._snapshot.people_by_id)

    def is_old(self, objective: Objective) -> bool:
        """Whether an objective that was not known existed before: a list may have left it out."""
        return objective.created is not None and objective.created < self._new_from


def short_id(objective_id: str) -> bytes | str:
    """An id in half the memory, where it is one of the usual 24 hexadecimal characters."""
    try:
        return bytes.fromhex(objective_id)
    except ValueError:
        return objective_id
