"""Forms: every input, errors, stacks, and what survives updates and reloads."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser


@pytest.fixture
def form(general: Page) -> Locator:
    """The form that `/okr create` opens."""
    general.locator("main .composer-input").fill("/okr create")
    general.keyboard.press("Enter")
    dialog = general.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Create objective")).to_be_visible()
    return dialog


def pick(form: Locator, name: str, typed: str, option: str) -> None:
    box = form.get_by_role("combobox", name=name)
    box.click()
    box.press_sequentially(typed)
    form.get_by_role("option", name=option, exact=True).click()


def submitted(stage: Stage) -> dict[str, Any]:
    found = stage.slack.wait_for(lambda: [what for name, what in stage.heard if name == "submitted"])
    return found[-1]  # type: ignore[no-any-return]


def test_a_form_opens_with_the_first_field_focused_and_its_hint_told(form: Locator) -> None:
    name = form.get_by_role("textbox", name="Name")
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description("Say what will be true at the end; start with a verb.")
    expect(name).to_have_attribute("aria-required", "true")
    assert form.locator(".unsupported").count() == 0


def test_every_input_arrives_at_the_app_as_slack_sends_it(form: Locator, stage: Stage) -> None:
    form.get_by_role("textbox", name="Name").fill("Cut onboarding time")
    pick(form, "Session", "year", "Year 2026")
    pick(form, "Owner", "", "Grace Hopper")
    pick(form, "Tags", "x", "tag x")
    pick(form, "Teams", "", "Product")
    form.get_by_role("textbox", name="Description").fill("Two\nlines")
    form.get_by_role("textbox", name="Weight").fill("7")
    form.get_by_role("textbox", name="Contact").fill("ada@example.com")
    form.get_by_role("textbox", name="Link").fill("https://example.com")
    pick(form, "Reviewer", "alan", "Alan Turing")
    pick(form, "Channels", "gro", "#growth")
    pick(form, "Announce in", "rand", "#random")
    form.get_by_role("checkbox", name="Stretch").check()
    form.get_by_role("radio", name="Low").check()
    form.get_by_label("Starts").fill("2026-11-01")
    form.get_by_label("Reminder").fill("17:45")
    form.get_by_role("textbox", name="Notes").press_sequentially("A note")
    form.get_by_role("button", name="Create", exact=True).click()
    expect(form).to_have_count(0)
    got = {block: simplify(value) for block, value in submitted(stage).items()}
    note = got.pop("notes")
    assert note["elements"][0]["elements"] == [{"type": "text", "text": "A note"}]
    assert got == {
        "name": "Cut onboarding time",
        "session": "year-2026",
        "owner": "grace",
        "tags": ["tag-x"],
        "teams": ["product"],
        "description": "Two\nlines",
        "weight": "7",
        "contact": "ada@example.com",
        "link": "https://example.com",
        "reviewer": "U0ALAN",
        "channels": ["C0GROWTH"],
        "announce-in": "C0RANDOM",
        "options": ["stretch"],
        "confidence": "low",
        "starts": "2026-11-01",
        "reminder": "17:45",
        "review": 1798761600,
    }


def simplify(state: dict[str, Any]) -> Any:
    """What was chosen, out of Slack's state of an element."""
    found = next(value for key, value in state.items() if key.startswith(("selected", "value", "rich")))
    if isinstance(found, list):
        return [one["value"] if isinstance(one, dict) else one for one in found]
    return found.get("value", found) if isinstance(found, dict) else found


def test_what_is_missing_or_wrong_is_said_beside_its_field(form: Locator, stage: Stage) -> None:
    form.get_by_role("textbox", name="Weight").fill("eleven")
    form.get_by_role("button", name="Create", exact=True).click()
    name = form.get_by_role("textbox", name="Name")
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_accessible_description(re.compile("This field is required."))
    expect(form.get_by_role("textbox", name="Weight")).to_have_accessible_description("Enter a number.")
    name.fill("x")
    expect(name).not_to_have_attribute("aria-invalid", "true")
    assert stage.heard == [("command", "create")]


