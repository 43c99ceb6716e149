"""What a digest has to tell: what needs somebody, what moved since the last one, what was finished, how all stand."""

import heapq
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from bot.notify.attention import REASONS, USUAL, Need, Tracked, find_need
from bot.notify.chart import MOST_BARS, Chart, bucket_of, draw_bars, draw_buckets
from bot.notify.differences import Kind, is_done, what_happened
from bot.notify.snapshots import recall
from bot.objectives.model import Objective, Status
from bot.objectives.query import fold
from bot.views.text import percent

T = TypeVar("T")

MOST_NEEDS = 5
MOST_MOVES = 10


@dataclass(frozen=True, slots=True)
class Move:
    """An objective whose progress was another at the last digest: from ``old`` to what it is now."""

    objective: Objective
    old: float

    @property
    def order(self) -> tuple[object, ...]:
        """What to sort by: the largest move first; the id decides last."""
        return -abs(round(self.objective.progress - self.old, 9)), fold(self.objective.name), self.objective.id


@dataclass(frozen=True, slots=True)
class Changed:
    """An objective to which something happened that somebody asked to hear of by name; as it was, where it is gone."""

    objective: Objective
    kinds: frozenset[Kind]

    @property
    def order(self) -> tuple[object, ...]:
        """What to sort by."""
        return fold(self.objective.name), self.objective.id


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest. ``since``: when the last one was, None for the first, which has nothing to compare with.

    The lists hold the first few, in order; the totals beside them count all. An objective that was finished is not
    told to have moved. ``statuses``: how many stand how, for every status. ``came`` and ``went``: how many match the
    query now and did not at the last digest, and the other way round.

    ``only``: the kinds that were chosen. Then it holds nothing but what is of these: ``changed`` what the other lists
    have no place for, ``chart`` the objectives that it tells of; how all stand, and what came and went, is left out.
    """

    since: datetime | None
    now: datetime
    total: int = 0
    statuses: tuple[tuple[Status, int], ...] = ()
    attention: tuple[Need, ...] = ()
    attention_total: int = 0
    newly_needed: int = 0
    moved: tuple[Move, ...] = ()
    moved_total: int = 0
    finished: tuple[Move, ...] = ()
    finished_total: int = 0
    came: int = 0
    went: int = 0
    chart: Chart | None = None
    only: tuple[Kind, ...] = ()
    changed: tuple[Changed, ...] = ()
    changed_total: int = 0

    @property
    def nothing_changed(self) -> bool:
        """Whether there is no more to tell than that: nothing moved, and nothing needs somebody that did not before."""
        happened = self.moved_total + self.finished_total + self.changed_total + self.came + self.went
        return self.since is not None and not (happened or self.newly_needed)


@dataclass(slots=True)
class _Best(Generic[T]):
    """The first few of many by an order, and how many there were; holds no more than these few."""

    most: int
    order: Callable[[T], tuple[Any, ...]]
    total: int = 0
    kept: list[T] = field(default_factory=list)

    def add(self, thing: T) -> None:
        self.total += 1
        self.kept.append(thing)
        if len(self.kept) >= 8 * self.most:
            self.kept = list(self.first())

    def first(self) -> tuple[T, ...]:
        return tuple(heapq.nsmallest(self.most, self.kept, key=self.order))


class Tally:
    """A digest in the making: of the objectives that match a query at ``now``, one after another. Times aware.

    ``only``: what somebody asked to hear of, and of nothing else; none: of the usual.
    """

    def __init__(self, since: datetime | None, now: datetime, only: Collection[Kind] = ()) -> None:
        self.since = since
        self.now = now
        self.only = frozenset(only)
        self.reasons = frozenset(REASONS[kind] for kind in self.only & set(REASONS)) if only else USUAL
        self.others = self.only - {Kind.PROGRESS, Kind.COMPLETED, *REASONS}
        self.total = 0
        self.came = 0
        self.went = 0
        self.newly_needed = 0
        self.statuses: Counter[Status] = Counter()
        self.buckets: Counter[str] = Counter()
        self.bars: list[Tracked] = []
        self.needs: _Best[Need] = _Best(MOST_NEEDS, lambda need: need.order)
        self.moved: _Best[Move] = _Best(MOST_MOVES, lambda move: move.order)
        self.finished: _Best[Move] = _Best(MOST_MOVES, lambda move: move.order)
        self.changed: _Best[Changed] = _Best(MOST_MOVES, lambda change: change.order)

    def add(self, tracked: Tracked) -> None:
        """Counts an objective that matches."""
        self.total += 1
        is_told = not self.only
        need = find_need(tracked, self.now, self.since, self.reasons)
        if need:
            self.needs.add(need)
            self.newly_needed += need.is_new
            is_told = True
        if self.since is not None:
            is_told = self._compare(tracked, self.since) or is_told
        if is_told:
            self._draw(tracked)

    def lose(self, before: Objective, *, is_there: bool) -> None:
        """Counts an objective that matched at the last digest; it does not any more, or ``is_there`` no more."""
        self.went += not self.only
        kind = Kind.LEFT if is_there else Kind.DELETED
        if kind in self.others:
            self.changed.add(Changed(before, frozenset({kind})))

    def _draw(self, tracked: Tracked) -> None:
        self.statuses[tracked.objective.status(self.now)] += 1
        self.buckets[bucket_of(tracked.objective.progress)] += 1
        if len(self.bars) <= MOST_BARS:
            self.bars.append(tracked)

    def _compare(self, tracked: Tracked, since: datetime) -> bool:
        """Counts what happened to an objective since the last digest; whether that is told by its name."""
        objective, seen = tracked.objective, tracked.seen
        told = self.finished.total + self.moved.total + self.changed.total
        was = 0.0 if seen is None else seen.progress
        if seen is None:
            self.came += not self.only
        is_finished = is_done(objective) and (tracked.is_new if seen is None else not is_done(seen))
        if is_finished and self._wants(Kind.COMPLETED):
            self.finished.add(Move(objective, was))
        elif seen is not None and percent(was) != percent(objective.progress) and self._wants(Kind.PROGRESS):
            self.moved.add(Move(objective, was))
        if self.others:
            kinds = self._happened(tracked, since) & self.others
            if kinds:
                self.changed.add(Changed(objective, kinds))
        return self.finished.total + self.moved.total + self.changed.total > told

    def _happened(self, tracked: Tracked, since: datetime) -> frozenset[Kind]:
        if tracked.seen is None:
            return frozenset({Kind.CREATED if tracked.is_new else Kind.JOINED})
        before = recall(tracked.seen, tracked.objective)
        return what_happened(before, tracked.objective, then=since, now=self.now)

    def _wants(self, kind: Kind) -> bool:
        return not self.only or kind in self.only

    def digest(self) -> Digest:
        """The digest of what was counted."""
        chart = None
        if self.buckets.total() > MOST_BARS:
            chart = draw_buckets(self.buckets)
        elif self.bars:
            chart = draw_bars(self.bars)
        return Digest(
            since=self.since,
            now=self.now,
            total=self.total,
            statuses=() if self.only else tuple((status, self.statuses[status]) for status in Status),
            attention=self.needs.first(),
            attention_total=self.needs.total,
            newly_needed=self.newly_needed,
            moved=self.moved.first(),
            moved_total=self.moved.total,
            finished=self.finished.first(),
            finished_total=self.finished.total,
            came=self.came,
            went=self.went,
            chart=chart,
            only=tuple(kind for kind in Kind if kind in self.only),
            changed=self.changed.first(),
            changed_total=self.changed.total,
        )
