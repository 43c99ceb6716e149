"""From a command that changes something to the message in the channel that follows it, at different rates."""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
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
                used = bot.cpu_seconds()
                watched = _watch(world, bot, rate, seconds / part, lambda number: number % CHANNELS)
                rows.append(_row(f"{rate} a second", watched, bot.cpu_seconds() - used))
            for rate, seconds in BURSTS:
                watched = _watch(world, bot, rate, seconds, lambda _number: 0)
                notes.append(_burst(f"{rate} a second for {seconds:.0f} s", watched))
    spent = "processor time a change"
    head = ["from the command", "p50", "p95", "p99", "from the answer, p50", "p99", "messages a second", spent]
    return f"{table(head, rows)}\n{table(['in one channel', 'changes', 'messages', 'last after'], notes)}"


def _fill(database: Path) -> None:
    engine = make_engine(f"sqlite:///{database}")
    migrate(engine)
    follows = SqlFollows(engine)
    for number in range(CHANNELS):
        query, now = f"team{number:04d} session:all", datetime.now(UTC)
        follows.add(Subscription(f"s{number}", TEAM, f"C{number:04d}", query, "instant", "U000", now))
    engine.dispose()


@dataclass(slots=True)
class Watched:
    """What was seen of some changes: the acks, when each change was answered, and each message with its text."""

    seen: Seen
    answered: dict[int, float] = field(default_factory=dict)
    posts: list[tuple[float, str]] = field(default_factory=list)


def _watch(world: Stage, bot: Process, rate: float, seconds: float, channel_of: Callable[[int], int]) -> Watched:
    """Creates objectives at this rate, until all are told of but those that an ack refuses."""

    async def act(people: People) -> Watched:
        def line(number: int) -> str:
            return f"create Win pilot {number:06d} for team{channel_of(number):04d} #growth"

        watched = Watched(await people.stream(rate, seconds, line=line))
        until = time.monotonic() + PATIENCE
        accepted = len(watched.seen.sent) - len(watched.seen.said)
        while (told := sum(_told(text) for _, text in watched.posts)) < accepted:
            if time.monotonic() > until:
                raise TimeoutError(f"{told} of {accepted} changes were told of")
            watched.posts += [(came, text) for came, _, text in await asyncio.to_thread(world.posts)]
            await asyncio.sleep(0.2)
        watched.answered = {int(path.rpartition("/")[2]): came for path, came in people.received.items()}
        return watched

    found: Watched = run_with(bot.port, act)
    return found


def _told(text: str) -> int:
    """Of how many changes a message tells."""
    many = re.match(r"([\d,]+) objectives changed", text)
    return int(many[1].replace(",", "")) if many else 1


def _row(name: str, watched: Watched, used: float) -> list[str]:
    sent, answered = watched.seen.sent, watched.answered
    texts = ((moment, re.search(r"pilot (\d{6})", text)) for moment, text in watched.posts)
    came = {int(number[1]): moment for moment, number in texts if number}
    after = [came[number] - moment for number, moment in answered.items() if number in came]
    refused = len(watched.seen.said)
    rate = len(came) / (max(came.values()) - min(sent.values()))
    return [
        f"{name}, {CHANNELS} channels{f', {refused} refused' if refused else ''}",
        *spread([came[number] - moment for number, moment in sent.items() if number in came]),
        duration(percentile(after, 50)),
        duration(percentile(after, 99)),
        f"{rate:.1f}",
        duration(used / len(sent)),
    ]


def _burst(name: str, watched: Watched) -> list[str]:
    several = [str(told) for _, text in watched.posts if (told := _told(text)) > 1]
    tells = f", {len(several)} of them for {', '.join(several)} changes" if several else ""
    last = max(came for came, _ in watched.posts) - max(watched.seen.sent.values())
    return [name, str(len(watched.seen.sent)), f"{len(watched.posts)}{tells}", duration(last)]
