"""The record on SQLite and on Postgres: what was done is found again, under every id, by every workspace apart."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from bot.objectives.execution import undo_key
from bot.objectives.plans import Act, Entry
from bot.store import record as record_module
from bot.store.database import make_engine, migrate
from bot.store.record import SqlRecord
from tests.sample_objectives import NOW, ONBOARDING
from tests.test_store import blank, engine

__all__ = ["blank", "engine"]

LONG_AGO = NOW - timedelta(days=30)


@pytest.fixture
def record(engine: Engine) -> SqlRecord:
    return SqlRecord(engine, lambda: NOW)


def entry(id: str, act: Act = Act.UPDATE, objective_id: str = "a", minute: int = 0, **more: object) -> Entry:
    """What Ada did to an objective, so many minutes past nine."""
    known = replace(ONBOARDING, id=str(more.pop("former_id", objective_id)))
    states = {
        Act.CREATE: {"after": known},
        Act.UPDATE: {"before": known, "after": replace(known, name="Faster")},
        Act.DELETE: {"before": known, "snapshot": {"name": known.name, "metrics": [{"target": 1.5}]}},
        Act.RESTORE: {"before": known, "after": replace(known, id=objective_id)},
    }
    at = NOW + timedelta(minutes=minute)
    common = {"team_id": "T1", "user_id": "UADA", "channel_id": "C1", "way": "form"}
    return Entry(id=id, act=act, objective_id=objective_id, at=at, **common | states[act] | more)


def ids(entries: list[Entry]) -> list[str]:
    return [one.id for one in entries]


@pytest.mark.parametrize("act", Act)
def test_an_entry_comes_back_as_it_was_written(record: SqlRecord, act: Act):
    written = entry("e1", act, undoes="e0")
    record.add(written)
    assert record.get("T1", "e1") == written
    assert record.get("T2", "e1") is None
    assert record.get("T1", "e2") is None


def test_a_time_of_another_zone_is_the_same_moment_and_comes_back_in_utc(record: SqlRecord):
    record.add(replace(entry("e1"), at=datetime(2026, 11, 23, 10, tzinfo=timezone(timedelta(hours=1)))))
    found = record.get("T1", "e1")
    assert found and found.at == NOW and found.at.tzinfo == UTC


def test_a_time_without_a_zone_is_refused(record: SqlRecord):
    with pytest.raises(Exception, match="a time without its zone"):
        record.add(replace(entry("e1"), at=datetime(2026, 11, 23, 9)))
    assert record.get("T1", "e1") is None


def test_an_entry_of_the_same_id_is_there_already_and_stays_as_it_is(record: SqlRecord):
    record.add(entry("e1"))
    record.add(entry("e1", Act.DELETE))
    record.add(replace(entry("e1", Act.DELETE), team_id="T2"))
    assert record.get("T1", "e1") == entry("e1")
    assert ids(record.page("T1")) == ids(record.page("T2")) == ["e1"]


def test_many_at_once_write_an_entry_down_once(engine: Engine):
    others = [make_engine(engine.url.render_as_string(hide_password=False)) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: SqlRecord(others[n % 4]).add(entry(f"e{n // 8}", minute=n)), range(80)))
    for one in others:
        one.dispose()
    assert len(SqlRecord(engine).page("T1", most=100)) == 10


def test_pages_are_of_an_objective_a_person_or_all_and_go_on_either_way_from_any_entry(record: SqlRecord):
    record.add(entry("e1", Act.CREATE, "a", 1))
    record.add(entry("e2", Act.CREATE, "b", 2))
    record.add(entry("e3", Act.UPDATE, "a", 3, user_id="UBOB"))
    record.add(entry("e4", Act.UPDATE, "a", 4))
    record.add(entry("other", Act.UPDATE, "a", 5, team_id="T2"))

    def page(**asked: object) -> list[str]:
        return ids(record.page("T1", **asked))

    assert page() == ["e4", "e3", "e2", "e1"]
    assert page(objective_id="a") == ["e4", "e3", "e1"]
    assert page(user_id="UADA") == ["e4", "e2", "e1"]
    assert page(user_id="UBOB", objective_id="a") == ["e3"]
    assert page(objective_id="nobody's") == []
    assert page(without={"b", "c"}) == ["e4", "e3", "e1"]
    assert page(beyond="e4", most=2) == ["e3", "e2"]
    assert page(beyond="e3", objective_id="a", user_id="UADA") == ["e1"]
    assert page(beyond="e1", newer=True, most=2) == ["e2", "e3"]
    assert page(beyond="e2", newer=True, without={"b"}) == ["e3", "e4"]
    assert page(beyond="e1") == page(beyond="e4", newer=True) == page(beyond="purged") == []


def test_newest_is_by_time_and_of_one_time_what_was_written_last(record: SqlRecord):
    record.add(entry("late", minute=9))
    record.add(entry("first", minute=5))
    record.add(entry("second", minute=5))
    assert ids(record.page("T1")) == ["late", "second", "first"]
    assert ids(record.page("T1", beyond="second")) == ["first"]
    assert ids(record.page("T1", beyond="first", newer=True)) == ["second", "late"]


@pytest.mark.parametrize("asked", ["a", "b", "c"])
def test_a_page_of_an_objective_has_all_that_befell_it_under_each_of_its_ids(record: SqlRecord, asked: str):
    record.add(entry("made", Act.CREATE, "a", 1))
    record.add(entry("deleted", Act.DELETE, "a", 2))
    record.add(entry("back", Act.RESTORE, "b", 3, former_id="a", undoes="deleted"))
    record.add(entry("deleted again", Act.DELETE, "b", 4))
    record.add(entry("back again", Act.RESTORE, "c", 5, former_id="b", undoes="deleted again"))
    record.add(entry("another", Act.UPDATE, "d", 6))
    record.add(entry("another workspace's", Act.RESTORE, "d", 7, former_id="a", team_id="T2"))

    entries = record.page("T1", objective_id=asked)

    assert ids(entries) == ["back again", "deleted again", "back", "deleted", "made"]
    assert record.current_id("T1", asked) == "c"


def test_an_objective_that_was_brought_back_under_its_own_id_keeps_it(record: SqlRecord):
    record.add(entry("deleted", Act.DELETE, "a", 1))
    record.add(entry("back", Act.RESTORE, "a", 2, undoes="deleted"))
    assert record.current_id("T1", "a") == "a"
    assert record.current_id("T1", "never seen") == "never seen"


def test_of_two_that_came_of_one_the_later_is_what_it_is_called_now(record: SqlRecord):
    record.add(entry("back", Act.RESTORE, "b", 1, former_id="a"))
    record.add(entry("back too", Act.RESTORE, "c", 2, former_id="a"))
    assert record.current_id("T1", "a") == "c"


def test_restorations_in_a_circle_end(record: SqlRecord):
    record.add(entry("one", Act.RESTORE, "b", 1, former_id="a"))
    record.add(entry("two", Act.RESTORE, "a", 2, former_id="b"))
    assert record.current_id("T1", "a") == "b"
    assert record.current_id("T1", "b") == "a"
    assert ids(record.page("T1", objective_id="a")) == ["two", "one"]


def test_the_latest_change_is_neither_undone_nor_an_undo_nor_anothers_nor_too_old(record: SqlRecord):
    def latest(since: datetime = LONG_AGO) -> str:
        found = record.latest("T1", "UADA", since)
        return found.id if found else ""

    assert latest() == ""
    record.add(entry("e1", minute=1))
    record.add(entry("e2", minute=2))
    record.add(entry("bob's", minute=3, user_id="UBOB"))
    record.add(entry("other", minute=4, team_id="T2"))
    record.add(entry("another workspace's undo", minute=4, team_id="T2", undoes="e2"))
    assert latest() == "e2"
    record.add(entry("u2", minute=5, undoes="e2", user_id="UBOB"))
    assert latest() == "e1"
    record.add(entry("u1", minute=6, undoes="e1"))
    assert latest() == ""
    record.add(entry("e3", minute=7))
    assert latest(NOW + timedelta(minutes=7)) == "e3"
    assert latest(NOW + timedelta(minutes=8)) == ""


def test_the_undo_of_an_entry_is_found_by_it_within_its_workspace(record: SqlRecord):
    record.add(entry("e1", minute=1))
    record.add(entry("other", minute=2, undoes="e1", team_id="T2"))
    assert record.undone_by("T1", "e1") is None
    record.add(entry("u1", minute=3, undoes="e1"))
    assert record.undone_by("T1", "e1") == entry("u1", minute=3, undoes="e1")
    assert record.undone_by("T1", "") is None


def test_deletions_are_those_that_nothing_has_brought_back(record: SqlRecord):
    def deletions(since: datetime = LONG_AGO) -> list[str]:
        return ids(record.deletions("T1", since))

    record.add(entry("undone", Act.DELETE, "a", 1))
    record.add(entry("renamed", Act.DELETE, "b", 2))
    record.add(entry("as it was", Act.DELETE, "c", 3))
    record.add(entry("kept", Act.DELETE, "d", 4))
    record.add(entry("other", Act.DELETE, "e", 5, team_id="T2"))
    assert deletions() == ["kept", "as it was", "renamed", "undone"]
    record.add(entry("r1", Act.RESTORE, "a2", 6, former_id="a once", undoes="undone"))
    record.add(entry("r2", Act.RESTORE, "b2", 7, former_id="b"))
    record.add(entry("r3", Act.RESTORE, "c", 8))
    record.add(entry("another workspace's", Act.RESTORE, "d", 9, undoes="kept", team_id="T2"))
    assert deletions() == ["kept"]
    record.add(entry("once more", Act.DELETE, "c", 10))
    assert deletions() == ["once more", "kept"]
    assert deletions(NOW + timedelta(minutes=5)) == ["once more"]
    assert ids(record.restorations("T1", LONG_AGO)) == ["r3", "r2", "r1"]
    assert ids(record.restorations("T1", NOW + timedelta(minutes=7))) == ["r3", "r2"]


def test_deletions_are_found_by_the_name_but_for_case_and_blanks(record: SqlRecord):
    for number, name in enumerate(("Über  uns", "über UNS", "Uber uns", "Über")):
        named = replace(ONBOARDING, id=f"o{number}", name=name)
        record.add(entry(f"e{number}", Act.DELETE, named.id, number, before=named))
    assert ids(record.deletions("T1", LONG_AGO, name="ÜBER uns ")) == ["e1", "e0"]
    assert all(one.snapshot is None for one in record.deletions("T1", LONG_AGO))


def test_a_claim_is_that_of_whoever_came_first_until_it_is_released(record: SqlRecord):
    assert record.claim("T1", "a", "work 1")
    assert record.claim("T1", "a", "work 1")
    assert not record.claim("T1", "a", "work 2")
    assert record.claim("T2", "a", "work 2")
    assert [record.claimed_by(team, work) for team in ("T1", "T2") for work in ("work 1", "work 2")] == [
        "a",
        "",
        "",
        "a",
    ]
    record.release("T1", "a", "work 2")
    assert not record.claim("T1", "a", "work 2")
    record.release("T1", "a", "work 1")
    assert record.claim("T1", "a", "work 2")


def test_what_is_claimed_to_be_undone_is_no_objective(record: SqlRecord):
    assert record.claim("T1", undo_key("e1"), "work 1")
    assert record.claimed_by("T1", "work 1") == ""
    record.claim("T1", "a", "work 1")
    assert record.claimed_by("T1", "work 1") == "a"


def test_of_many_at_once_one_has_the_claim(engine: Engine):
    others = [make_engine(engine.url.render_as_string(hide_password=False)) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        claimed = list(pool.map(lambda n: SqlRecord(others[n % 4]).claim("T1", "a", f"work {n}"), range(32)))
    for one in others:
        one.dispose()
    assert claimed.count(True) == 1
    assert SqlRecord(engine).claimed_by("T1", f"work {claimed.index(True)}") == "a"


def test_an_export_streams_a_workspace_oldest_first_in_bounded_reads(
    record: SqlRecord, engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(record_module, "BATCH", 3)
    for number in range(7):
        record.add(entry(f"e{number}", minute=number // 4))
    record.add(entry("other", team_id="T2"))
    reads: list[str] = []
    event.listen(engine, "after_cursor_execute", lambda *about: reads.append(about[2]))

    rows = record.rows_for_export("T1")
    assert isinstance(rows, Iterator)
    assert next(rows).id == "e0"
    assert len(reads) == 1
    record.add(entry("while it is read", minute=9))
    assert [one.id for one in rows] == [*(f"e{number}" for number in range(1, 7)), "while it is read"]
    assert all("LIMIT" in read for read in reads if read.startswith("SELECT"))


def test_an_export_leaves_no_connection_open_while_its_reader_pauses(record: SqlRecord, engine: Engine):
    record.add(entry("e1"))
    rows = record.rows_for_export("T1")
    next(rows)
    assert engine.pool.checkedout() == 0


def test_the_file_of_a_record_reads_back_in_another_process_as_it_were(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'okr.db'}"
    first = make_engine(url, durable=True)
    migrate(first)
    SqlRecord(first).add(entry("e1", Act.DELETE))
    first.dispose()
    second = make_engine(url)
    assert SqlRecord(second).get("T1", "e1") == entry("e1", Act.DELETE)
    second.dispose()
