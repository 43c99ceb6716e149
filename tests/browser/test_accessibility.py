"""axe-core finds nothing serious, in light and dark, wide and narrow."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import gallery
from tests.browser.conftest import Open
from tests.browser.stage import GALLERIES, Stage

pytestmark = pytest.mark.browser


def judge(page: Page, axe: str) -> list[str]:
    """What axe finds serious or critical: the rule, where, and why."""
    page.evaluate(axe)
    found: list[Any] = page.evaluate("axe.run().then(result => result.violations)")
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in grave for node in one["nodes"]]


def empty(page: Page) -> None:
    expect(page.locator(".welcome")).to_be_visible()


def conversation(page: Page) -> None:
    page.locator("main .composer-input").fill("Hello, @Grace Hopper in #growth")
    page.keyboard.press("Enter")
    page.locator("main .composer-input").fill("/okr search")
    page.keyboard.press("Enter")
    expect(page.locator(".ephemeral")).to_be_visible()


def completion(page: Page) -> None:
    page.locator("main .composer-input").press_sequentially("/")
    expect(page.locator(".completion .option").first).to_be_visible()


def modal(page: Page) -> None:
    page.locator("main .composer-input").fill("/okr create")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Create", exact=True).click()
    page.get_by_role("combobox", name="Teams").click()
    expect(page.get_by_role("option", name="Product", exact=True)).to_be_visible()


def inspector(page: Page) -> None:
    conversation(page)
    page.get_by_role("button", name="Inspector").click()
    page.locator(".traffic summary").first.click()
    expect(page.locator(".payload").first).to_be_visible()


def api(page: Page) -> None:
    page.get_by_role("button", name="API").click()
    expect(page.get_by_role("tab", name="curl")).to_be_visible()


def about(page: Page) -> None:
    page.get_by_role("button", name="This machine only").click()
    expect(page.locator(".steps")).to_be_visible()


def people(page: Page) -> None:
    page.get_by_role("button", name="People", exact=True).click()
    expect(page.get_by_label("Time zone of Grace Hopper")).to_be_visible()


def failures(page: Page) -> None:
    page.get_by_role("button", name="Failures").click()
    page.get_by_label("Charts are refused").check()
    expect(page.get_by_role("button", name="Failures, some are on")).to_be_visible()


def channel_menu(page: Page) -> None:
    page.get_by_role("button", name="Change this channel").click()
    page.get_by_role("menuitem", name="Rename").click()
    expect(page.get_by_role("dialog").get_by_label("Name")).to_be_visible()


SCENES = [empty, conversation, completion, modal, inspector, api, about, people, failures, channel_menu]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("scene", SCENES)
def test_nothing_grave_is_found_in(open_page: Open, axe: str, scene: Callable[[Page], None], scheme: str) -> None:
    page = open_page(place="#/C0GENERAL", color_scheme=scheme, bypass_csp=True)
    scene(page)
    assert judge(page, axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", GALLERIES)
def test_nothing_grave_is_found_in_the_blocks(open_page: Open, axe: str, stage: Stage, name: str, scheme: str) -> None:
    stage.client.chat_postMessage(channel="C0GENERAL", text="The gallery", blocks=GALLERIES[name])
    page = open_page(place="#/C0GENERAL", color_scheme=scheme, bypass_csp=True)
    expect(page.locator(".message")).to_have_count(1)
    assert judge(page, axe) == []


def test_nothing_grave_is_found_on_a_phone(open_page: Open, axe: str, stage: Stage) -> None:
    stage.client.chat_postMessage(channel="C0GENERAL", text="The gallery", blocks=gallery.READING)
    page = open_page(place="#/C0GENERAL", width=390, height=780, bypass_csp=True)
    expect(page.locator(".message")).to_have_count(1)
    assert judge(page, axe) == []
    page.get_by_role("button", name="Channels and people").click()
    assert judge(page, axe) == []
