"""The OKR server over HTTP: what a caller of the Quantive API relies on."""

import threading
from datetime import timedelta

import pytest
import requests
from flask import Flask
from sqlalchemy import Engine

from bot.embedded.okr_server import OkrServer
from tests.okr_server_case import NOW, Api, api, clock, database, engine

__all__ = ["api", "clock", "database", "engine"]


def test_the_vendors_example_script_runs_unchanged(api: Api) -> None:
    headers = {
        "Authorization": f"Bearer {api.server.token}",
        "gtmhub-accountId": api.server.account_id,
        "Content-Type": "application/json",
    }
    base = f"{api.address}/api/v1"
    goal = {
        "name": "Script goal",
        "sessionId": api.session_id(),
        "ownerId": api.user(),
        "tags": [{"title": "Test Tag"}],
        "description": "first",
    }
    created = requests.post(f"{base}/goals", headers=headers, json=goal, timeout=30)
    goal_id = created.json()["id"]
    updated = requests.patch(f"{base}/goals/{goal_id}", headers=headers, json={"description": "second"}, timeout=30)
    listed = requests.get(f"{base}/goals?tags=Test%20Tag", headers=headers, timeout=30).json()["items"]
    deleted = requests.delete(f"{base}/goals/{goal_id}", headers=headers, timeout=30)
    again = requests.get(f"{base}/goals?tags=Test%20Tag", headers=headers, timeout=30).json()

    assert (created.status_code, updated.status_code, deleted.status_code) == (201, 200, 204)
    assert [(item["id"], item["name"], item["description"]) for item in listed] == [(goal_id, "Script goal", "second")]
    assert deleted.content == b""
    assert again == {"items": [], "totalCount": 0}


# Who is calling


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer wrong", "Basic {token}", "{token}", "Bearer ü"])
def test_a_missing_or_wrong_token_is_unauthorized(api: Api, authorization: str | None) -> None:
    headers = dict(api.headers)
    del headers["Authorization"]
    if authorization is not None:
        headers["Authorization"] = authorization.format(token=api.server.token)
    encoded = {name: value.encode() for name, value in headers.items()}

    answer = requests.get(f"{api.address}/api/v1/goals", headers=encoded, timeout=30)

    assert answer.status_code == 401
    assert answer.json() == {"error": "unauthorized", "message": "The API token is missing or not valid."}


@pytest.mark.parametrize("account_id", [None, "", "000000000000000000000000"])
def test_a_missing_or_wrong_account_is_a_bad_request(api: Api, account_id: str | None) -> None:
    headers = {"Authorization": f"Bearer {api.server.token}"}
    if account_id is not None:
        headers["gtmhub-accountId"] = account_id

    answer = requests.get(f"{api.address}/api/v2/goals", headers=headers, timeout=30)

    assert (answer.status_code, answer.json()["message"]) == (400, "empty or invalid account id")


def test_the_account_header_may_be_written_in_any_case(api: Api) -> None:
    headers = {"authorization": f"bearer {api.server.token}", "GTMHUB-ACCOUNTID": api.server.account_id.upper()}

    assert requests.get(f"{api.address}/api/v1/goals", headers=headers, timeout=30).status_code == 200


def test_a_caller_learns_the_account_without_naming_it(api: Api) -> None:
    headers = {"Authorization": f"Bearer {api.server.token}"}

    answer = requests.get(f"{api.address}/api/v1/users/app/auth0|1", headers=headers, timeout=30).json()

    assert answer["account"]["id"] == api.server.account_id
    assert answer["user"]["clientId"] == "auth0|1"
    assert api.get(f"accounts/{api.server.account_id}")["domain"] == answer["account"]["domain"]


def test_what_is_not_there_is_not_found(api: Api) -> None:
    for path in ("goals/64b0c0ffee0000000000cccc", "goals/x", "metrics/x", "sessions/x", "users/x", "teams/x",
                 "tags/x", "accounts/x", "tasks", "comments"):  # fmt: skip
        answer = api.send("GET", path)
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found"), path
    assert api.send("DELETE", "goals/64b0c0ffee0000000000cccc").status_code == 404


