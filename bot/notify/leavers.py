"""Subscriptions that depend on somebody who has left: they end, and their channel hears of that, once."""

import logging
from collections.abc import Iterator
from dataclasses import replace

from bot.errors import BotError, Forbidden, OkrApiError
from bot.notify.announcing import ENDED
from bot.notify.followers import Followers
from bot.notify.subscribing import typed_title
from bot.notify.wording import is_direct
from bot.objectives.directory import Directory
from bot.objectives.model import Asker
from bot.objectives.people import People
from bot.objectives.ports import Clock, Follows
from bot.objectives.query import Query, parse_query
from bot.objectives.search import Search
from bot.objectives.subscriptions import State, Subscription
from bot.store.outbox import Note, Outbox, put_note

log = logging.getLogger(__name__)


class Leavers:
    """Ends what nobody can hear of, or be told of, any more.

    What somebody set up for a channel goes on without them: others rely on it. It ends where it is their own direct
    message, or where its query names whom the OKR account does not have any more: them, others, a team, a session.
    """

    def __init__(
        self,
        outbox: Outbox,
        follows: Follows,
        followers: Followers,
        search: Search,
        people: People,
        directory: Directory,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._follows = follows
        self._followers = followers
        self._search = search
        self._people = people
        self._directory = directory
        self._clock = clock

    def end(self, team_id: str) -> int:
        """Ends those of a workspace whose time has come; how many. Raises the OkrApiError family."""
        ended, book = 0, self._followers.of(team_id)
        for one in (*(followed.subscription for followed in book.by_id.values()), *book.lost):
            if one.state is State.ACTIVE and is_direct(one.channel_id) and self._has_left(one):
                log.info("Subscription %s ends: the person whose direct message it is has left.", one.id)
                ended += self._stop(one)
        for one in book.lost:
            if one.state is State.ACTIVE and any(self._gone(one)):
                # Before that is believed, it is asked for anew.
                self._directory.fresh()
                gone = list(self._gone(one))
                ended += bool(gone) and self._tell(one, gone)
        return ended

    def _has_left(self, subscription: Subscription) -> bool:
        try:
            self._people.admit(Asker(subscription.team_id, subscription.made_by))
        except Forbidden:
            return True
        return False

    def _gone(self, subscription: Subscription) -> Iterator[str]:
        """What a query names that is not there any more, as people call it."""
        query = parse_query(subscription.query).query
        maker = Asker(subscription.team_id, subscription.made_by, subscription.channel_id)
        for owner in query.owners:
            typed = subscription.made_by if owner == "me" else owner
            if not self._is_there(maker, Query(owners=(typed,))):
                is_maker = typed == subscription.made_by
                yield self._people.name(subscription.team_id, subscription.made_by) if is_maker else owner
        for team in query.teams:
            if not self._is_there(maker, Query(teams=(team,))):
                yield team
        for session in query.sessions:
            # That none is current is so between two of them.
            if session != "current" and not self._is_there(maker, Query(sessions=(session,))):
                yield session

    def _is_there(self, asker: Asker, query: Query) -> bool:
        try:
            self._search.resolve(asker, query)
        except OkrApiError:
            raise
        except BotError:
            return False
        return True

    def _tell(self, subscription: Subscription, gone: list[str]) -> bool:
        now = self._clock()
        maker = self._people.name(subscription.team_id, subscription.made_by)
        body = {"subscription": subscription.id, "title": typed_title(subscription, maker), "gone": gone}
        # Once, even if the process dies before the subscription is stopped.
        source = f"ended:{subscription.id}:{now:%Y-%m-%d}"
        with self._outbox.begin() as connection:
            note = Note(subscription.team_id, subscription.channel_id, source, ENDED, body)
            put_note(connection, note, now.timestamp())
        return self._stop(subscription)

    def _stop(self, subscription: Subscription) -> bool:
        # As it is now: somebody may have changed it meanwhile.
        current = self._follows.get(subscription.team_id, subscription.id)
        if current is None or (current.state, current.query) != (State.ACTIVE, subscription.query):
            return False
        return self._follows.change(replace(current, state=State.ENDED))
