"""Heartbeats: the work of a dead process is gone on with by exactly one other, and by somebody in the end."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, update

from bot.store.database import make_engine
from bot.store.heartbeats import Heartbeats
from bot.store.tables import executors
from tests.test_store import blank, engine
from tests.world import DEADLINE

__all__ = ["blank", "engine"]

AFTER = 30.0


@pytest.fixture
def hearts(engine: Engine) -> Heartbeats:
    hearts = Heartbeats(engine)
    for executor in ("web.1", "worker.1", "worker.2"):
        hearts.beat(executor, executor.partition(".")[0])
    return hearts


@pytest.fixture
def fall_silent(engine: Engine) -> Callable[..., None]:
    """Makes it so many seconds since an executor was seen."""

    def fall_silent(executor_id: str, seconds: float = AFTER + 1) -> None:
        with engine.begin() as connection:
            which = update(executors).where(executors.c.executor_id == executor_id)
            connection.execute(which.values(seen_at=executors.c.seen_at - seconds))

    return fall_silent


Silence = Callable[..., None]


def test_whoever_beats_is_taken_by_nobody(hearts: Heartbeats):
    assert hearts.take_silent("worker.1", AFTER) == []


def test_the_silent_one_is_taken_by_one_and_by_no_other(hearts: Heartbeats, fall_silent: Silence):
    fall_silent("web.1", AFTER - 5)
    assert hearts.take_silent("worker.1", AFTER) == []
    fall_silent("web.1", 6)
    assert hearts.take_silent("worker.1", AFTER) == ["web.1"]
    assert hearts.take_silent("worker.2", AFTER) == []


def test_who_leaves_is_taken_at_once(hearts: Heartbeats):
    hearts.leave("web.1")
    hearts.leave("never seen")
    assert hearts.take_silent("worker.1", AFTER) == ["web.1"]


def test_what_is_done_is_given_to_nobody_again(hearts: Heartbeats):
    hearts.leave("web.1")
    assert hearts.take_silent("worker.1", AFTER) == ["web.1"]
    hearts.done("web.1")
    assert hearts.take_silent("worker.1", AFTER) == []
    assert hearts.take_silent("worker.2", AFTER) == []


def test_the_taker_gets_it_again_until_it_says_that_it_is_done(hearts: Heartbeats):
    hearts.leave("web.1")
    assert hearts.take_silent("worker.1", AFTER) == ["web.1"]
    assert hearts.take_silent("worker.1", AFTER) == ["web.1"]


@pytest.mark.parametrize("how", ["falls silent", "leaves"])
def test_where_the_taker_dies_too_somebody_else_gets_both(hearts: Heartbeats, fall_silent: Silence, how: str):
    hearts.leave("web.1")
    assert hearts.take_silent("worker.1", AFTER) == ["web.1"]
    if how == "leaves":
        hearts.leave("worker.1")
    else:
        fall_silent("worker.1")
    assert hearts.take_silent("worker.2", AFTER) == ["web.1", "worker.1"]


def test_where_the_taker_is_forgotten_altogether_what_it_took_is_not(hearts: Heartbeats):
    hearts.leave("web.1")
    hearts.take_silent("worker.1", AFTER)
    hearts.leave("worker.1")
    hearts.take_silent("worker.2", AFTER)
    hearts.done("worker.1")
    hearts.leave("worker.2")
    hearts.beat("web.2", "web")
    assert hearts.take_silent("web.2", AFTER) == ["web.1", "worker.2"]


def test_who_comes_back_is_nobodys_and_cannot_be_done_away_with(hearts: Heartbeats, fall_silent: Silence):
    fall_silent("web.1")
    assert hearts.take_silent("worker.1", AFTER) == ["web.1"]
    hearts.beat("web.1", "web")
    hearts.done("web.1")
    assert hearts.take_silent("worker.1", AFTER) == []
    fall_silent("web.1")
    assert hearts.take_silent("worker.2", AFTER) == ["web.1"]


def test_nobody_takes_itself(hearts: Heartbeats, fall_silent: Silence):
    fall_silent("worker.1")
    assert hearts.take_silent("worker.1", AFTER) == []
    assert hearts.take_silent("worker.2", AFTER) == ["worker.1"]


@pytest.fixture
def others(engine: Engine) -> Iterator[list[Heartbeats]]:
    """Eight that ask over connections of their own, as processes do."""
    engines = [make_engine(engine.url.render_as_string(hide_password=False)) for _ in range(8)]
    yield [Heartbeats(one) for one in engines]
    for one in engines:
        one.dispose()


def test_of_many_that_ask_at_once_each_silent_one_goes_to_one(others: list[Heartbeats]):
    gone = [f"gone.{number}" for number in range(20)]
    for one in gone:
        others[0].beat(one, "worker")
        others[0].leave(one)
    gate = Barrier(len(others))

    def take(number: int) -> list[str]:
        others[number].beat(f"worker.{number}", "worker")
        gate.wait(DEADLINE)
        return others[number].take_silent(f"worker.{number}", AFTER)

    with ThreadPoolExecutor(len(others)) as pool:
        taken = [one for some in pool.map(take, range(len(others))) for one in some]
    assert sorted(taken) == sorted(gone)
