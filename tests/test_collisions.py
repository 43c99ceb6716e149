"""When two people change the same: both versions are shown, and each button does what it says."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import delete

from bot.store.tables import forms
from tests.durable import DistantQuantive, finish, let_nothing_through, look, short_waits, times_told
from tests.world import Said, World

NAME = "Cut onboarding time to a day"
ID = "O-"


def short_id(world: World, name: str = NAME) -> str:
    return "O-" + world.okr(f"show {name}").text.partition("O-")[2][:4]


def shown(world: World, target: str) -> str:
    return world.okr(f"show {target}").text


def collide(world: World, typed: dict[str, Any], theirs: str, target: str) -> Said:
    """Ada opens the form, Katherine changes the objective, Ada saves what she typed."""
    form = world.okr(f"update {target}")
    changed = world.okr(f"update {target} {theirs}", who="katherine")
    assert "Updated" in changed.text, changed.text
    return world.submit(form, typed)


def test_both_versions_are_shown_beside_what_the_form_had_shown(world: World):
    target = short_id(world)
    said = collide(world, {"name": "Mine"}, 'name:"Theirs"', target)
    assert "Not saved yet" in said.text
    assert "It was changed while you were editing, and saving would overwrite that. Choose what stays." in said.text
    assert f"*Name*  you saw {NAME}" in said.text
    assert "*Now*\nTheirs" in said.text
    assert "*Yours*\nMine" in said.text
    assert f"Name: you saw {NAME}; now Theirs; yours Mine" in said.text
    assert said.buttons == ["Save mine", "Keep theirs", "Open the form"]
    assert "Theirs" in shown(world, target)


@pytest.mark.parametrize(
    ("typed", "theirs", "label", "versions"),
    [
        ({"name": "Mine"}, 'name:"Theirs"', "Name", ("Theirs", "Mine")),
        ({"description": "Mine"}, 'description:"Theirs"', "Description", ("Theirs", "Mine")),
        ({"tags": ["growth"]}, "+#sales", "Tags", ("#growth #onboarding #sales", "#growth")),
    ],
    ids=["name", "description", "tags"],
)
def test_each_field_that_both_changed_is_shown_in_both_versions(
    world: World, typed: dict[str, Any], theirs: str, label: str, versions: tuple[str, str]
):
    said = collide(world, typed, theirs, short_id(world))
    assert f"*{label}*" in said.text
    now, _, yours = said.text.partition("*Now*")[2].partition("*Yours*")
    assert versions[0] in now
    assert versions[1] in yours


def test_the_owner_and_the_session_collide_too(make_world: Callable[..., World], api: DistantQuantive):
    world = make_world(api=api)
    form = world.okr("update Cut it")
    goal = goal_of(api)
    people = {one["name"]: key for key, one in api.assignees.items()}
    sessions = {one["title"]: key for key, one in api.sessions.items()}
    world.suggest(form, "owner", "")
    world.suggest(form, "session", "")
    goal |= {"ownerId": people["Grace Hopper"], "ownerIds": [people["Grace Hopper"]], "sessionId": sessions["Half"]}
    said = world.submit(form, {"owner": people["Alan Turing"], "session": sessions["Year"]})
    assert "Owner: you saw Ada Lovelace; now Grace Hopper; yours Alan Turing" in said.text
    assert "Session: you saw Q4; now Half; yours Year" in said.text
    assert "Updated" in world.press(said, "Save mine").text
    assert (goal["ownerId"], goal["sessionId"]) == (people["Alan Turing"], sessions["Year"])


def test_save_mine_saves_all_that_was_typed_in_the_place_of_the_question_and_undo_brings_theirs_back(world: World):
    target = short_id(world)
    asked = collide(world, {"name": "Mine", "description": "Because"}, 'name:"Theirs"', target)
    said = world.press(asked, "Save mine")
    assert said.message is not None and asked.message is not None
    assert said.message["ts"] == asked.message["ts"]
    assert "*Updated*" in said.text
    assert "~Theirs~ → Mine" in said.text
    assert "Mine" in shown(world, target) and "Because" in shown(world, target)
    assert "~Mine~ → Theirs" in world.press(said, "Undo").text
    assert "Theirs" in shown(world, target)


def test_save_mine_asks_again_where_somebody_has_changed_it_once_more(world: World):
    target = short_id(world)
    asked = collide(world, {"name": "Mine"}, 'name:"Theirs"', target)
    world.okr(f'update {target} name:"Theirs again"', who="katherine")
    again = world.press(asked, "Save mine")
    assert "Name: you saw Theirs; now Theirs again; yours Mine" in again.text
    assert "Theirs again" in shown(world, target)
    assert "~Theirs again~ → Mine" in world.press(again, "Save mine").text


def test_keep_theirs_leaves_everything_as_it_is(world: World):
    target = short_id(world)
    asked = collide(world, {"name": "Mine", "description": "Because"}, 'name:"Theirs"', target)
    said = world.press(asked, "Keep theirs")
    assert said.message is not None and asked.message is not None
    assert said.message["ts"] == asked.message["ts"]
    assert "Left as it is" in said.text
    assert "Nothing was changed." in said.text
    assert said.buttons == []
    assert "Theirs" in shown(world, target)
    assert "Because" not in shown(world, target)


def test_open_the_form_opens_it_with_everything_typed_and_saving_that_collides_no_more(world: World):
    target = short_id(world)
    asked = collide(world, {"name": "Mine", "description": "Because"}, 'name:"Theirs"', target)
    form = world.press(asked, "Open the form")
    assert form.view is not None
    assert form.view["state"]["name"] == {"value": "Mine"}
    assert form.view["state"]["description"] == {"value": "Because"}
    said = world.submit(form, {"name": "Ours"})
    assert "~Theirs~ → Ours" in said.text
    assert "Because" in shown(world, target)


def test_a_form_that_comes_back_shows_what_others_have_changed_and_does_not_change_it_back(world: World):
    target = short_id(world)
    asked = collide(world, {"name": "Mine"}, 'name:"Theirs"', target)
    world.okr(f'update {target} description:"Theirs" +#board', who="katherine")
    form = world.press(asked, "Open the form")
    assert form.view is not None
    assert form.view["state"]["description"] == {"value": "Theirs"}
    assert "*Description*" not in world.submit(form, {}).text
    text = shown(world, target)
    assert "Mine" in text and "Theirs" in text and "#board" in text


def test_a_form_that_comes_back_after_a_refusal_collides_with_what_others_have_changed_since(
    make_world: Callable[..., World], api: DistantQuantive
):
    world = make_world(api=api)
    form = world.okr("update Cut it")
    api.fail(times=1, only=("PATCH",), status=400)
    refused = world.submit(form, {"name": "Mine"})
    goal_of(api).update(name="Theirs", description="Theirs")
    again = world.press(refused, "Resume")
    assert again.view is not None
    assert again.view["state"]["name"] == {"value": "Mine"}
    assert again.view["state"]["description"] == {"value": "Theirs"}
    asked = world.submit(again, {})
    assert "Name: you saw Cut it; now Theirs; yours Mine" in asked.text
    world.press(asked, "Save mine")
    assert (goal_of(api)["name"], goal_of(api)["description"]) == ("Mine", "Theirs")


def test_different_fields_do_not_collide_and_both_changes_stay(world: World):
    target = short_id(world)
    said = collide(world, {"name": "Mine"}, '+#board description:"Theirs"', target)
    assert "*Updated*" in said.text
    text = shown(world, target)
    assert "Mine" in text and "#board" in text and "Theirs" in text


def test_the_same_change_by_both_is_no_collision(world: World):
    target = short_id(world)
    said = collide(world, {"name": "The same"}, 'name:"The same"', target)
    assert "Nothing changed in The same" in said.text
    assert "It is already as you want it." in said.text


def test_a_line_changes_what_it_says_whatever_somebody_has_changed_before(world: World):
    target = short_id(world)
    world.okr(f'update {target} name:"Theirs"', who="katherine")
    assert "~Theirs~ → Mine" in world.okr(f'update {target} name:"Mine"').text


def test_an_objective_that_was_deleted_meanwhile_is_created_anew_from_what_was_typed(world: World):
    target = short_id(world)
    form = world.okr(f"update {target}")
    world.press(world.okr(f"delete {target}", who="katherine"), "Delete", who="katherine")
    asked = world.submit(form, {"name": "Mine", "description": "Because"})
    assert "Not saved" in asked.text
    assert "It was deleted while you were editing." in asked.text
    assert asked.buttons == ["Create it anew"]
    anew = world.press(asked, "Create it anew")
    assert anew.view is not None
    assert anew.view["title"]["text"] == "Create objective"
    assert anew.view["state"]["name"] == {"value": "Mine"}
    assert anew.view["state"]["description"] == {"value": "Because"}
    assert anew.view["state"]["tags"] == {"value": ["growth", "onboarding"]}
    assert "Created Mine" in world.submit(anew, {}).text
    assert "1 found" in world.okr("search Mine").text


def test_a_form_of_which_nobody_knows_what_it_showed_overwrites_nothing_and_comes_back_with_all_that_was_typed(
    world: World,
):
    target = short_id(world)
    form = world.okr(f"update {target}")
    world.okr(f'update {target} description:"Theirs"', who="katherine")
    with world.engine.begin() as connection:
        connection.execute(delete(forms))
    said = world.submit(form, {"name": "Mine"})
    assert "Nothing was changed: I do not know any more what this form had shown you." in said.text
    assert "Theirs" in shown(world, target)
    again = world.press(said, "Open the form")
    assert again.view is not None
    assert again.view["state"]["name"] == {"value": "Mine"}
    assert "Updated Mine" in world.submit(again, {"description": "Theirs"}).text


# Undo


def changed_twice(world: World, target: str) -> Said:
    """Ada changes the name, and after her Katherine; Ada's answer with its Undo button."""
    mine = world.okr(f'update {target} name:"Mine" +#board')
    world.okr(f'update {target} name:"Theirs"', who="katherine")
    return mine


