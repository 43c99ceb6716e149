"""`/okr remind`: a person's own reminder."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.embedded.workspace.people import TEAM_ID
from bot.objectives.subscriptions import Reminder
from tests.fakes.quantive import FakeQuantive
from tests.world import USERS, World

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """The whole bot on a clock that stands still."""
    return make_world(clock=lambda: NOW)


def reminder(world: World, who: str = "grace") -> Reminder | None:
    return world.bot.follows.reminder(TEAM_ID, USERS[who])


def test_a_reminder_is_set_on_ones_own_clock_and_for_oneself_alone(world: World):
    said = world.okr("remind weekly monday 9:00", who="grace")
    assert said.message is not None and said.message["ephemeral"]
    assert "every Monday at 9:00 (America/New_York)" in said.text
    assert reminder(world) == Reminder(TEAM_ID, USERS["grace"], "weekly monday 9:00", "America/New_York", NOW)
    world.okr("remind every day at 8", who="hedy")
    assert reminder(world, "hedy") == Reminder(TEAM_ID, USERS["hedy"], "daily 8:00", "Europe/Vienna", NOW)
    world.okr("remind daily 10:00", who="grace")
    assert [one.cadence for one in world.bot.follows.reminders(TEAM_ID)] == ["daily 10:00", "daily 8:00"]


def test_without_words_it_shows_the_present_one_or_offers_one(world: World):
    said = world.okr("remind", who="grace")
    assert "I can remind you" in said.text and reminder(world) is None
    assert "every Monday at 9:00" in world.press(said, "Every Monday at 9:00", who="grace").text
    assert "every Monday at 9:00" in world.okr("remind", who="grace").text
    assert "I can remind you" in world.okr("remind", who="alan").text


@pytest.mark.parametrize(("typed", "days"), [("snooze", 1), ("snooze day", 1), ("Snooze WEEK", 7)])
def test_it_is_put_off_for_a_day_or_a_week_and_stays_otherwise_as_it_was(world: World, typed: str, days: int):
    world.okr("remind weekly monday 9:00", who="grace")
    before = reminder(world)
    said = world.okr(f"remind {typed}", who="grace")
    assert "Snoozed until" in said.text
    assert before is not None
    expected = Reminder(*(TEAM_ID, USERS["grace"], before.cadence, before.zone, NOW), NOW + timedelta(days=days))
    assert reminder(world) == expected


def test_it_is_not_put_off_to_the_weekend(make_world: Callable[..., World]):
    friday = NOW + timedelta(days=2)
    world = make_world(clock=lambda: friday)
    world.okr("remind weekly monday 9:00", who="grace")
    world.okr("remind snooze day", who="grace")
    kept = reminder(world)
    assert kept is not None and kept.snoozed_until == friday + timedelta(days=3)


@pytest.mark.parametrize("typed", ["stop", "Off", "never"])
def test_it_stops(world: World, typed: str):
    world.okr("remind daily 9:00", who="grace")
    world.okr("remind daily 9:00", who="hedy")
    assert "Stopped" in world.okr(f"remind {typed}", who="grace").text
    assert reminder(world) is None and reminder(world, "hedy") is not None


@pytest.mark.parametrize("typed", ["stop", "snooze week"])
def test_who_has_none_is_told_so(world: World, typed: str):
    assert "You have no reminder" in world.okr(f"remind {typed}", who="grace").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("weekly funday 25:00", "There is no day “funday”. Did you mean Sunday? There is no time “25:00”"),
        ("instant", "A reminder comes daily or weekly. Write it like this: weekly monday 9:00."),
        ("saturday 10:00", "never comes at the weekend. Write it like this: weekly monday 10:00."),
        ("weekly sunday", "never comes at the weekend"),
        ("snooze fortnight", "put off for a day or a week"),
        ("me of everything", "I do not know"),
    ],
)
def test_what_cannot_be_is_said_with_what_can_and_the_old_one_stays(world: World, typed: str, said: str):
    world.okr("remind daily 9:00", who="grace")
    before = reminder(world)
    assert said in world.okr(f"remind {typed}", who="grace").text
    assert reminder(world) == before


def test_whom_the_okr_account_does_not_know_is_told_and_not_reminded_of_nothing(make_world: Callable[..., World]):
    with FakeQuantive() as api:
        api.add_user("Ada Lovelace", "ada.lovelace@example.com")
        world = make_world(api=api)
        assert "Nobody in the OKR account has the e-mail address" in world.okr("remind daily 9:00", who="grace").text
        assert reminder(world) is None
