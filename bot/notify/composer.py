"""Digests that are due together, made together: one list of the account for all of them, held a batch at a time."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

from bot.notify.attention import Tracked
from bot.notify.differences import Kind
from bot.notify.digest import Digest, Tally
from bot.notify.history import History, Window
from bot.notify.look import NEWNESS
from bot.notify.matching import Matcher
from bot.notify.snapshots import Seen, recall
from bot.objectives.directory import Directory
from bot.objectives.model import Asker, Objective
from bot.objectives.query import Criteria
from bot.objectives.search import Search
from bot.store.pasts import Pasts
from bot.store.sightings import BATCH, Sighting, Sightings

FEW, FOR_ONE_MORE = 3, 1_000
"""So many queries, and one more for so many objectives in the account, are asked for one by one: that costs less than
to list them all."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one digest is to tell. ``only``: kinds, none for the usual ones; ``muted``: objectives, by id.

    ``asker``: it is for this person alone, who may see private objectives of theirs.
    """

    criteria: Criteria
    window: Window
    only: frozenset[Kind] = frozenset()
    muted: frozenset[str] = frozenset()
    asker: Asker | None = None


class Composer:
    """Makes digests. What happened is told from what was remembered, so that each change stands in one of them."""

    def __init__(self, search: Search, sightings: Sightings, pasts: Pasts, directory: Directory) -> None:
        self._search = search
        self._sightings = sightings
        self._pasts = pasts
        self._directory = directory

    def compose(self, team_id: str, wanted: Collection[Wanted]) -> dict[Wanted, Digest]:
        """The digests, by what they are to tell. Raises the OkrApiError family."""
        tallies = {one: Tally(one.window.since, one.window.now, one.only) for one in wanted}
        lists: dict[tuple[Criteria, Asker | None], dict[Wanted, Tally]] = defaultdict(dict)
        for one, tally in tallies.items():
            # How they stand is asked of how they were at the end of the window.
            lists[replace(one.criteria, statuses=(), sort=""), one.asker][one] = tally
        if len(lists) > FEW + self._sightings.count(team_id) // FOR_ONE_MORE:
            self._tally(team_id, tallies, Criteria())
        else:
            for (criteria, asker), those in lists.items():
                self._tally(team_id, those, criteria, asker)
        return {one: tally.digest() for one, tally in tallies.items()}

    def _tally(
        self, team_id: str, tallies: Mapping[Wanted, Tally], listed: Criteria, asker: Asker | None = None
    ) -> None:
        began = self._sightings.began_at(team_id)
        windows = _by_window(tallies)
        with closing(self._search.matching(listed, next(iter(windows)).now, asker)) as objectives:
            while batch := list(islice(objectives, BATCH)):
                histories = self._read(team_id, [one.id for one in batch], windows)
                for objective, history in zip(batch, histories, strict=True):
                    for window, askers in windows.items():
                        current = self._at_end(history, window, objective, is_known=began is not None)
                        if current is not None:
                            self._count(current, history, window, askers, tallies, began)
        for window, askers in windows.items():
            if window.since is not None:
                self._count_lost(team_id, window, window.since, askers, tallies)

    def _read(self, team_id: str, ids: list[str], windows: Collection[Window]) -> Iterator[History]:
        """What is remembered of some objectives, in their order, as far back as is asked for."""
        known = self._sightings.get(team_id, ids)
        ends = [window.oldest for window in windows if window.oldest is not None]
        changes = self._pasts.changes(team_id, ids, min(ends)) if ends else {}
        return (History(known.get(id_), changes.get(id_, ())) for id_ in ids)

    def _count(
        self,
        current: Objective,
        history: History,
        window: Window,
        askers: "_Askers",
        tallies: Mapping[Wanted, Tally],
        began: float | None,
    ) -> None:
        """Counts an objective for those who ask for it."""
        progressed = last_progress(current, history.sighting, began)
        befores: dict[str, tuple[Seen, Objective] | None] = {}
        for one in askers.of(current, window.now):
            by = one.window.but_by if one.window.but_by in history.users else ""
            if by not in befores:
                befores[by] = self._before(history, replace(window, but_by=by), current)
            before = befores[by]
            is_new = before is None and _is_young(current, window)
            seen = before[0] if before and _had_matched(one, *before, current) else None
            tallies[one].add(Tracked(current, seen, progressed, is_new=is_new))

    def _before(self, history: History, window: Window, current: Objective) -> tuple[Seen, Objective] | None:
        """How an objective was at the beginning of a window, as it is remembered and as it is told."""
        seen = history.at_beginning(window)
        return None if seen is None else (seen, self._whole(seen, current))

    def _count_lost(
        self, team_id: str, window: Window, since: datetime, askers: "_Askers", tallies: Mapping[Wanted, Tally]
    ) -> None:
        """Counts what matched at the beginning of a window, and did not at its end, or was not there any more."""
        ids = self._pasts.changed(team_id, window.after or 0)
        for start in range(0, len(ids), BATCH):
            for history in self._read(team_id, ids[start : start + BATCH], [window]):
                at_end, latest = history.at_end(window), history.latest
                # What has become private is no longer spoken of.
                if any(one and one.is_private for one in (at_end, latest)):
                    continue
                after = None if at_end is None else self._whole(at_end)
                for by in ("", *history.users):
                    seen = history.at_beginning(replace(window, but_by=by))
                    if seen is None or seen.is_private:
                        continue
                    before = self._whole(seen)
                    for one in askers.of(before, since):
                        is_theirs = by == (one.window.but_by if one.window.but_by in history.users else "")
                        if is_theirs and not (after and one.criteria.matches(after, window.now)):
                            tallies[one].lose(before, is_there=after is not None)

    def _at_end(self, history: History, window: Window, listed: Objective, *, is_known: bool) -> Objective | None:
        """How a listed objective was at the end of a window; None where it was not there, or not to be spoken of."""
        if window.up_to is None or not is_known:
            return listed
        seen = history.at_end(window)
        # What a list does not tell of is not remembered, and as it is.
        return None if seen is None else replace(self._whole(seen, listed), key_results=listed.key_results)

    def _whole(self, seen: Seen, current: Objective | None = None) -> Objective:
        snapshot = self._directory.snapshot()
        return recall(seen, current, sessions=snapshot.sessions_by_id, people=snapshot.people_by_id)


class _Askers:
    """Those who want a digest of one window, whosever changes it leaves out, found by what they ask for."""

    def __init__(self, wanted: Collection[Wanted]) -> None:
        self._matcher = Matcher((one, one.criteria) for one in wanted if one.asker is None)
        self._persons = [one for one in wanted if one.asker is not None]

    def of(self, objective: Objective, now: datetime) -> list[Wanted]:
        """Those who want to hear of an objective."""
        persons = [one for one in self._persons if one.criteria.matches(objective, now)]
        found = [*self._matcher.matching(objective, now), *persons]
        return [one for one in found if objective.id not in one.muted]


def _by_window(wanted: Collection[Wanted]) -> dict[Window, _Askers]:
    found: dict[Window, list[Wanted]] = defaultdict(list)
    for one in wanted:
        found[one.window.for_all].append(one)
    return {window: _Askers(those) for window, those in found.items()}


def _had_matched(wanted: Wanted, seen: Seen, before: Objective, current: Objective) -> bool:
    """Whether a digest was about an objective at the beginning of its window; not, where that was private then."""
    since, is_secret = wanted.window.since, seen.is_private and not current.is_private
    return since is not None and not is_secret and wanted.criteria.matches(before, since)


def _is_young(objective: Objective, window: Window) -> bool:
    """Whether an objective can have been made in a window: else the bot was given the right to see it."""
    return window.since is None or objective.created is None or objective.created > window.since - NEWNESS


def last_progress(objective: Objective, sighting: Sighting | None, began: float | None) -> datetime | None:
    """When the progress of an objective moved last; None where that is not known."""
    moved = sighting.progressed_at if sighting else None
    if sighting and moved is None and objective.progress > 0:
        # What was never seen to move has stood still for as long as anybody looks, at least.
        moved = began
    return None if moved is None else datetime.fromtimestamp(moved, UTC)
