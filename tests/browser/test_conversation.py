"""Talking in the workspace: channels, threads, commands, completion, and several people."""

import re

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser.conftest import Open, keep
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser


def send(page: Page, words: str) -> None:
    page.locator("main .composer-input").fill(words)
    page.keyboard.press("Enter")


def test_the_first_visit_offers_three_commands_that_work_with_one_click(general: Page) -> None:
    expect(general.locator(".try code")).to_have_text(["/okr", "/okr search #growth", "/okr create"])
    general.locator(".try").nth(1).click()
    answer = general.locator(".message.ephemeral")
    expect(answer).to_contain_text("Only visible to you")
    expect(answer).to_contain_text("You asked: search #growth")


def test_the_page_says_that_it_is_local_and_how_to_move_to_a_real_workspace(general: Page) -> None:
    general.get_by_role("button", name="This machine only").click()
    panel = general.get_by_role("complementary", name="About this workspace")
    expect(panel).to_contain_text("api.slack.com/apps")
    expect(panel).to_contain_text("okr-bot socket")
    general.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_a_message_reaches_another_person_without_reloading(open_page: Open) -> None:
    ada, grace = open_page("U0ADA", place="#/C0GENERAL"), open_page("U0GRACE", place="#/C0GENERAL")
    send(ada, "Good morning, @Grace Hopper")
    message = grace.locator(".message")
    expect(message).to_contain_text("Good morning, @Grace Hopper")
    expect(message.locator(".mention-me")).to_have_text("@Grace Hopper")
    expect(grace.locator("#announcer")).to_contain_text("Ada Lovelace: Good morning")
    expect(ada.locator("#announcer")).to_be_empty()


def test_a_channel_one_does_not_look_at_is_marked_unread_until_it_is_opened(open_page: Open, stage: Stage) -> None:
    page = open_page("U0ADA", place="#/C0GENERAL")
    stage.slack.post_message("U0GRACE", "C0GROWTH", "Something new")
    link = page.get_by_role("link", name=re.compile("growth"))
    expect(link).to_have_class(re.compile("unread"))
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("#growth")
    expect(page.locator(".new-line")).to_have_count(1)
    expect(page.get_by_role("link", name=re.compile("growth")).first).not_to_have_class(re.compile("unread"))


def test_another_person_has_their_own_page_and_does_not_see_ephemeral_messages(general: Page) -> None:
    send(general, "/okr search")
    expect(general.locator(".ephemeral")).to_have_count(1)
    general.get_by_role("button", name=re.compile("^Acting as Ada")).click()
    general.get_by_role("menuitemradio", name="Grace Hopper").click()
    expect(general.get_by_role("button", name=re.compile("^Acting as Grace"))).to_be_visible()
    expect(general).to_have_url(re.compile(r"as=U0GRACE"))
    expect(general.locator(".message")).to_have_count(0)


def test_a_thread_opens_beside_the_stream_and_counts_its_replies(general: Page) -> None:
    send(general, "What do we aim for?")
    row = general.locator("main .message")
    row.hover()
    row.get_by_role("button", name="Reply in a thread").click()
    panel = general.get_by_role("complementary", name="Thread")
    expect(panel.locator(".message")).to_have_count(1)
    panel.get_by_role("textbox", name="Reply").fill("Fewer things")
    general.keyboard.press("Enter")
    expect(panel.locator(".message")).to_have_count(2)
    expect(row.locator(".replies")).to_have_text(re.compile(r"1 reply Last reply today at \d\d:\d\d"))
    expect(general.locator("main .message")).to_have_count(1)
    general.go_back()
    expect(panel).to_be_hidden()


def test_a_command_in_a_thread_is_refused_and_the_words_are_kept(general: Page) -> None:
    send(general, "A question")
    general.locator("main .message").hover()
    general.get_by_role("button", name="Reply in a thread").click()
    reply = general.get_by_role("textbox", name="Reply")
    reply.fill("/okr search")
    general.keyboard.press("Enter")
    expect(general.locator("#panel .composer-note")).to_contain_text("not supported in threads")
    expect(reply).to_have_value("/okr search")


