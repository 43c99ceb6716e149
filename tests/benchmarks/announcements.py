"""From a command that changes something to the message in the channel that follows it, at different rates."""

import asyncio
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.objectives.subscriptions import Subscription
from bot.store.database import make_engine, migrate
from bot.store.subscriptions import SqlFollows
from tests.benchmarks.fakes import TEAM
from tests.benchmarks.figures import duration, percentile, spread, table
from tests.benchmarks.people import People, Seen, run_with
from tests.benchmarks.processes import Process, Stage, stage

CHANNELS = 300
"""At the highest rate each hears of something every three seconds: Slack takes a message a second and channel."""
RATES = ((1, 40.0), (10, 20.0), (100, 10.0))
"""Changes a second, and for how many seconds."""
BURSTS = ((10, 10.0), (100, 1.0))
PATIENCE = 240.0


def measure(*, is_quick: bool) -> str:
    """Tables: changes spread over many channels, and changes that one channel hears of."""
    part = 4 if is_quick else 1
    rows, notes = [], []
    with stage() as world:
        database = world.folder / "follows.db"
        _fill(database)
        with world.bot(DATABASE_URL=f"sqlite:///{database}", OKR_POLL_SECONDS="86400") as bot:
            world.slow_down(50)
            _watch(world, bot, 5, 4, lambda number: number % CHANNELS)
            for rate, seconds in RATES:
                seen, posts = _watch(world, bot, rate, seconds / part, lambda number: number % CHANNELS)
                rows.append(_row(f"{rate} a second, {CHANNELS} channels", seen, posts))
            for rate, seconds in BURSTS:
                seen, posts = _watch(world, bot, rate, seconds, lambda _number: 0)
                notes.append(_burst(f"{rate} a second for {seconds:.0f} s", seen, posts))
    head = ["", "message p50", "p95", "p99", "ack p99", "messages a second"]
    return f"{table(head, rows)}\n{table(['one channel', 'changes', 'messages', 'the last one after'], notes)}"


def _fill(database: Path) -> None:
    engine = make_engine(f"sqlite:///{database}")
    migrate(engine)
    follows = SqlFollows(engine)
    for number in range(CHANNELS):
        query, now = f"team{number:04d} session:all", datetime.now(UTC)
        follows.add(Subscription(f"s{number}", TEAM, f"C{number:04d}", query, "instant", "U000", now))
    engine.dispose()


Post = tuple[float, str]
"""When it came, and its text."""


def _watch(
    world: Stage, bot: Process, rate: float, seconds: float, channel_of: Callable[[int], int]
) -> tuple[Seen, list[Post]]:
    """Creates objectives at this rate, until all are told of."""

    async def act(people: People) -> tuple[Seen, list[Post]]:
        def line(number: int) -> str:
            return f"create Win pilot {number:06d} for team{channel_of(number):04d} #growth"

        seen, posts = await people.stream(rate, seconds, line=line), []
        until = time.monotonic() + PATIENCE
        while (told := sum(_told(text) for _, text in posts)) < len(seen.sent):
            if time.monotonic() > until:
                raise TimeoutError(f"{told} of {len(seen.sent)} changes were told of")
            posts += [(came, text) for came, _, text in await asyncio.to_thread(world.posts)]
            await asyncio.sleep(0.2)
        return seen, posts

    found: tuple[Seen, list[Post]] = run_with(bot.port, act)
    return found


def _told(text: str) -> int:
    """Of how many changes a message tells."""
    many = re.match(r"([\d,]+) objectives changed", text)
    return int(many[1].replace(",", "")) if many else 1


def _row(name: str, seen: Seen, posts: list[Post]) -> list[str]:
    came = {int(number[1]): moment for moment, text in posts if (number := re.search(r"pilot (\d{6})", text))}
    took = [came[number] - sent for number, sent in seen.sent.items()]
    rate = len(took) / (max(came.values()) - min(seen.sent.values()))
    return [name, *spread(took), duration(percentile(seen.acks, 99)), f"{rate:.1f}"]


def _burst(name: str, seen: Seen, posts: list[Post]) -> list[str]:
    several = [told for _, text in posts if (told := _told(text)) > 1]
    messages = f"{len(posts)}, {len(several)} of them for {' and '.join(map(str, several))}" if several else len(posts)
    last = max(came for came, _ in posts) - max(seen.sent.values())
    return [name, str(len(seen.sent)), str(messages), duration(last)]
