"""Changes made through the bot, told at once: the record's new entries become notes to the channels that follow."""

import logging

from bot.notify.announcing import Announcer
from bot.notify.snapshots import Seen, read_text, remember
from bot.objectives.model import Objective
from bot.objectives.plans import Entry
from bot.objectives.ports import Clock, Record
from bot.store.outbox import Outbox, drop_objective, put_note, take_happening
from bot.store.sightings import Sighting, Sightings, mark_of, see, see_gone

log = logging.getLogger(__name__)


class Feed:
    """Takes what happened out of the record's list, once each, in order."""

    def __init__(
        self, outbox: Outbox, sightings: Sightings, record: Record, announcer: Announcer, clock: Clock
    ) -> None:
        self._outbox = outbox
        self._sightings = sightings
        self._record = record
        self._announcer = announcer
        self._clock = clock

    def work(self) -> int:
        """Tells of everything that happened; how much that was."""
        told = 0
        while batch := self._outbox.happened():
            for number, team_id, entry_id in batch:
                self._tell(number, team_id, entry_id)
            told += len(batch)
        return told

    def _tell(self, number: int, team_id: str, entry_id: str) -> None:
        entry = self._record.get(team_id, entry_id)
        if entry is None:
            with self._outbox.begin() as connection:
                take_happening(connection, number)
            return
        now = self._clock()
        before = entry.before if entry.after is None or entry.objective_id == _id(entry.before) else None
        after = entry.after
        notes = self._announcer.notes(
            team_id, before, after, then=entry.at, now=entry.at, source=entry.id, user_id=entry.user_id
        )
        known = self._sightings.get(team_id, [entry.objective_id]).get(entry.objective_id)
        has_begun = self._sightings.began_at(team_id) is not None
        with self._outbox.begin() as connection:
            if not take_happening(connection, number):
                return
            if has_begun:
                if _is_known(known, entry):
                    # A look at the account was quicker, and has told of it.
                    return
                if after is None:
                    if known is not None:
                        see_gone(connection, team_id, known, now.timestamp())
                else:
                    see(connection, team_id, sighting_of(after, now.timestamp(), known), known)
            if after is not None and after.is_private:
                drop_objective(connection, team_id, after.id)
            for note in notes:
                put_note(connection, note, now.timestamp())


def sighting_of(
    objective: Objective, at: float, known: Sighting | None = None, *, has_description: bool = True
) -> Sighting:
    """How an objective is seen at ``at`` (epoch seconds), with what is not known this time as it was known before."""
    earlier = read_seen(known)
    now_seen = remember(objective, has_description=has_description).filled(earlier)
    progressed = known.progressed_at if known else None
    if earlier is not None and earlier.progress != now_seen.progress:
        progressed = at
    return Sighting(objective.id, mark_of_seen(now_seen), now_seen.text(), at, progressed)


def read_seen(sighting: Sighting | None) -> Seen | None:
    """What is remembered in a sighting; None where it was stored by a bot that remembered otherwise."""
    try:
        return None if sighting is None else read_text(sighting.content)
    except ValueError:
        return None


def mark_of_seen(seen: Seen) -> str:
    """By what an unchanged objective is told: all that a list brings, which is no key result's confidence."""
    return mark_of(seen.without_confidence().text())


def _id(objective: Objective | None) -> str:
    return objective.id if objective else ""


def _is_known(known: Sighting | None, entry: Entry) -> bool:
    """Whether what was seen last is already what this entry made of the objective."""
    if entry.after is None:
        return known is None
    return known is not None and known.mark == sighting_of(entry.after, 0.0, known).mark
