"""Migrations: rows are kept, what fails leaves everything as it was, and one process at a time goes about it."""

import importlib
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, Table, inspect, text
from sqlalchemy.exc import SQLAlchemyError

import bot.store
from bot.embedded.okr_server import OkrServer
from bot.store import database
from bot.store.database import MIGRATIONS, migrate, writing
from bot.store.memory import SqlMemory
from bot.store.pace import SqlPace
from bot.store.record import SqlRecord
from bot.store.tables import metadata
from tests.sample_objectives import NOW
from tests.test_record import entry
from tests.test_store import blank
from tests.world import DEADLINE

__all__ = ["blank"]

HEAD = ScriptDirectory(str(MIGRATIONS)).get_current_head() or ""

ROWS = (
    "INSERT INTO short_ids VALUES ('T1', '3F9C', '64b0c0ffee000000003f9c')",
    "INSERT INTO last_lists VALUES ('T1', 'U1', 11, 'a b')",
    "INSERT INTO forms VALUES ('T1', 'f1', 'U1', '{\"name\": \"Grow\"}', '2026-11-23 09:00:00.000000')",
)

BROKEN = f"""
from alembic import op

revision = "broken"
down_revision = "{HEAD}"


def upgrade():
    op.execute("CREATE TABLE halfway (number INTEGER)")
    op.execute("INSERT INTO halfway VALUES (1)")
    op.execute("ALTER TABLE last_lists RENAME COLUMN first TO begin")
    op.execute("DELETE FROM short_ids")
    op.execute("DROP TABLE forms")
    op.execute("SELECT nothing FROM nowhere")
"""


def upgrade(engine: Engine, revision: str) -> None:
    """Brings a database to what it was in an earlier version."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@pytest.fixture
def first(blank: Engine) -> Engine:
    """A database of the first version, with a row in each table."""
    upgrade(blank, "0001")
    with blank.begin() as connection:
        for row in ROWS:
            connection.execute(text(row))
    return blank


def test_a_database_of_the_first_version_keeps_its_rows_and_gets_the_record(first: Engine):
    migrate(first)
    memory, record = SqlMemory(first), SqlRecord(first)
    assert memory.short_ids("T1", ["64b0c0ffee000000003f9c"]) == {"64b0c0ffee000000003f9c": "3F9C"}
    assert memory.numbered("T1", "U1", 12) == "b"
    assert memory.form("T1", "U1", "f1") == {"name": "Grow"}
    record.add(entry("e1"))
    assert record.page("T1") == [entry("e1")]


MADE_UP: dict[type, Any] = {int: 1, float: 1.5, bool: True, str: "x", datetime: NOW}


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004", "0005"])
def test_every_row_of_every_earlier_schema_is_kept(blank: Engine, revision: str):
    upgrade(blank, revision)
    earlier = MetaData()
    earlier.reflect(blank)
    passing = {"alembic_version", "paces", "purges"}
    kept = [table for name, table in earlier.tables.items() if name not in passing]
    with blank.begin() as connection:
        for table in kept:
            connection.execute(table.insert().values({one.name: MADE_UP[one.type.python_type] for one in table.c}))
    before = {table.name: rows(blank, table) for table in kept}
    migrate(blank)
    assert {table.name: rows(blank, table) for table in kept} == before
    assert all(len(found) == 1 for found in before.values())
    assert len(before) >= 3


def rows(engine: Engine, table: Table) -> list[Any]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(table.select())]


def test_a_pace_that_knew_of_no_holds_gets_to_know_them(blank: Engine):
    upgrade(blank, "0002")
    with blank.begin() as connection:
        connection.execute(text("ALTER TABLE paces DROP COLUMN held_until"))
        connection.execute(text("INSERT INTO paces VALUES ('an account', 1.5)"))
    migrate(blank)
    pace = SqlPace(blank, "an account", 1000.0)
    pace.hold(0.01)
    pace.wait()


def test_migrating_again_changes_nothing(blank: Engine):
    migrate(blank)
    SqlRecord(blank).add(entry("e1"))
    before = everything(blank)
    migrate(blank)
    assert everything(blank) == before
    assert ("alembic_version", [(HEAD,)]) in before


@pytest.fixture
def with_a_broken_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The migrations, and after them one that fails when it has done half of its work."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions/broken.py").write_text(BROKEN)
    monkeypatch.setattr(database, "MIGRATIONS", folder)


@pytest.mark.usefixtures("with_a_broken_one")
@pytest.mark.parametrize("begin", ["empty", "0001", HEAD])
def test_a_migration_that_fails_halfway_leaves_the_database_exactly_as_it_was(blank: Engine, begin: str):
    if begin != "empty":
        upgrade(blank, begin)
        with blank.begin() as connection:
            for row in ROWS:
                connection.execute(text(row))
    before = everything(blank)
    for _ in range(2):
        with pytest.raises(SQLAlchemyError, match="nowhere"):
            migrate(blank)
        assert everything(blank) == before
    assert len(before) > 3 or begin == "empty"


def test_once_the_broken_one_is_mended_it_goes_on_from_there(first: Engine, request: pytest.FixtureRequest):
    request.getfixturevalue("with_a_broken_one")
    with pytest.raises(SQLAlchemyError, match="nowhere"):
        migrate(first)
    (database.MIGRATIONS / "versions/broken.py").write_text(BROKEN.replace("nothing FROM nowhere", "1"))
    migrate(first)
    with first.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM halfway")) == 1
    assert not inspect(first).has_table("forms")


def test_the_migrations_make_what_the_code_says_that_there_is(blank: Engine):
    """By Alembic's own comparison, and by that of what the database keeps of either: indices with their conditions."""
    for module in pkgutil.iter_modules(bot.store.__path__, "bot.store."):
        importlib.import_module(module.name)
    migrate(blank)
    with blank.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        connection.rollback()
    by_migrations = {line for line in schema(blank) if not is_of_migrations_alone(line)}
    empty(blank)
    metadata.create_all(blank)
    assert by_migrations == set(schema(blank))
    assert len(by_migrations) > 20


