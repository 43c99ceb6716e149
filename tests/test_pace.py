"""The pace of calls: a burst, then so many a second, and silence while the API asks to be left alone."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from bot.errors import OkrApiBusy, OkrApiUnavailable
from bot.objectives.model import Draft
from bot.quantive import QuantiveClient, pace
from bot.quantive.pace import Pace
from tests.fakes.quantive import FakeQuantive


class Time:
    """A clock that only sleeping moves; ``wakes`` is called at the end of the next sleep."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.wakes: Callable[[], None] | None = None

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds
        wakes, self.wakes = self.wakes, None
        if wakes:
            wakes()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Time:
    clock = Time()
    monkeypatch.setattr(pace, "time", clock)
    return clock


def turns(clock: Time, pace: Pace, count: int) -> list[float]:
    """The seconds after which so many calls go out."""
    begun = clock.now
    found = []
    for _ in range(count):
        pace.wait()
        found.append(round(clock.now - begun, 6))
    return found


def test_a_pace_lets_a_burst_through_and_then_so_many_a_second(clock: Time) -> None:
    pace = Pace(per_second=10, burst=3)
    assert turns(clock, pace, 5) == [0, 0, 0, 0.1, 0.2]
    clock.sleep(60)
    assert turns(clock, pace, 4) == [0, 0, 0, 0.1]


def test_no_pace_is_no_limit(clock: Time) -> None:
    assert turns(clock, Pace(per_second=0), 1_000) == [0] * 1_000


def test_after_a_hold_calls_go_out_one_by_one(clock: Time) -> None:
    pace = Pace(per_second=10, burst=3)
    pace.hold(5)
    assert turns(clock, pace, 3) == [5, 5.1, 5.2]


@pytest.mark.parametrize("per_second", [0, 10])
def test_a_shorter_hold_does_not_end_a_longer_one(clock: Time, per_second: float) -> None:
    pace = Pace(per_second)
    pace.hold(8)
    pace.hold(1)
    assert turns(clock, pace, 1) == [8]


@pytest.mark.parametrize("per_second", [0, 10])
def test_who_waits_already_heeds_a_new_hold_too(clock: Time, per_second: float) -> None:
    pace = Pace(per_second)
    pace.hold(2)
    clock.wakes = lambda: pace.hold(3)
    assert turns(clock, pace, 1) == [5]


@pytest.mark.parametrize("per_second", [0, 10])
def test_nobody_waits_for_more_than_half_a_minute(clock: Time, per_second: float) -> None:
    pace = Pace(per_second)
    pace.hold(45)
    for _ in range(100):
        with pytest.raises(OkrApiBusy, match=r"Try again in 45 seconds\.") as caught:
            pace.wait()
        assert caught.value.retry_after == 45
    assert clock.now == 1_000
    clock.sleep(20)
    # those who were sent away took nobody's turn
    assert turns(clock, pace, 1) == [25]


def test_a_hold_that_grows_while_somebody_waits_does_not_keep_them_for_longer(clock: Time) -> None:
    pace = Pace(10)
    pace.hold(20)
    clock.wakes = lambda: pace.hold(20)
    with pytest.raises(OkrApiBusy):
        pace.wait()
    assert clock.now == 1_020


def test_a_queue_of_more_than_half_a_minute_takes_nobody_in(clock: Time) -> None:
    pace = Pace(per_second=1, burst=1)
    threads_turns: list[float] = []
    clock.sleep = lambda seconds: threads_turns.append(seconds)  # type: ignore[method-assign]
    for _ in range(31):
        pace.wait()
    with pytest.raises(OkrApiBusy):
        pace.wait()
    assert threads_turns == list(range(1, 31))


def test_every_thread_waits_until_a_hold_is_over() -> None:
    pace = Pace(0)
    pace.hold(0.2)
    started, ended = time.monotonic(), []

    def work() -> None:
        pace.wait()
        ended.append(time.monotonic() - started)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert min(ended) >= 0.19


class Notes:
    """A pacer that lets everybody through, and writes down what it was told."""

    def __init__(self) -> None:
        self.waits = 0
        self.holds: list[float] = []
        self.refuses = False

    def wait(self) -> None:
        self.waits += 1
        if self.refuses:
            raise OkrApiBusy("Too much at once. Try again in a minute.")

    def hold(self, seconds: float) -> None:
        self.holds.append(round(seconds))


@pytest.fixture
def api() -> Iterator[FakeQuantive]:
    with FakeQuantive() as api:
        yield api


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def client(api: FakeQuantive, notes: Notes) -> Iterator[QuantiveClient]:
    client = QuantiveClient(api_url=api.url, account_id=api.account_id, token=api.token, pace=notes)
    yield client
    client.close()


DRAFT = Draft("Cut onboarding time", "s1", "u1")


def test_the_pacer_of_the_client_is_asked_before_every_call(
    api: FakeQuantive, client: QuantiveClient, notes: Notes
) -> None:
    client.get(client.create(DRAFT).id)
    assert (notes.waits, len(api.calls)) == (2, 2)
    notes.refuses = True
    with pytest.raises(OkrApiBusy, match="Too much at once") as caught:
        client.create(DRAFT)
    assert not caught.value.ambiguous
    assert (notes.waits, len(api.calls)) == (3, 2)


@pytest.mark.parametrize("status", [429, 503])
def test_what_the_api_asks_for_holds_everybody(
    api: FakeQuantive, client: QuantiveClient, notes: Notes, status: int
) -> None:
    api.fail(times=2, status=status, headers={"Retry-After": "20"})
    for call in (lambda: client.create(DRAFT), client.ping):
        with pytest.raises(OkrApiUnavailable):
            call()
    assert notes.holds == [20, 20]
    assert len(api.calls) == 2


def test_a_read_that_is_repeated_holds_everybody_meanwhile(
    api: FakeQuantive, client: QuantiveClient, notes: Notes
) -> None:
    api.fail(status=429, headers={"Retry-After": "1"})
    client.ping()
    assert notes.holds == [1]
    assert len(api.calls) == 2


def test_an_hour_holds_for_a_minute(api: FakeQuantive, client: QuantiveClient, notes: Notes) -> None:
    api.fail(status=429, headers={"Retry-After": "3600"})
    with pytest.raises(OkrApiBusy, match="Try again in 3600 seconds"):
        client.create(DRAFT)
    assert notes.holds == [60]


@pytest.mark.parametrize(("status", "holds"), [(429, [1]), (503, []), (500, []), (400, [])])
def test_an_answer_that_asks_for_no_wait_holds_for_a_second_at_most(
    api: FakeQuantive, client: QuantiveClient, notes: Notes, status: int, holds: list[float]
) -> None:
    api.fail(status=status)
    api.fail(status=status, headers={"Retry-After": "0"})
    for _ in range(2):
        with pytest.raises(Exception, match=r"Quantive"):
            client.create(DRAFT)
    assert notes.holds == holds


def test_one_call_that_was_too_many_holds_back_the_next(api: FakeQuantive) -> None:
    api.fail(status=429, headers={"Retry-After": "40"})
    client = QuantiveClient(api_url=api.url, account_id=api.account_id, token=api.token, requests_per_second=0)
    for _ in range(2):
        with pytest.raises(OkrApiBusy, match=r"Try again in (40|39) seconds"):
            client.create(DRAFT)
    client.close()
    assert len(api.calls) == 1
