"""Changes made through the bot, told at once: the record's new entries become notes to the channels that follow."""

import logging
from contextlib import suppress

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import BotError
from bot.logs import describe_bug
from bot.notify.announcing import Announcer
from bot.notify.followers import Followers
from bot.notify.sighting import read_seen, sighting_of, sighting_of_seen
from bot.notify.snapshots import remember
from bot.objectives.model import Objective
from bot.objectives.plans import Act, Entry
from bot.objectives.ports import Clock, Record
from bot.store.outbox import Outbox, drop_objective, put_note, take_happening
from bot.store.sightings import Sighting, Sightings, see, see_gone, see_unknown_gone

log = logging.getLogger(__name__)

SETTLES = 5.0
"""Seconds for which no list is believed about an objective that the bot has changed: a list may be a little older."""
TRIES = 5


class _Overtaken(Exception):
    """A look at the account has changed what is known of an objective in between."""


class Feed:
    """Takes what happened out of the record's list, once each, in order. Safe to use from many threads."""

    def __init__(
        self,
        outbox: Outbox,
        sightings: Sightings,
        record: Record,
        followers: Followers,
        announcer: Announcer,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._sightings = sightings
        self._record = record
        self._followers = followers
        self._announcer = announcer
        self._clock = clock

    def work(self) -> int:
        """Tells of everything that happened; how much that was. Raises OkrApiError where that has to wait."""
        told = 0
        while batch := self._outbox.happened():
            for number, team_id, entry_id in batch:
                self._take(number, team_id, entry_id)
            told += len(batch)
        return told

    def _take(self, number: int, team_id: str, entry_id: str) -> None:
        try:
            entry = self._record.get(team_id, entry_id)
            if entry is not None and team_id in self._followers.teams():
                for _ in range(TRIES):
                    with suppress(_Overtaken):
                        self._tell(number, entry)
                        return
                log.error("Nobody is told of entry %s: its objective changes all the time.", entry_id)
        except (BotError, SQLAlchemyError):
            raise
        except Exception as fault:  # noqa: BLE001 - a bug in one announcement must not silence all that follow
            log.error("Nobody is told of entry %s: %s", entry_id, describe_bug(fault))
        with self._outbox.begin() as connection:
            take_happening(connection, number)

    def _tell(self, number: int, entry: Entry) -> None:
        """Tells of an entry. Raises _Overtaken, and does nothing, where what is known of it changed meanwhile."""
        team_id, before, after = entry.team_id, _before(entry), entry.after
        notes = self._announcer.notes(
            team_id,
            before,
            after,
            then=entry.at,
            now=entry.at,
            source=entry.id,
            user_id=entry.user_id,
            is_back=entry.act is Act.RESTORE,
        )
        known = self._sightings.get(team_id, [entry.objective_id]).get(entry.objective_id)
        now = self._clock().timestamp()
        with self._outbox.begin() as connection:
            if not take_happening(connection, number) or self._is_known(entry, known):
                return
            if not self._see(connection, entry, known, now + SETTLES):
                raise _Overtaken
            if after is not None and after.is_private:
                drop_objective(connection, team_id, after.id)
            for note in notes:
                put_note(connection, note, now)

    def _is_known(self, entry: Entry, known: Sighting | None) -> bool:
        """Whether a look at the account was quicker, and has told of it."""
        if entry.after is None:
            if known is not None:
                return False
            _, was_seen_to_go = self._sightings.ended(entry.team_id, [entry.objective_id]).get(
                entry.objective_id, (0.0, False)
            )
            return was_seen_to_go
        if _before(entry) is None:
            return known is not None
        return known is not None and known.content == self._sighting(entry, entry.after, known, 0.0).content

    def _see(self, connection: Connection, entry: Entry, known: Sighting | None, at: float) -> bool:
        if entry.after is not None:
            new = self._sighting(entry, entry.after, known, at)
            return see(connection, entry.team_id, new, known, user_id=entry.user_id)
        if known is not None:
            return see_gone(connection, entry.team_id, known, at, user_id=entry.user_id)
        see_unknown_gone(connection, entry.team_id, entry.objective_id, at)
        return True

    def _sighting(self, entry: Entry, after: Objective, known: Sighting | None, at: float) -> Sighting:
        """How the objective is seen since. What the entry left alone may be older in it than what was seen since."""
        seen, before = read_seen(known), _before(entry)
        if seen is None or before is None:
            return sighting_of(after, at, known)
        return sighting_of_seen(seen.changed(remember(before), remember(after)), at, known)


def _before(entry: Entry) -> Objective | None:
    """What an entry changed; nothing where it made something, or brought it back."""
    return None if entry.act in (Act.CREATE, Act.RESTORE) else entry.before
