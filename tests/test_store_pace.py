"""The shared pace: a burst, then so many a second, for all processes on one database together."""

import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from freezegun import freeze_time
from sqlalchemy import Engine, select

from bot.errors import OkrApiBusy
from bot.quantive.pace import Pace
from bot.store.pace import SqlPace
from bot.store.tables import paces
from tests.test_store import blank, engine
from tests.world import DEADLINE

__all__ = ["blank", "engine"]


@dataclass
class Sleeps:
    """A clock of the database that stands, but while somebody sleeps."""

    now: float = 1_795_424_400.0
    slept: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def sleeps(monkeypatch: pytest.MonkeyPatch) -> Sleeps:
    sleeps = Sleeps()
    monkeypatch.setattr("bot.store.pace.epoch", lambda _connection: sleeps.now)
    return sleeps


def test_a_burst_goes_at_once_and_then_so_many_a_second(engine: Engine, sleeps: Sleeps):
    pace = SqlPace(engine, "quantive", 10, burst=3, sleep=sleeps)
    for _ in range(6):
        pace.wait()
    assert sleeps.slept == [0.1, 0.1, 0.1]


def test_after_a_rest_there_is_room_for_a_burst_again_and_for_no_more(engine: Engine, sleeps: Sleeps):
    pace = SqlPace(engine, "quantive", 10, burst=3, sleep=sleeps)
    for _ in range(4):
        pace.wait()
    sleeps.now += 3600
    sleeps.slept.clear()
    for _ in range(5):
        pace.wait()
    assert sleeps.slept == [0.1, 0.1]


def test_it_paces_as_the_pace_of_one_process_does(engine: Engine, sleeps: Sleeps, monkeypatch: pytest.MonkeyPatch):
    shared: list[float] = []
    alone: list[float] = []
    monkeypatch.setattr("bot.quantive.pace.time", SimpleNamespace(monotonic=lambda: sleeps.now, sleep=alone.append))
    pace, pace_alone = SqlPace(engine, "quantive", 8, sleep=shared.append), Pace(8)
    for _ in range(40):
        pace.wait()
        pace_alone.wait()
    assert shared == pytest.approx([number / 8 for number in range(1, 16)])
    assert alone == shared


def test_who_would_wait_more_than_half_a_minute_is_told_so_and_takes_no_turn(engine: Engine, sleeps: Sleeps):
    waits: list[float] = []
    pace = SqlPace(engine, "quantive", 0.1, burst=1, sleep=waits.append)
    for _ in range(4):
        pace.wait()
    for _ in range(3):
        with pytest.raises(
            OkrApiBusy, match=r"^The OKR API is asked by too many at once\. Try again in a minute\.$"
        ) as told:
            pace.wait()
        assert told.value.retry_after == pytest.approx(40)
        assert not told.value.ambiguous
    assert waits == pytest.approx([10, 20, 30])
    sleeps.now += 10
    pace.wait()
    assert waits[-1] == pytest.approx(30)


def test_who_slept_while_the_api_asked_to_be_left_alone_waits_once_more(engine: Engine, sleeps: Sleeps):
    pace = SqlPace(engine, "quantive", 10, burst=1)

    def sleep(seconds: float) -> None:
        sleeps(seconds)
        if len(sleeps.slept) == 1:
            pace.hold(5)

    slowly = SqlPace(engine, "quantive", 10, burst=1, sleep=sleep)
    slowly.wait()
    slowly.wait()
    assert sleeps.slept == [0.1, 5]


def test_a_hold_lets_nobody_go_and_then_they_go_one_by_one(engine: Engine, sleeps: Sleeps):
    SqlPace(engine, "quantive", 10).hold(20)
    pace = SqlPace(engine, "quantive", 10, sleep=sleeps)
    for _ in range(3):
        pace.wait()
    assert sleeps.slept == [20, 0.1, 0.1]


def test_a_long_hold_is_told_and_is_over_after_ten_minutes(engine: Engine, sleeps: Sleeps):
    pace = SqlPace(engine, "quantive", 10, sleep=sleeps)
    pace.hold(86_400)
    pace.hold(1)
    with pytest.raises(OkrApiBusy):
        pace.wait()
    sleeps.now += 600
    pace.wait()
    pace.wait()
    assert sleeps.slept == [0.1]


def test_a_clock_that_was_set_back_holds_nobody_up(engine: Engine, sleeps: Sleeps):
    pace = SqlPace(engine, "quantive", 10, sleep=sleeps)
    pace.wait()
    sleeps.now -= 86_400
    pace.wait()
    assert sleeps.slept == []


def test_without_a_limit_the_database_is_not_asked(engine: Engine):
    engine.dispose()
    pace = SqlPace(engine, "quantive", 0)
    pace.wait()
    pace.hold(600)
    assert engine.pool.checkedin() == 0


def test_each_name_has_a_bucket_of_its_own(engine: Engine):
    SqlPace(engine, "one", 10).hold(600)
    slept: list[float] = []
    SqlPace(engine, "another", 10, sleep=slept.append).wait()
    assert slept == []


def test_the_sleep_is_outside_the_transaction(engine: Engine):
    open_meanwhile: list[int] = []
    pace = SqlPace(engine, "quantive", 10, burst=0, sleep=lambda _: open_meanwhile.append(engine.pool.checkedout()))
    pace.wait()
    assert open_meanwhile == [0]


@pytest.mark.postgres
@pytest.mark.parametrize("blank", ["postgres"], indirect=True)
def test_on_postgres_the_time_is_that_of_the_database_whatever_ours_is(engine: Engine):
    with freeze_time("2020-01-01"):
        SqlPace(engine, "quantive", 10).wait()
    with engine.connect() as connection:
        assert connection.scalar(select(paces.c.full_at)) > datetime(2026, 1, 1, tzinfo=UTC).timestamp()


CALLER = """
import sys, time
from bot.store.database import make_engine
from bot.store.pace import SqlPace
engine = make_engine(sys.argv[1])
pace = SqlPace(engine, "quantive", float(sys.argv[2]), burst=int(sys.argv[3]))
engine.connect().close()
print("ready", flush=True)
input()
times = [time.time()]
for _ in range(int(sys.argv[4])):
    pace.wait()
    times.append(time.time())
print(*map(repr, times))
"""


def test_two_processes_together_go_no_faster_than_the_rate(engine: Engine):
    rate, burst, calls = 100, 5, 40
    url = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", CALLER, url, str(rate), str(burst), str(calls)]
    pipe = subprocess.PIPE
    callers = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(2)]
    for caller in callers:
        assert caller.stdout and caller.stdout.readline() == "ready\n"
    for caller in callers:
        assert caller.stdin
        caller.stdin.write("\n")
        caller.stdin.flush()
    told = [[float(time) for time in caller.communicate(timeout=DEADLINE)[0].split()] for caller in callers]

    begun = min(times[0] for times in told)
    went = sorted(time for times in told for time in times[1:])
    assert len(went) == 2 * calls
    # The n-th call may go when all but a burst of those before it have had their turn; a hair for two clocks.
    too_early = [n for n, time in enumerate(went, 1) if time < begun + (n - burst) / rate - 0.005]
    assert too_early == []
