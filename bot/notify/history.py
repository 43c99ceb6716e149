"""How an objective was at the two ends of what a digest tells of, and what of that somebody did themselves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.notify.sighting import read_content
from bot.notify.snapshots import Seen
from bot.store.pasts import Past
from bot.store.sightings import Sighting


@dataclass(frozen=True, slots=True)
class Window:
    """What a digest tells of: the changes behind number ``after`` up to number ``up_to``. Times aware.

    ``since`` is when ``after`` was the last one: None, both, where there is nothing to compare with. ``now`` is when
    ``up_to`` was: None where all that is there counts. ``but_by``: the Slack user whose own changes are left out.
    """

    now: datetime
    up_to: int | None = None
    since: datetime | None = None
    after: int | None = None
    but_by: str = ""

    @property
    def for_all(self) -> "Window":
        """The same with nobody's changes left out."""
        return replace(self, but_by="")

    @property
    def oldest(self) -> int | None:
        """Changes up to this one are not asked for."""
        return self.up_to if self.after is None else self.after


class History:
    """What is remembered of one objective: how it was seen last, and its changes, oldest first."""

    def __init__(self, sighting: Sighting | None, changes: Sequence[Past]) -> None:
        self.sighting = sighting
        self._changes = changes
        self._read: dict[int, Seen | None] = {}
        self.users = frozenset(change.user_id for change in changes if change.user_id)
        """Who changed it through the bot."""

    @property
    def latest(self) -> Seen | None:
        """How it was seen last; None where it is gone, or was never seen."""
        return self._behind(len(self._changes))

    def at_end(self, window: Window) -> Seen | None:
        """How it was at the end of a window; None where it was not there."""
        return self.latest if window.up_to is None else self._behind(self._count(window.up_to))

    def at_beginning(self, window: Window) -> Seen | None:
        """How it was at the beginning, had somebody whose changes are left out made them before."""
        if window.after is None:
            return None
        first = self._count(window.after)
        last = len(self._changes) if window.up_to is None else self._count(window.up_to)
        state = self._behind(first)
        for number in range(first, last):
            if window.but_by and self._changes[number].user_id == window.but_by:
                before, after = self._behind(number), self._behind(number + 1)
                state = state.changed(before, after) if state and before and after else after
        return state

    def _count(self, number: int) -> int:
        """How many of the changes that are known are not behind this number."""
        return sum(change.number <= number for change in self._changes)

    def _behind(self, count: int) -> Seen | None:
        """How it was when so many of the changes had been made."""
        if count not in self._read:
            is_past, last = count < len(self._changes), self.sighting.content if self.sighting else None
            self._read[count] = read_content(self._changes[count].content if is_past else last)
        return self._read[count]
