"""Slack's failures on demand: away, answers lost, refusals, slowness; and that the page can switch them."""

import http.client
import logging
from collections.abc import Callable, Iterator
from typing import Any

import flask
import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.embedded.workspace import Workspace, memory_engine
from bot.web import Server
from tests.test_workspace_api import refusal
from tests.test_workspace_stage import Stage, staged

CHART = {
    "type": "data_visualization",
    "title": "By status",
    "chart": {"type": "pie", "segments": [{"label": "On track", "value": 3}, {"label": "Behind", "value": 1}]},
}


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as made:
        yield made


def patient(stage: Stage) -> WebClient:
    """A client that tries nothing a second time."""
    return WebClient("xoxb-the-bot", base_url=stage.slack.api_url, retry_handlers=[])


def texts(stage: Stage) -> list[str]:
    return [one["text"] for one in stage.slack.messages("U0ADA", "C0GENERAL")]


def test_faults_come_once_and_before_the_call_or_after_it(stage: Stage) -> None:
    post = lambda: stage.client.chat_postMessage(channel="C0GENERAL", text="x")  # noqa: E731
    stage.slack.faults.fail_next("chat.postMessage", error="fatal_error")
    assert refusal(post)["error"] == "fatal_error"
    assert texts(stage) == []
    stage.slack.faults.fail_next("chat.postMessage", error="internal_error", after=True)
    assert refusal(post)["error"] == "internal_error"
    assert texts(stage) == ["x"]
    assert post()["ok"]


def test_a_connection_is_cut_before_the_message_is_posted_or_after_it(stage: Stage) -> None:
    client = patient(stage)
    for after, posted in ((False, []), (True, ["x"])):
        stage.slack.faults.fail_next("chat.postMessage", after=after, cut=True)
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            client.chat_postMessage(channel="C0GENERAL", text="x")
        assert texts(stage) == posted
    last = stage.slack.requests[-1]
    assert (last.what, last.status, last.error, last.ok) == ("chat.postMessage", 0, "connection cut", False)


def test_a_client_that_tries_again_after_a_cut_posts_twice_as_it_would_in_slack(stage: Stage) -> None:
    stage.slack.faults.fail_next("chat.postMessage", after=True, cut=True)
    assert stage.client.chat_postMessage(channel="C0GENERAL", text="x")["ok"]
    assert texts(stage) == ["x", "x"]


def test_waitress_cuts_connections_too_and_logs_no_error(caplog: pytest.LogCaptureFixture) -> None:
    application = flask.Flask("cut")
    server = Server(application, host="127.0.0.1", port=0, threads=4)
    address = f"http://127.0.0.1:{server.port}"
    engine = memory_engine()
    workspace = Workspace(engine, base_url=address, events_url=f"{address}/nowhere", manifest={})
    workspace.open()
    application.register_blueprint(workspace.blueprint())
    server.start()
    try:
        workspace.faults.fail_next("api.test", cut=True)
        with caplog.at_level(logging.WARNING), pytest.raises(requests.ConnectionError):
            requests.post(f"{workspace.api_url}api.test", timeout=30)
        assert requests.post(f"{workspace.api_url}api.test", timeout=30).json()["ok"]
        assert caplog.records == []
    finally:
        workspace.close()
        server.close()
        engine.dispose()


def test_slack_can_be_away_for_every_method_with_an_answer_or_without(stage: Stage) -> None:
    client, faults = patient(stage), stage.slack.faults
    urls: list[str] = []
    stage.app.command("/okr")(lambda ack, body: (urls.append(body["response_url"]), ack()))
    stage.slack.run_command("U0ADA", "C0GENERAL", "/okr")
    faults.down = "unavailable"
    for call in (client.auth_test, client.team_info):
        with pytest.raises(SlackApiError) as refused:
            call()
        assert (refused.value.response.status_code, refused.value.response["error"]) == (503, "service_unavailable")
    assert requests.post(urls[0], json={"text": "x"}, timeout=30).status_code == 503
    faults.down = "cut"
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        client.auth_test()
    with pytest.raises(requests.ConnectionError):
        requests.post(urls[0], json={"text": "x"}, timeout=30)
    faults.down = ""
    assert client.auth_test()["ok"]
    assert requests.post(urls[0], json={"text": "x"}, timeout=30).text == "ok"
    assert texts(stage) == ["x"]


