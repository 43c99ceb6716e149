"""Looks at the whole account: what it holds, and where somebody checked in."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

from bot.errors import OkrApiRefused
from bot.objectives.model import KeyResult, Objective
from bot.quantive import wire
from bot.quantive.answer import Json
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

    def checked_in(self, since: datetime) -> Iterator[tuple[str, KeyResult]]:
        """Metrics with a check-in since then (aware), each behind the id of its goal: v2 lists them by the last one.

        Raises OkrApiRefused where v2 is not there.
        """
        try:
            yield from self._checked_in(since)
        except NotTheApi as fault:
            raise OkrApiRefused(str(fault), status=fault.status) from fault

    def confidence_at(self, metric_id: str, moment: datetime) -> float | None:
        """The confidence in a metric right before a moment (aware), by its history; None where there was none.

        Raises OkrApiRefused where the history is not told.
        """
        metric = self._metric(metric_id)
        if not isinstance(metric.get("metricHistory"), list):
            raise OkrApiRefused("The API does not tell the history of this key result.")
        return wire.read_confidence_at(metric, moment)

    def _metric(self, metric_id: str) -> Json:
        with self._connection.read(f"{self._v1}/metrics/{quote(metric_id, safe='')}") as answer:
            metric = answer.document()
        return metric if isinstance(metric, dict) else {}

    def _whole(self, metric: Json) -> Json:
        """The metric itself: whether lists bring the confidence is not known."""
        try:
            return self._metric(wire.read_id(metric))
        except OkrApiRefused:
            return metric

    def _checked_in(self, since: datetime) -> Iterator[tuple[str, KeyResult]]:
        if not self._v2:
            return
        parameters: dict[str, str | int] = {
            "filter": json.dumps({"lastCheckInDate": {"$gte": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}}),
            "fields": "id,goalId,name,confidence,lastCheckInDate",
            "sort": "-lastCheckInDate",
            "skip": 0,
            "limit": PAGE,
            "take": PAGE,
        }
        older = 0
        with closing(read_list(self._connection, f"{self._v2}/metrics", parameters)) as metrics:
            for metric in metrics:
                goal_id, checked_in = wire.read_check_in(metric)
                if checked_in is None or checked_in < since.replace(microsecond=0):
                    # An API that ignores the filter, or the order, is not read to its end.
                    older += 1
                    if older >= PAGE:
                        return
                elif goal_id:
                    yield goal_id, wire.read_key_result(metric if "confidence" in metric else self._whole(metric))
