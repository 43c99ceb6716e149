"""Channels and people as they change, and what the app hears of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.embedded.workspace import BOT_USER_ID
from tests.test_workspace_api import refusal
from tests.test_workspace_stage import MANIFEST, SCOPES, Stage, staged

CHANNEL_EVENTS = [
    *("member_joined_channel", "member_left_channel", "channel_left", "group_left", "channel_archive"),
    *("channel_unarchive", "channel_rename", "group_archive", "group_unarchive", "group_rename", "user_change"),
]

Heard = list[dict[str, Any]]


def subscribed(events: list[str], scopes: list[str] = SCOPES) -> dict[str, Any]:
    """The manifest of an app that wants to hear of these."""
    settings = {"event_subscriptions": {"bot_events": events}, "interactivity": {"is_enabled": True}}
    return MANIFEST | {"settings": settings, "oauth_config": {"scopes": {"bot": scopes}}}


@contextmanager
def hearing(events: list[str] = CHANNEL_EVENTS, scopes: list[str] = SCOPES) -> Iterator[tuple[Stage, Heard]]:
    """A stage and the events the app has got, without their time."""
    with staged(subscribed(events, scopes)) as stage:
        heard: Heard = []

        @stage.app.middleware
        def keep(body: dict[str, Any], ack: Any) -> Any:
            heard.append({key: value for key, value in body["event"].items() if key != "event_ts"})
            return ack()

        yield stage, heard


def kinds(stage: Stage, heard: Heard) -> list[str]:
    """The types of what has been heard so far, which is forgotten."""
    assert stage.slack.settle()
    found = sorted(event["type"] for event in heard)
    heard.clear()
    return found


def texts(stage: Stage, channel_id: str, user_id: str = "U0ADA") -> list[str]:
    return [one["text"] for one in stage.slack.messages(user_id, channel_id)]


def test_people_join_and_leave_and_the_app_hears_of_it_where_it_is_a_member() -> None:
    with hearing() as (stage, heard):
        slack = stage.slack
        assert slack.remove("C0GROWTH", "U0GRACE").ok
        assert stage.slack.settle()
        assert heard == [
            {
                "type": "member_left_channel",
                "user": "U0GRACE",
                "channel": "C0GROWTH",
                "channel_type": "C",
                "team": "T0LOCAL",
            }
        ]
        heard.clear()
        assert slack.invite("C0GROWTH", "U0GRACE", by="U0ALAN").ok
        assert stage.slack.settle()
        assert [(one["type"], one["user"], one["inviter"]) for one in heard] == [
            ("member_joined_channel", "U0GRACE", "U0ALAN")
        ]
        assert slack.remove("C0RANDOM", "U0GRACE").ok
        assert kinds(stage, heard) == ["member_joined_channel"]
        assert texts(stage, "C0GROWTH") == [
            "was removed from #growth by <@U0ADA>.",
            "was added to #growth by <@U0ALAN>.",
        ]


def test_the_app_hears_of_its_own_coming_and_going() -> None:
    with hearing() as (stage, heard):
        slack = stage.slack
        slack.invite("C0RANDOM", BOT_USER_ID)
        slack.invite("C0LEADERSHIP", BOT_USER_ID)
        assert kinds(stage, heard) == ["member_joined_channel"] * 2
        slack.remove("C0RANDOM", BOT_USER_ID)
        slack.remove("C0LEADERSHIP", BOT_USER_ID)
        assert slack.settle()
        assert sorted(heard, key=lambda one: one["type"]) == [
            {"type": "channel_left", "channel": "C0RANDOM", "actor_id": "U0ADA"},
            {"type": "group_left", "channel": "C0LEADERSHIP", "actor_id": "U0ADA"},
        ]
        heard.clear()
        stage.client.conversations_join(channel="C0RANDOM")
        assert kinds(stage, heard) == ["member_joined_channel"]


def test_channels_are_archived_brought_back_and_renamed() -> None:
    with hearing() as (stage, heard):
        slack = stage.slack
        assert slack.archive("C0RANDOM", by="U0GRACE").ok
        assert slack.unarchive("C0RANDOM").ok
        assert slack.rename("C0RANDOM", "anything-else").ok
        assert slack.settle()
        assert sorted(heard, key=lambda one: one["type"]) == [
            {"type": "channel_archive", "channel": "C0RANDOM", "user": "U0GRACE"},
            {
                "type": "channel_rename",
                "channel": {
                    "id": "C0RANDOM",
                    "name": "anything-else",
                    "name_normalized": "anything-else",
                    "created": 0,
                },
            },
            {"type": "channel_unarchive", "channel": "C0RANDOM", "user": "U0ADA"},
        ]
        assert texts(stage, "C0RANDOM") == [
            "archived #random.",
            "un-archived #random.",
            "renamed the channel from “random” to “anything-else”.",
        ]
        assert stage.client.conversations_info(channel="C0RANDOM")["channel"]["name"] == "anything-else"


def test_of_a_private_channel_the_app_hears_only_as_a_member() -> None:
    with hearing() as (stage, heard):
        slack = stage.slack
        slack.rename("C0LEADERSHIP", "leaders")
        slack.remove("C0LEADERSHIP", "U0ALAN")
        assert kinds(stage, heard) == []
        slack.invite("C0LEADERSHIP", BOT_USER_ID)
        slack.rename("C0LEADERSHIP", "leadership")
        slack.archive("C0LEADERSHIP")
        slack.unarchive("C0LEADERSHIP")
        assert kinds(stage, heard) == ["group_archive", "group_rename", "group_unarchive", "member_joined_channel"]


@pytest.mark.parametrize(
    ("events", "scopes"),
    [([], SCOPES), (CHANNEL_EVENTS, ["commands", "chat:write"])],
    ids=["none asked for", "no scope"],
)
def test_the_app_hears_of_nothing_it_did_not_ask_for_or_may_not_know(events: list[str], scopes: list[str]) -> None:
    with hearing(events, scopes) as (stage, heard):
        slack = stage.slack
        slack.invite("C0RANDOM", BOT_USER_ID)
        slack.remove("C0RANDOM", BOT_USER_ID)
        slack.rename("C0RANDOM", "anything-else")
        slack.archive("C0RANDOM")
        slack.deactivate("U0GRACE")
        slack.open_home("U0ADA")
        assert kinds(stage, heard) == []


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda slack: slack.archive("C0GENERAL"), "cant_archive_general"),
        (lambda slack: slack.remove("C0GENERAL", "U0GRACE"), "cant_kick_from_general"),
        (lambda slack: slack.remove("C0GENERAL", "U0GRACE", by="U0GRACE"), "cant_leave_general"),
        (lambda slack: slack.remove("C0GROWTH", "U0GRACE", by="U0ALAN"), "restricted_action"),
        (lambda slack: slack.remove("C0GROWTH", "U0ELLIS"), "not_in_channel"),
        (lambda slack: slack.rename("C0GROWTH", "random"), "name_taken"),
        (lambda slack: slack.rename("C0GROWTH", ""), "invalid_name_required"),
        (lambda slack: slack.rename("C0GROWTH", "More Growth!"), "invalid_name_specials"),
        (lambda slack: slack.rename("C0GROWTH", "x" * 81), "invalid_name_maxlength"),
        (lambda slack: slack.rename("C0GENERAL", "all", by="U0ELLIS"), "restricted_action"),
        (lambda slack: slack.rename("C0PARTNERS", "all", by="U0ROBIN"), "restricted_action"),
        (lambda slack: slack.rename("C0LEADERSHIP", "all", by="U0RADIA"), "channel_not_found"),
        (lambda slack: slack.rename("D0ADA", "all"), "method_not_supported_for_channel_type"),
        (lambda slack: slack.unarchive("C0GROWTH"), "not_archived"),
        (lambda slack: slack.invite("C0GROWTH", "U0GRACE"), "already_in_channel"),
        (lambda slack: slack.invite("C0GROWTH", "U0NOBODY"), "user_not_found"),
        (lambda slack: slack.invite("C0GROWTH"), "user_not_found"),
        (lambda slack: slack.invite("C0GROWTH", "U0ELLIS"), "ura_max_channels"),
        (lambda slack: slack.invite("C0GROWTH", "U0ROBIN"), "user_team_not_in_channel"),
        (lambda slack: slack.set_time_zone("U0GRACE", "Mars/Olympus"), "invalid_time_zone"),
        (lambda slack: slack.set_time_zone("U0GRACE", "UTC", by="U0ALAN"), "restricted_action"),
        (lambda slack: slack.deactivate("U0GRACE", by="U0ALAN"), "restricted_action"),
        (lambda slack: slack.deactivate("U0ADA"), "restricted_action"),
        (lambda slack: slack.deactivate(BOT_USER_ID), "restricted_action"),
        (lambda slack: slack.deactivate("U0ROBIN"), "restricted_action"),
        (lambda slack: slack.make_guest("U0GRACE", []), "channel_not_found"),
        (lambda slack: slack.make_guest("U0GRACE", ["D0GRACE"]), "channel_not_found"),
    ],
)
def test_what_slack_refuses_is_refused_with_a_sentence(act: Any, error: str) -> None:
    with staged() as stage:
        outcome = act(stage.slack)
        assert (outcome.ok, outcome.error) == (False, error)
        assert outcome.text


def test_an_archived_channel_is_neither_renamed_nor_joined_nor_archived_again() -> None:
    with staged() as stage:
        slack = stage.slack
        slack.archive("C0RANDOM")
        assert slack.rename("C0RANDOM", "other").error == "is_archived"
        assert slack.invite("C0RANDOM", BOT_USER_ID).error == "is_archived"
        assert slack.archive("C0RANDOM").error == "already_archived"
        assert slack.make_guest("U0GRACE", ["C0RANDOM"]).error == "channel_not_found"


def test_people_live_in_time_zones_of_their_own() -> None:
    with hearing() as (stage, heard):
        assert stage.slack.set_time_zone("U0GRACE", "Asia/Kathmandu").ok
        grace = stage.client.users_info(user="U0GRACE")["user"]
        assert (grace["tz"], grace["tz_offset"]) == ("Asia/Kathmandu", 20_700)
        assert stage.slack.settle()
        assert [(one["type"], one["user"]["id"], one["user"]["tz"]) for one in heard] == [
            ("user_change", "U0GRACE", "Asia/Kathmandu")
        ]
        assert stage.slack.set_time_zone("U0ALAN", "Pacific/Chatham", by="U0ALAN").ok


def test_a_deactivated_account_is_told_with_little_and_can_come_back() -> None:
    with hearing() as (stage, heard):
        client, slack = stage.client, stage.slack
        assert slack.deactivate("U0GRACE").ok
        grace = client.users_info(user="U0GRACE")["user"]
        assert grace["deleted"]
        assert not {"tz", "real_name", "is_admin", "is_restricted"} & set(grace)
        find = lambda: client.users_lookupByEmail(email="grace.hopper@example.com")  # noqa: E731
        assert refusal(find)["error"] == "users_not_found"
        assert slack.invite("C0LEADERSHIP", "U0RADIA").ok
        slack.deactivate("U0ALAN")
        assert slack.remove("C0GROWTH", "U0ALAN").ok
        assert slack.invite("C0GROWTH", "U0ALAN").error == "cant_invite"
        assert slack.reactivate("U0GRACE").ok
        assert client.users_info(user="U0GRACE")["user"]["tz"] == "America/New_York"
        assert kinds(stage, heard).count("user_change") == 3


def test_a_member_becomes_a_guest_of_one_channel_or_several_and_a_member_again() -> None:
    with hearing() as (stage, heard):
        slack = stage.slack
        rooms = lambda: [one["name"] for one in stage.get("state", **{"as": "U0GRACE"})["channels"] if one["name"]]  # noqa: E731
        flags = lambda: [  # noqa: E731
            stage.client.users_info(user="U0GRACE")["user"][field] for field in ("is_restricted", "is_ultra_restricted")
        ]
        assert slack.make_guest("U0GRACE", ["C0GROWTH"]).ok
        assert (flags(), rooms()) == ([True, True], ["growth"])
        assert slack.make_guest("U0GRACE", ["C0GROWTH", "C0RANDOM"]).ok
        assert (flags(), rooms()) == ([True, False], ["growth", "random"])
        assert slack.make_guest("U0GRACE", ["C0GROWTH"], multi=True).ok
        assert (flags(), rooms()) == ([True, False], ["growth"])
        assert slack.make_member("U0GRACE", admin=True).ok
        assert flags() == [False, False]
        assert stage.client.users_info(user="U0GRACE")["user"]["is_admin"]
        assert kinds(stage, heard).count("user_change") == 4


def test_of_another_organisation_the_app_knows_little_and_more_where_both_are_members() -> None:
    with staged() as stage:
        robin = lambda: stage.client.users_info(user="U0ROBIN")["user"]  # noqa: E731
        assert (robin()["is_stranger"], robin()["team_id"]) == (True, "T0OTHER")
        stage.slack.invite("C0PARTNERS", BOT_USER_ID)
        assert (robin()["is_stranger"], robin()["team_id"]) == (False, "T0OTHER")
        assert "email" not in robin()["profile"]
        shared = stage.client.conversations_info(channel="C0PARTNERS")["channel"]
        assert (shared["is_ext_shared"], shared["shared_team_ids"]) == (True, ["T0LOCAL", "T0OTHER"])
        assert "U0ROBIN" in stage.client.conversations_members(channel="C0PARTNERS")["members"]


def test_people_and_channels_are_added_for_tests_with_many() -> None:
    with staged() as stage:
        slack = stage.slack
        mary = slack.add_person("Mary Jackson", time_zone="Australia/Eucla", channel_ids=["C0GENERAL"])
        rocket = slack.add_channel("rockets", [mary, "U0ADA", BOT_USER_ID], private=True)
        assert stage.client.users_info(user=mary)["user"]["profile"]["email"] == "mary.jackson@example.com"
        assert set(stage.client.conversations_members(channel=rocket)["members"]) == {mary, "U0ADA", BOT_USER_ID}
        assert stage.client.chat_postMessage(channel=rocket, text="Lift-off")["ok"]
        assert texts(stage, rocket, mary) == ["Lift-off"]
        assert stage.client.chat_postMessage(channel=mary, text="Hello")["channel"] == slack.dm(mary)


def test_news_of_a_channel_are_not_unread_messages() -> None:
    with staged() as stage:
        stage.slack.remove("C0GROWTH", "U0GRACE")
        stage.slack.rename("C0GROWTH", "more-growth")
        growth = next(one for one in stage.get("state", **{"as": "U0ALAN"})["channels"] if one["id"] == "C0GROWTH")
        assert (growth["name"], growth["unread"]) == ("more-growth", 0)
