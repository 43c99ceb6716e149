"""`/okr update`: changes by one line, or by the form with everything that was typed."""

import pytest

from tests.world import Said, World, elements_in

NAME = "Cut onboarding time to a day"


def state(said: Said, field: str) -> object:
    """What a field of the form holds."""
    assert said.view is not None
    return said.view["state"][field]["value"]


def test_a_line_changes_what_it_names_and_says_old_and_new(world: World):
    said = world.okr(f'update "{NAME}" +#board -#onboarding name:“Onboard in a day”')
    assert "Updated" in said.text
    assert "~Cut onboarding time to a day~" in said.text or "Onboard" in said.text
    assert "#board" in said.text
    again = world.okr("show Onboard in a day")
    assert "#board" in again.text
    assert "#onboarding" not in again.text
    assert "New customers should see" in again.text


def test_the_owner_and_the_session_change_by_name(world: World):
    said = world.okr("update Halve the time owner:@Alan Turing session:2026", who="edsger")
    assert "Alan Turing" in said.text
    assert "2026" in said.text
    assert "Only Alan Turing or an admin can change" in world.okr('update Halve the time name:"x"', who="edsger").text


def test_what_is_so_already_changes_nothing_and_says_so(world: World):
    said = world.okr(f"update {NAME} +#growth")
    assert "Nothing changed" in said.text


def test_the_number_in_the_last_list_is_enough_with_and_without_its_hash(world: World):
    world.okr(f"search {NAME}")
    assert "Updated" in world.okr("update 1 +#board").text
    assert "Updated" in world.okr("update #1 -#board").text


def test_without_changes_the_form_opens_after_a_loading_view(world: World):
    form = world.okr(f"update {NAME}")
    assert state(form, "name") == NAME
    assert state(form, "tags") == ["growth", "onboarding"]
    assert "New customers should see" in str(state(form, "description"))
    opened = [one.request for one in world.workspace.requests if "views.open" in str(one)]
    assert "Fetching the objective" in str(opened[-1])


def test_the_form_saves_only_what_was_changed(world: World):
    form = world.okr(f"update {NAME}")
    said = world.submit(form, {"description": "Shorter."})
    assert "Updated" in said.text
    assert "Description" in said.text
    assert "Tags" not in said.text
    assert "Nothing changed" in world.submit(world.okr(f"update {NAME}"), {}).text


def test_an_emptied_description_is_emptied(world: World):
    world.submit(world.okr(f"update {NAME}"), {"description": "", "tags": []})
    said = world.okr(f"show {NAME}")
    assert "New customers should see" not in said.text
    assert "#growth" not in said.text


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("owner:@nobody +#board", "There is nobody called “@nobody”"),
        ('session:"Q9 2099" +#board', "There is no session “Q9 2099”"),
        ("onwer:me +#board", "onwer"),
        ("colour:blue +#board", "colour"),
        ('name:"' + "x" * 2_001 + '" +#board', "at most 2,000 characters"),
        ('name:" " +#board', "Give the objective a name"),
    ],
    ids=["unknown person", "unknown session", "near key", "unknown key", "long name", "blank name"],
)
def test_what_is_wrong_opens_the_form_with_the_rest_and_changes_nothing(world: World, typed: str, expected: str):
    said = world.okr(f"update Cut onboarding time {typed}")
    assert expected in said.text
    assert state(said, "tags") == ["growth", "onboarding", "board"]
    assert "#board" not in world.okr(f"show {NAME}").text


def test_a_closed_session_is_refused_and_so_is_an_objective_in_one(world: World):
    closed = next(one for one in world.client.sessions() if one.status == "closed")
    said = world.okr(f'update {NAME} session:"{closed.title}"')
    assert f"{closed.title} is closed" in said.text
    assert state(said, "name") == NAME
    assert "is closed: nothing can change there" in world.okr("update Move every service +#x", who="grace").text


def test_several_are_asked_back_and_the_typed_changes_come_along(world: World):
    said = world.okr('update customers +#board description:"Because"')
    assert "Which one do you mean" in said.text
    done = world.press(said, "Choose")
    assert "Updated" in done.text
    assert "#board" in done.text
    assert "Because" in done.text


def test_several_for_the_form_are_asked_in_the_form(world: World):
    asked = world.okr("update customers")
    assert asked.view is not None
    assert asked.view["title"]["text"] == "Edit objective"
    form = world.press(asked, "Choose")
    assert "customer" in str(state(form, "name"))
    assert "Updated" in world.submit(form, {"name": "Won"}).text


def test_changes_longer_than_a_button_holds_come_along_whole(world: World):
    said = world.okr(f'update customers description:"{"why " * 600}end"')
    done = world.press(said, "Choose")
    assert done.message is not None
    lines = [str(one.get("value")) for one in elements_in(done.message["blocks"])]
    objective_id = next(line.removeprefix("update ") for line in lines if line.startswith("update "))
    assert world.client.get(objective_id).description.endswith("why end")


def test_who_may_not_is_told_who_may_in_the_line_and_in_the_form(world: World):
    for line in (f"update {NAME} +#x", f"update {NAME}"):
        said = world.okr(line, who="edsger")
        assert "Only Ada Lovelace, Katherine Johnson or an admin can change this objective" in said.text
        assert "Try again" not in said.buttons


def test_a_submission_asks_again_who_may(world: World):
    form = world.okr("update Halve the time", who="edsger")
    world.okr("update Halve the time owner:@Grace Hopper")
    said = world.submit(form, {"name": "Mine after all"}, who="edsger")
    assert "Only Grace Hopper or an admin can change this objective" in said.text
    assert "Nothing found" in world.okr("search Mine after all").text


def test_an_objective_that_is_gone_meanwhile_is_told_and_the_words_are_kept(world: World):
    form = world.okr(f"update {NAME}")
    world.press(world.okr(f"delete {NAME}"), "Delete")
    said = world.submit(form, {"name": "Typed for nothing"})
    assert "It was deleted while you were editing" in said.text
    anew = world.press(said, "Create it anew")
    assert anew.view is not None
    assert anew.view["state"]["name"] == {"value": "Typed for nothing"}


def test_nothing_named_offers_ones_own_and_nothing_found_is_told_in_the_form(world: World):
    assert "Cut onboarding time to a day" in world.okr("update").text
    assert "No objective is called “zzzz”" in world.okr("update zzzz").text
