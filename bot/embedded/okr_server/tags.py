"""Tags: made by the first objective that carries them, compared trimmed and without case, never deleted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, func, insert, select

from . import bodies, tables
from .account import Account
from .database import insert_new
from .dialects import among
from .errors import bad_request
from .fields import Fields, wants
from .filter_sql import Paths, Single
from .lists import Json, Kind, Rows
from .times import show_time

LONGEST_TITLE = 500
MOST = 200
"""Tags of one objective."""

_table = tables.tags
_links = tables.goal_tags


def tag_key(title: str) -> str:
    """The form by which tags are compared."""
    return " ".join(title.split()).casefold()


def _show(connection: Connection, account: Account, rows: Rows, fields: Fields) -> list[Json]:
    uses = _count_uses(connection, [row.id for row in rows]) if wants(fields, "itemsTaggedCount") else {}
    return [
        {
            "id": row.id,
            "accountId": account.id,
            "title": row.title,
            "name": row.title_key,
            "isActive": True,
            "itemsTaggedCount": uses.get(row.id, 0),
            "dateCreated": show_time(row.created_at),
        }
        for row in rows
    ]


def _count_uses(connection: Connection, tag_ids: list[str]) -> dict[str, int]:
    """How many objectives carry each tag: all links, which an index counts, less those of the few deleted ones."""
    links = select(_links.c.tag_id, func.count()).where(among(_links.c.tag_id, tag_ids)).group_by(_links.c.tag_id)
    uses: dict[str, int] = dict(connection.execute(links).all())
    deleted = select(tables.goals.c.id).where(tables.goals.c.deleted_at.is_not(None))
    for tag_id, count in connection.execute(links.where(_links.c.goal_id.in_(deleted))):
        uses[tag_id] -= count
    return uses


KIND = Kind(
    "tags",
    select(_table),
    _table.c.id,
    Paths(
        {
            "id": Single(_table.c.id),
            "title": Single(_table.c.title, folded=_table.c.title_key),
            "name": Single(_table.c.title_key),
            "dateCreated": Single(_table.c.created_at),
        }
    ),
    _show,
)


def create_tag(connection: Connection, account: Account, body: Json) -> str:
    """The tag of this title, made where there is none; its id."""
    return ids_of(connection, account, [_title(bodies.name(body, "title"))])[0]


def read_titles(body: Json) -> list[str]:
    """The titles in ``tags`` (``[{"title": …}]``, or plain text), each tag once."""
    values = body.get("tags")
    if values is None:
        return []
    if not isinstance(values, list) or len(values) > MOST:
        raise bad_request(f"The field tags must be a list of at most {MOST} tags.")
    titles: dict[str, str] = {}
    for value in values:
        title = _title(bodies.name(value, "title") if isinstance(value, dict) else bodies.name({"tags": value}, "tags"))
        titles.setdefault(tag_key(title), title)
    return list(titles.values())


def _title(title: str) -> str:
    if len(title) > LONGEST_TITLE:
        raise bad_request(f"The title of a tag is longer than {LONGEST_TITLE} characters.")
    return title


def ids_of(connection: Connection, account: Account, titles: Sequence[str]) -> list[str]:
    """The ids of these tags, in order; tags not there yet are made."""
    keys = [tag_key(title) for title in titles]
    known = _ids_by_key(connection, keys)
    # In one order everywhere: two processes making the same tags must not wait for each other.
    missing = sorted((key, title) for key, title in zip(keys, titles, strict=True) if key not in known)
    if missing:
        now = account.now()
        made = [{"id": account.new_id(), "title": title, "title_key": key, "created_at": now} for key, title in missing]
        insert_new(connection, _table, made)
        known = _ids_by_key(connection, keys)
    return [known[key] for key in keys]


def _ids_by_key(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    rows = connection.execute(select(_table.c.title_key, _table.c.id).where(_table.c.title_key.in_(list(keys))))
    return dict(rows.all())


def write_tags(connection: Connection, account: Account, goal_id: str, titles: Sequence[str]) -> None:
    """Make ``titles`` the tags of an objective, all of them and no others."""
    connection.execute(delete(_links).where(_links.c.goal_id == goal_id))
    if titles:
        tag_ids = ids_of(connection, account, titles)
        connection.execute(
            insert(_links),
            [{"goal_id": goal_id, "position": position, "tag_id": tag_id} for position, tag_id in enumerate(tag_ids)],
        )


def tags_of(connection: Connection, goal_ids: Sequence[str]) -> dict[str, list[Json]]:
    """The tags of each objective, in the order they were given."""
    found: dict[str, list[Json]] = defaultdict(list)
    query = select(_links.c.goal_id, _table.c.id, _table.c.title).join(_table, _table.c.id == _links.c.tag_id)
    query = query.where(among(_links.c.goal_id, goal_ids)).order_by(_links.c.goal_id, _links.c.position)
    for goal_id, tag_id, title in connection.execute(query).all():
        found[goal_id].append({"id": tag_id, "title": title})
    return found
