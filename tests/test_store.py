"""The store: short ids, numbers and forms, on SQLite and on Postgres, with a team's rows apart from another's."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect

from bot.store.database import make_engine, migrate
from bot.store.memory import SqlMemory
from bot.store.tables import metadata

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    else:
        url = f"sqlite:///{tmp_path / 'okr.db'}"
    engine = make_engine(url)
    migrate(engine)
    yield engine
    engine.dispose()


def test_migrations_make_exactly_the_tables_that_the_code_uses(engine: Engine):
    inspector = inspect(engine)
    for table in metadata.sorted_tables:
        assert {column["name"] for column in inspector.get_columns(table.name)} == set(table.columns.keys())


def test_migrating_twice_changes_nothing(engine: Engine):
    migrate(engine)


def test_a_short_id_is_the_shortest_free_tail_and_stays(engine: Engine):
    memory = SqlMemory(engine)
    first, second = "aaaaaaaaaaaaaaaaaaaa3f9c", "bbbbbbbbbbbbbbbbbbbb3f9c"
    assert memory.short_ids("T1", [first]) == {first: "3F9C"}
    assert memory.short_ids("T1", [second, first]) == {second: "B3F9C", first: "3F9C"}
    assert SqlMemory(engine).short_ids("T1", [first, second]) == {first: "3F9C", second: "B3F9C"}
    assert memory.objectives_by_short_id("T1", "3f9c") == [first]
    assert memory.objectives_by_short_id("T2", "3F9C") == []


def test_a_tail_that_is_nobodys_short_id_finds_all_that_end_in_it(engine: Engine):
    memory = SqlMemory(engine)
    ids = ["aaaaaaaaaaaaaaaaaa013f9c", "bbbbbbbbbbbbbbbbbb023f9c"]
    memory.short_ids("T1", ids)
    assert sorted(memory.objectives_by_short_id("T1", "13F9C")) == ids[:1]


def test_many_at_once_get_one_short_id_each(engine: Engine):
    ids = [f"{n:020x}abcd" for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda one: SqlMemory(engine).short_ids("T1", [one, *ids]), ids))
    assert all(one == found[0] for one in found)
    assert len(set(found[0].values())) == len(ids)


def test_the_last_list_of_a_person_gives_numbers_their_objectives(engine: Engine):
    memory = SqlMemory(engine)
    memory.remember_list("T1", "U1", 11, ["a", "b"])
    assert [memory.numbered("T1", "U1", number) for number in (10, 11, 12, 13)] == [None, "a", "b", None]
    memory.remember_list("T1", "U1", 1, ["c"])
    assert memory.numbered("T1", "U1", 1) == "c"
    assert memory.numbered("T1", "U2", 1) is None


def test_a_form_is_kept_for_thirty_days_for_its_person_alone(engine: Engine):
    now = [NOW]
    memory = SqlMemory(engine, lambda: now[0])
    form_id = memory.save_form("T1", "U1", {"draft": {"name": "Größer"}})
    assert memory.form("T1", "U1", form_id) == {"draft": {"name": "Größer"}}
    assert memory.form("T1", "U2", form_id) is None
    now[0] += timedelta(days=31)
    memory.save_form("T1", "U1", {})
    assert memory.form("T1", "U1", form_id) is None
