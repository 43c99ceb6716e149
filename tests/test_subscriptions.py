"""`/okr subscriptions` and `/okr unsubscribe`: the list, the form that changes, pause, remove, mute."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.commands.registry import run_line
from bot.embedded.workspace.people import TEAM_ID
from bot.errors import Misunderstood
from bot.objectives.model import Asker
from bot.objectives.subscriptions import State, Subscription
from bot.slack.places import Place
from tests.notify_stage import text_of
from tests.test_subscribe import entered, kept, posted
from tests.world import USERS, Said, World

NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
"""A Wednesday; ten in the morning in New York."""


@pytest.fixture
def at_three(make_world: Callable[..., World]) -> World:
    """The whole bot on a clock that stands still."""
    return make_world(clock=lambda: NOW)


def edit(world: World, who: str, **values: object) -> Said:
    """Changes the only subscription of #general by its form."""
    form = world.choose(world.okr("subscriptions", who=who), "Edit", who=who)
    return world.submit(form, values, who=who)


# The list


def test_a_channel_sees_what_it_follows_who_set_it_up_and_what_can_be_done_and_nothing_of_others(world: World):
    world.okr("subscribe #growth weekly monday 9:00", who="grace")
    world.okr("subscribe #sales", who="hedy", channel="growth")
    said = world.okr("subscriptions", who="alan")
    assert said.message is not None and said.message["ephemeral"]
    assert "*Objectives tagged #growth*" in said.text and "every Monday at 9:00 (America/New_York)" in said.text
    assert "set up by Grace Hopper" in said.text
    assert "sales" not in said.text and "Hedy" not in said.text
    assert {"Edit", "Pause a day", "Pause a week", "Remove"} <= set(said.text.split("\n"))


def test_a_channel_that_follows_nothing_is_told_how_to_begin(world: World):
    said = world.okr("subscriptions", who="alan")
    assert "/okr subscribe #growth" in said.text
    form = world.press(said, "Subscribe…", who="alan")
    assert "now follows" in world.submit(form, {"query": "#growth"}, who="alan").text


def test_long_lists_have_pages_that_turn_in_place(world: World):
    for number in range(12):
        one = Subscription(f"s{number}", TEAM_ID, "C0GENERAL", f"#tag{number}", "instant", USERS["ada"], NOW)
        world.bot.follows.add(replace(one, made_at=NOW + timedelta(minutes=number)))
    first = world.okr("subscriptions", who="alan")
    assert "12 in all, 1–10" in first.text and "#tag9" in first.text and "#tag10" not in first.text
    second = world.press(first, "Next", who="alan")
    assert first.message and second.message and second.message["ts"] == first.message["ts"]
    assert "12 in all, 11–12" in second.text and "#tag11" in second.text
    assert "1–10" in world.press(second, "Previous", who="alan").text
    assert "11–12" in world.okr("subscriptions 99", who="alan").text


def test_admins_see_those_of_every_channel_and_nobody_else_does(world: World):
    world.okr("subscribe #growth", who="ada", channel="growth")
    world.okr("subscribe #hiring", who="ada", channel="leadership")
    refused = world.okr("subscriptions all", who="grace")
    assert "Only an admin" in refused.text and "hiring" not in refused.text
    assert "All channels" not in world.okr("subscriptions", who="grace").buttons
    said = world.press(world.okr("subscriptions", who="ada"), "All channels", who="ada")
    assert "2 in all" in said.text and "<#C0GROWTH>" in said.text and "<#C0LEADERSHIP>" in said.text
    assert "now follows" not in world.choose(said, "Remove", who="ada").text
    assert kept(world, "growth") == []


