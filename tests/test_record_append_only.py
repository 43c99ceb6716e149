"""The record is append-only: the database itself refuses to change a row or to lose one that is not old enough."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, text, update
from sqlalchemy.exc import DBAPIError

from bot.objectives.plans import Entry
from bot.store import record as record_module
from bot.store.record import SqlRecord
from bot.store.tables import changes, purges
from tests.sample_objectives import NOW
from tests.test_record import entry
from tests.test_store import blank, engine

__all__ = ["blank", "engine"]

DAY = timedelta(days=1)
YEAR = timedelta(days=365)


def old_entry(id: str, age: timedelta) -> Entry:
    return replace(entry(id), at=NOW - age)


@pytest.fixture
def record(engine: Engine) -> SqlRecord:
    record = SqlRecord(engine, lambda: NOW)
    record.add(old_entry("old", YEAR + DAY))
    record.add(old_entry("new", YEAR - DAY))
    return record


def kept(record: SqlRecord) -> list[str]:
    return [one.id for one in record.rows_for_export("T1")]


REFUSED: dict[str, Callable[[], object]] = {
    "an update": lambda: update(changes).values(user_id="UEVE"),
    "an update of nothing but itself": lambda: update(changes).values(user_id=changes.c.user_id),
    "a deletion of all": lambda: delete(changes),
    "a deletion of one": lambda: delete(changes).where(changes.c.entry_id == "old"),
}


@pytest.mark.parametrize("act", REFUSED)
def test_the_database_refuses(engine: Engine, record: SqlRecord, act: str):
    with pytest.raises(DBAPIError, match="the record is append-only"), engine.begin() as connection:
        connection.execute(REFUSED[act]())
    assert kept(record) == ["old", "new"]
    assert record.get("T1", "old") == old_entry("old", YEAR + DAY)


@pytest.mark.postgres
@pytest.mark.parametrize("blank", ["postgres"], indirect=True)
def test_postgres_refuses_to_truncate_too(engine: Engine, record: SqlRecord):
    with pytest.raises(DBAPIError, match="the record is append-only"), engine.begin() as connection:
        connection.execute(text("TRUNCATE changes"))
    assert kept(record) == ["old", "new"]


@pytest.mark.parametrize("blank", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("number", "entry_id"), [("number", "'a new one'"), ("number + 100", "entry_id")], ids=["number", "entry's id"]
)
def test_sqlite_replaces_no_row_by_another_of_the_same(engine: Engine, record: SqlRecord, number: str, entry_id: str):
    rest = "team_id, act, channel_id, way, objective_id, former_id, undoes, at"
    with engine.begin() as connection:
        connection.execute(
            text(
                f"INSERT OR REPLACE INTO changes (number, entry_id, user_id, {rest}) "
                f"SELECT {number}, {entry_id}, 'UEVE', {rest} FROM changes"
            )
        )
    assert [(one.id, one.user_id) for one in record.rows_for_export("T1")] == [("old", "UADA"), ("new", "UADA")]


def test_a_purge_takes_out_what_is_older_and_nothing_else(record: SqlRecord):
    assert record.purge(NOW - YEAR) == 1
    assert kept(record) == ["new"]
    assert record.purge(NOW - YEAR) == 0


def test_what_is_as_old_as_the_limit_stays(record: SqlRecord):
    record.add(old_entry("on the limit", YEAR))
    record.purge(NOW - YEAR)
    assert kept(record) == ["on the limit", "new"]


def test_a_purge_goes_by_batches_until_nothing_old_is_left(record: SqlRecord, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(record_module, "BATCH", 3)
    for number in range(7):
        record.add(old_entry(f"old {number}", YEAR + DAY))
    assert record.purge(NOW - YEAR) == 8
    assert kept(record) == ["new"]


def test_after_a_purge_the_database_refuses_as_before(engine: Engine, record: SqlRecord):
    record.add(old_entry("older still", YEAR + DAY))
    record.purge(NOW - YEAR)
    record.add(old_entry("found late", YEAR + DAY))
    with pytest.raises(DBAPIError, match="the record is append-only"), engine.begin() as connection:
        connection.execute(delete(changes).where(changes.c.entry_id == "found late"))
    assert kept(record) == ["found late", "new"]


def test_within_a_purge_what_is_not_old_enough_is_refused(engine: Engine, record: SqlRecord):
    with engine.connect() as connection:
        connection.execute(purges.insert(), {"before": NOW - YEAR})
        with pytest.raises(DBAPIError, match="the record is append-only"):
            connection.execute(delete(changes))
    assert kept(record) == ["old", "new"]


def test_a_purge_of_what_can_still_be_undone_is_refused(record: SqlRecord):
    with pytest.raises(ValueError, match="kept for 30 days at least"):
        record.purge(NOW - timedelta(days=29))
    assert kept(record) == ["old", "new"]
    assert record.purge(NOW - timedelta(days=30)) == 2


def test_a_purge_forgets_the_claims_of_that_time_only(engine: Engine):
    now = [NOW - YEAR - DAY]
    record = SqlRecord(engine, lambda: now[0])
    record.claim("T1", "a", "old work")
    now[0] = NOW
    record.claim("T1", "b", "new work")
    record.purge(NOW - YEAR)
    assert record.claimed_by("T1", "old work") == ""
    assert record.claimed_by("T1", "new work") == "b"


def test_numbers_are_never_used_again(engine: Engine, record: SqlRecord):
    def numbers() -> list[int]:
        with engine.connect() as connection:
            return list(connection.scalars(changes.select().with_only_columns(changes.c.number)))

    before = numbers()
    assert record.purge(NOW - timedelta(days=30)) == 2
    record.add(entry("next"))
    assert min(numbers()) > max(before)
