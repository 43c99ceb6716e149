"""The record stays fast when it is long: every question is answered by an index, as the databases' own plans say."""

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import islice

import pytest
from sqlalchemy import Engine, event, text

from bot.store import record as record_module
from bot.store.record import SqlRecord
from bot.store.tables import changes, claims
from tests.sample_objectives import NOW
from tests.test_store import blank, engine

__all__ = ["blank", "engine"]

ROWS = 10_000
SINCE = NOW - timedelta(days=1)


def row(number: int) -> dict[str, object]:
    """One of many of one workspace: a tenth are deletions, a tenth restorations, which give a new id and undo."""
    act = {0: "delete", 1: "restore"}.get(number % 10, "update")
    return {
        "team_id": "T1",
        "entry_id": f"e{number}",
        "act": act,
        "user_id": f"U{number % 250}",
        "channel_id": "C1",
        "way": "form",
        "objective_id": f"o{number % 900}",
        "former_id": f"f{number}" if act == "restore" else "",
        "undoes": f"e{number - 1}" if act == "restore" else "",
        "at": NOW - timedelta(minutes=ROWS - number),
    }


@pytest.fixture
def long_record(engine: Engine) -> Engine:
    with engine.begin() as connection:
        connection.execute(changes.insert(), [row(number) for number in range(ROWS)])
        taken = ({"team_id": "T1", "objective_id": f"o{n}", "work_id": f"w{n}", "made_at": NOW} for n in range(ROWS))
        connection.execute(claims.insert(), list(taken))
        connection.execute(text("ANALYZE"))
    return engine


QUESTIONS: dict[str, Callable[[SqlRecord], object]] = {
    "one entry": lambda record: record.get("T1", "e41"),
    "the latest of a person": lambda record: record.latest("T1", "U2", SINCE),
    "what undid it": lambda record: record.undone_by("T1", "e10"),
    "a page of a person": lambda record: record.page("T1", user_id="U2"),
    "the next page": lambda record: record.page("T1", beyond="e41", without=["o1", "o2"]),
    "the page before": lambda record: record.page("T1", beyond="e41", newer=True),
    "a page of an objective": lambda record: record.page("T1", objective_id="o2"),
    "a page of one that was restored": lambda record: record.page("T1", objective_id="f11"),
    "a page of an objective by a person": lambda record: record.page("T1", objective_id="o2", user_id="U2"),
    "what was deleted": lambda record: record.deletions("T1", SINCE),
    "what it is called now": lambda record: record.current_id("T1", "f11"),
    "a claim": lambda record: record.claim("T1", "o1", "w1"),
    "what was claimed": lambda record: record.claimed_by("T1", "w1"),
}


def test_no_question_reads_all_of_a_workspace(long_record: Engine):
    record = SqlRecord(long_record, lambda: NOW)
    for name, ask in QUESTIONS.items():
        for plan in plans(long_record, lambda ask=ask: ask(record)):
            assert not re.search(r"Seq Scan|SCAN|\(team_id=\?\)", plan), f"{name}: {plan}"


def test_pages_and_exports_of_all_come_in_the_order_of_an_index(long_record: Engine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(record_module, "BATCH", 10)
    record = SqlRecord(long_record, lambda: NOW)
    (page,) = plans(long_record, lambda: record.page("T1"))
    beyond = plans(long_record, lambda: record.page("T1", beyond="e41") + record.page("T1", beyond="e41", newer=True))
    exported = plans(long_record, lambda: list(islice(record.rows_for_export("T1"), 11)))
    for plan in (page, beyond[1], beyond[3], *exported):
        assert re.search("(Index Scan|Index Scan Backward|INDEX) (using )?changes_(of_team|at)", plan), plan
        assert not re.search("Seq Scan|TEMP B-TREE", plan), plan


def plans(engine: Engine, ask: Callable[[], object]) -> list[str]:
    """How the database goes about each SELECT that is sent meanwhile."""
    sent: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    ask()
    event.remove(engine, "before_cursor_execute", note)
    explain = "EXPLAIN" if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    with engine.connect() as connection:
        questions = [(statement, parameters) for statement, parameters in sent if statement.startswith("SELECT")]
        assert questions
        return [
            f"{statement}\n"
            + "\n".join(str(line[-1]) for line in connection.exec_driver_sql(f"{explain} {statement}", parameters))
            for statement, parameters in questions
        ]