def test_a_query_whose_names_are_gone_and_whose_maker_has_left_is_still_listed(world: World):
    world.okr("subscribe owner:me", who="grace")
    gone = Subscription("s1", TEAM_ID, "C0GENERAL", 'session:"Q9 2099" team:Sales', "instant", USERS["grace"], NOW)
    world.bot.follows.add(gone)
    world.workspace.directory.change_user(USERS["grace"], deleted=True)
    world.bot.objectives.people._profiles._kept.clear()  # type: ignore[attr-defined]
    said = world.okr("subscriptions", who="alan")
    assert "2 in all" in said.text
    assert "Objectives owned by Grace Hopper" in said.text
    assert "of team Sales in Q9 2099" in said.text


def test_a_direct_message_is_called_no_channel(world: World):
    channel = world.workspace.dm(USERS["grace"])

    def said(line: str) -> str:
        world.workspace.run_command(USERS["grace"], channel, f"/okr {line}")
        world.idle.wait_idle()
        return text_of(world.workspace.messages(USERS["grace"], channel)[-1])

    assert "You follow nothing." in said("unsubscribe #growth")
    assert "You now follow" in said("subscribe #growth")
    assert "What you follow here" in said("subscriptions")
    assert "You do not follow “#sales”." in said("unsubscribe #sales")
    for number in range(49):
        one = Subscription(f"s{number}", TEAM_ID, channel, f"#tag{number}", "instant", USERS["grace"], NOW)
        assert world.bot.follows.add(one)
    assert "You follow 50 queries already" in said("subscribe #sales")
    asker = Asker(TEAM_ID, USERS["grace"], channel)
    goal = next(iter(world.client.look()))[0]
    for act, told in (("mute", "You hear nothing more of"), ("unmute", "You hear of")):
        answer = run_line(asker, f"{act} {goal.id}", world.bot.objectives, is_pressed=True)
        assert told in answer.message.text  # type: ignore[union-attr]
    assert "channel" not in said("subscriptions")


# Changing


def test_the_form_shows_what_is_set_and_changes_only_what_was_changed(at_three: World):
    world = at_three
    world.okr("subscribe #growth weekly friday 17:30 except me only done quiet", who="grace")
    before = kept(world)[0]
    form = world.choose(world.okr("subscriptions", who="grace"), "Edit", who="grace")
    assert entered(form) == {
        "query": "#growth",
        "often": "weekly",
        "day": "friday",
        "time": "17:30",
        "only": ["done"],
        "options": ["except-me", "quiet"],
    }
    said = world.submit(form, {"query": "#sales", "options": []}, who="grace")
    assert "Saved." in said.text and "objectives tagged #sales" in said.text
    assert kept(world) == [replace(before, query="#sales", except_me=False, is_silent=False)]
    assert len(posted(world)) == 1


def test_everybody_in_the_channel_may_change_it_and_the_maker_stays_the_maker(at_three: World):
    world = at_three
    world.okr("subscribe owner:me daily 9:00", who="grace")
    form = world.choose(world.okr("subscriptions", who="edsger"), "Edit", who="edsger")
    assert entered(form)["query"] == 'owner:"Grace Hopper"'
    assert "Leave out what Grace Hopper changes with /okr" in form.text
    world.submit(form, {"only": ["done"]}, who="edsger")
    [one] = kept(world)
    assert (one.query, one.made_by, one.only, one.zone) == ("owner:me", USERS["grace"], ("done",), "America/New_York")
    said = edit(world, "edsger", query="owner:me #growth")
    assert "owned by Edsger Dijkstra" in said.text
    assert kept(world)[0].query == "#growth owner:U0EDSGER"
    assert entered(world.choose(world.okr("subscriptions", who="edsger"), "Edit", who="edsger"))["query"] == (
        "#growth owner:U0EDSGER"
    )


def test_another_cadence_is_on_the_clock_of_whoever_sets_it_and_sends_no_digest_at_once(at_three: World):
    world = at_three
    world.okr("subscribe #growth", who="grace")
    edit(world, "edsger", often="daily", time="09:00")
    [one] = kept(world)
    assert (one.cadence, one.zone) == ("daily 9:00", "Europe/Amsterdam")
    assert one.digested_at == NOW.replace(hour=8)
    edit(world, "grace", query="#sales")
    assert kept(world)[0].zone == "Europe/Amsterdam"
    edit(world, "grace", often="weekly", day="monday", time="09:00")
    assert (kept(world)[0].cadence, kept(world)[0].zone) == ("weekly monday 9:00", "America/New_York")


