"""`/okr help` and what is typed nearly right."""

import pytest

from bot.commands.registry import TYPED
from tests.world import World


def test_help_lists_every_verb_with_an_example(world: World):
    said = world.okr("help")
    for verb in TYPED:
        assert verb.help is not None
        assert verb.help.summary in said.text
        assert verb.help.examples[0] in said.text


def test_help_for_a_verb_gives_its_grammar_however_it_is_written(world: World):
    for typed in ("help create", "HELP Create", "help /okr create", "help creat"):
        assert "How to write it" in world.okr(typed).text, typed
    said = world.okr("help zzzz").text
    assert "There is no verb “zzzz”" in said
    assert "What /okr can do" in said
    assert "There is no verb" not in world.okr("help").text


@pytest.mark.parametrize(
    "example", [example for verb in TYPED if verb.help for example in verb.help.examples if "O-3F9C" not in example]
)
def test_every_example_works_when_pasted(world: World, example: str):
    world.okr("search session:current onboarding")
    said = world.okr(example.removeprefix("/okr").strip())
    for bad in ("I do not know", "There is no verb", "Something went wrong", "does not exist", "No objective"):
        assert bad not in said.text


@pytest.mark.parametrize(
    ("typed", "offered", "found"),
    [
        ("serach #growth", "/okr search #growth", "Objectives tagged #growth"),
        ("Updaet 1", "/okr update 1", ""),
        ("1", "/okr show 1", ""),
    ],
)
def test_a_near_miss_is_offered_as_a_button_that_runs(world: World, typed: str, offered: str, found: str):
    said = world.okr(typed)
    assert said.buttons == [offered]
    assert f"Did you mean `{offered}`?" in said.text
    assert found in world.press(said, offered).text


def test_something_else_can_be_searched_for_or_looked_up(world: World):
    said = world.okr("onboarding time")
    assert "I do not know “onboarding”. The verbs are: search, show, create" in said.text
    assert "Cut onboarding time to a day" in world.press(said, "Search for it").text
    assert "What /okr can do" in world.press(said, "Help").text
