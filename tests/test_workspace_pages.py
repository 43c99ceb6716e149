"""What the page asks of the workspace: state, endpoints, the event stream, the inspector, and who may ask."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from tests.test_workspace_stage import Stage, button, field, modal, staged, text


@contextmanager
def listening(stage: Stage, user_id: str, after: str = "") -> Iterator[Iterator[tuple[str, dict[str, Any]]]]:
    """The events a person's page gets, as they come."""
    headers = {"Last-Event-ID": after} if after else {}
    address = f"{stage.slack.base_url}/workspace/events"
    with requests.get(address, params={"as": user_id}, headers=headers, stream=True, timeout=30) as response:
        lines = response.iter_lines(chunk_size=1, decode_unicode=True)
        assert next(lines) == "retry: 300"
        yield events(lines)


def events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line[7:]
        if line.startswith("data: ") and name != "inspected":
            yield name, json.loads(line[6:])


def test_the_state_tells_the_page_all_it_needs_to_begin() -> None:
    with staged(api_notes={"Address": "http://127.0.0.1:3000/api/v1"}) as stage:
        state = stage.get("state", **{"as": "U0GRACE"})
        assert state["me"]["real_name"] == "Grace Hopper"
        assert state["api_notes"] == {"Address": "http://127.0.0.1:3000/api/v1"}
        assert [one["command"] for one in state["commands"]] == ["/okr", "/raw"]
        assert (state["app"]["name"], state["app"]["home_tab_enabled"]) == ("OKR bot", True)
        names = [(one["name"], one["kind"], one["user"]) for one in state["channels"]]
        assert ("leadership", "private", "") in names
        assert ("", "dm", "U0OKRBOT") in names
        actable = {one["real_name"] for one in state["users"] if one["actable"]}
        assert {"Ada Lovelace", "Ellis Guest", "Robin Partner"} <= actable
        assert "OKR bot" not in actable


@pytest.mark.parametrize(
    ("user_id", "channels"),
    [
        ("U0ELLIS", ["", "general"]),
        ("U0ROBIN", ["partners"]),
        ("U0RADIA", ["", "general", "growth", "partners", "random"]),
    ],
)
def test_people_see_their_channels_only(user_id: str, channels: list[str]) -> None:
    with staged() as stage:
        assert [one["name"] for one in stage.get("state", **{"as": user_id})["channels"]] == channels
        assert stage.get("messages", **{"as": user_id, "channel": "C0LEADERSHIP"})["ok"] is False


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Workspace": "1", "Origin": "https://evil.example"},
        {"X-Workspace": "1", "Host": "evil.example"},
        {"X-Workspace": "1", "Origin": "null"},
    ],
    ids=["no header", "another origin", "another host", "no origin to name"],
)
def test_no_other_site_may_use_the_endpoints(headers: dict[str, str]) -> None:
    with staged() as stage:
        body = {"as": "U0ADA", "channel": "C0GENERAL", "text": "forged"}
        with requests.post(
            f"{stage.slack.base_url}/workspace/send", json=body, headers=headers, timeout=30
        ) as response:
            assert response.status_code == 403
        with requests.get(f"{stage.slack.base_url}/workspace/state", headers=headers, timeout=30) as response:
            assert response.status_code == 403
        assert stage.slack.messages("U0ADA", "C0GENERAL") == []


def test_the_page_is_served_to_its_own_address_and_forbids_foreign_scripts() -> None:
    with staged() as stage:
        with requests.get(f"{stage.slack.base_url}/", timeout=30) as page:
            assert page.status_code == 200
            assert page.headers["Content-Security-Policy"] == (
                "default-src 'self'; img-src 'self' data: https:; style-src 'self'; script-src 'self'"
            )
        with requests.get(f"{stage.slack.base_url}/", headers={"Host": "evil.example"}, timeout=30) as page:
            assert page.status_code == 403
        there = stage.slack.base_url.replace("127.0.0.1", "localhost")
        with requests.get(
            f"{stage.slack.base_url}/", headers={"Host": there[7:]}, allow_redirects=False, timeout=30
        ) as page:
            assert page.headers["Location"] == f"{stage.slack.base_url}/"


