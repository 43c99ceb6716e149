"""The engine for a database address, its transactions, and the schema brought up to date."""

import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Column, Connection, Engine, Insert, Table, create_engine, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from bot.errors import ConfigError
from bot.store.turns import PATIENCE, QueuingConnection

MIGRATIONS = Path(__file__).parent / "migrations"

CONNECTS_WITHIN = 5
"""Seconds that Postgres has to answer, unless its address says otherwise (libpq's ``connect_timeout``)."""

_LOCK = 7_062_019_117
"""Any number that is this schema's alone, for Postgres to lock on while it migrates."""


def make_engine(database_url: str, *, durable: bool = False) -> Engine:
    """An engine for ``sqlite:///a-file``, ``postgresql://…`` or Heroku's ``postgres://…`` (psycopg 3).

    ``durable``: what was committed on SQLite survives the loss of power too, at the price of a wait for the disk. On
    Postgres it does so always. A file that is not there yet is made for its owner alone to read. Raises ConfigError.
    """
    url = read_url(database_url)
    if url.get_backend_name() == "postgresql":
        if find_spec("psycopg") is None:
            raise ConfigError(['Postgres needs the extra: pip install "okr-bot[postgres]".'])
        url = url.set(drivername="postgresql+psycopg")
        # Else a host that answers nothing at all holds whoever asks for as long as the system tries.
        patience = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECTS_WITHIN}
        return create_engine(url, pool_pre_ping=True, pool_size=20, max_overflow=20, connect_args=patience)
    path = file_of(url)
    arguments: dict[str, Any] = {"check_same_thread": False} | ({"factory": QueuingConnection} if path else {})
    engine = create_engine(url, pool_size=20, max_overflow=60, connect_args=arguments)

    def make_private(*_about: object) -> None:
        # SQLite gives its -wal and -shm files the mode of the database file. A folder that cannot be written to is
        # left for SQLite to complain of.
        if path is not None:
            with suppress(OSError):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    def prepare(connection: Any, _record: object) -> None:
        _prepare_sqlite(connection, "full" if durable else "normal")

    event.listen(engine, "do_connect", make_private)
    event.listen(engine, "connect", prepare)
    return engine


def read_url(database_url: str) -> URL:
    """The address with Heroku's ``postgres://`` called by its present name."""
    return make_url(database_url.replace("postgres://", "postgresql://", 1))


def file_of(url: URL) -> Path | None:
    """The file of a SQLite database; None for one in memory or named by a ``file:`` URI."""
    name = url.database or ""
    return None if name in ("", ":memory:") or name.startswith("file:") else Path(name)


def _prepare_sqlite(connection: Any, synchronous: str) -> None:
    connection.execute(f"PRAGMA busy_timeout={PATIENCE * 1000}")
    # WAL: readers do not wait for the writer. The default journal can block a write for seconds (durable-work, 1).
    _switch_to_wal(connection)
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.execute("PRAGMA foreign_keys=on")


def _switch_to_wal(connection: Any) -> None:
    # The one statement that fails at once where others are at a new file too, whatever the busy timeout.
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=wal")
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that reads and then writes: committed at the end, rolled back on any error.

    On SQLite nobody else writes meanwhile; on Postgres it locks what it asks to be locked.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            # Python's driver begins no transaction before a read or DDL by itself; and one that reads first and writes
            # later fails there at once where somebody else wrote in between, whatever the busy timeout.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


@cache
def put(dialect: str, table: Table) -> Insert:
    """Inserts a row, or replaces the one with the same key; built once, for to build it takes longer than to run it."""
    statement = _insert(dialect, table)
    changed = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed)


@cache
def put_new(dialect: str, table: Table) -> Insert:
    """Inserts a row, unless one that is the same by any of the table's keys is there already."""
    return _insert(dialect, table).on_conflict_do_nothing()


def insert_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Inserts a row as ``put_new`` does; whether it did. On Postgres the count of rows does not tell."""
    return connection.execute(_put_new_and_tell(connection.dialect.name, table), row).first() is not None


@cache
def _put_new_and_tell(dialect: str, table: Table) -> ReturningInsert[Any]:
    return _insert(dialect, table).on_conflict_do_nothing().returning(*table.primary_key)


@cache
def put_newer(dialect: str, table: Table, at: Column[float]) -> Insert:
    """Inserts a row, or replaces the one with the same key, unless that is the newer one by a column of the table."""
    statement = _insert(dialect, table)
    changed = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    is_newer = statement.excluded[at.name] >= at
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed, where=is_newer)


def _insert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    return (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)


def epoch(connection: Connection) -> float:
    """The time in seconds since 1970, the same for every process on this database.

    On Postgres it is the database's clock, for those processes may run on machines whose clocks differ. Those of a
    SQLite file are on one machine, whose clock SQLite would ask too, in milliseconds.
    """
    if connection.dialect.name == "postgresql":
        return float(connection.scalar(select(func.extract("epoch", func.clock_timestamp()))) or 0)
    return time.time()


def migrate(engine: Engine) -> None:
    """Brings the bot's tables to the current schema; all or nothing, one process at a time."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_migrated(engine: Engine) -> bool:
    """Whether the bot's tables have the current schema."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory(str(MIGRATIONS)).get_current_head()
