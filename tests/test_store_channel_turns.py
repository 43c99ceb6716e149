"""Whose turn it is to post to a channel: on SQLite and on Postgres, one worker's, each channel in its own time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from bot.store.channel_turns import LONGEST_WAIT, TURN, ChannelTurns
from bot.store.outbox import Outbox
from tests.test_store import blank, engine
from tests.test_store_outbox import NOW, outbox, put

__all__ = ["blank", "engine", "outbox"]


@pytest.fixture
def turns(engine: Engine) -> ChannelTurns:
    return ChannelTurns(engine)


def ready(turns: ChannelTurns, now: float) -> list[tuple[str, str, str]]:
    """The channels whose turn it is."""
    return [(turn.team_id, turn.channel_id, turn.kind) for turn in turns.coming(now) if turn.comes_at <= now]


def next_at(turns: ChannelTurns, now: float) -> float:
    """When the next turn comes."""
    return min(turn.comes_at for turn in turns.coming(now))


def test_channels_are_ready_in_the_order_of_what_waits_longest_with_its_kind(turns: ChannelTurns, outbox: Outbox):
    put(outbox, "a", "C2", "digest")
    put(outbox, "b", "C1")
    put(outbox, "c", "C2")
    assert ready(turns, NOW) == [("T1", "C2", "digest"), ("T1", "C1", "change")]
    assert next_at(turns, NOW) == 0
    assert turns.take("T1", "C2", "w1", NOW)
    assert ready(turns, NOW) == [("T1", "C1", "change")]
    turns.give("T1", "C2", "w1", NOW + 7)
    assert ready(turns, NOW + 6) == [("T1", "C1", "change")]
    assert len(ready(turns, NOW + 7)) == 2
    outbox.give_up(outbox.take("T1", "C1", 9))
    assert next_at(turns, NOW) == NOW + 7


def test_a_turn_is_one_workers_until_it_is_given_back_or_its_worker_counts_as_dead(turns: ChannelTurns, outbox: Outbox):
    put(outbox, "a")
    assert turns.take("T1", "C1", "w1", NOW)
    assert not turns.take("T1", "C1", "w2", NOW + TURN - 1)
    assert next_at(turns, NOW) == NOW + TURN
    assert turns.keep("T1", "C1", "w1", NOW + TURN - 1)
    assert not turns.take("T1", "C1", "w2", NOW + TURN)
    assert turns.take("T1", "C1", "w2", NOW + 2 * TURN)
    assert not turns.keep("T1", "C1", "w1", NOW + 2 * TURN)
    turns.give("T1", "C1", "w1", NOW)
    assert not turns.take("T1", "C1", "w3", NOW + 2 * TURN)
    turns.give("T1", "C1", "w2", NOW)
    assert turns.take("T1", "C1", "w3", NOW + 2 * TURN)


def test_the_turns_of_a_dead_process_are_free_at_once_and_nobody_elses(turns: ChannelTurns):
    for channel, worker in (("C1", "web_1-a:7"), ("C2", "web_1-b:7"), ("C3", "web21-a:7")):
        assert turns.take("T1", channel, worker, NOW)
    turns.free("web_1-a")
    assert turns.take("T1", "C1", "w2", NOW)
    assert not turns.keep("T1", "C1", "web_1-a:7", NOW)
    assert not turns.take("T1", "C2", "w2", NOW)
    turns.free("web_1")
    assert turns.take("T1", "C2", "w2", NOW)
    assert not turns.take("T1", "C3", "w2", NOW)
    turns.give("T1", "C1", "w2", NOW + 7)
    turns.free("")
    assert turns.take("T1", "C3", "w2", NOW)
    # What Slack has asked for is waited for by whoever comes after.
    assert not turns.take("T1", "C1", "w3", NOW + 6)


def test_of_many_workers_one_has_the_turn(engine: Engine):
    with ThreadPoolExecutor(8) as pool:
        took = list(pool.map(lambda n: ChannelTurns(engine).take("T1", "C1", f"w{n}", NOW), range(8)))
    assert sorted(took) == [False] * 7 + [True]


def test_a_clock_that_is_put_back_silences_no_channel_for_long(turns: ChannelTurns, outbox: Outbox):
    put(outbox, "a")
    assert turns.take("T1", "C1", "w1", NOW)
    turns.give("T1", "C1", "w1", NOW + 30)
    yesterday = NOW - 86_400
    assert ready(turns, yesterday) == [("T1", "C1", "change")]
    assert turns.take("T1", "C1", "w2", yesterday)
    turns.give("T1", "C1", "w2", yesterday + LONGEST_WAIT)
    assert ready(turns, yesterday) == []
    assert turns.take("T1", "C1", "w3", NOW)
    assert turns.take("T1", "C1", "w4", yesterday + LONGEST_WAIT)
