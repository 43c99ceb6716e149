"""The OKR API fails: a sentence where the person is, with a way on; no secrets, no HTML, no stack trace."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest

from bot.commands.base import Reply
from bot.commands.registry import run_line
from bot.errors import OkrApiUnavailable
from bot.objectives.ports import Profile
from bot.quantive import QuantiveClient
from tests.durable import short_waits
from tests.failure_table import FAILURES, PENDING, TOLD, VERBS, expected, make_row, must_wait
from tests.fakes.okr import FakeApi, asker, make_objectives
from tests.fakes.quantive import HTML, FakeQuantive
from tests.world import World


@pytest.fixture
def api() -> Iterator[FakeQuantive]:
    with FakeQuantive() as api:
        session = api.add_session("Q4", "2020-01-01T00:00:00Z", "2099-12-31T00:00:00Z")
        ada = api.add_user("Ada Lovelace", "ada.lovelace@example.com")
        api.add_goal("Cut onboarding time", session_id=session, owner_id=ada, tags=["growth"])
        yield api


FAULTS = {
    "refused": ({"status": 400, "body": b'{"message":"this is odd"}'}, "Quantive refused this: this is odd."),
    "token": ({"status": 401, "body": b'{"message":"invalid"}'}, "does not accept the API token"),
    "denied": ({"status": 403, "body": b'{"message":"no"}'}, "lacks a permission"),
    "busy": ({"status": 429, "headers": {"Retry-After": "0"}}, "is being asked too often"),
    "error": ({"status": 500, "body": b"Traceback (most recent call last): boom"}, "has a problem of its own"),
    "web page": ({"status": 200, "body": HTML, "headers": {"Content-Type": "text/html"}}, "a web page instead of data"),
    "dropped": ({"drop": "before"}, "broke the connection off"),
}


NEVER = ("Traceback", "boom", "<html", "&lt;html", "Something went wrong")


@pytest.mark.parametrize("kind", FAULTS)
def test_every_failure_of_a_search_is_a_sentence_with_a_way_on_that_works(
    make_world: Callable[..., World], api: FakeQuantive, kind: str
):
    world = make_world(api=api)
    fault, expected = FAULTS[kind]
    api.fail(times=1_000, **fault)
    said = world.okr("search #growth")
    assert expected in said.text
    assert not [never for never in (*NEVER, api.token, api.account_id) if never in said.text]
    api.recover()
    assert "1 found" in world.press(said, "Try again").text


@pytest.mark.parametrize("kind", ["refused", "token", "denied"])
def test_a_refused_change_is_told_with_its_reason_and_resumed_with_everything_typed(
    make_world: Callable[..., World], api: FakeQuantive, kind: str
):
    world = make_world(api=api)
    fault, expected = FAULTS[kind]
    api.fail(times=1_000, **fault)
    said = world.okr('create Win the Nordics description:"All"')
    assert expected in said.text
    assert not [never for never in (*NEVER, api.token, api.account_id) if never in said.text]
    api.recover()
    form = world.press(said, "Resume")
    assert form.view is not None
    assert form.view["state"]["name"] == {"value": "Win the Nordics"}
    assert form.view["state"]["description"] == {"value": "All"}


@pytest.mark.parametrize("failure", FAILURES)
def test_however_the_api_fails_each_change_is_made_once_and_told_once_in_the_message_that_said_it_waits(
    template: Path, tmp_path: Path, failure: str
):
    with short_waits(pending=PENDING):
        row = make_row(failure, template, tmp_path / "row.db")
    assert {verb: replace(cell, was_accepted=False) for verb, cell in row.items()} == {
        verb: expected(failure, verb) for verb in VERBS
    }
    assert {verb for verb in TOLD if must_wait(failure, verb)} <= {verb for verb in VERBS if row[verb].was_accepted}


def test_an_api_that_is_not_there_is_told(make_world: Callable[..., World], api: FakeQuantive):
    world = make_world(api=api)
    with FakeQuantive() as gone:
        url = gone.url
    world.client = QuantiveClient(api_url=url, account_id=api.account_id, token=api.token)
    world.bot.objectives.search._api = world.client
    said = world.okr("search #growth")
    assert "cannot be reached" in said.text
    assert "Try again" in said.buttons


def test_an_unknown_number_of_aligned_objectives_does_not_keep_from_deleting(monkeypatch: pytest.MonkeyPatch):
    api = FakeApi()
    api.add("Grow")
    monkeypatch.setattr(api, "children", Mock(side_effect=OkrApiUnavailable("Quantive did not answer in time.")))
    asked = run_line(asker(), "delete Grow", make_objectives(api))
    assert isinstance(asked, Reply)
    assert "Whether other objectives are aligned to it could not be found out." in asked.message.text


def test_tags_that_the_account_does_not_take_are_told(make_world: Callable[..., World], api: FakeQuantive):
    world = make_world(api=api)
    api.misbehave(new_tag="drop")
    said = world.okr("create Win #growth #brandnew")
    assert "Created" in said.text
    assert "Not accepted as tags: brandnew" in said.text
    api.misbehave(patch_tags="merge")
    kept = world.okr("update Cut onboarding -#growth")
    assert "The OKR account kept these tags: growth" in kept.text


def test_a_change_whose_tags_cannot_be_read_back_is_still_told_as_done(
    make_world: Callable[..., World], api: FakeQuantive
):
    world = make_world(api=api)
    goal_id = next(iter(api.goals))
    real = world.client.update

    def update_and_go_down(objective_id: str, patch: object) -> None:
        real(objective_id, patch)  # type: ignore[arg-type]
        api.fail(times=1_000, status=500)

    world.client.update = update_and_go_down  # type: ignore[method-assign]
    said = world.okr(f"update {goal_id} +#board")
    assert "Updated" in said.text
    assert "could not be read back" in said.text


def test_an_api_that_answers_with_too_much_is_checked_again(make_world: Callable[..., World], api: FakeQuantive):
    api.add_goal("Another tag", tags=["sales"])
    world = make_world(api=api)
    api.misbehave(v1_ignores_parameters=True, v2="ignores filters", repeats_while_paging=True)
    for line in ("search #growth", "search onboarding"):
        said = world.okr(line)
        assert "1 found" in said.text
        assert "Another tag" not in said.text


def test_a_bug_is_told_by_a_reference_that_the_log_has_too_and_by_nothing_else(
    world: World, caplog: pytest.LogCaptureFixture
):
    def broken(*_args: object) -> Profile:
        raise RuntimeError("secret detail")

    world.bot.objectives.people.admit = broken  # type: ignore[method-assign]
    said = world.okr("search #growth")
    assert "Something went wrong in the bot" in said.text
    assert "secret detail" not in said.text
    reference = said.text.rpartition("`")[0].rpartition("`")[2].strip("\u200b")
    assert any(reference in record.getMessage() for record in caplog.records)
    assert "secret detail" not in caplog.text
