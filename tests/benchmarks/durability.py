"""What it costs an ack that a change is durable before it: the bot beside itself without that, at the same rate."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from bot.config import read_settings
from bot.running import open_database
from tests import postgres
from tests.benchmarks.figures import duration, percentile, spread, table
from tests.benchmarks.people import Seen, run_with
from tests.benchmarks.processes import Process, Stage, stage

RATES = (5, 20)
"""Changes a second."""
LINE = "create Win the Nordics #growth"


def measure(*, is_quick: bool) -> str:
    """A table of acks of commands that create an objective; on SQLite, and on Postgres where that is installed."""
    seconds, rounds = (3.0, 1) if is_quick else (8.0, 5)
    with stage() as world:
        world.slow_down(50)
        with world.bot() as durable, world.undurable() as plain:
            rows = _compare("SQLite", durable, plain, seconds, rounds)
        binaries = postgres.find_binaries()
        if binaries:
            with postgres.running(binaries, is_durable=True) as url, _on_postgres(world, url) as (durable, plain):
                rows += _compare("Postgres", durable, plain, seconds, rounds)
    return table(["", "ack p50", "p95", "p99"], rows)


@contextmanager
def _on_postgres(world: Stage, url: str) -> Iterator[tuple[Process, Process]]:
    urls = []
    with psycopg.connect(url, autocommit=True) as connection:
        for name in ("durable", "plain"):
            connection.execute(f"CREATE DATABASE {name}")
            urls.append(url.replace("/postgres?", f"/{name}?"))
    for one in urls:
        open_database(read_settings({"DATABASE_URL": one}), always_migrate=True).dispose()
    with world.bot(DATABASE_URL=urls[0]) as durable, world.undurable(DATABASE_URL=urls[1]) as plain:
        yield durable, plain


def _compare(database: str, durable: Process, plain: Process, seconds: float, rounds: int) -> list[list[str]]:
    """The rows of one database; both take turns."""
    rows = []
    processes = {"durable": durable, "not durable": plain}
    for process in processes.values():
        _stream(process, 5, 2)
    for rate in RATES:
        seen = {name: Seen() for name in processes}
        for _ in range(rounds):
            for name, process in processes.items():
                seen[name].add(_stream(process, rate, seconds))
        where = f"{database}, {rate} a second"
        rows += [[f"{where}: {name}", *spread(one.acks)] for name, one in seen.items()]
        added = [percentile(seen["durable"].acks, at) - percentile(seen["not durable"].acks, at) for at in (50, 95, 99)]
        rows.append([f"{where}: **added**", *(f"**{duration(max(0.0, one))}**" for one in added)])
    return rows


def _stream(process: Process, rate: float, seconds: float) -> Seen:
    seen: Seen = run_with(process.port, lambda people: people.stream(rate, seconds, line=LINE))
    return seen
