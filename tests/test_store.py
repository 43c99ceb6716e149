"""The store: what is remembered, on SQLite and on Postgres, with a team's rows apart from another's."""

import socket
import sqlite3
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import OperationalError

from bot.store import database
from bot.store.database import make_engine, migrate
from bot.store.memory import SqlMemory
from bot.store.seal import Seal
from bot.store.tables import origins, people
from tests.world import DEADLINE

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database with nothing in it."""
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    else:
        url = f"sqlite:///{tmp_path / 'okr.db'}"
    engine = make_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(blank: Engine) -> Engine:
    """An engine on a database with the bot's tables."""
    migrate(blank)
    return blank


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


URL = "https://hooks.slack.example/commands/T1/42/secret"


def test_whom_somebody_was_bound_to_last_is_who_they_are(engine: Engine):
    memory = SqlMemory(engine)
    assert memory.bound("T1", "U1") == ""
    memory.bind("T1", "U1", "ada")
    assert memory.bound("T1", "U1") == "ada"
    memory.bind("T1", "U1", "grace")
    assert memory.bound("T1", "U1") == "grace"
    assert memory.bound("T1", "U2") == ""
    assert memory.bound("T2", "U1") == ""


def test_a_person_is_one_user_of_a_team_whoever_was_bound_to_them_last(engine: Engine):
    memory = SqlMemory(engine)
    memory.bind("T1", "U1", "ada")
    memory.bind("T2", "U3", "ada")
    memory.bind("T1", "U2", "ada")
    assert [memory.bound(*who) for who in (("T1", "U1"), ("T1", "U2"), ("T2", "U3"))] == ["", "ada", "ada"]


def test_of_many_who_would_be_one_person_at_once_one_is(engine: Engine):
    gate = Barrier(8)

    def bind(number: int) -> None:
        memory = SqlMemory(engine)
        gate.wait(DEADLINE)
        for turn in range(5):
            memory.bind("T1", f"U{number}", f"person {(number + turn) % 2}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(bind, range(8)))
    with engine.connect() as connection:
        bound = list(connection.scalars(select(people.c.person_id)))
    assert len(bound) == len(set(bound)) > 0


def test_where_a_form_was_opened_is_kept_for_half_an_hour(engine: Engine):
    now = [NOW]
    memory = SqlMemory(engine, lambda: now[0])
    memory.remember_origin("T1", "V1", URL)
    assert memory.origin("T1", "V1") == URL
    assert memory.origin("T1", "V2") == ""
    assert memory.origin("T2", "V1") == ""
    now[0] += timedelta(minutes=30)
    assert memory.origin("T1", "V1") == URL
    now[0] += timedelta(seconds=1)
    assert memory.origin("T1", "V1") == ""
    memory.remember_origin("T1", "V2", URL)
    with engine.connect() as connection:
        assert list(connection.scalars(select(origins.c.view_id))) == ["V2"]


def test_the_form_that_was_opened_last_counts(engine: Engine):
    memory = SqlMemory(engine)
    memory.remember_origin("T1", "V1", "https://old.example")
    memory.remember_origin("T1", "V1", URL)
    assert memory.origin("T1", "V1") == URL


def test_where_to_answer_lies_sealed_and_opens_for_whoever_has_the_key(engine: Engine):
    memory = SqlMemory(engine, seal=Seal(b"k" * 32))
    memory.remember_origin("T1", "V1", URL)
    with engine.connect() as connection:
        kept = str(connection.execute(select(origins)).all())
    assert "secret" not in kept and "hooks.slack" not in kept
    assert SqlMemory(engine, seal=Seal(b"k" * 32)).origin("T1", "V1") == URL
    assert SqlMemory(engine, seal=Seal(b"x" * 32)).origin("T1", "V1") == ""
    assert SqlMemory(engine).origin("T1", "V1") == ""


def test_a_new_database_file_is_its_owners_alone_to_read(tmp_path: Path):
    path = tmp_path / "okr.db"
    engine = make_engine(f"sqlite:///{path}")
    assert not path.exists()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE one (two)"))
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    engine.dispose()
    assert modes == {"okr.db": 0o600, "okr.db-wal": 0o600, "okr.db-shm": 0o600}


def test_a_database_file_that_is_there_keeps_its_mode_and_rows(tmp_path: Path):
    path = tmp_path / "okr.db"
    path.touch(0o640)
    path.chmod(0o640)
    for _ in range(2):
        engine = make_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS one (two)"))
            connection.execute(text("INSERT INTO one VALUES (3)"))
            rows = connection.scalar(text("SELECT count(*) FROM one"))
        engine.dispose()
    assert rows == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize(("durable", "level"), [(False, 1), (True, 2)], ids=["normal", "full"])
def test_a_durable_engine_waits_for_the_disk_and_another_does_not(tmp_path: Path, durable: bool, level: int):
    engine = make_engine(f"sqlite:///{tmp_path / 'okr.db'}", durable=durable)
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == level
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA busy_timeout")) == 30_000
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    engine.dispose()


def test_two_engines_on_one_file_see_what_each_other_wrote(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'okr.db'}"
    usual, durable = make_engine(url), make_engine(url, durable=True)
    migrate(usual)
    SqlMemory(durable).bind("T1", "U1", "ada")
    assert SqlMemory(usual).bound("T1", "U1") == "ada"
    for engine in (usual, durable):
        engine.dispose()


@pytest.mark.postgres
def test_a_durable_engine_on_postgres_is_one_like_any_other(postgres_url: str):
    engine = make_engine(postgres_url, durable=True)
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"
    engine.dispose()


def test_a_database_in_a_folder_that_is_not_there_is_sqlites_to_complain_of(tmp_path: Path):
    engine = make_engine(f"sqlite:///{tmp_path / 'nowhere' / 'okr.db'}")
    with pytest.raises(OperationalError, match="unable to open database file"):
        engine.connect()


def test_a_new_file_that_another_process_writes_to_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "new.db"
    another = sqlite3.connect(path, isolation_level=None)
    another.execute("CREATE TABLE one (two)")
    another.execute("BEGIN IMMEDIATE")
    clock = SimpleNamespace(monotonic=time.monotonic, sleep=lambda _seconds: another.rollback())
    monkeypatch.setattr(database, "time", clock)
    engine = make_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
    engine.dispose()
    another.close()


def test_a_postgres_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(database, "CONNECTS_WITHIN", 2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        engine = make_engine(f"postgresql://okr@127.0.0.1:{silent.getsockname()[1]}/okr")
        with pytest.raises(OperationalError, match="timeout"):
            engine.connect()
        engine.dispose()


def test_how_long_a_postgres_has_to_answer_can_be_said_in_its_address():
    asked = []
    engine = make_engine("postgresql://okr@127.0.0.1/okr?connect_timeout=30")
    event.listen(engine, "do_connect", lambda _dialect, _record, _args, options: asked.append(options))
    with closing(socket.socket()) as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(OperationalError):
            engine.connect()
    assert [str(one["connect_timeout"]) for one in asked] == ["30"]
