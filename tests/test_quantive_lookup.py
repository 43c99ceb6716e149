"""Looking up whether an objective was made: every one that the draft may have become, and no other."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.errors import OkrApiUnavailable
from bot.objectives.model import Draft
from bot.quantive import QuantiveClient
from tests.fakes.quantive import ZERO_DATE, FakeQuantive, Json

DRAFT = Draft("Cut onboarding time", "s1", "u1", ("growth", "Test Tag"), "Why\nand how")
SINCE = datetime(2026, 10, 1, 8, tzinfo=UTC)


@pytest.fixture
def api() -> Iterator[FakeQuantive]:
    with FakeQuantive() as api:
        yield api


@pytest.fixture
def client(api: FakeQuantive) -> Iterator[QuantiveClient]:
    client = QuantiveClient(api_url=api.url, account_id=api.account_id, token=api.token, requests_per_second=0)
    yield client
    client.close()


def test_what_was_made_of_a_draft_is_found_in_one_call(api: FakeQuantive, client: QuantiveClient) -> None:
    since = datetime.now(UTC)
    made = client.create(DRAFT)
    assert [one.id for one in client.created_like(DRAFT, since)] == [made.id]
    assert client.created_like(DRAFT, since + timedelta(hours=1)) == []
    assert api.paths() == ["POST /goals", "GET v2/goals", "GET v2/goals"]


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"status": 503, "applies": True}, {"drop": "before"}])
def test_an_ambiguous_creation_is_settled_by_looking(
    api: FakeQuantive, client: QuantiveClient, fault: dict[str, Any]
) -> None:
    api.add_goal("Another", session_id="s1", owner_id="u1")
    since = datetime.now(UTC)
    api.fail(**fault)
    with pytest.raises(OkrApiUnavailable) as caught:
        client.create(DRAFT)
    assert caught.value.ambiguous
    assert len(client.created_like(DRAFT, since)) == (0 if fault.get("drop") == "before" else 1)


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Cut onboarding times"},
        {"name": "cut onboarding time"},
        {"session_id": "s2"},
        {"owner_id": "u2"},
        {"owner_id": "u2", "ownerIds": ["u2", "u1"]},
        {"description": "Why"},
        {"tags": ["growth", "Test Tag", "board"]},
        {"dateCreated": "2026-10-01T07:59:59Z"},
    ],
)
def test_what_differs_from_the_draft_was_not_made_of_it(
    api: FakeQuantive, client: QuantiveClient, other: dict[str, Any]
) -> None:
    drafted = {"name": DRAFT.name, "session_id": "s1", "owner_id": "u1", "tags": DRAFT.tags}
    api.add_goal(**(drafted | {"description": DRAFT.description} | other))
    assert client.created_like(DRAFT, SINCE) == []
    api.misbehave(v2="400", v1_ignores_parameters=True)
    assert client.created_like(DRAFT, SINCE) == []


@pytest.mark.parametrize(
    "other",
    [
        {"name": " Cut  onboarding time "},
        {"description": "Why and how\n"},
        {"tags": ["test  tag", "GROWTH"]},
        {"tags": ["growth"]},
        {"tags": []},
        {"dateCreated": "2026-10-01T08:00:00Z"},
        {"dateCreated": ZERO_DATE},
        {"dateCreated": None},
    ],
)
def test_what_an_api_may_do_to_a_draft_still_counts(
    api: FakeQuantive, client: QuantiveClient, other: dict[str, Any]
) -> None:
    drafted = {"name": DRAFT.name, "session_id": "s1", "owner_id": "u1", "tags": DRAFT.tags}
    goal = api.add_goal(**(drafted | {"description": DRAFT.description} | other))
    assert [one.id for one in client.created_like(DRAFT, SINCE + timedelta(milliseconds=900))] == [goal]


def test_the_oldest_comes_first_and_what_has_no_date_last(api: FakeQuantive, client: QuantiveClient) -> None:
    drafted: Json = {"name": "One", "session_id": "s1", "owner_id": "u1"}
    unknown, late, early = (
        api.add_goal(**drafted, dateCreated=date) for date in (None, "2026-10-03T08:00:00Z", "2026-10-02T08:00:00Z")
    )
    found = client.created_like(Draft("One", "s1", "u1"), SINCE)
    assert [one.id for one in found] == [early, late, unknown]


@pytest.mark.parametrize("v2", ["400", "404", "html", "redirect", "ignores filters"])
def test_what_was_made_is_found_without_a_v2_that_filters(api: FakeQuantive, client: QuantiveClient, v2: str) -> None:
    for number in range(5):
        api.add_goal(f"Other {number}", session_id="s1", owner_id="u1")
    made = client.create(DRAFT)
    api.misbehave(v2=v2)
    assert [one.id for one in client.created_like(DRAFT, SINCE)] == [made.id]
    assert api.paths()[1:] == ["GET v2/goals", "GET /goals"]
    assert api.calls[-1].query["sessionId"] == "s1"


def test_objectives_are_found_by_their_ids_in_one_call(api: FakeQuantive, client: QuantiveClient) -> None:
    goals = [api.add_goal(f"Goal {number}", access={"users": ["u1"]} if number else None) for number in range(5)]
    found = {one.id: one for one in client.find([*goals[:3], "64b0c0ffee00000000000bad"])}
    assert [(one, found[one].is_private) for one in found] == [(goals[0], False), (goals[1], True), (goals[2], True)]
    assert api.paths() == ["GET v2/goals"]
    assert list(client.find([])) == []


@pytest.mark.parametrize("v2", ["400", "404", "html", "redirect", "ignores filters"])
def test_objectives_are_found_by_their_ids_without_a_v2_that_filters(
    api: FakeQuantive, client: QuantiveClient, v2: str
) -> None:
    goals = [api.add_goal(f"Goal {number}") for number in range(9)]
    api.misbehave(v2=v2)
    assert {one.id for one in client.find([*goals[:2], "64b0c0ffee00000000000bad"])} == set(goals[:2])
    assert api.paths() == ["GET v2/goals", *(f"GET /goals/{one}" for one in (*goals[:2], "64b0c0ffee00000000000bad"))]
    api.fail(status=403)
    assert {one.id for one in client.find(goals[:2])} == {goals[1]}


@pytest.mark.parametrize("word", ["w", "ü" * 90])
def test_a_very_long_name_is_looked_up_by_a_few_words(api: FakeQuantive, client: QuantiveClient, word: str) -> None:
    draft = replace(DRAFT, name=" ".join(f"{word}{number}" for number in range(200)))
    made = client.create(draft)
    assert [one.id for one in client.created_like(draft, SINCE)] == [made.id]
    sent = api.calls[-1].query["filter"]
    assert len(json.dumps(json.loads(sent))) <= 4_100
    assert len(json.loads(sent)["$and"]) <= 10
