"""Sessions, the planning periods: reading, changing, and what each status lets through."""

import json
from calendar import monthrange
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from . import bodies, tables
from .account import Account
from .database import lock_account
from .errors import ApiError, bad_request, not_found
from .fields import Fields
from .filter_sql import Condition, Paths, Single
from .lists import Json, Kind, Rows
from .times import show_time, write_time

_table = tables.sessions
_STATUSES = ("open", "locked", "closed")


def _show(_connection: Connection, account: Account, rows: Rows, _fields: Fields) -> list[Json]:
    return [
        {
            "id": row.id,
            "accountId": account.id,
            "title": row.title,
            "start": show_time(row.starts_at),
            "end": show_time(row.ends_at),
            "status": row.status,
            "parentId": row.parent_id,
            "access": None if row.access is None else json.loads(row.access),
            "dateCreated": show_time(row.created_at),
            "modifiedAt": show_time(row.modified_at),
        }
        for row in rows
    ]


KIND = Kind(
    "sessions",
    select(_table),
    _table.c.id,
    Paths(
        {
            "id": Single(_table.c.id),
            "title": Single(_table.c.title),
            "start": Single(_table.c.starts_at),
            "end": Single(_table.c.ends_at),
            "status": Single(_table.c.status),
            "parentId": Single(_table.c.parent_id),
            "dateCreated": Single(_table.c.created_at),
            "modifiedAt": Single(_table.c.modified_at),
        }
    ),
    _show,
)


def read_session(connection: Connection, session_id: str, lock: str = "") -> Row[Any]:
    """One session, or 404. ``lock``: ``share`` keeps its status as it is until the transaction ends, ``change`` all."""
    query: Select[Any] = select(_table).where(_table.c.id == session_id)
    if lock:
        query = query.with_for_update(read=lock == "share")
    row = connection.execute(query).one_or_none()
    if row is None:
        raise not_found("session", session_id)
    return row


def require_session(connection: Connection, session_id: str) -> Row[Any]:
    """The session an objective is to be in: 400 where there is none or it is not open."""
    try:
        session = read_session(connection, session_id, "share")
    except ApiError as error:
        raise bad_request(error.message) from None
    check_open(session)
    return session


def check_open(session: Row[Any], progress_only: bool = False) -> None:
    """Refuse a change that the session's status does not allow (API reference, 3.3)."""
    if session.status == "closed":
        raise ApiError(400, "session_closed", f"The session “{session.title}” is closed: nothing in it can change.")
    if session.status == "locked" and not progress_only:
        raise ApiError(
            400, "session_locked", f"The session “{session.title}” is locked: only progress can be reported in it."
        )


def create_session(connection: Connection, account: Account, body: Json) -> str:
    """A new session; its id."""
    values: dict[str, Any] = {
        "title": bodies.name(body, "title"),
        "starts_at": _needed_time(body, "start"),
        "ends_at": _needed_time(body, "end"),
        "status": _status(body, "open"),
        "parent_id": bodies.item_id(body, "parentId"),
        "access": bodies.json_or_none(body, "access"),
    }
    bodies.check_order(values["starts_at"], values["ends_at"], "A session")
    return _insert(connection, account, values, is_automatic=False)


def _insert(connection: Connection, account: Account, values: dict[str, Any], *, is_automatic: bool) -> str:
    now = account.now()
    made: dict[str, Any] = {"id": account.new_id(), "is_automatic": is_automatic, "created_at": now, "modified_at": now}
    connection.execute(insert(_table), [made | values])
    return str(made["id"])


def change_session(connection: Connection, account: Account, session_id: str, body: Json) -> None:
    """Change the title, the dates or the status; also of a closed session, which is how it opens again."""
    session = read_session(connection, session_id, "change")
    changes: dict[str, Any] = {}
    if "title" in body:
        changes["title"] = bodies.name(body, "title")
    if "start" in body:
        changes["starts_at"] = _needed_time(body, "start")
    if "end" in body:
        changes["ends_at"] = _needed_time(body, "end")
    if "status" in body:
        changes["status"] = _status(body, session.status)
    if "parentId" in body:
        changes["parent_id"] = bodies.item_id(body, "parentId")
    if "access" in body:
        changes["access"] = bodies.json_or_none(body, "access")
    bodies.check_order(
        changes.get("starts_at", session.starts_at), changes.get("ends_at", session.ends_at), "A session"
    )
    changes["modified_at"] = account.now()
    connection.execute(update(_table).where(_table.c.id == session_id).values(changes))


def _needed_time(body: Json, field: str) -> str:
    value = bodies.time(body, field, "")
    if not value:
        raise bad_request(f"The field {field} must be a date like 2026-11-23T09:00:00Z.")
    return value


def _status(body: Json, otherwise: str) -> str:
    status = bodies.text(body, "status", otherwise)
    if status not in _STATUSES:
        raise bad_request("The field status must be open, locked or closed.")
    return status


def is_current(now: str) -> Condition:
    """Whether a session runs at ``now`` (as kept)."""
    return (_table.c.starts_at <= now) & (_table.c.ends_at >= now)


def has_status(status: str) -> Condition:
    """Whether a session's status is this one."""
    return _table.c.status == status


def make_missing_sessions(connection: Connection, account: Account) -> None:
    """Make this quarter, the next and this year where none is open today, unless people make sessions themselves."""
    if not lacks_sessions(connection, account):
        return
    lock_account(connection)
    if not lacks_sessions(connection, account):
        return
    titles = set(connection.scalars(select(_table.c.title)))
    for title, starts, ends in periods(account.clock()):
        if title not in titles:
            values = {"title": title, "starts_at": write_time(starts), "ends_at": write_time(ends)}
            _insert(connection, account, values, is_automatic=True)


def lacks_sessions(connection: Connection, account: Account) -> bool:
    """Whether no session is open today, and all there are were made by the server itself."""
    rows = connection.execute(select(_table.c.is_automatic, is_current(account.now()) & (_table.c.status == "open")))
    return all(is_automatic and not is_open_now for is_automatic, is_open_now in rows)


def periods(now: datetime) -> list[tuple[str, datetime, datetime]]:
    """This quarter, the next one and this year: title, first and last moment in UTC."""
    now = now.astimezone(UTC)
    quarter = (now.month - 1) // 3
    following = (now.year, quarter + 1) if quarter < 3 else (now.year + 1, 0)
    year = (f"{now.year}", datetime(now.year, 1, 1, tzinfo=UTC), _end_of(now.year, 12))
    return [quarter_of(now.year, quarter), quarter_of(*following), year]


def quarter_of(year: int, quarter: int) -> tuple[str, datetime, datetime]:
    """A quarter (0 to 3) of a year: title, first and last moment in UTC."""
    first = quarter * 3 + 1
    return f"Q{quarter + 1} {year}", datetime(year, first, 1, tzinfo=UTC), _end_of(year, first + 2)


def _end_of(year: int, month: int) -> datetime:
    return datetime(year, month, monthrange(year, month)[1], 23, 59, 59, tzinfo=UTC)
