"""Typing in the workspace: slash commands as the app gets them, messages, and what a person sees when the app fails."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.response import BoltResponse

from bot.embedded.workspace import Workspace, memory_engine, schema
from bot.embedded.workspace.people import Directory, User
from bot.embedded.workspace.seed import seed
from bot.embedded.workspace.storage import Storage
from bot.embedded.workspace.typed import links, resolve
from tests.test_workspace_stage import Stage, staged


def heard(stage: Stage, command: str = "/okr") -> list[dict[str, Any]]:
    """What the app hears of a command from now on."""
    found: list[dict[str, Any]] = []
    stage.app.command(command)(lambda ack, body: (found.append(body), ack()))
    return found


def test_a_command_carries_the_fields_slack_sends() -> None:
    with staged() as stage:
        found = heard(stage)
        assert stage.slack.run_command("U0ADA", "C0GROWTH", "/okr   create Grow ").ok
        body = found[0]
        assert body["response_url"].startswith(f"{stage.slack.base_url}/slack/hooks/")
        assert {name: body[name] for name in body if name not in ("response_url", "trigger_id")} == {
            "team_id": "T0LOCAL",
            "team_domain": "local",
            "channel_id": "C0GROWTH",
            "channel_name": "growth",
            "user_id": "U0ADA",
            "user_name": "ada.lovelace",
            "command": "/okr",
            "text": "create Grow",
            "api_app_id": "A0OKRBOT",
            "is_enterprise_install": "false",
        }


@pytest.mark.parametrize(
    ("channel_id", "name"), [("D0ADA", "directmessage"), ("C0LEADERSHIP", "privategroup"), ("C0PARTNERS", "partners")]
)
def test_a_command_names_its_channel_as_slack_does(channel_id: str, name: str) -> None:
    with staged() as stage:
        found = heard(stage)
        stage.slack.run_command("U0ADA", channel_id, "/okr")
        assert (found[0]["channel_name"], found[0]["text"]) == (name, "")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("owner:@ada.lovelace", "owner:<@U0ADA>"),
        ("ask @Ada Lovelace now", "ask <@U0ADA> now"),
        ("@Grace Hopper, @grace.hopper", "<@U0GRACE>, <@U0GRACE>"),
        ("@nobody #nowhere", "@nobody #nowhere"),
        ("#growth and #growth-hacks", "<#C0GROWTH|growth> and #growth-hacks"),
        ("#leadership", "<#C0LEADERSHIP|>"),
        ("-#growth", "-<#C0GROWTH|growth>"),
        ("see https://okr.example.com/a?b=1&c=2.", "see <https://okr.example.com/a?b=1&amp;c=2>."),
        ("R&D <b> 1 > 0", "R&amp;D &lt;b&gt; 1 &gt; 0"),
        ("ada@example.com", "ada@example.com"),
        ("“quoted” — dash", "“quoted” — dash"),
        ("@channel", "<!channel>"),
    ],
)
def test_typed_text_is_resolved_as_with_should_escape(typed: str, sent: str) -> None:
    engine = memory_engine()
    storage = Storage(engine)
    storage.migrate()
    directory = Directory(storage)
    seed(storage, "OKR bot")
    assert resolve(typed, directory.users(), directory.channels()) == sent
    engine.dispose()


@given(st.text(alphabet=st.sampled_from("@#<>& .:/ahtpsABC") | st.characters(), max_size=40))
def test_whatever_is_typed_no_markup_can_be_smuggled_in(typed: str) -> None:
    people = [User("U0ADA", "T0LOCAL", "ada.lovelace", "Ada Lovelace", "", "UTC", "member", "", False)]
    sent = resolve(typed, people, [])
    allowed = re.sub(
        r"<@U0ADA>|<!(here|channel|everyone)>|<https?://[^<>]+>|&(amp|lt|gt);", "", sent, flags=re.IGNORECASE
    )
    assert not set(allowed) & set("<>&")


def test_links_are_found_unescaped() -> None:
    assert links("<https://a.example/?x=1&amp;y=2|there> and <@U0ADA>") == ["https://a.example/?x=1&y=2"]


def test_without_should_escape_only_control_characters_change() -> None:
    with staged() as stage:
        found = heard(stage, "/raw")
        stage.slack.run_command("U0ADA", "C0GENERAL", "/raw @ada.lovelace #growth a&b")
        assert found[0]["text"] == "@ada.lovelace #growth a&amp;b"


def test_an_answer_in_channel_shows_the_command_too() -> None:
    with staged() as stage:
        stage.app.command("/okr")(lambda ack: ack(response_type="in_channel", text="Here it is"))
        stage.slack.run_command("U0ADA", "C0GENERAL", "/okr show 1")
        seen = [
            (one["kind"], one["user"], one["text"], one["ephemeral"])
            for one in stage.slack.messages("U0GRACE", "C0GENERAL")
        ]
        assert seen == [("command", "U0ADA", "/okr show 1", False), ("message", "U0OKRBOT", "Here it is", False)]


def test_response_type_alone_echoes_the_command() -> None:
    with staged() as stage:
        stage.app.command("/okr")(lambda ack: ack({"response_type": "in_channel"}))
        stage.slack.run_command("U0ADA", "C0GENERAL", "/okr help")
        assert [one["text"] for one in stage.slack.messages("U0GRACE", "C0GENERAL")] == ["/okr help"]


def test_an_app_that_is_down_is_told_to_the_person_and_heard_again_when_it_is_back() -> None:
    with staged() as stage:
        stage.app.command("/okr")(lambda ack: ack("Back"))
        delivery = stage.slack._world.delivery
        there, delivery.events_url = delivery.events_url, "http://127.0.0.1:9/slack/events"
        outcome = stage.slack.run_command("U0ADA", "C0GENERAL", "/okr create Grow")
        assert (outcome.ok, outcome.error) == (False, "dispatch_failed")
        line = stage.slack.messages("U0ADA", "C0GENERAL")[-1]
        assert (line["kind"], line["ephemeral"]) == ("failure", True)
        assert line["text"] == "/okr failed because the app did not respond."
        assert stage.slack.messages("U0GRACE", "C0GENERAL") == []
        delivery.events_url = there
        assert stage.slack.run_command("U0ADA", "C0GENERAL", "/okr").message["text"] == "Back"


def test_an_app_that_answers_late_gives_operation_timeout() -> None:
    with staged(patience=0.2) as stage:
        released: list[bool] = []

        def slow(ack: Any) -> None:
            stage.slack.wait_for(lambda: released)
            ack("too late")

        stage.app.command("/okr")(slow)
        outcome = stage.slack.run_command("U0ADA", "C0GENERAL", "/okr")
        assert outcome.error == "operation_timeout"
        assert outcome.text == '/okr failed with the error "operation_timeout"'
        released.append(True)
        texts = [one["text"] for one in stage.slack.messages("U0ADA", "C0GENERAL")]
        assert texts == ['/okr failed with the error "operation_timeout"']


def test_an_app_that_breaks_gives_dispatch_failed() -> None:
    with staged() as stage:
        stage.app.command("/okr")(lambda ack: 1 / 0)
        outcome = stage.slack.run_command("U0ADA", "C0GENERAL", "/okr")
        assert (outcome.error, outcome.text) == ("dispatch_failed", '/okr failed with the error "dispatch_failed"')


@pytest.mark.parametrize(
    ("user_id", "channel_id", "typed", "error"),
    [
        ("U0ADA", "C0GENERAL", "/nothing at all", "invalid_name"),
        ("U0ROBIN", "C0GENERAL", "/okr", "not_in_channel"),
        ("U0RADIA", "C0LEADERSHIP", "/okr", "not_in_channel"),
        ("U0ADA", "C0NOWHERE", "/okr", "not_in_channel"),
    ],
)
def test_a_command_that_cannot_be_sent_is_refused(user_id: str, channel_id: str, typed: str, error: str) -> None:
    with staged() as stage:
        found = heard(stage)
        assert stage.slack.run_command(user_id, channel_id, typed).error == error
        assert found == []


def test_inviting_the_bot_lets_it_post() -> None:
    with staged() as stage:
        assert stage.client.conversations_list(types="private_channel")["channels"] == []
        assert stage.slack.run_command("U0ADA", "C0LEADERSHIP", "/invite @OKR bot").ok
        assert stage.client.chat_postMessage(channel="C0LEADERSHIP", text="Hello")["ok"]


def test_a_message_in_the_bots_own_conversation_reaches_it() -> None:
    with staged() as stage:
        found: list[dict[str, Any]] = []
        stage.app.event("message")(lambda event: found.append(event))
        stage.slack.post_message("U0ADA", "D0ADA", "help")
        stage.slack.post_message("U0ADA", "C0GENERAL", "this is for people")
        stage.slack.wait_for(lambda: found)
        assert [(one["channel"], one["channel_type"], one["text"]) for one in found] == [("D0ADA", "im", "help")]


def test_a_mention_reaches_the_bot_where_it_is_a_member() -> None:
    with staged() as stage:
        found: list[dict[str, Any]] = []
        stage.app.event("app_mention")(lambda event: found.append(event))
        stage.slack.post_message("U0ADA", "C0GENERAL", "@OKR bot show mine")
        stage.slack.post_message("U0ADA", "C0RANDOM", "@OKR bot are you here")
        stage.slack.wait_for(lambda: found)
        assert [(one["channel"], one["text"]) for one in found] == [("C0GENERAL", "<@U0OKRBOT> show mine")]


def test_links_of_the_apps_domains_are_told_and_unfurled() -> None:
    with staged() as stage:

        @stage.app.event("link_shared")
        def unfurl(event: dict[str, Any], client: Any) -> None:
            blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Grow*"}}]
            unfurls = {one["url"]: {"blocks": blocks} for one in event["links"]}
            client.chat_unfurl(unfurl_id=event["unfurl_id"], source=event["source"], unfurls=unfurls)

        stage.slack.post_message("U0ADA", "C0GENERAL", "see https://okr.example.com/o/1 and https://other.example/2")
        attachments = stage.slack.wait_for(lambda: stage.slack.messages("U0GRACE", "C0GENERAL")[0]["attachments"])
        assert [(one["from_url"], one["blocks"][0]["text"]["text"]) for one in attachments] == [
            ("https://okr.example.com/o/1", "*Grow*")
        ]


def test_an_event_is_tried_again_until_the_app_takes_it() -> None:
    with staged(event_retry_waits=(0.0, 0.01, 0.01)) as stage:
        tries: list[tuple[str | None, str | None]] = []

        @stage.app.middleware
        def fail_twice(req: Any, next: Any) -> Any:
            header = {
                name: (req.headers.get(name) or [None])[0] for name in ("x-slack-retry-num", "x-slack-retry-reason")
            }
            tries.append((header["x-slack-retry-num"], header["x-slack-retry-reason"]))
            if len(tries) < 3:
                return BoltResponse(status=500)
            return next()

        stage.app.event("app_home_opened")(lambda: None)
        stage.slack.open_home("U0ADA")
        assert stage.slack.settle()
        assert tries == [(None, None), ("1", "http_error"), ("2", "http_error")]


def test_any_event_can_be_sent() -> None:
    with staged() as stage:
        found: list[str] = []
        stage.app.event("app_uninstalled")(lambda event: found.append(event["type"]))
        stage.slack.deliver_event({"type": "app_uninstalled"})
        stage.slack.wait_for(lambda: found)
        assert found == ["app_uninstalled"]


def test_an_app_can_ask_not_to_be_told_again() -> None:
    with staged(event_retry_waits=(0.0, 0.0, 0.0)) as stage:
        tries: list[str] = []

        @stage.app.middleware
        def refuse(body: dict[str, Any]) -> BoltResponse:
            tries.append(body["event"]["type"])
            return BoltResponse(status=500, headers={"x-slack-no-retry": "1"})

        stage.slack.open_home("U0ADA")
        assert stage.slack.settle()
        assert tries == ["app_home_opened"]


def test_two_people_at_once_do_not_wait_for_each_other() -> None:
    with staged() as stage:
        both: list[str] = []

        def meet(ack: Any, command: dict[str, Any]) -> None:
            both.append(command["user_id"])
            stage.slack.wait_for(lambda: len(both) == 2)
            ack("met")

        stage.app.command("/okr")(meet)
        with ThreadPoolExecutor(2) as pool:
            outcomes = list(
                pool.map(lambda who: stage.slack.run_command(who, "C0GENERAL", "/okr"), ["U0ADA", "U0GRACE"])
            )
        assert [outcome.error for outcome in outcomes] == ["", ""]


def test_signatures_are_those_that_bolt_verifies() -> None:
    with staged() as stage:
        stage.app.command("/okr")(lambda ack: ack("verified"))
        stage.slack.signing_secret = "another secret"
        outcome = stage.slack.run_command("U0ADA", "C0GENERAL", "/okr")
        assert outcome.error == "dispatch_failed"
        assert stage.slack.requests[-1].status == 401


def test_the_same_command_can_be_delivered_twice() -> None:
    with staged() as stage:
        found = heard(stage)
        stage.slack.run_command("U0ADA", "C0GENERAL", "/okr create Grow")
        assert stage.slack.deliver_again().ok
        assert found[0] == found[1]


def test_a_channel_of_five_thousand_messages_opens_as_quickly_as_one_of_sixty() -> None:
    engine = memory_engine()
    workspace = Workspace(engine, base_url="http://127.0.0.1:1", events_url="http://127.0.0.1:9/", manifest={})
    workspace.open()
    world = workspace._world
    blank = {"thread_ts": "", "user_id": "U0GRACE", "only_for": "", "kind": "message", "typed": {}}
    rows = [
        {"channel_id": channel_id, "ts": f"17950{number:05d}.000000", "body": {"text": f"message {number}"}, **blank}
        for channel_id, many in (("C0RANDOM", 5000), ("C0GROWTH", 60))
        for number in range(many)
    ]
    with world.storage.begin() as connection:
        connection.execute(schema.message.insert(), rows)

    def seconds(channel_id: str) -> float:
        began = time.perf_counter()
        world.messages.page(channel_id, "U0ADA")
        world.messages.page(channel_id, "U0ADA", before="1795000055.000000")
        world.shown_channel(world.directory.channel(channel_id), "U0ADA")
        return time.perf_counter() - began

    times = [(seconds("C0RANDOM"), seconds("C0GROWTH")) for _ in range(9)]
    assert min(large for large, _ in times) < 5 * min(small for _, small in times)
    page, more = world.messages.page("C0RANDOM", "U0ADA")
    older, _ = world.messages.page("C0RANDOM", "U0ADA", before=page[0].ts)
    assert (len(page), more, page[-1].body["text"], older[-1].body["text"]) == (
        50,
        True,
        "message 4999",
        "message 4949",
    )
    workspace.close()
    engine.dispose()
