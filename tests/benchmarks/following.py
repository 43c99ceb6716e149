"""Many subscriptions at once, in a database before anything starts."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.objectives.subscriptions import Subscription
from bot.store.database import make_engine, migrate
from bot.store.subscriptions import SqlFollows
from tests.benchmarks.fakes import TEAM

IN_A_CHANNEL = 50
THINGS = ("onboarding", "revenue", "support", "hosting", "search", "hiring", "reporting", "pricing", "churn", "trust")


def fill_follows(database: Path, number: int, goals: int, people: int) -> None:
    """A database of the bot in which so many subscriptions stand, fifty a channel, all different."""
    engine = make_engine(f"sqlite:///{database}")
    migrate(engine)
    follows, now = SqlFollows(engine), datetime.now(UTC)
    for position, query in enumerate(queries(number, goals, people)):
        channel_id = f"C{position // IN_A_CHANNEL:04d}"
        follows.add(Subscription(f"s{position}", TEAM, channel_id, query, "instant", "U000", now))
    engine.dispose()


def queries(number: int, goals: int, people: int) -> Iterator[str]:
    """What they ask for, in turns: one objective by its number, a word within a tag, a person's within a tag."""
    chance = random.Random(number)
    for position in range(number):
        tag = f'tag:"area {position % 200}"'
        if position % 3 == 0:
            yield f"{chance.randrange(goals // 10, goals)} session:all"
        elif position % 3 == 1:
            yield f"{tag} {THINGS[position // 200 % len(THINGS)]} session:all"
        else:
            yield f'{tag} owner:"Person {chance.randrange(people):06d}" session:all'
