"""Who may not change an objective asks its owner, who finds the wish in a form and does it or does not."""

import pytest

from tests.durable import at_once, finish, heard, look_dm
from tests.world import USERS, Said, World

NAME = "Cut onboarding time to a day"
ASKED = "I asked Ada Lovelace by direct message."
WISH = "Edsger Dijkstra asks you to change"


def value(said: Said, field: str) -> object:
    """What a field of the form holds."""
    assert said.view is not None
    return said.view["state"][field]["value"]


def wishes(world: World, who: str = "ada") -> list[str]:
    """What somebody was asked for."""
    return [text for text in heard(world, who) if "asks you to" in text]


def test_a_refused_line_becomes_a_wish_that_its_owner_fulfils_with_a_form(world: World):
    refused = world.okr(f'update "{NAME}" +#board -#onboarding owner:me', who="edsger")
    assert refused.buttons == ["Ask Ada Lovelace", "Ask Katherine Johnson"]
    told = world.press(refused, "Ask Ada Lovelace", who="edsger")
    assert ASKED in told.text
    assert "can change this objective" not in "\n".join(heard(world, "edsger"))
    asked = look_dm(world, WISH)
    assert "~Ada Lovelace, Katherine Johnson~ → Edsger Dijkstra" in asked.text
    assert "+ #board   − #onboarding" in asked.text
    assert asked.buttons == ["Open the form", "Show"]
    assert "#board" not in world.okr(f"show {NAME}").text
    form = world.press(asked, "Open the form")
    assert value(form, "tags") == ["growth", "board"]
    assert value(form, "owner") == world.bot.directory.snapshot().people_named("Edsger Dijkstra")[0].id
    world.submit(form, {})
    assert "→ Edsger Dijkstra" in look_dm(world, "Updated").text
    assert "#board" in world.okr(f"show {NAME}").text


def test_an_edit_button_asks_from_within_its_form(world: World):
    refused = world.okr(f"update {NAME}", who="edsger")
    assert refused.view is not None
    assert "Only Ada Lovelace, Katherine Johnson or an admin can change this objective." in refused.text
    told = world.press(refused, "Ask Ada Lovelace", who="edsger")
    assert told.view is not None
    assert ASKED in told.text
    asked = look_dm(world, WISH)
    assert value(world.press(asked, "Open the form"), "name") == NAME


def test_who_wants_something_deleted_has_its_owner_asked_who_is_asked_once_more(world: World):
    world.press(world.okr(f"delete {NAME}", who="edsger"), "Ask Ada Lovelace", who="edsger")
    asked = look_dm(world, "Edsger Dijkstra asks you to delete")
    assert asked.buttons == ["Delete", "Show"]
    world.press(asked, "Delete")
    sure = look_dm(world, "You can bring it back for 30 days")
    assert "1 found" in world.okr(f"search {NAME}").text
    world.press(sure, "Delete")
    assert "Deleted" in look_dm(world, "Deleted").text


def test_a_form_that_is_refused_when_it_comes_back_asks_for_what_was_typed_in_it(world: World):
    form = world.okr("update Halve the time", who="edsger")
    world.okr("update Halve the time owner:@Ada Lovelace")
    refused = world.submit(form, {"name": "Halve it twice", "description": "why " * 700 + "end"}, who="edsger")
    assert "Ask Ada Lovelace" in refused.buttons
    world.press(refused, "Ask Ada Lovelace", who="edsger")
    wished = world.press(look_dm(world, WISH), "Open the form")
    assert value(wished, "name") == "Halve it twice"
    assert str(value(wished, "description")).endswith("why end")
    world.submit(wished, {})
    assert "Halve it twice" in look_dm(world, "Updated").text


def test_a_long_line_asks_for_all_of_it(world: World):
    refused = world.okr(f'update "{NAME}" description:"{"why " * 700}end"', who="edsger")
    world.press(refused, "Ask Ada Lovelace", who="edsger")
    assert str(value(world.press(look_dm(world, WISH), "Open the form"), "description")).endswith("why end")


def test_what_has_changed_since_stays_as_it_is_but_for_what_was_wished(world: World):
    world.press(world.okr(f'update "{NAME}" +#board', who="edsger"), "Ask Ada Lovelace", who="edsger")
    world.okr(f'update "{NAME}" name:"Onboard in a day"')
    form = world.press(look_dm(world, WISH), "Open the form")
    assert value(form, "name") == "Onboard in a day"
    assert value(form, "tags") == ["growth", "onboarding", "board"]


def test_asked_twice_at_once_is_asked_once(world: World):
    refused = world.okr(f"update {NAME} +#board", who="edsger")
    world.press(refused, "Ask Ada Lovelace", who="edsger")
    at_once(*[world.workspace.deliver_again] * 3)
    finish(world)
    assert len(wishes(world)) == 1


def test_whose_it_has_become_meanwhile_is_looked_at_again(world: World):
    refused = world.okr(f"update {NAME} +#board", who="edsger")
    world.okr(f"update {NAME} owner:@Grace Hopper")
    told = world.press(refused, "Ask Ada Lovelace", who="edsger")
    assert "Who owns this objective has changed. Try it again, and you see what you can do now." in told.text
    assert wishes(world) == wishes(world, "grace") == []


def test_only_a_full_member_can_be_asked_by_direct_message(world: World):
    refused = world.okr(f"update {NAME} +#board", who="edsger")
    assert world.workspace.deactivate(USERS["katherine"]).ok
    told = world.press(refused, "Ask Katherine Johnson", who="edsger")
    assert "I do not find Katherine Johnson in Slack, so I cannot write to them. Ask them yourself." in told.text


def test_where_slack_takes_no_message_it_can_be_tried_again(world: World):
    refused = world.okr(f"update {NAME} +#board", who="edsger")
    world.workspace.faults.fail_next("chat.postMessage", error="internal_error")
    told = world.press(refused, "Ask Ada Lovelace", who="edsger")
    assert "Slack did not take my message to Ada Lovelace. Try again in a minute." in told.text
    assert ASKED in world.press(told, "Try again", who="edsger").text
    assert len(wishes(world)) == 1


@pytest.mark.parametrize("line", ["undo", "trash"])
def test_a_button_asks_for_nothing_but_a_change_or_a_deletion(world: World, line: str):
    assert not [one for one in world.okr(line, who="edsger").buttons if one.startswith("Ask")]


def test_nobody_is_asked_by_a_line_that_is_typed(world: World):
    assert "I do not know “ask”" in world.okr("ask 1 2 update 1", who="edsger").text
