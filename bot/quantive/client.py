"""The OKR API as objectives need it: the operations of ``OkrApi`` on the Quantive (Gtmhub) REST API, v1 and v2."""

import json
import re
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import chain, islice
from typing import Any
from urllib.parse import quote

from bot.errors import NotFound, OkrApiRefused
from bot.objectives.model import Draft, Objective, Patch, Person, Session
from bot.objectives.ports import Wanted
from bot.quantive import wire
from bot.quantive.answer import Json
from bot.quantive.connection import Connection, Timeout
from bot.quantive.faults import NotTheApi
from bot.quantive.lists import PAGE, read_list

WITHOUT_V2 = 3600.0
"""Seconds for which v2 is left alone after it refused, or ignored, a filter."""

LONGEST_WORD = 100
LONGEST_FILTER = 4_000
"""Characters; a longer filter would make an address that servers and proxies cut off."""


class QuantiveClient:
    """An ``OkrApi`` for one account and the user whose token it is. Safe to share between threads.

    ``requests_per_second`` 0 is no limit; ``timeout`` is seconds to connect and seconds between bytes; ``service_name``
    is what people call the API in sentences.
    """

    def __init__(
        self,
        *,
        api_url: str,
        account_id: str,
        token: str,
        requests_per_second: float = 10,
        connections: int = 64,
        timeout: Timeout = (3.05, 15),
        service_name: str = "Quantive",
    ) -> None:
        self._service = service_name
        self._v1 = api_url.rstrip("/")
        before, found, after = self._v1.rpartition("v1")
        self._v2 = f"{before}v2{after}" if found else ""
        self._v2_from = float("-inf") if found else float("inf")
        self._connection = Connection(
            api_url=self._v1,
            account_id=account_id,
            token=token,
            service_name=service_name,
            requests_per_second=requests_per_second,
            connections=connections,
            timeout=timeout,
        )

    def close(self) -> None:
        """Closes the connections that are kept alive."""
        self._connection.close()

    def ping(self) -> None:
        """Asks for one session; raises OkrApiError where the API does not serve this account."""
        with self._connection.read(f"{self._v1}/sessions", {"fields": "id", "limit": 1, "take": 1}) as answer:
            next(answer.items(), None)

    def search(self, wanted: Wanted) -> Iterator[Objective]:
        """Objectives without key results, each once, streamed; only those wanted."""
        if () in (wanted.session_ids, wanted.owner_ids):
            return
        with closing(self._goals(wanted)) as goals:
            for goal in goals:
                if wire.fits(goal, wanted):
                    yield replace(wire.read_objective(goal), key_results=None)

    def _goals(self, wanted: Wanted) -> Generator[Json, None, None]:
        if wanted.tags or not (wanted.words or wanted.owner_ids):
            parameters: dict[str, str | int] = {"tags": wanted.tags[0]} if wanted.tags else {}
            if wanted.session_ids and len(wanted.session_ids) == 1:
                parameters["sessionId"] = wanted.session_ids[0]
            return self._unfiltered(parameters)
        conditions: list[Json] = [{"name": {"$regex": _without_case(word)}} for word in wanted.words]
        sent = wanted
        if wanted.session_ids:
            conditions.append({"sessionId": {"$in": list(wanted.session_ids)}})
        if wanted.owner_ids:
            owned = {"$in": list(wanted.owner_ids)}
            conditions.append({"$or": [{"ownerId": owned}, {"ownerIds": owned}]})
        while len(json.dumps(conditions)) > LONGEST_FILTER:
            # the longest condition is left to the check of what comes back
            conditions.remove(max(conditions, key=lambda condition: len(json.dumps(condition))))
            sent = Wanted()
        if not conditions:
            return self._unfiltered({})
        condition = conditions[0] if len(conditions) == 1 else {"$and": conditions}
        return self._filtered(condition, lambda goal: wire.fits(goal, sent))

    def _unfiltered(self, parameters: dict[str, str | int]) -> Generator[Json, None, None]:
        """Goals of v1, the whole account where ``parameters`` say nothing or are ignored."""
        try:
            yield from read_list(self._connection, f"{self._v1}/goals", {"fields": wire.GOAL_FIELDS} | parameters)
        except OkrApiRefused as error:
            # a tag that nobody has used may be refused instead of finding nothing (API reference, section 15, row 4)
            unknown_tag = "tags" in parameters and (error.status == 404 or "tag" in str(error).casefold())
            if not unknown_tag or error.status not in (400, 404):
                raise

    def _filtered(self, condition: Json, is_meant: Callable[[Json], bool]) -> Generator[Json, None, None]:
        """Goals of v2 by a Mongo filter; goals of v1, not filtered, where v2 is missing or ignores filters."""
        if time.monotonic() >= self._v2_from:
            parameters: dict[str, str | int] = {
                "filter": json.dumps(condition, ensure_ascii=False, separators=(",", ":")),
                "fields": wire.GOAL_FIELDS,
                "sort": "name",
                "skip": 0,
                "limit": PAGE,
                "take": PAGE,
            }
            with closing(read_list(self._connection, f"{self._v2}/goals", parameters)) as goals:
                try:
                    first = list(islice(goals, PAGE))
                except (OkrApiRefused, NotTheApi):
                    first = None
                if first is not None and sum(map(is_meant, first)) * 2 >= len(first):
                    yield from chain(first, goals)
                    return
            self._v2_from = time.monotonic() + WITHOUT_V2
        yield from self._unfiltered({})

    def get(self, objective_id: str) -> Objective:
        """One objective with its key results; the description keeps its markup, because it may be written back."""
        try:
            with self._connection.read(self._goal(objective_id)) as answer:
                goal = answer.document()
        except OkrApiRefused as error:
            if error.status != 404:
                raise
            raise self._missing() from error
        if not isinstance(goal, dict) or not wire.read_id(goal):
            raise self._connection.faults.unreadable()
        objective = wire.read_objective(goal)
        return objective if objective.key_results is not None else replace(objective, key_results=())

    def children(self, objective_id: str) -> int:
        """How many objectives are aligned to this one."""

        def is_child(goal: Json) -> bool:
            return goal.get("parentId") == objective_id

        with closing(self._filtered({"parentId": objective_id}, is_child)) as goals:
            return sum(map(is_child, goals))

    def create(self, draft: Draft) -> Objective:
        """Creates an objective. What the API does not repeat of it is as drafted; tags it does repeat are its own."""
        body = wire.write_draft(draft)
        goal = self._connection.write("POST", f"{self._v1}/goals", body)
        return wire.read_objective(body | {"metrics": []} | self._created(goal))

    def update(self, objective_id: str, patch: Patch) -> None:
        """Changes only the fields of the patch."""
        if patch:
            self._connection.write("PATCH", self._goal(objective_id), wire.write_patch(patch))

    def delete(self, objective_id: str) -> None:
        """Deletes; one that is gone already counts as deleted."""
        try:
            self._connection.write("DELETE", self._goal(objective_id))
        except OkrApiRefused as error:
            if error.status not in (404, 410):
                raise

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
        body = wire.write_person(name, email)
        return wire.read_person(body | self._created(self._connection.write("POST", f"{self._v1}/users", body)))

    def _goal(self, objective_id: str) -> str:
        name = quote(objective_id, safe="")
        if not name.strip("."):
            # an empty or dotted name would reach the list of goals, or the whole API
            raise self._missing()
        return f"{self._v1}/goals/{name}"

    def _missing(self) -> NotFound:
        return NotFound(f"There is no such objective in {self._service}; it may have been deleted.")

    def _created(self, made: Any) -> Json:
        if not isinstance(made, dict) or not wire.read_id(made):
            raise self._connection.faults.unreadable(is_write=True)
        # null says nothing, except of tags: an account may drop those that its user may not create
        return {field: value for field, value in made.items() if value is not None or field == "tags"}


def _without_case(word: str) -> str:
    return "(?i)" + re.escape(word[:LONGEST_WORD])