def test_undo_shows_what_somebody_else_has_changed_since(world: World):
    target = short_id(world)
    asked = world.press(changed_twice(world, target), "Undo")
    assert "Not undone yet" in asked.text
    assert "It was changed since, and undo would overwrite that. Choose what stays." in asked.text
    assert f"Name: was Mine; now Theirs; after undo {NAME}" in asked.text
    assert asked.buttons == ["Undo anyway", "Leave it"]
    assert "Theirs" in shown(world, target)


def test_undo_anyway_undoes(world: World):
    target = short_id(world)
    said = world.press(world.press(changed_twice(world, target), "Undo"), "Undo anyway")
    assert f"~Theirs~ → {NAME}" in said.text
    assert "#board" not in shown(world, target).partition("Tags")[2].partition("Key results")[0]


def test_undo_anyway_asks_again_where_somebody_has_changed_it_once_more(world: World):
    target = short_id(world)
    asked = world.press(changed_twice(world, target), "Undo")
    world.okr(f'update {target} name:"Theirs again"', who="katherine")
    again = world.press(asked, "Undo anyway")
    assert f"Name: was Theirs; now Theirs again; after undo {NAME}" in again.text
    assert "Theirs again" in shown(world, target)
    assert f"~Theirs again~ → {NAME}" in world.press(again, "Undo anyway").text