def test_everything_a_person_does_on_the_page_goes_through_the_endpoints() -> None:
    with staged() as stage:
        me = {"as": "U0ADA", "channel": "C0GENERAL"}

        @stage.app.command("/okr")
        def open_form(ack: Any, client: Any, body: dict[str, Any]) -> None:
            client.views_open(trigger_id=body["trigger_id"], view=modal(field("name")))
            ack(text="Opened", blocks=[button("go")])

        pressed: list[str] = []
        stage.app.action("go")(lambda ack, action: (pressed.append(action["action_id"]), ack()))
        stage.app.view("form")(lambda ack: ack(response_action="errors", errors={"name": "Taken"}))
        outcome = stage.post("send", **me, text="/okr create")
        assert (outcome["ok"], outcome["message"]["text"], len(outcome["views"])) == (True, "Opened", 1)
        shown = stage.get("messages", **me)["messages"][0]
        block = shown["blocks"][0]
        ids = {"block_id": block["block_id"], "action_id": block["elements"][0]["action_id"]}
        assert stage.post("actions", **me, ts=shown["ts"], **ids)["ok"]
        assert pressed == ["go"]
        view = stage.get("views", **{"as": "U0ADA"})["views"][0]
        refused = stage.post(f"views/{view['id']}/submit", **{"as": "U0ADA"}, values={"name": {"value": "Grow"}})
        assert refused["errors"] == {"name": "Taken"}
        assert stage.post(f"views/{view['id']}/close", **{"as": "U0ADA"})["views"] == []
        assert stage.post("send", **me, text="/okr", thread_ts=shown["ts"])["error"] == "not_allowed_in_thread"
        assert stage.post("send", **me, text="hello")["message"]["text"] == "hello"
        assert stage.post("dm", **{"as": "U0ADA"}, user="U0GRACE")["channel"]["user"] == "U0GRACE"


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("send", {"text": "x"}, "missing field 'channel'"),
        ("send", {"as": "U0NOBODY", "channel": "C0GENERAL", "text": "x"}, "there is nobody with the id 'U0NOBODY'"),
        ("views/V1/submit", {"as": "U0ADA"}, "this view is not open"),
        (
            "actions",
            {"as": "U0ADA", "channel": "C0GENERAL", "ts": "1.0", "block_id": "b", "action_id": "a"},
            "this message is not there",
        ),
    ],
)
def test_a_request_that_makes_no_sense_says_why(path: str, body: dict[str, Any], error: str) -> None:
    with staged() as stage:
        assert stage.post(path, **body) == {"ok": False, "error": error}


def test_new_messages_come_by_themselves_to_those_who_may_see_them() -> None:
    with staged() as stage, listening(stage, "U0GRACE") as grace:
        stage.slack.post_message("U0ALAN", "C0LEADERSHIP", "for four")
        stage.slack.post_message("U0EDSGER", "C0RANDOM", "for all")
        stage.client.chat_postEphemeral(channel="C0GENERAL", user="U0ADA", text="for Ada")
        stage.client.chat_postEphemeral(channel="C0GENERAL", user="U0GRACE", text="for Grace")
        said = [data["text"] for name, data in (next(grace) for _ in range(7)) if name == "message"]
        assert said == ["for four", "for all", "for Grace"]


def test_changes_and_deletions_and_unread_marks_come_too() -> None:
    with staged() as stage, listening(stage, "U0GRACE") as grace:
        ts = stage.client.chat_postMessage(channel="C0GENERAL", text="first")["ts"]
        assert next(grace)[1]["text"] == "first"
        name, channel = next(grace)
        assert (name, channel["id"], channel["unread"]) == ("channel", "C0GENERAL", 1)
        stage.client.chat_update(channel="C0GENERAL", ts=ts, text="second")
        assert [next(grace)[1]["text"]] == ["second"]
        stage.client.chat_delete(channel="C0GENERAL", ts=ts)
        assert next(grace) == ("message_deleted", {"channel": "C0GENERAL", "ts": ts, "thread_ts": ""})


def test_views_come_to_the_person_they_are_open_for() -> None:
    with staged() as stage, listening(stage, "U0ADA") as ada:
        trigger = stage.slack._world.tickets.trigger("U0ADA")
        stage.client.views_open(trigger_id=trigger, view=modal(title=text("Loading")))
        name, data = next(ada)
        assert (name, [one["title"]["text"] for one in data["views"]]) == ("views", ["Loading"])
        assert "private_metadata" not in data["views"][0]


def test_a_page_that_comes_back_misses_nothing() -> None:
    with staged() as stage:
        before = stage.get("state", **{"as": "U0ADA"})["event_id"]
        stage.slack.post_message("U0GRACE", "C0RANDOM", "while you were away")
        with listening(stage, "U0ADA", after=before) as ada:
            assert next(ada)[1]["text"] == "while you were away"
        with listening(stage, "U0ADA", after="999999") as ada:
            assert next(ada) == ("reload", {})


