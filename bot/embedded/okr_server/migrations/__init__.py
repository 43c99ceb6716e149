"""The schema's history, run from Python: no ini file, a version table of its own."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

FOLDER = Path(__file__).parent
VERSION_TABLE = "okr_server_version"
_LOCK = 7_062_019_113
"""Any number that is this schema's alone, for Postgres to lock on."""


def upgrade(engine: Engine) -> None:
    """Bring the tables to the current schema, one process at a time."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        elif not getattr(connection.connection.driver_connection, "in_transaction", False):
            # Python's driver begins no transaction for DDL by itself, and a read must not come before the lock.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    """Whether the tables have the current schema."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        return context.get_current_revision() == ScriptDirectory(str(FOLDER)).get_current_head()
