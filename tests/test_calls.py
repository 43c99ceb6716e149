"""How often the OKR API is asked, with the directory known: as seldom as can be, over one connection."""

from collections.abc import Callable, Iterator

import pytest

from tests.fakes.quantive import FakeQuantive
from tests.world import World


@pytest.fixture
def api() -> Iterator[FakeQuantive]:
    with FakeQuantive() as api:
        session = api.add_session("Q4", "2020-01-01T00:00:00Z", "2099-12-31T00:00:00Z")
        ada = api.add_user("Ada Lovelace", "ada.lovelace@example.com")
        api.add_goal("Cut onboarding time", session_id=session, owner_id=ada, tags=["growth"])
        api.add_goal("Win the Nordics", session_id=session, owner_id=ada, tags=["growth", "sales"])
        yield api


def test_each_command_asks_the_api_no_oftener_than_it_must(make_world: Callable[..., World], api: FakeQuantive):
    world = make_world(api=api)
    goal_id = next(iter(api.goals))

    def calls(line: str) -> list[str]:
        api.calls.clear()
        said = world.okr(line)
        assert "Something went wrong" not in said.text
        return [path.replace(goal_id, "<id>") for path in api.paths()]

    assert calls("search #growth") == ["GET /goals"]
    assert calls("search onboarding") == ["GET v2/goals"]
    assert calls("mine") == ["GET v2/goals"]
    assert calls("") == ["GET v2/goals"]
    assert calls(f"show {goal_id}") == ["GET /goals/<id>"]
    assert calls("create Open in Berlin #growth") == ["POST /goals"]
    assert calls(f'update {goal_id} name:"Cut it"') == ["GET /goals/<id>", "PATCH /goals/<id>"]
    assert calls(f"update {goal_id} +#board") == ["GET /goals/<id>", "PATCH /goals/<id>", "GET /goals/<id>"]
    assert calls("log") == []
    assert calls("log me") == []
    assert calls("help") == []
    assert calls("create") == []
    assert calls("serach x") == []
    api.calls.clear()
    asked = world.okr(f"delete {goal_id}")
    assert len(api.calls) == 2
    api.calls.clear()
    world.press(asked, "Delete")
    assert [call.method for call in api.calls] == ["GET", "DELETE"]


def test_connections_are_kept(make_world: Callable[..., World], api: FakeQuantive):
    world = make_world(api=api)
    for _ in range(5):
        world.okr("search #growth")
    assert api.connections == 1


def test_what_may_not_be_is_refused_before_anything_is_written(make_world: Callable[..., World], api: FakeQuantive):
    world = make_world(api=api)
    goal_id = next(iter(api.goals))
    for who, expected in (
        ("hedy", "Only Ada Lovelace or an admin can change this objective"),
        ("ellis", "Objectives are for full members of this workspace"),
    ):
        assert expected in world.okr(f"update {goal_id} +#x", who=who).text
        assert expected in world.okr(f"delete {goal_id}", who=who).text
    assert {call.method for call in api.calls} == {"GET"}
    assert "Cut onboarding time" in world.okr("search #growth", who="hedy").text
