"""Who follows what, ready to be asked: a workspace's subscriptions with their names looked up, and an index of them."""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import BotError
from bot.notify.cadence import Cadence, Rhythm, parse_cadence
from bot.notify.differences import STANDINGS, Kind
from bot.notify.matching import Matcher
from bot.objectives.model import Asker
from bot.objectives.ports import Clock, Follows
from bot.objectives.query import Criteria, parse_query
from bot.objectives.search import Search
from bot.objectives.subscriptions import State, Subscription

log = logging.getLogger(__name__)

MAX_AGE = 60.0
"""Seconds: *the current session* is another one some day, and people and teams change."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A subscription with its texts read and its names looked up. ``title``: the query in words."""

    subscription: Subscription
    criteria: Criteria
    title: str
    cadence: Cadence
    only: frozenset[Kind]


@dataclass(frozen=True, slots=True)
class Book:
    """The subscriptions of a workspace at one moment. ``matcher`` knows those that speak at once, by their ids."""

    by_id: Mapping[str, Followed]
    matcher: Matcher[str]
    wants_standings: bool

    @property
    def digests(self) -> list[Followed]:
        """Those that speak at an hour."""
        return [one for one in self.by_id.values() if one.cadence.kind is not Rhythm.INSTANT]


class Followers:
    """The books of all workspaces, kept while nothing changes. Safe to share between threads."""

    def __init__(self, follows: Follows, search: Search, clock: Clock) -> None:
        self._follows = follows
        self._search = search
        self._clock = clock
        self._kept: dict[str, tuple[int, float, Book]] = {}
        self._lock = threading.Lock()

    def teams(self) -> list[str]:
        """The workspaces in which somebody follows something, or is reminded."""
        return self._follows.teams()

    def of(self, team_id: str) -> Book:
        """The book of a workspace, as it is now."""
        version, now = self._follows.version(team_id), time.monotonic()
        kept = self._kept.get(team_id)
        if kept and kept[0] == version and now - kept[1] < MAX_AGE:
            return kept[2]
        with self._lock:
            book = self._read(team_id)
            self._kept[team_id] = (version, now, book)
        return book

    def _read(self, team_id: str) -> Book:
        followed = [one for each in self._follows.every(team_id) if (one := self.look_up(each)) is not None]
        instant = [one for one in followed if one.cadence.kind is Rhythm.INSTANT]
        speaking = [one for one in instant if one.subscription.state is State.ACTIVE]
        return Book(
            {one.subscription.id: one for one in followed},
            Matcher((one.subscription.id, one.criteria) for one in speaking),
            any(one.only & STANDINGS for one in speaking),
        )

    def look_up(self, subscription: Subscription) -> Followed | None:
        """A subscription with its names looked up; None where one of them does not exist any more."""
        asker = Asker(subscription.team_id, subscription.made_by, subscription.channel_id)
        try:
            resolved = self._search.resolve(asker, parse_query(subscription.query).query)
            cadence = parse_cadence(subscription.cadence)
        except BotError as fault:
            log.info("Subscription %s matches nothing: %s", subscription.id, fault)
            return None
        only = frozenset(kind for kind in Kind if kind.value in subscription.only)
        return Followed(subscription, resolved.criteria, resolved.title, cadence, only)
