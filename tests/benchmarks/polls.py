"""Looks at an account of 100,000 objectives: the bot as it is served, beside the embedded OKR server, over HTTP."""

import sqlite3
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.objectives.subscriptions import Reminder
from bot.store.database import make_engine, migrate
from bot.store.subscriptions import SqlFollows
from tests.benchmarks.account import TOKEN, account, calls_of
from tests.benchmarks.fakes import TEAM
from tests.benchmarks.figures import duration, table
from tests.benchmarks.following import fill_follows
from tests.benchmarks.processes import Process, Stage, stage
from tests.benchmarks.scale import watched

GOALS, PEOPLE, SUBSCRIPTIONS, CHANGES = 100_000, 5_000, 10_000, 1_000
PATIENCE = 300.0
ACTS = ("first, which learns", "second, nothing changed", f"third, {CHANGES:,} changed")
DIRECTORY = ("assignees", "sessions", "tags", "users")
QUIET = 10.0
"""Seconds for which a bot that nobody has asked for anything is watched."""


def measure(*, is_quick: bool) -> str:
    """A table: the looks of a bot with one reminder and no subscription, and of one with many; and of one with neither.

    The pause that the bot makes after a long look is cut short.
    """
    goals, subscriptions = (GOALS // 10, SUBSCRIPTIONS // 10) if is_quick else (GOALS, SUBSCRIPTIONS)
    with stage() as world, account(world.folder, goals, PEOPLE) as server:
        rows = [_idle(world, server)]
        for number in (0, subscriptions):
            database = world.folder / f"bot-{number}.db"
            if number:
                fill_follows(database, number, goals, PEOPLE)
            else:
                _fill_reminder(database)
            with _bot(world, server, database) as bot:
                rows += _watch(world, server, bot, database, f"{number:,} subscriptions")
    head = ["calls to list", "time", "processor time", "bot's memory", "to be posted", "posted meanwhile"]
    return table([f"{goals:,} objectives", *head], rows)


def _bot(world: Stage, server: Process, database: Path) -> Process:
    return world.bot(
        DATABASE_URL=f"sqlite:///{database}",
        QUANTIVE_API_URL=f"http://127.0.0.1:{server.port}/api/v1",
        QUANTIVE_API_TOKEN=TOKEN,
        OKR_POLL_SECONDS="5",
    )


def _fill_reminder(database: Path) -> None:
    engine = make_engine(f"sqlite:///{database}")
    migrate(engine)
    SqlFollows(engine).set_reminder(Reminder(TEAM, "U000", "weekly monday 9:00", "UTC", datetime.now(UTC)))
    engine.dispose()


def _idle(world: Stage, server: Process) -> list[str]:
    """The bot where nobody follows anything or is reminded."""
    with _bot(world, server, world.folder / "idle.db") as bot:
        time.sleep(QUIET)
        seen = calls_of(server)
        memory = f"{bot.megabytes():.0f} MB"
    return [f"nobody follows anything, {QUIET:.0f} s", _name_calls(seen, {}) or "none", "no look", "", memory, "", ""]


def _watch(world: Stage, server: Process, bot: Process, database: Path, title: str) -> list[list[str]]:
    """Three looks of a bot that was just started."""
    rows, looks = [], _Looks(database)
    for name in ACTS:
        if name == ACTS[-1]:
            _change(world.folder / "account.db", CHANGES)
        before, used = calls_of(server), bot.cpu_seconds()
        with watched(bot) as memory:
            looks.hurry()
            seconds = looks.wait()
        used = bot.cpu_seconds() - used
        rows.append(
            [
                f"{title}: {name}",
                _name_calls(calls_of(server), before),
                duration(seconds),
                duration(used),
                f"{min(memory):.0f}–{max(memory):.0f} MB",
                f"{looks.notes():,}",
                f"{len(world.posts()):,}",
            ]
        )
    return rows


def _name_calls(after: dict[str, int], before: dict[str, int]) -> str:
    """The lists that were asked for in between; those of people, sessions and tags as the directory."""
    new: Counter[str] = Counter()
    for call, n in after.items():
        list_ = call.rpartition("/")[2]
        new["the directory" if list_ in DIRECTORY else list_] += n - before.get(call, 0)
    return ", ".join(f"{list_} × {n}" for list_, n in new.items() if n)


def _change(account_file: Path, number: int) -> None:
    """Moves the progress of so many objectives, as somebody else does."""
    some = "select id from okr_goals order by id limit ?"
    moved = f"update okr_goals set attainment = 1 - attainment where id in ({some})"
    with closing(sqlite3.connect(account_file, timeout=30)) as connection, connection:
        connection.execute(moved, (number,))


class _Looks:
    """What the bot writes down of its looks, read beside it."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._last: float | None = None

    def hurry(self) -> None:
        """Ends the pause after a look."""
        with closing(sqlite3.connect(self._database, timeout=30)) as connection, connection:
            connection.execute("update looks set leased_until = 0 where leased_by = ''")

    def wait(self) -> float:
        """Waits for the end of the next look; its seconds."""
        until, begun = time.monotonic() + PATIENCE, 0.0
        with closing(sqlite3.connect(self._database, timeout=30)) as connection:
            while time.monotonic() < until:
                row = connection.execute("select looked_at, leased_by from looks").fetchone()
                if row and row[1] and not begun:
                    begun = time.perf_counter()
                if row and row[0] not in (None, self._last):
                    self._last = row[0]
                    return time.perf_counter() - begun
                time.sleep(0.01)
        raise TimeoutError("The bot does not look")

    def notes(self) -> int:
        """How many messages wait or were posted so far."""
        with closing(sqlite3.connect(self._database, timeout=30)) as connection:
            return int(connection.execute("select count(*) from announcements").fetchone()[0])