def test_the_inspector_shows_both_ways_and_no_secret() -> None:
    with staged() as stage:
        stage.app.command("/okr")(lambda ack, respond: (ack(), respond("xoxb-the-bot leaked, and a signing secret")))
        stage.slack.run_command("U0ADA", "C0GENERAL", "/okr create Grow")
        stage.slack.wait_for_message("U0ADA", "C0GENERAL", "leaked")
        stage.client.chat_postMessage(channel="C0GENERAL", text="x", token="xoxb-the-bot")
        entries = stage.get("inspector", **{"as": "U0ADA"})["entries"]
        seen = {(one["way"], one["what"], one["status"], one["ok"]) for one in entries}
        assert {
            ("out", "command /okr", 200, True),
            ("in", "response_url", 200, True),
            ("in", "chat.postMessage", 200, True),
        } <= seen
        details = [stage.get(f"inspector/{one['id']}", **{"as": "U0ADA"}) for one in entries]
        command = next(one for one in details if one["what"] == "command /okr")
        assert command["request"]["text"] == "create Grow"
        assert command["request"]["response_url"].endswith("/slack/hooks/•••")
        assert command["ms"] > 0
        assert "xoxb-the-bot" not in json.dumps(details)
        assert "a signing secret" not in json.dumps(details)


def test_messages_come_fifty_at_a_time() -> None:
    with staged() as stage:
        world = stage.slack._world
        with world.storage.begin():
            for number in range(120):
                world.messages.add("C0RANDOM", "U0GRACE", {"text": str(number)})
        newest = stage.get("messages", **{"as": "U0ADA", "channel": "C0RANDOM"})
        assert (len(newest["messages"]), newest["has_more"], newest["messages"][-1]["text"]) == (50, True, "119")
        oldest = stage.get(
            "messages", **{"as": "U0ADA", "channel": "C0RANDOM", "before": newest["messages"][0]["ts"], "limit": 200}
        )
        assert (len(oldest["messages"]), oldest["has_more"], oldest["messages"][0]["text"]) == (70, False, "0")


def test_streams_are_few_so_that_the_servers_threads_are_not_all_taken() -> None:
    with staged() as stage, listening(stage, "U0ADA") as oldest:
        for _ in range(6):
            with listening(stage, "U0ADA"):
                pass
        stage.slack.post_message("U0GRACE", "C0RANDOM", "wakes every stream")
        assert len(list(oldest)) <= 2


def test_pictures_are_shown_and_other_files_only_downloaded() -> None:
    with staged() as stage:
        stage.client.files_upload_v2(channel="C0GENERAL", filename="a.png", content=b"not really a picture")
        stage.client.files_upload_v2(channel="C0GENERAL", filename="a.html", content="<script>alert(1)</script>")
        kinds = []
        for message in stage.slack.messages("U0ADA", "C0GENERAL"):
            with stage.http.get(stage.slack.base_url + message["files"][0]["url"]) as response:
                kinds.append((response.headers["Content-Type"], response.headers.get("Content-Disposition")))
        assert kinds == [("image/png", None), ("application/octet-stream", "attachment")]


def test_a_workspace_that_has_been_closed_says_so() -> None:
    with staged() as stage:
        stage.slack.close()
        with stage.http.get(f"{stage.slack.base_url}/workspace/state") as response:
            assert (response.status_code, response.text) == (503, "The workspace is closed.")


def test_threads_the_home_tab_shortcuts_and_lookups_have_endpoints_too() -> None:
    with staged() as stage:
        me = {"as": "U0ADA"}
        head = stage.post("send", **me, channel="C0GENERAL", text="a question")["message"]
        stage.post("send", **me, channel="C0GENERAL", text="an answer", thread_ts=head["ts"])
        thread = stage.get("thread", **me, channel="C0GENERAL", thread_ts=head["ts"])
        assert [one["text"] for one in thread["messages"]] == ["a question", "an answer"]
        stage.app.event("app_home_opened")(
            lambda event, client: client.views_publish(
                user_id=event["user"], view={"type": "home", "blocks": [button("go")]}
            )
        )
        assert stage.post("home/open", **me)["ok"]
        assert stage.slack.wait_for(lambda: stage.get("home", **me)["view"])["type"] == "home"
        options = [{"text": text("Ada"), "value": "p1"}]
        stage.app.options("value")(lambda ack: ack(options=options))

        @stage.app.shortcut("create")
        def open_form(ack: Any, client: Any, body: dict[str, Any]) -> None:
            select = field("owner", "external_select", min_query_length=0)
            client.views_open(trigger_id=body["trigger_id"], view=modal(select))
            ack()

        view = stage.post("shortcut", **me, callback_id="create")["views"][0]
        ids = {"view_id": view["id"], "block_id": "owner", "action_id": "value"}
        assert stage.post("options", **me, **ids, typed="a")["options"] == options
        assert stage.post(f"views/{view['id']}/state", **me, values={"owner": {"value": "p1"}})["ok"]
        kept = stage.get("views", **me)["views"][0]
        assert (kept["state"], kept["state_options"]) == ({"owner": {"value": "p1"}}, {"owner": {"value": options}})
