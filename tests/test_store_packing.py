"""Packing: what was written down reads back the same, also when the code has changed since."""

from dataclasses import fields
from datetime import UTC, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.objectives.model import Draft, KeyResult, Objective, Patch, Person, Session
from bot.objectives.plans import Act, Entry
from bot.store.packing import pack, unpack
from tests.sample_objectives import HUGE, NOW, ONBOARDING

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-7)), timezone(timedelta(hours=5, minutes=45))])
TEXT = st.text(st.characters() | st.sampled_from("\0\ud800\udfff"), max_size=20)  # halves of characters and NUL too
NUMBER = st.floats(allow_nan=False)
TIME = st.none() | st.datetimes(timezones=ZONES)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=10,
)


def some_tuple(of: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=3).map(tuple)


PERSON = st.builds(Person, TEXT, TEXT, TEXT, st.booleans(), st.booleans(), some_tuple(TEXT))
SESSION = st.builds(Session, TEXT, TEXT, TIME, TIME, TEXT)
KEY_RESULT = st.builds(
    KeyResult,
    id=TEXT,
    name=TEXT,
    initial=NUMBER,
    target=NUMBER,
    actual=NUMBER,
    progress=NUMBER,
    prefix=TEXT,
    suffix=TEXT,
    fraction_digits=st.integers(),
    confidence=st.none() | NUMBER,
    checked_in=TIME,
    check_ins=st.integers(),
)
OBJECTIVE = st.builds(
    Objective,
    id=TEXT,
    name=TEXT,
    session=SESSION,
    owners=some_tuple(PERSON),
    description=TEXT,
    tags=some_tuple(TEXT),
    progress=NUMBER,
    state=TEXT,
    url=TEXT,
    parent_id=TEXT,
    created=TIME,
    date_from=TIME,
    date_to=TIME,
    key_results=st.none() | some_tuple(KEY_RESULT),
    is_private=st.booleans(),
    short_id=TEXT,
)
PATCH = st.builds(
    Patch,
    name=st.none() | TEXT,
    description=st.none() | TEXT,
    owner_id=st.none() | TEXT,
    session_id=st.none() | TEXT,
    tags=st.none() | some_tuple(TEXT),
)
ENTRY = st.builds(
    Entry,
    id=TEXT,
    act=st.sampled_from(Act),
    team_id=TEXT,
    user_id=TEXT,
    objective_id=TEXT,
    at=st.datetimes(timezones=ZONES),
    channel_id=TEXT,
    way=TEXT,
    before=st.none() | OBJECTIVE,
    after=st.none() | OBJECTIVE,
    snapshot=st.none() | st.dictionaries(TEXT, JSON, max_size=3),
    undoes=TEXT,
)


@given(OBJECTIVE | ENTRY | PATCH | st.builds(Draft, TEXT, TEXT, TEXT, some_tuple(TEXT), TEXT))
def test_whatever_is_packed_comes_back_equal_and_is_ascii(value: object):
    packed = pack(value)
    assert unpack(packed, type(value)) == value
    assert packed.isascii()
    assert "\0" not in packed


@given(st.dictionaries(TEXT, JSON, max_size=5))
def test_a_snapshot_comes_back_as_the_json_it_was(snapshot: dict[str, Any]):
    assert unpack(pack(snapshot), dict[str, Any]) == snapshot


def test_the_largest_objective_comes_back():
    assert unpack(pack(HUGE), Objective) == HUGE


def test_the_text_is_json_that_people_can_read():
    assert pack(Person("a1", "Ada", team_ids=("c3",))) == (
        '{"id":"a1","name":"Ada","email":"","is_team":false,"is_active":true,"team_ids":["c3"]}'
    )
    assert pack(Session("54", "Q4", NOW)) == (
        '{"id":"54","title":"Q4","start":"2026-11-23T09:00:00+00:00","end":null,"status":"open"}'
    )


def test_what_an_older_version_did_not_know_has_its_default():
    assert unpack('{"id": "a", "name": "Grow"}', Objective) == Objective("a", "Grow")


def test_what_a_newer_version_knows_besides_is_left_out():
    newer = '{"id": "a", "name": "Grow", "mood": {"today": 1}, "session": {"id": "54", "colour": "red"}}'
    assert unpack(newer, Objective) == Objective("a", "Grow", session=Session("54"))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "{}", '{"id": "a"}', '{"id": "a", "name": "x", "created": "?"}']
)
def test_what_is_no_objective_is_an_error_and_not_half_of_one(text: str):
    with pytest.raises((ValueError, KeyError, TypeError)):
        unpack(text, Objective)


def test_every_field_of_what_is_recorded_is_in_the_round_trip():
    """A field that is added to the model must be added to the strategies above."""
    for kind, known in ((Objective, OBJECTIVE), (Entry, ENTRY), (KeyResult, KEY_RESULT), (Patch, PATCH)):
        assert {field.name for field in fields(kind)} == set(known.wrapped_strategy.kwargs), kind


def test_what_the_record_holds_says_nothing_of_the_clock_it_was_read_by():
    assert unpack(pack(ONBOARDING), Objective).created.tzinfo == UTC
