"""How answers reach people when the usual way is closed: nothing that was asked stays without an answer."""

import pytest
from sqlalchemy.exc import OperationalError

from tests.world import USERS, World


def test_when_the_response_url_fails_the_answer_comes_as_an_ephemeral_message(world: World):
    world.workspace.faults.fail_next("response_url", status=500)
    said = world.okr("help")
    assert "What /okr can do" in said.text
    assert said.message is not None
    assert said.message["ephemeral"]


def test_an_answer_that_slack_took_without_saying_so_takes_its_own_place(world: World):
    before = len(world.messages())
    world.workspace.faults.fail_next("response_url", cut=True, after=True)
    assert "What /okr can do" in world.okr("help").text
    assert len(world.messages()) == before + 1


def test_where_the_workspace_refuses_charts_a_digest_comes_without_one(world: World):
    world.workspace.faults.refused_blocks = frozenset({"data_visualization"})
    mine = world.okr("digest #growth")
    for said in (mine, world.press(mine, "Share")):
        assert said.message is not None
        assert {block["type"] for block in said.message["blocks"]} == {"header", "context", "section", "actions"}
        assert "Win back the customers we lost to price: 98 %" in said.text


def test_where_the_bot_is_not_in_the_channel_it_comes_as_a_direct_message(world: World):
    world.workspace.faults.fail_next("response_url", status=404)
    said = world.okr("help", channel="random")
    assert said.message is None
    assert world.workspace.wait_for_message(USERS["ada"], world.workspace.dm(USERS["ada"]), "What /okr can do")


def test_a_form_opened_where_the_bot_is_not_is_answered_there_all_the_same(world: World):
    form = world.okr("create", channel="random")
    said = world.submit(form, {"name": "Known to few"}, channel="random")
    assert "Created" in said.text


def test_where_the_address_of_the_form_is_spent_the_answer_comes_by_direct_message(world: World):
    form = world.okr("create", channel="random")
    world.workspace.faults.fail_next("response_url", status=404)
    world.submit(form, {"name": "Known to few"}, channel="random")
    assert world.workspace.wait_for_message(USERS["ada"], world.workspace.dm(USERS["ada"]), "Known to few")


def test_a_form_that_slack_does_not_open_any_more_is_offered_by_a_button(world: World):
    world.workspace.faults.fail_next("views.open", error="expired_trigger_id")
    said = world.okr("create #growth")
    assert said.view is None
    assert said.buttons == ["Open the form"]
    form = world.press(said, "Open the form")
    assert form.view is not None
    assert form.view["state"]["tags"] == {"value": ["growth"]}


def test_a_form_that_was_closed_while_it_was_fetched_leaves_no_trace(world: World):
    world.workspace.faults.fail_next("views.update", error="not_found")
    world.okr("search #growth")
    assert "Something went wrong" not in world.okr("update 1").text


def test_slack_being_down_while_a_form_opens_is_no_bug(world: World):
    world.workspace.faults.fail_next("views.open", status=500, times=3)
    assert world.okr("create").buttons == ["Open the form"]


def test_buttons_in_a_form_are_answered_in_the_form(world: World):
    world.okr('create "Alpha one"')
    world.okr('create "Alpha two"')
    asked = world.okr("update Alpha")
    assert asked.view is not None
    assert "Which one do you mean" in asked.text
    chosen = world.press(asked, asked.buttons[0])
    assert chosen.view is not None
    assert chosen.view["title"]["text"] == "Edit objective"
    assert chosen.view["id"] == asked.view["id"]
    said = world.submit(chosen, {"name": "Beta"})
    assert "Updated" in said.text
    assert said.message is not None
    assert said.message["ephemeral"]


def test_what_cannot_be_noted_down_is_not_done_and_that_is_said_to_members_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    def locked(*_job: object) -> None:
        raise OperationalError("insert", {}, Exception("database is locked"))

    form = world.okr("create")
    with monkeypatch.context() as patch:
        patch.setattr(world.writes, "accept", locked)
        said = world.okr("create Win the Nordics")
        assert "I cannot note anything down right now, so nothing was changed." in said.text
        guest = world.okr("create Win the Nordics", who="ellis")
        assert ("Objectives are for full members" in guest.text, guest.buttons) == (True, [])
        assert "I cannot note" in world.submit(form, {"name": "Win the South"}).errors["name"]
    assert "Created Win the Nordics" in world.press(said, "Try again").text
    assert "Created Win the South" in world.submit(form, {"name": "Win the South"}).text


def test_what_cannot_be_looked_up_without_the_database_is_said_and_can_be_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    def away(*_asked: object) -> None:
        raise OperationalError("select", {}, Exception("connection refused"))

    with monkeypatch.context() as patch:
        patch.setattr(world.bot.objectives.memory, "short_ids", away)
        said = world.okr("search onboarding")
    assert "My own database does not answer right now. Try again in a minute." in said.text
    assert "found" in world.press(said, "Try again").text
