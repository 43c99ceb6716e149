"""Who owns an objective or a key result: one or more assignees, the first of them first."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from . import bodies, tables
from .account import Account
from .dialects import among
from .errors import bad_request
from .lists import Json
from .people import show_assignee

_table = tables.owners
_assignees = tables.assignees


def read_owners(body: Json, current: Sequence[str]) -> list[str]:
    """The owners that ``ownerId`` and ``ownerIds`` ask for.

    ``ownerIds`` is the whole list. ``ownerId`` alone takes the place of the first owner; the others stay.
    """
    first = bodies.item_id(body, "ownerId")
    listed = bodies.item_ids(body, "ownerIds")
    if not listed:
        listed = list(current[1:]) if first else list(current)
    return list(dict.fromkeys([first, *listed] if first else listed))


def write_owners(connection: Connection, item_id: str, owner_ids: Sequence[str]) -> None:
    """Make ``owner_ids`` the owners of an item, all of them and no others; 400 where one does not exist."""
    known = set(connection.scalars(select(_assignees.c.id).where(_assignees.c.id.in_(owner_ids))))
    for owner_id in owner_ids:
        if owner_id not in known:
            raise bad_request(f"There is no user or team with the id {owner_id}.")
    connection.execute(delete(_table).where(_table.c.item_id == item_id))
    connection.execute(
        insert(_table),
        [{"item_id": item_id, "position": position, "owner_id": owner} for position, owner in enumerate(owner_ids)],
    )


def change_owners(connection: Connection, item_id: str, body: Json) -> str:
    """Change the owners of an item as the body asks; the id of the first one."""
    query = select(_table.c.owner_id).where(_table.c.item_id == item_id).order_by(_table.c.position)
    owner_ids = read_owners(body, list(connection.scalars(query)))
    write_owners(connection, item_id, owner_ids)
    return owner_ids[0]


def owners_of(connection: Connection, account: Account, item_ids: Sequence[str]) -> dict[str, list[Json]]:
    """The owners of each item, as assignees, the first one first."""
    query = select(_table.c.item_id, _table.c.owner_id).where(among(_table.c.item_id, item_ids))
    links = connection.execute(query.order_by(_table.c.item_id, _table.c.position)).all()
    people = select(_assignees).where(among(_assignees.c.id, {owner_id for _, owner_id in links}))
    assignees = {row.id: show_assignee(account, row) for row in connection.execute(people).all()}
    found: dict[str, list[Json]] = defaultdict(list)
    for item_id, owner_id in links:
        if owner_id in assignees:
            found[item_id].append(assignees[owner_id])
    return found
