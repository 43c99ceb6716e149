"""Goals at their addresses: one, or those of a list, narrowed by v2's filter where that works and by v1 where not."""

import json
import re
import time
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import closing
from itertools import chain, islice
from urllib.parse import quote

from bot.errors import NotFound, OkrApiRefused
from bot.objectives.ports import Wanted
from bot.quantive import wire
from bot.quantive.answer import Json
from bot.quantive.connection import Connection
from bot.quantive.faults import NotTheApi
from bot.quantive.lists import PAGE, read_list

WITHOUT_V2 = 3600.0
"""Seconds for which v2 is left alone after it refused, or ignored, a filter."""

LONGEST_WORD = 100
LONGEST_FILTER = 4_000
"""Characters; a longer filter would make an address that servers and proxies cut off."""


def second_version(v1: str) -> str:
    """The base of v2, which lies beside that of v1; empty where v1 is none."""
    before, found, after = v1.rpartition("v1")
    return f"{before}v2{after}" if found else ""


class Goals:
    """The goals of one account. ``v1`` is the base of the API; v2 lies beside it."""

    def __init__(self, connection: Connection, v1: str) -> None:
        self._connection = connection
        self._v1 = v1
        self._v2 = second_version(v1)
        self._v2_from = float("-inf") if self._v2 else float("inf")

    def address(self, goal_id: str) -> str:
        """The address of one goal; NotFound where its id is none."""
        name = quote(goal_id, safe="")
        if not name.strip("."):
            # an empty or dotted name would reach the list of goals, or the whole API
            raise self._missing()
        return f"{self._v1}/goals/{name}"

    def read(self, goal_id: str) -> Json:
        """One goal with its metrics. NotFound where there is none."""
        try:
            with self._connection.read(self.address(goal_id)) as answer:
                goal = answer.document()
        except OkrApiRefused as error:
            if error.status != 404:
                raise
            raise self._missing() from error
        if not isinstance(goal, dict) or not wire.read_id(goal):
            raise self._connection.faults.unreadable()
        return goal

    def create(self, body: Json) -> Json:
        """Creates a goal (POST, sent once); what was sent and what came back of it."""
        return self._connection.create(f"{self._v1}/goals", body)

    def wanted(self, wanted: Wanted, fields: str = wire.GOAL_FIELDS) -> Generator[Json, None, None]:
        """Goals that may be wanted, each once; ``fields`` are what each brings."""
        asked: dict[str, str | int] = {"fields": fields}
        if wanted.session_ids and len(wanted.session_ids) == 1:
            asked["sessionId"] = wanted.session_ids[0]
        if wanted.tags or not (wanted.words or wanted.owner_ids):
            return self._of_v1(asked | ({"tags": wanted.tags[0]} if wanted.tags else {}))
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
            return self._of_v1(asked)
        condition = conditions[0] if len(conditions) == 1 else {"$and": conditions}
        return self._filtered(condition, lambda goal: wire.fits(goal, sent), fields, lambda: self._of_v1(asked))

    def those(self, goal_ids: Collection[str]) -> Generator[Json, None, None]:
        """Those of at most a hundred goals that there are; that one is not among them does not prove it gone."""

        def is_one(goal: Json) -> bool:
            return wire.read_id(goal) in goal_ids

        condition = {"_id": {"$in": list(goal_ids)}}
        found = self._filtered(condition, is_one, wire.GOAL_FIELDS, lambda: self._one_by_one(goal_ids))
        with closing(found) as goals:
            yield from filter(is_one, goals)

    def aligned_to(self, goal_id: str) -> Iterator[Json]:
        """The goals whose parent is this one."""
        if not goal_id:
            return  # that is the parent of every goal that has none

        def is_child(goal: Json) -> bool:
            return goal.get("parentId") == goal_id

        fields = wire.GOAL_FIELDS
        children = self._filtered({"parentId": goal_id}, is_child, fields, lambda: self._of_v1({"fields": fields}))
        with closing(children) as goals:
            yield from filter(is_child, goals)

    def _of_v1(self, parameters: dict[str, str | int]) -> Generator[Json, None, None]:
        """Goals of v1, the whole account where ``parameters`` say nothing or are ignored."""
        try:
            yield from read_list(self._connection, f"{self._v1}/goals", parameters)
        except OkrApiRefused as error:
            # a tag that nobody has used may be refused instead of finding nothing (API reference, section 15, row 4)
            unknown_tag = "tags" in parameters and (error.status == 404 or "tag" in str(error).casefold())
            if not unknown_tag or error.status not in (400, 404):
                raise

    def _one_by_one(self, goal_ids: Collection[str]) -> Generator[Json, None, None]:
        """Goals of v1, a call each, without those that are missing or kept from us."""
        for goal_id in goal_ids:
            try:
                yield self.read(goal_id)
            except NotFound:
                continue
            except OkrApiRefused as error:
                if error.status != 403:
                    raise

    def _filtered(
        self,
        condition: Json,
        is_meant: Callable[[Json], bool],
        fields: str,
        otherwise: Callable[[], Iterator[Json]],
    ) -> Generator[Json, None, None]:
        """Goals of v2 by a Mongo filter; where v2 is missing or ignores filters, what is found ``otherwise``."""
        if time.monotonic() >= self._v2_from:
            parameters: dict[str, str | int] = {
                "filter": json.dumps(condition, ensure_ascii=False, separators=(",", ":")),
                "fields": fields,
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
        yield from otherwise()

    def _missing(self) -> NotFound:
        return NotFound(f"There is no such objective in {self._connection.faults.service}; it may have been deleted.")


def _without_case(word: str) -> str:
    return "(?i)" + re.escape(word[:LONGEST_WORD])
