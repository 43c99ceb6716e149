"""The whole bot on Postgres: the bot's memory, the OKR server and the workspace in one database."""

import pytest

from bot.config import read_settings
from bot.embedded.okr_server import OkrServer
from bot.running import open_database
from tests.world import World

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
