"""Changes made elsewhere: one look at the whole account, compared with how every objective was last seen."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import BotError, NotFound, OkrApiRefused
from bot.logs import describe_bug
from bot.notify.announcing import Announcer
from bot.notify.differences import has_new_confidence
from bot.notify.followers import Followers
from bot.notify.look import SKEW, Look, short_id
from bot.notify.sighting import mark_of_seen, read_seen, sighting_of
from bot.notify.snapshots import remember
from bot.objectives.directory import Directory
from bot.objectives.model import Objective
from bot.objectives.ports import Clock, OkrApi
from bot.store.outbox import Note, Outbox, drop_objective, put_note
from bot.store.sightings import BATCH, Sighting, Sightings, first_sight, see, see_gone

log = logging.getLogger(__name__)

MOST_CONFIRMED = 200
"""Disappearances that one look asks about; the others are asked about by the next ones."""
MOST_DOUBTED = 10
"""So many objectives that are there although the list left them out, and the list was a short one: no more is asked."""
MOST_BELIEVED = 10
"""A list that is empty, where more than this were known, is none."""
FORBIDDEN, GONE = 403, 410


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
        *,
        tell_first: Callable[[], int] = lambda: 0,
    ) -> None:
        """``tell_first`` tells of what was done through the bot, with the name of whoever did it; how much that was."""
        self._api = api
        self._outbox = outbox
        self._sightings = sightings
        self._followers = followers
        self._announcer = announcer
        self._directory = directory
        self._clock = clock
        self._tell_first = tell_first
        self._asked_up_to: dict[str, str] = {}

    def look(self, team_id: str, go_on: Callable[[], object] = lambda: None) -> int:
        """Looks once, and writes down that it did; how many changes it found. The first look finds none.

        ``go_on`` is called now and then. Raises the OkrApiError family: then the next look finds what this one has not.
        """
        started = self._clock()
        began_at, looked_at = self._sightings.began_at(team_id), self._sightings.looked_at(team_id)
        look = Look(
            team_id,
            started,
            datetime.fromtimestamp(looked_at, UTC) if looked_at else started,
            began=datetime.fromtimestamp(began_at, UTC) if began_at else None,
            wants_standings=self._followers.of(team_id).wants_standings,
            snapshot=self._directory.snapshot(),
        )
        if not look.is_first:
            self._read_check_ins(look, go_on)
        objectives = iter(self._api.look())
        while batch := list(islice(objectives, BATCH)):
            go_on()
            self._compare(look, batch)
        if look.is_first:
            self._sightings.settle(team_id, look.at)
        else:
            self._look_for_gone(look, go_on)
        self._sightings.looked(team_id, look.at)
        return look.changes

    # What is there

    def _read_check_ins(self, look: Look, go_on: Callable[[], object]) -> None:
        """The confidence in those key results, which no list of objectives brings, that somebody has checked in."""
        try:
            for objective_id, key_result in self._api.checked_in(look.then - SKEW):
                look.key_results.setdefault(objective_id, []).append(key_result)
                go_on()
        except OkrApiRefused as fault:
            log.info("Check-ins are not listed: %s", fault)

    def _compare(self, look: Look, batch: list[tuple[Objective, bool]]) -> None:
        dressed = [(look.dress(objective), is_whole) for objective, is_whole in batch]
        ids = [one.id for one, _ in dressed]
        look.ids.update(map(short_id, ids))
        known = self._sightings.get(look.team_id, ids)
        ended = self._sightings.ended(look.team_id, [one for one in ids if one not in known])
        fresh: list[Sighting] = []
        moved: list[tuple[Objective, bool]] = []
        for objective, is_whole in dressed:
            old = known.get(objective.id)
            last, was_gone = (old.touched_at, False) if old else ended.get(objective.id, (0.0, False))
            if last > look.at:
                # It changed through the bot while this list was on its way: the list may be older.
                continue
            if look.is_first or (old is None and not was_gone and look.is_old(objective)):
                fresh.append(sighting_of(objective, look.at, old, has_description=is_whole))
            elif old is not None and self._is_as(old, look, objective, is_whole):
                self._look_at_standing(look, objective)
            else:
                moved.append((objective, is_whole))
        if fresh:
            with self._outbox.begin() as connection:
                first_sight(connection, look.team_id, fresh)
        if moved:
            self._tell_of(look, moved, known, {id_ for id_, (_, was_gone) in ended.items() if was_gone})

    def _is_as(self, old: Sighting, look: Look, objective: Objective, is_whole: bool) -> bool:
        """Whether an objective is as it was seen last."""
        if is_whole and objective.key_results is None:
            # Without reading what is remembered.
            return old.mark == mark_of_seen(remember(objective))
        return sighting_of(objective, look.at, old, has_description=is_whole).content == old.content

    def _tell_of(
        self, look: Look, moved: list[tuple[Objective, bool]], known: dict[str, Sighting], gone: set[str]
    ) -> None:
        if self._tell_first():
            known = self._sightings.get(look.team_id, [objective.id for objective, _ in moved])
        for objective, is_whole in moved:
            old = known.get(objective.id)
            if old is not None and old.touched_at > look.at:
                continue
            try:
                new = sighting_of(objective, look.at, old, has_description=is_whole)
                self._change(look, old, new, objective, is_back=objective.id in gone)
            except (BotError, SQLAlchemyError):
                raise
            except Exception as fault:  # noqa: BLE001 - a bug in one announcement must not end every look
                log.error("Nobody is told of objective %s: %s", objective.id, describe_bug(fault))

    def _change(self, look: Look, old: Sighting | None, new: Sighting, objective: Objective, *, is_back: bool) -> None:
        seen = read_seen(old)
        before = None if seen is None else self._with_confidence(look, look.recall(seen, objective), objective)
        # What was remembered in another way, by an older bot, cannot be compared.
        is_told = old is None or seen is not None
        what = f"look:{objective.id}:{old.mark if old else ''}:{new.mark}"
        notes = self._notes(look, before, objective, what, is_back=is_back) if is_told else []
        with self._outbox.begin() as connection:
            if not see(connection, look.team_id, new, old):
                return
            if objective.is_private:
                drop_objective(connection, look.team_id, objective.id)
            for note in notes:
                put_note(connection, note, look.at)
        is_as_listed = old is not None and new.mark == old.mark
        look.changes += not is_as_listed or (before is not None and has_new_confidence(before, objective))

    def _with_confidence(self, look: Look, before: Objective, after: Objective) -> Objective:
        """What is compared with, with the confidence in key results that nobody has looked at before: by their history.

        It costs a call for each, so it is asked for only where somebody hears of it, and once.
        """
        known = {one.id for one in before.key_results or ()}
        unknown = [one for one in after.key_results or () if one.id not in known]
        if not unknown or not self._followers.of(look.team_id).matcher.matching(after, look.now):
            return before
        learnt = []
        for one in unknown:
            try:
                learnt.append(replace(one, confidence=self._api.confidence_at(one.id, look.then)))
            except OkrApiRefused as fault:
                log.debug("A check-in in what cannot be read: %s", fault)
        return replace(before, key_results=(*(before.key_results or ()), *learnt))

    def _notes(
        self, look: Look, before: Objective | None, after: Objective | None, what: str, *, is_back: bool = False
    ) -> list[Note]:
        source = f"{what}:{look.at:.0f}"
        return self._announcer.notes(
            look.team_id, before, after, then=look.then, now=look.now, source=source, is_back=is_back
        )

    def _look_at_standing(self, look: Look, objective: Objective) -> None:
        """Standing behind comes with time alone."""
        if not look.wants_standings or objective.status(look.then) is objective.status(look.now):
            return
        status = objective.status(look.now).value
        source = f"standing:{objective.id}:{status}:{look.now:%Y-%m-%d}"
        notes = self._announcer.notes(look.team_id, objective, objective, then=look.then, now=look.now, source=source)
        if notes:
            with self._outbox.begin() as connection:
                for note in notes:
                    put_note(connection, note, look.at)

    # What is there no more

    def _look_for_gone(self, look: Look, go_on: Callable[[], object]) -> None:
        """What the list left out is asked for by itself: a list may be short, and what is there was not deleted."""
        known = self._sightings.count(look.team_id)
        if known <= len(look.ids):
            return
        if not look.ids and known > MOST_BELIEVED:
            log.warning("The list of objectives is empty, where there were %d: it is not believed.", known)
            return
        self._tell_first()
        asked = doubted = 0
        last = ""
        for objective_id in self._missing(look):
            old = self._sightings.get(look.team_id, [objective_id]).get(objective_id)
            if old is None or old.touched_at > look.at:
                continue
            if asked == MOST_CONFIRMED or doubted == MOST_DOUBTED:
                # The next look goes on from here, so that many that are there hide none that is not.
                self._asked_up_to[look.team_id] = last
                log.info("The list left out %d objectives; %d were asked about.", known - len(look.ids), asked)
                return
            go_on()
            asked += 1
            last = objective_id
            if self._is_there(look, objective_id):
                doubted += 1
            else:
                self._gone(look, old)
        self._asked_up_to.pop(look.team_id, None)

    def _missing(self, look: Look) -> Iterator[str]:
        """The ids that are known and that the list left out, from where the last look ended, once around."""
        begin = self._asked_up_to.get(look.team_id, "")
        for objective_id in self._sightings.ids(look.team_id, begin):
            if short_id(objective_id) not in look.ids:
                yield objective_id
        for objective_id in self._sightings.ids(look.team_id) if begin else ():
            if objective_id > begin:
                return
            if short_id(objective_id) not in look.ids:
                yield objective_id

    def _is_there(self, look: Look, objective_id: str) -> bool:
        """Whether the API has an objective; one that it does not let the bot see was not deleted."""
        try:
            is_private = self._api.get(objective_id).is_private
        except NotFound:
            return False
        except OkrApiRefused as fault:
            if fault.status == GONE:
                return False
            is_private = fault.status == FORBIDDEN
        if is_private:
            with self._outbox.begin() as connection:
                drop_objective(connection, look.team_id, objective_id)
        return True

    def _gone(self, look: Look, old: Sighting) -> None:
        seen = read_seen(old)
        notes = [] if seen is None else self._notes(look, look.recall(seen, None), None, f"gone:{old.objective_id}")
        with self._outbox.begin() as connection:
            if not see_gone(connection, look.team_id, old, look.at):
                return
            for note in notes:
                put_note(connection, note, look.at)
        look.changes += 1
