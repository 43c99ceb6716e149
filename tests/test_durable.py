"""Nothing lost, nothing twice: what is delivered again, what waits, what is given back, what is told later."""

import math
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.embedded.workspace.delivery import Answer
from bot.work import writes
from tests.durable import (
    DistantQuantive,
    SetClock,
    accepted,
    at_once,
    finish,
    heard,
    look,
    look_dm,
    put_off,
    short_waits,
    times_told,
    unfinished,
    until,
)
from tests.world import Said, World

ACCEPTED = "Accepted. Quantive is not answering yet"
GONE = "That objective does not exist any more."


@pytest.fixture(autouse=True, scope="module")
def waits() -> Iterator[None]:
    with short_waits():
        yield


@pytest.fixture
def api() -> Iterator[DistantQuantive]:
    with DistantQuantive() as api:
        session = api.add_session("Q4", "2020-01-01T00:00:00Z", "2099-12-31T00:00:00Z")
        api.add_session("Year", "2019-01-01T00:00:00Z", "2099-12-31T00:00:00Z")
        api.add_user("Ada Lovelace", "ada.lovelace@example.com")
        grace = api.add_user("Grace Hopper", "grace.hopper@example.com")
        api.add_goal("Cut onboarding time", session_id=session, owner_id=grace, tags=["growth"])
        yield api


def names(api: DistantQuantive) -> list[str]:
    return [goal["name"] for goal in api.goals.values()]


def every_delivery_comes(world: World, times: int) -> None:
    """From now on, whatever Slack sends arrives so many times at the same moment."""
    delivery = world.workspace._world.delivery
    send: Callable[..., Answer] = delivery._send

    def send_often(*sent: Any) -> Answer:
        answers = at_once(*[lambda: send(*sent)] * times)
        assert all(answer.ok for answer in answers)
        return answers[0]

    delivery._send = send_often  # type: ignore[method-assign]


def deliver_often(world: World, times: int, act: Callable[[], object]) -> int:
    """Acts, and delivers it so many times at once and as often later; how many jobs were accepted of that."""
    before = accepted(world)
    every_delivery_comes(world, times)
    act()
    finish(world)
    assert world.workspace.deliver_again().ok
    finish(world)
    return accepted(world) - before


# Delivered twice


@pytest.mark.parametrize("times", [2, 3])
def test_a_command_delivered_again_creates_once_and_is_answered_once(
    make_world: Callable[..., World], api: DistantQuantive, times: int
):
    world = make_world(api=api)
    assert deliver_often(world, times, lambda: world.okr("create Win the Nordics")) == 1
    assert names(api).count("Win the Nordics") == 1
    assert times_told(world, "Created Win the Nordics") == 1


@pytest.mark.parametrize("times", [2, 3])
def test_a_form_delivered_again_creates_once_and_is_answered_once(
    make_world: Callable[..., World], api: DistantQuantive, times: int
):
    world = make_world(api=api)
    form = world.okr("create")
    assert deliver_often(world, times, lambda: world.submit(form, {"name": "Win the Nordics"})) == 1
    assert names(api).count("Win the Nordics") == 1
    assert times_told(world, "Created Win the Nordics") == 1


@pytest.mark.parametrize("times", [2, 3])
def test_an_edit_form_delivered_again_changes_once(make_world: Callable[..., World], api: DistantQuantive, times: int):
    world = make_world(api=api)
    form = world.okr("update Cut onboarding time")
    assert deliver_often(world, times, lambda: world.submit(form, {"name": "Cut it"})) == 1
    assert [call.body for call in api.calls if call.method == "PATCH"] == [{"name": "Cut it"}]
    assert times_told(world, "Updated Cut it") == 1


