"""Snapshots of goals: what is kept of one that is deleted, and the bodies that make it again. Pure."""

import json
import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from bot.objectives.model import KeyResult
from bot.objectives.plans import Snapshot
from bot.quantive import wire
from bot.quantive.answer import Json

LARGEST = 256 * 1024
"""Characters of JSON from which on histories are left out of a snapshot."""

_GOAL_FIELDS = ("dateFrom", "dateTo", "attainmentTypeString", "customFields", "access")
"""What a goal is created with just as it was (API reference, section 3.1)."""

_METRIC_FIELDS = (
    *("name", "description", "initialValue", "target", "actual", "critical", "targetOperator", "manualType", "format"),
    *("dueDate", "softDueDate", "links", "customFields", "insightName"),
)
"""What a metric can be created with besides its goal and owners (API reference, section 3.2)."""

_DATES = ("dateFrom", "dateTo", "dueDate", "softDueDate", "checkInDate")


def take_snapshot(goal: Json) -> Snapshot:
    """All of a goal, in a form that any database can hold; of a large one, how many check-ins there were, not which."""
    snapshot: Json = _storable(goal)
    if len(json.dumps(snapshot)) > LARGEST:
        snapshot["metrics"] = [_without_history(metric) for metric in _metrics(snapshot)]
    return snapshot


def _storable(value: Any) -> Any:
    match value:
        case str():
            return wire.read_text(value)
        case float():
            return value if math.isfinite(value) else None
        case list():
            return [_storable(item) for item in value]
        case dict():
            return {wire.read_text(key): _storable(item) for key, item in value.items()}
    return value


def _without_history(metric: Json) -> Json:
    kept = {field: value for field, value in metric.items() if field not in ("metricHistory", "trend", "tasks")}
    return kept | {"checkInsCount": wire.read_key_result(metric).check_ins}


def write_goal(snapshot: Snapshot, parent_id: str) -> Json:
    """The body of ``POST /goals`` that makes the goal again, aligned to this one: its own parent may be called anew.

    Its state is not in it: an abandoned goal takes no values.

    ``access`` is, so that a private objective is not public for a moment.
    """
    goal = dict(snapshot)
    objective = wire.read_objective(goal)
    body = {
        "name": objective.name,
        "sessionId": objective.session.id,
        "ownerId": next(iter(objective.owner_ids), ""),
        "ownerIds": list(objective.owner_ids),
        "description": objective.description,
        "tags": [{"title": tag} for tag in objective.tags],
        "parentId": parent_id,
    }
    return _said(body | {field: goal.get(field) for field in _GOAL_FIELDS})


def write_metric(metric: Json, goal: Json) -> Json:
    """The body of ``POST /metrics`` that makes a metric again, of this goal; owned by the goal's owner if by nobody."""
    owner_ids = wire.read_owner_ids(metric) or wire.read_owner_ids(goal)[:1]
    owned = {"goalId": wire.read_id(goal), "ownerId": next(iter(owner_ids), ""), "ownerIds": list(owner_ids)}
    return _said(owned | {field: metric.get(field) for field in _METRIC_FIELDS})


def write_check_in(metric: Json) -> Json:
    """The body of the check-in after which a metric has its value, confidence and date of before again."""
    key_result = wire.read_key_result(metric)
    confidence = metric.get("confidence")
    return _said(
        {
            "actual": key_result.actual,
            # in the account's own scale, which may be 0 to 10
            "confidence": confidence.get("value") if isinstance(confidence, dict) else confidence,
            "checkInDate": metric.get("lastCheckInDate"),
        }
    )


def _said(body: Json) -> Json:
    """The fields that say something: neither empty nor the zero date."""
    return {
        field: value
        for field, value in body.items()
        if value not in (None, "", [], {}) and (field not in _DATES or wire.read_time(value))
    }


def pair_metrics(snapshot: Snapshot, goal: Json) -> Iterator[tuple[Json, Json | None]]:
    """Each metric of the snapshot, and the one of the goal that is it already: of the same name, start and target."""
    there: dict[tuple[str, float, float], list[Json]] = defaultdict(list)
    for metric in filter(wire.read_id, _metrics(goal)):
        there[_key(metric)].append(metric)
    for metric in _metrics(snapshot):
        same = there[_key(metric)]
        yield metric, same.pop(0) if same else None


def _key(metric: Json) -> tuple[str, float, float]:
    key_result = wire.read_key_result(metric)
    return " ".join(key_result.name.split()), key_result.initial, key_result.target


def _metrics(goal: Snapshot) -> list[Json]:
    metrics = goal.get("metrics")
    return [metric for metric in metrics if isinstance(metric, dict)] if isinstance(metrics, list) else []


def is_automated(metric: Json) -> bool:
    """Whether a data source fills it."""
    return bool(wire.read_text(metric.get("insightName"))) or metric.get("dynamic") is True


def lacks_check_in(before: KeyResult, now: KeyResult) -> bool:
    """Whether a check-in is missing that a key result had; one that was checked in since is left as it is."""
    if now.checked_in and (before.checked_in is None or now.checked_in > before.checked_in):
        return False
    if before.checked_in and not now.checked_in:
        return True
    if not math.isclose(before.actual, now.actual, abs_tol=1e-9):
        return True
    if before.confidence is None or now.confidence is None:
        return before.confidence is not None
    return not math.isclose(before.confidence, now.confidence, abs_tol=1e-6)
