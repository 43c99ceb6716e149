"""What a killed process was in the middle of: gone on with by another one, or by the next one in its place."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config import read_settings
from bot.running import open_database
from tests.durability.bots import Place, Places
from tests.durability.company import Company
from tests.durability.run import count_begun, environment_of, wait_finished
from tests.durability.slack import FakeSlack
from tests.durability.submissions import Mill, deliver
from tests.durable import until

TELLS = 180.0
"""Seconds: a process counts as dead after 12, and this machine may be busy."""


@pytest.fixture
def company() -> Iterator[Company]:
    with Company() as company:
        yield company


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        yield slack


@pytest.mark.postgres
@pytest.mark.timeout(900)
@pytest.mark.parametrize("lost", ["before", "after"])
def test_a_worker_goes_on_with_what_a_killed_serve_was_creating_and_tells(
    tmp_path: Path, postgres_url: str, company: Company, slack: FakeSlack, lost: str
):
    """``lost``: the objective was asked for by a process that died before, or after, the API had made it."""
    open_database(read_settings({"DATABASE_URL": postgres_url}), always_migrate=True).dispose()
    environment = environment_of(company, slack, postgres_url)
    serve, worker = Place("serve", tmp_path, environment), Place("worker", tmp_path, environment)
    with Places([serve, worker]):
        serve.wait_up()
        worker.wait_up()
        company.on_create = serve.abandon
        if lost == "before":
            company.fail(only=("POST",), drop="before")
        submission = Mill(company, slack).form("Outlive the process that accepted this")
        assert deliver(submission, serve.port)
        assert slack.wait_told(submission.place, TELLS)
        assert wait_finished(postgres_url, TELLS) == 0
    assert [one.text[:7] for one in slack.told(submission.place) if one.is_result] == ["Created"]
    assert company.names() == [submission.name]


@pytest.mark.timeout(900)
def test_what_the_api_makes_only_after_the_next_process_has_started_is_not_made_twice(
    tmp_path: Path, company: Company, slack: FakeSlack
):
    database_url = f"sqlite:///{tmp_path}/bot.db"
    place = Place("serve", tmp_path, environment_of(company, slack, database_url))

    def kill_and_let_the_next_one_look_in_vain() -> None:
        begun = count_begun(database_url)
        place.kill()
        until(lambda: count_begun(database_url) > begun, TELLS)
        # It looks once three seconds of its life are over; one that did not wait would have looked by now.
        threading.Event().wait(0.5)

    with Places([place]):
        place.wait_up()
        company.on_create = kill_and_let_the_next_one_look_in_vain
        submission = Mill(company, slack).command("Arrive late")
        assert deliver(submission, place.port)
        assert slack.wait_told(submission.place, TELLS)
        assert wait_finished(database_url, TELLS) == 0
    assert company.names() == [submission.name]
    assert [one.text[:7] for one in slack.told(submission.place) if one.is_result] == ["Created"]


@pytest.mark.timeout(900)
def test_a_form_sent_off_again_to_the_next_process_is_not_taken_for_a_new_one(
    tmp_path: Path, company: Company, slack: FakeSlack
):
    database_url = f"sqlite:///{tmp_path}/bot.db"
    place = Place("serve", tmp_path, environment_of(company, slack, database_url))
    with Places([place]):
        place.wait_up()
        company.on_create = place.kill
        submission = Mill(company, slack).form("Press the button again")
        deliver(submission, place.port)
        until(lambda: len(place.pids) > 1, TELLS)
        place.wait_up()
        assert deliver(submission, place.port)
        assert slack.wait_told(submission.place, TELLS)
        assert wait_finished(database_url, TELLS) == 0
    assert company.names() == [submission.name]
    assert [one.text[:7] for one in slack.told(submission.place) if one.is_result] == ["Created"]


@pytest.mark.timeout(900)
def test_what_waits_for_the_api_goes_on_after_a_kill(tmp_path: Path, company: Company, slack: FakeSlack):
    database_url = f"sqlite:///{tmp_path}/bot.db"
    place = Place("serve", tmp_path, environment_of(company, slack, database_url))
    with Places([place]):
        place.wait_up()
        company.fail(only=("POST",), status=503, times=float("inf"))
        submission = Mill(company, slack).command("Wait for the API")
        assert deliver(submission, place.port)
        assert slack.wait_waiting(submission.place, TELLS)
        place.kill()
        company.recover()
        assert slack.wait_told(submission.place, TELLS)
        assert wait_finished(database_url, TELLS) == 0
    assert company.names() == [submission.name]
    assert [one.text[:7] for one in slack.told(submission.place) if one.is_result] == ["Created"]


@pytest.mark.timeout(240)
def test_a_second_process_on_a_sqlite_file_waits_until_the_first_has_stopped_and_does_none_of_its_work(
    tmp_path: Path, company: Company, slack: FakeSlack
):
    database_url = f"sqlite:///{tmp_path}/bot.db"
    environment = environment_of(company, slack, database_url)
    first = Place("serve", tmp_path, environment)
    seconds: list[Place] = []

    def let_another_one_come() -> None:
        second = Place("serve", tmp_path, environment)
        seconds.append(second)
        until(lambda: "I wait for it to stop." in second.log.read_text(encoding="utf-8"), TELLS)

    with Places([first]):
        first.wait_up()
        company.on_create = let_another_one_come
        submission = Mill(company, slack).command("Meet your double")
        assert deliver(submission, first.port)
        assert slack.wait_told(submission.place, TELLS)
    with Places(seconds):
        seconds[0].wait_up()
    assert company.names() == [submission.name]
    assert [one.text[:7] for one in slack.told(submission.place) if one.is_result] == ["Created"]
