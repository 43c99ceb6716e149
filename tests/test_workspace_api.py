"""The workspace's Web API: as strict as Slack's about who calls, with what, and where."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from slack_sdk.errors import SlackApiError

from tests.test_workspace_stage import MANIFEST, Stage, staged


def refusal(call: Callable[[], Any]) -> dict[str, Any]:
    """The answer with which a call is refused."""
    with pytest.raises(SlackApiError) as refused:
        call()
    data = refused.value.response.data
    assert isinstance(data, dict)
    return data


def with_scopes(*scopes: str) -> dict[str, Any]:
    """The manifest with these scopes only."""
    return MANIFEST | {"oauth_config": {"scopes": {"bot": list(scopes)}}}


def called(stage: Stage, method: str, headers: dict[str, str] | None = None, **body: Any) -> dict[str, Any]:
    """What a bare form post is answered with."""
    with requests.post(stage.slack.api_url + method, data=body, headers=headers, timeout=30) as response:
        found: dict[str, Any] = response.json()
        return found


def test_a_call_needs_the_bots_token_in_a_header_or_a_form() -> None:
    with staged() as stage:
        assert called(stage, "auth.test")["error"] == "not_authed"
        assert called(stage, "auth.test", token="xoxb-another")["error"] == "invalid_auth"
        assert called(stage, "auth.test", {"Authorization": "Bearer xoxb-another"})["error"] == "invalid_auth"
        assert called(stage, "auth.test", token="xoxb-the-bot")["user_id"] == "U0OKRBOT"
        assert called(stage, "api.test") == {"ok": True, "args": {}}


def test_auth_test_says_who_the_bot_is_and_what_it_may() -> None:
    with staged(with_scopes("commands", "chat:write")) as stage:
        answer = stage.client.auth_test()
        assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == ("U0OKRBOT", "B0OKRBOT", "T0LOCAL")
        assert answer.headers["x-oauth-scopes"] == "chat:write,commands"


def test_an_unknown_method_is_refused() -> None:
    with staged() as stage:
        assert refusal(lambda: stage.client.api_call("chat.shout"))["error"] == "unknown_method"


@pytest.mark.parametrize(
    ("method", "arguments", "needed"),
    [
        ("chat.postMessage", {"channel": "C0GENERAL", "text": "x"}, "chat:write"),
        ("chat.update", {"channel": "C0GENERAL", "ts": "1.0", "text": "x"}, "chat:write"),
        ("chat.delete", {"channel": "C0GENERAL", "ts": "1.0"}, "chat:write"),
        ("conversations.info", {"channel": "D0ADA"}, "im:read"),
        ("conversations.members", {"channel": "D0ADA"}, "im:read"),
        ("users.info", {"user": "U0ADA"}, "users:read"),
        ("users.lookupByEmail", {"email": "ada.lovelace@example.com"}, "users:read.email"),
        ("conversations.open", {"users": "U0ADA"}, "im:write"),
        ("conversations.list", {"types": "private_channel"}, "groups:read"),
        ("files.getUploadURLExternal", {"filename": "a", "length": 1}, "files:write"),
        ("files.completeUploadExternal", {"files": "[]"}, "files:write"),
    ],
)
def test_a_missing_scope_is_named(method: str, arguments: dict[str, Any], needed: str) -> None:
    with staged(with_scopes("commands", "channels:read")) as stage:
        answer = refusal(lambda: stage.client.api_call(method, params=arguments))
        assert (answer["error"], answer["needed"], answer["provided"]) == (
            "missing_scope",
            needed,
            "channels:read,commands",
        )


def test_a_missing_argument_is_named() -> None:
    with staged() as stage:
        answer = refusal(lambda: stage.client.api_call("chat.postMessage", json={"text": "x"}))
        assert answer["error"] == "invalid_arguments"
        assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]


@pytest.mark.parametrize("way", ["json", "params"])
def test_arguments_come_as_json_or_as_a_form(way: str) -> None:
    with staged() as stage:
        blocks = '[{"type":"divider"}]' if way == "params" else [{"type": "divider"}]
        stage.client.api_call("chat.postMessage", **{way: {"channel": "C0GENERAL", "text": "x", "blocks": blocks}})
        assert stage.slack.messages("U0ADA", "C0GENERAL")[0]["blocks"][0]["type"] == "divider"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0GENERAL"}, "no_text"),
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "C0LEADERSHIP", "text": "x"}, "channel_not_found"),
        ({"channel": "C0RANDOM", "text": "x"}, "not_in_channel"),
        ({"channel": "U0OKRBOT", "text": "x"}, "channel_not_found"),
        ({"channel": "C0GENERAL", "text": "x", "blocks": "nonsense"}, "invalid_blocks_format"),
        ({"channel": "C0GENERAL", "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"channel": "C0GENERAL", "text": "x", "metadata": {"event": 1}}, "invalid_metadata_format"),
    ],
)
def test_a_message_that_cannot_be_posted_is_refused(arguments: dict[str, Any], error: str) -> None:
    with staged(with_scopes("chat:write")) as stage:
        assert refusal(lambda: stage.client.api_call("chat.postMessage", json=arguments))["error"] == error


def test_an_archived_channel_takes_no_message() -> None:
    with staged() as stage:
        stage.slack.directory.change_channel("C0GENERAL", is_archived=True)
        assert refusal(lambda: stage.client.chat_postMessage(channel="C0GENERAL", text="x"))["error"] == "is_archived"


def test_invalid_blocks_are_named_with_their_place() -> None:
    with staged() as stage:
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
        answer = refusal(lambda: stage.client.chat_postMessage(channel="C0GENERAL", text="x", blocks=blocks))
        assert answer["error"] == "invalid_blocks"
        assert answer["response_metadata"]["messages"] == [
            "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
        ]


def test_posting_to_a_person_opens_the_direct_message() -> None:
    with staged() as stage:
        answer = stage.client.chat_postMessage(channel="U0ROBIN", text="Hello")
        assert answer["channel"] == stage.client.conversations_open(users="U0ROBIN")["channel"]["id"] == "D0ROBIN"
        assert [one["text"] for one in stage.slack.messages("U0ROBIN", "D0ROBIN")] == ["Hello"]


def test_an_ephemeral_message_is_for_one_member_and_cannot_be_changed() -> None:
    with staged() as stage:
        client = stage.client
        ts = client.chat_postEphemeral(channel="C0GENERAL", user="U0ADA", text="psst")["message_ts"]
        assert [one["text"] for one in stage.slack.messages("U0ADA", "C0GENERAL")] == ["psst"]
        assert stage.slack.messages("U0GRACE", "C0GENERAL") == []
        assert refusal(lambda: client.chat_update(channel="C0GENERAL", ts=ts, text="x"))["error"] == "message_not_found"
        stranger = lambda: client.chat_postEphemeral(channel="C0GENERAL", user="U0ROBIN", text="x")  # noqa: E731
        assert refusal(stranger)["error"] == "user_not_in_channel"


def test_people_are_told_as_slack_tells_them() -> None:
    with staged() as stage:
        ada = stage.client.users_info(user="U0ADA", include_locale=True)["user"]
        assert (ada["real_name"], ada["profile"]["email"], ada["tz"]) == (
            "Ada Lovelace",
            "ada.lovelace@example.com",
            "Europe/Berlin",
        )
        assert (ada["is_admin"], ada["is_restricted"], ada["locale"], ada["team_id"]) == (
            True,
            False,
            "en-GB",
            "T0LOCAL",
        )
        assert ada["tz_offset"] in (3600, 7200)
        guest = stage.client.users_info(user="U0ELLIS")["user"]
        assert (guest["is_restricted"], guest["is_ultra_restricted"], guest["is_admin"]) == (True, True, False)
        visitor = stage.client.users_info(user="U0NOOR")["user"]
        assert (visitor["is_restricted"], visitor["is_ultra_restricted"]) == (True, False)
        stranger = stage.client.users_info(user="U0ROBIN")["user"]
        assert (stranger["team_id"], stranger["is_stranger"], "email" in stranger["profile"]) == (
            "T0OTHER",
            True,
            False,
        )
        assert stage.client.users_info(user="U0OKRBOT")["user"]["is_bot"]
        assert refusal(lambda: stage.client.users_info(user="U0NOBODY"))["error"] == "user_not_found"


def test_without_the_scope_for_addresses_there_are_none() -> None:
    with staged(with_scopes("users:read")) as stage:
        assert "email" not in stage.client.users_info(user="U0ADA")["user"]["profile"]


def test_people_are_found_by_address_unless_they_have_left() -> None:
    with staged() as stage:
        find = lambda: stage.client.users_lookupByEmail(email="Grace.Hopper@example.com")  # noqa: E731
        assert find()["user"]["id"] == "U0GRACE"
        stage.slack.directory.change_user("U0GRACE", deleted=True)
        assert refusal(find)["error"] == "users_not_found"
        assert stage.client.users_info(user="U0GRACE")["user"]["deleted"]


def test_lists_come_in_pages() -> None:
    with staged() as stage:
        pages = [page["members"] for page in stage.client.users_list(limit=6)]
        assert [len(page) for page in pages] == [6, 6, 4]
        assert len({user["id"] for page in pages for user in page}) == 16
        assert refusal(lambda: stage.client.users_list(cursor="nonsense"))["error"] == "invalid_cursor"


def test_channels_are_told_as_far_as_the_bot_may_know() -> None:
    with staged() as stage:
        client = stage.client
        listed = client.conversations_list(types="public_channel,private_channel")["channels"]
        assert [(one["name"], one["is_member"], one["is_ext_shared"]) for one in listed] == [
            ("general", True, False),
            ("growth", True, False),
            ("partners", False, True),
            ("random", False, False),
        ]
        assert client.conversations_info(channel="C0GROWTH")["channel"]["num_members"] == 14
        assert refusal(lambda: client.conversations_info(channel="C0LEADERSHIP"))["error"] == "channel_not_found"
        pages = [page["members"] for page in client.conversations_members(channel="C0GENERAL", limit=8)]
        assert [len(page) for page in pages] == [8, 7]
        assert {"U0ELLIS", "U0NOOR", "U0OKRBOT"} <= {one for page in pages for one in page}
        assert refusal(lambda: client.conversations_members(channel="C0LEADERSHIP"))["error"] == "channel_not_found"
        mine = client.users_conversations()["channels"]
        assert [one["name"] for one in mine] == ["general", "growth"]
        assert client.conversations_join(channel="C0RANDOM")["channel"]["is_member"]


def test_a_permalink_leads_to_the_page() -> None:
    with staged() as stage:
        ts = stage.client.chat_postMessage(channel="C0GENERAL", text="x")["ts"]
        link = stage.client.chat_getPermalink(channel="C0GENERAL", message_ts=ts)["permalink"]
        assert link == f"{stage.slack.base_url}/archives/C0GENERAL/p{ts.replace('.', '')}"


def test_unfurls_are_as_strict_as_slack() -> None:
    with staged() as stage:
        said = stage.slack.post_message("U0ADA", "C0GENERAL", "https://okr.example.com/o/1").message
        place = {"channel": "C0GENERAL", "ts": said["ts"]}
        block = {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
        }
        rich = {"https://okr.example.com/o/1": {"blocks": [block]}}
        assert refusal(lambda: stage.client.chat_unfurl(**place, unfurls=rich))["error"] == "invalid_blocks"
        other = {"https://okr.example.com/o/2": {"text": "x"}}
        assert refusal(lambda: stage.client.chat_unfurl(**place, unfurls=other))["error"] == "cannot_unfurl_url"


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("api.test", {"error": "as_asked"}, "as_asked"),
        ("bots.info", {"bot": "B0OTHER"}, "bot_not_found"),
        ("conversations.list", {"types": "secret"}, "invalid_types"),
        ("conversations.list", {"limit": "many"}, "invalid_limit"),
        ("conversations.open", {}, "not_enough_users"),
        ("conversations.open", {"users": "U0ADA,U0GRACE"}, "too_many_users"),
        ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
        ("conversations.open", {"users": "U0OKRBOT"}, "cannot_dm_bot"),
        ("conversations.join", {"channel": "C0LEADERSHIP"}, "channel_not_found"),
        ("conversations.join", {"channel": "D0ADA"}, "method_not_supported_for_channel_type"),
        ("users.conversations", {"user": "U0NOBODY"}, "user_not_found"),
        ("chat.getPermalink", {"channel": "C0GENERAL", "message_ts": "1.000001"}, "message_not_found"),
        ("chat.postEphemeral", {"channel": "C0GENERAL", "user": "U0NOBODY", "text": "x"}, "user_not_found"),
        ("chat.postEphemeral", {"channel": "C0LEADERSHIP", "user": "U0ADA", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C0GENERAL", "text": "x", "attachments": "{"}, "invalid_attachments"),
        ("chat.unfurl", {"channel": "C0GENERAL"}, "missing_ts"),
        ("chat.unfurl", {"unfurl_id": "C.unknown"}, "cannot_find_message"),
        ("chat.unfurl", {"channel": "C0GENERAL", "ts": "1.0", "unfurls": "{"}, "cannot_parse_attachment"),
        ("files.getUploadURLExternal", {"filename": "a", "length": "0"}, "invalid_arguments"),
        ("files.completeUploadExternal", {"files": '[{"id": "F0"}]'}, "file_not_found"),
        ("files.completeUploadExternal", {"files": "[]"}, "invalid_arguments"),
        ("views.open", {"view": "{", "trigger_id": "1"}, "invalid_arguments"),
        (
            "views.open",
            {"view": '{"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": []}'},
            "invalid_arguments",
        ),
        ("views.update", {"view": '{"type": "modal"}'}, "invalid_arguments"),
        ("views.publish", {"view": '{"type": "home", "blocks": []}', "user_id": "U0NOBODY"}, "user_not_found"),
        ("views.publish", {"view": '{"type": "home", "blocks": []}', "user_id": "U0ADA", "hash": "1"}, "hash_conflict"),
    ],
)
def test_each_method_refuses_what_slack_refuses(method: str, arguments: dict[str, Any], error: str) -> None:
    with staged() as stage:
        assert refusal(lambda: stage.client.api_call(method, params=arguments))["error"] == error


def test_the_workspace_and_the_bot_can_be_asked_for() -> None:
    with staged() as stage:
        assert stage.client.team_info()["team"]["id"] == "T0LOCAL"
        assert stage.client.bots_info(bot="B0OKRBOT")["bot"]["user_id"] == "U0OKRBOT"
        assert stage.client.conversations_open(users="U0ADA", return_im=True)["channel"]["user"] == "U0ADA"
        assert stage.client.conversations_open(channel="D0ADA")["channel"]["id"] == "D0ADA"


def test_a_home_tab_needs_to_be_enabled() -> None:
    with staged(MANIFEST | {"features": {}}) as stage:
        publish = lambda: stage.client.views_publish(user_id="U0ADA", view={"type": "home", "blocks": []})  # noqa: E731
        assert refusal(publish)["error"] == "not_enabled"
