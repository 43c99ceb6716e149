"""What a digest has to tell: what needs somebody, what moved since the last one, what was finished, how all stand."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from bot.notify.attention import Need, Tracked, find_need
from bot.notify.chart import MOST_BARS, Chart, bucket_of, draw_bars, draw_buckets
from bot.notify.differences import is_done
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
class Digest:
    """A digest. ``since``: when the last one was, None for the first, which has nothing to compare with.

    The lists hold the first few, in order; the totals beside them count all. An objective that was finished is not
    told to have moved. ``statuses``: how many stand how, for every status. ``came`` and ``went``: how many match the
    query now and did not at the last digest, and the other way round.
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

    @property
    def nothing_changed(self) -> bool:
        """Whether there is no more to tell than that: nothing moved, and nothing needs somebody that did not before."""
        is_quiet = not (self.moved_total or self.finished_total or self.came or self.went or self.newly_needed)
        return self.since is not None and is_quiet


def make_digest(
    tracked: Iterable[Tracked],
    now: datetime,
    since: datetime | None = None,
    *,
    went: int = 0,
    with_private: bool = False,
) -> Digest:
    """The digest of the objectives that match a query now, streamed. Times aware.

    ``with_private`` is for a digest that one person sees, and of objectives that they may see.
    """
    tally = _Tally(since, now)
    for one in tracked:
        if with_private or not one.objective.is_private:
            tally.add(one)
    return tally.digest(went)


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


class _Tally:
    """A digest in the making."""

    def __init__(self, since: datetime | None, now: datetime) -> None:
        self.since = since
        self.now = now
        self.total = 0
        self.came = 0
        self.newly_needed = 0
        self.statuses: Counter[Status] = Counter()
        self.buckets: Counter[str] = Counter()
        self.bars: list[Tracked] = []
        self.needs: _Best[Need] = _Best(MOST_NEEDS, lambda need: need.order)
        self.moved: _Best[Move] = _Best(MOST_MOVES, lambda move: move.order)
        self.finished: _Best[Move] = _Best(MOST_MOVES, lambda move: move.order)

    def add(self, tracked: Tracked) -> None:
        objective = tracked.objective
        self.total += 1
        self.statuses[objective.status(self.now)] += 1
        self.buckets[bucket_of(objective.progress)] += 1
        if len(self.bars) <= MOST_BARS:
            self.bars.append(tracked)
        need = find_need(tracked, self.now, self.since)
        if need:
            self.needs.add(need)
            self.newly_needed += need.is_new
        if self.since is not None:
            self._compare(tracked, self.since)

    def _compare(self, tracked: Tracked, since: datetime) -> None:
        objective, seen = tracked.objective, tracked.seen
        if seen is None:
            self.came += 1
            is_new = objective.created is not None and objective.created >= since
            if is_new and is_done(objective):
                self.finished.add(Move(objective, 0.0))
        elif is_done(objective) and not is_done(seen):
            self.finished.add(Move(objective, seen.progress))
        elif percent(seen.progress) != percent(objective.progress):
            self.moved.add(Move(objective, seen.progress))

    def digest(self, went: int) -> Digest:
        chart = None
        if self.total > MOST_BARS:
            chart = draw_buckets(self.buckets)
        elif self.bars:
            chart = draw_bars(self.bars)
        return Digest(
            since=self.since,
            now=self.now,
            total=self.total,
            statuses=tuple((status, self.statuses[status]) for status in Status),
            attention=self.needs.first(),
            attention_total=self.needs.total,
            newly_needed=self.newly_needed,
            moved=self.moved.first(),
            moved_total=self.moved.total,
            finished=self.finished.first(),
            finished_total=self.finished.total,
            came=self.came,
            went=went,
            chart=chart,
        )