def test_two_who_change_one_at_once_change_what_each_of_them_changed(world: World):
    world.okr("subscribe #growth daily 9:00", who="grace")
    form = world.choose(world.okr("subscriptions", who="grace"), "Edit", who="grace")
    edit(world, "alan", query="#sales", only=["done"])
    assert "Saved." in world.submit(form, {"often": "weekly", "options": ["quiet"]}, who="grace").text
    [one] = kept(world)
    assert (one.query, one.cadence, one.only, one.is_silent) == ("#sales", "weekly monday 9:00", ("done",), True)


def test_where_both_changed_the_same_whoever_is_later_sees_both_and_chooses(world: World):
    world.okr("subscribe #growth", who="grace")
    form = world.choose(world.okr("subscriptions", who="grace"), "Edit", who="grace")
    edit(world, "alan", query="#sales", only=["done"])
    said = world.submit(form, {"query": "#hiring"}, who="grace")
    assert "it now is #sales instant only done" in said.text
    assert [one.query for one in kept(world)] == ["#sales"]
    again = world.press(said, "Open the form", who="grace")
    assert (entered(again)["query"], entered(again)["only"]) == ("#hiring", ["done"])
    assert "#sales" in again.text
    assert "Saved." in world.submit(again, {}, who="grace").text
    assert [(one.query, one.only) for one in kept(world)] == [("#hiring", ("done",))]


def test_a_change_to_what_is_there_already_changes_nothing(world: World):
    world.okr("subscribe #sales", who="grace")
    world.okr("subscribe #growth", who="grace")
    before = kept(world)
    said = edit(world, "alan", query="#GROWTH")
    assert "already follows" in said.text
    assert kept(world) == before


def test_a_change_to_a_name_that_nobody_has_keeps_the_old_and_gives_the_form_back(world: World):
    world.okr("subscribe #growth", who="grace")
    before = kept(world)
    said = edit(world, "grace", query="owner:nobody")
    assert "There is no person or team “nobody”" in said.text
    assert kept(world) == before
    again = world.press(said, "Open the form", who="grace")
    assert entered(again)["query"] == "owner:nobody" and "Edit subscription" in again.text
    world.submit(again, {"query": "owner:hopper"}, who="grace")
    assert [one.query for one in kept(world)] == ["owner:hopper"]
    assert kept(world)[0].id == before[0].id


def test_a_change_to_what_somebody_removed_meanwhile_does_not_bring_it_back(world: World):
    world.okr("subscribe #growth", who="grace")
    form = world.choose(world.okr("subscriptions", who="grace"), "Edit", who="grace")
    world.okr("unsubscribe #growth", who="alan")
    assert "That subscription is gone" in world.submit(form, {"query": "#sales"}, who="grace").text
    assert kept(world) == []


@pytest.mark.parametrize(("entry", "length"), [("Pause a day", timedelta(days=1)), ("Pause a week", timedelta(days=7))])
def test_it_pauses_for_a_day_or_a_week_and_resumes(at_three: World, entry: str, length: timedelta):
    world = at_three
    world.okr("subscribe #growth", who="grace")
    said = world.choose(world.okr("subscriptions", who="alan"), entry, who="alan")
    assert "Paused until" in said.text
    assert kept(world)[0].paused_until == NOW + length
    assert kept(world)[0].is_paused(NOW + length - timedelta(seconds=1))
    resumed = world.press(said, "Resume", who="alan")
    assert "Resumed" in resumed.text
    assert kept(world)[0].paused_until is None