def test_a_zero_byte_anywhere_is_refused(api: Api) -> None:
    for path in ("goals/%00", "goals?tags=%00", "v2/goals?sort=%00", "users/email/%00"):
        method = "PATCH" if "email" in path else "GET"
        assert api.refused(method, path) == "The address holds a character that is not text."


def test_a_database_that_fails_is_told_as_such(api: Api, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE okr_sessions RENAME TO okr_sessions_away")
    try:
        answer = api.send("GET", "sessions")
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE okr_sessions_away RENAME TO okr_sessions")

    assert answer.status_code in (500, 503)
    assert set(answer.json()) == {"error", "message"}
    assert "okr_sessions" not in answer.text


def test_a_server_that_is_not_open_lets_nobody_in(engine: Engine) -> None:
    app = Flask("closed")
    app.register_blueprint(OkrServer(engine).blueprint())

    answer = app.test_client().get("/api/v1/goals", headers={"Authorization": "Bearer ", "gtmhub-accountId": ""})

    assert answer.status_code == 500


# Objectives


def test_a_new_objective_comes_back_whole(api: Api) -> None:
    ada, session_id = api.user(), api.session_id()

    goal = api.post(
        "goals",
        name="  Cut onboarding time  ",
        sessionId=session_id,
        ownerId=ada,
        description="In a day",
        tags=[{"title": "Growth"}, {"title": " growth "}, {"title": "slack bot"}],
        customFields={"risk": "low"},
    )

    assert goal | {"id": "", "createdById": "", "assignee": None, "assignees": [], "tags": []} == {
        "id": "",
        "accountId": api.server.account_id,
        "name": "Cut onboarding time",
        "description": "In a day",
        "sessionId": session_id,
        "ownerId": ada,
        "ownerIds": [ada],
        "assignee": None,
        "assignees": [],
        "tags": [],
        "dateFrom": "2026-10-01T00:00:00Z",
        "dateTo": "2026-12-31T23:59:59Z",
        "attainment": 0.0,
        "attainmentTypeString": "average_kr",
        "closedStatus": {"status": "active"},
        "metricsCount": 0,
        "metrics": [],
        "parentId": "",
        "customFields": {"risk": "low"},
        "access": None,
        "createdById": "",
        "dateCreated": "2026-11-23T09:00:00Z",
        "modifiedAt": "2026-11-23T09:00:00Z",
        "url": f"https://okr.example.com/#/goals/{session_id}/all/{goal['id']}/metrics/",
    }
    assert [tag["title"] for tag in goal["tags"]] == ["Growth", "slack bot"]
    assert (goal["assignee"]["name"], goal["assignee"]["email"], goal["assignee"]["type"]) == (
        "Ada Lovelace",
        "Ada.Lovelace@example.com",
        "user",
    )
    assert goal == api.get(f"goals/{goal['id']}")


def test_long_names_and_descriptions_are_kept(api: Api) -> None:
    goal = api.goal("ü" * 2_000, description="🙂 x" * 3_000, ownerId=api.user())

    kept = api.get(f"goals/{goal['id']}")

    assert (kept["name"], kept["description"]) == ("ü" * 2_000, "🙂 x" * 3_000)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": ""}, "The field name must not be empty."),
        ({"name": "  \n"}, "The field name must not be empty."),
        ({"name": None}, "The field name must not be empty."),
        ({"name": 7}, "The field name must be text."),
        ({"name": "x\0"}, "The body holds a character that is not text."),
        ({"name": "\ud800"}, "The body holds a character that is not text."),
        ({"ownerId": ""}, "The field ownerId must name a user or a team."),
        ({"ownerId": "nobody"}, "The field ownerId must be an id of 24 hex characters."),
        ({"ownerId": "0" * 24}, f"There is no user or team with the id {'0' * 24}."),
        ({"ownerIds": ["0" * 24]}, f"There is no user or team with the id {'0' * 24}."),
        ({"sessionId": ""}, "The field sessionId must name a session."),
        ({"sessionId": "0" * 24}, f"There is no session with the id {'0' * 24}."),
        ({"parentId": "0" * 24}, f"There is no goal with the id {'0' * 24} to align to."),
        ({"tags": "growth"}, "The field tags must be a list of at most 200 tags."),
        ({"tags": [{"title": " "}]}, "The field title must not be empty."),
        ({"dateFrom": "soon"}, "The field dateFrom must be a date like 2026-11-23T09:00:00Z."),
        (
            {"dateFrom": "2026-12-02", "dateTo": "2026-12-01"},
            "An objective must not end before it starts: 2026-12-02T00:00:00Z to 2026-12-01T00:00:00Z.",
        ),
        ({"customFields": []}, "The field customFields must be an object."),
        ({"closedStatus": "done"}, "The field closedStatus must be an object with a status."),
    ],
)
def test_a_wrong_objective_is_refused_with_the_reason(api: Api, fields: dict[str, object], reason: str) -> None:
    right = {"name": "Fine", "sessionId": api.session_id(), "ownerId": api.user()}

    assert api.refused("POST", "goals", right | fields) == reason
    assert api.get("goals")["totalCount"] == 0
    assert api.get("tags")["totalCount"] == 0


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", '"x"', '{"name": NaN}', "[" * 100_000, '{"a":' * 60 + "1" + "}" * 60]
)
def test_a_body_that_is_no_json_object_is_refused(api: Api, body: str) -> None:
    answer = requests.post(f"{api.address}/api/v1/goals", data=body, headers=api.headers, timeout=30)

    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")