def test_an_answer_to_a_response_address_can_be_lost_after_it_was_shown(stage: Stage) -> None:
    urls: list[str] = []
    stage.app.command("/okr")(lambda ack, body: (urls.append(body["response_url"]), ack()))
    stage.slack.run_command("U0ADA", "C0GENERAL", "/okr")
    stage.slack.faults.fail_next("response_url", after=True, cut=True)
    with pytest.raises(requests.ConnectionError):
        requests.post(urls[0], json={"text": "shown"}, timeout=30)
    assert texts(stage) == ["shown"]


def test_a_fault_of_every_method_befalls_whichever_comes_next(stage: Stage) -> None:
    stage.slack.faults.fail_next("*", error="fatal_error")
    assert refusal(stage.client.team_info)["error"] == "fatal_error"
    assert stage.client.team_info()["ok"]


@pytest.mark.parametrize("method", ["api.test", "*"])
def test_a_method_can_be_made_slow(stage: Stage, method: str) -> None:
    stage.slack.faults.delay(method, 0.05)
    stage.client.api_test()
    assert stage.slack.requests[-1].milliseconds >= 50
    stage.slack.faults.clear()
    assert stage.slack.faults.delay_of(method) == 0


def test_a_block_that_the_workspace_does_not_know_is_refused_with_its_place(stage: Stage) -> None:
    heading = {"type": "header", "text": {"type": "plain_text", "text": "Digest"}}
    shown = {"channel": "C0GENERAL", "text": "3 on track, 1 behind", "blocks": [heading, CHART]}
    ts = stage.client.chat_postMessage(**shown)["ts"]
    stage.slack.faults.refused_blocks = frozenset({"data_visualization"})
    calls: list[Callable[[], Any]] = [
        lambda: stage.client.chat_postMessage(**shown),
        lambda: stage.client.chat_update(**shown, ts=ts),
        lambda: stage.client.chat_postEphemeral(**shown, user="U0ADA"),
    ]
    for call in calls:
        answer = refusal(call)
        assert answer["error"] == "invalid_blocks"
        assert answer["response_metadata"]["messages"] == [
            "[ERROR] unsupported type: data_visualization [json-pointer:/blocks/1/type]"
        ]
    urls: list[str] = []
    stage.app.command("/okr")(lambda ack, body: (urls.append(body["response_url"]), ack()))
    stage.slack.run_command("U0ADA", "C0GENERAL", "/okr")
    answer = requests.post(urls[0], json={"text": "x", "blocks": [CHART]}, timeout=30)
    assert (answer.status_code, answer.text) == (400, "invalid_blocks")
    assert stage.client.chat_postMessage(**shown | {"blocks": [heading]})["ok"]
    assert texts(stage) == ["3 on track, 1 behind"] * 2


def test_everything_is_right_again_after_clearing(stage: Stage) -> None:
    faults = stage.slack.faults
    faults.down, faults.limit_posting, faults.posts_per_minute = "cut", True, 1
    faults.refused_blocks = frozenset({"divider"})
    faults.fail_next("*", error="fatal_error", times=3)
    faults.clear()
    for _ in range(2):
        assert stage.client.chat_postMessage(channel="C0GENERAL", text="x", blocks=[{"type": "divider"}])["ok"]


def test_the_page_reads_and_sets_the_switches(stage: Stage) -> None:
    off = {"down": "", "slow": False, "lost": False, "limited": False, "charts": False}
    assert stage.get("faults") == off
    for name, value in (("down", "unavailable"), ("slow", True), ("lost", True), ("limited", True), ("charts", True)):
        assert stage.post("faults", name=name, value=value)["faults"] == off | {name: value}
        if name == "lost":
            with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
                patient(stage).chat_postMessage(channel="C0GENERAL", text="posted")
            assert stage.get("faults") == off
        assert stage.post("faults", name=name, value=off[name])["faults"] == off
    assert texts(stage) == ["posted"]
    assert stage.post("faults", name="down", value="sideways")["error"] == "there is no such failure: down 'sideways'"


def test_a_page_works_while_slack_is_away(stage: Stage) -> None:
    stage.slack.faults.down = "cut"
    assert stage.post("send", **{"as": "U0ADA"}, channel="C0GENERAL", text="still here")["ok"]
