"""The REST client against a Quantive that behaves: what it asks for, and what it makes of the answers."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from bot.errors import NotFound
from bot.objectives.model import Draft, KeyResult, Patch, Person, Session
from bot.objectives.ports import OkrApi, Wanted
from bot.quantive import QuantiveClient
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


def names(client: OkrApi, **wanted: tuple[str, ...]) -> list[str]:
    return [objective.name for objective in client.search(Wanted(**wanted))]


def test_a_search_by_tag_is_one_call_of_v1(api: FakeQuantive, client: QuantiveClient) -> None:
    api.add_goal("Cut onboarding time", tags=["Growth", "ux"])
    api.add_goal("Hire", tags=["people"])
    assert names(client, tags=("growth",)) == ["Cut onboarding time"]
    assert api.paths() == ["GET /goals"]
    assert api.calls[0].query["tags"] == "growth"
    assert "sessionId" not in api.calls[0].query


def test_a_tag_with_a_space_is_percent_encoded(api: FakeQuantive, client: QuantiveClient) -> None:
    api.add_goal("One", tags=["Test Tag"])
    assert names(client, tags=("Test Tag",)) == ["One"]
    assert api.calls[0].query["tags"] == "Test Tag"


def test_several_tags_must_all_be_there(api: FakeQuantive, client: QuantiveClient) -> None:
    api.add_goal("Both", tags=["a", "b"])
    api.add_goal("One", tags=["a"])
    assert names(client, tags=("a", "b")) == ["Both"]


def test_one_session_is_asked_for_and_two_are_sorted_out_here(api: FakeQuantive, client: QuantiveClient) -> None:
    for session in ("s1", "s2", "s3"):
        api.add_goal(f"In {session}", session_id=session)
    assert names(client, session_ids=("s1",)) == ["In s1"]
    assert names(client, session_ids=("s1", "s3")) == ["In s1", "In s3"]
    assert [call.query.get("sessionId") for call in api.calls] == ["s1", None]


def test_words_and_owners_are_a_filter_of_v2(api: FakeQuantive, client: QuantiveClient) -> None:
    api.add_goal("Grow (fast) in Zürich", session_id="s1", owner_id="u1")
    api.add_goal("Grow (fast) in Zürich", session_id="s2", owner_id="u1")
    api.add_goal("Grow fast in Zürich", session_id="s1", owner_id="u2", ownerIds=["u2", "u1"])
    assert names(client, words=("(FAST)", "zürich"), session_ids=("s1",)) == ["Grow (fast) in Zürich"]
    assert len(names(client, owner_ids=("u1",))) == 3
    assert len(names(client, owner_ids=("u2",), words=("fast",))) == 1
    assert api.paths() == ["GET v2/goals"] * 3


def test_nobody_and_no_session_find_nothing_without_a_call(api: FakeQuantive, client: QuantiveClient) -> None:
    assert names(client, owner_ids=()) == names(client, session_ids=()) == []
    assert api.calls == []


def test_a_very_long_list_of_owners_is_sorted_out_here(api: FakeQuantive, client: QuantiveClient) -> None:
    people = tuple(f"64b0c0ffee{number:014x}" for number in range(5_000))
    api.add_goal("Mine", owner_id=people[-1])
    api.add_goal("Theirs", owner_id="u2")
    assert names(client, owner_ids=people) == ["Mine"]
    assert names(client, owner_ids=people, words=("mine",)) == ["Mine"]
    assert api.paths() == ["GET /goals", "GET v2/goals"]


def test_pages_of_v2_are_followed_to_the_total(api: FakeQuantive, client: QuantiveClient) -> None:
    for number in range(250):
        api.add_goal(f"Goal {number:03}", owner_id="u1")
    assert names(client, owner_ids=("u1",)) == [f"Goal {number:03}" for number in range(250)]
    assert [call.query["skip"] for call in api.calls] == ["0", "100", "200"]


def test_an_objective_is_one_call_and_brings_its_key_results(api: FakeQuantive, client: QuantiveClient) -> None:
    assignee = {"id": "u1", "name": "Ada", "email": "ada@example.com", "type": "user"}
    goal = api.add_goal(
        "Cut onboarding time",
        session_id="s1",
        owner_id="u1",
        tags=["growth"],
        description="See @[Ada:ada@example.com:u1]",
        attainment=0.62,
        assignee=assignee,
        dateFrom="2026-10-01T00:00:00.000Z",
        dateTo=ZERO_DATE,
        access={"inherits": False, "members": ["u1"]},
    )
    api.add_metric(
        goal,
        "Days to first value",
        initialValue=10,
        target=3,
        actual=5.5,
        attainment=0.64,
        format={"prefix": "", "suffix": " d", "fractionSize": 1},
        confidence={"value": 7, "date": "2026-11-01T00:00:00Z"},
        lastCheckInDate="2026-11-02T09:30:00+01:00",
        metricHistory=[{}, {}],
    )
    api.add_metric(goal, "Bare", lastCheckInDate=ZERO_DATE)

    objective = client.get(goal)

    assert api.paths() == [f"GET /goals/{goal}"]
    assert api.calls[0].query == {}
    assert objective.session == Session("s1")
    assert objective.owners == (Person("u1", "Ada", "ada@example.com"),)
    assert (objective.description, objective.tags) == ("See @[Ada:ada@example.com:u1]", ("growth",))
    assert (objective.progress, objective.state, objective.is_private) == (0.62, "active", True)
    assert (objective.date_from, objective.date_to) == (datetime(2026, 10, 1, tzinfo=UTC), None)
    assert objective.key_results is not None
    days, bare = objective.key_results
    assert days == KeyResult(
        days.id,
        "Days to first value",
        initial=10,
        target=3,
        actual=5.5,
        progress=0.64,
        suffix=" d",
        fraction_digits=1,
        confidence=0.7,
        checked_in=datetime(2026, 11, 2, 8, 30, tzinfo=UTC),
        check_ins=2,
    )
    assert (bare.checked_in, bare.confidence, bare.check_ins) == (None, None, 0)


def test_an_objective_that_is_not_there_is_not_found(client: QuantiveClient) -> None:
    with pytest.raises(NotFound, match=r"no such objective in Quantive"):
        client.get("64b0c0ffee0000000000ffff")


@pytest.mark.parametrize("odd", ["", ".", ".."])
def test_an_id_that_is_no_name_never_reaches_another_address(
    api: FakeQuantive, client: QuantiveClient, odd: str
) -> None:
    with pytest.raises(NotFound):
        client.delete(odd)
    with pytest.raises(NotFound):
        client.get(odd)
    assert api.calls == []


def test_an_id_cannot_reach_into_the_address(api: FakeQuantive, client: QuantiveClient) -> None:
    with pytest.raises(NotFound):
        client.get("a/../b?c=d#e")
    assert api.calls[0].path == "/api/v1/goals/" + quote("a/../b?c=d#e", safe="")


def test_creating_is_one_post_of_what_was_said(api: FakeQuantive, client: QuantiveClient) -> None:
    made = client.create(Draft("Cut onboarding time", "s1", "u1", ("growth", "Test Tag"), "Why"))
    assert api.paths() == ["POST /goals"]
    assert api.calls[0].body == {
        "name": "Cut onboarding time",
        "sessionId": "s1",
        "ownerId": "u1",
        "description": "Why",
        "tags": [{"title": "growth"}, {"title": "Test Tag"}],
    }
    assert client.get(made.id) == made


def test_updating_is_one_patch_of_what_changed(api: FakeQuantive, client: QuantiveClient) -> None:
    goal = api.add_goal("Old", tags=["a", "b"], description="Long")
    client.update(goal, Patch(name="New"))
    client.update(goal, Patch(description="", tags=()))
    client.update(goal, Patch())
    assert api.paths() == [f"PATCH /goals/{goal}"] * 2
    assert [call.body for call in api.calls] == [{"name": "New"}, {"description": "", "tags": []}]
    assert client.get(goal).name == "New"


def test_deleting_is_one_call_and_may_be_done_twice(api: FakeQuantive, client: QuantiveClient) -> None:
    goal = api.add_goal("Gone soon")
    assert client.delete(goal)
    assert not client.delete(goal)
    assert api.paths() == [f"DELETE /goals/{goal}"] * 2
    assert api.goals == {}


def test_children_are_counted_in_one_call(api: FakeQuantive, client: QuantiveClient) -> None:
    parent = api.add_goal("Parent")
    api.add_goal("Child", parentId=parent)
    api.add_goal("Child", parentId=parent)
    assert [one.parent_id for one in client.children(parent)] == [parent] * 2
    assert client.children("64b0c0ffee0000000000ffff") == client.children("") == []
    assert api.paths() == ["GET v2/goals"] * 2


def test_sessions_are_read_with_their_dates(api: FakeQuantive, client: QuantiveClient) -> None:
    first = api.add_session("Q4 2026", "2026-10-01T00:00:00Z", "2026-12-31T23:59:59Z", "locked")
    second = api.add_session("Someday", status="brand-new")
    assert list(client.sessions()) == [
        Session(
            first,
            "Q4 2026",
            datetime(2026, 10, 1, tzinfo=UTC),
            datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
            "locked",
        ),
        Session(second, "Someday", status="brand-new"),
    ]


def test_people_are_users_with_their_teams_and_teams(api: FakeQuantive, client: QuantiveClient) -> None:
    team = api.add_team("Marketing")
    ada = api.add_user("Ada Lovelace", "ada@example.com", [team])
    old = api.add_user("Old Hand", "old@example.com", is_active=False)
    assert list(client.people()) == [
        Person(team, "Marketing", is_team=True),
        Person(ada, "Ada Lovelace", "ada@example.com", team_ids=(team,)),
        Person(old, "Old Hand", "old@example.com", is_active=False),
    ]


def test_people_come_without_teams_where_users_may_not_be_read(api: FakeQuantive, client: QuantiveClient) -> None:
    ada = api.add_user("Ada Lovelace", "ada@example.com", ["t1"])
    api.misbehave(users_status=403)
    assert list(client.people()) == [Person(ada, "Ada Lovelace", "ada@example.com")]


def test_a_person_is_added_as_a_user(api: FakeQuantive, client: QuantiveClient) -> None:
    added = client.add_person("Grace Brewster Hopper", "grace@example.com")
    assert (added.name, added.email) == ("Grace Brewster Hopper", "grace@example.com")
    assert [person.id for person in client.people()] == [added.id]


def test_the_titles_of_tags_are_listed(api: FakeQuantive, client: QuantiveClient) -> None:
    api.add_tag("Growth")
    api.add_tag("Test Tag")
    assert list(client.tags()) == ["Growth", "Test Tag"]


def test_every_call_carries_the_token_and_the_account(api: FakeQuantive, client: QuantiveClient) -> None:
    client.ping()
    headers = api.calls[0].headers
    assert headers["authorization"] == f"Bearer {api.token}"
    assert headers["gtmhub-accountid"] == api.account_id


def test_many_threads_share_few_connections(api: FakeQuantive, client: QuantiveClient) -> None:
    api.add_goal("One", tags=["a"])

    def work() -> None:
        for _ in range(30):
            assert names(client, tags=("a",)) == ["One"]

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(api.calls) == 240
    assert api.connections <= 8


def test_the_same_connection_serves_reads_and_writes(api: FakeQuantive, client: QuantiveClient) -> None:
    made = client.create(Draft("One", "s1", "u1"))
    client.update(made.id, Patch(name="Two"))
    client.get(made.id)
    with pytest.raises(NotFound):
        client.get("64b0c0ffee0000000000ffff")
    client.delete(made.id)
    assert api.connections == 1
