"""Undo: a button on every change's answer and `/okr undo`; what was deleted comes back whole, or what lacks is said."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests

from bot.objectives.model import Patch
from bot.objectives.plans import Outcome, Plan, Submission
from tests.durable import DistantQuantive, SetClock, run_pressed
from tests.fakes.okr import FakeApi, asker, make_objectives
from tests.world import Said, World

NAME = "Cut onboarding time to a day"
NOTHING = "You have changed nothing in the last 30 days that is still to be undone."


@pytest.fixture
def api() -> Iterator[DistantQuantive]:
    with DistantQuantive() as api:
        session = api.add_session("Q4", "2020-01-01T00:00:00Z", "2099-12-31T00:00:00Z")
        api.add_session("Year", "2019-01-01T00:00:00Z", "2099-12-31T00:00:00Z")
        api.add_session("Past", "2019-01-01T00:00:00Z", "2019-12-31T00:00:00Z", status="closed")
        ada = api.add_user("Ada Lovelace", "ada.lovelace@example.com")
        api.add_user("Grace Hopper", "grace.hopper@example.com")
        api.add_goal("Become the tool that teams recommend", session_id=session, owner_id=ada)
        yield api


@pytest.fixture(params=["embedded", "quantive"])
def either(request: pytest.FixtureRequest, make_world: Callable[..., World], api: DistantQuantive) -> World:
    """The bot on the embedded OKR server, which can take a deletion back, and on Quantive, which cannot."""
    return make_world() if request.param == "embedded" else make_world(api=api)


def goals(world: World) -> dict[str, dict[str, Any]]:
    """Every objective of the embedded server, by name, whole."""
    listed = requests.get(f"{world.api_url}/goals", headers=world.api_headers, timeout=30).json()["items"]
    found = (
        requests.get(f"{world.api_url}/goals/{one['id']}", headers=world.api_headers, timeout=30).json()
        for one in listed
    )
    return {one["name"]: one for one in found}


def is_there(world: World, name: str) -> bool:
    return "Nothing found" not in world.okr(f'search "{name}"').text


def delete(world: World, what: str, who: str = "ada") -> Said:
    said = world.press(world.okr(f"delete {what}", who), "Delete", who)
    assert "*Deleted*" in said.text
    return said


# The button


def test_every_changes_answer_has_an_undo_button_that_takes_it_back_and_puts_its_own_answer_there(either: World):
    created = either.okr('create "Win the Nordics" #growth')
    updated = either.okr('update "Win the Nordics" name:"Win all of Scandinavia" +#board')
    undone = either.press(updated, "Undo")
    assert "*Change undone in*" in undone.text
    assert "~Win all of Scandinavia~ → Win the Nordics" in undone.text
    assert "− #board" in undone.text
    deleted = delete(either, '"Win the Nordics"')
    assert not is_there(either, "Win the Nordics")
    restored = either.press(deleted, "Undo")
    assert "*Brought back*" in restored.text
    assert is_there(either, "Win the Nordics")
    again = either.press(restored, "Undo")
    assert "*Creation undone*" in again.text or "*Deleted*" in again.text
    assert not is_there(either, "Win the Nordics")
    for before, after in ((updated, undone), (deleted, restored), (restored, again)):
        assert before.message is not None and after.message is not None
        assert before.message["ts"] == after.message["ts"]
    assert "Undo" in created.buttons


def test_an_undo_can_be_undone(either: World):
    either.okr('create "Win the Nordics"')
    changed = either.okr('update "Win the Nordics" name:"Win Scandinavia"')
    undone = either.press(changed, "Undo")
    assert "~Win the Nordics~ → Win Scandinavia" in either.press(undone, "Undo").text
    assert is_there(either, "Win Scandinavia")


def test_an_update_by_form_is_undone_in_every_field(make_world: Callable[..., World], api: DistantQuantive):
    world = make_world(api=api)
    goal = next(iter(api.goals.values()))
    goal |= {"description": "Why\r\nso ", "tags": [{"title": "growth"}]}
    before = {field: goal[field] for field in ("name", "sessionId", "ownerId", "ownerIds", "description", "tags")}
    people = {one["name"]: key for key, one in api.assignees.items()}
    sessions = {one["title"]: key for key, one in api.sessions.items()}
    form = world.okr("update Become")
    for field in ("owner", "session", "tags"):
        world.suggest(form, field, "new" if field == "tags" else "")
    changes = {"owner": people["Grace Hopper"], "session": sessions["Year"], "tags": ["new"], "description": "Else"}
    said = world.submit(form, {"name": "Other", **changes})
    assert {field: goal[field] for field in before} != before
    undone = world.press(said, "Undo")
    assert "*Change undone in*" in undone.text
    assert {field: goal[field] for field in before} == before


# /okr undo


def test_undo_walks_back_one_change_after_the_other(either: World):
    either.okr('create "Win the Nordics"')
    either.okr('update "Win the Nordics" name:"Win Scandinavia"')
    either.okr('update "Win Scandinavia" +#board')
    delete(either, '"Win Scandinavia"')
    steps = [either.okr("undo").text.partition(",")[0] for _ in range(5)]
    assert steps[:4] == [
        "Brought back Win Scandinavia",
        "Change undone in Win Scandinavia",
        "Change undone in Win the Nordics",
        "Creation undone: Win the Nordics",
    ]
    assert NOTHING in steps[4]
    assert not is_there(either, "Win the Nordics") and not is_there(either, "Win Scandinavia")


def test_undo_is_of_ones_own_changes_alone(world: World):
    world.okr('create "Win the Nordics"', who="grace")
    assert NOTHING in world.okr("undo", who="edsger").text
    assert "Creation undone: Win the Nordics" in world.okr("undo", who="grace").text


def test_what_was_undone_once_is_not_undone_again(world: World):
    made = world.okr('create "Win the Nordics"')
    log = world.okr("log")
    world.press(made, "Undo")
    assert "That change was undone already." in world.press(log, "Undo").text
    assert NOTHING in world.okr("undo").text


def test_an_undo_of_what_is_so_already_says_so_and_changes_nothing(world: World):
    first = world.okr(f'update "{NAME}" name:"Other"')
    world.okr(f'update Other name:"{NAME}"')
    before = goals(world)[NAME]
    said = world.press(first, "Undo")
    assert f"Nothing to undo in {NAME}" in said.text
    assert "It is already as it was before that change." in said.text
    assert goals(world)[NAME] == before


@pytest.mark.parametrize("is_done", [True, False])
def test_the_undo_of_a_change_that_waited_leaves_what_others_changed_meanwhile(is_done: bool):
    api = FakeApi()
    objectives, submission = make_objectives(api), Submission(asker(), "1")
    goal_id = api.add("Old", description="Old")
    plan = objectives.changes.plan_update(submission, goal_id, Patch(name="New"))
    assert isinstance(plan, Plan)
    # What failed may have been done all the same; and somebody else was quicker than the next try.
    api.goals[goal_id] = replace(api.goals[goal_id], name="New" if is_done else "Old", description="Theirs")
    came = objectives.execution.carry_out(plan, is_first=False)
    assert isinstance(came, Outcome) and came.entry.before and came.entry.after
    assert (came.entry.before.name, came.entry.after.name) == ("Old", "New")
    assert came.entry.before.description == came.entry.after.description == "Theirs"
    undoing = objectives.undoing.plan(replace(submission, id="2"), came.entry.id)
    assert isinstance(undoing, Plan) and undoing.patch == Patch(name="Old")


# What was deleted comes back


def test_on_the_embedded_server_a_deletion_is_taken_back_with_everything_under_the_same_id(world: World):
    before = goals(world)
    parents = [NAME, "Become the tool that teams recommend to each other"]
    for name in parents:
        said = world.press(delete(world, f'"{name}"'), "Undo")
        assert f"Brought back {name}" in said.text
        assert "new id" not in said.text
    after = goals(world)

    def same(goal: dict[str, Any]) -> dict[str, Any]:
        return {field: value for field, value in goal.items() if field != "modifiedAt"}

    assert before[NAME]["metrics"] and before[NAME]["parentId"]
    assert {name: same(goal) for name, goal in after.items()} == {name: same(goal) for name, goal in before.items()}


def check_ins(world: World) -> dict[str, list[Any]]:
    return {metric["name"]: metric["metricHistory"] for metric in goals(world)[NAME]["metrics"]}


def test_on_the_embedded_server_the_check_ins_come_back_too(world: World):
    before = check_ins(world)
    assert any(before.values())
    world.press(delete(world, f'"{NAME}"'), "Undo")
    assert check_ins(world) == before


def add_whole_goal(api: DistantQuantive) -> str:
    """An objective with everything that one can have; its id."""
    parent = next(iter(api.goals))
    people = {one["name"]: key for key, one in api.assignees.items()}
    session = next(iter(api.sessions))
    goal_id = api.add_goal(
        "Cut onboarding",
        session_id=session,
        owner_id=people["Ada Lovelace"],
        tags=["growth", "board"],
        description="Why\nso",
        parentId=parent,
        dateFrom="2026-10-05T00:00:00Z",
        dateTo="2026-12-20T00:00:00Z",
    )
    api.add_metric(
        goal_id,
        "Reach 100 customers",
        actual=40,
        initialValue=10,
        target=100,
        format={"prefix": "", "suffix": " customers", "fractionSize": 0},
        confidence={"value": 0.8},
        lastCheckInDate="2026-11-01T00:00:00Z",
        metricHistory=[{"metricValue": 40}, {"metricValue": 20}],
    )
    api.add_metric(goal_id, "Setup under 30 minutes", actual=90, initialValue=90, target=30)
    api.add_goal("Child", session_id=session, owner_id=people["Ada Lovelace"], parentId=goal_id)
    return goal_id


def found(api: DistantQuantive, name: str) -> dict[str, Any]:
    return next(goal for goal in api.goals.values() if goal["name"] == name)


KEPT = ("name", "description", "sessionId", "ownerId", "ownerIds", "tags", "parentId", "dateFrom", "dateTo")


def results(goal: dict[str, Any]) -> list[tuple[Any, ...]]:
    kept = ("name", "initialValue", "target", "actual", "format", "lastCheckInDate")
    return [
        (*(metric.get(field) for field in kept), (metric.get("confidence") or {}).get("value"))
        for metric in goal["metrics"]
    ]


def test_on_quantive_it_is_made_again_with_all_that_can_be_and_what_cannot_is_said(
    make_world: Callable[..., World], api: DistantQuantive
):
    old_id = add_whole_goal(api)
    before = dict(api.goals[old_id], metrics=[dict(metric) for metric in api.goals[old_id]["metrics"]])
    world = make_world(api=api)
    said = world.press(delete(world, '"Cut onboarding"'), "Undo")
    after = found(api, "Cut onboarding")
    assert {field: after[field] for field in KEPT} == {field: before[field] for field in KEPT}
    zero = "0001-01-01T00:00:00Z"
    assert [tuple(value or zero for value in row) for row in results(after)] == [
        tuple(value or zero for value in row) for row in results(before)
    ]
    assert found(api, "Child")["parentId"] == after["id"]
    assert after["id"] != old_id
    assert "It has a new id" in said.text
    assert "2 check-ins with their comments stay deleted." in said.text


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda api: api.misbehave(new_tag="drop"), "It lost the tag “once”."),
        (lambda api: api.misbehave(ignores=("access",)), "it is visible to everyone now"),
        (lambda api: api.misbehave(ignores=("parentId",)), "It is no longer aligned to another objective"),
    ],
    ids=["tag", "access", "parent"],
)
def test_on_quantive_what_could_not_be_put_back_is_said(
    make_world: Callable[..., World],
    api: DistantQuantive,
    spoil: Callable[[DistantQuantive], object],
    sentence: str,
):
    goal = api.goals[add_whole_goal(api)]
    goal["tags"].append({"title": "once"})
    goal["access"] = {"users": [goal["ownerId"]]}
    world = make_world(api=api)
    deleted = delete(world, '"Cut onboarding"')
    api.tags = {key: tag for key, tag in api.tags.items() if tag["title"] != "once"}
    spoil(api)
    said = world.press(deleted, "Undo")
    assert "*Brought back*" in said.text
    assert sentence in said.text


def test_on_quantive_a_change_of_before_the_deletion_is_undone_under_the_new_id(
    make_world: Callable[..., World], api: DistantQuantive
):
    world = make_world(api=api)
    add_whole_goal(api)
    changed = world.okr('update "Cut onboarding" name:"Cut it"')
    world.press(delete(world, '"Cut it"'), "Undo")
    assert "~Cut it~ → Cut onboarding" in world.press(changed, "Undo").text
    assert found(api, "Cut onboarding")["metrics"]


# What is refused, and what is asked first


def add_key_result(world: World, name: str) -> None:
    goal = goals(world)[name]
    body = {"goalId": goal["id"], "name": "Reach 100", "target": 100, "ownerId": goal["ownerId"]}
    made = requests.post(f"{world.api_url}/metrics", json=body, headers=world.api_headers, timeout=30)
    assert made.status_code == 201, made.text


def test_undoing_a_creation_that_has_grown_key_results_asks_first(world: World):
    made = world.okr('create "Win the Nordics"')
    add_key_result(world, "Win the Nordics")
    asked = world.press(made, "Undo")
    assert "Delete" in asked.buttons and "Keep it" in asked.buttons
    assert "1 key result" in asked.text
    assert "Win the Nordics" in goals(world)
    world.press(asked, "Delete")
    assert "Win the Nordics" not in goals(world)
    assert "Brought back Win the Nordics" in world.okr("undo").text
    assert len(goals(world)["Win the Nordics"]["metrics"]) == 1


def test_undoing_a_creation_that_somebody_has_worked_on_asks_first(world: World):
    made = world.okr('create "Win the Nordics"', who="grace")
    world.okr('update "Win the Nordics" description:"All of them"')
    asked = world.press(made, "Undo", who="grace")
    assert "Keep it" in asked.buttons
    assert "Nothing was deleted" in world.press(asked, "Keep it", who="grace").text
    assert "Win the Nordics" in goals(world)


def test_a_change_can_be_undone_for_thirty_days_and_no_longer(make_world: Callable[..., World]):
    clock = SetClock()
    world = make_world(clock=clock)
    made = world.okr('create "Win the Nordics"')
    deleted = delete(world, f'"{NAME}"')
    clock.move(days=29, hours=23)
    assert "Creation undone: Win the Nordics" in world.press(made, "Undo").text
    clock.move(hours=2)
    too_old = "That change is more than 30 days old and cannot be undone any more."
    assert too_old in world.press(deleted, "Undo").text
    assert "There is nothing to bring back" not in world.okr("trash").text
    clock.move(days=31)
    assert NOTHING in world.okr("undo").text
    assert "There is nothing to bring back" in world.okr("trash").text
    assert NAME not in goals(world)


def test_who_may_not_change_an_objective_undoes_nothing_of_it(world: World):
    changed = world.okr(f'update "{NAME}" name:"Cut it"')
    assert changed.message is not None
    (line,) = re.findall(r"undo [\w:.]+", str(changed.message["blocks"]))
    said = run_pressed(world, line, who="edsger")
    assert "Only Ada Lovelace, Katherine Johnson or an admin can change this objective" in said.text
    assert "Cut it" in goals(world)
    deleted = delete(world, '"Cut it"')
    assert deleted.message is not None
    (line,) = re.findall(r"undo [\w:.]+", str(deleted.message["blocks"]))
    assert "Only Ada Lovelace" in run_pressed(world, line, who="edsger").text
    assert "Only Ada Lovelace" in run_pressed(world, line.replace("undo", "restore"), who="edsger").text
    assert "full members" in run_pressed(world, line, who="ellis").text
    assert "Cut it" not in goals(world)
    assert "Brought back Cut it" in run_pressed(world, line, who="katherine").text


def test_who_has_given_an_objective_away_cannot_take_it_back(world: World):
    world.okr('create "Win the Nordics"', who="edsger")
    given = world.okr('update "Win the Nordics" owner:@Grace Hopper', who="edsger")
    assert "*Updated*" in given.text
    assert "Only Grace Hopper or an admin" in world.press(given, "Undo", who="edsger").text
    assert "Only Grace Hopper or an admin" in world.okr("undo", who="edsger").text


def test_into_a_closed_session_nothing_is_brought_back(make_world: Callable[..., World], api: DistantQuantive):
    world = make_world(api=api)
    add_whole_goal(api)
    deleted = delete(world, '"Cut onboarding"')
    next(iter(api.sessions.values()))["status"] = "closed"
    world.bot.directory.fresh(at_most=0)
    said = world.press(deleted, "Undo")
    assert "It cannot be brought back: Q4 is closed: nothing can change there." in said.text


def test_an_undo_of_what_nobody_knows_is_told(world: World):
    assert "I have no record of that change." in world.okr("undo T0LOCAL:1.2.3").text


def test_who_may_not_take_back_their_last_change_finds_the_others(world: World):
    world.okr("create Learn to sail", who="edsger")
    world.okr('update Halve the time name:"Halve it"', who="edsger")
    world.okr("update Halve it owner:@Grace Hopper")
    refused = world.okr("undo", who="edsger")
    assert "Only Grace Hopper or an admin can change this objective." in refused.text
    mine = world.press(refused, "My changes", who="edsger")
    assert "Changes by Edsger Dijkstra" in mine.text
    assert "Learn to sail" in mine.text
    assert mine.buttons.count("Undo") == 1
