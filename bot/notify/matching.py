"""Which of many subscriptions an objective matches: found by what it is, not by asking each of them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from bot.notify.differences import Kind
from bot.objectives.model import Objective, Status, tag_key
from bot.objectives.query import Criteria, fold

K = TypeVar("K", bound=Hashable)

_LONGEST_PIECE = 8
"""A longer word is looked for by a piece of this length: each length costs a look-up for every letter of a name."""

Mark = tuple[str, str]
"""What an objective may have, by which criteria are filed: its sort, and a tag, an owner, a piece of the name."""
Place = tuple[str | None, Status | None]
"""A session and a status, or any; where criteria are filed that ask for nothing rarer."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a change stands to a subscription: whether the objective matched before, and whether it does now."""

    matched: bool
    matches: bool

    def kinds(self, happened: Collection[Kind]) -> frozenset[Kind]:
        """What happened, as this subscription sees it: the objective may have joined it or left it."""
        if self.matched == self.matches or Kind.CREATED in happened or Kind.DELETED in happened:
            return frozenset(happened)
        return frozenset({*happened, Kind.JOINED if self.matches else Kind.LEFT})


class Matcher(Generic[K]):
    """An index of subscriptions, each with what it asks for. Built once, never changed.

    Its names are looked up already: *me* and *the current session* are ids. Subscriptions that ask for the same are
    asked once. Each is filed under the one of its conditions on tags, owners and the name that the fewest others share,
    or else under sessions and statuses; the objective then asks only those filed under something it has.
    """

    def __init__(self, subscriptions: Iterable[tuple[K, Criteria]]) -> None:
        self._keys: list[K] = []
        # What is asked is what was typed: folding a name twice is not always the same as folding it once.
        groups: dict[Criteria, tuple[Criteria, list[int]]] = {}
        for key, criteria in subscriptions:
            groups.setdefault(_settle(criteria), (criteria, []))[1].append(len(self._keys))
            self._keys.append(key)
        self._groups = list(groups.values())
        self._by_mark: dict[Mark, list[int]] = defaultdict(list)
        self._by_piece: dict[str, list[int]] = defaultdict(list)
        self._by_place: dict[Place, list[int]] = defaultdict(list)
        conditions = [list(_conditions(criteria)) for criteria in groups]
        shared = Counter(mark for choices in conditions for marks in choices for mark in marks)
        for number, choices in enumerate(conditions):
            self._file(number, choices, shared)
        self._lengths = sorted({len(piece) for piece in self._by_piece})

    def __len__(self) -> int:
        return len(self._keys)

    def _file(self, number: int, choices: list[frozenset[Mark]], shared: Mapping[Mark, int]) -> None:
        if not choices:
            for place in _places(self._groups[number][0]):
                self._by_place[place].append(number)
            return
        # An owner among fifty is as many places to be found at.
        for sort, value in min(choices, key=lambda marks: sum(shared[mark] for mark in marks)):
            if sort == "piece":
                self._by_piece[value].append(number)
            else:
                self._by_mark[sort, value].append(number)

    def matching(self, objective: Objective, now: datetime) -> list[K]:
        """The subscriptions that the objective matches at ``now`` (aware), in their order; none for a private one."""
        return [self._keys[position] for position in sorted(self._matching(objective, now))]

    def fits(self, before: Objective | None, after: Objective | None, *, then: datetime, now: datetime) -> dict[K, Fit]:
        """The subscriptions that a change is about, in their order: what was matched ``then``, or is matched ``now``.

        None: the objective did not, or does not, exist. Where it is private now, or was until it was deleted, it is
        about none: what became private is no longer spoken of.
        """
        if after and after.is_private:
            return {}
        matched = set(self._matching(before, then)) if before else set()
        matches = set(self._matching(after, now)) if after else set()
        return {self._keys[one]: Fit(one in matched, one in matches) for one in sorted(matched | matches)}

    def _matching(self, objective: Objective, now: datetime) -> Iterator[int]:
        if objective.is_private:
            return
        for number in self._candidates(objective, now):
            criteria, positions = self._groups[number]
            if criteria.matches(objective, now):
                yield from positions

    def _candidates(self, objective: Objective, now: datetime) -> set[int]:
        found: set[int] = set()
        for tag in objective.tags:
            found.update(self._by_mark.get(("tag", tag_key(tag)), ()))
        for owner_id in objective.owner_ids:
            found.update(self._by_mark.get(("owner", owner_id), ()))
        name = fold(objective.name)
        for length in self._lengths:
            for start in range(len(name) - length + 1):
                filed = self._by_piece.get(name[start : start + length])
                if filed:
                    found.update(filed)
        status = objective.status(now)
        for session_id in (objective.session.id, None):
            found.update(self._by_place.get((session_id, status), ()), self._by_place.get((session_id, None), ()))
        return found


def _settle(criteria: Criteria) -> Criteria:
    """The criteria as all have them that ask for the same."""
    return replace(
        criteria,
        words=tuple(sorted({fold(word) for word in criteria.words} - {""})),
        tags=tuple(sorted(set(map(tag_key, criteria.tags)))),
        without_tags=tuple(sorted(set(map(tag_key, criteria.without_tags)))),
        statuses=tuple(status for status in Status if status in criteria.statuses),
        sort="",
    )


def _conditions(criteria: Criteria) -> Iterator[frozenset[Mark]]:
    """The conditions that criteria may be filed under: an objective that matches has one mark of each."""
    for tag in criteria.tags:
        yield frozenset({("tag", tag)})
    if criteria.owner_ids is not None:
        yield frozenset(("owner", owner_id) for owner_id in criteria.owner_ids)
    for word in criteria.words:
        for start in range(max(1, len(word) - _LONGEST_PIECE + 1)):
            yield frozenset({("piece", word[start : start + _LONGEST_PIECE])})


def _places(criteria: Criteria) -> Iterator[Place]:
    for session_id in (None,) if criteria.session_ids is None else criteria.session_ids:
        for status in criteria.statuses or (None,):
            yield session_id, status