def test_the_channels_card_pauses_and_removes(world: World):
    world.okr("subscribe #growth", who="grace")
    [card] = posted(world)
    assert "Paused until" in world.press(Said(card, None, "", {}), "Pause a week", who="alan").text
    assert "Removed" in world.press(Said(card, None, "", {}), "Remove", who="alan").text
    assert kept(world) == []
    assert "That subscription is gone" in world.press(Said(card, None, "", {}), "Pause a day", who="alan").text


def test_a_pause_of_any_other_length_is_none(world: World):
    world.okr("subscribe #growth", who="grace")
    line = f"subscription-pause {kept(world)[0].id} century"
    with pytest.raises(Misunderstood, match="a day or a week"):
        run_line(Asker(TEAM_ID, USERS["grace"], "C0GENERAL"), line, world.bot.objectives, is_pressed=True)


def test_one_that_was_stopped_or_waits_speaks_again_once_its_channel_can_be_told(world: World):
    world.okr("subscribe #growth", who="grace")
    [one] = kept(world)
    resume = f"subscription-resume {one.id}"

    def press() -> str:
        answer = run_line(Asker(TEAM_ID, USERS["grace"], one.channel_id), resume, world.bot.objectives, is_pressed=True)
        return answer.then(world.bot.answers._post_to_channel(place, answer)).message.text  # type: ignore[union-attr]

    place = Place(Asker(TEAM_ID, USERS["grace"]))
    world.bot.follows.change(replace(one, state=State.STOPPED))
    world.workspace.faults.fail_next("chat.postMessage", error="is_archived")
    assert "I may not post" in press()
    assert kept(world)[0].state is State.STOPPED
    world.workspace.faults.fail_next("chat.postMessage", error="not_in_channel")
    assert "/invite" in press()
    assert kept(world)[0].state is State.WAITING
    assert "Resumed" in press()
    assert kept(world)[0].state is State.ACTIVE
    assert len(posted(world)) == 2


# Ending


def test_unsubscribe_ends_the_one_that_was_typed_and_offers_the_way_back(world: World):
    world.okr("subscribe #growth onboarding", who="grace")
    said = world.okr("unsubscribe onboarding #GROWTH", who="alan")
    assert "Removed" in said.text and kept(world) == []
    assert "now follows" in world.press(said, "Subscribe again", who="alan").text


def test_of_several_and_without_a_query_it_asks_which_one_with_a_button_each(world: World):
    for line in ("#growth", "#growth daily 9:00", "#sales"):
        world.okr(f"subscribe {line}", who="grace")
    several = world.okr("unsubscribe #growth", who="alan")
    assert several.buttons == ["Remove", "Remove"] and "sales" not in several.text
    every = world.okr("unsubscribe", who="alan")
    assert every.buttons == ["Remove"] * 3
    assert len(kept(world)) == 3
    world.press(every, "Remove", who="alan")
    assert [one.query for one in kept(world)] == ["#growth", "#sales"]
    assert "Removed" in world.okr("unsubscribe #sales", who="alan").text


def test_a_cadence_behind_the_query_says_which_of_several(world: World):
    for cadence in ("instant", "daily 9:00", "weekly monday 9:00"):
        world.okr(f"subscribe #growth {cadence}", who="grace")
    said = world.okr("unsubscribe #growth daily 9:00", who="alan")
    assert "no longer follows *objectives tagged #growth*, with a digest every day at 9:00" in said.text
    assert [one.cadence for one in kept(world)] == ["instant", "weekly monday 9:00"]
    said = world.okr("unsubscribe #growth instant", who="alan")
    assert "no longer follows *objectives tagged #growth*, at once" in said.text
    assert [one.cadence for one in kept(world)] == ["weekly monday 9:00"]
    assert "does not follow “#growth instant”" in world.okr("unsubscribe #growth instant", who="alan").text


@pytest.mark.parametrize(
    ("typed", "named"), [("weekly funday", "“funday”"), ("monthly", "“monthly”"), ("onwer:me", "“onwer:”")]
)
def test_what_was_not_understood_ends_nothing_and_is_named(world: World, typed: str, named: str):
    world.okr("subscribe #growth", who="grace")
    said = world.okr(f"unsubscribe #growth {typed}", who="alan")
    assert named in said.text.replace("\u200b", "")
    assert "Which one shall end?" in said.text and said.buttons == ["Remove"]
    assert len(kept(world)) == 1