@pytest.mark.parametrize("times", [2, 3])
def test_delete_undo_and_bring_back_delivered_again_are_done_once_each(
    make_world: Callable[..., World], api: DistantQuantive, times: int
):
    world = make_world(api=api)
    asked = world.okr("delete Cut onboarding time")
    assert deliver_often(world, times, lambda: world.press(asked, "Delete")) == 1
    assert (names(api), times_told(world, "Deleted: Cut onboarding time")) == ([], 1)
    deleted = look(world, "Deleted")
    assert deliver_often(world, 1, lambda: world.press(deleted, "Undo")) == 1
    assert (names(api), times_told(world, "Brought back Cut onboarding time")) == (["Cut onboarding time"], 1)
    made = look(world, "Brought back")
    assert deliver_often(world, 1, lambda: world.press(made, "Undo")) == 1
    assert names(api) == []
    trash = world.okr("trash")
    assert deliver_often(world, 1, lambda: world.press(trash, "Bring back")) == 1
    assert names(api) == ["Cut onboarding time"]
    assert times_told(world, "already") == 0


@pytest.mark.parametrize("times", [2, 3])
def test_what_only_asks_or_is_posted_is_answered_once_however_often_it_is_delivered(
    make_world: Callable[..., World], api: DistantQuantive, times: int
):
    world = make_world(api=api)
    card = world.okr("show Cut onboarding time")
    form = world.press(world.okr("search onboarding"), "Narrow…")
    acts: dict[str, Callable[[], object]] = {
        "Cut onboarding time, 0 %": lambda: world.okr("search onboarding"),
        "Shared by": lambda: world.press(card, "Share here"),
        "This channel follows": lambda: world.okr("subscribe #growth"),
        "#board": lambda: world.submit(form, {"query": "#board"}),
    }
    for said, act in acts.items():
        before = times_told(world, said)
        assert deliver_often(world, times, act) == 0, said
        assert times_told(world, said) == before + 1, said


def test_two_quick_presses_of_undo_are_two_wishes_and_one_undo(make_world: Callable[..., World], api: DistantQuantive):
    world = make_world(api=api)
    said = world.okr('update Cut onboarding name:"Cut it"')
    api.calls.clear()
    gate = threading.Event()
    api.fail(times=2, only=("GET",), gate=gate)
    # The first answer takes the button away: it is kept back until both have pressed it.
    press = [lambda: world.press(said, "Undo")] * 2
    at_once(*press, lambda: until(lambda: accepted(world) == 3) and gate.set())
    finish(world)
    assert (accepted(world), names(api)) == (3, ["Cut onboarding time"])
    assert [call.body for call in api.calls if call.method == "PATCH"] == [{"name": "Cut onboarding time"}]
    assert times_told(world, "Change undone in Cut onboarding time") == 1
    # The second press hears one of these, by how far the first one was: undoing, written, or recorded.
    answers = ("That change is being undone already.", "Nothing to undo in", "was undone already")
    assert sum(times_told(world, answer) for answer in answers) == 1


def test_two_people_who_bring_the_same_back_bring_it_back_once(make_world: Callable[..., World], api: DistantQuantive):
    world = make_world(api=api)
    world.press(world.okr("delete Cut onboarding time"), "Delete")
    trashes = {who: world.okr("trash", who) for who in ("ada", "grace")}
    api.fail(times=2, only=("POST",), delay=0.3)
    at_once(*[lambda who=who: world.press(trashes[who], "Bring back", who) for who in trashes])
    finish(world)
    assert names(api) == ["Cut onboarding time"]
    assert times_told(world, "Brought back Cut onboarding time") == 1
    assert times_told(world, "already") == 1


def test_of_two_people_who_delete_the_same_one_deletes_and_the_other_hears_that_it_is_gone(
    make_world: Callable[..., World], api: DistantQuantive
):
    world = make_world(api=api)
    asked = {who: world.okr("delete Cut onboarding time", who) for who in ("ada", "grace")}
    api.fail(times=2, only=("GET",), delay=0.3)
    at_once(*[lambda who=who: world.press(asked[who], "Delete", who) for who in asked])
    finish(world)
    assert names(api) == []
    assert (times_told(world, "Deleted: Cut onboarding time"), times_told(world, GONE)) == (1, 1)


# The very same wish of two people


