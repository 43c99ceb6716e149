"""The directory: a local copy of the account's sessions, people and tags, refreshed in the background."""

import logging
import threading
import time
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import accumulate, islice
from typing import Generic, TypeVar

from rapidfuzz import fuzz, process

from bot.errors import BotError
from bot.objectives.model import Person, Session, tag_key
from bot.objectives.ports import OkrApi

T = TypeVar("T")

log = logging.getLogger(__name__)

NEAR = 70
"""The least likeness, of 100, of a name that is offered in place of one that does not exist."""


LONGEST_NAME = 200
"""As much of what was typed is compared with names: the time it takes grows with it."""


def fold(text: str) -> str:
    """The form in which names are compared: without case, accents and doubled blanks."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(text.casefold().split())


@dataclass(frozen=True)
class Snapshot:
    """The directory as it was at one moment."""

    sessions: tuple[Session, ...] = ()
    people: tuple[Person, ...] = ()
    tags: tuple[str, ...] = ()

    @cached_property
    def sessions_by_id(self) -> dict[str, Session]:
        return {session.id: session for session in self.sessions}

    @cached_property
    def people_by_id(self) -> dict[str, Person]:
        return {person.id: person for person in self.people}

    @cached_property
    def users_by_email(self) -> dict[str, Person]:
        return {p.email.casefold(): p for p in self.people if p.email and not p.is_team and p.is_active}

    def was_user(self, email: str) -> bool:
        """Whether this is the e-mail address of somebody who is deactivated."""
        return any(p.email.casefold() == email.casefold() and not p.is_team and not p.is_active for p in self.people)

    @cached_property
    def _folded_people(self) -> list[tuple[str, str, Person]]:
        active = [(fold(person.name), fold(person.email), person) for person in self.people if person.is_active]
        return sorted(active, key=lambda row: row[:2])

    @cached_property
    def _people_by_name(self) -> dict[str, list[Person]]:
        return _index((key, one) for name, email, one in self._folded_people for key in {name, email})

    @cached_property
    def _people_by_handle(self) -> dict[str, list[Person]]:
        return _index((email.partition("@")[0], one) for _name, email, one in self._folded_people)

    @cached_property
    def _people_by_word(self) -> dict[str, list[Person]]:
        return _index((word, one) for name, _email, one in self._folded_people for word in set(name.split()))

    @cached_property
    def _sought_people(self) -> "Sought[Person]":
        return Sought((f" {name} {email}", person) for name, email, person in self._folded_people)

    @cached_property
    def _sought_tags(self) -> "Sought[str]":
        return Sought(sorted((f" {fold(tag)}", tag) for tag in self.tags))

    def current_session(self, now: datetime) -> Session | None:
        """The open session that holds ``now``; of several the shortest."""
        current = [session for session in self.sessions if session.is_current(now)]
        return min(current, key=lambda session: (session.length, session.title), default=None)

    def suggest_people(self, typed: str, limit: int = 100) -> list[Person]:
        """People and teams whose name or e-mail holds every typed word; those with a word that starts so come first."""
        return _suggest(typed, self._sought_people, limit)

    def suggest_tags(self, typed: str, limit: int = 100) -> list[str]:
        """Tags that hold every typed word; those with a word that starts so come first."""
        return _suggest(typed.removeprefix("#"), self._sought_tags, limit)

    def suggest_sessions(self, typed: str, now: datetime, limit: int = 100) -> list[Session]:
        """Sessions that take objectives with every typed word in the title: the current first, then as they come."""
        words = fold(typed).split()
        fitting = [s for s in self.sessions if s.status == "open" and all(word in fold(s.title) for word in words)]
        return sorted(fitting, key=lambda s: _session_order(s, now))[:limit]

    def people_named(self, typed: str) -> list[Person]:
        """Whom ``typed`` may mean: by id, e-mail, whole name, the e-mail's part before @, or words of the name."""
        wanted = fold(typed.removeprefix("@"))
        if not wanted:
            return []
        if wanted in self.people_by_id:
            return [self.people_by_id[wanted]]
        exact = self._people_by_name.get(wanted) or self._people_by_handle.get(wanted)
        if exact:
            return list(exact)
        words = set(wanted.split())
        fewest = min((self._people_by_word.get(word, []) for word in words), key=len)
        return [person for person in fewest if words <= set(fold(person.name).split())]

    def sessions_named(self, typed: str) -> list[Session]:
        """The sessions with this title or id, or else those whose title holds every typed word."""
        wanted = fold(typed)
        exact = [session for session in self.sessions if fold(session.title) == wanted or session.id == wanted]
        words = wanted.split()
        return exact or [s for s in self.sessions if words and all(word in fold(s.title).split() for word in words)]

    def has_tag(self, tag: str) -> bool:
        """Whether this tag is known."""
        return tag_key(tag) in self._tags_by_key

    def spelling(self, tag: str) -> str:
        """A tag as the account spells it: whether the API minds case is not known (API reference, 15, row 6)."""
        return self._tags_by_key.get(tag_key(tag), tag)

    def build_indexes(self) -> None:
        """Builds what look-ups need, so that a picker that must answer in milliseconds does not."""
        for index in (
            self._sought_people,
            self._sought_tags,
            self.users_by_email,
            self.people_by_id,
            self._tags_by_key,
        ):
            len(index)

    @cached_property
    def _tags_by_key(self) -> dict[str, str]:
        return {tag_key(tag): tag for tag in self.tags}


