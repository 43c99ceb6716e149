"""From what happened to an objective to what each channel is told of it."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from cattrs.preconf.json import make_converter

from bot.notify.differences import Kind, choose, what_happened
from bot.notify.followers import Followed, Followers
from bot.objectives.model import Objective
from bot.objectives.ports import Follows
from bot.store.outbox import Note

CHANGE, DIGEST, REMINDER, CARD, NOTICE, EDIT = "change", "digest", "reminder", "card", "notice", "edit"
ENDED = "ended"
"""The kinds of notes: what happened to an objective; a digest; a reminder; what a channel follows, for it to know; that
the bot cannot speak somewhere, for whoever set that up; the first message of a thread, to be brought up to date; and
that a subscription has ended, for its channel."""

converter = make_converter()


class Announcer:
    """Finds the channels that follow what happened, and what they asked to hear of it."""

    def __init__(self, followers: Followers, follows: Follows) -> None:
        self._followers = followers
        self._follows = follows

    def notes(
        self,
        team_id: str,
        before: Objective | None,
        after: Objective | None,
        *,
        then: datetime,
        now: datetime,
        source: str,
        user_id: str = "",
        is_back: bool = False,
    ) -> list[Note]:
        """A note a channel, on a change between ``then`` and ``now`` (aware); none where nobody asked to hear of it.

        ``source`` names the change. ``user_id``: the Slack user who made it, empty where that was elsewhere.
        ``is_back``: an objective without a ``before`` was there before all the same.
        """
        happened = what_happened(before, after, then=then, now=now)
        objective = after or before
        if objective is None or objective.is_private:
            return []
        told: dict[str, set[Kind]] = defaultdict(set)
        because: dict[str, list[Followed]] = defaultdict(list)
        book = self._followers.of(team_id)
        for id_, fit in book.matcher.fits(before, after, then=then, now=now).items():
            followed = book.by_id[id_]
            subscription = followed.subscription
            if subscription.is_paused(now) or (subscription.except_me and subscription.made_by == user_id):
                continue
            kinds = choose(fit.kinds(happened), followed.only)
            if kinds:
                told[subscription.channel_id] |= kinds
                because[subscription.channel_id].append(followed)
        return [
            Note(
                team_id,
                channel_id,
                source,
                CHANGE,
                _body(before, after, kinds, user_id, now, because[channel_id]) | {"is_back": is_back},
                objective.id,
            )
            for channel_id, kinds in told.items()
            if objective.id not in self._follows.muted(team_id, channel_id)
        ]


def _body(
    before: Objective | None,
    after: Objective | None,
    kinds: set[Kind],
    user_id: str,
    at: datetime,
    because: list[Followed],
) -> dict[str, Any]:
    return {
        "before": converter.unstructure(before),
        "after": converter.unstructure(after),
        "kinds": [kind.value for kind in Kind if kind in kinds],
        "user": user_id,
        "at": at.isoformat(),
        "subscriptions": [one.subscription.id for one in because],
        "because": because[0].title,
    }
