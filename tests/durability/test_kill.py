"""Killed every so often while people send things off, the bot loses nothing and does nothing twice.

A short run of ``python -m tests.durability``, which does the same at length and prints the figures.
"""

from pathlib import Path

import pytest

from tests.durability.run import Run

SUBMISSIONS = 60
EVERY = 20


@pytest.mark.timeout(900)
def test_on_sqlite_one_process_that_is_killed_loses_nothing_and_does_nothing_twice(tmp_path: Path):
    report = Run(tmp_path, f"sqlite:///{tmp_path}/bot.db", SUBMISSIONS, EVERY, seed=4).run()
    print(report)
    assert report.kills
    assert report.faults == {}


@pytest.mark.postgres
@pytest.mark.timeout(900)
def test_on_postgres_two_processes_take_over_from_each_other_and_do_nothing_twice(tmp_path: Path, postgres_url: str):
    report = Run(tmp_path, postgres_url, SUBMISSIONS, EVERY, ("serve", "serve"), seed=4).run()
    print(report)
    assert report.kills
    assert report.faults == {}