def test_an_error_of_the_app_is_shown_beside_its_field(form: Locator) -> None:
    name = form.get_by_role("textbox", name="Name")
    name.fill("taken")
    pick(form, "Owner", "", "Grace Hopper")
    form.get_by_role("button", name="Create", exact=True).click()
    expect(name).to_have_accessible_description(re.compile("There is an objective of this name already."))
    expect(name).to_be_focused()
    expect(name).to_have_value("taken")


def test_a_late_answer_keeps_the_form_and_says_so(form: Locator, stage: Stage) -> None:
    form.get_by_role("textbox", name="Name").fill("late")
    pick(form, "Owner", "", "Grace Hopper")
    submit = form.get_by_role("button", name="Create", exact=True)
    stage.slack._world.delivery._patience = 3.0
    submit.click()
    expect(submit).to_have_attribute("aria-busy", "true")
    expect(form.get_by_role("alert")).to_have_text(re.compile("trouble connecting|took too long"))
    expect(form.get_by_role("textbox", name="Name")).to_have_value("late")


def test_a_type_ahead_works_with_the_keyboard_alone(form: Locator) -> None:
    tags = form.get_by_role("combobox", name="Tags")
    tags.focus()
    tags.press_sequentially("abc")
    expect(form.get_by_role("option", name="tag abc", exact=True)).to_be_visible()
    expect(tags).to_have_attribute("aria-expanded", "true")
    tags.press("ArrowDown")
    active = tags.get_attribute("aria-activedescendant")
    expect(form.locator(f"#{active}")).to_have_text("Create tag “abc”")
    tags.press("Enter")
    expect(form.get_by_role("button", name="Remove Create tag “abc”")).to_be_visible()
    tags.press_sequentially("d")
    tags.press("Escape")
    expect(form).to_be_visible()
    expect(tags).to_have_attribute("aria-expanded", "false")
    tags.press("Backspace")
    expect(form.locator(".chip")).to_have_count(0)


def test_a_type_ahead_groups_options_and_says_when_there_are_none(form: Locator) -> None:
    form.get_by_role("combobox", name="Teams").click()
    expect(form.get_by_role("group", name="People")).to_be_visible()
    form.get_by_role("combobox", name="Teams").press_sequentially("zzz")
    expect(form.locator(".popup:popover-open")).to_have_text("No results")
    form.get_by_role("combobox", name="Session").click()
    form.get_by_role("combobox", name="Session").press_sequentially("elan")
    expect(form.locator(".popup:popover-open .option")).to_have_text(["Élan & sons"])


def test_no_more_options_are_taken_than_may_be(form: Locator) -> None:
    pick(form, "Teams", "", "Product")
    pick(form, "Teams", "", "Ada Lovelace")
    pick(form, "Teams", "", "Engineering")
    expect(form.locator(".popup:popover-open")).to_have_text("No more than 2 can be chosen")
    expect(form.locator(".chip")).to_have_count(2)


def test_what_is_typed_is_kept_while_the_app_changes_the_form(form: Locator) -> None:
    name = form.get_by_role("textbox", name="Name")
    name.fill("Typed before")
    pick(form, "Owner", "", "Grace Hopper")
    form.get_by_role("button", name="Add a field").click()
    expect(form.get_by_role("textbox", name="Sponsor")).to_be_visible()
    expect(name).to_have_value("Typed before")
    expect(form.get_by_role("combobox", name="Owner")).to_have_value("Grace Hopper")


def test_views_are_stacked_three_deep_and_each_keeps_what_was_typed(form: Locator) -> None:
    form.get_by_role("textbox", name="Name").fill("Outer")
    form.get_by_role("button", name="Another view").click()
    expect(form.get_by_role("heading", name="View", exact=True)).to_be_visible()
    form.get_by_role("textbox", name="Inner name").fill("Middle")
    form.get_by_role("button", name="One more").click()
    expect(form.get_by_role("heading", name="View View", exact=True)).to_be_visible()
    expect(form.get_by_role("textbox", name="Inner name")).to_have_value("")
    form.get_by_role("button", name="Back").click()
    expect(form.get_by_role("textbox", name="Inner name")).to_have_value("Middle")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("textbox", name="Name")).to_have_value("Outer")


