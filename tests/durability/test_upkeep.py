"""What keeps the work going, in itself: what counts as fresh, and how a process says that it lives."""

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import create_engine

from bot.running_work import Workshop
from bot.work import engine, upkeep
from bot.work.engine import WorkEngine
from bot.work.upkeep import Upkeep
from tests.world import DEADLINE

NOTHING: Any = None


class Beats:
    """Heartbeats that only count; the first ``faults`` of them fail."""

    def __init__(self, log: list[str] | None = None, faults: int = 0, dead: Sequence[str] = ()) -> None:
        self.log = [] if log is None else log
        self.dead = list(dead)
        self.faults = faults
        self.enough = threading.Event()

    def beat(self, executor_id: str, role: str) -> None:
        self.log.append("beat")
        if len(self.log) > self.faults + 3:
            self.enough.set()
        if 1 < len(self.log) <= self.faults + 1:
            raise RuntimeError("whatever")

    def take_silent(self, taker: str, after: float) -> list[str]:
        self.log.append("take over")
        return [self.dead.pop()] if self.dead else []

    def done(self, executor_id: str) -> None:
        """It is forgotten already."""

    def leave(self, executor_id: str) -> None:
        self.log.append("leave")


class Work:
    """An engine that only tells what is asked of it."""

    def __init__(self, log: list[str]) -> None:
        self._log = log

    def launch(self) -> None:
        self._log.append("launch")

    def close(self, seconds: int) -> None:
        self._log.append("close")

    def take_over(self, executor_id: str) -> int:
        self._log.append(f"take over {executor_id}")
        return 0

    def forget_finished(self) -> None:
        """Nothing is finished."""


@pytest.fixture
def states(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The states with which workflows are started; none is run."""
    given: list[Any] = []
    monkeypatch.setattr(engine.DBOS, "start_workflow", lambda _workflow, _bot, _job, state: given.append(state))
    return given


def test_a_submission_that_comes_again_does_not_make_fresh_what_was_begun_before(states: list[Any]):
    work = WorkEngine(create_engine("sqlite://"), "tests")
    work.start("T1:V1", NOTHING, "bot", {}, "bot T1 U1")
    assert work.is_fresh(states[0])
    assert work.begin(states[0])
    work.start("T1:V1", NOTHING, "bot", {}, "bot T1 U1")
    assert not work.is_fresh(states[0])
    assert not work.begin(states[0])


def test_what_another_process_accepted_is_not_fresh_here_though_it_is_delivered_here_too(states: list[Any]):
    there, here = (WorkEngine(create_engine("sqlite://"), name) for name in ("there", "here"))
    there.start("T1:V1", NOTHING, "bot", {}, "bot T1 U1")
    here.start("T1:V1", NOTHING, "bot", {}, "bot T1 U1")
    # The engine keeps the state that came first.
    assert not here.begin(states[0])
    assert not here.begin({})


def test_a_process_says_that_it_lives_before_it_takes_work_and_until_it_has_stopped(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(upkeep, "BEAT", 0.01)
    log: list[str] = []
    beats, work = Beats(log), Work(log)
    shop = Workshop(Closed(), b"", work, NOTHING, Upkeep(work, "one", "serve", heartbeats=beats))  # type: ignore[arg-type]
    shop.start()
    assert beats.enough.wait(DEADLINE)
    shop.finish()
    shop.close()
    assert log[0] == "beat"
    assert "take over" not in log[: log.index("launch")]
    assert "take over" in log
    assert "leave" in log[log.index("close") :]


def test_what_a_dead_process_held_is_given_back_before_its_work_is_gone_on_with(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(upkeep, "BEAT", 0.01)
    log: list[str] = []
    beats, work = Beats(dead=["two"]), Work(log)
    keeper = Upkeep(work, "one", "worker", heartbeats=beats, clearing=[lambda whose: log.append(f"give back {whose}")])  # type: ignore[arg-type]
    keeper.announce()
    keeper.start()
    assert beats.enough.wait(DEADLINE)
    keeper.leave()
    assert log == ["give back two", "take over two"]


def test_no_fault_silences_a_process_that_lives(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(upkeep, "BEAT", 0.01)
    beats = Beats(faults=3)
    keeper = Upkeep(Work([]), "one", "serve", heartbeats=beats)  # type: ignore[arg-type]
    keeper.announce()
    assert beats.enough.wait(DEADLINE)
    keeper.leave()


class Closed:
    """A database that nobody asks."""

    def dispose(self) -> None:
        """Nothing is open."""