def test_who_sends_something_while_reading_far_above_sees_what_comes_of_it(open_page: Open, stage: Stage) -> None:
    for number in range(60):
        stage.slack.post_message("U0GRACE", "C0GENERAL", f"message {number}")
    page = open_page("U0ADA", place="#/C0GENERAL")
    for words, seen in (("/okr search", "You asked: search"), ("Good morning", "Good morning")):
        page.locator("main .stream-scroll").evaluate("node => node.scrollTop = 300")
        expect(page.locator("main .message").last).not_to_be_in_viewport()
        send(page, words)
        expect(page.locator("main .message").last).to_contain_text(seen)
        expect(page.locator("main .message").last).to_be_in_viewport()


def test_a_slash_lists_the_commands_with_their_hints(general: Page) -> None:
    box = general.locator("main .composer-input")
    box.press_sequentially("/o")
    choice = general.locator(".completion .option")
    expect(choice).to_have_count(1)
    expect(choice).to_contain_text("help | create | search")
    box.press("Enter")
    expect(box).to_have_value("/okr ")
    expect(general.locator(".completion:popover-open")).to_contain_text("Objectives and key results")
    box.press_sequentially("help")
    expect(general.locator(".completion:popover-open")).to_have_count(0)
    box.press("Enter")
    expect(general.locator(".ephemeral")).to_contain_text("You asked: help")


def test_people_and_channels_are_completed(general: Page, stage: Stage) -> None:
    box = general.locator("main .composer-input")
    box.press_sequentially("Ask @gra")
    box.press("Enter")
    expect(box).to_have_value("Ask @Grace Hopper ")
    box.press_sequentially("in #gro")
    box.press("Tab")
    expect(box).to_have_value("Ask @Grace Hopper in #growth ")
    box.press("Enter")
    expect(general.locator(".message .mention")).to_have_text(["@Grace Hopper", "#growth"])


def test_enter_sends_a_tag_in_a_command_as_it_was_typed(general: Page, stage: Stage) -> None:
    box = general.locator("main .composer-input")
    box.press_sequentially("/okr search #gro")
    expect(general.locator(".completion:popover-open")).to_contain_text("#growth")
    box.press("Enter")
    expect(general.locator(".ephemeral")).to_contain_text("You asked: search #gro")


def test_shift_enter_breaks_the_line_and_up_recalls_what_was_sent(general: Page) -> None:
    box = general.locator("main .composer-input")
    box.press_sequentially("one")
    box.press("Shift+Enter")
    box.press_sequentially("two")
    box.press("Enter")
    expect(general.locator(".message .text")).to_have_text("one\ntwo")
    send(general, "three")
    expect(general.locator(".message")).to_have_count(2)
    expect(box).to_have_value("")
    box.press("ArrowUp")
    expect(box).to_have_value("three")
    box.press("ArrowUp")
    expect(box).to_have_value("one\ntwo")


def test_a_draft_survives_a_reload_and_a_look_into_another_channel(general: Page) -> None:
    general.locator("main .composer-input").fill("Half a thought")
    general.get_by_role("link", name="random").click()
    expect(general.locator("main .composer-input")).to_have_value("")
    general.go_back()
    expect(general.locator("main .composer-input")).to_have_value("Half a thought")
    general.reload()
    expect(general.locator("main .composer-input")).to_have_value("Half a thought")


def test_markup_in_names_and_messages_stays_text(open_page: Open, stage: Stage) -> None:
    evil = '<img src=x onerror="document.title=1">&lt;script&gt;alert(1)&lt;/script&gt; <javascript:alert(1)|press>'
    stage.client.chat_postMessage(channel="C0GENERAL", text=evil, username='<b id="hack">Bot</b>')
    page = open_page(place="#/C0GENERAL")
    expect(page.locator(".message")).to_contain_text("<script>alert(1)</script>")
    assert page.locator(".message img, .message script, #hack, .message-body a").count() == 0


def test_an_app_that_is_down_is_told_to_the_person_who_asked(open_page: Open, stage: Stage) -> None:
    page = open_page(place="#/C0GENERAL")
    stage.slack._world.delivery.events_url = "http://127.0.0.1:9/slack/events"
    send(page, "/okr")
    expect(page.locator(".kind-failure")).to_contain_text("/okr failed")


