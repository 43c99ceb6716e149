"""The whole bot as a person uses it: in Chromium, with the mouse and the keyboard. Screenshots go to artifacts/."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import keep, note
from tests.browser.test_accessibility import judge
from tests.world import DEADLINE, World

pytestmark = pytest.mark.browser

OpenBot = Callable[..., Page]


@pytest.fixture
def open_bot(browser: Browser, world: World) -> Iterator[OpenBot]:
    """Opens the workspace with the real bot in it; any error in the page's console fails the test."""
    contexts = []
    faults: list[str] = []

    def open_one(
        who: str = "ada", *, channel: str = "general", width: int = 1280, height: int = 900, **options: Any
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(1000 * DEADLINE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: note(message, faults))
        page.goto(f"{world.base_url}/?as=U0{who.upper()}#/{world.channel(channel)}")
        page.wait_for_selector("body[data-ready]")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not faults


def say(page: Page, line: str) -> None:
    page.locator("main .composer-input").fill(line)
    page.keyboard.press("Enter")


def latest(page: Page) -> Locator:
    """The newest message."""
    return page.locator("main .message").last


def pick(form: Locator, name: str, typed: str, option: str) -> None:
    box = form.get_by_role("combobox", name=name)
    box.click()
    box.press_sequentially(typed)
    form.get_by_role("option", name=option).first.click()


def test_an_objective_is_created_by_form_with_owner_and_tag_picked_by_type_ahead(open_bot: OpenBot):
    page = open_bot()
    say(page, "/okr create")
    form = page.get_by_role("dialog")
    expect(form.get_by_role("heading", name="Create objective")).to_be_visible()
    form.get_by_role("button", name="Create", exact=True).click()
    expect(form).to_contain_text("This field is required.")
    keep(page, "form-with-a-field-error")
    form.get_by_role("textbox", name="Name").fill("Win the Nordics")
    pick(form, "Owner", "grace", "Grace Hopper")
    pick(form, "Tags", "grow", "growth")
    pick(form, "Tags", "nordics", 'Create tag "nordics"')
    keep(page, "form-filled")
    form.get_by_role("button", name="Create", exact=True).click()
    expect(form).to_be_hidden()
    expect(latest(page)).to_contain_text("Created")
    expect(latest(page)).to_contain_text("Win the Nordics")
    expect(latest(page)).to_contain_text("Grace Hopper")
    expect(latest(page)).to_contain_text("#growth")
    expect(latest(page)).to_contain_text("#nordics")
    keep(page, "created")


def test_what_is_too_long_is_said_and_stays_as_it_was_pasted(open_bot: OpenBot):
    page = open_bot()
    say(page, "/okr create")
    form = page.get_by_role("dialog")
    name = form.get_by_role("textbox", name="Name")
    name.fill("x" * 2_001)
    form.get_by_role("button", name="Create", exact=True).click()
    expect(form).to_contain_text("Use no more than 2000 characters; these are 2001.")
    expect(name).to_have_value("x" * 2_001)


def test_after_a_form_the_focus_is_on_the_button_that_opened_it(open_bot: OpenBot):
    page = open_bot()
    say(page, "/okr show Cut onboarding time to a day")
    edit = latest(page).get_by_role("button", name="Edit Cut onboarding time")
    edit.press("Enter")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(edit).to_be_focused()


def test_a_tag_search_is_paged_in_place_and_a_row_opens_its_objective(open_bot: OpenBot, world: World):
    for n in range(12):
        world.okr(f"create Launch step {n + 1:02} #launch")
    page = open_bot()
    say(page, "/okr search #launch")
    expect(latest(page)).to_contain_text("12 found, 1–10")
    keep(page, "list")
    latest(page).get_by_role("button", name="Next").click()
    expect(latest(page)).to_contain_text("12 found, 11–12")
    expect(latest(page)).to_contain_text("Launch step 12")
    keep(page, "next-page")
    latest(page).get_by_role("button", name="Previous").click()
    expect(latest(page)).to_contain_text("12 found, 1–10")
    latest(page).get_by_role("button", name="More actions").first.click()
    page.get_by_role("menuitem", name="Show").click()
    expect(latest(page).get_by_role("heading", name="Launch step 01")).to_be_visible()


def test_an_objective_is_edited_by_form_and_says_what_changed(open_bot: OpenBot, world: World):
    world.okr('create "Cut costs by half" #growth')
    page = open_bot()
    say(page, "/okr update Cut costs by half")
    form = page.get_by_role("dialog")
    name = form.get_by_role("textbox", name="Name")
    expect(name).to_have_value("Cut costs by half")
    name.fill("Cut costs by a third")
    form.get_by_role("button", name="Remove growth").click()
    form.get_by_role("textbox", name="Description").fill("Without hurting anyone")
    form.get_by_role("button", name="Save").click()
    expect(latest(page)).to_contain_text("Updated")
    expect(latest(page)).to_contain_text("Cut costs by a third")
    expect(latest(page).locator("s, del").first).to_contain_text("Cut costs by half")
    expect(latest(page)).to_contain_text("− #growth")
    keep(page, "updated")


def test_a_delete_asks_first_and_only_the_button_deletes(open_bot: OpenBot, world: World):
    world.okr('create "Soon gone"')
    page = open_bot()
    say(page, "/okr delete Soon gone")
    expect(latest(page)).to_contain_text("Delete")
    expect(latest(page)).to_contain_text("Soon gone")
    keep(page, "delete-asked")
    latest(page).get_by_role("button", name="Keep").click()
    assert "1 found" in world.okr("search Soon gone").text
    say(page, "/okr delete Soon gone")
    latest(page).get_by_role("button", name="Delete").click()
    expect(latest(page)).to_contain_text("Deleted")
    assert "Nothing found" in world.okr("search Soon gone").text


def test_somebody_else_is_told_who_may_and_a_guest_is_turned_away(open_bot: OpenBot, world: World):
    world.okr('create "Only mine"')
    page = open_bot("grace")
    say(page, "/okr delete Only mine")
    expect(latest(page)).to_contain_text("Only Ada Lovelace or an admin can change this objective.")
    latest(page).get_by_role("button", name="Ask Ada Lovelace").click()
    expect(latest(page)).to_contain_text("I asked Ada Lovelace by direct message.")
    page.get_by_role("button", name="Acting as").click()
    page.get_by_role("option", name="Ellis Guest").or_(page.get_by_role("menuitemradio", name="Ellis Guest")).click()
    expect(page.get_by_role("button", name="Acting as")).to_contain_text("Ellis Guest")
    expect(page.locator(".welcome")).to_be_visible()
    say(page, "/okr mine")
    expect(latest(page)).to_contain_text("Objectives are for full members of this workspace.")
    keep(page, "as-a-guest")


def test_what_is_shared_is_seen_by_others_at_once(open_bot: OpenBot, world: World):
    reader, sharer = open_bot("grace"), open_bot("ada")
    say(sharer, "/okr show Cut onboarding time to a day")
    expect(latest(sharer)).to_contain_text("Key results")
    keep(sharer, "detail")
    latest(sharer).get_by_role("button", name="Share").click()
    expect(latest(reader)).to_contain_text("Shared by")
    expect(latest(reader)).to_contain_text("Cut onboarding time to a day")
    keep(reader, "shared")


def test_everything_works_with_the_keyboard_alone(open_bot: OpenBot):
    page = open_bot()
    expect(page.locator("main .composer-input")).to_be_focused()
    page.keyboard.type("/okr create Typed by hand #growth")
    page.keyboard.press("Enter")
    expect(latest(page)).to_contain_text("Created")
    page.keyboard.type("/okr update Typed by hand")
    page.keyboard.press("Enter")
    form = page.get_by_role("dialog")
    expect(form.get_by_role("textbox", name="Name")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(", twice")
    page.keyboard.press("Enter")
    expect(latest(page)).to_contain_text("Typed by hand, twice")


def test_the_bot_away_is_told_and_works_again_when_it_is_back(open_bot: OpenBot, world: World):
    page = open_bot()
    events_url = f"{world.base_url}/slack/events"
    world.point_at("http://127.0.0.1:9/slack/events")
    say(page, "/okr mine")
    expect(latest(page)).to_contain_text("/okr failed")
    world.point_at(events_url)
    say(page, "/okr mine")
    expect(latest(page)).to_contain_text("My objectives")


def test_help_names_every_verb_with_an_example(open_bot: OpenBot):
    page = open_bot()
    say(page, "/okr help")
    expect(latest(page)).to_contain_text("/okr search #growth")
    keep(page, "help")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_all_and_axe_finds_nothing_grave(open_bot: OpenBot, axe: str, scheme: str):
    page = open_bot(width=390, height=844, color_scheme=scheme, has_touch=True)
    say(page, "/okr show Cut onboarding time to a day")
    expect(latest(page)).to_contain_text("Key results")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    keep(page, f"phone-{scheme}")
    assert judge(page, axe) == []
    say(page, "/okr create")
    expect(page.get_by_role("dialog")).to_be_visible()
    keep(page, f"phone-form-{scheme}")
    assert judge(page, axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_desk_shows_it_all_and_axe_finds_nothing_grave(open_bot: OpenBot, axe: str, scheme: str):
    page = open_bot(color_scheme=scheme)
    say(page, "/okr")
    expect(latest(page)).to_contain_text("My objectives")
    say(page, "/okr search #growth")
    expect(latest(page)).to_contain_text("Objectives tagged #growth")
    keep(page, f"desktop-{scheme}")
    assert judge(page, axe) == []
