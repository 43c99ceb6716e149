"""The workflow of a change on the real engine: once by its id, again until it succeeds, told once, or given back."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from dbos import DBOS
from sqlalchemy.exc import OperationalError

from bot.store.database import make_engine, writing
from bot.store.turns import turns_of
from bot.work import engine as engine_module
from bot.work import writes as writes_module
from bot.work.engine import KEPT, MARK, WorkEngine
from tests.durable import OPEN, at_once, short_waits, until
from tests.world import free_port, shared_writes

AWAY: dict[str, Any] = {"again": "The API is away.", "is_ambiguous": False}
DROPPED: dict[str, Any] = {"again": "The API broke off.", "is_ambiguous": True}
PLAN = {"plan": {"do": "it"}}
DONE = {"tell": {"outcome": "done"}}
SLACK_WAITS = 3.0


class Hands:
    """``bot.work.writes.Hands`` that do what they are told to, and remember what they were asked.

    ``decisions``, ``outcomes`` and ``tellings`` are what they answer, one after the other; the last one for ever.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.decisions: list[dict[str, Any]] = [PLAN]
        self.renewals: list[dict[str, Any]] = []
        self.outcomes: list[dict[str, Any]] = [DONE]
        self.tellings: list[dict[str, Any]] = [{}]
        self.asked: list[tuple[Any, ...]] = []
        self.old = timedelta()
        self.word: dict[str, Any] | None = None
        self.lock = threading.Lock()

    def _next(self, answers: list[dict[str, Any]], *asked: Any) -> dict[str, Any]:
        with self.lock:
            self.asked.append(asked)
            return answers.pop(0) if len(answers) > 1 else answers[0]

    def decide(self, job: dict[str, Any]) -> dict[str, Any]:
        return self._next(self.decisions, "decide")

    def renew(self, job: dict[str, Any], plan: dict[str, Any]) -> dict[str, Any]:
        return self._next(self.renewals, "renew") if self.renewals else {"plan": plan}

    def carry_out(self, job: dict[str, Any], plan: dict[str, Any], is_first: bool) -> dict[str, Any]:
        return self._next(self.outcomes, "carry out", plan["do"], is_first)

    def give_back(
        self, job: dict[str, Any], plan: dict[str, Any] | None, why: str, is_ambiguous: bool
    ) -> dict[str, Any]:
        return self._next([{"tell": {"given back": why}}], "give back", plan, why, is_ambiguous)

    def tell(self, job: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
        return self._next(self.tellings, "tell", *told.values(), job.get("word"))

    def age(self, job: dict[str, Any]) -> timedelta:
        return self.old

    def watch(self, job: dict[str, Any]) -> None:
        """Nothing."""

    def pause(self, job: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        return self.word


class Bench:
    """A bot of its own on this process's engine."""

    numbers = iter(range(1_000_000))

    def __init__(self) -> None:
        number = next(self.numbers)
        self.name, self.id = f"bench-{number}", f"T1:{number}"
        self.hands = Hands(self.name)
        self.writes = shared_writes()
        self.writes.join(self.name, self.hands)

    def accept(self) -> None:
        self.writes.accept(self.name, self.id, {"id": self.id, "team": "T1", "user": "U1"})

    def open(self) -> list[str]:
        found = DBOS.list_workflows(status=OPEN, load_input=True, load_output=False)
        return [one.workflow_id for one in found if one.input and one.input["args"][0] == self.name]

    def finish(self) -> list[tuple[Any, ...]]:
        """Waits until nothing of it is left to do; what the hands were asked."""
        until(lambda: not self.open())
        return self.hands.asked

    def run(self) -> list[tuple[Any, ...]]:
        self.accept()
        return self.finish()


@pytest.fixture(autouse=True, scope="module")
def waits() -> Iterator[None]:
    with short_waits(longest_wait=0.05):
        yield


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.writes.leave(bench.name)


def test_a_job_is_decided_carried_out_and_told(bench: Bench):
    assert bench.run() == [("decide",), ("carry out", "it", True), ("tell", "done", None)]


def test_a_job_accepted_again_is_done_once(bench: Bench):
    at_once(*[bench.accept] * 4)
    bench.finish()
    bench.accept()
    assert bench.finish() == [("decide",), ("carry out", "it", True), ("tell", "done", None)]


def test_a_job_is_made_durable_before_whatever_else_waits_to_be_written(bench: Bench):
    engine = shared_writes()._engine._engine
    queue = turns_of(str(engine.url.database))
    accepting = threading.Thread(target=bench.accept)
    with writing(engine):
        accepting.start()
        until(lambda: queue._hurrying == 1)
    accepting.join()
    assert bench.finish()[-1] == ("tell", "done", None)
    assert queue._hurrying == 0


def test_what_a_form_answers_needs_no_telling(bench: Bench):
    bench.hands.decisions = [{}]
    assert bench.run() == [("decide",)]


def test_what_is_decided_to_be_told_is_told(bench: Bench):
    bench.hands.decisions = [{"tell": {"fault": "You may not."}}]
    assert bench.run() == [("decide",), ("tell", "You may not.", None)]


def test_a_decision_is_tried_until_it_can_be_made(bench: Bench):
    bench.hands.decisions = [AWAY, AWAY, PLAN]
    assert bench.run() == [("decide",)] * 3 + [("carry out", "it", False), ("tell", "done", None)]


def test_what_was_decided_is_renewed_and_carried_out_until_it_succeeds_and_is_the_first_try_once(bench: Bench):
    bench.hands.outcomes = [AWAY, DROPPED, DONE]
    bench.hands.renewals = [{"plan": {"do": "this"}}, AWAY, {"plan": {"do": "that"}}]
    assert bench.run() == [
        ("decide",),
        ("carry out", "it", True),
        ("renew",),
        ("carry out", "this", False),
        ("renew",),
        ("renew",),
        ("carry out", "that", False),
        ("tell", "done", None),
    ]


def test_what_the_api_may_still_be_at_is_left_alone_for_a_while(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writes_module, "PENDING", 1_000.0)
    bench.hands.outcomes = [{**DROPPED, "is_pending": True}, DONE]
    bench.accept()
    (waiting,) = until(lambda: [one for one in bench.open() if "+1" in one])
    status = DBOS.get_workflow_status(waiting)
    assert status is not None and status.delay_until_epoch_ms is not None
    assert status.delay_until_epoch_ms / 1000 - time.time() > 900
    DBOS.set_workflow_delay(waiting, delay_seconds=0)
    assert bench.finish()[-2:] == [("carry out", "it", False), ("tell", "done", None)]


def test_what_nobody_could_be_told_is_told_again_without_being_done_again(bench: Bench):
    bench.hands.tellings = [{"again": "Slack is away."}, {"again": "Slack is away."}, {}]
    assert bench.run() == [("decide",), ("carry out", "it", True), *[("tell", "done", None)] * 3]


def test_that_the_person_knows_is_known_at_every_further_try(bench: Bench):
    bench.hands.outcomes = [AWAY, DONE]
    bench.hands.tellings = [{"again": "Slack is away.", "word": {"ts": "2"}}, {}]
    bench.hands.word = {"ts": "1"}
    assert bench.run()[-2:] == [("tell", "done", {"ts": "1"}), ("tell", "done", {"ts": "2"})]


@pytest.mark.parametrize(
    ("decisions", "outcomes", "asked"),
    [
        ([AWAY], [DONE], ("give back", None, "The API is away.", False)),
        ([PLAN], [AWAY], ("give back", {"do": "it"}, "The API is away.", False)),
        ([PLAN], [DROPPED, AWAY], ("give back", {"do": "it"}, "The API is away.", True)),
    ],
    ids=["never decided", "never done", "maybe done"],
)
def test_what_could_not_be_done_for_a_day_is_given_back_and_not_tried_any_more(
    bench: Bench, decisions: list[dict[str, Any]], outcomes: list[dict[str, Any]], asked: tuple[Any, ...]
):
    bench.hands.decisions, bench.hands.outcomes = list(decisions), list(outcomes)
    bench.accept()
    until(lambda: len(bench.hands.asked) > 4)
    bench.hands.old = timedelta(days=1, seconds=1)
    assert bench.finish()[-2:] == [asked, ("tell", "The API is away.", None)]


def test_whom_slack_does_not_reach_for_two_days_is_told_no_more(bench: Bench):
    bench.hands.tellings = [{"again": "Slack is away."}]
    bench.accept()
    until(lambda: len(bench.hands.asked) > 4)
    bench.hands.old = timedelta(days=2, seconds=1)
    count = len(bench.finish())
    assert bench.hands.asked[2:] == [("tell", "done", None)] * (count - 2)


def test_the_jobs_of_a_bot_that_is_not_there_wait_for_it(bench: Bench):
    bench.writes.leave(bench.name)
    bench.accept()
    until(lambda: any("+2" in one for one in bench.open()))
    assert bench.hands.asked == []
    bench.writes.join(bench.name, bench.hands)
    assert bench.finish()[-1] == ("tell", "done", None)


def test_many_jobs_at_once_are_each_done_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engine_module, "FRESH", 60)  # a slow disk may keep the last of them waiting for long
    benches = [Bench() for _ in range(20)]
    for bench in benches:
        bench.hands.outcomes = [DROPPED, DONE]
    at_once(*[bench.accept for bench in benches])
    for bench in benches:
        asked = bench.finish()
        bench.writes.leave(bench.name)
        tries = [("carry out", "it", True), ("carry out", "it", False)]
        assert asked == [("decide",), *tries, ("tell", "done", None)]


# The engine


def test_what_was_finished_more_than_a_week_ago_is_forgotten_and_nothing_else(bench: Bench):
    bench.run()
    other = Bench()
    other.hands.outcomes = [AWAY]
    other.accept()
    until(lambda: len(other.hands.asked) > 2)
    engine = shared_writes()._engine
    work_id = f"{bench.name} {bench.id}"

    def is_known() -> bool:
        return DBOS.get_workflow_status(work_id) is not None

    engine.forget_finished(datetime.now(UTC) + KEPT - timedelta(minutes=1))
    assert is_known()
    engine.forget_finished(datetime.now(UTC) + KEPT + timedelta(minutes=1))
    assert not is_known()
    assert other.open()
    other.hands.outcomes = [DONE]
    assert other.finish()[-1] == ("tell", "done", None)
    other.writes.leave(other.name)


def test_work_that_is_waiting_or_under_way_is_counted(bench: Bench):
    engine = shared_writes()._engine
    before = engine.unfinished()
    bench.hands.outcomes = [AWAY]
    bench.accept()
    until(lambda: len(bench.hands.asked) > 3)
    assert engine.unfinished() > before - 1
    bench.hands.outcomes = [DONE]
    bench.finish()
    assert engine.unfinished() <= before


def test_of_a_process_that_has_left_nothing_there_is_nothing_to_take_over():
    assert shared_writes()._engine.take_over("nobody") == 0


def test_a_job_is_begun_for_the_first_time_once_and_only_where_it_was_just_accepted(
    monkeypatch: pytest.MonkeyPatch,
):
    unused: Any = None
    engine = WorkEngine(unused, "alone")
    assert not engine.begin({MARK: "after a crash"})
    engine._fresh["a"] = engine._fresh["b"] = engine_module.time.monotonic()
    assert engine.is_fresh({MARK: "a"}) and engine.is_fresh({MARK: "a"})
    assert engine.begin({MARK: "a"})
    assert not engine.begin({MARK: "a"})
    assert not engine.is_fresh({MARK: "a"})
    monkeypatch.setattr(engine_module, "FRESH", -1.0)
    assert not engine.begin({MARK: "b"})
    assert not engine.begin({})


def test_a_database_that_is_away_is_told_at_once_and_nothing_is_done_later():
    bench = Bench()
    away = WorkEngine(make_engine(f"postgresql://okr@127.0.0.1:{free_port()}/okr"), "away")
    begun = time.monotonic()
    with pytest.raises(OperationalError, match="refused"):
        away.start(bench.id, writes_module.write, bench.name, {"id": bench.id}, "bot T1 U1")
    assert time.monotonic() - begun < SLACK_WAITS
    assert (bench.open(), bench.hands.asked) == ([], [])
