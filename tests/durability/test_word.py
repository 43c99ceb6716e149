"""The word that something waits does not come from one process after the result from another."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.commands.base import Posted
from bot.slack import telling, waiting
from bot.slack.answers import Word
from bot.slack.places import Place
from bot.slack.telling import BRIEFLY, Telling
from bot.views.message import Message
from tests.fakes.okr import FakeMemory

PATIENCE = 2.0
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
WORD = {"channel_id": "", "ts": "", "stays": False}


class Said:
    """Answers that only listen."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def respond(self, place: Place, message: Message) -> Posted:
        self.words.append(message.text)
        return Posted.DONE

    def take_back(self, place: Place, word: Word) -> None:
        """Nothing: it is too late."""


class Timer:
    """A timer that is run down by hand, even where somebody cancels it: as though that had come too late."""

    def __init__(self, seconds: float, act: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        self.seconds = seconds
        self.run_down = lambda: act(*arguments)

    def start(self) -> None:
        """Nothing: it is run down by hand."""

    def cancel(self) -> None:
        """It runs down all the same."""


@pytest.fixture
def said() -> Said:
    return Said()


@pytest.fixture(autouse=True)
def timers(monkeypatch: pytest.MonkeyPatch) -> list[Timer]:
    """The timers that there are, the first one first."""
    made: list[Timer] = []

    def make(*given: Any) -> Timer:
        made.append(Timer(*given))
        return made[-1]

    monkeypatch.setattr(telling, "PATIENCE", PATIENCE)
    monkeypatch.setattr(waiting, "threading", SimpleNamespace(Timer=make, Lock=threading.Lock))
    return made


def hands(said: Any) -> Telling:
    """The hands of one process."""
    memory: Any = FakeMemory()
    nothing: Any = None
    return Telling(said, memory, nothing, service="Quantive", clock=lambda: NOW)


def job(*, ago: float = 0.0) -> dict[str, Any]:
    where = {"team": "T1", "user": "U1", "channel": "C1", "trigger": "1", "view": "", "response_url": ""}
    at = (NOW - timedelta(seconds=ago)).isoformat()
    return where | {"id": "T1:1", "at": at, "kind": "line", "line": "create", "is_pressed": False, "swaps": True}


def test_a_process_that_another_one_may_go_on_for_says_nothing_later(said: Said, timers: list[Timer]):
    first = hands(said)
    one = job()
    first.watch(one)
    assert first.pause(one, 0.01) is None
    (timer,) = timers
    timer.run_down()
    assert said.words == []


def test_where_the_next_try_would_be_too_late_for_the_word_it_is_said_before(said: Said, timers: list[Timer]):
    first = hands(said)
    one = job()
    first.watch(one)
    assert first.pause(one, PATIENCE + 1) == WORD
    timers[0].run_down()
    assert len(said.words) == 1
    assert said.words[0].startswith("Accepted. Quantive is not answering yet")


def test_what_was_said_is_not_said_again_by_whoever_goes_on(said: Said, timers: list[Timer]):
    first, second = hands(said), hands(said)
    one = job()
    first.watch(one)
    assert timers[0].seconds == PATIENCE
    timers[0].run_down()
    assert len(said.words) == 1
    again = one | {"word": first.pause(one, PATIENCE + 1)}
    second.watch(again)
    assert second.pause(again, PATIENCE + 1) == WORD
    assert len(timers) == len(said.words) == 1


def test_what_goes_on_after_a_crash_has_a_moment_to_be_finished_before_anything_is_said(
    said: Said, timers: list[Timer]
):
    late = job(ago=60)
    first = hands(said)
    first.watch(late)
    (timer,) = timers
    assert timer.seconds == BRIEFLY
    assert said.words == []
    timer.run_down()
    assert len(said.words) == 1
