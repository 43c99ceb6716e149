"""What is done to channels and people on the page, what the app changes there, and failures that one switches on."""

import re

import pytest
from playwright.sync_api import Page, expect
from slack_sdk.errors import SlackApiError

from bot.embedded.workspace import BOT_USER_ID
from tests.browser import gallery
from tests.browser.conftest import Open, keep
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser


def change_channel(page: Page, *entries: str) -> None:
    """Goes through the channel's menu."""
    page.get_by_role("button", name="Change this channel").click()
    for entry in entries:
        page.get_by_role("menuitem", name=entry).click()


def refused(page: Page, words: str) -> None:
    expect(page.locator(".toast").last).to_contain_text(words)


def test_people_and_the_app_are_added_and_removed_by_menu(open_page: Open, stage: Stage) -> None:
    ada = open_page("U0ADA", place="#/C0LEADERSHIP")
    radia = open_page("U0RADIA", place="#/C0GENERAL")
    expect(radia.get_by_role("link", name="leadership")).to_have_count(0)
    change_channel(ada, "Add somebody", "Radia Perlman")
    expect(ada.locator(".message")).to_contain_text("was added to #leadership by @Ada Lovelace.")
    radia.get_by_role("link", name="leadership").click()
    expect(radia.get_by_role("heading", level=1)).to_contain_text("#leadership")
    change_channel(ada, "Add somebody", "OKR bot")
    expect(ada.locator(".message")).to_have_count(2)
    assert BOT_USER_ID in stage.slack.directory.channel("C0LEADERSHIP").members
    change_channel(ada, "Remove somebody", "Radia Perlman")
    expect(radia.get_by_role("heading", level=1)).to_have_text("#general")
    expect(radia.get_by_role("link", name="leadership")).to_have_count(0)
    change_channel(ada, "Remove somebody", "OKR bot")
    expect(ada.locator(".message")).to_have_count(4)
    assert BOT_USER_ID not in stage.slack.directory.channel("C0LEADERSHIP").members


def test_a_channel_is_renamed_archived_and_brought_back_before_everybodys_eyes(open_page: Open) -> None:
    ada, grace = open_page("U0ADA", place="#/C0GROWTH"), open_page("U0GRACE", place="#/C0GROWTH")
    change_channel(ada, "Rename")
    ada.get_by_role("dialog").get_by_label("Name").fill("more-growth")
    ada.keyboard.press("Enter")
    for page in (ada, grace):
        expect(page.get_by_role("heading", level=1)).to_have_text("#more-growth")
        expect(page.get_by_role("link", name="more-growth")).to_be_visible()
        expect(page.locator("main .composer-input")).to_have_attribute("placeholder", "Message #more-growth")
    change_channel(grace, "Archive")
    for page in (ada, grace):
        expect(page.locator(".composer-closed")).to_have_text("This channel is archived.")
        expect(page.get_by_role("link", name=re.compile("more-growth.*archived"))).to_be_visible()
    keep(ada, "archived-channel")
    change_channel(ada, "Un-archive")
    expect(grace.locator("main .composer-input")).to_be_visible()


def test_what_is_refused_is_said_in_a_sentence(open_page: Open) -> None:
    page = open_page("U0ADA", place="#/C0GENERAL")
    change_channel(page, "Archive")
    refused(page, "#general cannot be archived.")
    change_channel(page, "Rename")
    page.get_by_role("dialog").get_by_label("Name").fill("Not A Name")
    page.keyboard.press("Enter")
    refused(page, "Use lower-case letters")
    change_channel(page, "Rename")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("#general")


def test_somebody_who_leaves_is_taken_elsewhere(open_page: Open) -> None:
    page = open_page("U0GRACE", place="#/C0RANDOM")
    change_channel(page, "Leave")
    expect(page.get_by_role("heading", level=1)).to_have_text("#general")
    expect(page.get_by_role("link", name="random")).to_have_count(0)


def test_a_direct_message_has_no_such_menu(open_page: Open) -> None:
    page = open_page("U0ADA", place="#/D0ADA")
    expect(page.get_by_role("heading", level=1)).to_have_text("OKR bot")
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.get_by_role("button", name="Change this channel")).to_have_count(0)


