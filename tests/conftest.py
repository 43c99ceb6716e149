"""Fixtures that every test may use, and the collection of Block Kit payloads for the judge."""

import json
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from slack_bolt.listener.custom_listener import CustomListener

from bot.embedded.workspace import tickets
from bot.running import prepare_to_serve
from bot.slack import telling
from bot.work import engine
from tests import postgres
from tests.world import DEADLINE, World, make_template, running

PAYLOADS: dict[str, Any] = {}

# How long an example takes says nothing on a busy machine.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", default=False, help="rewrite the golden Block Kit files")


@pytest.fixture(scope="session", autouse=True)
def unhurried() -> Iterator[None]:
    """What the bot and Slack do after some seconds of the real time, they do only where a test is about it.

    A slow machine needs these seconds for what a test shows, and would be told that its wish waits.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(telling, "PATIENCE", DEADLINE)
        patch.setattr(engine, "FRESH", DEADLINE)
        patch.setattr(tickets, "TRIGGER_SECONDS", DEADLINE)
        patch.setattr(CustomListener, "ack_timeout", property(lambda _: DEADLINE, lambda *_: None), raising=False)
        yield


def pytest_collection_finish() -> None:
    """As the bot does before it serves: a tenth of the tests' time goes into looking through what stays anyhow."""
    prepare_to_serve()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every table and the sample company."""
    path = tmp_path_factory.mktemp("template") / "okr.db"
    make_template(path)
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server; skipped where its binaries are not installed, required in CI."""
    binaries = postgres.find_binaries()
    if binaries is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is required in CI")
        pytest.skip("PostgreSQL's binaries are not installed")
    with postgres.running(binaries) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty database of its own."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        yield postgres_server.replace("/postgres?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def make_world(template: Path, tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Starts worlds with options, and stops them."""
    with ExitStack() as stack:
        started: list[World] = []

        def make(**options: Any) -> World:
            world = stack.enter_context(running(template, tmp_path / f"{len(started)}.db", **options))
            started.append(world)
            return world

        yield make
        for world in started:
            collect(world)


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """The whole bot with the sample company."""
    return make_world()


def collect(world: World) -> None:
    """Remembers every message and form that the bot sent, for the Block Kit judge."""
    for exchange in world.workspace.requests:
        sent = exchange.request if isinstance(exchange.request, dict) else {}
        if exchange.way == "in" and (sent.get("blocks") or sent.get("view")):
            kept = {key: sent[key] for key in ("blocks", "view") if sent.get(key)}
            PAYLOADS[json.dumps(kept, sort_keys=True)] = kept


def pytest_sessionfinish(session: pytest.Session) -> None:
    folder = os.environ.get("BLOCKKIT_PAYLOADS")
    for path in (Path(__file__).parent / "golden").glob("*.json"):
        shown = json.loads(path.read_text(encoding="utf-8"))
        PAYLOADS[path.name] = {"view": shown} if "callback_id" in shown else {"blocks": shown["blocks"]}
    if folder:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        Path(folder, f"{worker}.json").write_text(json.dumps(list(PAYLOADS.values())), encoding="utf-8")
