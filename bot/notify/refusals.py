"""What follows when Slack does not let the bot speak in a channel: whoever set that up hears of it, once."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bot.errors import OkrApiError
from bot.notify.announcing import NOTICE
from bot.notify.followers import Followers
from bot.objectives.ports import Clock, Follows
from bot.objectives.subscriptions import State, Subscription
from bot.store.outbox import Due, Note, Outbox, drop_channel, put_note

log = logging.getLogger(__name__)

RESTRICTED = frozenset(
    {"restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel"}
)
"""Somebody who manages the channel has to put that right."""
NOT_THERE = RESTRICTED | {"not_in_channel", "channel_not_found", "kicked_from_channel"}
"""It may be let in, or in again."""
GONE = frozenset({"is_archived", "is_inactive", "channel_is_archived"})
NOT_LET = frozenset(
    {
        *("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope"),
        *("org_login_required", "team_access_not_granted", "ekm_access_denied", "access_denied", "accesslimited"),
        *("no_permission", "not_allowed_token_type", "two_factor_setup_required"),
    }
)
"""What is said of the bot, and of no channel: somebody has to put that right, and until then everything waits."""

_REASONS = {
    "channel_not_found": "I do not see the channel any more; it was deleted, or I was removed from it",
    **dict.fromkeys(RESTRICTED, "only some people may post there"),
}


class Refusals:
    """Decides what becomes of what could not be posted. It is not tried for ever."""

    def __init__(self, outbox: Outbox, follows: Follows, followers: Followers, clock: Clock) -> None:
        self._outbox = outbox
        self._follows = follows
        self._followers = followers
        self._clock = clock

    def take(self, dues: Sequence[Due], error: str) -> None:
        """Slack refused to post these."""
        note = dues[0].note
        log.info("Not posted: %s", error)
        if error not in NOT_THERE | GONE:
            self._outbox.give_up(dues)
            return
        state = State.STOPPED if error in GONE else State.WAITING
        speaking = [one for one in self._follows.of_channel(note.team_id, note.channel_id) if one.state is State.ACTIVE]
        by_maker: dict[str, list[Subscription]] = defaultdict(list)
        for subscription in speaking:
            by_maker[subscription.made_by].append(subscription)
        now = self._clock().timestamp()
        notices = [self._notice(theirs, state, error) for theirs in by_maker.values()]
        with self._outbox.begin() as connection:
            drop_channel(connection, note.team_id, note.channel_id)
            for notice in notices:
                put_note(connection, notice, now)
        for one in speaking:
            # As it is now: somebody may have changed it meanwhile.
            current = self._follows.get(one.team_id, one.id)
            if current is not None and current.state is State.ACTIVE:
                self._follows.change(replace(current, state=state))

    def _notice(self, theirs: Sequence[Subscription], state: State, error: str) -> Note:
        first = theirs[0]
        try:
            followed = self._followers.look_up(first)
        except OkrApiError:
            followed = None
        title = followed.title if followed else first.query
        more = f" and {len(theirs) - 1} more" if len(theirs) > 1 else ""
        # Once for each time that it could speak before and cannot any more, even if the process dies here.
        spoke_at = max(one.spoke_at or one.made_at for one in theirs).isoformat()
        source = f"refused:{first.id}:{state.value}:{spoke_at}"
        body = {"subscription": first.id, "state": state.value, "title": f"{title}{more}", "error": error}
        return Note(first.team_id, first.made_by, source, NOTICE, body)


def reason_text(error: str) -> str:
    """Why the bot cannot post in a channel, as a clause."""
    if error in GONE:
        return "the channel is archived"
    return _REASONS.get(error, "I am not in the channel any more")
