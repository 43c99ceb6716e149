"""Key results, check-ins and sessions of the OKR server: what counts, and what a session lets through."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.embedded.okr_server import OkrServer
from bot.embedded.okr_server.progress import attainment
from tests.okr_server_case import NOW, Api, Clock, api, clock, database, engine

__all__ = ["api", "clock", "database", "engine"]


@pytest.mark.parametrize(
    ("operator", "initial", "target", "actual", "expected"),
    [
        ("at_least", 0, 100, 40, 0.4),
        ("at_least", 20, 100, 60, 0.5),
        ("at_least", 0, 100, 130, 1.3),
        ("at_least", 50, 100, 40, -0.2),
        ("at_most", 90, 30, 60, 0.5),
        ("at_most", 90, 30, 15, 1.25),
        ("at_most", 90, 30, 102, -0.2),
        ("", 90, 30, 60, 0.5),
        ("at_least", 5, 5, 5, 1),
        ("at_least", 5, 5, 4, 0),
        ("at_most", 5, 5, 6, 0),
        ("above", 0, 99, 99, 0),
        ("above", 0, 99, 99.1, 1),
        ("below", 0, 5, 5, 0),
        ("below", 0, 5, 4.9, 1),
    ],
)
def test_progress_is_the_way_gone_and_staying_above_or_below_is_strict(
    operator: str, initial: float, target: float, actual: float, expected: float
) -> None:
    assert attainment(operator, initial, target, actual) == expected


def metric_of(api: Api, **fields: Any) -> Any:
    goal = api.goal(ownerId=api.user())
    return api.post("metrics", **({"goalId": goal["id"], "name": "Customers", "target": 10} | fields))


def test_a_new_key_result_comes_back_whole_and_belongs_to_the_objectives_owner(api: Api) -> None:
    ada = api.user()
    goal = api.goal("Cut onboarding time", ownerId=ada)

    metric = api.post(
        "metrics",
        goalId=goal["id"],
        name="Customers",
        initialValue=5,
        target=25,
        actual=10,
        targetOperator="at_least",
        manualType="double",
        format={"prefix": "€", "fractionSize": 2},
        dueDate="0001-01-01T00:00:00Z",
        critical=None,
    )

    expected = {
        "goalId": goal["id"],
        "sessionId": goal["sessionId"],
        "name": "Customers",
        "ownerId": ada,
        "ownerIds": [ada],
        "initialValue": 5,
        "target": 25,
        "actual": 10,
        "critical": None,
        "attainment": 0.25,
        "format": {"prefix": "€", "suffix": "", "fractionSize": 2},
        "dueDate": "0001-01-01T00:00:00Z",
        "lastCheckInDate": "0001-01-01T00:00:00Z",
        "confidence": None,
        "goalName": "Cut onboarding time",
        "goalAttainment": 0.25,
        "metricHistory": [],
        "url": f"{goal['url']}metric/{metric['id']}/",
    }
    assert {name: metric[name] for name in expected} == expected
    assert api.get(f"metrics/{metric['id']}") == metric
    assert api.get(f"goals/{goal['id']}")["metrics"] == [metric]


def test_an_objectives_progress_is_the_mean_of_its_key_results_after_every_change(api: Api) -> None:
    goal = api.goal(ownerId=api.user())

    def progress() -> tuple[float, int]:
        shown = api.get("goals")["items"][0]
        assert shown["attainment"] == api.get(f"goals/{goal['id']}")["attainment"]
        return shown["attainment"], shown["metricsCount"]

    one = api.post("metrics", goalId=goal["id"], name="One", target=10, actual=5)
    assert progress() == (0.5, 1)
    two = api.post("metrics", goalId=goal["id"], name="Two", target=10)
    assert progress() == (0.25, 2)
    api.post(f"metrics/{two['id']}/checkin", actual=10)
    assert progress() == (0.75, 2)
    api.patch(f"metrics/{two['id']}", target=20)
    assert progress() == (0.5, 2)
    assert api.send("DELETE", f"metrics/{one['id']}").status_code == 204
    assert progress() == (0.5, 1)
    assert api.send("PUT", f"metrics/{two['id']}", {"actual": 20}).json()["attainment"] == 1
    assert progress() == (1.0, 1)
    api.send("DELETE", f"metrics/{two['id']}")
    assert progress() == (0.0, 0)


def test_a_check_in_answers_with_value_and_confidence_and_is_in_the_history(api: Api) -> None:
    metric = metric_of(api)

    answer = api.post(f"metrics/{metric['id']}/checkin", actual=4.5, confidence=0.8, comment="Two signed")

    assert (answer["value"], answer["confidence"]) == (4.5, 0.8)
    after = api.get(f"metrics/{metric['id']}")
    assert after["actual"] == 4.5
    assert after["lastCheckInDate"] == "2026-11-23T09:00:00Z"
    assert after["confidence"] == {
        "value": 0.8,
        "date": "2026-11-23T09:00:00Z",
        "reason": "Two signed",
        "userId": answer["changedBy"],
    }
    assert after["checkInsCount"] == 1
    assert [(entry["metricValue"], entry["confidenceValue"], entry["comment"]) for entry in after["metricHistory"]] == [
        (4.5, 0.8, "Two signed")
    ]


def test_a_check_in_of_the_past_is_history_and_the_newest_value_stays(api: Api) -> None:
    metric = metric_of(api)
    api.post(f"metrics/{metric['id']}/checkin", actual=6, checkInDate="2026-11-20T12:00:00+01:00")
    api.post(f"metrics/{metric['id']}/checkin", actual=2, checkInDate="2026-11-10")

    after = api.get(f"metrics/{metric['id']}")

    assert (after["actual"], after["lastCheckInDate"]) == (6, "2026-11-20T11:00:00Z")
    assert [(entry["metricValue"], entry["checkInDate"]) for entry in after["metricHistory"]] == [
        (2, "2026-11-10T00:00:00Z"),
        (6, "2026-11-20T11:00:00Z"),
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({}, "The field actual must be a number."),
        ({"actual": "7"}, "The field actual must be a number."),
        ({"actual": True}, "The field actual must be a number."),
        ({"actual": 1e200}, "The field actual is too large a number."),
        ({"actual": 7, "confidence": 1.1}, "The field confidence must be between 0 and 1."),
        ({"actual": 7, "confidence": "high"}, "The field confidence must be a number."),
        ({"actual": 7, "checkInDate": "soon"}, "The field checkInDate must be a date like 2026-11-23T09:00:00Z."),
    ],
)
def test_a_wrong_check_in_is_refused_with_the_reason(api: Api, body: dict[str, object], reason: str) -> None:
    metric = metric_of(api)

    assert api.refused("POST", f"metrics/{metric['id']}/checkin", body) == reason
    assert api.get(f"metrics/{metric['id']}") == metric


def test_an_abandoned_objective_takes_no_check_ins(api: Api) -> None:
    metric = metric_of(api)
    api.patch(f"goals/{metric['goalId']}", closedStatus={"status": "abandoned"})

    reason = api.refused("POST", f"metrics/{metric['id']}/checkin", {"actual": 1})

    assert reason == "The objective is abandoned: progress cannot be reported."


def test_a_key_result_needs_an_objective_that_exists(api: Api) -> None:
    assert api.refused("POST", "metrics", {"name": "x"}) == "The field goalId must name an objective."
    reason = api.refused("POST", "metrics", {"name": "x", "goalId": "0" * 24})
    assert reason == f"There is no goal with the id {'0' * 24}."


# What a session lets through


@pytest.mark.parametrize(
    ("status", "code", "progress_code"),
    [("open", None, None), ("locked", "session_locked", None), ("closed", "session_closed", "session_closed")],
)
def test_a_session_lets_through_what_its_status_allows(
    api: Api, status: str, code: str | None, progress_code: str | None
) -> None:
    ada, session_id, elsewhere = api.user(), api.session_id(), api.session_id("2026")
    goal = api.goal(ownerId=ada, sessionId=session_id)
    metric = api.post("metrics", goalId=goal["id"], name="Customers", target=10)
    doomed = api.post("metrics", goalId=goal["id"], name="Doomed", target=10)
    outside = api.goal("Outside", ownerId=ada, sessionId=elsewhere)
    api.patch(f"sessions/{session_id}", status=status)

    def code_of(method: str, path: str, body: Any = None) -> str | None:
        answer = api.send(method, path, body)
        assert answer.status_code in (200, 201, 204, 400)
        return str(answer.json()["error"]) if answer.status_code == 400 else None

    new = {"name": "New", "sessionId": session_id, "ownerId": ada}
    assert code_of("POST", "goals", new) == code
    assert code_of("PATCH", f"goals/{goal['id']}", {"name": "Renamed"}) == code
    assert code_of("PATCH", f"goals/{outside['id']}", {"sessionId": session_id}) == code
    assert code_of("POST", "metrics", {"goalId": goal["id"], "name": "More"}) == code
    assert code_of("PATCH", f"metrics/{metric['id']}", {"name": "Renamed"}) == code
    assert code_of("PATCH", f"metrics/{metric['id']}", {"actual": 1}) == progress_code
    assert code_of("POST", f"metrics/{metric['id']}/checkin", {"actual": 2}) == progress_code
    assert code_of("DELETE", f"metrics/{doomed['id']}") == code
    assert code_of("PATCH", f"goals/{goal['id']}", {"sessionId": elsewhere}) == code
    assert code_of("DELETE", f"goals/{goal['id']}") == code


def test_the_reason_names_the_session(api: Api) -> None:
    goal = api.goal(ownerId=api.user())
    session = f"sessions/{goal['sessionId']}"

    api.patch(session, status="closed")
    assert api.refused("DELETE", f"goals/{goal['id']}") == "The session “Q4 2026” is closed: nothing in it can change."
    api.patch(session, status="locked")
    assert (
        api.refused("PATCH", f"goals/{goal['id']}", {"name": "x"})
        == "The session “Q4 2026” is locked: only progress can be reported in it."
    )
    api.patch(session, status="open")
    assert api.patch(f"goals/{goal['id']}", name="x")["name"] == "x"


def test_a_deleted_objective_cannot_come_back_into_a_closed_session(api: Api) -> None:
    goal = api.goal(ownerId=api.user())
    api.send("DELETE", f"goals/{goal['id']}")
    api.patch(f"sessions/{goal['sessionId']}", status="closed")

    assert "is closed" in api.refused("POST", f"goals/{goal['id']}/restore")


def test_a_session_can_be_made_and_changed(api: Api) -> None:
    made = api.post("sessions", title="Sprint", start="2026-11-02", end="2026-11-15T23:59:59Z")

    assert (made["status"], made["start"], made["end"]) == ("open", "2026-11-02T00:00:00Z", "2026-11-15T23:59:59Z")
    changed = api.patch(f"sessions/{made['id']}", title="Long sprint", end="2026-11-30")
    assert (changed["title"], changed["start"], changed["end"]) == (
        "Long sprint",
        "2026-11-02T00:00:00Z",
        "2026-11-30T00:00:00Z",
    )
    assert api.get(f"sessions/{made['id']}") == changed


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": ""}, "The field title must not be empty."),
        ({"start": ""}, "The field start must be a date like 2026-11-23T09:00:00Z."),
        ({"end": "2026-02-30"}, "The field end must be a date like 2026-11-23T09:00:00Z."),
        ({"status": "done"}, "The field status must be open, locked or closed."),
        (
            {"end": "2025-01-01"},
            "A session must not end before it starts: 2026-11-02T00:00:00Z to 2025-01-01T00:00:00Z.",
        ),
    ],
)
def test_a_wrong_session_is_refused_with_the_reason(api: Api, fields: dict[str, str], reason: str) -> None:
    right = {"title": "Sprint", "start": "2026-11-02", "end": "2026-11-15"}

    assert api.refused("POST", "sessions", right | fields) == reason


def test_keywords_find_the_sessions_that_are_open_now(api: Api) -> None:
    api.patch(f"sessions/{api.session_id('2026')}", status="locked")

    def titles(**params: str) -> list[str]:
        return [item["title"] for item in api.get("sessions", **params)["items"]]

    assert titles(filter="current", status="open") == ["Q4 2026"]
    assert titles(filter="current", sort="title") == ["2026", "Q4 2026"]
    assert titles(sort="-start,title") == ["Q1 2027", "Q4 2026", "2026"]


# The sessions a new account begins with


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 23, 9, tzinfo=UTC), {"Q4 2026", "Q1 2027", "2026"}),
        (datetime(2027, 1, 1, 0, 0, 0, tzinfo=UTC), {"Q1 2027", "Q2 2027", "2027"}),
        (datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC), {"Q1 2024", "Q2 2024", "2024"}),
    ],
)
def test_a_new_account_has_this_quarter_the_next_and_this_year(
    engine: Engine, clock: Clock, now: datetime, expected: set[str]
) -> None:
    clock.now = now
    server = OkrServer(engine, clock=clock)

    server.open()
    server.open()

    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT title, status FROM okr_sessions").all()
    assert {tuple(row) for row in rows} == {(title, "open") for title in expected}


def test_when_the_quarters_are_over_the_next_ones_are_made(api: Api) -> None:
    api.clock.now = NOW + timedelta(days=150)  # in April: Q1 2027, made in November, is over

    titles = [item["title"] for item in api.get("sessions", sort="start,title")["items"]]

    assert titles == ["2026", "Q4 2026", "2027", "Q1 2027", "Q2 2027", "Q3 2027"]


def test_an_account_whose_people_make_their_own_sessions_is_left_alone(api: Api) -> None:
    api.post("sessions", title="Ours", start="2026-11-01", end="2026-11-30")
    api.clock.now = NOW + timedelta(days=400)

    assert api.get("sessions")["totalCount"] == 4
    assert api.get("v2/sessions")["totalCount"] == 4
