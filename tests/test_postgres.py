"""The whole bot on Postgres: the bot's memory, the OKR server and the workspace in one database."""

import time
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.config import read_settings
from bot.embedded.okr_server import OkrServer
from bot.running import open_database
from bot.store.tables import executors
from tests.test_running import started
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