@pytest.mark.parametrize(
    "drops",
    [("after", "after"), ("after", "before"), ("before", "after"), ("before", "before"), ("", "")],
    ids=["both applied", "first applied", "second applied", "none applied", "both answered"],
)
def test_two_people_who_want_the_very_same_name_both_get_it(
    make_world: Callable[..., World], api: DistantQuantive, drops: tuple[str, str]
):
    world = make_world(api=api)
    for who in ("ada", "grace"):
        world.okr("mine", who)
    for drop in drops:
        api.fail(times=1, only=("POST",), drop=drop)
    at_once(
        lambda: world.okr("create Win the Nordics #growth owner:@Grace Hopper", "ada"),
        lambda: world.okr("create Win the Nordics #growth", "grace"),
    )
    finish(world)
    assert names(api).count("Win the Nordics") == 2
    assert times_told(world, "Created Win the Nordics") == 2
    shown = [look(world, "Created Win the Nordics", who).text.partition("O-")[2][:4] for who in ("ada", "grace")]
    assert len(set(shown)) == 2


def test_the_same_person_who_sends_the_same_line_twice_gets_two(make_world: Callable[..., World], api: DistantQuantive):
    world = make_world(api=api)
    api.fail(times=2, only=("POST",), drop="after")
    at_once(*[lambda: world.okr("create Win the Nordics")] * 2)
    finish(world)
    assert names(api).count("Win the Nordics") == 2
    assert times_told(world, "Created Win the Nordics") == 2


# In the order in which they were sent off


def put_off_in_an_outage(world: World, api: DistantQuantive, *lines: str) -> None:
    """Types lines while the API is away, then lets it come back; the first has its next try later than the others, as
    it has where the API has been away for long."""
    world.okr("mine")
    api.fail(times=math.inf, status=503)
    world.okr(lines[0])
    until(lambda: put_off(world, seconds=3.0))
    for line in lines[1:]:
        world.okr(line)
    api.recover()
    finish(world)


