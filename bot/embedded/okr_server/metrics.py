"""Metrics, the key results of an objective: reading them, and their check-ins."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Double, Row, Select, cast, func, select

from . import tables
from .account import Account
from .dialects import among
from .errors import not_found
from .fields import Fields, wants
from .filter_sql import Many, Paths, Single
from .lists import Json, Kind, Rows
from .owners import owners_of
from .times import show_time

_table = tables.metrics
_goals = tables.goals
_check_ins = tables.check_ins
_links = tables.owners


def _show(connection: Connection, account: Account, rows: Rows, fields: Fields) -> list[Json]:
    ids = [row.id for row in rows]
    owners = owners_of(connection, account, ids)
    history = history_of(connection, ids) if "metricHistory" in fields else None
    documents = [_document(account, row, owners[row.id]) for row in rows]
    if wants(fields, "checkInsCount"):
        counts = _count_check_ins(connection, ids)
        for document in documents:
            document["checkInsCount"] = counts.get(document["id"], 0)
    if history is not None:
        for document in documents:
            document["metricHistory"] = history[document["id"]]
    return documents


def _document(account: Account, row: Row[Any], owners: list[Json]) -> Json:
    return {
        "id": row.id,
        "accountId": account.id,
        "goalId": row.goal_id,
        "sessionId": row.session_id,
        "name": row.name,
        "description": row.description,
        "ownerId": row.owner_id,
        "ownerIds": [owner["id"] for owner in owners],
        "assignee": owners[0] if owners else None,
        "assignees": owners,
        "numberOfOwners": len(owners),
        "initialValue": row.initial_value,
        "target": row.target,
        "actual": row.actual,
        "critical": row.critical,
        "targetOperator": row.target_operator,
        "manualType": row.manual_type,
        "insightName": "",
        "dynamic": False,
        "format": {"prefix": "", "suffix": "", "fractionSize": 0} | json.loads(row.format),
        "dueDate": show_time(row.due_date),
        "softDueDate": show_time(row.soft_due_date),
        "attainment": row.attainment,
        "confidence": None
        if row.confidence is None
        else {
            "value": row.confidence,
            "date": show_time(row.confidence_date),
            "reason": row.confidence_reason,
            "userId": row.confidence_user_id,
        },
        "lastCheckInDate": show_time(row.checked_in_at),
        "orderId": row.order_id,
        "customFields": json.loads(row.custom_fields),
        "links": json.loads(row.links),
        "goalName": row.goal_name,
        "goalOwnerId": row.goal_owner_id,
        "goalAttainment": row.goal_attainment,
        "goalClosedStatus": {"status": row.goal_closed_status},
        "createdById": row.created_by,
        "dateCreated": show_time(row.created_at),
        "modifiedAt": show_time(row.modified_at),
        "url": f"{account.web_url}/#/goals/{row.session_id}/all/{row.goal_id}/metrics/metric/{row.id}/",
    }


_ROWS: Select[Any] = (
    select(
        _table,
        _goals.c.session_id,
        _goals.c.name.label("goal_name"),
        _goals.c.owner_id.label("goal_owner_id"),
        _goals.c.attainment.label("goal_attainment"),
        _goals.c.closed_status.label("goal_closed_status"),
    )
    .join(_goals, _goals.c.id == _table.c.goal_id)
    .where(_table.c.deleted_at.is_(None), _goals.c.deleted_at.is_(None))
)

KIND = Kind(
    "metrics",
    _ROWS,
    _table.c.id,
    Paths(
        {
            "id": Single(_table.c.id),
            "goalId": Single(_table.c.goal_id),
            "sessionId": Single(_goals.c.session_id),
            "name": Single(_table.c.name, folded=_table.c.name_key),
            "goalName": Single(_goals.c.name, folded=_goals.c.name_key),
            "description": Single(_table.c.description),
            "ownerId": Single(_table.c.owner_id),
            "goalOwnerId": Single(_goals.c.owner_id),
            "initialValue": Single(_table.c.initial_value, "number"),
            "target": Single(_table.c.target, "number"),
            "actual": Single(_table.c.actual, "number"),
            "critical": Single(_table.c.critical, "number", is_nullable=True),
            "targetOperator": Single(_table.c.target_operator),
            "attainment": Single(_table.c.attainment, "number"),
            "goalAttainment": Single(_goals.c.attainment, "number"),
            "lastCheckInDate": Single(_table.c.checked_in_at),
            "dueDate": Single(_table.c.due_date),
            "orderId": Single(cast(_table.c.order_id, Double), "number"),
            "dateCreated": Single(_table.c.created_at),
            "modifiedAt": Single(_table.c.modified_at),
        },
        {"ownerIds": Many(_table.c.id, select(_links.c.item_id), _links.c.owner_id)},
    ),
    _show,
)


def read_metric(connection: Connection, metric_id: str) -> Row[Any]:
    """One key result with what is shown of its objective, or 404."""
    row = connection.execute(_ROWS.where(_table.c.id == metric_id)).one_or_none()
    if row is None:
        raise not_found("metric", metric_id)
    return row


def show_metric(connection: Connection, account: Account, metric_id: str) -> Json:
    """One key result with its check-ins."""
    rows = [read_metric(connection, metric_id)]
    document = _show(connection, account, rows, {})[0]
    document["metricHistory"] = history_of(connection, [metric_id])[metric_id]
    return document


def metrics_of(
    connection: Connection, account: Account, goal_ids: Sequence[str], *, with_history: bool = False
) -> dict[str, list[Json]]:
    """The key results of each objective, in their order."""
    query = _ROWS.where(among(_table.c.goal_id, goal_ids)).order_by(_table.c.goal_id, _table.c.order_id, _table.c.id)
    rows = connection.execute(query).all()
    found: dict[str, list[Json]] = defaultdict(list)
    documents = _show(connection, account, rows, {}) if rows else []
    history = history_of(connection, [row.id for row in rows]) if with_history and rows else {}
    for document in documents:
        if with_history:
            document["metricHistory"] = history.get(document["id"], [])
        found[document["goalId"]].append(document)
    return found


def history_of(connection: Connection, metric_ids: Sequence[str]) -> dict[str, list[Json]]:
    """The check-ins of each key result, oldest first."""
    found: dict[str, list[Json]] = defaultdict(list)
    query = select(_check_ins).where(among(_check_ins.c.metric_id, metric_ids))
    for row in connection.execute(query.order_by(_check_ins.c.checked_in_at, _check_ins.c.id)):
        found[row.metric_id].append(
            {
                "id": row.id,
                "metricValue": row.value,
                "confidenceValue": row.confidence,
                "comment": row.comment,
                "changedBy": row.changed_by,
                "checkInDate": show_time(row.checked_in_at),
                "createdAt": show_time(row.created_at),
                "updatedAt": show_time(row.updated_at),
            }
        )
    return found


def _count_check_ins(connection: Connection, metric_ids: Sequence[str]) -> dict[str, int]:
    query = select(_check_ins.c.metric_id, func.count()).where(among(_check_ins.c.metric_id, metric_ids))
    return dict(connection.execute(query.group_by(_check_ins.c.metric_id)).all())
