"""Every block of Block Kit, shown and used."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import gallery
from tests.browser.conftest import Open
from tests.browser.stage import GALLERIES, Stage

pytestmark = pytest.mark.browser


def show(open_page: Open, stage: Stage, blocks: list[gallery.Block]) -> Page:
    stage.client.chat_postMessage(channel="C0GENERAL", text="The gallery", blocks=blocks)
    page = open_page(place="#/C0GENERAL")
    expect(page.locator(".message")).to_have_count(1)
    return page


def block(page: Page, kind: str) -> Locator:
    return page.locator(f".block-{kind}")


@pytest.mark.parametrize("name", GALLERIES)
def test_no_block_of_the_gallery_is_unsupported(open_page: Open, stage: Stage, name: str) -> None:
    page = show(open_page, stage, GALLERIES[name])
    expect(page.locator(".message .blocks > .block")).to_have_count(len(GALLERIES[name]))
    assert page.locator(".unsupported").all_text_contents() == []


def test_a_block_the_page_does_not_know_says_so(open_page: Open) -> None:
    page = open_page(place="#/C0GENERAL")
    words = page.evaluate(
        """async () => {
            const { renderBlock } = await import("/workspace/static/blocks.js");
            return renderBlock({ type: "hologram" }, {}).textContent;
        }"""
    )
    assert words == "Unsupported block: hologram"


def test_mrkdwn_is_shown_as_slack_shows_it(open_page: Open, stage: Stage) -> None:
    prose = show(open_page, stage, gallery.READING).locator("[data-block=prose]")
    for tag, words in (("strong", "bold"), ("em", "italic"), ("del", "struck"), ("code", "code"), ("pre", "x = 1")):
        expect(prose.locator(tag).first).to_have_text(words)
    expect(prose.locator("blockquote")).to_have_text("a quotation")
    expect(prose.locator(".bullet")).to_have_count(2)
    expect(prose).to_contain_text("<b>not markup</b>")
    expect(prose.get_by_role("link", name="a link")).to_have_attribute("href", "https://example.com/")
    expect(prose.locator(".mention")).to_have_text(["@Grace Hopper", "#growth"])


@pytest.mark.parametrize(
    ("person", "shown"),
    [("U0ADA", "1 Jan 2027 at 01:00"), ("U0GRACE", "31 Dec 2026 at 19:00")],
    ids=["Berlin", "New York"],
)
def test_a_date_is_shown_in_the_readers_zone(open_page: Open, stage: Stage, person: str, shown: str) -> None:
    stage.client.chat_postMessage(channel="C0GENERAL", text="<!date^1798761600^{date_short} at {time}|some day>")
    expect(open_page(person, place="#/C0GENERAL").locator(".message .text time")).to_have_text(shown)


def test_markup_that_crosses_itself_stays_readable(open_page: Open) -> None:
    page = open_page(place="#/C0GENERAL")
    render = """async (text) => {
        const { renderMrkdwn } = await import("/workspace/static/mrkdwn.js");
        const node = document.createElement("div");
        node.append(...renderMrkdwn(text, { users: new Map(), channels: new Map(), me: {} }));
        return node.innerHTML;
    }"""
    link = '<a href="mailto:a_b@x.org" target="_blank" rel="noopener noreferrer">l_i_nk</a>'
    marked = '<a href="https://x.org/" target="_blank" rel="noopener noreferrer">A *\u200bb\u200b* c</a>'
    expected = {
        "2 * 3 * 4": "2 * 3 * 4",
        "snake_case_name": "snake_case_name",
        "*_both_*": "<strong><em>both</em></strong>",
        "`*not bold*`": "<code>*not bold*</code>",
        "*a <mailto:a_b@x.org|l_i_nk>*": f"<strong>a {link}</strong>",
        "*\u200bnot bold\u200b*": "*\u200bnot bold\u200b*",
        "*<https://x.org|A *\u200bb\u200b* c>*": f"<strong>{marked}</strong>",
        "<javascript:alert(1)|x>": "&lt;javascript:alert(1)|x&gt;",
        "<!date^nonsense^{date}|soon>": "soon",
        "&amp;lt;": "&amp;lt;",
        "a :no_such_emoji: b": "a :no_such_emoji: b",
        "<": "&lt;",
    }
    assert {text: page.evaluate(render, text) for text in expected} == expected


def test_a_long_text_is_folded_until_one_asks_for_more(open_page: Open, stage: Stage) -> None:
    expanded = {"type": "section", "block_id": "whole", "expand": True, "text": gallery.mrkdwn(gallery.LONG)}
    page = show(open_page, stage, [gallery.READING[3], expanded])
    folded = page.locator("[data-block=long]")
    last = "Line 20 of a description that somebody wrote at length."
    height = folded.bounding_box()["height"]  # type: ignore[index]
    folded.get_by_role("button", name="See more").click()
    assert folded.bounding_box()["height"] > height * 2  # type: ignore[index]
    expect(folded).to_contain_text(last)
    expect(page.locator("[data-block=whole]").get_by_role("button")).to_have_count(0)


def test_a_button_shows_that_it_is_under_way_and_then_the_result(open_page: Open, stage: Stage) -> None:
    page = show(open_page, stage, gallery.READING)
    slow = page.get_by_role("button", name="Slow")
    slow.click()
    expect(slow).to_have_attribute("aria-busy", "true")
    stage.release.set()
    expect(slow).not_to_have_attribute("aria-busy", "true")
    expect(page.locator(".message")).to_have_count(2)
    expect(page.locator(".ephemeral")).to_contain_text("At last")


def test_a_button_whose_app_breaks_says_so_beside_it(open_page: Open, stage: Stage) -> None:
    page = show(open_page, stage, gallery.READING)
    page.get_by_role("button", name="Broken").click()
    expect(block(page, "actions").get_by_role("alert")).to_be_visible()


def test_a_confirmation_is_asked_and_can_be_refused(open_page: Open, stage: Stage) -> None:
    page = show(open_page, stage, gallery.READING)
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("alertdialog", name="Delete this objective?")
    expect(dialog).to_contain_text("With it go 3 key results.")
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Delete").click()
    dialog.get_by_role("button", name="Delete").click()
    stage.slack.wait_for(lambda: stage.heard)
    assert stage.heard == [("confirmed", "delete")]


def test_a_link_button_opens_its_address_and_tells_the_app(open_page: Open, stage: Stage) -> None:
    page = show(open_page, stage, gallery.READING)
    link = page.get_by_role("link", name="Open")
    expect(link).to_have_attribute("href", "https://example.com/objective")
    expect(link).to_have_attribute("target", "_blank")
    with page.context.expect_page():
        link.click()
    stage.slack.wait_for(lambda: stage.heard)
    assert stage.heard[0][0] == "press_link"


def test_an_overflow_menu_works_with_the_keyboard(open_page: Open, stage: Stage) -> None:
    page = show(open_page, stage, gallery.READING)
    menu = block(page, "actions").get_by_role("button", name="More actions")
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Show")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Share")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    stage.slack.wait_for(lambda: ("menu", "copy-id") in stage.heard)


def test_a_select_in_a_message_is_an_action(open_page: Open, stage: Stage) -> None:
    page = show(open_page, stage, gallery.READING)
    page.get_by_role("combobox", name="Session").click()
    page.get_by_role("option", name="Q3 2026").click()
    stage.slack.wait_for(lambda: ("pick", "q3-2026") in stage.heard)
    expect(page.get_by_role("combobox", name="Session")).to_have_value("Q3 2026")


def test_a_data_table_sorts_numbers_as_numbers_and_turns_pages(open_page: Open, stage: Stage) -> None:
    page = show(open_page, stage, gallery.FIGURES)
    table = block(page, "data_table")
    names = table.locator("tbody th")
    expect(names).to_have_text(["Delta", "Alpha", "Echo"])
    table.get_by_role("button", name="Progress").click()
    expect(names).to_have_text(["Charlie", "Delta", "Bravo"])
    expect(table.get_by_role("columnheader", name="Progress")).to_have_attribute("aria-sort", "ascending")
    table.get_by_role("button", name="Next page").click()
    expect(names).to_have_text(["Alpha", "Echo"])
    expect(table).to_contain_text("4–5 of 5")
    table.get_by_role("button", name="Progress").click()
    expect(names).to_have_text(["Echo", "Alpha", "Bravo"])


def test_a_chart_says_its_figures_in_words_and_as_a_table(open_page: Open, stage: Stage) -> None:
    page = show(open_page, stage, GALLERIES["charts"])
    bars = block(page, "data_visualization").nth(0)
    expect(bars.get_by_role("img")).to_have_attribute("aria-label", re.compile("Progress: Week 1 10, Week 2 25"))
    expect(bars.locator("svg rect")).to_have_count(8)
    expect(bars.locator(".legend li")).to_have_text(["Progress", "Time passed"])
    bars.locator("summary").click()
    expect(bars.get_by_role("row", name=re.compile("Week 4 62 57"))).to_be_visible()
    pie = block(page, "data_visualization").nth(1)
    expect(pie.get_by_role("img")).to_have_attribute("aria-label", "By status: on track 12, at risk 5, behind 3")


def test_few_whole_things_are_not_counted_in_halves(open_page: Open, stage: Stage) -> None:
    chart = gallery.chart("bar", "Objectives by progress")
    for series in chart["chart"]["series"]:
        for point in series["data"]:
            point["value"] = 10
    page = show(open_page, stage, [chart])
    ticks = block(page, "data_visualization").locator("svg text[text-anchor=end]")
    expect(ticks).to_have_text(["0", "5", "10"])


def test_a_container_opens_and_closes(open_page: Open, stage: Stage) -> None:
    page = show(open_page, stage, gallery.NEWER)
    inside = page.get_by_text("Inside the container")
    expect(inside).to_be_hidden()
    page.get_by_text("3 of 5 on track").click()
    expect(inside).to_be_visible()


def test_feedback_stays_pressed(open_page: Open, stage: Stage) -> None:
    page = show(open_page, stage, gallery.NEWER)
    page.get_by_role("button", name="Helpful", exact=True).click()
    expect(page.get_by_role("button", name="Helpful", exact=True)).to_have_attribute("aria-pressed", "true")
    stage.slack.wait_for(lambda: stage.heard)
    assert stage.heard == [("feedback", "yes")]