def test_an_admin_moves_people_between_time_zones_and_standings(open_page: Open, stage: Stage) -> None:
    page = open_page("U0ADA", place="#/C0GENERAL")
    page.get_by_role("button", name="People", exact=True).click()
    zone = page.get_by_label("Time zone of Grace Hopper")
    zone.fill("Asia/Tokyo")
    zone.press("Tab")
    stage.slack.wait_for(lambda: stage.slack.directory.user("U0GRACE").tz == "Asia/Tokyo")
    standing = page.get_by_label("Standing of Grace Hopper")
    for value, hint in (
        ("guest", "guest"),
        ("multi_guest", "guest of several channels"),
        ("deactivated", "deactivated"),
    ):
        standing.select_option(value)
        expect(page.locator(".people li", has_text="Grace Hopper").locator("> .quiet")).to_have_text(hint)
    keep(page, "people")
    assert stage.slack.directory.user("U0GRACE").deleted
    expect(page.get_by_label("Standing of Robin Partner")).to_have_count(0)
    page.get_by_role("button", name="New direct message").click()
    expect(page.get_by_role("menuitem", name="Grace Hopper")).to_have_count(0)
    page.keyboard.press("Escape")
    standing.select_option("member")
    stage.slack.wait_for(lambda: not stage.slack.directory.user("U0GRACE").deleted)


def test_a_zone_that_does_not_exist_is_given_back(open_page: Open) -> None:
    page = open_page("U0ADA", place="#/C0GENERAL")
    page.get_by_role("button", name="People", exact=True).click()
    zone = page.get_by_label("Time zone of Grace Hopper")
    zone.fill("Mars/Olympus")
    zone.press("Tab")
    refused(page, "There is no time zone 'Mars/Olympus'.")
    expect(zone).to_have_value("America/New_York")


def test_others_than_admins_move_only_themselves_and_see_their_own_time(open_page: Open, stage: Stage) -> None:
    stage.slack.post_message("U0ADA", "C0GENERAL", "When?")
    page = open_page("U0GRACE", place="#/C0GENERAL")
    page.get_by_role("button", name="People", exact=True).click()
    expect(page.get_by_label("Time zone of Alan Turing")).to_be_disabled()
    expect(page.get_by_label("Standing of Alan Turing")).to_be_disabled()
    shown = page.locator("main .message time")
    before = shown.inner_text()
    zone = page.get_by_label("Time zone of Grace Hopper")
    zone.fill("Asia/Kathmandu")
    zone.press("Tab")
    expect(shown).not_to_have_text(before)


def test_somebody_deactivated_can_still_be_acted_as_to_see_what_the_bot_says(open_page: Open, stage: Stage) -> None:
    stage.slack.deactivate("U0GRACE")
    page = open_page("U0ADA", place="#/C0GENERAL")
    page.get_by_role("button", name=re.compile("^Acting as")).click()
    entry = page.get_by_role("menuitemradio", name="Grace Hopper")
    expect(entry).to_contain_text("deactivated")
    entry.click()
    expect(page.get_by_role("button", name=re.compile("^Acting as Grace"))).to_be_visible()


def test_the_apps_changes_in_a_thread_are_seen_at_once(open_page: Open, stage: Stage) -> None:
    client = stage.client
    head = client.chat_postMessage(channel="C0GROWTH", text="Grow: 10 %")["ts"]
    reply = client.chat_postMessage(channel="C0GROWTH", text="10 % → 20 %", thread_ts=head)["ts"]
    page = open_page("U0ADA", place="#/C0GROWTH")
    expect(page.locator("main .replies")).to_contain_text("1 reply")
    page.locator("main .replies").click()
    panel = page.get_by_role("complementary", name="Thread")
    expect(panel.locator(".message .text")).to_have_text(["Grow: 10 %", "10 % → 20 %"])
    client.chat_update(channel="C0GROWTH", ts=head, text="Grow: 25 %")
    client.chat_update(channel="C0GROWTH", ts=reply, text="10 % → 25 %")
    expect(panel.locator(".message .text")).to_have_text(["Grow: 25 % (edited)", "10 % → 25 % (edited)"])
    expect(page.locator("main .message .text")).to_have_text("Grow: 25 % (edited)")
    client.chat_delete(channel="C0GROWTH", ts=reply)
    expect(panel.locator(".message")).to_have_count(1)
    expect(page.locator("main .replies")).to_have_count(0)


