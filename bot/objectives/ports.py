"""What objectives need of the world: the OKR API, the bot's memory, and who a Slack user is."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.objectives.model import Asker, Draft, KeyResult, Objective, Patch, Person, Session
from bot.objectives.plans import Entry, Snapshot
from bot.objectives.query import Criteria
from bot.objectives.subscriptions import Reminder, Subscription

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
        """Objectives, each once, streamed; possibly more than were wanted. Key results are not fetched: there is an
        empty tuple of them where it is known that there are none.
        """

    def look(self) -> Iterator[tuple[Objective, bool]]:
        """Every objective of the account, streamed, without key results; whether its description came along."""

    def checked_in(self, since: datetime) -> Iterator[tuple[str, KeyResult]]:
        """Key results with a check-in since then (aware), streamed, each with the id of its objective before it.

        Only their names and the confidence in them are sure to be there. OkrApiRefused where there is no list.
        """

    def confidence_at(self, key_result_id: str, moment: datetime) -> float | None:
        """The confidence in a key result right before a moment (aware), by its check-ins; None where there was none.

        OkrApiRefused where that cannot be told.
        """

    def get(self, objective_id: str) -> Objective:
        """One objective with its key results. NotFound where there is none."""

    def find(self, objective_ids: Collection[str]) -> Iterator[Objective]:
        """Those of at most a hundred objectives that are found, without key results, each once. One call, as a rule.

        One that is missing may be there all the same: only ``get`` tells.
        """

    def get_whole(self, objective_id: str) -> tuple[Objective, Snapshot]:
        """One objective, and beside it all the API holds of it, to put it back by. One call. NotFound."""

    def children(self, objective_id: str) -> list[Objective]:
        """The objectives that are aligned to this one, without key results."""

    def create(self, draft: Draft) -> Objective:
        """Creates an objective (POST, never sent twice)."""

    def created_like(self, draft: Draft, since: datetime) -> list[Objective]:
        """Objectives exactly as drafted, made at or after ``since`` (aware), oldest first.

        How an ambiguous creation is settled: what it may have made is among them.
        """

    def undelete(self, objective_id: str) -> Objective | None:
        """Brings a deleted objective back as it was, the same id; None where this API cannot."""

    def recreate(self, snapshot: Snapshot, parent_id: str) -> Objective:
        """Creates a deleted objective again, aligned to this one, without its key results (POST, never sent twice)."""

    def recreate_key_results(self, objective_id: str, snapshot: Snapshot) -> tuple[str, ...]:
        """Creates those key results of a snapshot that the objective lacks; sentences on what could not be put back.

        Looks first, so that it may be called again after it failed halfway.
        """

    def realign(self, old_id: str, new_id: str, others: Collection[str] = ()) -> tuple[str, ...]:
        """Aligns what was aligned to the old objective to the new one; sentences on what could not be.

        ``others``: the ids of what may have been aligned to it, and is now where it has no other parent by now.
        """

    def update(self, objective_id: str, patch: Patch) -> None:
        """Changes only the fields of the patch."""

    def delete(self, objective_id: str) -> bool:
        """Deletes; false where it is gone already."""

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

    def get(self, team_id: str, user_id: str, *, at_most: float | None = None) -> Profile:
        """The profile of a user, as Slack gave it at most so many seconds ago, if that is said. NotFound."""

    def cached(self, team_id: str, user_id: str) -> Profile | None:
        """The profile where it is known already, without asking Slack."""

    def find(self, team_id: str, email: str) -> Profile:
        """Whose e-mail address this is. NotFound where it is nobody's."""


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

    def remember_origin(self, team_id: str, view_id: str, origin: str) -> None:
        """Keeps, sealed, where a form was asked for, or where a job was said to wait; half an hour, no longer."""

    def origin(self, team_id: str, view_id: str) -> str:
        """What was kept of a form or a job, else empty."""

    def bind(self, team_id: str, user_id: str, person_id: str) -> None:
        """Remembers whom of the OKR account a Slack user is; nobody else is that person from then on."""

    def bound(self, team_id: str, user_id: str) -> str:
        """The id of the person that a Slack user was bound to last, else empty."""

    def bound_user(self, team_id: str, person_id: str) -> str:
        """The Slack user who is bound to a person, else empty."""


