"""Subscriptions that wait until the bot is invited to their channel, or may post there."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.notify.announcing import CARD
from bot.notify.cards import channel_card
from bot.notify.followers import Followers
from bot.notify.subscribing import speaking
from bot.objectives.people import People
from bot.objectives.ports import Clock, Follows
from bot.objectives.subscriptions import State, Subscription
from bot.store.outbox import Note, Outbox, put_note
from bot.views.message import Message

FIRST_WAIT = 15.0
LONGEST_WAIT_AT_FIRST, LONGEST_WAIT = 600.0, 3600.0
"""Seconds between two tries, twice as many each time; no more than this on the first day, and than that later.

The first one comes after the first of these, for the card may be on its way in answer to whoever subscribed.
Slack would tell the bot that it was invited, but only where it may read which channels there are: a right that it does
not ask for. Whoever uses the bot in the channel has it try at once.
"""
GIVES_UP_AFTER = timedelta(days=30)
LEAST_TRIES = 12


@dataclass(slots=True)
class _Tries:
    next_at: float
    count: int = 0
    last_at: float = 0.0


class Invitations:
    """Has the card of a waiting subscription posted; where Slack takes it, the subscription speaks from then on."""

    def __init__(self, outbox: Outbox, follows: Follows, followers: Followers, people: People, clock: Clock) -> None:
        self._outbox = outbox
        self._follows = follows
        self._followers = followers
        self._people = people
        self._clock = clock
        self._tries: dict[str, _Tries] = {}

    def put_waiting(self, team_id: str) -> int:
        """Puts the cards of those into the outbox whose time it is to try again; how many that were."""
        now = self._clock()
        followed = [one.subscription for one in self._followers.of(team_id).by_id.values()]
        waiting = [one for one in followed if one.state is State.WAITING]
        self._tries = {one.id: self._tries_of(one, now.timestamp()) for one in waiting}
        return sum(self._try(one, self._tries[one.id], now) for one in waiting)

    def put_waiting_here(self, team_id: str, channel_id: str) -> int:
        """The same of one channel, at once, where somebody uses the bot; what was just tried there, soon once more.

        Who reads that it waits for an invitation invites it next, and may use it again within seconds.
        """
        at = self._clock().timestamp()
        waiting = [one for one in self._follows.of_channel(team_id, channel_id) if one.state is State.WAITING]
        tries = [(one, self._tries.setdefault(one.id, self._tries_of(one, at))) for one in waiting]
        due = [(one, tried) for one, tried in tries if at - tried.last_at >= FIRST_WAIT]
        for one, tried in due:
            self._put(one, tried, at)
        for _one, tried in tries:
            tried.next_at = min(tried.next_at, tried.last_at + FIRST_WAIT)
        return len(due)

    def _tries_of(self, subscription: Subscription, at: float) -> _Tries:
        first = _Tries(at + FIRST_WAIT, last_at=subscription.made_at.timestamp())
        return self._tries.get(subscription.id, first)

    def _try(self, subscription: Subscription, tries: _Tries, now: datetime) -> bool:
        at = now.timestamp()
        if at < tries.next_at:
            return False
        last = subscription.spoke_at or subscription.made_at
        if tries.count >= LEAST_TRIES and now - max(last, subscription.made_at) > GIVES_UP_AFTER:
            # Resume tries again.
            self._follows.change(replace(subscription, state=State.STOPPED))
            return False
        longest = LONGEST_WAIT_AT_FIRST if now - subscription.made_at < timedelta(days=1) else LONGEST_WAIT
        tries.next_at = at + min(longest, FIRST_WAIT * 2**tries.count)
        tries.count += 1
        self._put(subscription, tries, at)
        return True

    def _put(self, subscription: Subscription, tries: _Tries, at: float) -> None:
        tries.last_at = at
        note = Note(
            subscription.team_id,
            subscription.channel_id,
            f"card:{subscription.id}:{at:.0f}",
            CARD,
            {"subscription": subscription.id},
        )
        with self._outbox.begin() as connection:
            put_note(connection, note, at)

    def card(self, note: Note) -> Message | None:
        """The card of a subscription that still waits. Raises OkrApiError where it can be made later."""
        subscription = self._follows.get(note.team_id, note.body["subscription"])
        if subscription is None or subscription.state is not State.WAITING:
            return None
        followed = self._followers.look_up(subscription)
        title = followed.title if followed else subscription.query
        maker = self._people.name(note.team_id, subscription.made_by)
        return channel_card(replace(subscription, state=State.ACTIVE), title, maker, self._clock())

    def accepted(self, note: Note) -> None:
        """Slack has taken the card."""
        subscription = self._follows.get(note.team_id, note.body["subscription"])
        if subscription is not None and subscription.state is State.WAITING:
            self._follows.change(speaking(subscription, self._clock()))
