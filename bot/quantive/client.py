"""The OKR API as objectives need it: the operations of ``OkrApi`` on the Quantive (Gtmhub) REST API, v1 and v2."""

from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime

from bot.errors import OkrApiRefused
from bot.objectives.model import Draft, KeyResult, Objective, Patch, Person, Session
from bot.objectives.plans import Snapshot
from bot.objectives.ports import Wanted
from bot.quantive import wire
from bot.quantive.answer import Json
from bot.quantive.connection import Connection, Timeout
from bot.quantive.faults import NotTheApi
from bot.quantive.goals import Goals
from bot.quantive.lists import read_list
from bot.quantive.looking import Looking
from bot.quantive.pace import Pace, Pacer
from bot.quantive.restoring import Restoring
from bot.quantive.snapshots import take_snapshot, write_goal

TIMEOUT: Timeout = (3.05, 15)
"""Seconds to connect, and between bytes."""

MOST_WORDS = 8
"""Words of a name that are asked for when an objective is looked up by it: the longest ones tell it apart."""


class QuantiveClient:
    """An ``OkrApi`` for one account and the user whose token it is. Safe to share between threads.

    ``pace`` spaces its calls, by default so that they are ``requests_per_second`` of this client alone (0: no limit).
    ``timeout`` is seconds to connect and seconds between bytes; ``service_name`` is what people call the API in
    sentences. ``can_undelete``: the API is our OKR server, which can take a deletion back; Quantive cannot.
    """

    def __init__(
        self,
        *,
        api_url: str,
        account_id: str,
        token: str,
        requests_per_second: float = 10,
        pace: Pacer | None = None,
        connections: int = 64,
        timeout: Timeout = TIMEOUT,
        service_name: str = "Quantive",
        can_undelete: bool = False,
    ) -> None:
        self._v1 = api_url.rstrip("/")
        self._can_undelete = can_undelete
        self._connection = Connection(
            api_url=self._v1,
            account_id=account_id,
            token=token,
            service_name=service_name,
            pace=pace or Pace(requests_per_second),
            connections=connections,
            timeout=timeout,
        )
        self._looking = Looking(self._connection, self._v1)
        self._goals = Goals(self._connection, self._v1)
        self._restoring = Restoring(self._connection, self._v1, self._goals)

    def close(self) -> None:
        """Closes the connections that are kept alive."""
        self._connection.close()

    def ping(self) -> None:
        """Asks for one session; raises OkrApiError where the API does not serve this account."""
        with self._connection.read(f"{self._v1}/sessions", {"fields": "id", "limit": 1, "take": 1}) as answer:
            next(answer.items(), None)

    def search(self, wanted: Wanted) -> Iterator[Objective]:
        """Objectives without their key results, each once, streamed; only those wanted."""
        if () in (wanted.session_ids, wanted.owner_ids):
            return
        with closing(self._goals.wanted(wanted, f"{wire.GOAL_FIELDS},metricsCount")) as goals:
            for goal in goals:
                if wire.fits(goal, wanted):
                    # Of key results a list says how many there are at most: that there are none is all that is known.
                    yield replace(wire.read_objective(goal), key_results=() if goal.get("metricsCount") == 0 else None)

    def look(self) -> Iterator[tuple[Objective, bool]]:
        """Every objective of the account, streamed; whether its description came along, which lists may leave out."""
        return self._looking.look()

    def checked_in(self, since: datetime) -> Iterator[tuple[str, KeyResult]]:
        """Key results with a check-in since then, streamed, each with the id of its objective before it."""
        return self._looking.checked_in(since)

    def confidence_at(self, key_result_id: str, moment: datetime) -> float | None:
        """The confidence in a key result right before a moment, by its check-ins; None where there was none."""
        return self._looking.confidence_at(key_result_id, moment)

    def get(self, objective_id: str) -> Objective:
        """One objective with its key results; the description keeps its markup, because it may be written back."""
        return _read_whole(self._goals.read(objective_id))

    def find(self, objective_ids: Collection[str]) -> Iterator[Objective]:
        """Those of at most a hundred objectives that are found, without key results. One call, where v2 filters."""
        if objective_ids:
            with closing(self._goals.those(objective_ids)) as goals:
                for goal in goals:
                    yield replace(wire.read_objective(goal), key_results=None)

    def get_whole(self, objective_id: str) -> tuple[Objective, Snapshot]:
        """One objective as ``get`` has it, and all that the API says of it."""
        goal = self._goals.read(objective_id)
        try:
            return _read_whole(goal), take_snapshot(goal)
        except RecursionError as error:
            raise self._connection.faults.unreadable() from error

    def children(self, objective_id: str) -> list[Objective]:
        """The objectives that are aligned to this one, without key results."""
        return [replace(wire.read_objective(goal), key_results=None) for goal in self._goals.aligned_to(objective_id)]

    def create(self, draft: Draft) -> Objective:
        """Creates an objective. What the API does not repeat of it is as drafted; tags it does repeat are its own."""
        return wire.read_objective({"metrics": []} | self._goals.create(wire.write_draft(draft)))

    def created_like(self, draft: Draft, since: datetime) -> list[Objective]:
        """Objectives exactly as drafted and made since then, oldest first; those of no known date count, and are last.

        Blanks may have been folded and tags dropped on the way. ``since`` is by the API's clock, to the second.
        """
        drafted = wire.read_objective(wire.write_draft(draft))
        words = sorted(set(drafted.name.split()), key=lambda word: (-len(word), word))[:MOST_WORDS]
        alike = Wanted(words=tuple(words), session_ids=(draft.session_id,), owner_ids=(draft.owner_id,))
        with closing(self._goals.wanted(alike, f"{wire.GOAL_FIELDS},description")) as goals:
            found = [one for one in map(wire.read_objective, goals) if wire.is_like(one, drafted, since)]
        return sorted(found, key=lambda one: (one.created is None, one.created or since, one.id))

    def undelete(self, objective_id: str) -> Objective | None:
        """Brings a deleted objective back as it was; None where this API cannot, or not any more."""
        if not self._can_undelete:
            return None
        try:
            goal = self._connection.create(f"{self._goals.address(objective_id)}/restore", {})
        except OkrApiRefused as error:
            if error.status in (404, 410):
                return None
            raise
        return _read_whole(goal)

    def recreate(self, snapshot: Snapshot, parent_id: str) -> Objective:
        """Creates a deleted objective again, without key results; what it may lack is told by the next step."""
        return wire.read_objective({"metrics": []} | self._goals.create(write_goal(snapshot, parent_id)))

    def recreate_key_results(self, objective_id: str, snapshot: Snapshot) -> tuple[str, ...]:
        """Gives an objective what it lacks of its snapshot: key results, their values, who may see it, its state."""
        return self._restoring.complete(objective_id, snapshot)

    def realign(self, old_id: str, new_id: str, others: Collection[str] = ()) -> tuple[str, ...]:
        """Aligns what was aligned to the old objective to the new one; a sentence on what could not be.

        Of ``others``, which may have been, those that have no other parent by now.
        """
        return self._restoring.realign(old_id, new_id, others)

    def update(self, objective_id: str, patch: Patch) -> None:
        """Changes only the fields of the patch."""
        if patch:
            self._connection.write("PATCH", self._goals.address(objective_id), wire.write_patch(patch))

    def delete(self, objective_id: str) -> bool:
        """Deletes; false where it is gone already."""
        try:
            self._connection.write("DELETE", self._goals.address(objective_id))
        except OkrApiRefused as error:
            if error.status in (404, 410):
                return False
            raise
        return True

    def sessions(self) -> Iterator[Session]:
        """All planning periods."""
        return map(wire.read_session, read_list(self._connection, f"{self._v1}/sessions"))

    def people(self) -> Iterator[Person]:
        """All users and teams that may own objectives; users with their teams, where the API tells these."""
        teams: dict[str, tuple[str, ...]] = {}
        try:
            for user in read_list(self._connection, f"{self._v1}/users"):
                teams[wire.read_id(user)] = wire.read_team_ids(user)
        except (OkrApiRefused, NotTheApi):
            teams = {}
        for assignee in read_list(self._connection, f"{self._v1}/assignees"):
            yield wire.read_person(assignee, teams.get(wire.read_id(assignee), ()))

    def tags(self) -> Iterator[str]:
        """The titles of all tags."""
        return filter(None, map(wire.read_tag, read_list(self._connection, f"{self._v1}/tags")))

    def add_person(self, name: str, email: str) -> Person:
        """Adds a user to the account."""
        return wire.read_person(self._connection.create(f"{self._v1}/users", wire.write_person(name, email)))


def _read_whole(goal: Json) -> Objective:
    objective = wire.read_objective(goal)
    return objective if objective.key_results is not None else replace(objective, key_results=())