class Record(Protocol):
    """What was done, append-only. All of it is kept apart by Slack workspace (``team_id``)."""

    def add(self, entry: Entry) -> None:
        """Writes an entry down; one with the same id is there already and stays as it is."""

    def get(self, team_id: str, entry_id: str) -> Entry | None:
        """One entry."""

    def latest(self, team_id: str, user_id: str, since: datetime) -> Entry | None:
        """The newest change of a person that is neither undone nor itself an undo."""

    def undone_by(self, team_id: str, entry_id: str) -> Entry | None:
        """The entry that undid this one."""

    def page(
        self,
        team_id: str,
        *,
        objective_id: str = "",
        user_id: str = "",
        without: Collection[str] = (),
        beyond: str = "",
        newer: bool = False,
        most: int = 10,
    ) -> list[Entry]:
        """Entries of one objective (under all its ids), one person, or all, but of none of the objectives ``without``.

        The newest first, from the newest or from the entry ``beyond`` on, which is not among them; or, ``newer``, the
        other way: those after it, the oldest of them first. They come without snapshots.
        """

    def deletions(self, team_id: str, since: datetime, *, name: str = "") -> list[Entry]:
        """The deletions that nothing has brought back, newest first, without snapshots; ``name``: only those called so.

        Case and doubled blanks do not count.
        """

    def restorations(self, team_id: str, since: datetime) -> list[Entry]:
        """What was brought back, newest first."""

    def rows_for_export(self, team_id: str) -> Iterator[Entry]:
        """All entries, oldest first, streamed."""

    def current_id(self, team_id: str, objective_id: str) -> str:
        """What an objective is called now: a restored one may have a new id."""

    def claim(self, team_id: str, objective_id: str, work_id: str) -> bool:
        """Takes something, such as a newly made objective, for one submission; false where it is another's already."""

    def release(self, team_id: str, objective_id: str, work_id: str) -> None:
        """Gives up what a submission has claimed."""

    def claimed_by(self, team_id: str, work_id: str) -> str:
        """The objective that a submission has claimed, else empty. What is claimed to be undone is no objective."""


class Digesting(Protocol):
    """Makes digests (``bot.notify.digest.Digest``)."""

    def make(self, team_id: str, criteria: Criteria, since: datetime | None, *, asker: Asker | None = None) -> Any:
        """What needs somebody, moved and was finished of what matches now, compared with ``since`` (aware)."""


class Follows(Protocol):
    """What channels follow and of whom wants to be reminded. All of it is kept apart by Slack workspace."""

    def teams(self) -> list[str]:
        """The workspaces in which somebody follows something or is reminded."""

    def version(self, team_id: str) -> int:
        """Another number after every change to a workspace's subscriptions, mutes and reminders."""

    def add(self, subscription: Subscription) -> bool:
        """Keeps a subscription; false where the channel has one of the same query and cadence."""

    def get(self, team_id: str, subscription_id: str) -> Subscription | None:
        """One subscription."""

    def of_channel(self, team_id: str, channel_id: str) -> list[Subscription]:
        """A channel's subscriptions, oldest first."""

    def every(self, team_id: str) -> list[Subscription]:
        """All subscriptions of a workspace, oldest first."""

    def change(self, subscription: Subscription) -> bool:
        """Puts a subscription in place of the one with its id; false where it is gone, or would be one twice."""

    def spoke(self, team_id: str, subscription_id: str, at: datetime) -> None:
        """Writes down when a subscription last posted."""

    def digested(self, transaction: Any, subscription: Subscription, due: datetime) -> bool:
        """Takes a digest's hour for this transaction; false where somebody else has, or the subscription is gone."""

    def reminded(self, transaction: Any, reminder: Reminder, due: datetime) -> bool:
        """Takes a reminder's hour for this transaction; false where somebody else has, or the reminder is gone."""

    def remove(self, team_id: str, subscription_id: str) -> bool:
        """Takes a subscription out; false where it is gone."""

    def mute(self, team_id: str, channel_id: str, objective_id: str, user_id: str, *, is_muted: bool) -> None:
        """A channel hears nothing more of an objective; or hears of it again."""

    def muted(self, team_id: str, channel_id: str) -> dict[str, str]:
        """The muted objectives of a channel, each with the Slack user who muted it."""

    def set_reminder(self, reminder: Reminder) -> None:
        """Keeps a person's reminder, in place of one they had."""

    def reminder(self, team_id: str, user_id: str) -> Reminder | None:
        """A person's reminder."""

    def reminders(self, team_id: str) -> list[Reminder]:
        """All reminders of a workspace."""

    def remove_reminder(self, team_id: str, user_id: str) -> bool:
        """Takes a person's reminder out; false where they have none."""