def test_a_link_preview_is_shown_under_its_message(open_page: Open, stage: Stage) -> None:
    page = open_page(place="#/C0GENERAL")
    attachment = {
        "color": "#1d6b58",
        "title": "Cut onboarding",
        "title_link": "https://example.com/o/1",
        "text": "*62 %* done",
    }
    stage.client.chat_postMessage(channel="C0GENERAL", text="See", attachments=[attachment])
    preview = page.locator(".attachment")
    expect(preview.get_by_role("link", name="Cut onboarding")).to_have_attribute("href", "https://example.com/o/1")
    expect(preview.locator("strong")).to_have_text("62 %")


def test_older_messages_come_as_one_scrolls_up_and_thousands_stay_usable(open_page: Open, stage: Stage) -> None:
    for number in range(130):
        stage.slack.post_message("U0GRACE", "C0RANDOM", f"Message {number}")
    page = open_page(place="#/C0RANDOM")
    rows = page.locator(".message")
    expect(rows).to_have_count(50)
    expect(rows.last).to_be_in_viewport()
    page.locator("main .stream-scroll").evaluate("node => node.scrollTop = 0")
    expect(rows).to_have_count(100)
    page.locator("main .stream-scroll").evaluate("node => node.scrollTop = 0")
    expect(rows).to_have_count(130)
    expect(page.locator(".welcome")).to_have_count(1)


def test_a_message_shortcut_is_offered_on_every_message(general: Page, stage: Stage) -> None:
    send(general, "An idea")
    general.locator(".message").hover()
    general.get_by_role("button", name="More for this message").click()
    general.get_by_role("menuitem", name="Make objective").click()
    stage.slack.wait_for(lambda: ("from_message", "An idea") in stage.heard)


def test_a_direct_message_is_opened_with_somebody(general: Page) -> None:
    general.get_by_role("button", name="New direct message").click()
    general.get_by_role("menuitem", name="Alan Turing").click()
    expect(general.get_by_role("heading", level=1)).to_have_text("Alan Turing")
    send(general, "Hello")
    expect(general.locator(".message")).to_contain_text("Hello")


def test_a_message_that_comes_while_the_conversation_is_fetched_stays(general: Page, stage: Stage) -> None:
    held: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        held.append((route, route.fetch()))
        stage.slack.post_message("U0GRACE", "C0RANDOM", "Meanwhile")

    general.route("**/messages?**", hold)
    general.get_by_role("link", name="random").click()
    expect(general.locator(".message")).to_have_count(1)
    route, earlier = held[0]
    assert "Meanwhile" not in earlier.text()
    with general.expect_response("**/read"):
        route.fulfill(response=earlier)
    expect(general.locator(".message")).to_have_text(re.compile("Meanwhile"))


def test_the_apps_home_tab_is_published_when_it_is_opened(general: Page, stage: Stage) -> None:
    general.get_by_role("link", name="OKR bot").click()
    general.get_by_role("link", name="Home").click()
    home = general.get_by_role("region", name="Home")
    expect(home).to_contain_text("Cut onboarding time to a day")
    keep(general, "home-tab")
    home.get_by_role("button", name="Show").click()
    stage.slack.wait_for(lambda: ("press", "home") in stage.heard)


def test_the_inspector_lists_what_went_each_way_with_its_payload(general: Page) -> None:
    send(general, "/okr search")
    expect(general.locator(".ephemeral")).to_have_count(1)
    general.get_by_role("button", name="Inspector").click()
    panel = general.get_by_role("complementary", name="Inspector")
    entry = panel.locator("details", has_text="command /okr")
    entry.locator("summary").click()
    expect(entry.locator("pre").first).to_contain_text('"text": "search"')
    expect(entry).to_contain_text("ms")
    panel.get_by_label("Filter").fill("response_url")
    expect(panel.locator("li:visible")).to_have_count(1)


def test_the_api_panel_has_calls_ready_to_paste(general: Page) -> None:
    general.get_by_role("button", name="API").click()
    panel = general.get_by_role("complementary", name="API")
    expect(panel).to_contain_text("export OKR_URL='http://127.0.0.1:3000/api/v1'")
    panel.get_by_role("tab", name="Python").click()
    expect(panel).to_contain_text('"gtmhub-accountId": "64b0c0ffee0000000000aaaa"')
    for call in ("Create an objective with a tag", "Change its description", "List objectives by tag", "Delete it"):
        expect(panel.get_by_role("heading", name=call)).to_be_visible()