def test_a_message_is_deleted_by_its_menu_and_leaves_a_mark_over_its_replies(open_page: Open, stage: Stage) -> None:
    head = stage.client.chat_postMessage(channel="C0GROWTH", text="Grow")["ts"]
    stage.client.chat_postMessage(channel="C0GROWTH", text="10 % → 20 %", thread_ts=head)
    ada, grace = open_page("U0ADA", place="#/C0GROWTH"), open_page("U0GRACE", place="#/C0GROWTH")
    grace.locator("main .message").hover()
    grace.get_by_role("button", name="More for this message").click()
    expect(grace.get_by_role("menuitem", name="Make objective")).to_be_visible()
    expect(grace.get_by_role("menuitem", name="Delete message")).to_have_count(0)
    grace.keyboard.press("Escape")
    ada.locator("main .message").hover()
    ada.get_by_role("button", name="More for this message").click()
    ada.get_by_role("menuitem", name="Delete message").click()
    for page in (ada, grace):
        expect(page.locator("main .message")).to_contain_text("This message was deleted.")
        expect(page.locator("main .replies")).to_contain_text("1 reply")


def test_a_file_is_shown_with_a_link_that_downloads_it(open_page: Open, stage: Stage) -> None:
    dm = stage.client.conversations_open(users="U0ADA")["channel"]["id"]
    stage.client.files_upload_v2(
        channel=dm, filename="record.csv", title="The record", content="who,what\n", initial_comment="As you asked"
    )
    page = open_page("U0ADA", place=f"#/{dm}")
    expect(page.locator(".message")).to_contain_text("As you asked")
    with page.expect_download() as download:
        page.get_by_role("link", name="The record").click()
    assert download.value.suggested_filename == "record.csv"
    assert download.value.path().read_text() == "who,what\n"


def test_a_digest_with_its_chart_is_drawn_with_the_same_figures(open_page: Open, stage: Stage) -> None:
    blocks = [gallery.chart("bar", "Progress and time")]
    stage.client.chat_postMessage(channel="C0GENERAL", text="Progress: 62 %", blocks=blocks)
    page = open_page("U0ADA", place="#/C0GENERAL")
    expect(page.locator(".message svg").first).to_be_visible()


def test_failures_are_switched_on_the_page_and_marked_while_they_last(open_page: Open, stage: Stage) -> None:
    page, other = open_page("U0ADA", place="#/C0GENERAL"), open_page("U0GRACE", place="#/C0GENERAL")
    page.get_by_role("button", name="Failures").click()
    page.get_by_label("Charts are refused").check()
    expect(other.get_by_role("button", name="Failures, some are on")).to_be_visible()
    keep(page, "failures")
    chart = {"channel": "C0GENERAL", "text": "x", "blocks": [gallery.chart("pie", "By status")]}
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        stage.client.chat_postMessage(**chart)
    page.get_by_label("Charts are refused").uncheck()
    expect(other.get_by_role("button", name="Failures", exact=True)).to_be_visible()
    page.get_by_label("is down: every call gets 503").check()
    stage.slack.wait_for(lambda: stage.slack.faults.down == "unavailable")
    with pytest.raises(SlackApiError, match="service_unavailable"):
        stage.client.chat_postMessage(channel="C0GENERAL", text="x")
    page.get_by_label("works").check()
    stage.slack.wait_for(lambda: not stage.slack.faults.down)
    page.get_by_label("but the answer is lost").check()
    stage.slack.wait_for(lambda: stage.slack.faults.waiting("chat.postMessage"))
    stage.client.chat_postMessage(channel="C0GENERAL", text="posted")  # the client tries again by itself
    expect(page.locator("main .message", has_text="posted")).to_have_count(2)
    expect(page.get_by_label("but the answer is lost")).not_to_be_checked()
