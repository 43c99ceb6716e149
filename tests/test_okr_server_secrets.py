"""The OKR server's token: never kept, the same for whoever has the key, and gone from databases that once kept it."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from sqlalchemy import Engine, create_engine, inspect, text

import bot.embedded.okr_server.migrations as migrations
from bot.embedded.okr_server import OkrServer
from tests.okr_server_case import database, engine

__all__ = ["database", "engine"]

KEY = b"k" * 32
OLD = "clear-text-token-of-before-aaaaaaaaaaaaaaaa"


def opened(engine: Engine, **options: Any) -> OkrServer:
    server = OkrServer(engine, **options)
    server.open()
    return server


def dump(engine: Engine) -> list[str]:
    """Every value in every table, as text."""
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        rows = [row for table in tables for row in connection.execute(text(f'SELECT * FROM "{table}"'))]
    return [str(value) for row in rows for value in row if value is not None]


def test_whoever_has_the_key_has_the_same_token_and_nobody_else(engine: Engine) -> None:
    first, second = opened(engine, key=KEY), opened(engine, key=KEY)

    assert re.fullmatch(r"[\w-]{43}", first.token)
    assert second.token == first.token
    assert opened(engine, key=b"another").token != first.token
    assert opened(engine).token != first.token
    assert opened(engine, key=b"").token != opened(engine, key=KEY).token


def test_each_account_has_a_token_of_its_own(engine: Engine) -> None:
    assert opened(engine, key=KEY, account_id="a" * 24).token != opened(engine, key=KEY, account_id="b" * 24).token


def test_without_a_key_a_token_holds_until_the_process_ends(tmp_path: Path) -> None:
    path = tmp_path / "okr.db"
    script = (
        "import sys; from sqlalchemy import create_engine; from bot.embedded.okr_server import OkrServer\n"
        f"engine = create_engine('sqlite:///{path}'); tokens = []\n"
        "for _ in range(2):\n"
        "    server = OkrServer(engine); server.migrate(); server.open(); tokens.append(server.token)\n"
        "print(*tokens)"
    )
    said = [subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True) for _ in "ab"]
    here, there = (one.stdout.split() for one in said)

    assert here[0] == here[1]
    assert there[0] == there[1]
    assert here[0] != there[0]


def test_nothing_in_any_table_is_a_token_that_the_server_accepts(engine: Engine) -> None:
    server = opened(engine, key=KEY)
    server.fill_sample()
    application = Flask("secrets")
    application.register_blueprint(server.blueprint())
    caller = application.test_client()
    headers = {"gtmhub-accountId": server.account_id}

    def status(token: str) -> int:
        answer = caller.get("/api/v1/tags", headers=headers | {"Authorization": f"Bearer {token}"})
        return answer.status_code

    kept = dump(engine)
    assert server.account_id in kept
    assert status(server.token) == 200
    assert not [value for value in kept if server.token in value]
    assert {status(value) for value in set(kept) if value.isascii() and value.isprintable()} == {401}


def test_what_is_logged_of_an_account_does_not_show_its_token(engine: Engine) -> None:
    server = opened(engine, key=KEY)

    assert server.account.id in repr(server.account)
    assert server.token not in repr(server.account)


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """A database of the schema that still kept the token."""
    path = tmp_path / "before.db"
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        row = {"id": "a" * 24, "token": OLD, "user_id": "b" * 24, "created_at": "2026-11-01T00:00:00.000000Z"}
        connection.execute(
            text("INSERT INTO okr_account VALUES (1, :id, :token, :user_id, :created_at)"),
            row,
        )
    engine.dispose()
    return path


def test_a_token_kept_by_an_earlier_version_is_gone_from_the_database_file(before: Path) -> None:
    assert OLD.encode() in before.read_bytes()
    engine = create_engine(f"sqlite:///{before}")
    OkrServer(engine).migrate()
    server = opened(engine, key=KEY)
    engine.dispose()

    assert server.account_id == "a" * 24
    assert server.token != OLD
    assert OLD.encode() not in before.read_bytes()


def test_a_migration_that_fails_leaves_the_database_as_it_was(before: Path) -> None:
    engine = create_engine(f"sqlite:///{before}")
    with engine.begin() as connection:
        obstacle = "CREATE TRIGGER in_the_way BEFORE UPDATE ON okr_account BEGIN SELECT RAISE(FAIL, 'no'); END"
        connection.execute(text(obstacle))
    with pytest.raises(Exception, match="no"):
        OkrServer(engine).migrate()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT token FROM okr_account")).scalar() == OLD
        assert connection.execute(text("SELECT version_num FROM okr_server_version")).scalar() == "0001"
    engine.dispose()