def test_a_body_over_a_megabyte_is_too_large(api: Api) -> None:
    answer = api.send("POST", "goals", {"name": "x" * (1 << 20)})

    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


def test_only_the_fields_sent_change_and_tags_are_replaced_whole(api: Api) -> None:
    goal = api.goal(ownerId=api.user(), tags=[{"title": "a"}, {"title": "b"}], description="old")
    api.clock.now = NOW + timedelta(minutes=1)

    changed = api.patch(f"goals/{goal['id']}", tags=[{"title": "B"}, {"title": "c"}])

    assert [tag["title"] for tag in changed["tags"]] == ["b", "c"]
    unchanged = {"tags": None, "modifiedAt": None}
    assert changed | unchanged == goal | unchanged
    assert changed["modifiedAt"] == "2026-11-23T09:01:00Z"


def test_a_new_owner_takes_the_first_place_and_the_others_stay(api: Api) -> None:
    ada, grace, alan = api.user(), api.user("Grace Hopper"), api.user("Alan Turing")
    goal = api.goal(ownerId=ada, ownerIds=[ada, grace])

    assert goal["ownerIds"] == [ada, grace]
    assert api.patch(f"goals/{goal['id']}", ownerId=alan)["ownerIds"] == [alan, grace]
    assert api.patch(f"goals/{goal['id']}", ownerIds=[grace])["ownerIds"] == [grace]


def test_an_objective_that_moves_takes_the_dates_of_its_new_session_unless_it_had_its_own(api: Api) -> None:
    ada, following = api.user(), api.session_id("Q1 2027")
    usual = api.goal(ownerId=ada)
    own = api.goal(ownerId=ada, dateFrom="2026-10-05", dateTo="2026-11-05T12:00:00+02:00")

    moved = [api.patch(f"goals/{goal['id']}", sessionId=following) for goal in (usual, own)]

    assert [(goal["sessionId"], goal["dateFrom"], goal["dateTo"]) for goal in moved] == [
        (following, "2027-01-01T00:00:00Z", "2027-03-31T23:59:59Z"),
        (following, "2026-10-05T00:00:00Z", "2026-11-05T10:00:00Z"),
    ]


