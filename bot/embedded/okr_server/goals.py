"""Goals, the objectives: how they are read, filtered and shown."""

import json
import re
from typing import Any

from sqlalchemy import Connection, Double, Row, Select, cast, select

from . import tables
from .account import Account
from .errors import not_found
from .fields import Fields, project, wants
from .filter_sql import Condition, Many, Paths, Single
from .lists import Json, Kind, Rows
from .metrics import metrics_of
from .owners import owners_of
from .tags import tag_key, tags_of
from .times import show_time

_table = tables.goals
_metrics = tables.metrics
_tags = tables.tags
_goal_tags = tables.goal_tags
_owners = tables.owners


_NONE: list[Json] = []


def _document(account: Account, row: Row[Any], owners: list[Json], tags: list[Json]) -> Json:
    # A hundred thousand of these make one listing: taking the row apart at once is quicker than by name.
    values: tuple[Any, ...] = tuple(row)
    id_, name, _, description, session_id, owner_id, parent_id, _, starts, ends = values[:10]
    attainment, attainment_type, status, metrics_count, custom_fields, access = values[10:16]
    created_by, created_at, modified_at, _ = values[16:]
    return {
        "id": id_,
        "accountId": account.id,
        "name": name,
        "description": description,
        "sessionId": session_id,
        "ownerId": owner_id,
        "ownerIds": [owner["id"] for owner in owners],
        "assignee": owners[0] if owners else None,
        "assignees": owners,
        "tags": tags,
        "dateFrom": show_time(starts),
        "dateTo": show_time(ends),
        "attainment": attainment,
        "attainmentTypeString": attainment_type,
        "closedStatus": {"status": status},
        "metricsCount": metrics_count,
        "parentId": parent_id,
        "customFields": json.loads(custom_fields) if custom_fields != "{}" else {},
        "access": None if access is None else json.loads(access),
        "createdById": created_by,
        "dateCreated": show_time(created_at),
        "modifiedAt": show_time(modified_at),
        "url": f"{account.web_url}/#/goals/{session_id}/all/{id_}/metrics/",
    }


def _show(connection: Connection, account: Account, rows: Rows, fields: Fields) -> list[Json]:
    ids = [row.id for row in rows]
    shows_owners = any(wants(fields, name) for name in ("ownerIds", "assignee", "assignees"))
    owners = owners_of(connection, account, ids) if shows_owners else {}
    tags = tags_of(connection, ids) if wants(fields, "tags") else {}
    documents = [_document(account, row, owners.get(row[0], _NONE), tags.get(row[0], _NONE)) for row in rows]
    if "metrics" in fields:
        metrics = metrics_of(connection, account, ids, with_history="metricHistory" in fields["metrics"])
        for document in documents:
            document["metrics"] = metrics[document["id"]]
    return documents


def _show_with_metrics(connection: Connection, account: Account, rows: Rows, fields: Fields) -> list[Json]:
    documents = _show(connection, account, rows, fields)
    metrics = metrics_of(connection, account, [row.id for row in rows])
    return [document | {"metrics": metrics[document["id"]]} for document in documents]


_ROWS: Select[Any] = select(_table).where(_table.c.deleted_at.is_(None))

_PATHS = Paths(
    {
        "id": Single(_table.c.id),
        "name": Single(_table.c.name, folded=_table.c.name_key),
        "description": Single(_table.c.description),
        "sessionId": Single(_table.c.session_id),
        "ownerId": Single(_table.c.owner_id),
        "parentId": Single(_table.c.parent_id),
        "dateFrom": Single(_table.c.date_from),
        "dateTo": Single(_table.c.date_to),
        "attainment": Single(_table.c.attainment, "number"),
        "attainmentTypeString": Single(_table.c.attainment_type),
        "closedStatus.status": Single(_table.c.closed_status),
        "metricsCount": Single(cast(_table.c.metrics_count, Double), "number"),
        "createdById": Single(_table.c.created_by),
        "dateCreated": Single(_table.c.created_at),
        "modifiedAt": Single(_table.c.modified_at),
    },
    {
        "ownerIds": Many(_table.c.id, select(_owners.c.item_id), _owners.c.owner_id),
        "tags.id": Many(_table.c.id, select(_goal_tags.c.goal_id), _goal_tags.c.tag_id),
        "tags.title": Many(
            _table.c.id,
            select(_goal_tags.c.goal_id).join(_tags, _tags.c.id == _goal_tags.c.tag_id),
            _tags.c.title,
        ),
    },
)

KIND = Kind("goals", _ROWS, _table.c.id, _PATHS, _show)
WITH_METRICS = Kind("goals", _ROWS, _table.c.id, _PATHS, _show_with_metrics)


def with_tags(titles: list[str]) -> Condition:
    """The objectives that carry any of these tags (v1 ``tags``: repeated, or one list with commas)."""
    keys = {tag_key(title) for title in titles}
    keys |= {tag_key(part) for title in titles for part in title.split(",")}
    carried = select(_goal_tags.c.goal_id).join(_tags, _tags.c.id == _goal_tags.c.tag_id)
    return _table.c.id.in_(carried.where(_tags.c.title_key.in_(keys - {""})))


def in_sessions(session_ids: list[str]) -> Condition:
    """The objectives of these sessions (v1 ``sessionId``)."""
    return _table.c.session_id.in_([part.strip() for value in session_ids for part in value.split(",")])


def with_metrics_of(owner_ids: list[str]) -> Condition:
    """The objectives that have key results owned by these people (v1 ``metricOwnerIds``)."""
    ids = [part.strip() for value in owner_ids for part in value.split(",")]
    owned = select(_metrics.c.goal_id).join(_owners, _owners.c.item_id == _metrics.c.id)
    return _table.c.id.in_(owned.where(_owners.c.owner_id.in_(ids), _metrics.c.deleted_at.is_(None)))


def show_goal(connection: Connection, account: Account, goal_id: str, fields: Fields, formatting: str = "") -> Json:
    """One objective with its key results and their check-ins, or 404."""
    rows = connection.execute(_ROWS.where(_table.c.id == goal_id)).all()
    if not rows:
        raise not_found("goal", goal_id)
    document = _show(connection, account, rows, fields)[0]
    if wants(fields, "metrics"):
        document["metrics"] = metrics_of(connection, account, [goal_id], with_history=True)[goal_id]
    if formatting == "plainText":
        document["description"] = plain_text(document["description"])
        for metric in document.get("metrics", ()):
            metric["description"] = plain_text(metric["description"])
    return project(document, fields)


_MENTION = re.compile(r"@\[([^\]:\n]*):[^\]\n]*\]")
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\s]*\)")
_MARKS = re.compile(r"\*\*|__|~~|`|^#{1,6}\s+", re.MULTILINE)


def plain_text(text: str) -> str:
    """Rich text without its markup: mentions become names, links their words (API reference, section 2)."""
    return _MARKS.sub("", _LINK.sub(r"\1", _MENTION.sub(r"@\1", text)))