def test_what_one_person_sent_off_while_the_api_was_away_is_done_in_that_order(
    make_world: Callable[..., World], api: DistantQuantive, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(writes, "IN_TURN", 0.1)
    lines = [f'update Cut onboarding description:"{words}"' for words in ("first", "second", "third")]
    put_off_in_an_outage(make_world(api=api), api, *lines)
    assert [goal["description"] for goal in api.goals.values()] == ["third"]


def test_an_undo_takes_back_what_still_waited_when_it_was_typed(
    make_world: Callable[..., World], api: DistantQuantive, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(writes, "IN_TURN", 0.1)
    world = make_world(api=api)
    put_off_in_an_outage(world, api, "create Win the Nordics", "undo")
    assert names(api) == ["Cut onboarding time"]
    assert times_told(world, "Creation undone: Win the Nordics") == 1


def test_what_cannot_be_done_does_not_keep_the_same_person_from_what_can(
    make_world: Callable[..., World], api: DistantQuantive, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(writes, "IN_TURN", 0.1)
    monkeypatch.setattr(writes, "MOST_TURNS", 3)
    world = make_world(api=api)
    world.okr("mine")
    api.fail(times=math.inf, only=("PATCH",), status=503)
    world.okr('update Cut onboarding description:"first"')
    world.okr('create "Win the Nordics"')
    assert names(api).count("Win the Nordics") == 1
    world.okr("undo")
    until(lambda: names(api) == ["Cut onboarding time"])
    assert unfinished(world)
    api.recover()
    finish(world)


# Refused, and given back

TYPED = '#growth #new description:"All of them" session:Year owner:@Grace Hopper'
IN_THE_FORM = {
    "name": {"value": "Win the Nordics"},
    "tags": {"value": ["growth", "new"]},
    "description": {"value": "All of them"},
}


def state(said: Said) -> dict[str, Any]:
    assert said.view is not None
    return dict(said.view["state"])


def shown(said: Said, *fields: str) -> dict[str, Any]:
    return {field: state(said)[field] for field in fields}


def chosen(world: World, api: DistantQuantive, said: Said) -> tuple[str, str]:
    """The owner and the session that a form has."""
    owner, session = (state(said)[field]["value"] for field in ("owner", "session"))
    return api.assignees[owner]["name"], api.sessions[session]["title"]


REASON = b'{"message":"the moon is wrong"}'


def test_a_refused_line_is_told_with_its_reason_and_resume_opens_the_form_with_all_of_it(
    make_world: Callable[..., World], api: DistantQuantive
):
    world = make_world(api=api)
    api.fail(times=1, only=("POST",), status=422, body=REASON)
    said = world.okr(f"create Win the Nordics {TYPED}")
    assert "Quantive refused this: the moon is wrong." in said.text
    assert "What you asked for is kept: Resume goes on from there." in said.text
    form = world.press(said, "Resume")
    assert shown(form, *IN_THE_FORM) == IN_THE_FORM
    assert chosen(world, api, form) == ("Grace Hopper", "Year")
    assert "Created Win the Nordics" in world.submit(form, {}).text
    assert names(api).count("Win the Nordics") == 1


def test_a_refused_change_by_line_is_told_with_its_reason_and_resume_opens_the_form_with_all_of_it(
    make_world: Callable[..., World], api: DistantQuantive
):
    world = make_world(api=api)
    api.fail(times=1, only=("PATCH",), status=400, body=REASON)
    said = world.okr('update Cut onboarding name:"Win the Nordics" +#new description:"All of them" session:Year')
    assert "Quantive refused this: the moon is wrong." in said.text
    form = world.press(said, "Resume")
    assert shown(form, *IN_THE_FORM) == IN_THE_FORM
    assert chosen(world, api, form) == ("Grace Hopper", "Year")
    assert "Updated Win the Nordics" in world.submit(form, {}).text
    assert names(api) == ["Win the Nordics"]


def test_a_line_that_waits_through_a_refusal_is_told_in_the_same_message(
    make_world: Callable[..., World], api: DistantQuantive
):
    world = make_world(api=api)
    api.fail(times=1_000, status=503)
    world.okr("create Win the Nordics")
    waiting = look(world, ACCEPTED)
    api.recover(only=("POST",), status=422, body=REASON)
    refused = look(world, "the moon is wrong")
    assert waiting.message is not None and refused.message is not None
    assert refused.message["ts"] == waiting.message["ts"]
    assert names(api).count("Win the Nordics") == 0


def give_up(world: World, clock: SetClock, act: Callable[[], object], who: str = "ada") -> Said:
    """Acts while the API is away, and lets a day pass; what the person is told then, by direct message."""
    act()
    look(world, ACCEPTED, who)
    clock.move(hours=23)
    assert unfinished(world)
    clock.move(hours=2)
    said = look_dm(world, "I tried for a day", who)
    finish(world)
    return said


@pytest.mark.parametrize("way", ["line", "form"])
def test_what_could_not_be_done_for_a_day_is_given_back_and_resumed_with_everything_typed(
    make_world: Callable[..., World], api: DistantQuantive, way: str
):
    clock = SetClock()
    world = make_world(api=api, clock=clock)
    form = world.okr(f"create {TYPED}")
    assert form.view is not None
    if way == "form":
        acts = lambda: world.submit(form, {"name": "Win the Nordics"})  # noqa: E731
    else:
        world.workspace.close_view("U0ADA", form.view["id"])
        acts = lambda: world.okr(f"create Win the Nordics {TYPED}")  # noqa: E731
    api.shut()
    said = give_up(world, clock, acts)
    assert "I tried for a day and could not finish this. Nothing was changed." in said.text
    assert "Quantive cannot be reached." in said.text
    assert times_told(world, "I tried for a day") == 1
    api.reopen()
    again = world.press(said, "Resume")
    assert shown(again, *IN_THE_FORM) == IN_THE_FORM
    assert chosen(world, api, again) == ("Grace Hopper", "Year")
    world.submit(again, {})
    assert names(api).count("Win the Nordics") == 1


def test_where_nobody_can_tell_whether_it_was_done_that_is_said(make_world: Callable[..., World], api: DistantQuantive):
    clock = SetClock()
    world = make_world(api=api, clock=clock)
    api.fail(times=1, only=("POST",), drop="after")
    api.fail(times=1_000_000, status=503)
    said = give_up(world, clock, lambda: world.okr("create Win the Nordics"))
    assert "Whether anything was changed is not known: look before you try again." in said.text
    assert names(api).count("Win the Nordics") == 1


def test_an_undo_that_was_given_back_can_be_tried_again(make_world: Callable[..., World], api: DistantQuantive):
    clock = SetClock()
    world = make_world(api=api, clock=clock)
    changed = world.okr('update Cut onboarding name:"Cut it"')
    api.fail(times=1_000_000, only=("PATCH",), drop="before")
    give_up(world, clock, lambda: world.press(changed, "Undo"))
    assert names(api) == ["Cut it"]
    api.recover()
    assert "Change undone in Cut onboarding time" in world.okr("undo").text
    assert names(api) == ["Cut onboarding time"]


def test_half_an_hour_later_the_result_comes_by_direct_message(make_world: Callable[..., World], api: DistantQuantive):
    clock = SetClock()
    world = make_world(api=api, clock=clock)
    world.okr("mine")
    api.shut()
    world.okr("create Win the Nordics")
    look(world, ACCEPTED)
    clock.move(minutes=28.6)
    waiting = look_dm(world, "/okr create Win the Nordics")
    assert not [one["text"] for one in world.messages() if ACCEPTED in one["text"]]
    clock.move(minutes=10)
    api.reopen()
    told = look_dm(world, "Created Win the Nordics")
    assert told.message is not None and waiting.message is not None
    assert told.message["ts"] == waiting.message["ts"]
    assert "Share here" in told.buttons
    finish(world)
    assert times_told(world, "Created Win the Nordics") == 1


def test_what_a_button_led_to_is_told_there_and_nothing_is_left_of_the_waiting(
    make_world: Callable[..., World], api: DistantQuantive
):
    world = make_world(api=api)
    form = world.press(world.okr(), "Create")
    api.fail(times=1_000, only=("POST",), status=503)
    world.submit(form, {"name": "Win the Nordics"})
    assert ACCEPTED in look_dm(world, "Win the Nordics").text
    api.recover()
    look(world, "Created Win the Nordics")
    finish(world)
    assert not [text for text in heard(world) if ACCEPTED in text]
    assert times_told(world, "Created Win the Nordics") == 1


def test_within_half_an_hour_it_comes_where_the_person_was(make_world: Callable[..., World], api: DistantQuantive):
    clock = SetClock()
    world = make_world(api=api, clock=clock)
    world.okr("mine")
    api.shut()
    world.okr("create Win the Nordics", channel="random")
    waiting = look(world, ACCEPTED, channel="random")
    clock.move(minutes=28)
    api.reopen()
    told = look(world, "Created Win the Nordics", channel="random")
    assert told.message is not None and waiting.message is not None
    assert told.message["ts"] == waiting.message["ts"]


# Slack is away


@pytest.mark.parametrize("down", ["unavailable", "cut"])
def test_what_slack_did_not_take_is_told_later_and_once(
    make_world: Callable[..., World], api: DistantQuantive, down: str
):
    world = make_world(api=api)
    world.okr("mine")
    world.workspace.faults.switch("down", down)
    world.okr("create Win the Nordics")
    until(lambda: "Win the Nordics" in names(api) and any(one.endswith("+2") for one in unfinished(world)))
    assert not [text for text in heard(world) if "Win the Nordics" in text]
    world.workspace.faults.switch("down", "")
    told = look(world, "Created Win the Nordics")
    finish(world)
    assert (times_told(world, "Created Win the Nordics"), names(api).count("Win the Nordics")) == (1, 1)
    assert "Undo" in told.buttons
    assert times_told(world, ACCEPTED) == 0


@pytest.mark.parametrize("is_away", [True, False], ids=["away", "slow at the first try"])
def test_what_slack_did_not_take_becomes_the_message_that_said_it_waits(
    make_world: Callable[..., World], api: DistantQuantive, is_away: bool
):
    world = make_world(api=api)
    world.okr("mine")
    gate = threading.Event()
    api.fail(only=("POST",), **({"status": 503, "times": 1_000} if is_away else {"gate": gate}))
    typing = threading.Thread(target=world.okr, args=["create Win the Nordics"])
    typing.start()
    waiting = look(world, ACCEPTED)
    world.workspace.faults.switch("down", "unavailable")
    refused = len(world.workspace.requests)
    api.recover()
    gate.set()
    until(lambda: "Win the Nordics" in names(api) and len(world.workspace.requests) > refused + 3)
    world.workspace.faults.switch("down", "")
    told = look(world, "Created Win the Nordics")
    finish(world)
    typing.join()
    assert told.message is not None and waiting.message is not None
    assert told.message["ts"] == waiting.message["ts"]
    assert times_told(world, "Created Win the Nordics") == 1


def test_while_only_the_response_url_fails_the_result_waits_to_take_the_place_of_the_word(
    make_world: Callable[..., World], api: DistantQuantive
):
    world = make_world(api=api)
    world.okr("mine")
    api.shut()
    world.okr("create Win the Nordics")
    waiting = look(world, ACCEPTED)
    world.workspace.faults.fail_next("response_url", status=503, times=5)
    api.reopen()
    told = look(world, "Created Win the Nordics")
    finish(world)
    assert told.message is not None and waiting.message is not None
    assert told.message["ts"] == waiting.message["ts"]
    assert times_told(world, "Created Win the Nordics") == 1


def test_where_the_response_url_fails_for_long_the_result_is_told_beside_the_word(
    make_world: Callable[..., World], api: DistantQuantive
):
    clock = SetClock()
    world = make_world(api=api, clock=clock)
    world.okr("mine")
    api.shut()
    world.okr("create Win the Nordics")
    look(world, ACCEPTED)
    world.workspace.faults.fail_next("response_url", status=503, times=1_000)
    clock.move(minutes=2)
    api.reopen()
    look(world, "Created Win the Nordics")
    finish(world)
    assert times_told(world, "Created Win the Nordics") == 1


def test_a_question_that_slack_did_not_take_is_asked_later(make_world: Callable[..., World], api: DistantQuantive):
    world = make_world(api=api)
    form = world.okr("update Cut onboarding time")
    goal = next(iter(api.goals.values()))
    goal["name"] = "Theirs"
    world.workspace.faults.switch("down", "unavailable")
    world.submit(form, {"name": "Mine"})
    until(lambda: unfinished(world))
    world.workspace.faults.switch("down", "")
    assert "Save mine" in look(world, "Not saved yet").buttons
    finish(world)
    assert times_told(world, "Not saved yet") == 1


def test_a_question_after_a_wait_takes_the_place_of_the_word_that_it_waits(
    make_world: Callable[..., World], api: DistantQuantive
):
    world = make_world(api=api)
    world.okr("mine")
    api.fail(times=1_000, status=503)
    world.okr("update Cut onboarding name:“Cut onboarding time”")
    waiting = look(world, ACCEPTED)
    api.recover()
    told = look(world, "Nothing changed in Cut onboarding time")
    assert told.message is not None and waiting.message is not None
    assert told.message["ts"] == waiting.message["ts"]


@pytest.mark.parametrize(
    "fault", [{"status": 503}, {"error": "ratelimited", "status": 429, "retry_after": 1}, {"error": "internal_error"}]
)
def test_a_wish_is_not_lost_because_slack_does_not_tell_who_that_is(
    make_world: Callable[..., World], api: DistantQuantive, fault: dict[str, Any]
):
    world = make_world(api=api)
    world.workspace.faults.fail_next("users.info", times=2, **fault)
    world.okr("create Win the Nordics")
    look(world, "Created Win the Nordics")
    finish(world)
    assert (names(api).count("Win the Nordics"), times_told(world, "Created Win the Nordics")) == (1, 1)