def test_access_is_kept_as_it_was_sent(api: Api) -> None:
    private = {"inherits": False, "members": ["x"], "deep": {"a": [1, None]}}
    goal = api.goal(ownerId=api.user(), access=private)

    assert goal["access"] == private
    assert api.get("goals")["items"][0]["access"] == private
    assert api.patch(f"goals/{goal['id']}", access=None)["access"] is None


def test_an_objective_cannot_be_aligned_to_what_is_aligned_to_it(api: Api) -> None:
    ada = api.user()
    top = api.goal("Top", ownerId=ada)
    middle = api.goal("Middle", ownerId=ada, parentId=top["id"])
    low = api.goal("Low", ownerId=ada, parentId=middle["id"])

    for goal in (top, middle, low):
        reason = api.refused("PATCH", f"goals/{top['id']}", {"parentId": goal["id"]})
        assert reason == "An objective cannot be aligned to itself or to what is aligned to it."
    assert api.patch(f"goals/{low['id']}", parentId=top["id"])["parentId"] == top["id"]
    assert api.patch(f"goals/{low['id']}", parentId="")["parentId"] == ""


def test_a_few_fields_come_back_when_only_they_are_asked_for(api: Api) -> None:
    goal = api.goal(ownerId=api.user(), tags=[{"title": "a"}])

    narrow = api.get(f"goals/{goal['id']}", fields="url,tags{title},assignee.name")

    assert narrow == {
        "id": goal["id"],
        "accountId": api.server.account_id,
        "url": goal["url"],
        "tags": [{"title": "a"}],
        "assignee": {"name": "Ada Lovelace"},
    }
    assert api.get("goals", fields="name")["items"] == [
        {"id": goal["id"], "accountId": api.server.account_id, "name": "Cut onboarding time"}
    ]


def test_plain_text_has_neither_mentions_nor_markdown(api: Api) -> None:
    rich = "Ask @[Ada Lovelace:ada@example.com:64b0c0ffee0000000000bbbb] about **the** [plan](https://x.example)"
    goal = api.goal(ownerId=api.user(), description=rich)

    assert api.get(f"goals/{goal['id']}")["description"] == rich
    plain = api.get(f"goals/{goal['id']}", formatting="plainText")["description"]
    assert plain == "Ask @Ada Lovelace about the plan"


# Deleting and restoring


def test_a_deleted_objective_is_nowhere_and_a_restored_one_is_as_before(api: Api) -> None:
    ada = api.user()
    parent = api.goal("Parent", ownerId=ada, tags=[{"title": "a"}])
    child = api.goal("Child", ownerId=ada, parentId=parent["id"])
    metric = api.post("metrics", goalId=parent["id"], name="Customers", target=10)
    api.post(f"metrics/{metric['id']}/checkin", actual=5, comment="half")
    before = api.get(f"goals/{parent['id']}")

    assert api.send("DELETE", f"goals/{parent['id']}").status_code == 204

    assert api.send("DELETE", f"goals/{parent['id']}").status_code == 404
    assert api.send("GET", f"goals/{parent['id']}").status_code == 404
    assert api.send("PATCH", f"goals/{parent['id']}", {"name": "x"}).status_code == 404
    assert api.send("GET", f"metrics/{metric['id']}").status_code == 404
    assert api.send("POST", f"metrics/{metric['id']}/checkin", {"actual": 1}).status_code == 404
    assert [goal["name"] for goal in api.get("goals")["items"]] == ["Child"]
    assert api.get("v2/metrics")["totalCount"] == 0
    assert api.get("tags")["items"][0]["itemsTaggedCount"] == 0
    assert api.get(f"goals/{child['id']}")["parentId"] == ""

    restored = api.send("POST", f"goals/{parent['id']}/restore").json()

    assert restored == before
    assert [check_in["comment"] for check_in in restored["metrics"][0]["metricHistory"]] == ["half"]
    assert api.get(f"goals/{child['id']}")["parentId"] == parent["id"]


