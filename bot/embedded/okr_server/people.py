"""Users and teams, which are both assignees: whoever can own an objective."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from . import bodies, tables
from .account import Account
from .dialects import among
from .errors import bad_request, not_found
from .fields import Fields, wants
from .filter_sql import Many, Paths, Single
from .lists import Json, Kind, Rows
from .patterns import fold
from .times import show_time

_table = tables.assignees
_members = tables.members


def show_assignee(account: Account, row: Row[Any]) -> Json:
    """A user or a team in the role of owner."""
    return {
        "id": row.id,
        "accountId": account.id,
        "type": row.type,
        "name": row.name,
        "email": row.email or "",
        "avatar": row.avatar,
        "picture": row.picture,
        "color": row.color,
        "isActive": row.is_active,
    }


def _show_assignees(_connection: Connection, account: Account, rows: Rows, _fields: Fields) -> list[Json]:
    return [show_assignee(account, row) for row in rows]


def _show_users(connection: Connection, account: Account, rows: Rows, fields: Fields) -> list[Json]:
    ids = [row.id for row in rows]
    teams: dict[str, list[str]] = defaultdict(list)
    managed: dict[str, list[str]] = defaultdict(list)
    if wants(fields, "teamIds"):
        query = select(_members.c.user_id, _members.c.team_id).where(among(_members.c.user_id, ids))
        for user_id, team_id in connection.execute(query.order_by(_members.c.team_id)):
            teams[user_id].append(team_id)
    if wants(fields, "managedTeamIds"):
        led = select(_table.c.manager_id, _table.c.id).where(among(_table.c.manager_id, ids)).order_by(_table.c.id)
        for user_id, team_id in connection.execute(led):
            managed[user_id].append(team_id)
    return [
        {
            "id": row.id,
            "accountId": account.id,
            "email": row.email or "",
            "firstName": row.first_name,
            "lastName": row.last_name,
            "name": row.name,
            "picture": row.picture,
            "isActive": row.is_active,
            "subscriptionType": row.subscription_type,
            "teamIds": teams[row.id],
            "managedTeamIds": managed[row.id],
            "roles": [],
            "dateCreated": show_time(row.created_at),
            "modifiedAt": show_time(row.modified_at),
        }
        for row in rows
    ]


def _show_teams(connection: Connection, account: Account, rows: Rows, fields: Fields) -> list[Json]:
    members: dict[str, list[str]] = defaultdict(list)
    if wants(fields, "members"):
        query = select(_members.c.team_id, _members.c.user_id)
        query = query.where(among(_members.c.team_id, [row.id for row in rows])).order_by(_members.c.user_id)
        for team_id, user_id in connection.execute(query):
            members[team_id].append(user_id)
    return [
        {
            "id": row.id,
            "accountId": account.id,
            "name": row.name,
            "description": row.description,
            "color": row.color,
            "avatar": row.avatar,
            "picture": row.picture,
            "parentId": row.parent_id,
            "manager": row.manager_id,
            "members": members[row.id],
            "isActive": row.is_active,
            "customFields": {},
            "dateCreated": show_time(row.created_at),
            "modifiedAt": show_time(row.modified_at),
        }
        for row in rows
    ]


_SINGLES = {
    "id": Single(_table.c.id),
    "name": Single(_table.c.name, folded=_table.c.name_key),
    "isActive": Single(_table.c.is_active, "flag"),
    "picture": Single(_table.c.picture),
}
_DATES = {"dateCreated": Single(_table.c.created_at), "modifiedAt": Single(_table.c.modified_at)}

ASSIGNEES = Kind(
    "assignees",
    select(_table),
    _table.c.id,
    Paths(_SINGLES | {"type": Single(_table.c.type)}),
    _show_assignees,
)

USERS = Kind(
    "users",
    select(_table).where(_table.c.type == "user"),
    _table.c.id,
    Paths(
        _SINGLES
        | _DATES
        | {
            "firstName": Single(_table.c.first_name),
            "lastName": Single(_table.c.last_name),
            "subscriptionType": Single(_table.c.subscription_type),
        },
        {"teamIds": Many(_table.c.id, select(_members.c.user_id), _members.c.team_id)},
    ),
    _show_users,
)

TEAMS = Kind(
    "teams",
    select(_table).where(_table.c.type == "team"),
    _table.c.id,
    Paths(
        _SINGLES
        | _DATES
        | {
            "description": Single(_table.c.description),
            "parentId": Single(_table.c.parent_id),
            "manager": Single(_table.c.manager_id),
        },
        {"members": Many(_table.c.id, select(_members.c.team_id), _members.c.user_id)},
    ),
    _show_teams,
)


def create_user(connection: Connection, account: Account, body: Json) -> str:
    """A new user, who can own objectives from then on; their id. 400 where the e-mail is taken."""
    first, last = bodies.text(body, "firstName").strip(), bodies.text(body, "lastName").strip()
    name = f"{first} {last}".strip() or bodies.text(body, "name").strip()
    email = _email(body)
    return _insert(
        connection,
        account,
        {
            "type": "user",
            "name": name or email,
            "first_name": first or name,
            "last_name": last,
            "email": email,
            "email_key": fold(email),
            "picture": bodies.text(body, "picture"),
            "subscription_type": bodies.text(body, "subscriptionType", "regular"),
            "is_active": bodies.flag(body, "isActive", True),
        },
        _team_ids(connection, body),
    )


def change_user(connection: Connection, account: Account, user_id: str, body: Json) -> None:
    """Change the fields that are there; ``teamIds`` is the whole new list."""
    row = read_assignee(connection, "user", user_id)
    changes: dict[str, Any] = {}
    if "firstName" in body or "lastName" in body:
        changes["first_name"] = bodies.text(body, "firstName", row.first_name).strip()
        changes["last_name"] = bodies.text(body, "lastName", row.last_name).strip()
        changes["name"] = f"{changes['first_name']} {changes['last_name']}".strip() or row.name
        changes["name_key"] = fold(changes["name"])
    if "email" in body:
        changes["email"] = _email(body)
        changes["email_key"] = fold(changes["email"])
    if "picture" in body:
        changes["picture"] = bodies.text(body, "picture")
    if "isActive" in body:
        changes["is_active"] = bodies.flag(body, "isActive", True)
    changes["modified_at"] = account.now()
    try:
        connection.execute(update(_table).where(_table.c.id == user_id).values(changes))
    except IntegrityError:
        raise bad_request(f"The e-mail {changes.get('email', '')} belongs to another user.") from None
    if "teamIds" in body:
        team_ids = _team_ids(connection, body)
        connection.execute(delete(_members).where(_members.c.user_id == user_id))
        if team_ids:
            connection.execute(insert(_members), [{"team_id": team, "user_id": user_id} for team in team_ids])


def create_team(connection: Connection, account: Account, body: Json) -> str:
    """A new team, which can own objectives from then on; its id."""
    user_ids = bodies.item_ids(body, "members")
    manager = bodies.item_id(body, "manager")
    for user_id in [*user_ids, *([manager] if manager else [])]:
        _require(connection, "user", user_id)
    values = {
        "type": "team",
        "name": bodies.name(body, "name"),
        "description": bodies.text(body, "description"),
        "color": bodies.text(body, "color"),
        "avatar": bodies.text(body, "avatar"),
        "picture": bodies.text(body, "picture"),
        "parent_id": bodies.item_id(body, "parentId"),
        "manager_id": manager,
        "is_active": True,
    }
    team_id = _insert(connection, account, values, [])
    if user_ids:
        connection.execute(insert(_members), [{"team_id": team_id, "user_id": user_id} for user_id in user_ids])
    return team_id


def _insert(connection: Connection, account: Account, values: dict[str, Any], team_ids: list[str]) -> str:
    now, new_id = account.now(), account.new_id()
    made = {"id": new_id, "name_key": fold(values["name"]), "created_at": now, "modified_at": now}
    try:
        connection.execute(insert(_table), [made | values])
    except IntegrityError:
        raise bad_request(f"The e-mail {values.get('email', '')} belongs to another user.") from None
    if team_ids:
        connection.execute(insert(_members), [{"team_id": team_id, "user_id": new_id} for team_id in team_ids])
    return new_id


def _email(body: Json) -> str:
    email = bodies.name(body, "email")
    if "@" not in email[1:-1] or any(character.isspace() for character in email):
        raise bad_request("The field email must be an e-mail address.")
    return email


def _team_ids(connection: Connection, body: Json) -> list[str]:
    team_ids = bodies.item_ids(body, "teamIds")
    for team_id in team_ids:
        _require(connection, "team", team_id)
    return team_ids


def _require(connection: Connection, kind: str, item_id: str) -> None:
    query = select(_table.c.id).where(_table.c.id == item_id, _table.c.type == kind)
    if connection.scalar(query) is None:
        raise bad_request(f"There is no {kind} with the id {item_id}.")


def read_assignee(connection: Connection, kind: str, item_id: str) -> Row[Any]:
    """One user or team (``kind``), or 404."""
    query: Select[Any] = select(_table).where(_table.c.id == item_id, _table.c.type == kind)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise not_found(kind, item_id)
    return row


def find_by_email(connection: Connection, email: str) -> str:
    """The id of the user with this e-mail, compared without case; 404 where there is none."""
    user_id: str | None = connection.scalar(select(_table.c.id).where(_table.c.email_key == fold(email.strip())))
    if user_id is None:
        raise not_found("user", email)
    return user_id
