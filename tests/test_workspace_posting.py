"""Messages of the app that it changes, answers in a thread and deletes, and how fast it may post."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.test_workspace_api import refusal, with_scopes
from tests.test_workspace_stage import Stage, button, staged


def thread(stage: Stage, ts: str, user_id: str = "U0ADA", channel_id: str = "C0GENERAL") -> list[str]:
    return [one["text"] for one in stage.slack.thread(user_id, channel_id, ts)]


def test_own_messages_are_updated_and_deleted_and_no_others() -> None:
    with staged() as stage:
        client = stage.client
        ts = client.chat_postMessage(channel="C0GENERAL", text="first", blocks=[button("go")])["ts"]
        assert client.chat_update(channel="C0GENERAL", ts=ts, text="second")["message"]["text"] == "second"
        kept = stage.slack.messages("U0ADA", "C0GENERAL")[0]
        assert (kept["text"], len(kept["blocks"]), kept["edited"]) == ("second", 1, True)
        client.chat_update(channel="C0GENERAL", ts=ts, text="third", blocks=[])
        assert stage.slack.messages("U0ADA", "C0GENERAL")[0]["blocks"] == []
        client.chat_delete(channel="C0GENERAL", ts=ts)
        assert stage.slack.messages("U0ADA", "C0GENERAL") == []
        assert refusal(lambda: client.chat_delete(channel="C0GENERAL", ts=ts))["error"] == "message_not_found"
        theirs = stage.slack.post_message("U0ADA", "C0GENERAL", "mine").message["ts"]
        update = lambda: client.chat_update(channel="C0GENERAL", ts=theirs, text="x")  # noqa: E731
        assert refusal(update)["error"] == "cant_update_message"
        assert refusal(lambda: client.chat_delete(channel="C0GENERAL", ts=theirs))["error"] == "cant_delete_message"


def test_replies_stay_in_their_thread_and_are_updated_and_deleted_there() -> None:
    with staged() as stage:
        client = stage.client
        head = client.chat_postMessage(channel="C0GENERAL", text="Grow: 10 %")["ts"]
        reply = client.chat_postMessage(channel="C0GENERAL", thread_ts=head, text="now 20 %")
        assert reply["message"]["thread_ts"] == head
        client.chat_postMessage(
            channel="C0GENERAL", thread_ts=reply["ts"], text="of a reply's ts Slack takes the head's"
        )
        client.chat_update(channel="C0GENERAL", ts=head, text="Grow: 20 %")
        client.chat_update(channel="C0GENERAL", ts=reply["ts"], text="now 25 %")
        assert thread(stage, head) == ["Grow: 20 %", "now 25 %", "of a reply's ts Slack takes the head's"]
        shown = stage.slack.messages("U0ADA", "C0GENERAL")
        assert [(one["text"], one["reply_count"], one["edited"]) for one in shown] == [("Grow: 20 %", 2, True)]
        client.chat_delete(channel="C0GENERAL", ts=reply["ts"])
        assert thread(stage, head) == ["Grow: 20 %", "of a reply's ts Slack takes the head's"]


def test_the_deleted_head_of_a_thread_leaves_a_mark_while_there_are_replies() -> None:
    with staged() as stage:
        client = stage.client
        head = client.chat_postMessage(channel="C0GENERAL", text="Grow", blocks=[button("go")])["ts"]
        reply = client.chat_postMessage(channel="C0GENERAL", thread_ts=head, text="now 20 %")["ts"]
        assert stage.slack.delete_message("U0ADA", "C0GENERAL", head).ok
        shown = stage.slack.messages("U0GRACE", "C0GENERAL")
        assert [(one["kind"], one["text"], one["blocks"]) for one in shown] == [
            ("tombstone", "This message was deleted.", [])
        ]
        for change in (client.chat_update, client.chat_delete):
            again = lambda change=change: change(channel="C0GENERAL", ts=head, text="x")  # noqa: E731
            assert refusal(again)["error"] == "message_not_found"
        later = client.chat_postMessage(channel="C0GENERAL", thread_ts=head, text="now 30 %")
        assert later["message"]["thread_ts"] == head
        for ts in (reply, later["ts"]):
            client.chat_delete(channel="C0GENERAL", ts=ts)
        assert stage.slack.messages("U0GRACE", "C0GENERAL") == []


def test_a_reply_to_what_is_not_there_lands_at_the_top_level() -> None:
    with staged() as stage:
        answer = stage.client.chat_postMessage(channel="C0GENERAL", text="late", thread_ts="1.000001")
        assert "thread_ts" not in answer["message"]
        assert [one["text"] for one in stage.slack.messages("U0ADA", "C0GENERAL")] == ["late"]


def test_what_happened_to_a_channel_cannot_be_answered() -> None:
    with staged() as stage:
        stage.slack.rename("C0GROWTH", "more-growth")
        notice = stage.slack.messages("U0ADA", "C0GROWTH")[0]
        answer = lambda: stage.client.chat_postMessage(channel="C0GROWTH", text="x", thread_ts=notice["ts"])  # noqa: E731
        assert refusal(answer)["error"] == "cannot_reply_to_message"


def test_people_delete_their_own_messages_and_admins_anybodys() -> None:
    with staged() as stage:
        slack = stage.slack
        graces = slack.post_message("U0GRACE", "C0GENERAL", "hers").message["ts"]
        bots = stage.client.chat_postMessage(channel="C0GENERAL", text="the bot's")["ts"]
        assert slack.delete_message("U0ALAN", "C0GENERAL", graces).error == "cant_delete_message"
        assert slack.delete_message("U0GRACE", "C0GENERAL", graces).ok
        assert slack.delete_message("U0GRACE", "C0GENERAL", bots).error == "cant_delete_message"
        assert slack.delete_message("U0ADA", "C0GENERAL", bots).ok
        assert slack.delete_message("U0ADA", "C0GENERAL", bots).error == "message_not_found"
        assert slack.messages("U0ADA", "C0GENERAL") == []


def test_in_an_archived_channel_nothing_is_posted_or_changed() -> None:
    with staged() as stage:
        ts = stage.client.chat_postMessage(channel="C0GROWTH", text="before")["ts"]
        stage.slack.archive("C0GROWTH")
        post = lambda: stage.client.chat_postMessage(channel="C0GROWTH", text="x")  # noqa: E731
        assert refusal(post)["error"] == "is_archived"
        change = lambda: stage.client.chat_update(channel="C0GROWTH", ts=ts, text="x")  # noqa: E731
        assert refusal(change)["error"] == "is_inactive"
        assert stage.slack.run_command("U0ADA", "C0GROWTH", "/okr").error == "is_archived"
        assert stage.client.conversations_info(channel="C0GROWTH")["channel"]["is_archived"]
        stage.slack.unarchive("C0GROWTH")
        assert stage.client.chat_postMessage(channel="C0GROWTH", text="after")["ok"]


def test_a_bot_that_was_removed_can_neither_post_nor_see_a_private_channel() -> None:
    with staged(with_scopes("chat:write", "channels:read", "groups:read")) as stage:
        slack, client = stage.slack, stage.client
        slack.invite("C0LEADERSHIP", "U0OKRBOT")
        for channel_id, error in (("C0GROWTH", "not_in_channel"), ("C0LEADERSHIP", "channel_not_found")):
            assert client.chat_postMessage(channel=channel_id, text="here")["ok"]
            assert slack.remove(channel_id, "U0OKRBOT").ok
            post = lambda place=channel_id: client.chat_postMessage(channel=place, text="x")  # noqa: E731
            assert refusal(post)["error"] == error
        assert not client.conversations_info(channel="C0GROWTH")["channel"]["is_member"]
        assert refusal(lambda: client.conversations_info(channel="C0LEADERSHIP"))["error"] == "channel_not_found"


def test_a_message_to_somebody_deactivated_is_taken_and_told_so_by_info_only() -> None:
    with staged() as stage:
        stage.slack.deactivate("U0GRACE")
        assert stage.client.chat_postMessage(channel="U0GRACE", text="x")["channel"] == "D0GRACE"
        assert stage.client.conversations_info(channel="D0GRACE")["channel"]["is_user_deleted"]
        opened = lambda: stage.client.conversations_open(users="U0GRACE")  # noqa: E731
        assert refusal(opened)["error"] == "user_disabled"


def limited(post: Any) -> str:
    """The seconds to wait that a refused call names."""
    with pytest.raises(SlackApiError) as refused:
        post()
    assert (refused.value.response.status_code, refused.value.response["error"]) == (429, "ratelimited")
    return str(refused.value.response.headers["Retry-After"])


def test_a_channel_takes_one_message_a_second_when_that_is_asked_for() -> None:
    now = [datetime(2026, 11, 2, 9, tzinfo=UTC)]
    with staged(clock=lambda: now[0]) as stage:
        stage.slack.faults.limit_posting = True
        post = lambda place="C0GENERAL": stage.client.chat_postMessage(channel=place, text="x")  # noqa: E731
        post()
        assert limited(post) == "1"
        assert post("C0GROWTH")["ok"]
        now[0] += timedelta(seconds=1)
        assert post()["ok"]
        assert len(stage.slack.messages("U0ADA", "C0GENERAL")) == 2


def test_a_workspace_takes_so_many_messages_a_minute_when_that_is_asked_for() -> None:
    now = [datetime(2026, 11, 2, 9, tzinfo=UTC)]
    with staged(clock=lambda: now[0]) as stage:
        stage.slack.faults.posts_per_minute = 2
        post = lambda: stage.client.chat_postMessage(channel="C0GENERAL", text="x")  # noqa: E731
        post()
        now[0] += timedelta(seconds=20)
        post()
        assert limited(post) == "40"
        now[0] += timedelta(seconds=40)
        assert post()["ok"]
