"""Changing key results: create, edit, check in, delete. The objective's progress follows each change at once."""

from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from . import bodies, tables
from .account import Account
from .errors import ApiError, bad_request, not_found
from .lists import Json
from .metrics import read_metric
from .owners import change_owners, read_owners, write_owners
from .patterns import fold
from .progress import attainment
from .sessions import check_open, read_session
from .times import UNSET, show_time

_table = tables.metrics
_goals = tables.goals
_check_ins = tables.check_ins

MOST = 500
"""Key results of one objective."""


def create_metric(connection: Connection, account: Account, body: Json) -> str:
    """A new key result of the objective ``goalId``; its id. Its owner is the objective's where none is named."""
    goal_id = bodies.item_id(body, "goalId")
    if not goal_id:
        raise bad_request("The field goalId must name an objective.")
    try:
        goal = _lock_goal(connection, goal_id)
    except ApiError as error:
        raise bad_request(error.message) if error.status == 404 else error from None
    if goal.metrics_count >= MOST:
        raise bad_request(f"An objective has at most {MOST} key results.")
    owner_ids = read_owners(body, [goal.owner_id])
    initial = bodies.number(body, "initialValue", 0.0)
    now, metric_id = account.now(), account.new_id()
    last = connection.scalar(select(func.max(_table.c.order_id)).where(_table.c.goal_id == goal_id))
    values = _values(body) | {
        "id": metric_id,
        "goal_id": goal_id,
        "name": bodies.name(body, "name"),
        "owner_id": owner_ids[0],
        "initial_value": initial,
        "target": bodies.number(body, "target", 100.0),
        "actual": bodies.number(body, "actual", initial),
        "order_id": -1 if last is None else last,
        "checked_in_at": UNSET,
        "created_by": account.user_id,
        "created_at": now,
        "modified_at": now,
    }
    values["order_id"] += 1
    values.setdefault("due_date", UNSET)
    values.setdefault("soft_due_date", UNSET)
    values["name_key"] = fold(values["name"])
    values["attainment"] = attainment(
        values.get("target_operator", "at_least"), initial, values["target"], values["actual"]
    )
    connection.execute(insert(_table), [values])
    write_owners(connection, metric_id, owner_ids)
    _follow(connection, account, goal_id)
    return metric_id


def change_metric(connection: Connection, account: Account, metric_id: str, body: Json) -> None:
    """Change the fields that are there. In a locked session only ``actual`` may be among them."""
    metric = _lock_metric(connection, metric_id, progress_only=not (set(body) - {"actual"}))
    changes = _values(body)
    for field, column in (("initialValue", "initial_value"), ("target", "target"), ("actual", "actual")):
        if body.get(field) is not None:
            changes[column] = bodies.number(body, field, 0.0)
    if "name" in body:
        changes["name"] = bodies.name(body, "name")
        changes["name_key"] = fold(changes["name"])
    if "ownerId" in body or "ownerIds" in body:
        changes["owner_id"] = change_owners(connection, metric_id, body)
    _set(connection, account, metric, changes)


