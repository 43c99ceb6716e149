"""Forms: pickers, words that survive every error, views that were closed, buttons of long ago."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import delete

from bot.objectives.search import Page
from bot.store.tables import forms
from tests.durable import look, short_waits
from tests.fakes.quantive import HTML, FakeQuantive
from tests.world import DEADLINE, USERS, World, elements_in

ACCEPTED = "Accepted. Quantive is not answering yet"


@pytest.fixture
def api() -> Iterator[FakeQuantive]:
    with FakeQuantive() as api:
        session = api.add_session("Q4", "2020-01-01T00:00:00Z", "2099-12-31T00:00:00Z")
        ada = api.add_user("Ada Lovelace", "ada.lovelace@example.com")
        api.add_user("Grace Hopper", "grace.hopper@example.com")
        api.add_goal("Cut onboarding time", session_id=session, owner_id=ada, tags=["growth"], description="Why\r\nso ")
        yield api


def test_pickers_find_people_sessions_and_tags_as_one_types(world: World):
    form = world.okr("create")
    assert world.suggest(form, "owner", "lov") == ["Ada Lovelace"]
    assert "Engineering" in world.suggest(form, "owner", "eng")
    assert "Grace Hopper" in world.suggest(form, "owner", "")
    assert world.suggest(form, "owner", "zzz") == []
    assert len(world.suggest(form, "session", "")) == 3
    assert world.suggest(form, "tags", "test t") == ["Test Tag", 'Create tag "test t"']
    assert world.suggest(form, "tags", "#GROWTH")[0] == "growth"
    assert 'Create tag "GROWTH"' not in world.suggest(form, "tags", "#GROWTH")


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"status": 400, "body": b'{"message":"name is odd"}'}, "Quantive refused this: name is odd."),
        ({"status": 403, "body": b'{"message":"no"}'}, "does not let the bot do this"),
    ],
    ids=["refused", "denied"],
)
def test_what_was_typed_in_the_form_survives_every_refusal_of_the_api(
    make_world: Callable[..., World], api: FakeQuantive, fault: dict[str, object], expected: str
):
    world = make_world(api=api)
    form = world.okr("create")
    api.fail(times=100, only=("POST",), **fault)
    assert world.suggest(form, "tags", "growth") == ["growth"]
    assert world.suggest(form, "tags", "new one") == ['Create tag "new one"']
    typed = {"name": "Win the Nordics", "description": "All of it", "tags": ["growth", "new one"]}
    said = world.submit(form, typed)
    assert expected in said.text
    assert "boom" not in said.text
    assert "<html" not in said.text
    assert api.token not in said.text
    api.recover()
    again = world.press(said, "Resume")
    assert again.view is not None
    assert again.view["state"]["name"] == {"value": "Win the Nordics"}
    assert again.view["state"]["description"] == {"value": "All of it"}
    assert again.view["state"]["tags"] == {"value": ["growth", "new one"]}
    assert "Created" in world.submit(again, {}).text
    assert [goal["name"] for goal in api.goals.values()].count("Win the Nordics") == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500, "body": b"Traceback: boom"},
        {"status": 200, "body": HTML, "headers": {"Content-Type": "text/html"}},
        {"drop": "before"},
    ],
    ids=["error", "web page", "dropped"],
)
def test_a_form_sent_off_while_the_api_is_away_is_accepted_and_becomes_its_result_in_the_same_message(
    make_world: Callable[..., World], api: FakeQuantive, fault: dict[str, object]
):
    world = make_world(api=api)
    form = world.okr("create")
    api.fail(times=1_000, only=("POST",), **fault)
    with short_waits():
        world.submit(form, {"name": "Win the Nordics"})
        waiting = look(world, ACCEPTED)
        assert "Win the Nordics" in waiting.text
        api.recover()
        look(world, "Created Win the Nordics")
    texts = [message["text"] for message in world.messages()]
    assert not [text for text in texts if ACCEPTED in text]
    assert len([text for text in texts if "Created Win the Nordics" in text]) == 1
    assert [goal["name"] for goal in api.goals.values()].count("Win the Nordics") == 1


def test_the_edit_form_comes_back_with_what_was_typed_and_sends_only_what_changed(
    make_world: Callable[..., World], api: FakeQuantive
):
    world = make_world(api=api)
    form = world.okr("update Cut onboarding time")
    api.fail(times=100, only=("PATCH",), status=400)
    said = world.submit(form, {"name": "Cut it"})
    api.recover()
    again = world.press(said, "Resume")
    assert again.view is not None
    assert again.view["state"]["name"] == {"value": "Cut it"}
    assert again.view["state"]["tags"] == {"value": ["growth"]}
    api.calls.clear()
    assert "Updated" in world.submit(again, {}).text
    assert [call.body for call in api.calls if call.method == "PATCH"] == [{"name": "Cut it"}]


def test_a_field_too_large_for_a_form_is_left_as_it_is_even_when_the_form_comes_back(
    make_world: Callable[..., World], api: FakeQuantive
):
    goal = next(iter(api.goals.values()))
    goal["description"] = "long " * 1_000
    world = make_world(api=api)
    form = world.okr("update Cut onboarding time")
    api.fail(times=100, only=("PATCH",), status=400)
    said = world.submit(form, {"name": "Cut it"})
    api.recover()
    assert "Updated" in world.submit(world.press(said, "Resume"), {}).text
    assert goal["name"] == "Cut it"
    assert goal["description"] == "long " * 1_000


def test_a_form_that_cannot_be_fetched_says_why_and_tries_again(make_world: Callable[..., World], api: FakeQuantive):
    world = make_world(api=api)
    goal_id = next(iter(api.goals))
    api.fail(times=100, only=("GET",), status=500)
    said = world.okr(f"update {goal_id} ")
    assert said.message is None
    assert "has a problem of its own" in said.text
    api.recover()
    form = world.press(said, "Try again")
    assert form.view is not None
    assert form.view["state"]["name"] == {"value": "Cut onboarding time"}


def test_an_answer_to_a_form_that_was_closed_meanwhile_comes_as_a_message(world: World):
    asked = world.okr("update zzzz")
    assert asked.view is not None
    view, is_closed, page = asked.view, threading.Event(), world.bot.objectives.search.page

    def page_when_closed(*arguments: Any, **options: Any) -> Page:
        assert is_closed.wait(DEADLINE)
        return page(*arguments, **options)

    world.bot.objectives.search.page = page_when_closed  # type: ignore[method-assign]
    button = next(one for one in elements_in(view["blocks"]) if one["type"] == "button")
    world.workspace.press(USERS["ada"], view, button["action_id"], value=button["value"])
    world.workspace.close_view(USERS["ada"], view["id"])
    is_closed.set()
    world.idle.wait_idle()
    assert "My objectives" in world.messages()[-1]["text"]


def test_what_is_done_from_a_form_is_shared_in_the_channel_it_was_opened_in(world: World):
    asked = world.okr("update zzzz", channel="growth")
    assert "No objective is called" in asked.text
    listed = world.press(asked, "My objectives", channel="growth")
    assert "My objectives" in listed.text
    assert listed.message is None
    shared = world.press(listed, "Share", channel="growth")
    assert shared.message is not None
    assert "Shared by <@U0ADA>" in shared.text


def test_a_form_nobody_keeps_any_more_is_told_politely(make_world: Callable[..., World], api: FakeQuantive):
    world = make_world(api=api)
    api.fail(times=100, only=("POST",), status=400)
    said = world.submit(world.okr("create"), {"name": "Kept"})
    with world.engine.begin() as connection:
        connection.execute(delete(forms))
    assert "That form is not kept any more" in world.press(said, "Resume").text
