"""Frozen time, moved by hand, through everything that makes and sends digests; Slack and the OKR account are fakes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.notify.cadence import Cadence
from bot.notify.followers import Followers
from bot.notifying import make_notifier
from bot.objectives.directory import Directory
from bot.objectives.people import People
from bot.objectives.search import Search
from bot.objectives.service import Objectives
from bot.objectives.subscriptions import Subscription
from bot.store.database import make_engine, migrate
from bot.store.subscriptions import SqlFollows
from tests.fakes.okr import GRACE, USERS, FakeApi, FakeMemory, FakeProfiles, FakeRecord
from tests.notify_stage import StandingClock

TEAM = "T0TEAM"
MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A digest that somebody wants: when, on the clock of which place."""

    cadence: Cadence
    zone: str


class FakeSlack:
    """The one call of Slack's that digests need; ``posts`` are the moments of the messages of each channel."""

    def __init__(self, clock: StandingClock) -> None:
        self.posts: dict[str, list[datetime]] = defaultdict(list)
        self._clock = clock

    def chat_postMessage(self, *, channel: str, text: str, **_more: Any) -> dict[str, str]:  # noqa: N802 - Slack's name
        assert "tagged #growth" in text
        self.posts[channel].append(self._clock())
        return {"ts": f"{self._clock().timestamp():.6f}"}


def send_digests(
    folder: Path, digests: Sequence[Wanted], start: datetime, moments: Iterable[datetime]
) -> list[list[datetime]]:
    """When each digest was posted; set up right before ``start``, and what is due is asked at these moments.

    Each has a channel of its own, so that none waits for the second that Slack demands between two messages.
    """
    clock = StandingClock(start - MOMENT)
    engine = make_engine(f"sqlite:///{folder}/digests.db")
    migrate(engine)
    slack, api, follows = FakeSlack(clock), FakeApi(), SqlFollows(engine)
    api.add("Win the Nordics", tags=("growth",), progress=0.3)
    api.add("Halve churn", owner=GRACE, tags=("growth",))
    directory, memory = Directory(api, spawn=lambda work: work()), FakeMemory()
    people = People(FakeProfiles(*USERS), directory, api, memory)
    search = Search(api, directory, people, memory, clock)
    notifier = make_notifier(
        Objectives(api, directory, people, search, memory, FakeRecord(), clock, follows=follows),
        api,
        lambda _team_id: slack,  # type: ignore[arg-type, return-value]
        engine,
        Followers(follows, search, clock),
        worker="one",
        poll_seconds=60,
    )
    for number, one in enumerate(digests):
        cadence = str(one.cadence)
        follows.add(Subscription(f"s{number}", TEAM, f"C{number}", "#growth", cadence, "U0ADA", clock(), one.zone))
    for moment in moments:
        clock.now = moment
        if notifier.digests.put_due(TEAM):
            for turn in notifier.turns.coming(moment.timestamp()):
                notifier.sender.send_next(turn.team_id, turn.channel_id, "one")
    notifier.close()
    engine.dispose()
    return [slack.posts[f"C{number}"] for number in range(len(digests))]
