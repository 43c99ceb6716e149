"""Turns at writing to a SQLite file: an ack goes first, and every turn ends, however the transaction does."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.store import turns
from bot.store.database import make_engine, writing
from bot.store.turns import before_others, turns_of
from tests.durable import until

INSERT = text("INSERT INTO written VALUES (:name)")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'okr.db'}", durable=True)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE written (name TEXT UNIQUE)"))
    yield engine
    engine.dispose()


def write(engine: Engine, name: str) -> None:
    with engine.begin() as connection:
        connection.execute(INSERT, {"name": name})


def test_who_is_urgent_writes_before_all_who_waited_longer(engine: Engine):
    other = make_engine(str(engine.url))
    queue = turns_of(str(engine.url.database))

    def write_urgently() -> None:
        with before_others():
            write(other, "urgent")

    threads = [threading.Thread(target=write, args=(engine, f"usual {number}")) for number in range(6)]
    threads.insert(3, threading.Thread(target=write_urgently))
    with writing(engine):
        for thread in threads:
            thread.start()
        until(lambda: queue._hurrying == 1)
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        names = list(connection.scalars(text("SELECT name FROM written ORDER BY rowid")))
    assert names[0] == "urgent"
    assert len(names) == 7
    other.dispose()


def fail(connection: Connection) -> None:
    connection.execute(INSERT, {"name": "twice"})
    connection.execute(INSERT, {"name": "twice"})


def lose(connection: Connection) -> None:
    connection.execute(INSERT, {"name": "lost"})
    connection.invalidate()


def close(connection: Connection) -> None:
    connection.execute(INSERT, {"name": "lost"})
    connection.close()


def write_by_itself(connection: Connection) -> None:
    connection.execution_options(isolation_level="AUTOCOMMIT").execute(INSERT, {"name": "alone"})


def change_the_schema(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE another (name TEXT)"))


@pytest.mark.parametrize("act", [fail, lose, close, write_by_itself, change_the_schema])
def test_a_turn_ends_however_its_transaction_does(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, act: Callable[[Connection], None]
):
    monkeypatch.setattr(turns, "PATIENCE", 1)
    with engine.connect() as connection:
        try:
            act(connection)
        except IntegrityError:
            connection.rollback()
        other = threading.Thread(target=write, args=(engine, "after"))
        other.start()
        other.join()
    with engine.connect() as connection:
        assert "after" in connection.scalars(text("SELECT name FROM written")).all()


def test_who_waits_for_too_long_hears_what_sqlite_would_say_and_others_read_meanwhile(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    with writing(engine):
        with pytest.raises(OperationalError, match="database is locked"):
            write(engine, "late")
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM written")) == 0
    write(engine, "late")
