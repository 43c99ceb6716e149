"""The nouns of OKRs, as frozen values. Progress is a fraction (0.62 is 62 %); times are aware, in UTC."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum


@dataclass(frozen=True, slots=True)
class Asker:
    """The Slack user who asks, and where.

    ``is_there``: Slack says so itself. What came back with a form is good for answering there, and for nothing else.
    """

    team_id: str
    user_id: str
    channel_id: str = ""
    is_there: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can own an objective: a user or a team of the OKR account (the API's *assignee*)."""

    id: str
    name: str = ""
    email: str = ""
    is_team: bool = False
    is_active: bool = True
    team_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """A planning period. ``status``: ``open``, ``locked`` (only progress may change), ``closed``, or a newer word."""

    id: str
    title: str = ""
    start: datetime | None = None
    end: datetime | None = None
    status: str = "open"

    def holds(self, now: datetime) -> bool:
        """Whether the session runs at ``now`` (aware)."""
        return self.start is not None and self.end is not None and self.start <= now <= self.end

    def is_current(self, now: datetime) -> bool:
        """Whether it is open and runs at ``now``."""
        return self.status == "open" and self.holds(now)

    def share_passed(self, now: datetime) -> float | None:
        """The share of the session that has passed at ``now``, from 0 to 1; None where its dates are not known."""
        if self.start is None or self.end is None or self.end <= self.start:
            return None
        return min(1.0, max(0.0, (now - self.start) / (self.end - self.start)))

    @property
    def length(self) -> timedelta:
        """How long the session is; endless where its dates are not known."""
        if self.start is None or self.end is None:
            return timedelta.max
        return self.end - self.start


class Status(Enum):
    """How an objective stands, compared with the share of its session that has passed (design, section 2)."""

    DONE = "done"
    ON_TRACK = "on-track"
    AT_RISK = "at-risk"
    BEHIND = "behind"
    NO_PROGRESS = "no-progress"


@dataclass(frozen=True, slots=True)
class KeyResult:
    """A measurable result of an objective (the API's *metric*). ``confidence`` is 0 to 1."""

    id: str
    name: str
    initial: float = 0.0
    target: float = 100.0
    actual: float = 0.0
    progress: float = 0.0
    prefix: str = ""
    suffix: str = ""
    fraction_digits: int = 0
    confidence: float | None = None
    checked_in: datetime | None = None
    check_ins: int = 0


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective as the bot knows it.

    ``key_results`` is None where they were not fetched (lists). ``session`` and ``owners`` may carry only an id where
    the directory does not know them. ``short_id`` (like ``O-3F9C``) is empty until the bot has shown the objective.
    """

    id: str
    name: str
    session: Session = field(default_factory=lambda: Session(""))
    owners: tuple[Person, ...] = ()
    description: str = ""
    tags: tuple[str, ...] = ()
    progress: float = 0.0
    state: str = "active"
    url: str = ""
    parent_id: str = ""
    created: datetime | None = None
    date_from: datetime | None = None
    date_to: datetime | None = None
    key_results: tuple[KeyResult, ...] | None = None
    is_private: bool = False
    short_id: str = ""

    @property
    def owner_ids(self) -> tuple[str, ...]:
        """The ids of all owners, the first one first."""
        return tuple(owner.id for owner in self.owners)

    def status(self, now: datetime) -> Status:
        """How it stands at ``now`` (aware)."""
        if self.progress >= 1:
            return Status.DONE
        passed = self.session.share_passed(now)
        if passed is None or self.session.start is None:
            return Status.ON_TRACK
        if self.progress <= 0:
            # Nothing is expected of the first two weeks, whether the session or the objective is what is new.
            begun = max(self.session.start, self.created or self.session.start)
            return Status.NO_PROGRESS if now - begun >= timedelta(days=14) else Status.ON_TRACK
        gap = round(passed - self.progress, 9)
        if gap >= 0.30:
            return Status.BEHIND
        return Status.AT_RISK if gap >= 0.10 else Status.ON_TRACK


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants an objective to be, before it is one. Ids, not names; empty where nothing was said."""

    name: str = ""
    session_id: str = ""
    owner_id: str = ""
    tags: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Patch:
    """The fields of an objective to change; None leaves one as it is. ``tags`` is the whole new list."""

    name: str | None = None
    description: str | None = None
    owner_id: str | None = None
    session_id: str | None = None
    tags: tuple[str, ...] | None = None

    def __bool__(self) -> bool:
        return any(
            value is not None for value in (self.name, self.description, self.owner_id, self.session_id, self.tags)
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to one objective: ``before`` is None for a creation, ``after`` is None for a deletion."""

    before: Objective | None
    after: Objective | None


@dataclass(frozen=True, slots=True)
class Consequences:
    """What goes with an objective when it is deleted. None where it could not be found out.

    ``children`` is aligned to it, as far as the reader may know of it; ``aligned`` are the ids of all that is.
    ``followers`` is the number of channels that hear of it.
    """

    key_results: int
    check_ins: int
    children: tuple[Objective, ...] | None
    followers: int | None = 0
    aligned: tuple[str, ...] = ()


def tag_key(tag: str) -> str:
    """The form by which tags are compared."""
    return " ".join(tag.split()).casefold()


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)
