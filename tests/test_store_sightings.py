"""How objectives were seen, on SQLite and on Postgres: what is known, what was before, and whose turn it is to look."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine

from bot.store.database import writing
from bot.store.pasts import Pasts
from bot.store.sightings import (
    LEASE,
    Sighting,
    Sightings,
    first_sight,
    mark_of,
    see,
    see_gone,
    see_unknown_gone,
)
from tests.test_store import blank, engine
from tests.world import DEADLINE

__all__ = ["blank", "engine"]

NOW = 1_800_000_000.0


@pytest.fixture
def sightings(engine: Engine) -> Sightings:
    return Sightings(engine)


def seen(objective_id: str, content: str, at: float = NOW) -> Sighting:
    return Sighting(objective_id, mark_of(content), content, at)


def moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def do(engine: Engine, act: object, *arguments: object) -> object:
    with writing(engine) as connection:
        assert callable(act)
        return act(connection, "T1", *arguments)


def test_what_changed_meanwhile_is_not_overwritten(engine: Engine, sightings: Sightings):
    one, two = seen("o1", "one"), seen("o1", "two", NOW + 1)
    assert do(engine, see, one, None)
    assert not do(engine, see, two, None)
    assert do(engine, see, two, one)
    assert not do(engine, see, seen("o1", "three"), one)
    assert sightings.get("T1", ["o1", "o2"]) == {"o1": two}
    assert not do(engine, see_gone, one, NOW)
    # The mark alone says nothing of what lists do not bring.
    twin = Sighting("o1", two.mark, "two with confidence", NOW)
    assert not do(engine, see_gone, twin, NOW)
    assert do(engine, see_gone, two, NOW + 2)
    assert not do(engine, see, seen("o1", "three"), two)
    assert sightings.get("T1", ["o1"]) == {}


def test_a_first_sight_stays_behind_what_was_seen_later(engine: Engine, sightings: Sightings):
    do(engine, see, seen("o1", "by the bot", NOW + 5), None)
    do(engine, first_sight, [seen("o1", "by an older list", NOW), seen("o2", "new", NOW)])
    assert {id_: one.content for id_, one in sightings.get("T1", ["o1", "o2"]).items()} == {
        "o1": "by the bot",
        "o2": "new",
    }
    do(engine, first_sight, [seen("o1", "by a newer list", NOW + 6)])
    assert sightings.get("T1", ["o1"])["o1"].content == "by a newer list"
    do(engine, first_sight, [])


def test_each_change_has_its_number_and_whoever_made_it(engine: Engine, sightings: Sightings):
    pasts, one, two = Pasts(engine), seen("o1", "one", NOW), seen("o1", "two", NOW + 10)
    do(engine, see, one, None)
    made = pasts.cut()
    with writing(engine) as connection:
        see(connection, "T1", two, one, user_id="U1")
    changed = pasts.cut()
    do(engine, see_gone, two, NOW + 20)
    do(engine, first_sight, [seen("o2", "still", NOW)])
    (beginning, change, end) = pasts.changes("T1", ["o1", "o2"], 0)["o1"]
    assert [(each.content, each.user_id) for each in (beginning, change, end)] == [
        (None, ""),
        ("one", "U1"),
        ("two", ""),
    ]
    assert (made, changed) == (beginning.number, change.number)
    assert pasts.changes("T1", ["o1", "o2"], changed) == {"o1": [end]}
    assert (pasts.changed("T1", changed), pasts.changed("T1", pasts.cut())) == (["o1"], [])
    assert pasts.changed("T2", 0) == []
    for at, cut in ((-5, made - 1), (5, made), (15, changed), (25, end.number)):
        assert pasts.cut_at("T1", moment(NOW + at)) == cut
    sightings.purge(moment(NOW + 15))
    assert pasts.changes("T1", ["o1"], 0) == {"o1": [end]}


def test_a_cut_waits_for_changes_that_have_their_number_and_are_not_there_yet(engine: Engine):
    with ThreadPoolExecutor(1) as pool:
        with writing(engine) as connection:
            see(connection, "T1", seen("o1", "one"), None)
            if engine.dialect.name == "sqlite":
                return
            cut = pool.submit(Pasts(engine).cut)
            with pytest.raises(TimeoutError):
                cut.result(0.2)
        assert cut.result(DEADLINE) == Pasts(engine).changes("T1", ["o1"], 0)["o1"][0].number


def test_what_is_gone_is_known_to_have_gone_until_it_is_back(engine: Engine, sightings: Sightings):
    one = seen("o1", "one")
    do(engine, see, one, None)
    do(engine, see_gone, one, NOW + 3)
    do(engine, see_unknown_gone, "o2", NOW + 4)
    assert sightings.ended("T1", ["o1", "o2", "o3"]) == {"o1": (NOW + 3, True), "o2": (NOW + 4, False)}
    assert sightings.ended("T2", ["o1"]) == {}
    assert sightings.ended("T1", []) == {}


def test_ids_come_in_order_from_anywhere(engine: Engine, sightings: Sightings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.store.sightings.BATCH", 3)
    names = [f"o{number:02}" for number in range(10)]
    do(engine, first_sight, [seen(name, name) for name in reversed(names)])
    assert list(sightings.ids("T1")) == names
    assert list(sightings.ids("T1", "o06")) == names[7:]
    assert list(sightings.ids("T2")) == []
    assert sightings.count("T1") == 10


def test_one_process_looks_when_it_is_time(engine: Engine, sightings: Sightings):
    assert sightings.lease("T1", "w1", NOW, 60)
    assert not sightings.lease("T1", "w2", NOW + 1, 60)
    sightings.renew("T1", "w1", NOW + LEASE - 1)
    assert not sightings.lease("T1", "w2", NOW + LEASE + 1, 60)
    sightings.looked("T1", NOW)
    sightings.release("T1", "w1", rests_until=NOW + 100)
    assert sightings.began_at("T1") == sightings.looked_at("T1") == NOW
    assert not sightings.lease("T1", "w2", NOW + 100, 60)
    assert sightings.lease("T1", "w2", NOW + 101, 60)
    sightings.release("T1", "w1")
    assert not sightings.lease("T1", "w3", NOW + 102, 60)
    sightings.looked("T1", NOW + 101)
    sightings.release("T1", "w2")
    assert (sightings.began_at("T1"), sightings.looked_at("T1")) == (NOW, NOW + 101)
    assert not sightings.lease("T1", "w3", NOW + 150, 60)
    assert sightings.lease("T1", "w3", NOW + 161, 60)
    # A process that died is no obstacle for long, nor is a clock that was put back.
    assert sightings.lease("T1", "w4", NOW + 161 + LEASE + 1, 60)
    assert sightings.lease("T1", "w5", NOW - 86_400, 60)


def test_the_look_of_a_dead_process_is_begun_anew_at_once(sightings: Sightings):
    assert sightings.lease("T1", "w1-a", NOW, 60)
    sightings.free("w2")
    assert not sightings.lease("T1", "w2", NOW + 1, 60)
    sightings.free("w1")
    assert sightings.lease("T1", "w2", NOW + 1, 60)
    sightings.release("T1", "w2", rests_until=NOW + 100)
    sightings.free("")
    assert not sightings.lease("T1", "w3", NOW + 99, 60)


def test_a_first_look_ends_what_an_earlier_one_had_begun(engine: Engine, sightings: Sightings):
    do(engine, first_sight, [seen("o1", "gone since", NOW), seen("o2", "still", NOW + 9)])
    sightings.settle("T1", NOW + 9)
    assert list(sightings.ids("T1")) == ["o2"]


def test_a_workspace_is_forgotten_without_the_others(engine: Engine, sightings: Sightings):
    def fill(connection: Connection, team_id: str) -> None:
        see(connection, team_id, seen("o1", "one"), None)

    for team_id in ("T1", "T2"):
        with writing(engine) as connection:
            fill(connection, team_id)
        sightings.looked(team_id, NOW)
    assert sightings.teams() == ["T1", "T2"]
    sightings.forget("T1")
    assert sightings.teams() == ["T2"]
    assert sightings.began_at("T1") is None
    assert (sightings.count("T1"), sightings.count("T2")) == (0, 1)
    assert Pasts(engine).changed("T1", 0) == []
