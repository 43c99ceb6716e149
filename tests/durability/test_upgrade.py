"""Work that an older version of the bot has accepted is finished by the present one."""

from pathlib import Path

import pytest

from tests.durability.bots import Place, Places
from tests.durability.company import Company
from tests.durability.pending import read, submissions
from tests.durability.run import count_unfinished, environment_of, wait_finished
from tests.durability.slack import FakeSlack

TELLS = 180.0


@pytest.mark.timeout(900)
def test_work_pending_in_an_older_database_is_finished_after_the_upgrade(tmp_path: Path):
    database_url = read(tmp_path)
    assert count_unfinished(database_url) == 2
    with Company() as company, FakeSlack() as slack:
        wanted = submissions(company, slack)
        place = Place("serve", tmp_path, environment_of(company, slack, database_url))
        with Places([place]):
            place.wait_up()
            assert wait_finished(database_url, TELLS) == 0
        assert sorted(company.names()) == sorted(one.name for one in wanted)
        # Where they were, or by direct message: that depends on how long ago it was sent off.
        told = [[telling.text[:7] for telling in slack.told_of(one.name) if telling.is_result] for one in wanted]
        assert told == [["Created"], ["Created"]]
