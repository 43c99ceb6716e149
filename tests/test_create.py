"""`/okr create`: by one line, or by form with what was understood."""

import pytest

from tests.world import World, words_in


def test_a_line_with_a_name_and_a_tag_creates_an_objective_in_the_current_session_owned_by_the_typer(world: World):
    said = world.okr("create Cut costs by half #growth")
    assert "Created" in said.text
    assert "Cut costs by half" in said.text
    assert "Ada Lovelace" in said.text
    assert "#growth" in said.text
    assert "1 found" in world.okr("search Cut costs by half #growth").text


def test_without_a_name_the_form_opens_with_what_was_understood(world: World):
    said = world.okr('create #growth owner:me description:"Why it matters"')
    assert said.message is None
    assert said.view is not None
    assert said.view["title"]["text"] == "Create objective"
    assert said.view["state"]["tags"] == {"value": ["growth"]}
    assert said.view["state"]["description"] == {"value": "Why it matters"}
    assert said.view["state"]["owner"]["value"]
    assert said.view["state"]["session"]["value"]


def test_the_form_creates_and_answers_in_the_channel_it_was_opened_in(world: World):
    form = world.okr("create")
    assert world.suggest(form, "tags", "gro") == ["growth", 'Create tag "gro"']
    said = world.submit(form, {"name": "Win the Nordics", "tags": ["growth"], "description": "All of it"})
    assert said.view is None
    assert "Created" in said.text
    assert "Win the Nordics" in said.text
    assert said.message is not None
    assert said.message["ephemeral"]


def test_a_name_of_blanks_is_told_beside_its_field_and_nothing_is_lost(world: World):
    form = world.okr("create")
    said = world.submit(form, {"name": "   ", "description": "kept"})
    assert list(said.errors) == ["name"]
    assert said.view is not None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("create Grow owner:@nobody", "There is nobody called “@nobody”"),
        ('create Grow session:"Q9 2099"', "There is no session “Q9 2099”"),
        ("create Grow onwer:me", "onwer"),
    ],
    ids=["unknown person", "unknown session", "unknown key"],
)
def test_what_is_wrong_in_a_line_opens_the_form_with_the_rest_and_says_what(world: World, typed: str, expected: str):
    said = world.okr(typed)
    assert expected in said.text
    assert said.view is not None
    assert said.view["state"]["name"] == {"value": "Grow"}


def test_a_closed_session_is_refused_in_the_form_with_the_typed_name(world: World):
    closed = next(one for one in world.client.sessions() if one.status == "closed")
    said = world.okr(f'create Grow session:"{closed.title}"')
    assert f"{closed.title} is closed: nothing can change there." in said.text
    assert said.view is not None
    assert said.view["state"]["name"] == {"value": "Grow"}


def test_a_name_of_ten_thousand_characters_is_given_back_whole(world: World):
    said = world.okr("create " + "word " * 2000)
    assert "at most 2,000 characters" in said.text
    assert said.text.count("word") >= 2000


def test_somebody_else_cannot_be_made_the_owner_unless_an_admin_does_it(world: World):
    refused = world.okr("create Do my work owner:@Ada Lovelace", who="grace")
    assert "Only an admin can create an objective for somebody else" in refused.text
    assert "Created" in world.okr("create Do my work owner:@Grace Hopper", who="ada").text


def test_a_guest_gets_nothing_but_a_polite_sentence(world: World):
    said = world.okr("create Take over", who="ellis")
    assert "Objectives are for full members of this workspace" in said.text
    assert "Created" not in said.text


def test_markup_in_a_name_stays_text(world: World):
    said = world.okr('create "<!channel> & <@U123> *bold* `code` <https://x.example|y>"')
    assert said.message is not None
    shown = "\n".join(words_in([block for block in said.message["blocks"] if block["type"] != "actions"]))
    assert "<!channel>" not in shown
    assert "<@U123>" not in shown
    assert "&lt;!channel&gt;" in shown
