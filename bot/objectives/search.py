"""Finding objectives: by a query, page by page, or the one that a reference stands for."""

import heapq
import re
from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.errors import Misunderstood, NotFound
from bot.objectives.directory import Directory, Snapshot, nearest
from bot.objectives.model import Asker, Objective, Person, Session
from bot.objectives.people import People, members_of
from bot.objectives.ports import Clock, Memory, OkrApi, Wanted
from bot.objectives.query import Criteria, Query, describe
from bot.objectives.references import read_reference

PAGE_SIZE = 10
DEEPEST = 1_000
"""A page further down than this many objectives is not shown: a search holds what comes before it in memory."""
CANDIDATES = 8
FEW = 12
"""So many names are told in one sentence."""
MOST_WORDS = 20
"""The OKR API is asked for this many words of a query; the others are looked for in what it returns."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of what matches a query; ``first`` is the number of its first objective, from 1."""

    query: Query
    title: str
    objectives: tuple[Objective, ...]
    first: int
    total: int
    changeable: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Resolved:
    """A query with its names looked up: by id for the machine, in words for people."""

    criteria: Criteria
    title: str


@dataclass(frozen=True, slots=True)
class Match:
    """What a reference may stand for: one objective's id, or several objectives to choose from, or names near it.

    ``more``: how many others there are to choose from.
    """

    objective_id: str = ""
    candidates: tuple[Objective, ...] = ()
    more: int = 0
    nearest: tuple[Objective, ...] = field(default=())
    typed: str = ""


