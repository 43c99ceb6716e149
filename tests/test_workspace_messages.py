"""Messages with buttons in the workspace, and the response addresses they come with."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.test_workspace_stage import Stage, button, staged, text


def answer_with(stage: Stage, **content: Any) -> str:
    """Lets /okr answer so, and gives its response address."""
    urls: list[str] = []
    stage.app.command("/okr")(lambda ack, body: (urls.append(body["response_url"]), ack(**content)))
    stage.slack.run_command("U0ADA", "C0GENERAL", "/okr")
    return urls[0]


def post(url: str, **content: Any) -> tuple[int, str]:
    """Uses a response address."""
    with requests.post(url, json=content, timeout=30) as response:
        return response.status_code, response.text


def texts(stage: Stage, user_id: str = "U0ADA", channel_id: str = "C0GENERAL") -> list[str]:
    return [one["text"] for one in stage.slack.messages(user_id, channel_id)]


def pressed(stage: Stage, message: dict[str, Any], user_id: str = "U0ADA", **which: Any) -> dict[str, Any]:
    """Presses the button ``go``; the payload."""
    heard: list[dict[str, Any]] = []
    stage.app.action("go")(lambda ack, body: (heard.append(body), ack()))
    assert stage.slack.press(user_id, message, "go", **which).ok
    return heard[0]


def test_a_button_in_a_public_message_sends_its_value_the_message_and_the_place() -> None:
    with staged() as stage:
        stage.client.chat_postMessage(
            channel="C0GENERAL", text="Choose", blocks=[button("go", "Go", value="objective-1", style="primary")]
        )
        body = pressed(stage, stage.slack.messages("U0ADA", "C0GENERAL")[0])
        action = body["actions"][0]
        assert (action["type"], action["action_id"], action["value"], action["text"]) == (
            "button",
            "go",
            "objective-1",
            text("Go"),
        )
        ts = stage.slack.messages("U0ADA", "C0GENERAL")[0]["ts"]
        assert body["container"] == {
            "type": "message",
            "message_ts": ts,
            "channel_id": "C0GENERAL",
            "is_ephemeral": False,
        }
        assert body["channel"] == {"id": "C0GENERAL", "name": "general"}
        assert (body["message"]["ts"], body["message"]["bot_id"]) == (ts, "B0OKRBOT")
        assert body["user"]["team_id"] == "T0LOCAL"
        assert body["trigger_id"] and body["response_url"]


def test_a_button_in_an_ephemeral_message_comes_without_the_message() -> None:
    with staged() as stage:
        answer_with(stage, text="Choose", blocks=[button("go")])
        body = pressed(stage, stage.slack.messages("U0ADA", "C0GENERAL")[0])
        assert body["container"]["is_ephemeral"] is True
        assert "message" not in body


def test_one_of_several_equal_buttons_is_chosen_by_its_value() -> None:
    with staged() as stage:
        stage.client.chat_postMessage(
            channel="C0GENERAL", text="x", blocks=[button("go", value="1"), button("go", value="2")]
        )
        body = pressed(stage, stage.slack.messages("U0ADA", "C0GENERAL")[0], value="2")
        assert body["actions"][0]["value"] == "2"
        with pytest.raises(LookupError, match="no such element 'come'; there are go"):
            stage.slack.press("U0ADA", stage.slack.messages("U0ADA", "C0GENERAL")[0], "come")


def test_an_overflow_menu_sends_the_chosen_option() -> None:
    with staged() as stage:
        options = [{"text": text("Show"), "value": "show 1"}, {"text": text("Edit"), "value": "edit 1"}]
        more = {"type": "overflow", "action_id": "go", "options": options}
        block = {"type": "section", "text": text("Grow"), "accessory": more}
        stage.client.chat_postMessage(channel="C0GENERAL", text="Grow", blocks=[block])
        heard: list[dict[str, Any]] = []
        stage.app.action("go")(lambda ack, body: (heard.append(body), ack()))
        stage.slack.choose("U0ADA", stage.slack.messages("U0ADA", "C0GENERAL")[0], "go", "edit 1")
        assert heard[0]["actions"][0]["selected_option"] == options[1]


def test_what_is_chosen_in_a_message_stays_in_its_state() -> None:
    with staged() as stage:
        options = [{"text": text("A"), "value": "a"}, {"text": text("B"), "value": "b"}]
        select = {"type": "static_select", "action_id": "pick", "options": options}
        block = {"type": "actions", "block_id": "row", "elements": [select, button("go")["elements"][0]]}
        stage.client.chat_postMessage(channel="C0GENERAL", text="x", blocks=[block])
        stage.app.action("pick")(lambda ack: ack())
        stage.slack.choose("U0ADA", stage.slack.messages("U0ADA", "C0GENERAL")[0], "pick", "b")
        body = pressed(stage, stage.slack.messages("U0ADA", "C0GENERAL")[0])
        assert body["state"]["values"] == {"row": {"pick": {"type": "static_select", "selected_option": options[1]}}}


@pytest.mark.parametrize("user_id", ["U0GRACE", "U0ROBIN"])
def test_nobody_can_press_a_button_they_do_not_see(user_id: str) -> None:
    with staged() as stage:
        answer_with(stage, text="Only for Ada", blocks=[button("go")])
        message = stage.slack.messages("U0ADA", "C0GENERAL")[0]
        with pytest.raises(LookupError, match="not there"):
            stage.slack.press(user_id, message, "go")


def test_a_response_address_posts_to_the_person_alone_unless_told_otherwise() -> None:
    with staged() as stage:
        url = answer_with(stage)
        assert post(url, text="for you") == (200, "ok")
        assert post(url, text="for all", response_type="in_channel") == (200, "ok")
        assert texts(stage) == ["for you", "for all"]
        assert texts(stage, "U0GRACE") == ["for all"]


def test_a_response_address_works_where_the_bot_is_no_member() -> None:
    with staged() as stage:
        stage.app.command("/okr")(lambda ack, respond: (ack(), respond("private answer")))
        stage.slack.run_command("U0ADA", "C0LEADERSHIP", "/okr")
        assert stage.slack.wait_for_message("U0ADA", "C0LEADERSHIP", "private answer")["ephemeral"]


def test_a_response_address_works_five_times() -> None:
    with staged() as stage:
        url = answer_with(stage)
        assert [post(url, text=str(number))[0] for number in range(6)] == [200] * 5 + [404]
        assert post(url, text="once more") == (404, "used_url")
        assert texts(stage) == ["0", "1", "2", "3", "4"]


def test_a_response_address_works_for_thirty_minutes() -> None:
    now = [datetime(2026, 11, 2, 9, tzinfo=UTC)]
    with staged(clock=lambda: now[0]) as stage:
        token = stage.slack._world.tickets.hook("C0GENERAL", "U0ADA")
        url = f"{stage.slack.base_url}/slack/hooks/{token}"
        now[0] += timedelta(minutes=29)
        assert post(url, text="in time") == (200, "ok")
        now[0] += timedelta(minutes=2)
        assert post(url, text="too late") == (404, "expired_url")
        assert post(url[:-3], text="guessed") == (404, "no_hook")


def test_a_button_replaces_the_message_it_stands_in() -> None:
    with staged() as stage:
        answer_with(stage, text="Sure?", blocks=[button("go")])
        url = pressed(stage, stage.slack.messages("U0ADA", "C0GENERAL")[0])["response_url"]
        assert post(url, text="Done", replace_original=True, response_type="in_channel") == (200, "ok")
        message = stage.slack.messages("U0ADA", "C0GENERAL")[0]
        assert (message["text"], message["blocks"], message["ephemeral"]) == ("Done", [], True)
        assert texts(stage, "U0GRACE") == []


def test_a_button_deletes_the_message_it_stands_in() -> None:
    with staged() as stage:
        answer_with(stage, text="Sure?", blocks=[button("go")])
        url = pressed(stage, stage.slack.messages("U0ADA", "C0GENERAL")[0])["response_url"]
        assert post(url, delete_original=True) == (200, "ok")
        assert texts(stage) == []
        assert post(url, delete_original=True) == (404, "message_not_found")


def test_a_command_replaces_the_answer_it_gave_first() -> None:
    with staged() as stage:
        url = answer_with(stage, text="Accepted, waiting")
        assert post(url, text="Created", replace_original="true") == (200, "ok")
        assert texts(stage) == ["Created"]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({}, "no_text"),
        ({"text": " "}, "no_text"),
        ({"blocks": [{"type": "unknown"}]}, "invalid_blocks"),
        ({"blocks": "x"}, "invalid_blocks_format"),
    ],
)
def test_a_response_that_cannot_be_shown_is_refused(content: dict[str, Any], error: str) -> None:
    with staged() as stage:
        assert post(answer_with(stage), **content) == (400, error)


def test_unread_marks_count_what_others_said_since_and_mentions() -> None:
    with staged() as stage:

        def marks(user_id: str) -> tuple[int, int]:
            channels = stage.get("state", **{"as": user_id})["channels"]
            found = next(one for one in channels if one["id"] == "C0RANDOM")
            return found["unread"], found["mentions"]

        stage.slack.post_message("U0ADA", "C0RANDOM", "hello @Grace Hopper")
        stage.slack.post_message("U0ADA", "C0RANDOM", "anyone?")
        assert (marks("U0GRACE"), marks("U0ALAN"), marks("U0ADA")) == ((2, 1), (2, 0), (0, 0))
        stage.post("read", **{"as": "U0GRACE", "channel": "C0RANDOM"})
        assert (marks("U0GRACE"), marks("U0ALAN")) == ((0, 0), (2, 0))


def test_replies_stand_in_the_thread_and_are_counted_at_its_head() -> None:
    with staged() as stage:
        head = stage.slack.post_message("U0ADA", "C0GENERAL", "a question").message
        stage.slack.post_message("U0GRACE", "C0GENERAL", "an answer", head["ts"])
        stage.client.chat_postMessage(channel="C0GENERAL", text="another", thread_ts=head["ts"])
        seen = stage.slack.messages("U0ADA", "C0GENERAL")
        assert [(one["text"], one["reply_count"], one["reply_users"]) for one in seen] == [
            ("a question", 2, ["U0GRACE", "U0OKRBOT"])
        ]
        assert [one["text"] for one in stage.slack.thread("U0ADA", "C0GENERAL", head["ts"])] == [
            "a question",
            "an answer",
            "another",
        ]


def test_a_response_address_can_be_made_to_fail() -> None:
    with staged() as stage:
        url = answer_with(stage)
        stage.slack.faults.fail_next("response_url", error="rate_limited", status=429, retry_after=3)
        assert post(url, text="too many") == (429, "rate_limited")
        stage.slack.faults.fail_next("response_url", error="lost", status=500, after=True)
        assert post(url, text="shown all the same") == (500, "lost")
        assert texts(stage) == ["shown all the same"]
        assert post(url, text="and now") == (200, "ok")


def test_feedback_buttons_send_the_one_pressed() -> None:
    with staged() as stage:
        good, bad = {"text": text("Good"), "value": "1"}, {"text": text("Bad"), "value": "0"}
        rate = {"type": "feedback_buttons", "action_id": "go", "positive_button": good, "negative_button": bad}
        block = {"type": "context_actions", "elements": [rate]}
        stage.client.chat_postMessage(channel="C0GENERAL", text="x", blocks=[block])
        heard: list[dict[str, Any]] = []
        stage.app.action("go")(lambda ack, action: (heard.append(action), ack()))
        message = stage.slack.messages("U0ADA", "C0GENERAL")[0]
        stage.slack.choose("U0ADA", message, "go", "0")
        stage.slack.choose("U0ADA", message, "go", "1")
        assert [one["value"] for one in heard] == ["0", "1"]
