"""What is to be posted: on SQLite and on Postgres, each note once, each channel in its turn."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from bot.store.outbox import (
    LONGEST_WAIT,
    TURN,
    Note,
    Outbox,
    Thread,
    drop_channel,
    drop_objective,
    put_note,
    take_happening,
)
from bot.store.record import SqlRecord
from tests.test_record import entry
from tests.test_store import blank, engine

__all__ = ["blank", "engine"]

NOW = 1_800_000_000.0


@pytest.fixture
def outbox(engine: Engine) -> Outbox:
    return Outbox(engine)


def put(outbox: Outbox, source: str, channel_id: str = "C1", kind: str = "change", objective_id: str = "o1") -> None:
    with outbox.begin() as connection:
        put_note(connection, Note("T1", channel_id, source, kind, {"n": source}, objective_id), NOW)


def waiting(outbox: Outbox, channel_id: str = "C1") -> list[tuple[str, bool]]:
    return [(due.note.source, due.is_repeat) for due in outbox.take("T1", channel_id, 100)]


def test_the_same_is_put_once_a_channel(outbox: Outbox):
    for _ in range(2):
        put(outbox, "a")
    put(outbox, "a", "C2")
    assert waiting(outbox) == waiting(outbox, "C2") == [("a", False)]


def test_a_note_is_there_only_with_its_transaction(outbox: Outbox):
    def fail() -> None:
        with outbox.begin() as connection:
            put_note(connection, Note("T1", "C1", "a", "change", {}), NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert waiting(outbox) == []


def test_channels_are_ready_in_the_order_of_what_waits_longest_with_its_kind(outbox: Outbox):
    put(outbox, "a", "C2", "digest")
    put(outbox, "b", "C1")
    put(outbox, "c", "C2")
    assert outbox.ready(NOW) == [("T1", "C2", "digest"), ("T1", "C1", "change")]
    assert outbox.next_at(NOW) == 0
    assert outbox.take_turn("T1", "C2", "w1", NOW)
    assert outbox.ready(NOW) == [("T1", "C1", "change")]
    outbox.give_turn("T1", "C2", "w1", NOW + 7)
    assert outbox.ready(NOW + 6) == [("T1", "C1", "change")]
    assert len(outbox.ready(NOW + 7)) == 2
    outbox.give_up(outbox.take("T1", "C1", 9))
    assert outbox.next_at(NOW) == NOW + 7


def test_a_turn_is_one_workers_until_it_is_given_back_or_its_worker_counts_as_dead(outbox: Outbox):
    put(outbox, "a")
    assert outbox.take_turn("T1", "C1", "w1", NOW)
    assert not outbox.take_turn("T1", "C1", "w2", NOW + TURN - 1)
    assert outbox.next_at(NOW) == NOW + TURN
    assert outbox.keep_turn("T1", "C1", "w1", NOW + TURN - 1)
    assert not outbox.take_turn("T1", "C1", "w2", NOW + TURN)
    assert outbox.take_turn("T1", "C1", "w2", NOW + 2 * TURN)
    assert not outbox.keep_turn("T1", "C1", "w1", NOW + 2 * TURN)
    outbox.give_turn("T1", "C1", "w1", NOW)
    assert not outbox.take_turn("T1", "C1", "w3", NOW + 2 * TURN)
    outbox.give_turn("T1", "C1", "w2", NOW)
    assert outbox.take_turn("T1", "C1", "w3", NOW + 2 * TURN)


def test_the_turns_of_a_dead_process_are_free_at_once_and_nobody_elses(outbox: Outbox):
    for channel, worker in (("C1", "web_1-a:7"), ("C2", "web_1-b:7"), ("C3", "web21-a:7")):
        assert outbox.take_turn("T1", channel, worker, NOW)
    outbox.free("web_1-a")
    assert outbox.take_turn("T1", "C1", "w2", NOW)
    assert not outbox.keep_turn("T1", "C1", "web_1-a:7", NOW)
    assert not outbox.take_turn("T1", "C2", "w2", NOW)
    outbox.free("web_1")
    assert outbox.take_turn("T1", "C2", "w2", NOW)
    assert not outbox.take_turn("T1", "C3", "w2", NOW)
    outbox.give_turn("T1", "C1", "w2", NOW + 7)
    outbox.free("")
    assert outbox.take_turn("T1", "C3", "w2", NOW)
    # What Slack has asked for is waited for by whoever comes after.
    assert not outbox.take_turn("T1", "C1", "w3", NOW + 6)


def test_of_many_workers_one_has_the_turn(outbox: Outbox, engine: Engine):
    with ThreadPoolExecutor(8) as pool:
        took = list(pool.map(lambda n: Outbox(engine).take_turn("T1", "C1", f"w{n}", NOW), range(8)))
    assert sorted(took) == [False] * 7 + [True]


def test_a_clock_that_is_put_back_silences_no_channel_for_long(outbox: Outbox):
    put(outbox, "a")
    assert outbox.take_turn("T1", "C1", "w1", NOW)
    outbox.give_turn("T1", "C1", "w1", NOW + 30)
    yesterday = NOW - 86_400
    assert outbox.ready(yesterday) == [("T1", "C1", "change")]
    assert outbox.take_turn("T1", "C1", "w2", yesterday)
    outbox.give_turn("T1", "C1", "w2", yesterday + LONGEST_WAIT)
    assert outbox.ready(yesterday) == []
    assert outbox.take_turn("T1", "C1", "w3", NOW)
    assert outbox.take_turn("T1", "C1", "w4", yesterday + LONGEST_WAIT)


def test_what_was_being_sent_when_its_process_died_is_a_repeat_and_counted_when_it_is_sent_again(outbox: Outbox):
    for source in "abc":
        put(outbox, source)
    dues = outbox.take("T1", "C1", 9)
    assert outbox.sending(dues[:2])
    assert waiting(outbox) == [("a", True), ("b", True), ("c", False)]
    assert outbox.repeats() == 0
    assert outbox.sending(outbox.take("T1", "C1", 9)[:1])
    assert outbox.repeats() == 1
    outbox.sent(dues[:1], NOW)
    outbox.not_sent(dues[1:2])
    assert waiting(outbox) == [("b", False), ("c", False)]


def test_what_was_given_up_meanwhile_is_not_sent_and_does_not_come_back(outbox: Outbox):
    put(outbox, "a")
    put(outbox, "b", objective_id="o2")
    dues = outbox.take("T1", "C1", 9)
    with outbox.begin() as connection:
        drop_objective(connection, "T1", "o1")
    assert not outbox.sending(dues)
    assert waiting(outbox) == [("b", False)]
    assert outbox.sending(dues[1:])
    with outbox.begin() as connection:
        drop_objective(connection, "T1", "o2")
    outbox.not_sent(dues)
    assert waiting(outbox) == []


def test_a_channel_or_an_objective_is_dropped_without_the_others(outbox: Outbox):
    put(outbox, "a")
    put(outbox, "b", objective_id="o2")
    put(outbox, "c", "C2")
    with outbox.begin() as connection:
        drop_objective(connection, "T2", "o1")
        drop_objective(connection, "T1", "o2")
        drop_channel(connection, "T1", "C2")
    assert waiting(outbox) == [("a", False)]
    assert waiting(outbox, "C2") == []


def test_a_thread_is_kept_with_what_was_sent_and_what_is_to_follow(outbox: Outbox):
    put(outbox, "a")
    dues = outbox.take("T1", "C1", 9)
    following = Note("T1", "C1", "edit:a", "edit", {}, "o1")
    outbox.sent(dues, NOW, thread=Thread("1.1", NOW, 0), following=[following])
    assert outbox.threads("T1", "C1", ["o1", "o2"]) == {"o1": Thread("1.1", NOW, 0)}
    assert waiting(outbox) == [("edit:a", False)]
    # One of a kind waits for each objective.
    others = [replace(following, source="edit:b"), replace(following, source="edit:c", objective_id="o2")]
    outbox.sent(dues, NOW, thread=Thread("1.1", NOW, 1), following=others)
    assert outbox.threads("T1", "C1", ["o1"]) == {"o1": Thread("1.1", NOW, 1)}
    assert waiting(outbox) == [("edit:a", False), ("edit:c", False)]
    assert outbox.threads("T1", "C2", ["o1"]) == {}


def test_a_purge_takes_what_was_sent_and_old_threads_and_nothing_that_waits(outbox: Outbox):
    for source in "abc":
        put(outbox, source)
    dues = outbox.take("T1", "C1", 9)
    outbox.sent(dues[:1], NOW, thread=Thread("1.1", NOW, 0))
    outbox.give_up(dues[1:2])
    outbox.purge(NOW)
    assert outbox.threads("T1", "C1", ["o1"])
    outbox.purge(NOW + 1)
    assert outbox.threads("T1", "C1", ["o1"]) == {}
    assert waiting(outbox) == [("c", False)]
    with outbox.begin() as connection:
        assert connection.exec_driver_sql("select count(*) from announcements").scalar() == 1


def test_an_entry_of_the_record_happens_once_and_is_taken_once(outbox: Outbox, engine: Engine):
    record = SqlRecord(engine)
    for id_ in ("e1", "e2", "e1"):
        record.add(entry(id_))
    happened = outbox.happened()
    assert [entry_id for _, _, entry_id in happened] == ["e1", "e2"]
    for is_there in (True, False):
        with outbox.begin() as connection:
            assert take_happening(connection, happened[0][0]) is is_there
    assert [entry_id for _, _, entry_id in outbox.happened()] == ["e2"]
