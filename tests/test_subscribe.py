"""`/okr subscribe`, by line and by form: what a channel follows, who set it up, and what nobody may do."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.commands.base import Post, Posted
from bot.commands.registry import run_line
from bot.commands.subscription_change import check, save
from bot.embedded.people import GUEST
from bot.embedded.workspace.people import BOT_USER_ID, TEAM_ID
from bot.embedded.workspace.schema import view as views
from bot.errors import BotError, Forbidden, NotFound
from bot.notify.subscribing import read_fields
from bot.objectives.model import Asker
from bot.objectives.subscriptions import MOST_IN_A_CHANNEL, State, Subscription
from bot.slack.answers import Answers
from bot.slack.places import Place, place_of
from bot.views.subscription_form import SubscriptionFields
from tests.fakes.quantive import FakeQuantive
from tests.world import USERS, Said, World

GROWTH = {
    "Cut onboarding time to a day",
    "Open the product in three more languages",
    "Reach 100 paying customers in the Nordics",
}


def kept(world: World, channel: str = "general") -> list[Subscription]:
    """What a channel follows."""
    return world.bot.follows.of_channel(TEAM_ID, world.channel(channel))


def posted(world: World, channel: str = "general") -> list[Any]:
    """The messages that the bot posted to a channel for everybody to see."""
    everything = world.messages("ada", channel)
    return [one for one in everything if one["user"] == BOT_USER_ID and not one["ephemeral"]]


def entered(said: Said) -> dict[str, Any]:
    """What the fields of the open form hold."""
    assert said.view is not None, said.text
    return {field: held["value"] for field, held in said.view["state"].items()}


def in_markup(node: Any) -> list[str]:
    """Every text of some blocks in which markup means something."""
    if isinstance(node, dict):
        here = [node["text"]] if node.get("type") == "mrkdwn" else []
        return here + [text for value in node.values() for text in in_markup(value)]
    return [text for value in node for text in in_markup(value)] if isinstance(node, list) else []


def in_direct_message(world: World, line: str, *people: str) -> str:
    """Types a line in a direct message; what is answered there."""
    channel = world.workspace.directory.open_dm(*people)
    world.workspace.run_command(people[0], channel.id, f"/okr {line}")
    world.idle.wait_idle()
    return "\n".join(one["text"] for one in world.workspace.messages(people[0], channel.id))


def test_a_line_makes_the_channel_follow_and_says_what_will_be_told_with_three_examples(world: World):
    said = world.okr("subscribe #growth", who="grace")
    assert said.message is not None and said.message["ephemeral"]
    assert "This channel now follows *objectives tagged #growth*, at once." in said.text
    assert "I say when one is created" in posted(world)[0]["text"]
    assert "6 match now" in said.text
    assert sum(said.message["text"].count(name) for name in GROWTH) == 3
    [one] = kept(world)
    assert (one.query, one.cadence, one.made_by, one.channel_id) == ("#growth", "instant", USERS["grace"], "C0GENERAL")
    assert (one.state, one.zone, one.except_me, one.only) == (State.ACTIVE, "America/New_York", False, ())


def test_everybody_in_the_channel_sees_who_set_it_up_and_what_it_follows(world: World):
    world.okr("subscribe #growth weekly monday 9:00", who="grace")
    [card] = posted(world)
    assert "Grace Hopper" in card["text"] and "objectives tagged #growth" in card["text"]
    assert "every Monday at 9:00 (America/New_York)" in card["text"]
    assert "<@" not in str(card["blocks"])
    assert Said(card, None, "", {}).buttons == ["Edit", "Pause a day", "Pause a week", "Remove"]


def test_its_card_is_posted_once_though_the_bot_looks_for_what_waits_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    notifier, post = world.bot.notifier, Answers._post_to_channel

    def post_and_look(answers: Answers, place: Place, card: Post) -> Posted:
        came = post(answers, place, card)
        waiting = notifier.invitations.put_waiting(TEAM_ID)
        assert waiting + notifier.invitations.put_waiting_here(TEAM_ID, card.channel_id) == 0
        return came

    monkeypatch.setattr(Answers, "_post_to_channel", post_and_look)
    assert "now follows" in world.okr("subscribe #growth").text
    assert [one.state for one in kept(world)] == [State.ACTIVE]


def test_every_option_of_the_line_is_kept_on_the_clock_of_whoever_typed_it(world: World):
    line = "subscribe #growth tag:“Test Tag” every friday at 17:30 except me only done, behind quiet"
    said = world.okr(line, who="hedy", channel="growth")
    assert "every Friday at 17:30 (Europe/Vienna)" in said.text
    [one] = kept(world, "growth")
    assert (one.query, one.cadence, one.zone) == ('#growth tag:"Test Tag"', "weekly friday 17:30", "Europe/Vienna")
    assert (one.except_me, one.only, one.is_silent) == (True, ("done", "behind"), True)


def test_what_is_listed_as_an_example_is_not_numbered_over_the_list_shown_last(world: World):
    world.okr('search "Make the service boringly reliable" session:current', who="grace")
    world.okr("subscribe #growth", who="grace")
    assert "Make the service boringly reliable" in world.okr("show 1", who="grace").text


def test_the_same_twice_says_so_and_changes_nothing_however_it_is_written_and_whoever_asks(world: World):
    world.okr("subscribe #growth onboarding", who="grace")
    before = kept(world)
    for line in ("#growth onboarding", "ONBOARDING #Growth instant", "session:all #growth onboarding except me"):
        said = world.okr(f"subscribe {line}", who="alan")
        assert "already follows" in said.text and "Nothing was changed" in said.text
        assert "Grace Hopper" in said.text
    assert kept(world) == before
    assert len(posted(world)) == 1


def test_another_cadence_or_another_channel_is_another_subscription(world: World):
    for line, channel in (("#growth", "general"), ("#growth daily 9:00", "general"), ("#growth", "growth")):
        assert "now follows" in world.okr(f"subscribe {line}", channel=channel).text
    assert [len(kept(world, name)) for name in ("general", "growth")] == [2, 1]


def test_me_is_the_maker_for_ever_and_is_called_by_name(world: World):
    said = world.okr("subscribe owner:me", who="grace")
    assert "follows *objectives owned by Grace Hopper*" in said.text
    assert "Make the service boringly reliable" in said.text
    listed = world.okr("subscriptions", who="alan")
    assert "Objectives owned by Grace Hopper" in listed.text
    assert kept(world)[0].query == "owner:me"
    assert "owned by Alan Turing" in world.okr("subscribe owner:me", who="alan").text
    assert len(kept(world)) == 2


def test_the_51st_of_a_channel_is_refused_with_what_to_do_and_500_more_change_nothing(world: World):
    now = datetime(2026, 11, 23, tzinfo=UTC)
    for number in range(MOST_IN_A_CHANNEL - 1):
        one = Subscription(f"s{number}", TEAM_ID, "C0GENERAL", f"#tag{number}", "instant", USERS["ada"], now)
        assert world.bot.follows.add(one)
    assert "now follows" in world.okr("subscribe #growth").text
    for number in range(3):
        said = world.okr(f"subscribe #more{number}", who="grace")
        assert "This channel follows 50 queries already, and nobody reads more. Remove one first." in said.text
    assert "already follows" in world.okr("subscribe #growth").text
    assert "50 in all, 1–10" in world.press(said, "What it follows", who="grace").text
    asker = Asker(TEAM_ID, USERS["grace"], "C0GENERAL")
    for number in range(450):
        run_line(asker, f"subscribe #many{number}", world.bot.objectives)
    assert len(kept(world)) == MOST_IN_A_CHANNEL


def test_a_private_objective_is_no_example_even_for_its_owner(world: World):
    said = world.okr("subscribe reorganisation", who="ada")
    assert "None matches now." in said.text
    assert "Settle" not in said.text


def test_a_name_that_is_markup_mentions_nobody(world: World):
    made = world.okr('create "<!channel> <@U0GRACE> *bold*" tag:"<!here>"')
    assert "Created" in made.text
    said = world.okr('subscribe tag:"<!here>"')
    assert "1 matches now" in said.text
    for message in (said.message, *posted(world)):
        assert message is not None
        for text in (message["text"], *in_markup(message["blocks"])):
            assert not re.search(r"<(?!!date|http)", text)
            assert not re.search(r"\*bold\*", text)


# The form


def test_without_a_query_the_form_opens_and_its_submission_subscribes_the_channel_where_it_was_opened(world: World):
    form = world.okr("subscribe", who="grace", channel="growth")
    assert entered(form)["often"] == "instant"
    assert form.view is not None and "⚠" not in form.text
    typed = {"query": "#growth", "often": "weekly", "day": "tuesday", "time": "08:15", "only": ["done"]}
    said = world.submit(form, {**typed, "options": ["except-me", "quiet"]}, who="grace", channel="growth")
    assert said.message is not None and said.message["ephemeral"]
    assert "every Tuesday at 8:15 (America/New_York)" in said.text
    [one] = kept(world, "growth")
    assert (one.query, one.cadence, one.only) == ("#growth", "weekly tuesday 8:15", ("done",))
    assert one.except_me and one.is_silent and one.state is State.ACTIVE
    assert len(posted(world, "growth")) == 1


@pytest.mark.parametrize(
    ("typed", "fault", "fields"),
    [
        (
            "#growth weekly funday 25:00 except me",
            "There is no day “funday”. Did you mean Sunday? There is no time “25:00”",
            {"query": "#growth", "often": None, "options": ["except-me"]},
        ),
        ("#growth daily 7:30 only purple", "purple", {"query": "#growth", "often": "daily", "time": "07:30"}),
        ("onwer:me #growth", "Did you mean “owner:”?", {"query": "#growth", "often": "instant"}),
        ("#growth status:purple", "I do not know “status:purple”", {"query": "#growth", "often": "instant"}),
        ("#growth monthly", "and not “monthly”", {"query": "#growth", "often": None}),
        ("#growth daily 9:00 weekly", "are two cadences", {"query": "#growth", "often": None}),
        ("weekly friday 10:00", "Say what to follow", {"query": None, "often": "weekly", "day": "friday"}),
        ("sort:name", "Say what to follow", {"often": "instant"}),
        ("owner:@nobody", "There is no person or team “nobody”", {"query": "owner:nobody", "often": "instant"}),
        ('session:"Q9 2099" daily 9:00', "There is no session “Q9 2099”", {"query": 'session:"Q9 2099"'}),
        ('team:"Sales"', "There is no team “Sales”", {"query": "team:Sales"}),
    ],
)
def test_a_mistake_opens_the_form_with_what_was_understood_and_subscribes_to_nothing(
    world: World, typed: str, fault: str, fields: dict[str, Any]
):
    form = world.okr(f"subscribe {typed}", who="grace")
    assert fault in form.text.replace("\u200b", "")
    held = entered(form)
    assert {field: held[field] for field in fields} == fields
    assert kept(world) == [] and posted(world) == []


def test_no_word_of_a_line_that_was_not_understood_is_lost(world: World):
    form = world.okr("subscribe onwer:me #growth wekly funday 25:00", who="grace")
    assert "You typed: onwer:me #growth wekly funday 25:00" in form.text.replace("\u200b", "")


def test_a_query_that_is_too_long_is_given_back_whole(world: World):
    words = " ".join(f"word{number:03}" for number in range(250))
    said = world.okr(f"subscribe {words}", who="grace")
    assert "can have at most 1,500 characters" in said.text
    assert "word000" in said.text and "word249" in said.text
    assert kept(world) == []


@pytest.mark.parametrize(
    ("values", "field", "fault"),
    [
        ({"query": "  ", "often": "instant"}, "query", "Say what to follow"),
        ({"query": "sort:name", "often": "instant"}, "query", "Say what to follow"),
        ({"query": "#a onwer:me", "often": "instant"}, "query", "Did you mean “owner:”?"),
        ({"query": "#a"}, "often", "Choose how often."),
        ({"query": "#a", "often": "fortnightly"}, "time", "fortnightly"),
        ({"query": "#a", "often": "daily", "time": "25:00"}, "time", "There is no time “25:00”"),
    ],
)
def test_what_is_wrong_in_the_form_is_said_beside_its_field(values: dict[str, Any], field: str, fault: str):
    faults = check(SubscriptionFields(**values))
    assert list(faults) == [field]
    assert fault in faults[field]


def test_a_form_with_a_mistake_stays_open_and_nothing_is_made(world: World):
    form = world.okr("subscribe", who="grace")
    said = world.submit(form, {"query": "onwer:me", "often": "instant"}, who="grace")
    assert "Did you mean “owner:”?" in said.errors["query"]
    assert kept(world) == []
    assert "now follows" in world.submit(form, {"query": "owner:me"}, who="grace").text


def test_a_name_that_nobody_has_gives_the_form_back_with_everything_in_it(world: World):
    form = world.okr("subscribe", who="grace", channel="growth")
    typed = {"query": "#growth owner:nobody", "often": "weekly", "day": "friday", "time": "17:05", "only": ["done"]}
    said = world.submit(form, typed, who="grace", channel="growth")
    assert "There is no person or team “nobody”" in said.text
    again = world.press(said, "Open the form", who="grace", channel="growth")
    assert {field: entered(again)[field] for field in typed} == typed
    assert "now follows" in world.submit(again, {"query": "#growth"}, who="grace", channel="growth").text
    assert [one.cadence for one in kept(world, "growth")] == ["weekly friday 17:05"]


def test_the_same_form_sent_twice_makes_one_subscription(world: World):
    form = world.okr("subscribe", who="grace")
    world.submit(form, {"query": "#growth"}, who="grace")
    world.workspace.deliver_again()
    world.idle.wait_idle()
    assert len(kept(world)) == 1
    assert not [one for one in world.messages("grace") if "already follows" in one["text"]]


def test_what_comes_back_with_a_form_says_where_to_answer_and_never_which_channel_it_is_for(world: World):
    form = world.okr("subscribe", who="grace", channel="growth")
    assert form.view is not None
    with world.engine.begin() as connection:
        body = connection.scalar(select(views.c.body).where(views.c.id == form.view["id"]))
        body["private_metadata"] = body["private_metadata"].replace("C0GROWTH", "C0LEADERSHIP")
        assert "C0LEADERSHIP" in body["private_metadata"]
        connection.execute(update(views).where(views.c.id == form.view["id"]).values(body=body))
    world.submit(form, {"query": "#growth"}, who="grace", channel="growth")
    assert kept(world, "leadership") == [] and len(kept(world, "growth")) == 1


def test_a_forms_answer_comes_to_where_it_was_opened_though_the_bot_is_not_there(world: World):
    form = world.okr("subscribe", who="grace", channel="random")
    said = world.submit(form, {"query": "#growth"}, who="grace", channel="random")
    assert said.message is not None and said.message["channel"] == "C0RANDOM"
    assert "/invite @OKRs" in said.text


def test_a_form_of_somebody_else_or_of_something_else_is_none(world: World):
    grace, ada = (Asker(TEAM_ID, USERS[who], "C0GENERAL") for who in ("grace", "ada"))
    memory, fields = world.bot.objectives.memory, SubscriptionFields("#growth", "instant")
    hers = memory.save_form(TEAM_ID, ada.user_id, {"verb": "subscription", "channel": "C0LEADERSHIP"})
    another = memory.save_form(TEAM_ID, grace.user_id, {"verb": "create", "channel": "C0LEADERSHIP"})
    for form_id in (hers, another, "", "0" * 24):
        with pytest.raises(NotFound, match="not kept any more"):
            save(grace, fields, form_id, world.bot.objectives)
    assert world.bot.follows.every(TEAM_ID) == []


# Where the bot is not, and where it may not speak


def test_where_the_bot_is_not_it_says_how_to_invite_it_and_the_subscription_waits(world: World):
    said = world.okr("subscribe #growth", who="grace", channel="random")
    assert "/invite @OKRs" in said.text and "waits" in said.text
    assert [one.state for one in kept(world, "random")] == [State.WAITING]
    assert posted(world, "random") == []


def test_a_private_channel_that_the_bot_is_not_in_is_one_where_it_must_be_invited(world: World):
    said = world.okr("subscribe #growth", who="ada", channel="leadership")
    assert "/invite @OKRs" in said.text
    assert [one.state for one in kept(world, "leadership")] == [State.WAITING]
    world.workspace.run_command(USERS["ada"], world.channel("leadership"), "/invite @OKRs")
    assert "now follows" in world.okr("subscribe #sales", who="ada", channel="leadership").text


def test_ones_direct_message_with_the_bot_may_follow_too(world: World):
    said = in_direct_message(world, "subscribe #growth", USERS["grace"], BOT_USER_ID)
    assert "You now follow" in said
    [one] = world.bot.follows.every(TEAM_ID)
    assert one.channel_id.startswith("D") and one.state is State.ACTIVE


def test_a_conversation_between_two_people_cannot_follow_anything(world: World):
    said = in_direct_message(world, "subscribe #growth", USERS["grace"], USERS["alan"])
    assert "I cannot speak in a conversation between people" in said
    assert world.bot.follows.every(TEAM_ID) == []


def test_where_posting_is_restricted_nothing_follows_and_trying_again_works_once_it_is_not(world: World):
    world.workspace.faults.fail_next("chat.postMessage", error="restricted_action")
    said = world.okr("subscribe #growth weekly monday 9:00", who="grace")
    assert "I may not post in this channel: ask whoever manages it. It follows nothing new." in said.text
    assert kept(world) == []
    assert "now follows" in world.press(said, "Try again", who="grace").text
    assert [one.cadence for one in kept(world)] == ["weekly monday 9:00"]


@pytest.mark.parametrize("fault", [{"error": "ratelimited", "status": 429}, {"status": 503}, {"cut": True}])
def test_while_slack_takes_no_messages_the_subscription_waits(world: World, fault: dict[str, Any]):
    world.workspace.faults.fail_next("chat.postMessage", **fault)
    said = world.okr("subscribe #growth", who="grace")
    assert "The channel is told soon, and hears from then on." in said.text
    assert [one.state for one in kept(world)] == [State.WAITING]


def test_what_was_removed_while_the_channel_was_told_stays_removed(world: World):
    follows = world.bot.follows
    add = follows.add

    def add_and_remove(one: Subscription) -> bool:
        return add(one) and follows.remove(one.team_id, one.id)

    follows.add = add_and_remove  # type: ignore[method-assign]
    world.okr("subscribe #growth", who="grace")
    assert kept(world) == []


@pytest.fixture
def api() -> Iterator[FakeQuantive]:
    with FakeQuantive() as api:
        session = api.add_session("Q4", "2020-01-01T00:00:00Z", "2099-12-31T00:00:00Z")
        ada = api.add_user("Ada Lovelace", "ada.lovelace@example.com")
        api.add_goal("Cut onboarding time", session_id=session, owner_id=ada, tags=["growth"])
        yield api


def test_while_the_okr_api_is_away_nothing_is_made_and_trying_again_makes_it(
    make_world: Callable[..., World], api: FakeQuantive
):
    world = make_world(api=api)
    api.fail(times=1_000, status=500, body=b"Traceback: boom")
    said = world.okr("subscribe #growth daily 9:00")
    assert "has a problem of its own" in said.text and "boom" not in said.text
    assert kept(world) == [] and posted(world) == []
    form = world.press(said, "Open the form")
    assert (entered(form)["query"], entered(form)["often"], entered(form)["time"]) == ("#growth", "daily", "09:00")
    api.recover()
    assert "1 matches now" in world.press(said, "Try again").text


def test_a_person_whom_the_okr_account_does_not_know_may_subscribe_but_not_to_their_own(
    make_world: Callable[..., World], api: FakeQuantive
):
    world = make_world(api=api)
    assert "Nobody in the OKR account has the e-mail address" in world.okr("subscribe owner:me", who="grace").text
    assert "now follows" in world.okr("subscribe #growth", who="grace").text


# Who may


@pytest.mark.parametrize(
    "line",
    [
        "subscribe #growth",
        "subscribe",
        "subscriptions",
        "subscriptions all",
        "unsubscribe #growth",
        "remind weekly monday 9:00",
        "mute 64b0c0ffee0000000000000a",
        "muted",
    ],
)
def test_a_guest_is_refused_everything_and_learns_nothing(world: World, line: str):
    world.okr("subscribe #growth")
    said = world.okr(line, who=GUEST.first_name.lower())
    if line.startswith("mute"):
        with pytest.raises(Forbidden):
            run_line(Asker(TEAM_ID, USERS["ellis"], "C0GENERAL"), line, world.bot.objectives, is_pressed=True)
    else:
        assert "Objectives are for full members of this workspace" in said.text
    assert "growth" not in said.text and said.view is None
    assert len(world.bot.follows.every(TEAM_ID)) == 1 and world.bot.follows.reminders(TEAM_ID) == []


def test_a_guests_form_is_refused_too(world: World):
    asker = Asker(TEAM_ID, USERS["ellis"], "C0GENERAL")
    form = {"verb": "subscription", "channel": "C0GENERAL", "subscription": "", "fields": {}, "faults": [], "typed": ""}
    form_id = world.bot.objectives.memory.save_form(TEAM_ID, USERS["ellis"], form)
    with pytest.raises(Forbidden):
        save(asker, SubscriptionFields("#growth", "instant"), form_id, world.bot.objectives)


PRESSED = [
    "subscription-edit {id}",
    "subscription-remove {id}",
    "subscription-pause {id} week",
    "subscription-resume {id}",
]


@pytest.mark.parametrize("line", PRESSED)
def test_a_subscription_of_another_channel_is_refused_to_all_but_admins(world: World, line: str):
    world.okr("subscribe #growth", who="ada", channel="growth")
    [one] = kept(world, "growth")
    line, objectives = line.format(id=one.id), world.bot.objectives
    for elsewhere in ("C0GENERAL", ""):
        with pytest.raises(Forbidden, match="Only members of a channel"):
            run_line(Asker(TEAM_ID, USERS["grace"], elsewhere), line, objectives, is_pressed=True)
    assert kept(world, "growth") == [one]
    run_line(Asker(TEAM_ID, USERS["grace"], "C0GROWTH"), line, objectives, is_pressed=True)
    world.bot.follows.add(one)
    run_line(Asker(TEAM_ID, USERS["ada"], "C0GENERAL"), line, objectives, is_pressed=True)


@pytest.mark.parametrize("line", [*PRESSED, "mute {objective}", "unmute {objective}", "subscribe-form #x", "subscribe"])
def test_a_channel_that_came_back_through_the_client_is_no_place_to_change_what_it_follows(world: World, line: str):
    world.okr("subscribe #growth", who="ada", channel="growth")
    [one] = kept(world, "growth")
    payload = {"user": {"id": USERS["grace"], "team_id": TEAM_ID}, "view": {"id": "V1"}}
    asker = place_of(payload, channel_id="C0GROWTH").asker
    assert (asker.channel_id, asker.is_there) == ("C0GROWTH", False)
    with pytest.raises(Forbidden):
        run_line(asker, line.format(id=one.id, objective="0" * 24), world.bot.objectives, is_pressed=True)
    assert kept(world, "growth") == [one]


def test_a_line_kept_for_a_button_in_a_form_does_not_make_its_channel_sure(world: World):
    grace = Asker(TEAM_ID, USERS["grace"], "C0GROWTH")
    line = "again " + world.bot.objectives.memory.save_form(TEAM_ID, grace.user_id, {"line": "subscribe #growth"})
    for view_id, follows in (("V1", []), ("", ["#growth"])):
        world.bot.jobs.decide(world.bot.jobs.of_line(Place(grace, view_id=view_id), line, is_pressed=True))
        assert [one.query for one in kept(world, "growth")] == follows


@pytest.mark.parametrize("act", ["edit {id}", "pause {id} day", "resume {id}", "remove {id}"])
def test_whoever_made_it_changes_it_in_its_channel_as_everybody_there_and_nowhere_else(world: World, act: str):
    world.okr("subscribe #growth", who="grace", channel="growth")
    [one] = kept(world, "growth")
    elsewhere = Asker(TEAM_ID, USERS["grace"], "D0GRACE")
    with pytest.raises(Forbidden, match="Only members of a channel, in that channel, or an admin"):
        run_line(elsewhere, f"subscription-{act.format(id=one.id)}", world.bot.objectives, is_pressed=True)
    assert kept(world, "growth") == [one]


def test_a_form_that_changes_one_asks_again_who_may(world: World):
    world.okr("subscribe #growth", who="ada", channel="growth")
    [one] = kept(world, "growth")
    form = {"verb": "subscription", "channel": "C0GENERAL", "subscription": one.id, "fields": {}, "faults": []}
    form_id = world.bot.objectives.memory.save_form(TEAM_ID, USERS["grace"], form)
    asker = Asker(TEAM_ID, USERS["grace"], "C0GROWTH", is_there=False)
    answer = save(asker, SubscriptionFields("#sales", "instant"), form_id, world.bot.objectives)
    assert "Only members of a channel" in answer.message.text  # type: ignore[union-attr]
    assert kept(world, "growth") == [one]


@pytest.mark.parametrize("line", [*PRESSED, "subscription-form 0"])
def test_what_is_gone_is_said_to_be_gone(world: World, line: str):
    asker = Asker(TEAM_ID, USERS["ada"], "C0GENERAL")
    with pytest.raises(BotError, match=r"gone|not kept any more"):
        run_line(asker, line.format(id="s0"), world.bot.objectives, is_pressed=True)


# What is told before an objective is deleted


def test_before_a_delete_the_channels_that_hear_of_it_are_counted(world: World):
    question = "delete Cut onboarding time to a day"
    assert "follow it" not in world.okr(question).text
    for line, channel in (
        ("#growth", "general"),
        ("onboarding daily 9:00", "general"),
        ("#growth", "growth"),
        ("#growth", "random"),
        ("#sales", "growth"),
    ):
        world.okr(f"subscribe {line}", channel=channel)
    assert "2 channels follow it." in world.okr(question).text
    objective_id = world.bot.objectives.search.find(Asker(TEAM_ID, USERS["ada"]), "Cut onboarding").objective_id
    world.bot.follows.mute(TEAM_ID, "C0GROWTH", objective_id, USERS["ada"], is_muted=True)
    assert "1 channel follows it." in world.okr(question).text


def test_fields_and_line_say_the_same(world: World):
    fields = SubscriptionFields("#a owner:me", "weekly", "friday", "08:05", ("done",), True, True)
    assert str(read_fields(fields)) == "#a owner:me weekly friday 8:05 except me only done quiet"
    assert str(read_fields(SubscriptionFields("#a", "daily", "friday", "08:05"))) == "#a daily 8:05"
