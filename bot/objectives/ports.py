"""What objectives need of the world: the OKR API, the bot's memory, and who a Slack user is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.objectives.model import Draft, Objective, Patch, Person, Session

Clock = Callable[[], datetime]
"""Tells the time, aware, in UTC."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search asks the OKR API for: a narrowing, not a promise. Whoever asks re-checks what comes back.

    ``tags``: all of them. ``session_ids`` and ``owner_ids``: any of them; None asks for all.
    ``words``: each occurs in the name, without case.
    """

    tags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    session_ids: tuple[str, ...] | None = None
    owner_ids: tuple[str, ...] | None = None


class OkrApi(Protocol):
    """The OKR backend. Every method raises the OkrApiError family."""

    def search(self, wanted: Wanted) -> Iterator[Objective]:
        """Objectives without key results, each once, streamed; possibly more than were wanted."""

    def get(self, objective_id: str) -> Objective:
        """One objective with its key results. NotFound where there is none."""

    def children(self, objective_id: str) -> int:
        """How many objectives are aligned to this one."""

    def create(self, draft: Draft) -> Objective:
        """Creates an objective (POST, never sent twice)."""

    def update(self, objective_id: str, patch: Patch) -> None:
        """Changes only the fields of the patch."""

    def delete(self, objective_id: str) -> None:
        """Deletes; one that is gone already counts as deleted."""

    def sessions(self) -> Iterator[Session]:
        """All planning periods."""

    def people(self) -> Iterator[Person]:
        """All users and teams that may own objectives."""

    def tags(self) -> Iterator[str]:
        """The titles of all tags."""

    def add_person(self, name: str, email: str) -> Person:
        """Adds a user to the account."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack says of one of its users. ``email`` is empty where Slack does not tell it."""

    user_id: str
    name: str
    email: str = ""
    time_zone: str = "UTC"
    is_guest: bool = False
    is_bot: bool = False
    is_deleted: bool = False
    is_stranger: bool = False


class Profiles(Protocol):
    """Slack's knowledge of its users, cached."""

    def get(self, team_id: str, user_id: str) -> Profile:
        """The profile of a user. NotFound where Slack knows none."""

    def cached(self, team_id: str, user_id: str) -> Profile | None:
        """The profile where it is known already, without asking Slack."""


class Memory(Protocol):
    """What the bot remembers between commands. All of it is kept apart by Slack workspace (``team_id``)."""

    def short_ids(self, team_id: str, objective_ids: Sequence[str]) -> dict[str, str]:
        """The short id of each objective (``3F9C``); one that has none yet is given the shortest that is free."""

    def objectives_by_short_id(self, team_id: str, short_id: str) -> list[str]:
        """The objectives with this short id, or else all whose id ends in it."""

    def remember_list(self, team_id: str, user_id: str, first: int, objective_ids: Sequence[str]) -> None:
        """Remembers the list shown last to a person; ``first`` is the number of its first objective."""

    def numbered(self, team_id: str, user_id: str, number: int) -> str | None:
        """The objective that had this number in the list shown last to a person."""

    def save_form(self, team_id: str, user_id: str, form: dict[str, Any]) -> str:
        """Keeps what was typed or shown in a form (JSON) for 30 days, under an id that is returned."""

    def form(self, team_id: str, user_id: str, form_id: str) -> dict[str, Any] | None:
        """What was kept under this id for this person."""
