"""The engine for a database address, and the schema brought up to date."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event, make_url

from bot.errors import ConfigError


def make_engine(database_url: str) -> Engine:
    """An engine for ``sqlite:///a-file``, ``postgresql://…`` or Heroku's ``postgres://…`` (psycopg 3)."""
    url = make_url(database_url.replace("postgres://", "postgresql://", 1))
    if url.get_backend_name() == "postgresql":
        if find_spec("psycopg") is None:
            raise ConfigError(['Postgres needs the extra: pip install "okr-bot[postgres]".'])
        url = url.set(drivername="postgresql+psycopg")
        return create_engine(url, pool_pre_ping=True, pool_size=20, max_overflow=20)
    engine = create_engine(url, pool_size=20, max_overflow=60, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # WAL: readers do not wait for the writer. The default journal can block a write for seconds (durable-work, 1).
    for pragma in ("journal_mode=wal", "synchronous=normal", "busy_timeout=30000", "foreign_keys=on"):
        connection.execute(f"PRAGMA {pragma}")


def migrate(engine: Engine) -> None:
    """Brings the bot's tables to the current schema; all or nothing."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    command.upgrade(config, "head")
