"""The workspace's database: one transaction at a time, and migrations."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from bot.embedded.workspace import schema

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0002"


def memory_engine() -> sa.Engine:
    """An engine on a database in memory that all threads share."""
    return sa.create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


class Closed(Exception):
    """The workspace has been closed."""


class Storage:
    """Serialises access: the workspace is one process, and SQLite in memory is one connection."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._lock = threading.RLock()
        self._open: sa.Connection | None = None
        self._is_closed = False

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """A transaction; within one, the same transaction again. Raises Closed."""
        with self._lock:
            if self._is_closed:
                raise Closed
            if self._open is not None:
                yield self._open
                return
            with self._engine.begin() as connection:
                self._open = connection
                try:
                    yield connection
                finally:
                    self._open = None

    def close(self) -> None:
        """Waits for the transaction under way and lets no other begin: the engine may go now."""
        with self._lock:
            self._is_closed = True

    def migrate(self) -> None:
        """Brings the tables to the current schema."""
        with self.begin() as connection:
            if sa.inspect(connection).has_table("workspace_version"):
                current = connection.execute(sa.text("SELECT version_num FROM workspace_version")).scalar()
                if current == HEAD:
                    return
            # imported late, for it costs a fifth of a second that a workspace of the current schema need not pay
            from alembic import command
            from alembic.config import Config

            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
            config.attributes["connection"] = connection
            if connection.dialect.name == "sqlite" and not _is_in_transaction(connection):
                # Python's driver begins no transaction for DDL by itself: a migration that fails must leave no trace
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            command.upgrade(config, "head")

    def empty(self) -> None:
        """Forgets everything."""
        with self.begin() as connection:
            for table in schema.metadata.sorted_tables:
                connection.execute(table.delete())


def _is_in_transaction(connection: sa.Connection) -> bool:
    return bool(getattr(connection.connection.driver_connection, "in_transaction", False))