def test_what_the_channel_does_not_follow_is_said_and_what_it_does_follow_is_offered(world: World):
    assert "This channel follows nothing." in world.okr("unsubscribe #growth", who="alan").text
    world.okr("subscribe #growth", who="grace")
    said = world.okr("unsubscribe #grwoth", who="alan")
    assert "This channel does not follow “#grwoth”" in said.text and said.buttons == ["Remove"]
    assert len(kept(world)) == 1
    world.okr("subscribe owner:me", who="grace")
    assert "does not follow “owner:me”" in world.okr("unsubscribe owner:me", who="alan").text


def test_a_choice_of_more_than_ten_says_that_there_are_more(world: World):
    for number in range(12):
        one = Subscription(f"s{number}", TEAM_ID, "C0GENERAL", f"#tag{number}", "instant", USERS["ada"], NOW)
        world.bot.follows.add(one)
    said = world.okr("unsubscribe", who="alan")
    assert len(said.buttons) == 10 and "and 2 more: /okr subscriptions lists all." in said.text


# Muting


def find(world: World, name: str) -> str:
    return world.bot.objectives.search.find(Asker(TEAM_ID, USERS["ada"]), name).objective_id


def press(world: World, line: str, who: str = "grace", channel: str = "C0GENERAL") -> str:
    """Runs the line of a button; what is answered."""
    answer = run_line(Asker(TEAM_ID, USERS[who], channel), line, world.bot.objectives, is_pressed=True)
    return answer.message.text  # type: ignore[union-attr]


def test_an_objective_is_muted_in_one_channel_listed_with_who_did_it_and_unmuted(world: World):
    world.okr("subscribe #growth", who="grace")
    objective_id = find(world, "Cut onboarding time")
    assert "This channel hears nothing more of “Cut onboarding time to a day”." in press(world, f"mute {objective_id}")
    assert world.bot.follows.muted(TEAM_ID, "C0GENERAL") == {objective_id: USERS["grace"]}
    assert world.bot.follows.muted(TEAM_ID, "C0GROWTH") == {}
    listed = world.okr("subscriptions", who="alan")
    assert "Muted here: 1." in listed.text
    muted = world.press(listed, "Show what is muted", who="alan")
    assert "Cut onboarding time to a day" in muted.text and "Muted by Grace Hopper" in muted.text
    said = world.press(muted, "Unmute", who="alan")
    assert "This channel hears of “Cut onboarding time to a day” again." in said.text
    assert world.bot.follows.muted(TEAM_ID, "C0GENERAL") == {}
    assert "Muted" not in world.okr("subscriptions", who="alan").text


def test_what_is_not_there_or_not_to_be_seen_is_not_muted_and_not_named(world: World):
    private = find(world, "Settle the reorganisation")
    for objective_id in (private, "0" * 24, ""):
        with pytest.raises(Exception, match="does not exist"):
            press(world, f"mute {objective_id}")
    world.bot.follows.mute(TEAM_ID, "C0GENERAL", private, USERS["ada"], is_muted=True)
    said = press(world, "muted")
    assert "Settle" not in said and "An objective that is not there any more" in said
    assert "again" in press(world, f"unmute {private}")
    assert press(world, "muted") == "Nothing is muted here."


def test_what_is_muted_has_pages(world: World):
    for number in range(11):
        world.bot.follows.mute(TEAM_ID, "C0GENERAL", f"{number:024x}", USERS["ada"], is_muted=True)
    listed = world.press(world.okr("subscriptions", who="alan"), "Show what is muted", who="alan")
    assert "11 in all, 1–10" in listed.text
    assert "11 in all, 11–11" in world.press(listed, "Next", who="alan").text
