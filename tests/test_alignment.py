"""Parents and children that are deleted and come back under new ids: in any order, they end up aligned as they were."""

from collections.abc import Iterator
from itertools import permutations

import pytest
from slack_sdk.models.blocks import Block

from bot.commands.base import Answer, Reply, Write
from bot.commands.registry import run_line
from bot.objectives.execution import ORPHANED
from bot.objectives.plans import Outcome
from bot.objectives.service import Objectives
from bot.quantive import QuantiveClient
from tests.fakes.okr import USERS, asker, make_objectives
from tests.fakes.quantive import FakeQuantive
from tests.world import elements_in

ORDERS = tuple(permutations(("Parent", "Child")))


@pytest.fixture(params=[False, True], ids=["the API keeps parents that are gone", "the API takes them off"])
def api(request: pytest.FixtureRequest) -> Iterator[FakeQuantive]:
    with FakeQuantive() as api:
        api.misbehave(orphans=request.param)
        session = api.add_session("Q4", "2020-01-01T00:00:00Z", "2099-12-31T00:00:00Z")
        ada = api.add_user("Ada Lovelace", USERS[0].email)
        parent = api.add_goal("Parent", session_id=session, owner_id=ada)
        api.add_goal("Child", session_id=session, owner_id=ada, parentId=parent)
        yield api


@pytest.fixture
def objectives(api: FakeQuantive) -> Iterator[Objectives]:
    client = QuantiveClient(api_url=api.url, account_id=api.account_id, token=api.token, requests_per_second=0)
    yield make_objectives(client)
    client.close()


def find(api: FakeQuantive, name: str) -> str:
    (goal_id,) = (one for one, goal in api.goals.items() if goal["name"] == name)
    return goal_id


def press(objectives: Objectives, line: str, work_id: str) -> tuple[str, ...]:
    """Presses a button; sentences on what could not be done of it."""
    decided = run_line(asker(), line, objectives, is_pressed=True, work_id=work_id)
    assert isinstance(decided, Write)
    came = objectives.execution.carry_out(decided.plan, is_first=True)
    assert isinstance(came, Outcome)
    return came.notes


def delete(api: FakeQuantive, objectives: Objectives, name: str, work_id: str) -> None:
    confirm(objectives, run_line(asker(), f"delete {find(api, name)}", objectives), work_id)


def confirm(objectives: Objectives, asked: Answer, work_id: str) -> None:
    assert isinstance(asked, Reply)
    line = next(one["value"] for one in elements_in(map(Block.to_dict, asked.message.blocks)) if "value" in one)
    press(objectives, line, work_id)


@pytest.mark.parametrize("deleted", ORDERS, ids=" first, then ".join)
@pytest.mark.parametrize("restored", ORDERS, ids=" back first, then ".join)
def test_whatever_comes_back_first_they_are_aligned_in_the_end(
    api: FakeQuantive, objectives: Objectives, deleted: tuple[str, ...], restored: tuple[str, ...]
) -> None:
    for turn in range(2):
        for name in deleted:
            delete(api, objectives, name, f"{name}-{turn}")
        for name in restored:
            press(objectives, f"restore {name}-{turn}", f"{name}-{turn}-back")
        assert api.goals[find(api, "Child")]["parentId"] == find(api, "Parent")


def test_a_child_that_got_another_parent_meanwhile_keeps_it(api: FakeQuantive, objectives: Objectives) -> None:
    child, other = find(api, "Child"), api.add_goal("Other")
    delete(api, objectives, "Parent", "1")
    api.goals[child]["parentId"] = other
    press(objectives, "restore 1", "2")
    assert api.goals[child]["parentId"] == other


def test_that_the_parent_is_gone_is_said(api: FakeQuantive, objectives: Objectives) -> None:
    for name in ("Child", "Parent"):
        delete(api, objectives, name, name)
    assert press(objectives, "restore Child", "back") == (ORPHANED,)
    assert api.goals[find(api, "Child")]["parentId"] == ""


@pytest.mark.parametrize("undone", ["the creation", "the return from the trash"])
def test_an_undo_that_would_leave_children_without_their_parent_asks_first_and_gives_it_back_to_them_later(
    api: FakeQuantive, objectives: Objectives, undone: str
) -> None:
    if undone == "the creation":
        press(objectives, "create Mother", "made")
        api.goals[find(api, "Child")]["parentId"] = find(api, "Mother")
    else:
        delete(api, objectives, "Parent", "deleted")
        press(objectives, "restore deleted", "made")
    name = "Mother" if undone == "the creation" else "Parent"
    parent = find(api, name)
    asked = run_line(asker(), "undo made", objectives, is_pressed=True, work_id="undo")
    assert isinstance(asked, Reply)
    assert "1 aligned objective loses its parent: “Child”." in asked.message.text
    assert parent in api.goals
    confirm(objectives, asked, "again")
    assert parent not in api.goals
    press(objectives, "restore again", "back")
    assert api.goals[find(api, "Child")]["parentId"] == find(api, name)
