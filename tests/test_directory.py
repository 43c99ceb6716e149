"""The directory: a local copy of sessions, people and tags, loaded once and refreshed in the background."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import OkrApiUnavailable
from bot.objectives.directory import Directory, Snapshot, nearest
from bot.objectives.model import Person, Session
from tests.fakes.okr import ADA, GRACE, HEDY, NOW, Q3, Q4, TEAM, FakeApi

YEAR = replace(Q4, id="b" * 24, title="2026", start=Q4.start and Q4.start - timedelta(days=270))
NEXT = Session("b" * 23 + "5", "Q1 2027", Q4.end, Q4.end and Q4.end + timedelta(days=90))
LOCKED = replace(YEAR, id="b" * 23 + "6", title="H2 2026", status="locked")
JOSE = Person("e" * 24, "José Valim", "jose.valim@example.com")
LEFT = Person("f" * 24, "Ada Gone", "gone@example.com", is_active=False)
PEOPLE = (ADA, GRACE, HEDY, TEAM, JOSE, LEFT)
SNAPSHOT = Snapshot((Q3, YEAR, Q4, NEXT, LOCKED), PEOPLE, ("growth", "Test Tag", "regrowth"))


def test_the_current_session_is_the_shortest_open_one_that_holds_today():
    assert SNAPSHOT.current_session(NOW) == Q4
    assert SNAPSHOT.current_session(NOW - timedelta(days=100)) == YEAR
    assert SNAPSHOT.current_session(NOW + timedelta(days=1000)) is None


def test_sessions_are_suggested_current_first_and_only_those_that_take_objectives():
    assert SNAPSHOT.suggest_sessions("", NOW) == [Q4, YEAR, NEXT]
    assert SNAPSHOT.suggest_sessions("2026 q", NOW) == [Q4]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ada", [ADA]),
        ("@Ada Lovelace", [ADA]),
        ("jose", [JOSE]),
        ("JOSÉ.VALIM@example.com", [JOSE]),
        ("hopper", [GRACE, HEDY]),
        ("lovelace  Ada", [ADA]),
        ("product", [TEAM]),
        (ADA.id, [ADA]),
        ("Ada Gone", []),
        ("@", []),
        ("hop", []),
    ],
)
def test_people_are_named_by_name_handle_e_mail_or_id(typed: str, found: list[Person]):
    assert SNAPSHOT.people_named(typed) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [("q4 2026", [Q4]), ("2026", [YEAR]), ("Q3", [Q3]), (NEXT.id, [NEXT]), ("q9", []), (" ", [])],
)
def test_sessions_are_named_by_title_part_of_it_or_id(typed: str, found: list[Session]):
    assert SNAPSHOT.sessions_named(typed) == found


def test_what_starts_with_what_was_typed_is_suggested_before_what_holds_it():
    assert SNAPSHOT.suggest_tags("gro") == ["growth", "regrowth"]
    assert SNAPSHOT.suggest_tags("#tag") == ["Test Tag"]
    assert SNAPSHOT.suggest_people("hop") == [GRACE, HEDY]
    assert SNAPSHOT.suggest_people("gone") == []


def test_names_that_are_near_are_found_and_others_are_not():
    assert nearest("grwoth", ["growth", "hiring"]) == ["growth"]
    assert nearest("zzzz", ["growth", "hiring"]) == []
    assert nearest("x" * 100_000, ["growth"]) == []


def make(api: FakeApi, spawned: list[Callable[[], None]], **options: float) -> Directory:
    return Directory(api, spawn=spawned.append, **options)


def test_it_is_loaded_once_and_then_given_without_asking():
    api = FakeApi()
    directory = make(api, [])
    for _ in range(3):
        assert directory.snapshot().sessions_by_id[Q4.id] == Q4
    assert api.calls == ["sessions", "people", "tags"]


def test_who_must_not_wait_gets_nothing_at_first_and_starts_the_loading():
    spawned: list[Callable[[], None]] = []
    directory = make(FakeApi(), spawned)
    assert directory.loaded is None
    spawned[0]()
    assert directory.loaded is not None
    assert len(spawned) == 1


def test_it_is_refreshed_in_the_background_and_the_old_copy_serves_meanwhile():
    api, spawned = FakeApi(), list[Callable[[], None]]()
    directory = make(api, spawned, max_age=0, retry_after=0)
    directory.snapshot()
    api.add("Grow", tags=("new",))
    assert not directory.snapshot().has_tag("new")
    spawned[0]()
    assert directory.snapshot().has_tag("New ")


def test_an_api_that_fails_leaves_the_old_copy_in_use():
    api, spawned = FakeApi(), list[Callable[[], None]]()
    directory = make(api, spawned, max_age=0, retry_after=0)
    directory.snapshot()
    api.fault = OkrApiUnavailable("Quantive cannot be reached.")
    directory.snapshot()
    spawned[0]()
    assert directory.snapshot().people_by_id[ADA.id] == ADA


def test_a_first_look_that_fails_is_told_and_the_next_one_works():
    api = FakeApi()
    directory = make(api, [])
    api.fault = OkrApiUnavailable("Quantive cannot be reached.")
    with pytest.raises(OkrApiUnavailable):
        directory.snapshot()
    api.fault = None
    assert directory.snapshot().people


def test_what_was_just_added_elsewhere_is_found_but_not_asked_for_again_and_again():
    api = FakeApi()
    directory = make(api, [])
    directory.snapshot()
    api.everyone.append(JOSE)
    directory.fresh()
    assert api.calls.count("people") == 1
    assert JOSE in directory.fresh(at_most=0).people


def test_tags_and_people_made_through_the_bot_are_known_at_once():
    directory = make(FakeApi(), [])
    directory.snapshot()
    directory.learn_tags(["Board", "board "])
    directory.learn_person(JOSE)
    assert directory.snapshot().suggest_tags("boa")[0] == "Board"
    assert directory.snapshot().users_by_email["jose.valim@example.com"] == JOSE
