"""What needs somebody: objectives that are behind, stand still, lack key results, or whose session is about to end."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.notify.differences import Kind, is_closed, is_done
from bot.notify.snapshots import Seen, recall
from bot.objectives.model import Objective, Status
from bot.objectives.query import fold

STALE_AFTER = timedelta(days=14)
ENDING_WITHIN = timedelta(days=14)


class Reason(StrEnum):
    """Why an objective needs somebody, worst first."""

    BEHIND = "behind"
    AT_RISK = "at-risk"
    STALE = "stale"
    NO_KEY_RESULTS = "no-key-results"
    ENDING = "ending"


USUAL = frozenset(Reason) - {Reason.AT_RISK}
"""The reasons that count where nobody chose any."""
REASONS = {Kind.BEHIND: Reason.BEHIND, Kind.AT_RISK: Reason.AT_RISK, Kind.NO_PROGRESS: Reason.STALE}
"""By the word behind ``only`` with which a reason is chosen."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """An objective that matches now, what was remembered of it at the last digest, and when its progress last moved.

    ``seen`` is None where it did not match then, ``is_new`` where it was not there then; ``progressed`` (aware) is None
    where it is not known.
    """

    objective: Objective
    seen: Seen | None = None
    progressed: datetime | None = None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """An objective that needs somebody.

    ``gap``: how far it is behind the share of its session that has passed, 0 to 1; 0 while nothing is expected of it.

    ``idle_days`` since its progress last moved, where that is known; ``days_left`` of its session, below 0 once it has
    ended. ``is_new``: it did not need somebody for all of these reasons at the last digest.
    """

    objective: Objective
    reasons: tuple[Reason, ...]
    gap: float = 0.0
    idle_days: int | None = None
    days_left: int | None = None
    is_new: bool = True

    @property
    def order(self) -> tuple[object, ...]:
        """What to sort by: how far behind, then how many reasons; the id decides last."""
        return -self.gap, -len(self.reasons), fold(self.objective.name), self.objective.id


def find_need(
    tracked: Tracked, now: datetime, since: datetime | None = None, wanted: Collection[Reason] = USUAL
) -> Need | None:
    """What the objective needs at ``now``, compared with what it needed at the last digest (``since``)."""
    objective = tracked.objective
    reasons = tuple(one for one in find_reasons(objective, tracked.progressed, now) if one in wanted)
    if not reasons:
        return None
    session = objective.session
    gap = (
        (session.share_passed(now) or 0.0) - objective.progress if objective.status(now) is not Status.ON_TRACK else 0.0
    )
    earlier: tuple[Reason, ...] = ()
    if since is not None and tracked.seen is not None:
        before = recall(tracked.seen, objective)
        if before.key_results is None:
            # Which it had is not remembered of what nobody checked in to.
            before = replace(before, key_results=objective.key_results)
        earlier = find_reasons(before, tracked.progressed, since)
    idle = _idle_since(objective, tracked.progressed)
    return Need(
        objective,
        reasons,
        gap=round(max(0.0, gap), 9),
        idle_days=None if idle is None or idle > now else (now - idle).days,
        days_left=None if session.end is None else (session.end - now) // timedelta(days=1),
        is_new=not set(reasons) <= set(earlier),
    )


def find_reasons(objective: Objective, progressed: datetime | None, now: datetime) -> tuple[Reason, ...]:
    """Why the objective needs somebody at ``now``; nobody can do anything for one that is over or yet to begin."""
    session = objective.session
    is_to_come = session.start is not None and session.start > now
    if is_done(objective) or is_closed(objective) or session.status == "closed" or is_to_come:
        return ()
    reasons = []
    status = objective.status(now)
    if status is Status.BEHIND:
        reasons.append(Reason.BEHIND)
    elif status is Status.AT_RISK:
        reasons.append(Reason.AT_RISK)
    idle = _idle_since(objective, progressed)
    if idle is not None and now - idle >= STALE_AFTER:
        reasons.append(Reason.STALE)
    if objective.key_results == ():
        reasons.append(Reason.NO_KEY_RESULTS)
    if session.end is not None and timedelta() <= session.end - now <= ENDING_WITHIN:
        reasons.append(Reason.ENDING)
    return tuple(reasons)


def _idle_since(objective: Objective, progressed: datetime | None) -> datetime | None:
    """Since when its progress has not moved; None where that is not known.

    Nothing is expected of an objective before it exists and its session has begun.
    """
    if progressed is None and objective.progress > 0:
        return None
    known = [moment for moment in (progressed, objective.created, objective.session.start) if moment is not None]
    return max(known, default=None)
