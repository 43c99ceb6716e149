"""What somebody set up goes on when they leave, unless it depends on them: then it ends, and that is said, once."""

from collections.abc import Callable, Iterator

import pytest

from bot.embedded.workspace.people import TEAM_ID
from bot.objectives.subscriptions import State
from tests.notify_stage import Stage, text_of
from tests.world import USERS, World


@pytest.fixture
def stage(make_world: Callable[..., World]) -> Iterator[Stage]:
    stage = Stage(make_world)
    yield stage
    stage.close()


def set_active(stage: Stage, *, is_active: bool) -> None:
    """What the OKR account says of Ada from now on."""
    with stage.notifier.outbox.begin() as connection:
        statement = f"UPDATE okr_assignees SET is_active = {is_active} WHERE name = 'Ada Lovelace'"
        assert connection.exec_driver_sql(statement).rowcount == 1
    stage.world.bot.directory.fresh(0)
    stage.notifier._followers._kept.clear()


def end(stage: Stage) -> int:
    ended = stage.notifier.leavers.end(TEAM_ID)
    stage.send()
    return ended


def test_what_names_somebody_whom_the_okr_account_has_no_more_ends_and_its_channel_hears_that_once(stage: Stage):
    mine = stage.follow("owner:me")
    hers = stage.follow('owner:"Ada Lovelace"', channel="growth", who="grace", cadence="daily 9:00")
    others = stage.follow("#growth")
    between = stage.follow("session:current")
    assert end(stage) == 0
    set_active(stage, is_active=False)
    assert end(stage) == 2
    assert [stage.kept(one).state for one in (mine, hers)] == [State.ENDED] * 2
    assert [stage.kept(one).state for one in (others, between)] == [State.ACTIVE] * 2
    assert end(stage) == 0
    for channel in ("general", "growth"):
        (told,) = stage.posts(channel)
        assert "nothing more of objectives" in told["text"].replace("*", "")
        assert "“Ada Lovelace” is not there any more" in told["text"]
    stage.world.okr("create Win the Nordics #growth", who="grace")
    stage.tell()
    assert "Win the Nordics" in text_of(stage.posts()[1])
    listed = stage.world.okr("subscriptions", who="grace", channel="general")
    assert "ended: what it names is not in the OKR account any more" in listed.text
    assert "deactivated" in stage.world.choose(listed, "Resume", who="grace").text
    set_active(stage, is_active=True)
    assert "Resumed" in stage.world.choose(listed, "Resume", who="grace").text
    assert stage.kept(mine).state is State.ACTIVE
    assert end(stage) == 0


def test_who_left_the_workspace_is_still_followed_and_their_own_direct_message_is_not_written_to(stage: Stage):
    direct = stage.follow("#growth", channel=stage.world.workspace.dm(USERS["ada"]))
    channels = [stage.follow(query, channel="growth") for query in ("#growth", "owner:me")]
    stage.world.workspace.directory.change_user(USERS["ada"], deleted=True)
    stage.world.bot.objectives.people._profiles._kept.clear()  # type: ignore[attr-defined]
    stage.notifier._followers._kept.clear()
    assert end(stage) == 1
    assert stage.kept(direct).state is State.ENDED
    assert [stage.kept(one).state for one in channels] == [State.ACTIVE] * 2
    stage.patch("Cut onboarding time to a day", name="Onboard in a day")
    stage.look()
    stage.patch("Onboard in a day", name="Onboard in an hour")
    stage.look_and_send()
    assert "Onboard in an hour" in text_of(stage.posts("growth")[0])
    assert stage.direct("ada") == []
