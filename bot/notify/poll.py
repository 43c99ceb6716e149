"""Changes made elsewhere: one look at the whole account, compared with how every objective was last seen."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from bot.errors import NotFound, OkrApiRefused
from bot.notify.announcing import Announcer
from bot.notify.feed import mark_of_seen, read_seen, sighting_of
from bot.notify.followers import Followers
from bot.notify.snapshots import Seen, recall, remember
from bot.objectives.directory import Directory, Snapshot
from bot.objectives.model import Objective
from bot.objectives.ports import Clock, OkrApi
from bot.store.outbox import Note, Outbox, drop_objective, put_note
from bot.store.sightings import BATCH, Sighting, Sightings, first_sight, see, see_gone

log = logging.getLogger(__name__)

MOST_CONFIRMED = 200
"""Disappearances that one look asks about; the others are asked about by the next ones."""
MOST_DOUBTED = 3
"""So many objectives that are there although the list left them out, and the list was a short one: no more is asked."""
NEWNESS = timedelta(days=2)
"""What was made longer before the last look than this is not new: the bot was given the right to see it."""


class Poll:
    """Looks at the account of a workspace. Holds the ids that the list brings, and a batch of objectives."""

    def __init__(
        self,
        api: OkrApi,
        outbox: Outbox,
        sightings: Sightings,
        followers: Followers,
        announcer: Announcer,
        directory: Directory,
        clock: Clock,
    ) -> None:
        self._api = api
        self._outbox = outbox
        self._sightings = sightings
        self._followers = followers
        self._announcer = announcer
        self._directory = directory
        self._clock = clock

    def look(self, team_id: str) -> int:
        """Looks once; how many changes it found. The first look finds none. Raises the OkrApiError family."""
        started = self._clock()
        looked_at = self._sightings.looked_at(team_id)
        look = _Look(
            team_id,
            started,
            datetime.fromtimestamp(looked_at, UTC) if looked_at else started,
            is_first=self._sightings.began_at(team_id) is None,
            wants_standings=self._followers.of(team_id).wants_standings,
            snapshot=self._directory.snapshot(),
        )
        objectives = iter(self._api.look())
        while batch := list(islice(objectives, BATCH)):
            self._compare(look, batch)
        if not look.is_first:
            self._look_for_gone(look)
            self._look_at_confidence(look)
        return look.changes

    def _compare(self, look: "_Look", batch: list[tuple[Objective, bool]]) -> None:
        dressed = [(look.dress(objective), is_whole) for objective, is_whole in batch]
        look.ids.update(_short(one.id) for one, _ in dressed)
        known = self._sightings.get(look.team_id, [one.id for one, _ in dressed])
        fresh: list[Sighting] = []
        at = look.now.timestamp()
        for objective, is_whole in dressed:
            old = known.get(objective.id)
            if old is not None and old.touched_at > at:
                # It changed through the bot while this list was on its way: the list may be older.
                continue
            if old is not None and is_whole and old.mark == mark_of_seen(remember(objective)):
                self._look_at_standing(look, objective)
                continue
            new = sighting_of(objective, at, old, has_description=is_whole)
            if old is not None and new.mark == old.mark:
                self._look_at_standing(look, objective)
            elif look.is_first or (old is None and look.is_old(objective)):
                fresh.append(new)
            else:
                self._change(look, old, new, objective)
        if fresh:
            with self._outbox.begin() as connection:
                first_sight(connection, look.team_id, fresh)

    def _change(self, look: "_Look", old: Sighting | None, new: Sighting, objective: Objective) -> None:
        seen = read_seen(old)
        before = None if seen is None else look.recall(seen, objective)
        notes = self._notes(look, before, objective, f"look:{objective.id}:{old.mark if old else ''}:{new.mark}")
        with self._outbox.begin() as connection:
            if not see(connection, look.team_id, new, old):
                return
            if objective.is_private:
                drop_objective(connection, look.team_id, objective.id)
            for note in notes:
                put_note(connection, note, look.now.timestamp())
        look.changes += 1

    def _notes(self, look: "_Look", before: Objective | None, after: Objective | None, what: str) -> list[Note]:
        source = f"{what}:{look.now.timestamp():.0f}"
        return self._announcer.notes(look.team_id, before, after, then=look.then, now=look.now, source=source)

    def _look_at_standing(self, look: "_Look", objective: Objective) -> None:
        """Standing behind comes with time alone."""
        if not look.wants_standings or look.is_first or objective.status(look.then) is objective.status(look.now):
            return
        status = objective.status(look.now).value
        source = f"standing:{objective.id}:{status}:{look.now:%Y-%m-%d}"
        notes = self._announcer.notes(look.team_id, objective, objective, then=look.then, now=look.now, source=source)
        if notes:
            with self._outbox.begin() as connection:
                for note in notes:
                    put_note(connection, note, look.now.timestamp())

    def _look_for_gone(self, look: "_Look") -> None:
        """What the list left out is asked for by itself: a list may be short, and what is there was not deleted."""
        missing = self._sightings.count(look.team_id) - len(look.ids)
        if missing <= 0:
            return
        asked = doubted = 0
        for objective_id in self._sightings.ids(look.team_id):
            if _short(objective_id) in look.ids:
                continue
            asked += 1
            if asked > MOST_CONFIRMED or doubted >= MOST_DOUBTED:
                log.info("The list left out %d objectives; %d were asked about.", missing, asked - 1)
                return
            if self._is_there(objective_id):
                doubted += 1
            else:
                self._gone(look, objective_id)

    def _is_there(self, objective_id: str) -> bool:
        try:
            self._api.get(objective_id)
        except NotFound:
            return False
        return True

    def _gone(self, look: "_Look", objective_id: str) -> None:
        old = self._sightings.get(look.team_id, [objective_id]).get(objective_id)
        seen = read_seen(old)
        if old is None or old.touched_at > look.now.timestamp():
            return
        notes = [] if seen is None else self._notes(look, look.recall(seen, None), None, f"gone:{objective_id}")
        with self._outbox.begin() as connection:
            if not see_gone(connection, look.team_id, old, look.now.timestamp()):
                return
            for note in notes:
                put_note(connection, note, look.now.timestamp())
        look.changes += 1

    def _look_at_confidence(self, look: "_Look") -> None:
        """The confidence in key results, which no list brings, of those objectives checked in since the last look."""
        try:
            checked_in = list(islice(self._api.checked_in(look.then), MOST_CONFIRMED))
        except OkrApiRefused as fault:
            log.info("Check-ins are not listed: %s", fault)
            return
        for objective_id in checked_in:
            try:
                objective = look.dress(self._api.get(objective_id))
            except NotFound:
                continue
            old = self._sightings.get(look.team_id, [objective_id]).get(objective_id)
            if old is None or old.touched_at > look.now.timestamp():
                continue
            new = sighting_of(objective, look.now.timestamp(), old)
            if new.content != old.content:
                self._change(look, old, new, objective)


class _Look:
    """One look: when it began, what it is compared with, and what it has seen so far."""

    def __init__(
        self,
        team_id: str,
        now: datetime,
        then: datetime,
        *,
        is_first: bool,
        wants_standings: bool,
        snapshot: Snapshot,
    ) -> None:
        self.team_id = team_id
        self.now = now
        self.then = then
        self.is_first = is_first
        self.wants_standings = wants_standings
        self.ids: set[bytes | str] = set()
        self.changes = 0
        self._snapshot = snapshot

    def dress(self, objective: Objective) -> Objective:
        """The objective with its session and owners named."""
        sessions, people = self._snapshot.sessions_by_id, self._snapshot.people_by_id
        session = sessions.get(objective.session.id, objective.session)
        owners = tuple(people.get(owner.id, owner) for owner in objective.owners)
        return replace(objective, session=session, owners=owners)

    def recall(self, seen: Seen, current: Objective | None) -> Objective:
        """The objective as it was seen before."""
        return recall(seen, current, sessions=self._snapshot.sessions_by_id, people=self._snapshot.people_by_id)

    def is_old(self, objective: Objective) -> bool:
        """Whether an objective that was not known existed long before."""
        return objective.created is not None and objective.created < self.then - NEWNESS


def _short(objective_id: str) -> bytes | str:
    """An id in half the memory, where it is one of the usual 24 hexadecimal characters."""
    try:
        return bytes.fromhex(objective_id)
    except ValueError:
        return objective_id
