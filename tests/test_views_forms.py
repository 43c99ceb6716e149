"""The forms: what they show of an objective, and that what is read back is what was entered."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.views import View

from bot.objectives.model import Draft
from bot.views.forms import (
    Form,
    check_draft,
    choices,
    create_form,
    edit_form,
    loading,
    person_option,
    problem,
    read_form,
    session_option,
    tag_option,
    tag_options,
)
from bot.views.lists import which_one
from bot.views.message import Message
from bot.views.text import one_line
from tests.sample_objectives import ADA, GRACE, HUGE, MARKETING, ONBOARDING, Q3, Q4
from tests.test_views_cards import buttons

DRAFT = Draft("Cut onboarding", Q4.id, ADA.id, ("growth", "q 4"), "Why")
FORM = Form("C1", form_id="f1")


def submitted(view: View) -> dict[str, Any]:
    """The view as Slack sends it back when nothing was changed in it."""
    shown = view.to_dict()
    values: dict[str, Any] = {}
    for block in shown["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        entered = {
            "plain_text_input": {"value": element.get("initial_value")},
            "external_select": {"selected_option": element.get("initial_option")},
            "multi_external_select": {"selected_options": element.get("initial_options", [])},
        }[element["type"]]
        values[block["block_id"]] = {element["action_id"]: {"type": element["type"], **entered}}
    return {**shown, "state": {"values": values}}


def inputs(view: View) -> list[str]:
    return [block["label"]["text"] for block in view.to_dict()["blocks"] if block["type"] == "input"]


def said(view: View) -> str:
    return "\n".join(block["text"]["text"] for block in view.to_dict()["blocks"] if block["type"] == "section")


def test_the_form_to_create_asks_for_five_things_in_order() -> None:
    view = create_form(Draft(), None, None, FORM)
    assert inputs(view) == ["Name", "Session", "Owner", "Tags", "Description"]
    shown = view.to_dict()
    assert (shown["callback_id"], shown["title"]["text"]) == ("objective.create", "Create objective")
    assert (shown["submit"]["text"], shown["close"]["text"]) == ("Create", "Cancel")
    assert json.loads(shown["private_metadata"]) == {"channel_id": "C1", "form_id": "f1"}


def test_what_is_known_stands_in_the_form_and_is_read_back() -> None:
    assert read_form(submitted(create_form(DRAFT, ADA, Q4, FORM))) == (DRAFT, FORM)


def test_an_empty_form_reads_as_an_empty_draft() -> None:
    assert read_form(submitted(create_form(Draft(), None, None, Form()))) == (Draft(), Form())


def test_the_form_to_change_shows_the_objective() -> None:
    view = edit_form(ONBOARDING, FORM)
    shown = view.to_dict()
    assert (shown["callback_id"], shown["submit"]["text"]) == ("objective.edit", "Save")
    assert read_form(submitted(view)) == (
        Draft(ONBOARDING.name, Q4.id, ADA.id, ONBOARDING.tags, ONBOARDING.description),
        replace(FORM, objective_id=ONBOARDING.id),
    )


def test_a_draft_stands_in_place_of_the_objective() -> None:
    typed = Draft("Shorter", Q3.id, GRACE.id, ("new",), "")
    draft, _ = read_form(submitted(edit_form(ONBOARDING, FORM, draft=typed, owner=GRACE, session=Q3)))
    assert draft == typed


def test_a_description_that_no_input_can_hold_is_not_cut_when_another_field_was_typed() -> None:
    long = replace(ONBOARDING, description="d" * 5000)
    draft = Draft("Shorter", Q4.id, ADA.id, (), long.description)
    view = edit_form(long, FORM, draft=draft)
    assert read_form(submitted(view))[1].locked == ("description",)
    assert "left out" not in said(view)


def test_further_owners_are_named() -> None:
    view = edit_form(replace(ONBOARDING, owners=(ADA, GRACE, replace(MARKETING, name="A & B"))), FORM)
    hints = [block.get("hint", {}).get("text") for block in view.to_dict()["blocks"]]
    assert "Also owned by Grace Hopper, A & B." in hints


def test_what_no_input_can_hold_is_shown_and_stays_as_it_is() -> None:
    objective = replace(ONBOARDING, name="n" * 2001, description="d" * 3001, tags=("t" * 151, *ONBOARDING.tags))
    view = edit_form(objective, FORM)
    draft, form = read_form(submitted(view))
    assert inputs(view) == ["Session", "Owner"]
    assert form.locked == ("name", "tags", "description")
    assert said(view).count(f"<{ONBOARDING.url}|Change it in the web app>") == 3
    assert check_draft(draft, locked=form.locked) == {}
    assert set(check_draft(draft)) == {"name"}


def test_a_text_of_exactly_the_limit_can_be_edited() -> None:
    objective = replace(ONBOARDING, name="n" * 2000, description="d" * 3000, tags=("t" * 150,))
    draft, form = read_form(submitted(edit_form(objective, FORM)))
    assert (draft.name, draft.description, draft.tags) == (objective.name, objective.description, objective.tags)
    assert form.locked == ()


def test_typed_text_too_long_for_an_input_is_given_back_to_be_copied() -> None:
    view = create_form(replace(DRAFT, description="d" * 3000 + "THE REST", tags=("x" * 151,)), ADA, Q4, FORM)
    assert "THE REST" in said(view)
    assert "x" * 140 in said(view)


def test_faults_and_notes_stand_at_the_top() -> None:
    view = create_form(DRAFT, ADA, Q4, FORM, faults={"name": "Is <taken>."}, notes=["Lost & found"])
    texts = [block["text"]["text"] for block in view.to_dict()["blocks"][:2]]
    assert texts == ["⚠ *Name*  Is &lt;taken&gt;.", "Lost &amp; found"]


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"state": None, "private_metadata": "no json"},
        {"state": {"values": None}, "private_metadata": "[1]"},
        {"state": {"values": {"name": {"other": {}}, "tags": {"value": {"selected_options": [None, {}]}}}}},
        {"private_metadata": '{"locked": 3}'},
    ],
)
def test_a_payload_with_parts_missing_reads_as_empty(view: dict[str, Any]) -> None:
    assert read_form(view) == (Draft(), Form())


def test_outer_blanks_are_not_part_of_a_text() -> None:
    values = {"name": {"value": {"value": "  Grow \n"}}, "description": {"value": {"value": "\n a\n b \n"}}}
    draft, _ = read_form({"state": {"values": values}})
    assert (draft.name, draft.description) == ("Grow", "a\n b")


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({}, {}),
        ({"name": " "}, {"name": "Give the objective a name."}),
        ({"name": "n" * 2001}, {"name": "Make the name shorter: it has 2,001 characters, 2,000 are possible."}),
        ({"session_id": ""}, {"session": "Choose a session."}),
        ({"owner_id": ""}, {"owner": "Choose an owner."}),
        ({"tags": ("x" * 151,)}, {"tags": "A tag has 1 to 150 characters."}),
    ],
)
def test_a_draft_is_checked_field_by_field(change: dict[str, Any], faults: dict[str, str]) -> None:
    assert check_draft(replace(DRAFT, **change)) == faults


def test_options_tell_namesakes_apart() -> None:
    described = [option.to_dict()["description"]["text"] for option in map(person_option, (ADA, MARKETING))]
    assert described == ["ada@example.com", "Team"]
    assert session_option(Q3).to_dict()["description"]["text"] == "1 Jul – 30 Sep, closed"
    assert (tag_option("t" * 150).value, len(tag_option("t" * 150).text or "")) == ("t" * 150, 75)


def offered(*args: Any, **kwargs: Any) -> list[tuple[str | None, str]]:
    return [(option.text, option.value) for option in tag_options(*args, **kwargs)]


def test_a_new_tag_is_offered_last() -> None:
    assert offered(["growth"], "#grow") == [("growth", "growth"), ('Create tag "grow"', "grow")]


@pytest.mark.parametrize("typed", ["", "#", " GROWTH ", "x" * 151])
def test_a_tag_that_exists_or_cannot_exist_is_not_offered_as_new(typed: str) -> None:
    assert offered(["growth", "growth", "", "y" * 151], typed) == [("growth", "growth")]


def test_a_new_tag_is_not_offered_to_those_who_may_not_make_one() -> None:
    assert offered([], "grow", may_create=False) == []


def test_a_picker_offers_a_hundred_at_most() -> None:
    options = offered([f"tag {number}" for number in range(500)], "new")
    assert len(options) == 100
    assert options[-1] == ('Create tag "new"', "new")


def test_a_form_that_is_fetched_or_cannot_be_shown_says_so() -> None:
    assert said(loading("Edit objective")) == "Fetching the objective…"
    failed = problem("A title that is far too long for Slack", "Quantive is <down>.", retry_line="update 1")
    assert failed.to_dict()["title"]["text"] == "A title that is far too…"
    assert said(failed) == "⚠ Quantive is &lt;down&gt;."
    assert buttons(Message("", failed.blocks or [])) == [("Try again", "run.0 update 1")]


def test_a_choice_can_stand_in_a_form() -> None:
    view = choices("Edit objective", which_one("Which one?", [(ONBOARDING, "update 1")]))
    assert said(view).startswith("Which one?\n")
    assert "submit" not in view.to_dict()


def test_the_largest_objective_fits_a_form() -> None:
    view = edit_form(HUGE, FORM).to_dict()
    assert len(view["blocks"]) <= 100
    assert len(json.dumps(view)) < 250_000


@given(st.builds(Draft, st.text(), st.just(""), st.just(""), st.lists(st.text()).map(tuple), st.text()))
def test_any_draft_fits_a_form_and_comes_back(draft: Draft) -> None:
    read, _ = read_form(submitted(create_form(draft, None, None, FORM)))
    assert read.name == " ".join(draft.name.splitlines()).strip()
    assert read.description == draft.description.strip()
    assert read.tags == tuple(dict.fromkeys(tag for tag in draft.tags if one_line(tag) and len(tag) <= 150))