def is_of_migrations_alone(line: str) -> bool:
    return line.startswith(("trigger", "function")) or "alembic_version" in line


MIGRATE = """
import sys
from bot.store.database import make_engine, migrate
engine = make_engine(sys.argv[1])
print("ready", flush=True)
input()
migrate(engine)
"""


def test_processes_that_migrate_at_once_go_one_after_another(blank: Engine):
    pipe = subprocess.PIPE
    url = blank.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", MIGRATE, url]
    processes = [subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(3)]
    for process in processes:
        assert process.stdout and process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    assert [(process.communicate(timeout=DEADLINE)[1], process.returncode) for process in processes] == [("", 0)] * 3
    with blank.connect() as connection:
        assert list(connection.scalars(text("SELECT version_num FROM alembic_version"))) == [HEAD]
    SqlRecord(blank).add(entry("e1"))


@pytest.mark.parametrize("order", ["the bot's first", "the OKR server's first"])
def test_the_okr_servers_migrations_and_the_bots_go_beside_each_other(blank: Engine, order: str):
    steps: list[Callable[[], None]] = [lambda: migrate(blank), OkrServer(blank).migrate]
    for step in steps if order == "the bot's first" else reversed(steps):
        step()
    server = OkrServer(blank, clock=lambda: NOW)
    server.open()
    SqlRecord(blank).add(entry("e1"))
    assert server.is_empty()
    assert len(SqlRecord(blank).page("T1")) == 1


def test_a_folder_with_a_percent_sign_in_its_name_is_a_folder(
    blank: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "100%(here)s"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(database, "MIGRATIONS", folder)
    migrate(blank)
    SqlRecord(blank).add(entry("e1"))


def everything(engine: Engine) -> list[object]:
    """The schema and every row."""
    found: list[object] = list(schema(engine))
    with engine.connect() as connection:
        for table in sorted(inspect(connection).get_table_names()):
            rows = connection.execute(text(f'SELECT * FROM "{table}"'))
            found.append((table, sorted(tuple(row) for row in rows)))
    return found


def schema(engine: Engine) -> list[str]:
    """What the database keeps of its tables, indices, constraints, triggers and functions, a line for each."""
    with engine.connect() as connection:
        statements = SQLITE if engine.dialect.name == "sqlite" else POSTGRES
        lines = [" ".join(map(str, row)) for statement in statements for row in connection.execute(text(statement))]
    # SQLite writes a column that was added later with other blanks around it.
    return sorted(re.sub(r" ?([,)]) ?", r"\1 ", " ".join(line.split())) for line in lines)


SQLITE = ("SELECT type, name, tbl_name, sql FROM sqlite_master",)
POSTGRES = (
    """SELECT 'column', table_name, column_name, data_type, character_maximum_length, is_nullable, column_default,
       is_identity, ordinal_position FROM information_schema.columns WHERE table_schema = 'public'""",
    "SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'",
    """SELECT 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint
       WHERE connamespace = 'public'::regnamespace""",
    "SELECT 'trigger', pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)


def empty(engine: Engine) -> None:
    """Takes every table out."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        else:
            for table in inspect(connection).get_table_names():
                connection.execute(text(f'DROP TABLE "{table}"'))