def nearest(typed: str, names: Iterable[str], limit: int = 3) -> list[str]:
    """The names most like what was typed, best first; none that are unlike it."""
    found = process.extract(
        typed[:LONGEST_NAME], list(names), scorer=fuzz.WRatio, processor=fold, limit=limit, score_cutoff=NEAR
    )
    return [name for name, _score, _index in found]


class Sought(Generic[T]):
    """Things by texts of one line, all in one string: to look through 50,000 people takes a millisecond, not twenty."""

    def __init__(self, texts: Iterable[tuple[str, T]]) -> None:
        pairs = list(texts)
        self._things = [thing for _text, thing in pairs]
        self._text = "".join(f"{text}\n" for text, _thing in pairs)
        self._ends = list(accumulate(len(text) + 1 for text, _thing in pairs))

    def __len__(self) -> int:
        return len(self._things)

    def holding(self, parts: Sequence[str]) -> Iterator[T]:
        """The things, in their order, whose texts hold every part."""
        if not parts:
            yield from self._things
            return
        rarest, end = parts[0] if len(parts) == 1 else min(parts, key=self._text.count), 0
        while (found := self._text.find(rarest, end)) >= 0:
            number = bisect_right(self._ends, found)
            start, end = self._ends[number - 1] if number else 0, self._ends[number]
            if all(self._text.find(part, start, end) >= 0 for part in parts):
                yield self._things[number]


def _index(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    """The things by their keys, those of one key in their order."""
    found: dict[str, list[T]] = defaultdict(list)
    for key, thing in pairs:
        found[key].append(thing)
    return dict(found)


def _suggest(typed: str, sought: Sought[T], limit: int) -> list[T]:
    words = fold(typed).split()
    first = list(islice(sought.holding([" " + word for word in words]), limit))
    if len(first) == limit or not words:
        return first
    seen = {id(one) for one in first}
    within = (one for one in sought.holding(words) if id(one) not in seen)
    return first + list(islice(within, limit - len(first)))


def _session_order(session: Session, now: datetime) -> tuple[int, float, str]:
    if session.is_current(now):
        return (0, session.length.total_seconds(), session.title)
    start = session.start.timestamp() if session.start else 0.0
    is_coming = session.start is not None and session.start > now
    return (1, start, session.title) if is_coming else (2, -start, session.title)


class Directory:
    """Gives the snapshot at once; loads it at first use, and in the background when it is ``max_age`` seconds old.

    An API that fails leaves the old copy in use, and is asked again after ``retry_after`` seconds.
    """

    def __init__(
        self,
        api: OkrApi,
        *,
        max_age: float = 300,
        retry_after: float = 15,
        spawn: Callable[[Callable[[], None]], object] | None = None,
    ) -> None:
        self._api = api
        self._max_age = max_age
        self._retry_after = retry_after
        self._spawn = spawn or (lambda work: threading.Thread(target=work, daemon=True).start())
        self._loading = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._loaded_at = self._due_at = time.monotonic()

    @property
    def loaded(self) -> Snapshot | None:
        """The snapshot where there is one already; starts to load it where there is none. Never waits."""
        self._refresh_when_due()
        return self._snapshot

    def snapshot(self) -> Snapshot:
        """The snapshot; loads it where there is none yet. Raises the OkrApiError family."""
        snapshot = self._snapshot
        if snapshot is None:
            with self._loading:
                return self._snapshot or self._load()
        self._refresh_when_due()
        return snapshot

    def fresh(self, at_most: float = 15) -> Snapshot:
        """A snapshot no older than ``at_most`` seconds: for what was just added elsewhere and is not found."""
        snapshot = self._snapshot
        if snapshot is not None and time.monotonic() - self._loaded_at <= at_most:
            return snapshot
        with self._loading:
            if self._snapshot is None or time.monotonic() - self._loaded_at > at_most:
                return self._load()
            return self._snapshot

    def learn_tags(self, tags: Iterable[str]) -> None:
        """Adds tags that were just made through the bot."""
        known = self._snapshot
        new = [tag for tag in tags if known is not None and not known.has_tag(tag)]
        if known is not None and new:
            self._snapshot = replace(known, tags=(*known.tags, *new))

    def learn_person(self, person: Person) -> None:
        """Adds a person who was just added through the bot."""
        if self._snapshot is not None:
            self._snapshot = replace(self._snapshot, people=(*self._snapshot.people, person))

    def _load(self) -> Snapshot:
        snapshot = Snapshot(tuple(self._api.sessions()), tuple(self._api.people()), tuple(self._api.tags()))
        snapshot.build_indexes()
        self._snapshot, self._loaded_at = snapshot, time.monotonic()
        self._due_at = self._loaded_at + self._max_age
        return snapshot

    def _refresh_when_due(self) -> None:
        if time.monotonic() >= self._due_at:
            self._due_at = time.monotonic() + self._retry_after
            self._spawn(self._refresh)

    def _refresh(self) -> None:
        with self._loading:
            try:
                self._load()
            except BotError as fault:
                log.warning("The directory could not be refreshed: %s", fault)
