"""Channels hear of everything although the bot, a real process, is ended by ``kill -9`` at the worst of moments."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.config import read_settings
from bot.objectives.subscriptions import Subscription
from bot.running import open_database
from bot.store.channel_turns import TURN, ChannelTurns
from bot.store.outbox import Outbox
from bot.store.sightings import Sightings
from bot.store.subscriptions import SqlFollows
from tests.durability.bots import Place, Places
from tests.durability.company import Company
from tests.durability.run import environment_of
from tests.durability.slack import TEAM_ID, FakeSlack, user_id_of
from tests.durable import until

CHANNEL = "C0KILLS"
SOON = 180.0
TAKEN_OVER = TURN - 5
"""Seconds: the turn of a process that died in the middle of a post is over before it runs out."""


class FailingSlack(FakeSlack):
    """Is busy while it is told to be; ``on_post``: called once, after the post of a name and before it is answered."""

    def __init__(self) -> None:
        super().__init__()
        self.is_busy = threading.Event()
        self.tried = threading.Event()
        self.on_post: dict[str, Callable[[], object]] = {}

    def answer(self, path: str, fields: dict[str, Any], peer_port: int) -> dict[str, Any]:
        is_post = path.endswith("chat.postMessage")
        if is_post and self.is_busy.is_set():
            self.tried.set()
            return {"ok": False, "error": "ratelimited"}
        said = super().answer(path, fields, peer_port)
        for name in [name for name in self.on_post if is_post and name in fields["text"]]:
            self.on_post.pop(name)()
        return said


@pytest.fixture
def company() -> Iterator[Company]:
    with Company() as company:
        yield company


@pytest.fixture
def slack() -> Iterator[FailingSlack]:
    with FailingSlack() as slack:
        yield slack


@pytest.mark.timeout(900)
def test_nothing_is_lost_and_only_what_was_on_its_way_is_repeated(
    tmp_path: Path, company: Company, slack: FailingSlack
):
    url = f"sqlite:///{tmp_path}/bot.db"
    engine = open_database(read_settings({"DATABASE_URL": url}), always_migrate=True)
    now = datetime.now(UTC)
    SqlFollows(engine).add(Subscription("s1", TEAM_ID, CHANNEL, "#growth", "instant", user_id_of(1), now))
    goals = [
        company.add_goal(f"Objective {number}", session_id=company.session_id, owner_id="", tags=["growth"])
        for number in range(3)
    ]
    sightings, outbox = Sightings(engine), Outbox(engine)
    environment = environment_of(company, slack, url) | {"OKR_POLL_SECONDS": "5"}

    def told(name: str) -> list[str]:
        return [one.text for one in slack.told_of(name) if f"{name}: renamed" in one.text]

    with Places([Place("serve", tmp_path, environment)]) as places:
        (place,) = places.all
        until(lambda: sightings.began_at(TEAM_ID), SOON)
        # While it waits for Slack.
        slack.is_busy.set()
        company.goals[goals[0]]["name"] = "Told late"
        assert slack.tried.wait(SOON)
        until(lambda: [due.is_repeat for due in outbox.take(TEAM_ID, CHANNEL, 9)] == [False], SOON)
        place.kill()
        slack.is_busy.clear()

        # Between what Slack has posted and the bot's knowing of it; more changes while there is no process.
        def kill() -> None:
            place.kill()
            company.goals[goals[2]]["name"] = "Told after"

        slack.on_post["Told twice"] = kill
        company.goals[goals[1]]["name"] = "Told twice"
        until(lambda: told("Told late"), SOON)
        until(lambda: len(told("Told twice")) == 2, TAKEN_OVER)
        until(lambda: told("Told after"), SOON)
        until(lambda: ChannelTurns(engine).coming(0.0) == [], SOON)
        place.abandon()
    assert [len(told(name)) for name in ("Told late", "Told twice", "Told after")] == [1, 2, 1]
    assert outbox.repeats() == 1
    assert places.complaints() == []
    engine.dispose()