def test_a_child_that_found_another_parent_keeps_it_when_the_old_one_comes_back(api: Api) -> None:
    ada = api.user()
    old, new = api.goal("Old", ownerId=ada), api.goal("New", ownerId=ada)
    child = api.goal("Child", ownerId=ada, parentId=old["id"])
    api.send("DELETE", f"goals/{old['id']}")
    api.patch(f"goals/{child['id']}", parentId=new["id"])

    api.send("POST", f"goals/{old['id']}/restore")

    assert api.get(f"goals/{child['id']}")["parentId"] == new["id"]


def test_a_whole_line_of_objectives_comes_back_in_any_order(api: Api) -> None:
    ada = api.user()
    top = api.goal("Top", ownerId=ada)
    low = api.goal("Low", ownerId=ada, parentId=top["id"])
    for first, second in ((top, low), (low, top)):
        for goal in (first, second):
            api.send("DELETE", f"goals/{goal['id']}")
        for goal in (low, top):
            assert api.send("POST", f"goals/{goal['id']}/restore").status_code == 200
        assert api.get(f"goals/{low['id']}")["parentId"] == top["id"]


def test_after_thirty_days_a_deleted_objective_is_gone_for_good(api: Api, engine: Engine) -> None:
    ada = api.user()
    goal = api.goal(ownerId=ada, tags=[{"title": "a"}])
    metric = api.post("metrics", goalId=goal["id"], name="Customers")
    api.post(f"metrics/{metric['id']}/checkin", actual=5)
    other = api.goal("Other", ownerId=ada)
    api.send("DELETE", f"goals/{goal['id']}")

    api.clock.now = NOW + timedelta(days=30)
    OkrServer(engine, clock=api.clock).open()
    assert api.send("POST", f"goals/{goal['id']}/restore").status_code == 200

    api.send("DELETE", f"goals/{goal['id']}")
    api.clock.now = NOW + timedelta(days=60, seconds=1)
    OkrServer(engine, clock=api.clock).open()
    assert api.send("POST", f"goals/{goal['id']}/restore").status_code == 404
    assert [item["id"] for item in api.get("goals")["items"]] == [other["id"]]


# Many at once


def test_check_ins_at_the_same_moment_all_count(api: Api) -> None:
    goal = api.goal(ownerId=api.user())
    metrics = [api.post("metrics", goalId=goal["id"], name=f"KR {number}", target=10) for number in range(8)]
    statuses: list[int] = []

    def check_in(metric_id: str) -> None:
        body = {"actual": 5, "comment": "at once"}
        url = f"{api.address}/api/v1/metrics/{metric_id}/checkin"
        statuses.append(requests.post(url, json=body, headers=api.headers, timeout=30).status_code)

    threads = [threading.Thread(target=check_in, args=[metric["id"]]) for metric in metrics]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [201] * 8
    assert api.get(f"goals/{goal['id']}")["attainment"] == 0.5


def test_objectives_created_at_the_same_moment_share_their_new_tags(api: Api) -> None:
    ada, session_id = api.user(), api.session_id()
    statuses: list[int] = []

    def create(number: int) -> None:
        tags = [{"title": title} for title in (("x", "y", "z") if number % 2 else ("z", "y", "x"))]
        body = {"name": f"Goal {number}", "sessionId": session_id, "ownerId": ada, "tags": tags}
        url = f"{api.address}/api/v1/goals"
        statuses.append(requests.post(url, json=body, headers=api.headers, timeout=30).status_code)

    threads = [threading.Thread(target=create, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [201] * 8
    assert {(tag["title"], tag["itemsTaggedCount"]) for tag in api.get("tags")["items"]} == {
        ("x", 8),
        ("y", 8),
        ("z", 8),
    }
