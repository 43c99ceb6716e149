"""Between the API's JSON and the model: whatever the API sends becomes something that can be shown and stored."""

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import BotError
from bot.objectives.model import Draft, Patch, Person
from bot.objectives.ports import Wanted
from bot.quantive import QuantiveClient
from bot.quantive.snapshots import pair_metrics, take_snapshot, write_check_in, write_goal, write_metric
from bot.quantive.wire import fits, is_like, read_objective, read_person, read_session
from tests.fakes.quantive import FakeQuantive

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

FIELDS = [
    *("id", "_id", "name", "title", "items", "totalCount", "sessionId", "ownerId", "ownerIds", "assignee", "assignees"),
    *(
        "tags",
        "attainment",
        "closedStatus",
        "status",
        "metrics",
        "access",
        "parentId",
        "dateCreated",
        "dateFrom",
        "url",
    ),
    *("description", "format", "fractionSize", "confidence", "value", "metricHistory", "lastCheckInDate", "email"),
    *("url", "type", "isActive", "teamIds", "firstName", "start", "end", "message", "error", "errors", "inherits"),
    *("initialValue", "target", "actual", "customFields", "insightName", "checkInsCount", "dateTo", "dueDate"),
]

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:00", "2026-11-23T09:00:00.123456789Z", "g1"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
    max_leaves=20,
)
GOALS = st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=15)


@given(GOALS)
def test_any_goal_becomes_an_objective_that_can_be_stored(goal: dict[str, Any]) -> None:
    objective = read_objective(goal)
    repr(objective).encode()
    assert 0 <= abs(objective.progress) < float("inf")
    for time in (objective.created, objective.date_from, objective.date_to):
        assert time is None or time.utcoffset() is not None
    for key_result in objective.key_results or ():
        assert key_result.confidence is None or 0 <= key_result.confidence <= 1
        assert 0 <= key_result.fraction_digits <= 6
    fits(goal, Wanted(("a",), ("b",), ("c",), ("d",)))
    is_like(objective, objective, NOW)
    read_person(goal)
    read_session(goal)


@given(GOALS)
def test_any_goal_has_a_snapshot_that_any_database_can_hold(goal: dict[str, Any]) -> None:
    snapshot = take_snapshot(goal)
    kept = json.dumps(snapshot, allow_nan=False, ensure_ascii=False)
    kept.encode()
    assert "\\u0000" not in kept
    json.dumps(write_goal(snapshot, ""), allow_nan=False)
    for metric, _ in pair_metrics(snapshot, goal):
        json.dumps([write_metric(metric, goal), write_check_in(metric)], allow_nan=False)


@pytest.fixture(scope="module")
def api() -> Iterator[FakeQuantive]:
    with FakeQuantive() as api:
        yield api


@pytest.fixture(scope="module")
def client(api: FakeQuantive) -> Iterator[QuantiveClient]:
    client = QuantiveClient(
        api_url=api.url, account_id=api.account_id, token=api.token, requests_per_second=0, can_undelete=True
    )
    yield client
    client.close()


BODIES = JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=50)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(body=BODIES, status=st.sampled_from([200, 201, 299, 302, 400, 401, 404, 409, 418, 422]))
def test_any_answer_to_any_call_raises_nothing_but_our_errors(
    api: FakeQuantive, client: QuantiveClient, body: bytes, status: int
) -> None:
    api.recover()
    api.fail(times=99, status=status, body=body)
    for call in (
        client.ping,
        lambda: client.get("g1"),
        lambda: client.get_whole("g1"),
        lambda: client.children("g1"),
        lambda: client.created_like(Draft("One", "s1", "u1"), NOW),
        lambda: client.undelete("g1"),
        lambda: client.recreate({"name": "One"}, "g2"),
        lambda: client.recreate_key_results("g1", {"name": "One", "metrics": [{"name": "First", "confidence": 1}]}),
        lambda: client.realign("g1", "g2"),
        lambda: client.create(Draft("One", "s1", "u1")),
        lambda: client.update("g1", Patch(name="Two")),
        lambda: client.delete("g1"),
        lambda: client.add_person("Ada", "ada@example.com"),
        lambda: list(client.search(Wanted(tags=("a",)))),
        lambda: list(client.search(Wanted(words=("a",)))),
        lambda: list(client.search(Wanted())),
        lambda: list(client.sessions()),
        lambda: list(client.people()),
        lambda: list(client.tags()),
    ):
        with contextlib.suppress(BotError):
            call()


@pytest.mark.parametrize(
    ("access", "private"),
    [
        (None, False),
        ({}, False),
        ("", False),
        ({"permissions": []}, False),
        ({"inherits": True, "permissions": [{"principal": {"id": "u1"}}]}, False),
        ({"inherits": False, "permissions": [{"principal": {"kind": "everyone"}, "grant": {"read": True}}]}, False),
        ({"inherits": False, "members": ["u1"]}, True),
        ({"inherits": False}, True),
        ({"permissions": [{"principal": {"kind": "user", "id": "u1"}}]}, True),
        ("private", True),
        ("everyone", False),
        (True, True),
    ],
)
def test_what_is_not_known_to_be_open_is_private(access: Any, private: bool) -> None:
    assert read_objective({"id": "g1", "access": access}).is_private is private


@pytest.mark.parametrize(
    ("goal", "owners"),
    [
        ({"ownerId": "u1"}, ("u1",)),
        ({"ownerId": "u2", "ownerIds": ["u1", "u2"]}, ("u2", "u1")),
        ({"assignee": {"id": "u3"}}, ("u3",)),
        ({"ownerId": "", "ownerIds": None, "assignees": [{"id": "u4"}, None, {}]}, ("u4",)),
        ({}, ()),
    ],
)
def test_owners_are_read_from_whatever_names_them(goal: dict[str, Any], owners: tuple[str, ...]) -> None:
    assert read_objective(goal).owner_ids == owners


def test_tags_are_read_as_objects_or_words() -> None:
    goal = {"tags": [{"title": "Growth"}, {"name": "ux"}, "plain", None, {"title": ""}]}
    assert read_objective(goal).tags == ("Growth", "ux", "plain")


def test_unknown_states_pass_through() -> None:
    assert read_objective({"closedStatus": {"status": "brand-new"}}).state == "brand-new"
    assert read_objective({"closedStatus": "achieved"}).state == "achieved"
    assert read_objective({"closedStatus": None}).state == "active"


@pytest.mark.parametrize(("value", "confidence"), [(0.8, 0.8), (8, 0.8), (1, 1.0), (0, 0.0), (99, 1.0), (True, None)])
def test_confidence_is_a_fraction_also_where_it_was_counted_to_ten(value: Any, confidence: float | None) -> None:
    key_results = read_objective({"metrics": [{"confidence": {"value": value}}]}).key_results
    assert key_results is not None
    assert key_results[0].confidence == confidence


def test_a_team_is_a_person_of_its_kind() -> None:
    assert read_person({"id": "t1", "name": "Marketing", "type": "team"}) == Person("t1", "Marketing", is_team=True)
