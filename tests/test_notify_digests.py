"""Digests and reminders come at their minute, once, on the clock of whoever set them, and say what changed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.embedded.workspace.people import BOT_USER_ID, TEAM_ID
from bot.objectives.ports import Wanted
from bot.objectives.subscriptions import Reminder, State
from bot.quantive.client import QuantiveClient
from tests.notify_stage import Stage, StandingClock, text_of
from tests.world import USERS, World

NAME = "Cut onboarding time to a day"
CHART = "data_visualization"


@pytest.fixture
def stage(make_world: Callable[..., World]) -> Iterator[Stage]:
    stage = Stage(make_world)
    yield stage
    stage.close()


def on(stage: Stage, zone: str, *when: int) -> None:
    """Sets the clock to a wall clock's time."""
    stage.clock.now = datetime(*when, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[arg-type]


def next_at(stage: Stage, zone: str, hour: int, weekday: int | None = None) -> datetime:
    """The next time that a wall clock shows this hour, as UTC."""
    now = stage.clock().astimezone(ZoneInfo(zone))
    local = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    while local <= now or weekday not in (None, local.weekday()):
        local += timedelta(days=1)
    return local.astimezone(UTC)


def blocks(post: Any, kind: str) -> list[Any]:
    return [block for block in post["blocks"] if block["type"] == kind]


# When


def test_it_comes_at_its_minute_in_the_time_zone_of_whoever_set_it_and_once(stage: Stage):
    stage.follow("#growth", cadence="daily 9:00", zone="America/New_York")
    due = next_at(stage, "America/New_York", 9)
    stage.clock.now = due - timedelta(seconds=1)
    assert stage.put_due() == 0
    stage.clock.now = due
    assert stage.put_due() == 1
    assert stage.put_due() == 0
    stage.send()
    (post,) = stage.posts()
    assert "Objectives tagged #growth" in text_of(post)
    stage.clock.now = due + timedelta(days=1) - timedelta(seconds=1)
    assert stage.put_due() == 0
    stage.clock.now = due + timedelta(days=1)
    assert stage.put_due() == 1


@pytest.mark.parametrize(
    ("cadence", "begin", "expected"),
    [
        ("daily 9:00", (2026, 3, 27), ["2026-03-27T08:00", "2026-03-28T08:00", "2026-03-29T07:00", "2026-03-30T07:00"]),
        ("daily 2:30", (2026, 3, 27), ["2026-03-27T01:30", "2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"]),
        (
            "daily 2:30",
            (2026, 10, 23),
            ["2026-10-23T00:30", "2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"],
        ),
        ("daily 9:00", (2028, 2, 27), ["2028-02-27T08:00", "2028-02-28T08:00", "2028-02-29T08:00", "2028-03-01T08:00"]),
        ("weekly monday 9:00", (2026, 3, 23), ["2026-03-23T08:00", "2026-03-30T07:00", "2026-04-06T07:00"]),
    ],
)
def test_clocks_that_are_put_forward_and_back_and_leap_days(
    make_world: Callable[..., World], cadence: str, begin: tuple[int, int, int], expected: list[str]
):
    stage = Stage(make_world, clock=StandingClock(datetime(*begin, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)))
    stage.follow("#growth", cadence=cadence, zone="Europe/Berlin")
    sent: list[str] = []
    step = timedelta(minutes=10)
    while len(sent) < len(expected) and stage.clock.now < datetime(*begin, tzinfo=UTC) + timedelta(days=16):
        if stage.put_due():
            sent.append(f"{stage.clock.now:%Y-%m-%dT%H:%M}")
        stage.clock.now += step
    assert sent == expected
    stage.close()


def test_missed_hours_are_caught_up_once(stage: Stage):
    stage.follow("#growth", cadence="daily 9:00", zone="UTC")
    stage.clock.now = next_at(stage, "UTC", 9)
    assert stage.put_due() == 1
    stage.send()
    stage.clock.move(days=5, hours=3)
    assert [stage.put_due(), stage.put_due()] == [1, 0]
    stage.send()
    assert len(stage.posts()) == 2
    stage.clock.now = next_at(stage, "UTC", 9)
    assert stage.put_due() == 1


def test_a_clock_that_is_put_back_sends_none_again(stage: Stage):
    stage.follow("#growth", cadence="daily 9:00", zone="UTC")
    due = next_at(stage, "UTC", 9)
    stage.clock.now = due
    assert stage.put_due() == 1
    stage.clock.now = due - timedelta(hours=2)
    stage.send()
    assert stage.put_due() == 0
    stage.clock.now = due + timedelta(minutes=1)
    assert stage.put_due() == 0
    assert len(stage.posts()) == 1


def test_an_hour_within_a_pause_is_not_made_good_for_when_it_ends(stage: Stage):
    due = next_at(stage, "UTC", 9)
    stage.follow("#growth", cadence="daily 9:00", zone="UTC", paused_until=due + timedelta(hours=18))
    stage.clock.now = due
    assert stage.put_due() == 0
    stage.clock.now = due + timedelta(hours=18, minutes=1)
    assert stage.put_due() == 0
    stage.clock.now = due + timedelta(days=1)
    assert stage.put_due() == 1


def test_an_hour_within_a_pause_is_not_made_good_for_when_somebody_ends_it_early(stage: Stage):
    due = next_at(stage, "UTC", 9)
    stage.clock.now = due - timedelta(hours=1)
    stage.follow("#growth", cadence="daily 9:00", zone="UTC")
    said = stage.world.choose(stage.world.okr("subscriptions"), "Pause a day")
    stage.clock.now = due + timedelta(hours=5)
    assert "Resumed" in stage.world.press(said, "Resume").text
    assert stage.put_due() == 0
    stage.clock.now = due + timedelta(days=1)
    assert stage.put_due() == 1


def test_an_hour_that_came_before_the_bot_was_invited_is_not_made_good_for(stage: Stage):
    due = next_at(stage, "UTC", 9)
    stage.clock.now = due - timedelta(hours=1)
    kept = stage.follow("#growth", "random", cadence="daily 9:00", zone="UTC", state=State.WAITING)
    stage.clock.now = due + timedelta(hours=5)
    assert stage.world.workspace.invite(kept.channel_id, BOT_USER_ID).ok
    stage.world.okr("help", channel="random")
    stage.send()
    assert stage.kept(kept).state is State.ACTIVE
    assert stage.put_due() == 0
    stage.clock.now = due + timedelta(days=1)
    assert stage.put_due() == 1


def test_what_waits_or_has_stopped_gets_none_and_what_is_removed_before_it_is_sent_neither(stage: Stage):
    stage.follow("#growth", cadence="daily 9:00", state=State.WAITING)
    stage.follow("#sales", cadence="daily 9:00", state=State.STOPPED)
    gone = stage.follow("#board", cadence="daily 9:00")
    paused = stage.follow("#onboarding", cadence="daily 9:00")
    stage.clock.now = next_at(stage, "UTC", 9)
    assert stage.put_due() == 2
    follows = stage.world.bot.follows
    follows.remove(TEAM_ID, gone.id)
    follows.change(replace(stage.kept(paused), paused_until=stage.clock() + timedelta(days=1)))
    stage.send()
    assert stage.posts() == []


def test_an_outage_of_the_okr_api_or_of_slack_delays_it_and_leaves_one_to_post(stage: Stage):
    stage.follow("#growth", cadence="daily 9:00")
    stage.clock.now = next_at(stage, "UTC", 9)
    stage.put_due()
    assert stage.world.okr_server is not None
    stage.world.okr_server.is_away = True
    for _ in range(40):
        stage.send_ready()
        stage.clock.move(seconds=1)
    assert stage.posts() == []
    stage.world.okr_server.is_away = False
    stage.world.workspace.faults.down = "unavailable"
    for _ in range(40):
        stage.send_ready()
        stage.clock.move(seconds=1)
    # One that is due meanwhile takes its place.
    stage.clock.now = next_at(stage, "UTC", 9)
    assert stage.put_due() == 1
    stage.world.workspace.faults.down = ""
    stage.send()
    assert len(stage.posts()) == 1


# What


def test_it_tells_what_moved_and_what_was_finished_since_the_last_one(stage: Stage):
    stage.clock.now = next_at(stage, "UTC", 7)
    made = stage.add("Win the Nordics", "growth")
    done = stage.add("Win the Baltics", "growth")
    metric, other = stage.add_key_result(made), stage.add_key_result(done)
    stage.follow("#growth", cadence="daily 9:00")
    stage.look()
    stage.clock.move(hours=2)
    stage.put_due()
    stage.send()
    assert "nothing to compare with yet" in text_of(stage.posts()[0])
    stage.check_in(metric, 40)
    stage.check_in(other, 100)
    stage.add("Win Iceland", "growth")
    stage.patch(NAME, tags=[])
    stage.look()
    stage.clock.move(days=1)
    stage.put_due()
    stage.send()
    said = text_of(stage.posts()[1])
    assert "Moved" in said
    assert "0 % → " in said and "40 %" in said
    assert "Finished" in said
    assert "✓" in said and "Win the Baltics" in said
    assert "1 matches now and did not before, 1 does not match any more" in said


def moving(stage: Stage, **fields: Any) -> str:
    """A key result that only one objective has, whose channel has had its first digest at nine."""
    stage.clock.now = next_at(stage, "UTC", 7)
    metric = stage.add_key_result(stage.add("Win the Nordics", "nordics"))
    stage.follow("#nordics", cadence="daily 9:00", **fields)
    stage.look()
    stage.clock.now = next_at(stage, "UTC", 9)
    stage.put_due()
    stage.send()
    return metric


def test_what_changes_around_the_hour_stands_in_one_digest(stage: Stage):
    metric = moving(stage)
    for before, seen_late, not_seen_yet in ((20, 30, 40), (60, 70, 80)):
        # The last one counts as told with what was seen by then, and not by the hour at which it was due.
        stage.clock.now = next_at(stage, "UTC", 9)
        stage.check_in(metric, before)
        stage.look()
        assert stage.put_due() == 1
        stage.check_in(metric, seen_late)
        stage.look()
        stage.check_in(metric, not_seen_yet)
        stage.send()
        stage.look()
    first, second = (text_of(post) for post in stage.posts()[1:])
    assert "0 % → " in first and " 20 %" in first
    assert " 30 %" not in first and " 40 %" not in first
    assert "20 % → " in second and " 60 %" in second


def test_what_one_could_not_tell_is_told_by_the_next_and_what_was_being_sent_says_the_same_again(stage: Stage):
    metric = moving(stage)
    subscription = stage.world.bot.follows.every(TEAM_ID)[0]
    stage.check_in(metric, 20)
    stage.look()
    stage.clock.now = next_at(stage, "UTC", 9)
    stage.put_due()
    # It is paused before it was posted.
    paused = replace(stage.kept(subscription), paused_until=stage.clock() + timedelta(hours=1))
    stage.world.bot.follows.change(paused)
    stage.send()
    assert len(stage.posts()) == 1
    stage.check_in(metric, 30)
    stage.look()
    stage.clock.now = next_at(stage, "UTC", 9)
    stage.put_due()
    # Killed while Slack was asked to post it; it changes until there is a process again.
    outbox = stage.notifier.outbox
    assert outbox.sending(outbox.take(TEAM_ID, subscription.channel_id, 9))
    stage.check_in(metric, 50)
    stage.look()
    stage.send()
    said = text_of(stage.posts()[1])
    assert "0 % → " in said and " 30 %" in said and "20 %" not in said
    stage.clock.now = next_at(stage, "UTC", 9)
    stage.put_due()
    stage.send()
    assert "30 % → " in text_of(stage.posts()[2]) and " 50 %" in text_of(stage.posts()[2])


def test_many_that_are_due_together_share_one_list_of_the_account(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    lists: list[Wanted] = []
    search = QuantiveClient.search
    monkeypatch.setattr(QuantiveClient, "search", lambda api, wanted: lists.append(wanted) or search(api, wanted))
    secret = next(goal["name"] for goal in stage.goals().values() if goal["access"])
    stage.clock.now = next_at(stage, "UTC", 8)
    queries = ("#growth", "#growth status:behind", "#nobody", "session:all", f'"{NAME}"')
    for query in queries:
        stage.follow(query, cadence="daily 9:00")
    stage.look()
    stage.clock.now = next_at(stage, "UTC", 9)
    assert stage.put_due() == len(queries)
    stage.send()
    assert lists == [Wanted()]
    said = [text_of(post) for post in stage.posts()]
    assert len(said) == len(queries)
    assert f"{len(stage.goals()) - 1} objectives" in said[3]
    assert "No objective matches now." in said[2]
    assert "1 objective" in said[4]
    assert secret not in str(said)


def test_only_what_was_asked_for_is_told_and_not_what_is_muted(stage: Stage):
    metric = moving(stage, only=("done", "renamed"))
    muted = stage.add("Win Iceland", "nordics")
    stage.look()
    follows = stage.world.bot.follows
    follows.mute(TEAM_ID, stage.channel("general"), muted, USERS["ada"], is_muted=True)
    stage.check_in(metric, 40)
    stage.look()
    stage.clock.now = next_at(stage, "UTC", 9)
    stage.put_due()
    stage.send()
    assert "Nothing new in objectives tagged #nordics since" in stage.posts()[1]["text"]
    stage.check_in(metric, 100)
    stage.patch("Win the Nordics", name="Win Norway")
    stage.patch("Win Iceland", name="Win Greenland")
    stage.look()
    stage.clock.now = next_at(stage, "UTC", 9)
    stage.put_due()
    stage.send()
    said = text_of(stage.posts()[2])
    assert "Finished" in said and "renamed" in said and "Win Norway" in said
    assert "Greenland" not in said and "Needs someone" not in said
    assert "only renamed, done" in said


def test_what_whoever_set_it_up_did_themselves_is_left_out_where_they_asked_for_that(stage: Stage):
    stage.clock.now = next_at(stage, "UTC", 8)
    stage.follow("#nordics", cadence="daily 9:00", except_me=True, only=("created", "renamed", "deleted"))
    stage.look()
    stage.clock.now = next_at(stage, "UTC", 9)
    stage.put_due()
    stage.send()
    stage.world.okr("create Win Norway #nordics", who="ada")
    stage.world.okr("create Win Sweden #nordics", who="grace")
    stage.tell()
    stage.patch("Win Norway", name="Win Denmark")
    stage.look()
    stage.world.okr('update "Win Sweden" name:"Win Finland"', who="grace")
    stage.tell()
    stage.clock.now = next_at(stage, "UTC", 9)
    stage.put_due()
    stage.send()
    said = stage.posts()[1]["text"]
    # What was made and renamed meanwhile was created.
    assert "Win Finland" in said and "created" in said
    assert "Win Denmark" in said and said.count("created") == 2  # once in "only created, …"


def test_objectives_without_key_results_need_somebody_and_once_is_news(stage: Stage):
    stage.clock.now = next_at(stage, "UTC", 8)
    stage.add("Win the Nordics", "nordics")
    stage.follow("#nordics", cadence="daily 9:00")
    stage.look()
    for _ in range(2):
        stage.clock.now = next_at(stage, "UTC", 9)
        stage.put_due()
        stage.send()
    first, second = stage.posts()
    assert "no key results" in text_of(first)
    assert "Nothing moved in objectives tagged #nordics" in second["text"]


def test_nothing_changed_is_one_line_or_silence(stage: Stage):
    stage.clock.now = next_at(stage, "UTC", 8)
    loud = stage.follow("#growth", cadence="daily 9:00")
    quiet = stage.follow("#growth", channel="growth", cadence="daily 9:00", is_silent=True)
    stage.look()
    for _ in range(2):
        stage.clock.now = next_at(stage, "UTC", 9)
        stage.look()
        assert stage.put_due() == 2
        stage.send()
    assert len(stage.posts()) == 2
    assert "Nothing moved in objectives tagged #growth since" in stage.posts()[1]["text"]
    assert len(stage.posts()[1]["blocks"]) == 1
    assert len(stage.posts("growth")) == 1
    assert stage.kept(loud).spoke_at is not None
    assert stage.kept(quiet).digested_at == stage.kept(loud).digested_at


def test_its_chart_has_the_figures_of_its_text(stage: Stage):
    stage.follow("#growth", cadence="daily 9:00")
    stage.clock.now = next_at(stage, "UTC", 9)
    stage.put_due()
    stage.send()
    (post,) = stage.posts()
    (chart,) = blocks(post, CHART)
    figures = {point["label"]: point["value"] for point in chart["chart"]["series"][0]["data"]}
    said = "\n".join(str(block) for block in post["blocks"] if block["type"] != CHART)
    assert figures
    for label, value in figures.items():
        assert label.rstrip("…") in said
        assert f"{value:.0f} %" in said
    goals = [goal for goal in stage.goals().values() if "growth" in str(goal["tags"])]
    assert sorted(round(100 * goal["attainment"]) for goal in goals) == sorted(figures.values())


def test_where_the_workspace_refuses_charts_it_is_text_alone(stage: Stage):
    stage.world.workspace.faults.refused_blocks = frozenset({CHART})
    stage.follow("#growth", cadence="daily 9:00")
    stage.clock.now = next_at(stage, "UTC", 9)
    stage.put_due()
    stage.send()
    (post,) = stage.posts()
    assert blocks(post, CHART) == []
    assert f"{NAME}" in text_of(post)
    assert " %" in text_of(post)


def test_a_private_objective_is_in_no_digest(stage: Stage):
    name = next(goal["name"] for goal in stage.goals().values() if goal["access"])
    stage.follow("session:all", cadence="daily 9:00")
    stage.look()
    stage.patch(NAME, access={"users": ["somebody"]})
    for _ in range(2):
        stage.look()
        stage.clock.now = next_at(stage, "UTC", 9)
        stage.put_due()
        stage.send()
    said = "\n".join(text_of(post) for post in stage.posts())
    assert "Needs someone" in said
    assert name not in said
    assert NAME not in said


# Reminders


def remind(stage: Stage, who: str = "ada", cadence: str = "daily 9:00", zone: str = "UTC", **more: Any) -> Reminder:
    made = Reminder(TEAM_ID, USERS.get(who, who), cadence, zone, stage.clock(), **more)
    stage.world.bot.follows.set_reminder(made)
    return made


def move(stage: Stage, zone: str) -> None:
    """Ada is in another time zone now, and Slack knows."""
    stage.world.workspace.set_time_zone(USERS["ada"], zone)
    stage.world.bot.objectives.people._profiles._kept.clear()


def idle_objective(stage: Stage) -> None:
    """An objective of Ada's that has had no progress for three weeks, on a Tuesday in the middle of its session."""
    current = stage.world.bot.directory.snapshot().current_session(stage.clock())
    assert current is not None and current.start is not None
    stage.clock.now = current.start
    stage.clock.now = next_at(stage, "UTC", 8, weekday=1)
    people = {one["name"]: one["id"] for one in stage.api("GET", "assignees")["items"]}
    stage.add("Win the Nordics", ownerId=people["Ada Lovelace"], ownerIds=[people["Ada Lovelace"]])
    stage.look()
    stage.clock.move(days=21)


def test_a_reminder_tells_of_what_had_no_progress_by_direct_message(stage: Stage):
    idle_objective(stage)
    remind(stage)
    stage.clock.now = next_at(stage, "UTC", 9)
    assert stage.put_due() == 1
    stage.send()
    (told,) = stage.direct("ada")
    assert "Win the Nordics" in text_of(told)
    assert "no progress for 22 days" in text_of(told) or "no progress for 21 days" in text_of(told)
    assert stage.posts() == []
    assert stage.put_due() == 0


def test_a_reminder_is_quiet_where_there_is_nothing(stage: Stage):
    stage.clock.now = next_at(stage, "UTC", 8, weekday=1)
    newcomer = stage.world.workspace.add_person("Mary Jackson")
    remind(stage, newcomer)
    stage.clock.now = next_at(stage, "UTC", 9)
    assert stage.put_due() == 1
    stage.send()
    assert stage.direct(newcomer) == []


def test_a_reminder_is_put_off_while_it_is_snoozed_and_not_sent_after_it_is_stopped(stage: Stage):
    idle_objective(stage)
    due = next_at(stage, "UTC", 9)
    remind(stage, snoozed_until=due + timedelta(hours=1))
    stage.clock.now = due
    stage.put_due()
    stage.send()
    assert stage.direct("ada") == []
    stage.clock.now = due + timedelta(hours=1)
    assert [stage.put_due(), stage.put_due()] == [1, 0]
    stage.send()
    assert len(stage.direct("ada")) == 1
    stage.clock.now = due + timedelta(days=1)
    assert stage.put_due() == 1
    stage.world.bot.follows.remove_reminder(TEAM_ID, USERS["ada"])
    stage.send()
    assert len(stage.direct("ada")) == 1


@pytest.mark.parametrize(("zone", "works"), [("Asia/Tokyo", {0, 1, 2, 3, 4}), ("Asia/Jerusalem", {0, 1, 2, 3, 6})])
def test_a_reminder_never_comes_at_the_week_end_of_the_person(stage: Stage, zone: str, works: set[int]):
    idle_objective(stage)
    days = []
    move(stage, zone)
    stage.clock.now = next_at(stage, zone, 0, weekday=0)
    remind(stage, zone=zone)
    for _ in range(7 * 24):
        before = len(stage.direct("ada"))
        if stage.put_due():
            stage.send_ready()
        if len(stage.direct("ada")) > before:
            days.append(stage.clock.now.astimezone(ZoneInfo(zone)))
        stage.clock.move(hours=1)
    assert [day.weekday() for day in days] == sorted(works)
    assert {day.hour for day in days} == {9}


def test_one_that_was_missed_on_friday_is_not_made_good_for_on_saturday(stage: Stage):
    idle_objective(stage)
    remind(stage, cadence="weekly friday 17:00")
    stage.clock.now = next_at(stage, "UTC", 10, weekday=5)
    stage.put_due()
    stage.send()
    assert stage.direct("ada") == []
    # One that Slack's outage held up until Saturday neither.
    stage.clock.now = next_at(stage, "UTC", 17, weekday=4)
    assert stage.put_due() == 1
    stage.clock.move(days=1)
    stage.send()
    assert stage.direct("ada") == []


@pytest.mark.parametrize(
    ("zone", "hours"), [("America/Phoenix", [8, 32]), ("Asia/Tokyo", [0, 16]), ("Africa/Lagos", [0, 24])]
)
def test_who_moves_is_reminded_on_the_clock_of_where_they_are(stage: Stage, zone: str, hours: list[int]):
    idle_objective(stage)
    remind(stage, zone="Africa/Lagos")
    began = stage.clock.now = next_at(stage, "Africa/Lagos", 9, weekday=2)
    move(stage, zone)
    came = []
    while len(came) < len(hours) and stage.clock.now < began + timedelta(days=3):
        before = len(stage.direct("ada"))
        if stage.put_due():
            stage.send_ready()
        if len(stage.direct("ada")) > before:
            came.append((stage.clock.now - began) / timedelta(hours=1))
        stage.clock.move(hours=1)
    assert came == hours


def test_nothing_is_sent_to_somebody_who_has_left(stage: Stage):
    idle_objective(stage)
    remind(stage)
    stage.world.workspace.directory.change_user(USERS["ada"], deleted=True)
    stage.world.bot.objectives.people._profiles._kept.clear()
    stage.clock.now = next_at(stage, "UTC", 9)
    assert stage.put_due() == 1
    assert stage.send() <= 2
    assert stage.direct("ada") == []