def test_escape_closes_the_form_and_tells_the_app(form: Locator, stage: Stage, general: Page) -> None:
    general.keyboard.press("Escape")
    expect(form).to_have_count(0)
    stage.slack.wait_for(lambda: ("closed", False) in stage.heard)
    expect(general.locator("main .composer-input")).to_be_focused()


def test_the_cross_closes_the_whole_stack(form: Locator, stage: Stage) -> None:
    form.get_by_role("button", name="Another view").click()
    expect(form.get_by_role("heading", name="View", exact=True)).to_be_visible()
    form.get_by_role("button", name="Close", exact=True).first.click()
    expect(form).to_have_count(0)
    stage.slack.wait_for(lambda: ("closed", True) in stage.heard)


def test_a_reload_in_the_middle_of_a_form_loses_nothing(form: Locator, general: Page) -> None:
    form.get_by_role("textbox", name="Name").fill("Half typed")
    pick(form, "Owner", "", "Grace Hopper")
    pick(form, "Tags", "x", "tag x")
    general.reload()
    again = general.get_by_role("dialog")
    expect(again.get_by_role("textbox", name="Name")).to_have_value("Half typed")
    expect(again.get_by_role("combobox", name="Owner")).to_have_value("Grace Hopper")
    expect(again.locator(".chip")).to_have_text(["tag x"])


def test_the_focus_stays_within_the_form(form: Locator, general: Page) -> None:
    for _ in range(60):
        general.keyboard.press("Tab")
        assert general.evaluate(
            "document.activeElement === document.body || Boolean(document.activeElement.closest('dialog'))"
        )


def test_a_global_shortcut_opens_the_form(open_page: Open) -> None:
    page = open_page(place="#/C0GENERAL")
    page.locator("main").get_by_role("button", name="Shortcuts").click()
    page.get_by_role("menuitem", name="Create objective").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_form_that_loads_first_becomes_the_form_with_its_first_field_focused(general: Page, stage: Stage) -> None:
    general.locator("main .composer-input").fill("/okr edit")
    general.keyboard.press("Enter")
    dialog = general.get_by_role("dialog", name="Create objective")
    expect(dialog).to_contain_text("Fetching the objective…")
    expect(dialog.get_by_role("button", name="Create", exact=True)).to_have_count(0)
    stage.release.set()
    expect(dialog.get_by_role("textbox", name="Name")).to_be_focused()
    expect(dialog).not_to_contain_text("Fetching")


def test_a_form_closed_while_it_loads_stays_closed(general: Page, stage: Stage) -> None:
    general.locator("main .composer-input").fill("/okr edit")
    general.keyboard.press("Enter")
    expect(general.get_by_role("dialog")).to_be_visible()
    general.keyboard.press("Escape")
    expect(general.get_by_role("dialog")).to_have_count(0)
    stage.release.set()
    stage.slack.wait_for(lambda: [one for one in stage.slack.requests if one.what == "views.update"])
    expect(general.get_by_role("dialog")).to_have_count(0)


def test_a_draft_in_a_form_does_not_leak_to_another_person(form: Locator, general: Page) -> None:
    form.get_by_role("textbox", name="Name").fill("Mine")
    general.goto(general.url.replace("U0ADA", "U0GRACE"))
    expect(general.get_by_role("button", name=re.compile("^Acting as Grace"))).to_be_visible()
    expect(general.get_by_role("dialog")).to_have_count(0)
    general.goto(general.url.replace("U0GRACE", "U0ADA"))
    expect(general.get_by_role("textbox", name="Name")).to_have_value("Mine")