def test_leave_it_leaves_it_and_it_can_still_be_undone_later(world: World):
    target = short_id(world)
    asked = world.press(changed_twice(world, target), "Undo")
    said = world.press(asked, "Leave it")
    assert "Left as it is" in said.text
    assert "Theirs" in shown(world, target)
    assert "Undo anyway" in world.okr("undo").buttons


def test_undo_collides_with_nothing_that_somebody_changed_in_another_field(world: World):
    target = short_id(world)
    mine = world.okr(f'update {target} name:"Mine"')
    world.okr(f'update {target} description:"Theirs"', who="katherine")
    assert f"~Mine~ → {NAME}" in world.press(mine, "Undo").text
    assert "Theirs" in shown(world, target)


def test_undo_of_what_was_deleted_since_says_so(world: World):
    target = short_id(world)
    mine = world.okr(f'update {target} name:"Mine"')
    world.press(world.okr(f"delete {target}", who="katherine"), "Delete", who="katherine")
    assert "does not exist any more" in world.press(mine, "Undo").text


# While the change waits


@pytest.fixture
def api() -> Iterator[DistantQuantive]:
    with DistantQuantive() as api:
        session = api.add_session("Q4", "2020-01-01T00:00:00Z", "2099-12-31T00:00:00Z")
        api.add_session("Half", "2019-01-01T00:00:00Z", "2099-12-31T00:00:00Z")
        api.add_session("Year", "2018-01-01T00:00:00Z", "2099-12-31T00:00:00Z")
        ada = api.add_user("Ada Lovelace", "ada.lovelace@example.com")
        api.add_user("Grace Hopper", "grace.hopper@example.com")
        api.add_user("Alan Turing", "alan.turing@example.com")
        api.add_goal("Cut it", session_id=session, owner_id=ada, tags=["growth"])
        yield api


