"""The word that something waits does not come from one process after the result from another."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.commands.base import Posted
from bot.slack import telling
from bot.slack.answers import Word
from bot.slack.places import Place
from bot.slack.telling import Telling
from bot.views.message import Message
from tests.fakes.okr import FakeMemory

PATIENCE = 0.2
WORD = {"channel_id": "", "ts": "", "stays": False}


class Said:
    """Answers that only listen."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.heard = threading.Event()

    def respond(self, place: Place, message: Message) -> Posted:
        self.words.append(message.text)
        self.heard.set()
        return Posted.DONE

    def take_back(self, place: Place, word: Word) -> None:
        """Nothing: it is too late."""


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Said:
    monkeypatch.setattr(telling, "PATIENCE", PATIENCE)
    return Said()


def hands(said: Any) -> Telling:
    """The hands of one process."""
    memory: Any = FakeMemory()
    nothing: Any = None
    return Telling(said, memory, nothing, service="Quantive", clock=lambda: datetime.now(UTC))


def job(*, ago: float = 0.0) -> dict[str, Any]:
    where = {"team": "T1", "user": "U1", "channel": "C1", "trigger": "1", "view": "", "response_url": ""}
    at = (datetime.now(UTC) - timedelta(seconds=ago)).isoformat()
    return where | {"id": "T1:1", "at": at, "kind": "line", "line": "create", "is_pressed": False, "swaps": True}


def test_a_process_that_another_one_may_go_on_for_says_nothing_later(said: Said):
    first = hands(said)
    one = job()
    first.watch(one)
    assert first.pause(one, 0.01) is None
    assert not said.heard.wait(3 * PATIENCE)


def test_where_the_next_try_would_be_too_late_for_the_word_it_is_said_before(said: Said):
    first = hands(said)
    one = job()
    first.watch(one)
    assert first.pause(one, 1.5) == WORD
    assert len(said.words) == 1
    assert said.words[0].startswith("Accepted. Quantive is not answering yet")


def test_what_was_said_is_not_said_again_by_whoever_goes_on(said: Said):
    first, second = hands(said), hands(said)
    one = job()
    first.watch(one)
    assert said.heard.wait(5)
    again = one | {"word": first.pause(one, 1.5)}
    second.watch(again)
    assert second.pause(again, 1.5) == WORD
    assert len(said.words) == 1


def test_what_goes_on_after_a_crash_has_a_moment_to_be_finished_before_anything_is_said(said: Said):
    late = job(ago=60)
    first = hands(said)
    first.watch(late)
    assert said.words == []
    assert said.heard.wait(5)
