"""Who follows what, ready to be asked: a workspace's subscriptions with their names looked up, and an index of them."""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.errors import BotError, OkrApiError
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

    @property
    def hears_of_time(self) -> bool:
        """Whether it hears of what the passing of time alone does."""
        return bool(self.only & STANDINGS or self.criteria.statuses)


@dataclass(frozen=True, slots=True)
class Book:
    """The subscriptions of a workspace at one moment. ``matcher`` knows those that speak at once, by their ids.

    ``lost``: those that name what does not exist any more, and so match nothing.
    """

    by_id: Mapping[str, Followed]
    matcher: Matcher[str]
    wants_standings: bool
    lost: tuple[Subscription, ...] = ()

    @property
    def digests(self) -> list[Followed]:
        """Those that speak at an hour."""
        return [one for one in self.by_id.values() if one.cadence.kind is not Rhythm.INSTANT]


class Followers:
    """The books of all workspaces, kept while nothing changes. Safe to share between threads.

    Raises OkrApiError where names cannot be looked up at the moment, and never were.
    """

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
        is_fresh = kept is not None and now - kept[1] < MAX_AGE
        if kept and is_fresh and kept[0] == version:
            return kept[2]
        with self._lock:
            book = self._read(team_id, kept[2].by_id if kept else {}, is_fresh=is_fresh)
            # What is not looked up anew grows no younger by it.
            self._kept[team_id] = (version, kept[1] if kept and is_fresh else now, book)
        return book

    def _read(self, team_id: str, earlier: Mapping[str, Followed], *, is_fresh: bool) -> Book:
        found = [
            (each, self._look_up_or_keep(each, earlier.get(each.id), is_fresh=is_fresh))
            for each in self._follows.every(team_id)
        ]
        followed = [one for _, one in found if one is not None]
        instant = [one for one in followed if one.cadence.kind is Rhythm.INSTANT]
        speaking = [one for one in instant if one.subscription.state is State.ACTIVE]
        return Book(
            {one.subscription.id: one for one in followed},
            Matcher((one.subscription.id, one.criteria) for one in speaking),
            any(one.hears_of_time for one in speaking),
            tuple(each for each, one in found if one is None),
        )

    def _look_up_or_keep(
        self, subscription: Subscription, earlier: Followed | None, *, is_fresh: bool
    ) -> Followed | None:
        """A subscription with its names looked up; as they were before, where that is fresh or all there is."""
        before = earlier.subscription if earlier else None
        is_the_same = before is not None and (before.query, before.cadence) == (
            subscription.query,
            subscription.cadence,
        )
        if earlier and is_the_same and is_fresh:
            return replace(earlier, subscription=subscription, only=_only(subscription))
        try:
            return self.look_up(subscription)
        except OkrApiError:
            if earlier is None or not is_the_same:
                raise
            return replace(earlier, subscription=subscription, only=_only(subscription))

    def look_up(self, subscription: Subscription) -> Followed | None:
        """A subscription with its names looked up; None where one of them does not exist any more.

        Raises OkrApiError where that is not to be found out now: what is not known to be gone is still followed.
        """
        asker = Asker(subscription.team_id, subscription.made_by, subscription.channel_id)
        query = parse_query(subscription.query).query
        # Whoever made it is looked up as anybody is: their objectives are followed after they have left, too.
        owners = tuple(subscription.made_by if owner == "me" else owner for owner in query.owners)
        try:
            resolved = self._search.resolve(asker, replace(query, owners=owners))
            cadence = parse_cadence(subscription.cadence)
        except OkrApiError:
            raise
        except BotError as fault:
            log.info("Subscription %s matches nothing: %s", subscription.id, fault)
            return None
        return Followed(subscription, resolved.criteria, resolved.title, cadence, _only(subscription))


def _only(subscription: Subscription) -> frozenset[Kind]:
    return frozenset(kind for kind in Kind if kind.value in subscription.only) if subscription.only else frozenset()