def goal_of(api: DistantQuantive) -> dict[str, Any]:
    return next(iter(api.goals.values()))


@pytest.mark.parametrize("way", ["form", "line"])
def test_what_somebody_changes_while_a_change_waits_is_shown_in_the_message_that_said_it_waits(
    make_world: Callable[..., World], api: DistantQuantive, way: str
):
    with short_waits():
        world = make_world(api=api)
        form = world.okr("update Cut it")
        api.fail(times=1_000, only=("PATCH",), status=503)
        if way == "form":
            world.submit(form, {"name": "Mine"})
        else:
            world.workspace.close_view("U0ADA", form.view["id"])  # type: ignore[index]
            world.okr("update Cut it name:Mine")
        waiting = look(world, "Accepted. Quantive is not answering yet")
        let_nothing_through(world, api)
        goal_of(api)["name"] = "Theirs"
        api.recover()
        asked = look(world, "Not saved yet")
        finish(world)
        assert asked.message is not None and waiting.message is not None
        assert asked.message["ts"] == waiting.message["ts"]
        assert goal_of(api)["name"] == "Theirs"
        assert "~Theirs~ → Mine" in world.press(asked, "Save mine").text
        assert goal_of(api)["name"] == "Mine"


def test_a_change_that_was_made_although_nobody_answered_does_not_collide_with_itself(
    make_world: Callable[..., World], api: DistantQuantive
):
    with short_waits():
        world = make_world(api=api)
        api.fail(times=1, only=("PATCH",), drop="after")
        world.okr("update Cut it name:Mine +#new")
        look(world, "Updated Mine")
        finish(world)
        assert times_told(world, "Not saved yet") == 0
        assert len([call for call in api.calls if call.method == "PATCH"]) == 1


def test_an_undo_that_waits_collides_with_what_somebody_changed_meanwhile(
    make_world: Callable[..., World], api: DistantQuantive
):
    with short_waits():
        world = make_world(api=api)
        mine = world.okr("update Cut it name:Mine")
        api.fail(times=1_000, only=("PATCH",), status=503)
        world.press(mine, "Undo")
        look(world, "Accepted. Quantive is not answering yet")
        let_nothing_through(world, api)
        goal_of(api)["name"] = "Theirs"
        api.recover()
        asked = look(world, "Not undone yet")
        finish(world)
        assert "~Theirs~ → Cut it" in world.press(asked, "Undo anyway").text
        assert goal_of(api)["name"] == "Cut it"
