"""Bringing back what was deleted by making it again: in one piece, safe to do twice, and honest on what is lost."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import BotError, NotFound, OkrApiRefused, OkrApiUnavailable
from bot.objectives.model import Objective
from bot.objectives.plans import Snapshot
from bot.quantive import QuantiveClient
from bot.quantive.snapshots import LARGEST
from tests.fakes.quantive import ZERO_DATE, FakeQuantive


@pytest.fixture
def api() -> Iterator[FakeQuantive]:
    with FakeQuantive() as api:
        yield api


@pytest.fixture
def client(api: FakeQuantive) -> Iterator[QuantiveClient]:
    client = QuantiveClient(api_url=api.url, account_id=api.account_id, token=api.token, requests_per_second=0)
    yield client
    client.close()


def add_rich_goal(api: FakeQuantive, **fields: Any) -> str:
    """An objective with all that one can have."""
    goal = api.add_goal(
        "Cut onboarding time",
        session_id="s1",
        owner_id="u1",
        tags=["growth", "Test Tag"],
        **{
            "ownerIds": ["u1", "u2"],
            "description": "See @[Ada:ada@example.com:u1]",
            "dateFrom": "2026-10-01T00:00:00Z",
            "dateTo": "2026-12-31T23:59:59.999Z",
            "attainmentTypeString": "average_kr",
            "customFields": {"budget": 12},
            "access": {"inherits": False, "members": ["u1"]},
            "attainment": 0.62,
        }
        | fields,
    )
    api.add_metric(
        goal,
        "Reach 100 customers",
        description="Paying ones",
        ownerId="u2",
        ownerIds=["u2"],
        actual=40,
        critical=20,
        targetOperator="at_least",
        manualType="double",
        format={"prefix": "", "suffix": " customers", "fractionSize": 0},
        dueDate=ZERO_DATE,
        softDueDate="2026-12-01T00:00:00Z",
        links={},
        customFields={"team": "sales"},
        insightName="",
        confidence={"value": 0.8, "date": "2026-11-20T10:00:00Z", "reason": "Two signed"},
        lastCheckInDate="2026-11-20T10:00:00Z",
        metricHistory=[{"metricValue": number, "comment": f"Number {number}"} for number in range(11)],
        orderId=0,
        attainment=0.4,
    )
    api.add_metric(
        goal,
        "Setup under 30 minutes",
        initialValue=90,
        target=30,
        actual=38.5,
        lastCheckInDate="2026-11-22T10:00:00.250Z",
        metricHistory=[{"metricValue": 38.5}],
        confidence=None,
    )
    api.add_metric(goal, "Not begun", lastCheckInDate=ZERO_DATE)
    return goal


def essence(objective: Objective) -> tuple[object, ...]:
    """What somebody who looks at an objective would miss, check-ins aside."""
    assert objective.key_results is not None
    bare = replace(objective, id="", url="", created=None, progress=0, key_results=None)
    return bare, *(replace(one, id="", check_ins=0, progress=0) for one in objective.key_results)


def writes(api: FakeQuantive) -> list[str]:
    return [path for path in api.paths() if not path.startswith("GET")]


def test_an_objective_and_all_there_is_of_it_are_one_call(api: FakeQuantive, client: QuantiveClient) -> None:
    goal = add_rich_goal(api)
    objective, snapshot = client.get_whole(goal)
    assert api.paths() == [f"GET /goals/{goal}"]
    assert objective == client.get(goal)
    assert json.loads(json.dumps(snapshot)) == api.goals[goal]


def test_a_large_snapshot_counts_check_ins_instead_of_keeping_them(api: FakeQuantive, client: QuantiveClient) -> None:
    goal = add_rich_goal(api)
    api.goals[goal]["metrics"][0]["metricHistory"] = [{"comment": "x" * 1_000}] * 400
    objective, snapshot = client.get_whole(goal)
    assert len(json.dumps(snapshot)) < LARGEST / 10
    assert [metric.get("checkInsCount") for metric in snapshot["metrics"]] == [400, 1, 0]
    assert client.recreate_key_results(goal, snapshot) == ("401 check-ins with their comments stay deleted.",)
    assert objective.key_results is not None and objective.key_results[0].check_ins == 400


def test_a_snapshot_holds_nothing_that_a_database_would_refuse(api: FakeQuantive, client: QuantiveClient) -> None:
    goal = api.add_goal("N\0ul", customFields={"a\0b": [float("nan"), float("inf"), "\ud800"]})
    assert client.get_whole(goal)[1] == api.goals[goal] | {"name": "Nul", "customFields": {"ab": [None, None, "?"]}}


def test_an_objective_that_is_nested_too_deep_is_unreadable(api: FakeQuantive, client: QuantiveClient) -> None:
    api.fail(status=200, body=b'{"id": "g1", "customFields": ' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}")
    with pytest.raises(OkrApiUnavailable, match="cannot be read"):
        client.get_whole("g1")


def test_the_whole_of_what_is_gone_is_not_found(client: QuantiveClient) -> None:
    with pytest.raises(NotFound):
        client.get_whole("64b0c0ffee0000000000ffff")


def test_quantive_is_not_asked_for_what_it_cannot(api: FakeQuantive, client: QuantiveClient) -> None:
    assert client.undelete(api.add_goal("One")) is None
    assert api.calls == []


# Making it again


def test_a_deleted_objective_is_made_again_by_one_post(api: FakeQuantive, client: QuantiveClient) -> None:
    parent = api.add_goal("Parent")
    goal = add_rich_goal(api, parentId=parent)
    before, snapshot = client.get_whole(goal)
    client.delete(goal)
    api.calls.clear()
    made = client.recreate(snapshot, parent)
    assert api.paths() == ["POST /goals"]
    assert api.calls[0].body == {
        "name": "Cut onboarding time",
        "sessionId": "s1",
        "ownerId": "u1",
        "ownerIds": ["u1", "u2"],
        "description": "See @[Ada:ada@example.com:u1]",
        "tags": [{"title": "growth"}, {"title": "Test Tag"}],
        "parentId": parent,
        "dateFrom": "2026-10-01T00:00:00Z",
        "dateTo": "2026-12-31T23:59:59.999Z",
        "attainmentTypeString": "average_kr",
        "customFields": {"budget": 12},
        "access": {"inherits": False, "members": ["u1"]},
    }
    assert made.id != goal
    assert replace(made, id=goal, url=before.url, created=before.created, progress=0.62) == replace(
        before, key_results=()
    )


def test_what_is_empty_or_not_to_be_written_is_not_sent(api: FakeQuantive, client: QuantiveClient) -> None:
    goal = api.add_goal("0001-One", session_id="s1", owner_id="u1", dateFrom=ZERO_DATE, access=None, customFields={})
    client.recreate(client.get_whole(goal)[1], "")
    assert api.calls[-1].body == {"name": "0001-One", "sessionId": "s1", "ownerId": "u1", "ownerIds": ["u1"]}


def test_a_refusal_is_final(api: FakeQuantive, client: QuantiveClient) -> None:
    snapshot = client.get_whole(add_rich_goal(api))[1]
    api.fail(only=("POST",), status=400, body=b"too many objectives")
    with pytest.raises(OkrApiRefused, match="too many objectives"):
        client.recreate(snapshot, "")
    assert writes(api) == ["POST /goals"]


# Its key results


def restore(api: FakeQuantive, client: QuantiveClient, **fields: Any) -> tuple[Objective, Snapshot, str]:
    """Deletes a rich objective and makes it again, without key results; as it was, its snapshot, its new id."""
    goal = add_rich_goal(api, **fields)
    before, snapshot = client.get_whole(goal)
    client.delete(goal)
    snapshot = json.loads(json.dumps(snapshot))  # as it comes out of the record
    made = client.recreate(snapshot, "")
    api.calls.clear()
    return before, snapshot, made.id


def test_key_results_come_back_with_their_values(api: FakeQuantive, client: QuantiveClient) -> None:
    before, snapshot, new = restore(api, client)
    assert client.recreate_key_results(new, snapshot) == ("12 check-ins with their comments stay deleted.",)
    first, second, _ = api.goals[new]["metrics"]
    assert api.paths() == [
        f"GET /goals/{new}",
        "POST /metrics",
        f"POST /metrics/{first['id']}/checkin",
        "POST /metrics",
        f"POST /metrics/{second['id']}/checkin",
        "POST /metrics",
    ]
    assert [call.body for call in api.calls[1:5]] == [
        {
            "goalId": new,
            "ownerId": "u2",
            "ownerIds": ["u2"],
            "name": "Reach 100 customers",
            "description": "Paying ones",
            "initialValue": 0,
            "target": 100,
            "actual": 40,
            "critical": 20,
            "targetOperator": "at_least",
            "manualType": "double",
            "format": {"prefix": "", "suffix": " customers", "fractionSize": 0},
            "softDueDate": "2026-12-01T00:00:00Z",
            "customFields": {"team": "sales"},
        },
        {"actual": 40, "confidence": 0.8, "checkInDate": "2026-11-20T10:00:00Z"},
        {
            "goalId": new,
            "ownerId": "u1",
            "ownerIds": ["u1"],
            "name": "Setup under 30 minutes",
            "initialValue": 90,
            "target": 30,
            "actual": 38.5,
        },
        {"actual": 38.5, "checkInDate": "2026-11-22T10:00:00.250Z"},
    ]
    assert essence(client.get(new)) == essence(before)


def test_a_second_time_there_is_nothing_to_do(api: FakeQuantive, client: QuantiveClient) -> None:
    _, snapshot, new = restore(api, client)
    told = client.recreate_key_results(new, snapshot)
    api.calls.clear()
    assert client.recreate_key_results(new, snapshot) == told
    assert api.paths() == [f"GET /goals/{new}"]


@pytest.mark.parametrize("step", range(6))
@pytest.mark.parametrize("fault", [{"drop": "before"}, {"drop": "after"}, {"status": 503, "applies": True}])
def test_whatever_step_failed_the_next_time_completes_it(
    api: FakeQuantive, client: QuantiveClient, step: int, fault: dict[str, Any]
) -> None:
    before, snapshot, new = restore(api, client, closedStatus={"status": "abandoned"})
    api.fail(only=("POST", "PATCH"), passes=step, **fault)
    with pytest.raises(OkrApiUnavailable) as caught:
        client.recreate_key_results(new, snapshot)
    assert caught.value.ambiguous
    assert client.recreate_key_results(new, snapshot) == ("12 check-ins with their comments stay deleted.",)
    assert essence(client.get(new)) == essence(before)
    assert [len(metric["metricHistory"]) for metric in api.goals[new]["metrics"]] == [1, 1, 0]


def test_key_results_that_are_the_same_come_back_as_often_as_they_were(
    api: FakeQuantive, client: QuantiveClient
) -> None:
    goal = api.add_goal("One", session_id="s1", owner_id="u1")
    for target in (10, 10, 20, 10):
        api.add_metric(goal, "Ship", target=target)
    snapshot = client.get_whole(goal)[1]
    new = client.recreate(snapshot, "").id
    api.add_metric(new, "Ship ", target=20)
    api.fail(only=("POST",), passes=1, drop="after")
    with pytest.raises(OkrApiUnavailable):
        client.recreate_key_results(new, snapshot)
    assert client.recreate_key_results(new, snapshot) == ()
    assert sorted(metric["target"] for metric in api.goals[new]["metrics"]) == [10, 10, 10, 20]


def test_a_key_result_that_is_refused_is_told_and_the_others_go_on(api: FakeQuantive, client: QuantiveClient) -> None:
    _, snapshot, new = restore(api, client)
    api.fail(only=("POST",), status=400, body=b"no such unit")
    api.fail(only=("POST",), passes=1, status=403, body=b"not yours")
    assert client.recreate_key_results(new, snapshot) == (
        "“Reach 100 customers” could not be put back. Quantive refused this: no such unit.",
        "The last check-in of “Setup under 30 minutes” could not be put back. Quantive does not let the bot do this. "
        "It says: not yours. The user that the API token stands for lacks a permission; an administrator can grant it.",
        "12 check-ins with their comments stay deleted.",
    )
    assert [metric["name"] for metric in api.goals[new]["metrics"]] == ["Setup under 30 minutes", "Not begun"]


@pytest.mark.parametrize("status", [429, 500])
def test_an_api_that_does_not_answer_is_not_taken_for_a_refusal(
    api: FakeQuantive, client: QuantiveClient, status: int
) -> None:
    _, snapshot, new = restore(api, client)
    api.fail(only=("POST",), status=status, headers={"Retry-After": "0"})
    with pytest.raises(OkrApiUnavailable):
        client.recreate_key_results(new, snapshot)


@pytest.mark.parametrize("source", [{"insightName": "crm_revenue"}, {"insightName": "", "dynamic": True}])
def test_a_key_result_of_a_data_source_has_to_be_connected_by_hand(
    api: FakeQuantive, client: QuantiveClient, source: dict[str, Any]
) -> None:
    goal = api.add_goal("One", session_id="s1", owner_id="u1")
    api.add_metric(goal, "Revenue", actual=7, lastCheckInDate="2026-11-20", **source)
    snapshot = client.get_whole(goal)[1]
    new = client.recreate(snapshot, "").id
    assert client.recreate_key_results(new, snapshot) == (
        "“Revenue” was filled by a data source; connect it again in the web app.",
        "Earlier check-ins with their comments stay deleted.",
    )
    assert api.calls[-1].body.get("insightName", "") == source["insightName"]


def test_what_somebody_has_checked_in_since_stays(api: FakeQuantive, client: QuantiveClient) -> None:
    _, snapshot, new = restore(api, client)
    client.recreate_key_results(new, snapshot)
    api.goals[new]["metrics"][0] |= {"actual": 55, "lastCheckInDate": "2026-11-25T10:00:00Z"}
    api.goals[new]["metrics"][2] |= {"actual": 5, "lastCheckInDate": "2026-11-25T10:00:00Z"}
    api.calls.clear()
    client.recreate_key_results(new, snapshot)
    assert writes(api) == []


def test_a_confidence_of_an_older_account_goes_back_in_its_own_scale(api: FakeQuantive, client: QuantiveClient) -> None:
    goal = api.add_goal("One", session_id="s1", owner_id="u1")
    api.add_metric(goal, "Ship", confidence={"value": 7})
    before, snapshot = client.get_whole(goal)
    new = client.recreate(snapshot, "").id
    assert client.recreate_key_results(new, snapshot) == ()
    assert api.calls[-1].body == {"actual": 0, "confidence": 7}
    found = client.get(new).key_results
    assert before.key_results and found and found[0].confidence == before.key_results[0].confidence == 0.7


def test_a_value_that_the_api_did_not_take_at_first_is_checked_in(api: FakeQuantive, client: QuantiveClient) -> None:
    goal = api.add_goal("One", session_id="s1", owner_id="u1")
    api.add_metric(goal, "Ship", actual=40)
    snapshot = client.get_whole(goal)[1]
    new = client.recreate(snapshot, "").id
    api.misbehave(ignores=("actual",))
    client.recreate_key_results(new, snapshot)
    # the answer said nothing of the value, so that it is seen the next time
    client.recreate_key_results(new, snapshot)
    assert api.goals[new]["metrics"][0]["actual"] == 40


# Who may see it, and how it stood


def test_a_private_objective_that_came_back_public_is_made_private(api: FakeQuantive, client: QuantiveClient) -> None:
    _, snapshot, new = restore(api, client)
    api.goals[new]["access"] = None
    told = client.recreate_key_results(new, snapshot)
    assert told == ("12 check-ins with their comments stay deleted.",)
    assert api.paths()[:2] == [f"GET /goals/{new}", f"PATCH /goals/{new}"]
    assert client.get(new).is_private


@pytest.mark.parametrize("is_refused", [True, False])
def test_a_private_objective_that_stays_public_is_told_first(
    api: FakeQuantive, client: QuantiveClient, is_refused: bool
) -> None:
    api.misbehave(ignores=("access",))
    _, snapshot, new = restore(api, client)
    if is_refused:
        api.fail(only=("PATCH",), status=400)
    api.fail(only=("POST",), status=400)
    told = client.recreate_key_results(new, snapshot)
    assert told[0] == "Who may see it could not be set: it is visible to everyone now."
    assert len(api.goals[new]["metrics"]) == 2


def test_an_abandoned_objective_is_abandoned_again_last(api: FakeQuantive, client: QuantiveClient) -> None:
    before, snapshot, new = restore(api, client, closedStatus={"status": "abandoned"})
    client.recreate_key_results(new, snapshot)
    assert writes(api)[-1] == f"PATCH /goals/{new}"
    assert essence(client.get(new)) == essence(before)


def test_what_else_did_not_come_back_is_told(api: FakeQuantive, client: QuantiveClient) -> None:
    goal = add_rich_goal(api, closedStatus={"status": "achieved"})
    snapshot = client.get_whole(goal)[1]
    api.tags.clear()
    api.misbehave(new_tag="drop", ignores=("ownerIds", "closedStatus"))
    new = client.recreate(snapshot, "").id
    assert client.recreate_key_results(new, snapshot)[:3] == (
        "Not everyone who owned it could be set as its owner.",
        "It lost the tags “growth” and “Test Tag”.",
        "Its state could not be set: it was achieved and is active now.",
    )


def test_key_results_of_an_objective_that_is_gone_are_not_found(client: QuantiveClient) -> None:
    with pytest.raises(NotFound):
        client.recreate_key_results("64b0c0ffee0000000000ffff", {"metrics": []})


# What was aligned to it


def test_what_was_aligned_is_aligned_to_the_new_one(api: FakeQuantive, client: QuantiveClient) -> None:
    old, new = "64b0c0ffee0000000000aaaa", api.add_goal("New")
    children = [api.add_goal(f"Child {number:03}", parentId=old) for number in range(150)]
    api.goals[new]["parentId"] = old
    other = api.add_goal("Other")
    assert client.realign(old, new) == ()
    assert {api.goals[child]["parentId"] for child in children} == {new}
    assert (api.goals[other]["parentId"], api.goals[new]["parentId"]) == ("", old)
    assert {json.dumps(call.body) for call in api.calls if call.method == "PATCH"} == {json.dumps({"parentId": new})}
    api.calls.clear()
    assert client.realign(old, new) == ()
    assert api.paths() == ["GET v2/goals"]


@pytest.mark.parametrize("v2", ["400", "ignores filters"])
def test_what_was_aligned_is_found_without_a_v2_that_filters(
    api: FakeQuantive, client: QuantiveClient, v2: str
) -> None:
    old, new = "64b0c0ffee0000000000aaaa", api.add_goal("New")
    child = api.add_goal("Child", parentId=old)
    for number in range(3):
        api.add_goal(f"Other {number}")
    api.misbehave(v2=v2)
    assert client.realign(old, new) == ()
    assert writes(api) == [f"PATCH /goals/{child}"]


def test_what_the_api_has_forgotten_was_aligned_is_aligned_where_it_has_no_other_parent(
    api: FakeQuantive, client: QuantiveClient
) -> None:
    old, new, other = "64b0c0ffee0000000000aaaa", api.add_goal("New"), api.add_goal("Other")
    kept, orphan, moved = (api.add_goal("Child", parentId=parent) for parent in (old, "", other))
    assert client.realign(old, new, (kept, orphan, moved, "64b0c0ffee0000000000ffff", new)) == ()
    assert writes(api) == [f"PATCH /goals/{kept}", f"PATCH /goals/{orphan}"]


def test_what_could_not_be_aligned_is_one_sentence(api: FakeQuantive, client: QuantiveClient) -> None:
    old, new = "64b0c0ffee0000000000aaaa", api.add_goal("New")
    for name in "ABCD":
        api.add_goal(name, parentId=old)
    api.fail(only=("PATCH",), status=404)
    api.fail(only=("PATCH",), times=2, status=400, body=b"the session is locked")
    assert client.realign(old, new) == (
        "“B” and “C” could not be aligned to it again. Quantive refused this: the session is locked.",
    )
    for name in "EFGHIJ":
        api.add_goal(name, parentId=old)
    api.fail(only=("PATCH",), times=99, status=400, body=b"no")
    assert client.realign(old, new) == (
        "“A”, “B”, “C”, “E” and 5 more could not be aligned to it again. Quantive refused this: no.",
    )


def test_what_could_not_be_aligned_and_is_private_is_not_named(api: FakeQuantive, client: QuantiveClient) -> None:
    old, new = "64b0c0ffee0000000000aaaa", api.add_goal("New")
    api.add_goal("Hush", parentId=old, access={"inherits": False})
    api.fail(only=("PATCH",), status=400, body=b"no")
    assert client.realign(old, new) == (
        "A private objective could not be aligned to it again. Quantive refused this: no.",
    )


def test_nothing_is_aligned_to_no_objective_or_to_itself(api: FakeQuantive, client: QuantiveClient) -> None:
    goal = api.add_goal("Without a parent")
    assert client.realign("", goal) == client.realign(goal, goal) == ()
    assert api.calls == []


def test_errors_of_restoring_are_fit_for_people(client: QuantiveClient) -> None:
    with pytest.raises(BotError, match="Quantive refused this"):
        client.recreate({}, "")
