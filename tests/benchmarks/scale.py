"""The bot in front of the embedded OKR server with 100,000 objectives and 50,000 people, each a process of its own."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.benchmarks.account import TOKEN, account
from tests.benchmarks.figures import duration, spread, table
from tests.benchmarks.people import People, form, run_with, sign, suggestion
from tests.benchmarks.processes import Process, Stage, stage
from tests.benchmarks.wire import Client

GOALS, PEOPLE = 100_000, 50_000
TYPED = ("per", "person 0123", "00420", "nobody", "049 per", "person.0077", "5", "p")
SEARCHES = (
    ("a tag", 'search tag:"area 7" session:all', 5),
    ("a word", "search onboarding session:all", 3),
    ("everything", "search session:all", 2),
)


def measure(*, is_quick: bool) -> str:
    """Tables: pickers while nothing else happens and while everything is searched; searches with the bot's memory."""
    with stage() as world, account(world.folder, GOALS, PEOPLE) as server:
        return _measure(world, server.port, times=100 if is_quick else 400)


def _measure(world: Stage, port: int, *, times: int) -> str:
    with world.bot(QUANTIVE_API_URL=f"http://127.0.0.1:{port}/api/v1", QUANTIVE_API_TOKEN=TOKEN) as bot:
        begun = time.perf_counter()
        run_with(bot.port, _wait_for_directory)
        rows = [
            [
                "directory loaded (50,000 people)",
                duration(time.perf_counter() - begun),
                "",
                "",
                f"{bot.megabytes():.0f} MB",
            ]
        ]
        with watched(bot) as memory:
            quiet = run_with(bot.port, lambda people: _pick(people, times))
        rows.append(["picker", *spread(quiet), f"{max(memory):.0f} MB"])
        for name, line, again in SEARCHES:
            seen = []
            with watched(bot) as memory:
                for _ in range(again):
                    seen.append(_search(bot, line))
            rows.append([f"search: {name}", *spread(seen), f"{min(memory):.0f}–{max(memory):.0f} MB"])
        rows.append(["picker during a search of everything", *spread(run_with(bot.port, _pick_meanwhile)), ""])
    return table(["", "p50", "p95", "p99", "bot's memory"], rows)


def _search(bot: Process, line: str) -> float:
    seconds: float = run_with(bot.port, lambda people: people.run(people.client(), 0, line))[1]
    return seconds


async def _wait_for_directory(people: People) -> None:
    client = people.client()
    while not await _suggest(people, client, "person"):
        await asyncio.sleep(0.05)
    await people.run(client, 0, "help")
    client.close()


async def _suggest(people: People, client: Client, typed: str) -> bool:
    body = form(suggestion(0, typed))
    status, text = await client.post("/slack/events", body, sign(body))
    if status != 200:
        raise RuntimeError(f"A picker was answered with {status}")
    return b"text" in text


async def _pick(people: People, times: int) -> list[float]:
    client, seen = people.client(), []
    for number in range(times):
        begun = time.perf_counter()
        await _suggest(people, client, TYPED[number % len(TYPED)])
        seen.append(time.perf_counter() - begun)
    client.close()
    return seen


async def _pick_meanwhile(people: People) -> list[float]:
    other = people.client()
    search = asyncio.create_task(people.run(other, 0, "search session:all"))
    seen: list[float] = []
    while not search.done():
        seen += await _pick(people, 1)
    other.close()
    return seen


@contextmanager
def watched(process: Process) -> Iterator[list[float]]:
    """Its memory in megabytes, sampled twenty times a second while the block runs."""
    seen, is_over = [process.megabytes()], threading.Event()

    def look() -> None:
        while not is_over.wait(0.05):
            seen.append(process.megabytes())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        is_over.set()
        thread.join()