class Search:
    """Searches the OKR account for an asker, who sees only what they may see."""

    def __init__(
        self,
        api: OkrApi,
        directory: Directory,
        people: People,
        memory: Memory,
        clock: Clock,
        hosts: Collection[str] = (),
    ) -> None:
        self._api = api
        self._directory = directory
        self._people = people
        self._memory = memory
        self._clock = clock
        self._hosts = hosts

    def page(self, asker: Asker, query: Query, number: int = 1, *, share: bool = False) -> Page:
        """The ``number``-th ten of the objectives that match; a page past the end is the last one.

        ``share``: the page is for everybody in the channel, so private objectives are left out.
        """
        self._people.admit(asker)
        resolved = self.resolve(asker, query)
        number = max(1, min(number, DEEPEST // PAGE_SIZE))
        found, total = self._best(asker, resolved.criteria, number * PAGE_SIZE, share=share)
        first = PAGE_SIZE * min(number - 1, max(0, (total - 1) // PAGE_SIZE))
        shown = self.dress(asker, found[first : first + PAGE_SIZE])
        if shown:
            self._memory.remember_list(asker.team_id, asker.user_id, first + 1, [one.id for one in shown])
        changeable = frozenset(one.id for one in shown if self._people.may_change(asker, one))
        return Page(query, resolved.title, shown, first + 1, total, changeable)

    def count(self, asker: Asker, query: Query) -> int:
        """How many objectives match."""
        return self._best(asker, self.resolve(asker, query).criteria, 0)[1]

    def _best(self, asker: Asker, criteria: Criteria, most: int, *, share: bool = False) -> tuple[list[Objective], int]:
        """The first ``most`` matches in order, and how many there are. Holds no more than ``most`` of them."""
        now, total = self._clock(), 0

        def matching() -> Iterator[Objective]:
            nonlocal total
            for objective in self._all(criteria):
                is_seen = not objective.is_private or (not share and self._people.may_see(asker, objective))
                if is_seen and criteria.matches(objective, now):
                    total += 1
                    yield objective

        best = heapq.nsmallest(most, matching(), key=lambda one: criteria.order(one, now)) if most else []
        for _ in () if most else matching():
            pass
        return best, total

    def matching(
        self, criteria: Criteria, now: datetime, asker: Asker | None = None
    ) -> Generator[Objective, None, None]:
        """Everything that matches, streamed, owners and sessions named; private ones where the asker may see them."""
        people = self._directory.snapshot().people_by_id
        for objective in self._all(criteria):
            is_seen = not objective.is_private or (asker is not None and self._people.may_see(asker, objective))
            if is_seen and criteria.matches(objective, now):
                yield replace(objective, owners=tuple(people.get(one.id, one) for one in objective.owners))

    def _all(self, criteria: Criteria) -> Iterator[Objective]:
        wanted = Wanted(
            tags=tuple(self._directory.snapshot().spelling(tag) for tag in criteria.tags),
            words=tuple(_plainest(word) for word in criteria.words[:MOST_WORDS]),
            session_ids=None if criteria.session_ids is None else tuple(sorted(criteria.session_ids)),
            owner_ids=None if criteria.owner_ids is None else tuple(sorted(criteria.owner_ids)),
        )
        sessions = self._directory.snapshot().sessions_by_id
        for objective in self._api.search(wanted):
            session = sessions.get(objective.session.id)
            yield objective if session is None else replace(objective, session=session)

    def dress(self, asker: Asker, objectives: Collection[Objective]) -> tuple[Objective, ...]:
        """The objectives with their sessions, owners and short ids filled in, fit to be shown."""
        snapshot = self._directory.snapshot()
        short_ids = self._memory.short_ids(asker.team_id, [one.id for one in objectives])
        return tuple(
            replace(
                one,
                session=snapshot.sessions_by_id.get(one.session.id, one.session),
                owners=tuple(snapshot.people_by_id.get(owner.id, owner) for owner in one.owners),
                short_id="O-" + short_ids[one.id],
            )
            for one in objectives
        )

    def resolve(self, asker: Asker, query: Query) -> Resolved:
        """Looks up the names in a query. Raises Misunderstood or NotFound, saying which one does not exist."""
        snapshot = self._directory.snapshot()
        names: dict[str, str] = {}
        owners: set[str] | None = set() if query.owners else None
        for typed in query.owners:
            found = self._owners(asker, typed, snapshot)
            names[typed] = " or ".join(person.name for person in found[:3])
            owners = (owners or set()) | {person.id for person in found}
        if query.teams:
            in_teams: set[str] = set()
            for typed in query.teams:
                teams = [person for person in snapshot.people_named(typed) if person.is_team]
                if not teams:
                    raise Misunderstood(_unknown("team", typed, [p.name for p in snapshot.people if p.is_team]))
                names[typed] = " or ".join(team.name for team in teams[:3])
                in_teams = in_teams.union(*(members_of(snapshot, team) for team in teams))
            owners = in_teams if owners is None else owners & in_teams
        sessions = self._sessions(query, snapshot, names)
        criteria = Criteria(
            words=query.words,
            tags=query.tags,
            without_tags=query.without_tags,
            owner_ids=None if owners is None else frozenset(owners),
            session_ids=sessions,
            statuses=query.statuses,
            sort=query.sort,
        )
        return Resolved(criteria, describe(query, names))

    def _owners(self, asker: Asker, typed: str, snapshot: Snapshot) -> list[Person]:
        if typed == "me":
            return [self._people.person(asker)]
        found = snapshot.people_named(typed)
        if not found and is_slack_user(typed):
            return [self._people.person_of(asker.team_id, typed)]
        if not found:
            raise Misunderstood(_unknown("person or team", typed, [person.name for person in snapshot.people]))
        return found

    def _sessions(self, query: Query, snapshot: Snapshot, names: dict[str, str]) -> frozenset[str] | None:
        if not query.sessions or "all" in query.sessions:
            return None
        chosen: list[Session] = []
        for typed in query.sessions:
            if typed == "current":
                current = snapshot.current_session(self._clock())
                if current is None:
                    raise NotFound('No open session holds today. Name one, such as session:"Q4 2026", or session:all.')
                found = [current]
            else:
                found = snapshot.sessions_named(typed)
            if not found:
                raise Misunderstood(_unknown("session", typed, [session.title for session in snapshot.sessions]))
            names[typed] = " or ".join(session.title for session in found[:3])
            chosen += found
        return frozenset(session.id for session in chosen)

    def find(self, asker: Asker, words: str, links: tuple[str, ...] = (), *, is_quoted: bool = False) -> Match:
        """What was typed for an objective: where that is nothing, one of the asker's own.

        Raises Misunderstood or NotFound where it cannot be any.
        """
        self._people.admit(asker)
        if not (words.strip() or links):
            mine = self.page(asker, Query(owners=("me",)))
            if mine.total:
                return Match(candidates=mine.objectives[:CANDIDATES], more=max(0, mine.total - CANDIDATES))
        reference = read_reference(words, links, is_quoted=is_quoted, hosts=self._hosts)
        if reference.objective_id:
            return Match(reference.objective_id)
        if reference.short_id:
            ids = self._memory.objectives_by_short_id(asker.team_id, reference.short_id)
            if not ids:
                raise NotFound(
                    f"I have not shown any objective with the id O-{reference.short_id}. Search for its name."
                )
            if len(ids) == 1:
                return Match(ids[0])
            seen = self.dress(asker, list(self._visible(asker, ids[:CANDIDATES])))
            return Match(seen[0].id) if len(seen) == 1 else Match(candidates=seen, typed=words)
        if reference.number:
            objective_id = self._memory.numbered(asker.team_id, asker.user_id, reference.number)
            if objective_id:
                return Match(objective_id)
        match = self._find_named(asker, reference.name or words)
        if reference.number and not (match.objective_id or match.candidates):
            raise NotFound(
                f"There is no number {reference.number} in the list I showed you last. List them again, or type a name."
            )
        return match

    def _visible(self, asker: Asker, objective_ids: Collection[str]) -> Iterator[Objective]:
        """Those of the objectives that still exist and that the asker may see."""
        for objective_id in objective_ids:
            try:
                objective = self._api.get(objective_id)
            except NotFound:
                continue
            if self._people.may_see(asker, objective):
                yield objective

    def _find_named(self, asker: Asker, name: str) -> Match:
        words = tuple(name.casefold().split())
        found, total = self._best(asker, Criteria(words=words), CANDIDATES + 1)
        same = [one for one in found if " ".join(one.name.casefold().split()) == " ".join(words)]
        if len(same) == 1 or len(found) == 1:
            return Match((same or found)[0].id, typed=name)
        if found:
            shown = (same or found)[:CANDIDATES]
            return Match(candidates=self.dress(asker, shown), more=0 if same else total - len(shown), typed=name)
        return Match(nearest=self.dress(asker, self._nearest(asker, name)), typed=name)

    def _nearest(self, asker: Asker, name: str) -> list[Objective]:
        """Up to three objectives of the current session whose names are like this one."""
        current = self._directory.snapshot().current_session(self._clock())
        criteria = Criteria(session_ids=frozenset({current.id}) if current else None)
        by_name = {one.name: one for one in self._best(asker, criteria, DEEPEST)[0]}
        return [by_name[near] for near in nearest(name, by_name)]


def _plainest(word: str) -> str:
    """The longest part of a word that is spelt one way only; apostrophes and accents are re-checked, not asked for."""
    return max(re.findall(r"[A-Za-z0-9]+", word), key=len, default=word)


def is_slack_user(typed: str) -> bool:
    """Whether this is a Slack user's id, such as U012AB3CD."""
    return typed[:1] in ("U", "W") and len(typed) > 2 and typed.isalnum() and typed == typed.upper()


def _unknown(kind: str, typed: str, names: list[str]) -> str:
    named = list(filter(None, names))
    near = nearest(typed, named)
    if near:
        hint = f" Nearest: {', '.join(near)}."
    elif 0 < len(named) <= FEW:
        hint = f" There are: {', '.join(named)}."
    else:
        hint = " Write the name as the OKR account has it."
    return f"There is no {kind} “{typed}”.{hint}"