def check_in(connection: Connection, account: Account, metric_id: str, body: Json) -> Json:
    """Report progress; what the API answers. One dated before the newest is history and leaves the value alone."""
    metric = _lock_metric(connection, metric_id, progress_only=True)
    if metric.goal_closed_status == "abandoned":
        raise ApiError(400, "goal_abandoned", "The objective is abandoned: progress cannot be reported.")
    if body.get("actual") is None:
        raise bad_request("The field actual must be a number.")
    confidence = bodies.number_or_none(body, "confidence")
    if confidence is not None and not 0 <= confidence <= 1:
        raise bad_request("The field confidence must be between 0 and 1.")
    now = account.now()
    row: dict[str, Any] = {
        "id": account.new_id(),
        "metric_id": metric_id,
        "value": bodies.number(body, "actual", 0.0),
        "confidence": confidence,
        "comment": bodies.text(body, "comment"),
        "custom_fields": bodies.json_object(body, "customFields"),
        "changed_by": account.user_id,
        "checked_in_at": bodies.time(body, "checkInDate", now),
        "created_at": now,
        "updated_at": now,
    }
    connection.execute(insert(_check_ins), [row])
    if row["checked_in_at"] >= metric.checked_in_at:
        changes: dict[str, Any] = {"actual": row["value"], "checked_in_at": row["checked_in_at"]}
        if confidence is not None:
            changes |= {
                "confidence": confidence,
                "confidence_reason": row["comment"],
                "confidence_user_id": account.user_id,
                "confidence_date": row["checked_in_at"],
            }
        _set(connection, account, metric, changes)
    return {
        "id": row["id"],
        "accountId": account.id,
        "metricId": metric_id,
        "value": row["value"],
        "confidence": confidence,
        "comment": row["comment"],
        "changedBy": account.user_id,
        "checkInDate": show_time(row["checked_in_at"]),
        "createdAt": show_time(now),
    }


def delete_metric(connection: Connection, account: Account, metric_id: str) -> None:
    """Take a key result away from its objective."""
    metric = _lock_metric(connection, metric_id, progress_only=False)
    connection.execute(update(_table).where(_table.c.id == metric_id).values(deleted_at=account.now()))
    _follow(connection, account, metric.goal_id)


def _values(body: Json) -> dict[str, Any]:
    """The fields that are kept as they come, of those that are there."""
    values: dict[str, Any] = {}
    for field, column in (
        ("description", "description"),
        ("targetOperator", "target_operator"),
        ("manualType", "manual_type"),
    ):
        if body.get(field) is not None:
            values[column] = bodies.text(body, field)
    for field, column in (("format", "format"), ("customFields", "custom_fields"), ("links", "links")):
        if body.get(field) is not None:
            values[column] = bodies.json_object(body, field)
    for field, column in (("dueDate", "due_date"), ("softDueDate", "soft_due_date")):
        if field in body:
            values[column] = bodies.time(body, field)
    if "critical" in body:
        values["critical"] = bodies.number_or_none(body, "critical")
    return values


def _lock_goal(connection: Connection, goal_id: str, *, progress_only: bool = False) -> Row[Any]:
    """The objective, kept from other changes until the transaction ends: two check-ins count one after the other."""
    query = select(_goals).where(_goals.c.id == goal_id, _goals.c.deleted_at.is_(None)).with_for_update()
    goal = connection.execute(query).one_or_none()
    if goal is None:
        raise not_found("goal", goal_id)
    check_open(read_session(connection, goal.session_id, "share"), progress_only)
    return goal


def _lock_metric(connection: Connection, metric_id: str, *, progress_only: bool) -> Row[Any]:
    _lock_goal(connection, read_metric(connection, metric_id).goal_id, progress_only=progress_only)
    return read_metric(connection, metric_id)


def _set(connection: Connection, account: Account, metric: Row[Any], changes: dict[str, Any]) -> None:
    after = dict(metric._mapping) | changes
    changes["attainment"] = attainment(
        after["target_operator"], after["initial_value"], after["target"], after["actual"]
    )
    changes["modified_at"] = account.now()
    connection.execute(update(_table).where(_table.c.id == metric.id).values(changes))
    _follow(connection, account, metric.goal_id)


def _follow(connection: Connection, account: Account, goal_id: str) -> None:
    """Make the objective's progress the mean of its key results."""
    mine = (_table.c.goal_id == goal_id) & _table.c.deleted_at.is_(None)
    mean = select(func.coalesce(func.avg(_table.c.attainment), 0.0)).where(mine).scalar_subquery()
    count = select(func.count()).select_from(_table).where(mine).scalar_subquery()
    connection.execute(
        update(_goals)
        .where(_goals.c.id == goal_id)
        .values(attainment=mean, metrics_count=count, modified_at=account.now())
    )