def test_a_phone_shows_the_conversation_and_the_sidebar_on_demand(open_page: Open) -> None:
    page = open_page(place="#/C0GENERAL", width=390, height=780, has_touch=True)
    expect(page.locator(".try").first).to_be_in_viewport()
    expect(page.get_by_role("link", name="random")).to_be_hidden()
    page.get_by_role("button", name="Channels and people").click()
    page.get_by_role("link", name="random").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("#random")
    expect(page.get_by_role("link", name="random")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_page_listens_again_after_the_server_refused_it(open_page: Open, stage: Stage) -> None:
    page = open_page(place="#/C0RANDOM")
    refused: list[str] = []

    def refuse_once(route: Route) -> None:
        if refused:
            route.continue_()
        else:
            refused.append(route.request.url)
            route.fulfill(status=503)

    page.route("**/workspace/events*", refuse_once)
    page.goto(f"{stage.address}/?as=U0GRACE#/C0GENERAL")
    expect(page.get_by_role("heading", level=1)).to_have_text("#general")
    stage.slack.post_message("U0ADA", "C0GENERAL", "Sent while nobody listened")
    expect(page.locator(".message")).to_contain_text("Sent while nobody listened")
    assert refused


def test_a_link_to_an_objective_shows_it_to_the_person_acted_as(open_page: Open, stage: Stage) -> None:
    link = f"<{stage.address}/#/goals/s1/all/64b0c0ffee0000000000aaaa/metrics/|Cut onboarding>"
    stage.client.chat_postMessage(channel="C0GENERAL", text=link)
    page = open_page("U0GRACE", place="#/C0GENERAL")
    page.get_by_role("link", name="Cut onboarding").click()
    expect(page.locator(".ephemeral")).to_contain_text("You asked: show")
    expect(page).to_have_url(re.compile(r"as=U0GRACE#/C0GENERAL$"))


def test_a_permalink_opens_its_channel_and_message(open_page: Open, stage: Stage) -> None:
    message = stage.client.chat_postMessage(channel="C0GROWTH", text="Worth a link")
    link = stage.client.chat_getPermalink(channel="C0GROWTH", message_ts=message["ts"])["permalink"]
    page = open_page()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("#growth")
    expect(page.get_by_role("complementary", name="Thread")).to_contain_text("Worth a link")


def test_a_message_joins_five_thousand_others_without_delay(general: Page) -> None:
    share, *shown = general.evaluate(
        """async () => {
            const { Stream } = await import("/workspace/static/stream.js");
            const directory = { users: new Map(), channels: new Map(), me: {} };
            const actions = { inThread: true, openThread() {}, shortcuts: [] };
            const at = (number) => ({ ts: `${1790000000 + number * 400}.0001`, text: `*${number}*`, kind: "message" });
            const stream = new Stream({ directory, actions, label: "Many" });
            document.getElementById("conversation").replaceChildren(stream.node);
            const timed = (act) => { const begin = performance.now(); act(); return performance.now() - begin; };
            const messages = Array.from({ length: 5000 }, (_, number) => at(number));
            const all = timed(() => stream.fill({ messages, has_more: false }));
            const ones = [5000, 5001, 5002, 5003, 5004].map((number) => timed(() => stream.put(at(number))));
            return [Math.min(...ones) / all, stream.rows.length, stream.atEnd];
        }"""
    )
    assert shown == [5005, True]
    assert share < 0.1


def test_another_person_does_not_follow_into_a_thread_they_cannot_see(open_page: Open, stage: Stage) -> None:
    stage.slack.post_message("U0ADA", "C0LEADERSHIP", "Between us")
    ts = stage.slack.messages("U0ADA", "C0LEADERSHIP")[-1]["ts"]
    page = open_page("U0ADA", place=f"#/C0LEADERSHIP/t/{ts}")
    expect(page.get_by_role("complementary", name="Thread")).to_contain_text("Between us")
    page.get_by_role("button", name=re.compile("^Acting as Ada")).click()
    page.get_by_role("menuitemradio", name="Ellis Guest").click()
    expect(page.get_by_role("button", name=re.compile("^Acting as Ellis"))).to_be_visible()
    expect(page.get_by_role("complementary", name="Thread")).to_have_count(0)
    expect(page.get_by_text("Between us")).to_have_count(0)
