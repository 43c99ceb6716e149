"""The whole bot on Postgres: the bot's memory, the OKR server and the workspace in one database."""

import time
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.config import read_settings
from bot.doctor import examine
from bot.embedded.okr_server import OkrServer
from bot.errors import ConfigError
from bot.running import open_database
from bot.store.database import make_engine
from bot.store.tables import executors
from tests.test_migrations import upgrade
from tests.test_running import run, started
from tests.world import DEADLINE, World, free_port

pytestmark = pytest.mark.postgres


def test_an_objective_is_created_found_changed_and_deleted(postgres_url: str):
    engine = open_database(read_settings({"DATABASE_URL": postgres_url}), always_migrate=True)
    world = World(engine)
    try:
        assert "Created" in world.okr('create "Grow on Postgres" #growth').text
        assert "1 found" in world.okr("search Grow on Postgres #growth").text
        assert "+ #board" in world.okr("update 1 +#board").text
        asked = world.okr("delete 1")
        assert "Deleted" in world.press(asked, "Delete").text
        assert "Nothing found" in world.okr("search Grow on Postgres").text
    finally:
        world.close()


def test_herokus_address_is_understood(postgres_url: str):
    engine = open_database(
        read_settings({"DATABASE_URL": postgres_url.replace("postgresql://", "postgres://")}), always_migrate=True
    )
    OkrServer(engine).open()
    engine.dispose()


def test_beside_a_process_that_serves_a_worker_of_the_same_settings_runs_on_the_same_machine(
    postgres_url: str, tmp_path: Path, world: World
):
    engine = open_database(read_settings({"DATABASE_URL": postgres_url}), always_migrate=True)
    port = free_port()
    environment = {
        "DATABASE_URL": postgres_url,
        "SLACK_BOT_TOKEN": world.workspace.bot_token,
        "SLACK_API_URL": world.workspace.api_url,
        "SLACK_SIGNING_SECRET": "hush-hush",
    }
    with (
        started("serve", cwd=tmp_path, port=port, **environment),
        started("worker", cwd=tmp_path, port=port, **environment) as worker,
    ):
        roles: set[str] = set()
        end = time.monotonic() + DEADLINE
        while roles != {"serve", "worker"}:
            assert worker.poll() is None, "the worker has ended"
            assert time.monotonic() < end, f"only these live: {roles}"
            with engine.connect() as connection:
                roles = set(connection.scalars(select(executors.c.role)))
    engine.dispose()


@pytest.mark.parametrize("left", ["empty", "0004", "the OKR server's older"])
def test_nothing_is_begun_with_the_tables_of_an_older_version(postgres_url: str, left: str, tmp_path: Path):
    engine = make_engine(postgres_url)
    if left == "the OKR server's older":
        open_database(read_settings({"DATABASE_URL": postgres_url}), always_migrate=True).dispose()
        with engine.begin() as connection:
            connection.execute(text("UPDATE okr_server_version SET version_num = '0001'"))
    elif left != "empty":
        upgrade(engine, left)
        OkrServer(engine).migrate()
    engine.dispose()
    said = "lacks the tables of this version. Run: okr-bot migrate"
    with pytest.raises(ConfigError, match=said):
        open_database(read_settings({"DATABASE_URL": postgres_url}))
    about = [one for _, one in examine({"DATABASE_URL": postgres_url}, tmp_path / ".env") if "atabase" in one]
    assert len(about) == 1
    assert said in about[0]


def test_serve_says_in_one_line_that_the_tables_are_missing_and_migrate_makes_them(postgres_url: str, tmp_path: Path):
    environment = {"DATABASE_URL": postgres_url, "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "hush-hush"}
    begun = run("serve", cwd=tmp_path, **environment)
    assert (begun.returncode, begun.stderr.count("\n")) == (1, 1)
    assert "lacks the tables of this version. Run: okr-bot migrate" in begun.stderr
    assert run("migrate", cwd=tmp_path, **environment).stdout == "The database has the current schema.\n"
    assert "✓ Database: it can be used." in run("check", cwd=tmp_path, DATABASE_URL=postgres_url).stdout
