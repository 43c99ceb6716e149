"""People, teams, tags, the sample company and the tables of the OKR server."""

import gc
import re
import threading
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine

from bot.embedded.okr_server import OkrServer, goals, lists
from bot.embedded.okr_server.ids import new_id
from bot.embedded.okr_server.lists import stream
from bot.embedded.okr_server.migrations import VERSION_TABLE
from bot.embedded.okr_server.tables import metadata
from bot.embedded.okr_server.times import read_time, show_time, write_time
from bot.embedded.people import PEOPLE, TEAMS
from tests.okr_server_case import NOW, Api, Clock, api, clock, database, engine, sample

__all__ = ["api", "clock", "database", "engine", "sample"]


# People and teams


def test_a_new_user_can_own_objectives_and_is_an_assignee(api: Api) -> None:
    user = api.post("users", firstName="Ada", lastName="Lovelace", email="ada@example.com")

    assert api.get(f"users/{user['id']}") == user
    assert (user["name"], user["email"], user["isActive"], user["teamIds"]) == (
        "Ada Lovelace",
        "ada@example.com",
        True,
        [],
    )
    assignee = api.get(f"assignees/{user['id']}")
    assert (assignee["name"], assignee["email"], assignee["type"]) == ("Ada Lovelace", "ada@example.com", "user")
    assert api.goal(ownerId=user["id"])["assignee"] == assignee


def test_an_email_belongs_to_one_user_whatever_its_case(api: Api) -> None:
    ada = api.user()
    grace = api.user("Grace Hopper")

    taken = {"firstName": "A", "email": "ADA.lovelace@Example.com"}
    assert api.refused("POST", "users", taken) == "The e-mail ADA.lovelace@Example.com belongs to another user."
    assert "belongs to another user" in api.refused("PATCH", f"users/{grace}", {"email": "Ada.Lovelace@example.com"})
    assert api.patch(f"users/{ada}", email="ADA.LOVELACE@example.com")["email"] == "ADA.LOVELACE@example.com"
    assert api.get("users")["totalCount"] == 2


@pytest.mark.parametrize("email", ["", "ada", "@example.com", "ada@", "a da@example.com", 7, None])
def test_a_user_needs_an_email_address(api: Api, email: object) -> None:
    assert api.refused("POST", "users", {"firstName": "Ada", "email": email})


def test_a_user_changes_in_the_fields_sent(api: Api) -> None:
    team = api.post("teams", name="Product")
    ada = api.user()

    changed = api.patch(f"users/{ada}", lastName="King", isActive=False, teamIds=[team["id"]])

    assert (changed["name"], changed["isActive"], changed["teamIds"]) == ("Ada King", False, [team["id"]])
    assert api.get(f"assignees/{ada}")["isActive"] is False
    moved = api.send("PATCH", "users/email/ada.LOVELACE@example.com/", {"email": "ada.king@example.com"})
    assert moved.json()["email"] == "ada.king@example.com"
    assert api.send("PATCH", "users/email/ada.lovelace@example.com", {}).status_code == 404


def test_a_team_has_members_and_can_own_objectives(api: Api) -> None:
    ada = api.user()

    team = api.post("teams", name="Product", manager=ada, members=[ada])

    assert (team["members"], team["manager"]) == ([ada], ada)
    assert api.get(f"users/{ada}")["managedTeamIds"] == [team["id"]]
    assert api.goal(ownerId=team["id"])["assignee"]["type"] == "team"
    reason = api.refused("POST", "teams", {"name": "X", "members": ["0" * 24]})
    assert reason == f"There is no user with the id {'0' * 24}."


# Tags


def test_a_tag_is_made_by_its_first_objective_and_counts_those_that_are_left(api: Api) -> None:
    ada = api.user()
    first = api.goal(ownerId=ada, tags=[{"title": "Test Tag"}])
    api.goal(ownerId=ada, tags=[{"title": "test  tag"}])

    def tags() -> list[tuple[str, int]]:
        return [(tag["title"], tag["itemsTaggedCount"]) for tag in api.get("tags")["items"]]

    assert tags() == [("Test Tag", 2)]
    api.send("DELETE", f"goals/{first['id']}")
    assert tags() == [("Test Tag", 1)]
    same = api.post("tags", title=" TEST TAG ")
    assert (same["title"], same["itemsTaggedCount"]) == ("Test Tag", 1)
    api.post("tags", title="New")
    assert tags() == [("Test Tag", 1), ("New", 0)]
    assert api.refused("POST", "tags", {"title": "x" * 501}) == "The title of a tag is longer than 500 characters."


def test_tags_are_listed_by_filter_and_page(api: Api) -> None:
    api.goal(ownerId=api.user(), tags=[{"title": f"Tag {number:03}"} for number in range(120)])

    def titles(path: str, **params: Any) -> list[str]:
        return [tag["title"] for tag in api.get(path, **params)["items"]]

    assert len(titles("tags")) == 120
    assert len(titles("v2/tags")) == 100
    assert titles("tags", sort="-title", skip=1, take=2) == ["Tag 118", "Tag 117"]
    assert titles("tags", filter="{title:{$regex:'(?i)tag 01'}}", sort="title", take=2) == ["Tag 010", "Tag 011"]


