"""Looks at the whole account: what it holds, and where somebody checked in."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

from bot.errors import OkrApiRefused
from bot.objectives.model import Objective
from bot.quantive import wire
from bot.quantive.connection import Connection
from bot.quantive.faults import NotTheApi
from bot.quantive.goals import second_version
from bot.quantive.lists import PAGE, read_list


class Looking:
    """The lists that a look at an account needs. ``v1`` is the base of the API."""

    def __init__(self, connection: Connection, v1: str) -> None:
        self._connection = connection
        self._v1 = v1
        self._v2 = second_version(v1)

    def look(self) -> Iterator[tuple[Objective, bool]]:
        """Every objective of the account, streamed; whether its description came along, which lists may leave out."""
        fields = {"fields": f"{wire.GOAL_FIELDS},description"}
        with closing(read_list(self._connection, f"{self._v1}/goals", fields)) as goals:
            for goal in goals:
                yield replace(wire.read_objective(goal), key_results=None), "description" in goal

    def checked_in(self, since: datetime) -> Iterator[str]:
        """The ids of goals with a check-in since then (aware), each once: v2 lists metrics by their last check-in.

        Raises OkrApiRefused where v2 is not there.
        """
        try:
            yield from self._checked_in(since)
        except NotTheApi as fault:
            raise OkrApiRefused(str(fault), status=fault.status) from fault

    def _checked_in(self, since: datetime) -> Iterator[str]:
        if not self._v2:
            return
        parameters: dict[str, str | int] = {
            "filter": json.dumps({"lastCheckInDate": {"$gte": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}}),
            "fields": "id,goalId,lastCheckInDate",
            "sort": "-lastCheckInDate",
            "skip": 0,
            "limit": PAGE,
            "take": PAGE,
        }
        told: set[str] = set()
        older = 0
        with closing(read_list(self._connection, f"{self._v2}/metrics", parameters)) as metrics:
            for metric in metrics:
                goal_id, checked_in = wire.read_check_in(metric)
                if checked_in is None or checked_in < since.replace(microsecond=0):
                    # An API that ignores the filter, or the order, is not read to its end.
                    older += 1
                    if older >= PAGE:
                        return
                elif goal_id and goal_id not in told:
                    told.add(goal_id)
                    yield goal_id
