"""Transactions that are right on SQLite and on Postgres, for one process and for many."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Table, text
from sqlalchemy.dialects import postgresql, sqlite

# Touches no row, but makes SQLite take its write lock before anything is read: a transaction that reads first
# and writes later can fail there at once, whatever its busy timeout.
_TAKE_WRITE_LOCK = text("UPDATE okr_account SET one = one WHERE one = 0")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that may change things: committed at the end, rolled back on any error."""
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(_TAKE_WRITE_LOCK)
        yield connection


def insert_new(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows that are not there yet, whatever other processes insert meanwhile."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(insert(table).on_conflict_do_nothing(), rows)


def lock_account(connection: Connection) -> None:
    """Let one process at a time go on: for what must be done once and not by each of them."""
    connection.execute(text("UPDATE okr_account SET one = one WHERE one = 1"))
