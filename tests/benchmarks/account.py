"""A large account on the embedded OKR server, a process of its own that counts its calls."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.embedded.okr_server import OkrServer
from bot.store.database import make_engine, migrate
from tests.benchmarks.processes import Process, free_port, get_json

ACCOUNT, TOKEN = "600000000000000000000000", "benchmark-token"


@contextmanager
def account(folder: Path, goals: int, people: int) -> Iterator[Process]:
    """The server with so many of both, on SQLite, in ``account.db`` of this folder."""
    database_url = f"sqlite:///{folder}/account.db"
    engine = make_engine(database_url)
    migrate(engine)
    server = OkrServer(engine, account_id=ACCOUNT, token=TOKEN)
    server.migrate()
    server.open()
    server.fill_many(goals=goals, people=people)
    engine.dispose()
    settings = {"DATABASE_URL": database_url, "OKR_SERVER_TOKEN": TOKEN, "OKR_SERVER_ACCOUNT_ID": ACCOUNT}
    with Process(["-m", "tests.benchmarks.okr_server"], free_port(), settings, folder) as process:
        yield process


def calls_of(server: Process) -> dict[str, int]:
    """The calls that have reached it, by method and path."""
    counted: Any = get_json(f"http://127.0.0.1:{server.port}/count")
    return dict(counted)