# The sample company


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 23, 9, tzinfo=UTC),
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2024, 2, 29, 12, tzinfo=UTC),
        datetime(2027, 4, 2, tzinfo=UTC),
    ],
)
def test_the_sample_company_fits_any_date(api: Api, now: datetime) -> None:
    api.clock.now = now

    api.server.fill_sample()

    sessions = api.get("sessions", sort="start")["items"]
    assert sorted(session["status"] for session in sessions) == ["closed", "locked", "open", "open", "open"]
    moment = show_time(write_time(now))
    current = [item for item in sessions if item["start"] <= moment <= item["end"] and item["status"] == "open"]
    assert len(current) == 2
    assert {person["email"] for person in api.get("users")["items"]} == {person.email for person in PEOPLE}
    assert {team["name"] for team in api.get("teams")["items"]} == set(TEAMS)
    objectives = api.get("goals", includeMetrics="true")["items"]
    assert len(objectives) == 25
    for objective in objectives:
        assert objective["dateCreated"] <= moment
        for metric in objective["metrics"]:
            assert metric["lastCheckInDate"] <= moment
            assert metric["dateCreated"] <= moment
        mean = [metric["attainment"] for metric in objective["metrics"]]
        assert objective["attainment"] == pytest.approx(sum(mean) / len(mean) if mean else 0)


def test_the_sample_company_is_the_same_all_day_and_replaces_what_was_there(sample: Api) -> None:
    first = sample.get("goals", includeMetrics="true")
    sample.user("Somebody Else")
    sample.clock.now = NOW.replace(hour=9)

    sample.server.fill_sample()

    assert sample.get("goals", includeMetrics="true") == first
    assert sample.get("users")["totalCount"] == len(PEOPLE)


def test_the_sample_company_has_something_of_everything(sample: Api) -> None:
    objectives = sample.get("goals", includeMetrics="true")["items"]

    progress = [item["attainment"] for item in objectives]
    assert any(item >= 1 for item in progress)
    assert any(item == 0 for item in progress)
    assert any(0.1 < item < 0.3 for item in progress)
    assert any(0.5 < item < 0.8 for item in progress)
    assert sum(item["access"] is not None for item in objectives) == 1
    assert sum(item["parentId"] != "" for item in objectives) >= 3
    assert sum(item["metrics"] == [] for item in objectives) == 1
    assert {"growth", "onboarding", "reliability", "hiring", "brand", "Test Tag"} <= {
        tag["title"] for item in objectives for tag in item["tags"]
    }
    assert all(2 <= len(item["metrics"]) <= 4 for item in objectives if item["metrics"])


# The account and the tables


def test_the_account_is_made_once_and_what_is_given_counts_before_it(engine: Engine) -> None:
    first, second = OkrServer(engine), OkrServer(engine)
    first.open()
    second.open()
    given = OkrServer(engine, account_id="a" * 24, token="given")
    given.open()

    assert re.fullmatch(r"[0-9a-f]{24}", first.account_id)
    assert second.account_id == first.account_id
    assert (given.account_id, given.token) == ("a" * 24, "given")


def test_making_a_server_does_not_touch_the_database(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'new.db'}")

    OkrServer(engine).blueprint()

    assert not (tmp_path / "new.db").exists()
    engine.dispose()


def test_a_server_is_empty_until_there_is_somebody(api: Api) -> None:
    assert api.server.is_empty()
    api.user()
    assert not api.server.is_empty()


def test_the_migrations_make_exactly_the_tables(engine: Engine) -> None:
    def is_ours(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        return kind != "table" or (str(name).startswith("okr_") and name != VERSION_TABLE)

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "include_object": is_ours, "compare_type": True}
        )
        assert compare_metadata(context, metadata) == []


def test_several_processes_may_migrate_and_open_at_once(tmp_path: Path) -> None:
    path = tmp_path / "okr.db"
    accounts: list[str] = []

    def start() -> None:
        engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 20})
        server = OkrServer(engine)
        server.migrate()
        server.open()
        accounts.append(server.account_id)
        engine.dispose()

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(accounts) == 6
    assert len(set(accounts)) == 1


def test_ids_differ_and_begin_with_their_time() -> None:
    ids = [new_id(NOW) for _ in range(10_000)]

    assert len(set(ids)) == 10_000
    assert {item[:8] for item in ids} == {f"{int(NOW.timestamp()):08x}"}
    assert all(re.fullmatch(r"[0-9a-f]{24}", item) for item in ids)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z"),
        ("2026-11-23T09:00:00.123456Z", "2026-11-23T09:00:00.123Z"),
        ("2026-11-23T09:00:00+02:00", "2026-11-23T07:00:00Z"),
        ("2026-11-23T09:00", "2026-11-23T09:00:00Z"),
        ("2026-11-23", "2026-11-23T00:00:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00+10:00", None),
        ("2026-13-01", None),
        ("20261123", None),
        ("now", None),
    ],
)
def test_times_are_shown_in_utc(text: str, shown: str | None) -> None:
    kept = read_time(text)

    assert (kept and show_time(kept)) == shown


def test_listing_takes_the_same_memory_however_much_there_is(
    engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "CHUNK", 50)
    server = OkrServer(engine, clock=clock)
    server.open()

    def peak() -> int:
        """The most bytes held while everything is listed."""
        gc.collect()
        tracemalloc.start()
        try:
            for piece in stream(engine, server.account, goals.KIND, {}):
                assert piece
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    server.fill_many(goals=150, people=10)
    peak()  # what is compiled and cached the first time stays
    small = peak()
    server.fill_many(goals=2_000, people=0)

    assert peak() < small * 2
