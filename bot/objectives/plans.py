"""Changes on their way: what somebody decided, what came of it, and how it stands in the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.objectives.model import Asker, Draft, Objective, Patch

Snapshot = Mapping[str, Any]
"""What the OKR API held of an objective, in the API's own form (JSON): what it takes to put it back."""

ALIGNED = "aligned"
"""Under this, a snapshot has the ids of what was aligned to it besides: the API may forget that with a deletion."""


class Act(StrEnum):
    """What can be done to an objective."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Submission:
    """What somebody sent off. ``id`` comes from Slack's own ids: the same one delivered twice is one submission.

    ``way``: ``command``, ``form`` or ``button``.
    """

    asker: Asker
    id: str = ""
    way: str = "command"


@dataclass(frozen=True, slots=True)
class Plan:
    """A change that was decided and allowed, with everything that is needed to carry it out, even tomorrow.

    ``before`` is the objective as it was when the plan was made (for ``RESTORE``: when it was deleted). ``undoes``
    names the entry of the record that this undoes.
    """

    submission: Submission
    act: Act
    made: datetime
    objective_id: str = ""
    draft: Draft | None = None
    patch: Patch | None = None
    before: Objective | None = None
    snapshot: Snapshot | None = None
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the record: who did what to which objective, when, from where and how. Never changed, never taken back.

    ``id`` is the submission's. ``objective_id`` is what the objective is called since: of a restored one, its new id,
    while ``before`` still has the old. ``snapshot`` is kept of deletions. ``undoes``: the entry that this undid.
    """

    id: str
    act: Act
    team_id: str
    user_id: str
    objective_id: str
    at: datetime
    channel_id: str = ""
    way: str = "command"
    before: Objective | None = None
    after: Objective | None = None
    snapshot: Snapshot | None = None
    undoes: str = ""

    @property
    def objective(self) -> Objective:
        """The objective as it is after the change; of a deletion, as it was before."""
        objective = self.after or self.before
        if objective is None:
            raise ValueError("an entry has an objective")
        return objective


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a plan: its entry in the record, and sentences on what the API did not take."""

    entry: Entry
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing is to be done: the objective is so already."""

    objective: Objective


@dataclass(frozen=True, slots=True)
class AskFirst:
    """The objective would be deleted with more than the person may have in mind: that is asked first."""

    objective: Objective


@dataclass(frozen=True, slots=True)
class Collision:
    """Somebody else changed what this change would overwrite.

    ``shown`` is the objective as the person knew it, ``theirs`` as it is now (None where it was deleted), ``mine`` as
    the person wants it; ``fields`` names what both changed: name, description, owner, session, tags.
    """

    shown: Objective
    theirs: Objective | None
    mine: Objective
    fields: frozenset[str] = frozenset()
