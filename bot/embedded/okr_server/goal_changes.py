"""Changing objectives: create, edit, delete, restore. Deleting is soft for thirty days."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from . import bodies, tables
from .account import Account
from .dialects import among
from .errors import ApiError, bad_request, not_found
from .lists import Json
from .owners import change_owners, read_owners, write_owners
from .patterns import fold
from .sessions import check_open, read_session, require_session
from .tags import read_titles, write_tags
from .times import UNSET, write_time

KEPT = timedelta(days=30)
"""How long a deleted objective can be restored."""

DEEPEST = 100
"""Levels of alignment."""

_table = tables.goals
_metrics = tables.metrics


def create_goal(connection: Connection, account: Account, body: Json) -> str:
    """A new objective in an open session; its id."""
    name = bodies.name(body, "name")
    owner_ids = read_owners(body, [])
    if not owner_ids:
        raise bad_request("The field ownerId must name a user or a team.")
    session_id = bodies.item_id(body, "sessionId")
    if not session_id:
        raise bad_request("The field sessionId must name a session.")
    session = require_session(connection, session_id)
    now, goal_id = account.now(), account.new_id()
    values: dict[str, Any] = {
        "id": goal_id,
        "name": name,
        "name_key": fold(name),
        "description": bodies.text(body, "description"),
        "session_id": session_id,
        "owner_id": owner_ids[0],
        "parent_id": _parent_id(connection, body, goal_id),
        "date_from": _date(body, "dateFrom", session.starts_at),
        "date_to": _date(body, "dateTo", session.ends_at),
        "attainment": 0.0,
        "attainment_type": bodies.text(body, "attainmentTypeString", "average_kr"),
        "closed_status": _status(body),
        "metrics_count": 0,
        "custom_fields": bodies.json_object(body, "customFields"),
        "access": bodies.json_or_none(body, "access"),
        "created_by": account.user_id,
        "created_at": now,
        "modified_at": now,
    }
    bodies.check_order(values["date_from"], values["date_to"], "An objective")
    connection.execute(insert(_table), [values])
    write_owners(connection, goal_id, owner_ids)
    write_tags(connection, account, goal_id, read_titles(body))
    return goal_id


def change_goal(connection: Connection, account: Account, goal_id: str, body: Json) -> None:
    """Change the fields that are there; ``tags`` is the whole new list."""
    goal = _lock(connection, goal_id)
    session = read_session(connection, goal.session_id, "share")
    check_open(session)
    changes: dict[str, Any] = {"modified_at": account.now()}
    if "name" in body:
        changes["name"] = bodies.name(body, "name")
        changes["name_key"] = fold(changes["name"])
    if "description" in body:
        changes["description"] = bodies.text(body, "description")
    if "customFields" in body:
        changes["custom_fields"] = bodies.json_object(body, "customFields")
    if "access" in body:
        changes["access"] = bodies.json_or_none(body, "access")
    if "attainmentTypeString" in body:
        changes["attainment_type"] = bodies.text(body, "attainmentTypeString", "average_kr")
    if "closedStatus" in body:
        changes["closed_status"] = _status(body)
    if "parentId" in body:
        changes["parent_id"] = _parent_id(connection, body, goal_id)
        changes["former_parent_id"] = ""
    changes |= _moved(connection, body, goal, session)
    if "ownerId" in body or "ownerIds" in body:
        changes["owner_id"] = change_owners(connection, goal_id, body)
    if "tags" in body:
        write_tags(connection, account, goal_id, read_titles(body))
    connection.execute(update(_table).where(_table.c.id == goal_id).values(changes))


def _moved(connection: Connection, body: Json, goal: Row[Any], session: Row[Any]) -> dict[str, Any]:
    """The session and the dates after a change; dates that were the old session's become the new one's."""
    after = session
    session_id = bodies.item_id(body, "sessionId")
    if session_id and session_id != goal.session_id:
        after = require_session(connection, session_id)
    starts = after.starts_at if goal.date_from == session.starts_at else goal.date_from
    ends = after.ends_at if goal.date_to == session.ends_at else goal.date_to
    starts = _date(body, "dateFrom", starts)
    ends = _date(body, "dateTo", ends)
    bodies.check_order(starts, ends, "An objective")
    return {"session_id": after.id, "date_from": starts, "date_to": ends}


def delete_goal(connection: Connection, account: Account, goal_id: str) -> None:
    """Hide an objective and its key results; what was aligned to it has no parent until it is restored."""
    goal = _lock(connection, goal_id)
    check_open(read_session(connection, goal.session_id, "share"))
    now = account.now()
    connection.execute(update(_table).where(_table.c.id == goal_id).values(deleted_at=now, modified_at=now))
    children = (_table.c.parent_id == goal_id) & _table.c.deleted_at.is_(None)
    connection.execute(update(_table).where(children).values(parent_id="", former_parent_id=goal_id, modified_at=now))
    purge(connection, account)


def restore_goal(connection: Connection, account: Account, goal_id: str) -> None:
    """Bring a deleted objective back with its key results, check-ins and aligned objectives.

    An extension of this server. 404 where it was deleted more than thirty days ago; nothing happens where it was not.
    """
    goal = _lock(connection, goal_id, is_deleted=True)
    if goal.deleted_at is None:
        return
    check_open(read_session(connection, goal.session_id, "share"))
    now = account.now()
    values: dict[str, Any] = {"deleted_at": None, "modified_at": now}
    if goal.parent_id and not _exists(connection, goal.parent_id):
        values |= {"parent_id": "", "former_parent_id": goal.parent_id}
    connection.execute(update(_table).where(_table.c.id == goal_id).values(values))
    orphans = (_table.c.former_parent_id == goal_id) & (_table.c.parent_id == "")
    connection.execute(update(_table).where(orphans).values(parent_id=goal_id, former_parent_id="", modified_at=now))


def purge(connection: Connection, account: Account) -> None:
    """Take out for good what was deleted more than thirty days ago."""
    before = write_time(account.clock() - KEPT)
    gone = list(connection.scalars(select(_table.c.id).where(_table.c.deleted_at < before)))
    old = or_(_metrics.c.deleted_at < before, among(_metrics.c.goal_id, gone))
    metric_ids = list(connection.scalars(select(_metrics.c.id).where(old)))
    if not gone and not metric_ids:
        return
    for table, column, ids in (
        (tables.check_ins, tables.check_ins.c.metric_id, metric_ids),
        (tables.owners, tables.owners.c.item_id, metric_ids + gone),
        (tables.goal_tags, tables.goal_tags.c.goal_id, gone),
        (_metrics, _metrics.c.id, metric_ids),
        (_table, _table.c.id, gone),
    ):
        connection.execute(delete(table).where(among(column, ids)))
    connection.execute(update(_table).where(among(_table.c.former_parent_id, gone)).values(former_parent_id=""))


def _lock(connection: Connection, goal_id: str, *, is_deleted: bool = False) -> Row[Any]:
    """The objective, kept from other changes until the transaction ends; 404 where it is not there."""
    goal = connection.execute(select(_table).where(_table.c.id == goal_id).with_for_update()).one_or_none()
    if goal is None or (goal.deleted_at is not None and not is_deleted):
        raise not_found("goal", goal_id)
    return goal


def _exists(connection: Connection, goal_id: str) -> bool:
    query = select(_table.c.id).where(_table.c.id == goal_id, _table.c.deleted_at.is_(None))
    return connection.scalar(query) is not None


def _parent_id(connection: Connection, body: Json, goal_id: str) -> str:
    """The objective to be aligned to; 400 where there is none, or where it is aligned to this one."""
    parent_id = bodies.item_id(body, "parentId")
    if parent_id and not _exists(connection, parent_id):
        raise bad_request(f"There is no goal with the id {parent_id} to align to.")
    above = parent_id
    for _ in range(DEEPEST):
        if not above:
            return parent_id
        if above == goal_id:
            break
        above = connection.scalar(select(_table.c.parent_id).where(_table.c.id == above)) or ""
    raise ApiError(400, "bad_request", "An objective cannot be aligned to itself or to what is aligned to it.")


def _date(body: Json, field: str, otherwise: str) -> str:
    kept = bodies.time(body, field, otherwise)
    return otherwise if kept == UNSET else kept


def _status(body: Json) -> str:
    value = body.get("closedStatus")
    if value is None:
        return "active"
    if not isinstance(value, dict):
        raise bad_request("The field closedStatus must be an object with a status.")
    return bodies.text(value, "status", "active").strip() or "active"
