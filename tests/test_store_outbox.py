"""What is to be posted: on SQLite and on Postgres, each note once."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from bot.store.outbox import (
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
