"""Lists of any kind of object: v1 streams all of them, v2 gives filtered, sorted pages."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, func

from .account import Account
from .errors import bad_request
from .fields import Fields, project, read_fields
from .filter_sql import Condition, Paths, split
from .filters import Node, matches, paths_of, read_node
from .relaxed_json import read_filter

Json = dict[str, Any]
Rows = Sequence[Row[Any]]

CHUNK = 1_000
"""Rows read at a time; what a listing of any length keeps in memory."""

PAGE = 100
LONGEST_PAGE = 1_000
UNLIMITED = 10**9
LONGEST_SEARCH = 20.0
"""Seconds that a filter may take which SQL cannot decide."""

to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be listed: the rows that are there, their id, what SQL knows of them, and how they are shown."""

    name: str
    rows: Select[Any]
    key: ColumnElement[str]
    paths: Paths
    show: Callable[[Connection, Account, Rows, Fields], list[Json]]


def stream(engine: Engine, account: Account, kind: Kind, fields: Fields, *where: Condition) -> Iterator[str]:
    """The envelope with every object in it, oldest first, in pieces; the first is read before this returns."""
    chunks = _chunks(engine, account, kind, fields, where)
    first = next(chunks, [])

    def pieces() -> Iterator[str]:
        yield '{"items":[' + to_json(first)[1:-1]
        total = len(first)
        for documents in chunks:
            yield "," + to_json(documents)[1:-1]
            total += len(documents)
        yield f'],"totalCount":{total}}}'

    return pieces()


def _chunks(
    engine: Engine, account: Account, kind: Kind, fields: Fields, where: Sequence[Condition]
) -> Iterator[list[Json]]:
    # Each chunk is a short read of its own, so that a slow reader holds neither a connection nor a snapshot.
    last = ""
    while True:
        with engine.connect() as connection:
            query = kind.rows.where(*where, kind.key > last).order_by(kind.key).limit(CHUNK)
            rows = connection.execute(query).all()
            documents = [project(item, fields) for item in kind.show(connection, account, rows, fields)]
        if documents:
            yield documents
        if len(rows) < CHUNK:
            return
        last = rows[-1].id


def page(
    connection: Connection,
    account: Account,
    kind: Kind,
    arguments: Mapping[str, str],
    usual: int | None = PAGE,
    where: Sequence[Condition] = (),
) -> Json:
    """One page as ``filter``, ``sort``, ``skip``, ``limit`` (or ``take``) and ``fields`` say; 400 where they do not.

    ``usual`` is the limit where none is asked for; None is no limit.
    """
    fields = read_fields(arguments.get("fields"))
    skip = _number(arguments, ("skip",), 0)
    limit = _number(arguments, ("limit", "take"), UNLIMITED if usual is None else usual)
    limit = limit if usual is None else min(limit, LONGEST_PAGE)
    order = [*_order(kind, arguments.get("sort", "")), kind.key]
    condition, rest = None, None
    if arguments.get("filter", "").strip():
        condition, rest = split(read_node(read_filter(arguments["filter"])), kind.paths)
    query = kind.rows.where(*where) if condition is None else kind.rows.where(*where, condition)
    if rest is None:
        total = connection.scalar(query.with_only_columns(func.count(), maintain_column_froms=True))
        rows = connection.execute(query.order_by(*order).offset(skip).limit(limit)).all()
    else:
        total, rows = _search(connection, account, kind, query.order_by(*order), rest, skip, limit)
    items = [project(item, fields) for item in kind.show(connection, account, rows, fields)]
    return {"items": items, "totalCount": total}


def _search(
    connection: Connection, account: Account, kind: Kind, query: Select[Any], rest: Node, skip: int, limit: int
) -> tuple[int, list[Row[Any]]]:
    """What SQL could not decide, decided row by row over a streamed result: only the page is kept."""
    needed: Fields = {path.partition(".")[0]: {} for path in paths_of(rest)}
    found = 0
    kept: list[Row[Any]] = []
    deadline = time.monotonic() + LONGEST_SEARCH
    with connection.execute(query, execution_options={"yield_per": CHUNK}) as result:
        for rows in result.partitions():
            for row, document in zip(rows, kind.show(connection, account, rows, needed), strict=True):
                if matches(rest, document):
                    if skip <= found < skip + limit:
                        kept.append(row)
                    found += 1
                if time.monotonic() > deadline:
                    raise bad_request("The filter takes too long; make its regular expression simpler.")
    return found, kept


def _number(arguments: Mapping[str, str], names: tuple[str, ...], otherwise: int) -> int:
    for name in names:
        text = arguments.get(name, "").strip()
        if text:
            if not (text.isascii() and text.isdigit() and len(text) < 10):
                raise bad_request(f"The parameter {name} must be a whole number of at least 0.")
            return int(text)
    return otherwise


def _order(kind: Kind, text: str) -> list[ColumnElement[Any]]:
    order: list[ColumnElement[Any]] = []
    for part in text.split(","):
        name = part.strip()
        if not name:
            continue
        falls = name.startswith("-")
        path = name.lstrip("+-")
        single = kind.paths.singles.get("id" if path == "_id" else path)
        if single is None:
            raise bad_request(f"The parameter sort names {path[:40]}, which {kind.name} cannot be sorted by.")
        column = single.column.desc() if falls else single.column.asc()
        if single.is_nullable:
            column = column.nulls_last() if falls else column.nulls_first()
        order.append(column)
    return order
