"""What channels follow, and of what people are reminded: as it is kept. What the texts mean is for ``bot.notify``."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST_IN_A_CHANNEL = 50
"""Subscriptions of one channel: more than anybody reads."""


class State(StrEnum):
    """Whether a subscription speaks."""

    ACTIVE = "active"
    WAITING = "waiting"
    """The bot is not in the channel yet."""
    STOPPED = "stopped"
    """The channel is archived or gone."""
    ENDED = "ended"
    """Its query names somebody, or something, that the OKR account does not have any more."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A channel follows a query. ``query``, ``cadence`` and ``only`` are canonical texts; ``zone`` an IANA name.

    ``made_by`` is a Slack user; ``spoke_at`` when it last posted; ``digested_at`` the due moment of its last digest.
    ``told_to``: the number of the last change that its last digest was made with, at ``told_at``; what came later is
    for the next one. Times are aware, in UTC.
    """

    id: str
    team_id: str
    channel_id: str
    query: str
    cadence: str
    made_by: str
    made_at: datetime
    zone: str = "UTC"
    except_me: bool = False
    only: tuple[str, ...] = ()
    is_silent: bool = False
    state: State = State.ACTIVE
    paused_until: datetime | None = None
    spoke_at: datetime | None = None
    digested_at: datetime | None = None
    told_to: int | None = None
    told_at: datetime | None = None

    def is_paused(self, now: datetime) -> bool:
        """Whether somebody silenced it for now."""
        return self.paused_until is not None and self.paused_until > now


@dataclass(frozen=True, slots=True)
class Reminder:
    """A person wants to hear of their objectives without progress. ``reminded_at``: the due moment of the last one."""

    team_id: str
    user_id: str
    cadence: str
    zone: str
    made_at: datetime
    snoozed_until: datetime | None = None
    reminded_at: datetime | None = None
