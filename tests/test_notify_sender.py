"""Posts are sent once, in order, one a second and channel, however Slack behaves and whatever dies in between."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.embedded.workspace.people import BOT_USER_ID, TEAM_ID
from bot.notify.notifier import Notifier
from bot.notify.refusals import RESTRICTED
from bot.notify.sender import AWAY, NO_THREAD
from bot.notifying import make_notifier
from bot.objectives.subscriptions import State
from bot.store.channel_turns import TURN
from tests.durable import at_once, until
from tests.notify_stage import Stage, on_postgres, text_of
from tests.world import USERS, World

NAME = "Cut onboarding time to a day"
POST = "chat.postMessage"
EDIT = "chat.update"


WORDS = (
    "alpha",
    "bravo",
    "charlie",
    "delta",
    "echo",
    "foxtrot",
    "golf",
    "hotel",
    "india",
    "juliett",
    "kilo",
    "lima",
    "mike",
)


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def stage(make_world: Callable[..., World]) -> Iterator[Stage]:
    stage = Stage(make_world)
    yield stage
    stage.close()


def change(stage: Stage, number: int = 0, name: str = NAME) -> None:
    """One more change through the bot, told of but not posted yet."""
    assert "Updated" in stage.world.okr(f'update "{name}" description:"{WORDS[number]}"').text
    stage.notifier.feed.work()


def tells(message: Any, number: int) -> bool:
    """Whether a message tells of that change."""
    return f"→ *{WORDS[number]}*" in text_of(message)


def another(stage: Stage, worker: str = "another") -> Notifier:
    """What tells channels in another process on the same database."""
    bot = stage.world.bot
    return make_notifier(
        bot.objectives,
        stage.world.client,
        lambda _team_id: bot.client,
        stage.world.engine,
        bot.followers,
        worker=worker,
        poll_seconds=60,
    )


def states(stage: Stage) -> list[str]:
    with stage.notifier.outbox.begin() as connection:
        return list(connection.exec_driver_sql("select state from announcements order by number").scalars())


# One message an objective, channel and day


def test_later_changes_go_into_the_thread_and_the_first_message_shows_the_latest_state(stage: Stage):
    stage.follow("#growth")
    for number in range(3):
        change(stage, number)
        stage.send()
    (post,) = stage.posts()
    assert tells(post, 2)
    assert "2 changes in the thread" in text_of(post)
    assert [tells(one, number) for number, one in enumerate(stage.replies(post), 1)] == [True, True]
    # What it said at first stands nowhere else.
    assert tells(post, 0)
    assert not tells(post, 1)
    stage.clock.move(hours=23)
    change(stage, 3)
    stage.send()
    assert len(stage.replies(post)) == 3
    stage.clock.move(hours=2)
    change(stage, 4)
    stage.send()
    assert len(stage.posts()) == 2
    assert len(stage.replies(post)) == 3
    assert "thread" not in text_of(stage.posts()[1])


@pytest.mark.parametrize("was_answered", [True, False])
def test_a_first_message_that_somebody_has_deleted_makes_room_for_a_new_one(stage: Stage, was_answered: bool):
    stage.follow("#growth")
    for number in range(2 if was_answered else 1):
        change(stage, number)
        stage.send()
    (post,) = stage.posts()
    assert stage.world.workspace.delete_message(USERS["ada"], post["channel"], post["ts"]).ok
    change(stage, 7)
    stage.send()
    change(stage, 8)
    stage.send()
    latest = stage.posts()[-1]
    assert latest["ts"] != post["ts"]
    assert tells(latest, 8)
    assert [tells(one, 8) for one in stage.replies(latest)] == [True]
    assert len([one for one in stage.posts() if one["kind"] == "message"]) == 1


@pytest.mark.parametrize("error", sorted(NO_THREAD))
def test_where_no_reply_is_taken_a_new_message_begins(stage: Stage, error: str):
    stage.follow("#growth")
    change(stage, 0)
    stage.send()
    change(stage, 7)
    stage.world.workspace.faults.fail_next(POST, error=error)
    stage.send()
    first, second = stage.posts()
    assert tells(second, 7)
    change(stage, 8)
    stage.send()
    assert [tells(one, 8) for one in stage.replies(second)] == [True]
    assert stage.replies(first) == []


def test_more_than_ten_changes_at_once_become_one_summary(stage: Stage):
    stage.follow("#import")
    stage.look()
    for number in range(12):
        stage.add(f"Imported {number:02}", "import")
    assert stage.look_and_send() == 12
    (post,) = stage.posts()
    assert "12 objectives changed" in text_of(post)
    assert "12 created" in text_of(post)
    assert "and 2 more" in text_of(post)
    for number in range(10):
        stage.patch(f"Imported {number:02}", description="Another one")
    assert stage.look_and_send() == 10
    assert len(stage.posts()) == 11


def test_what_was_deleted_and_brought_back_within_a_burst_is_there(stage: Stage):
    stage.follow("#growth")
    stage.world.press(stage.world.okr(f"delete {NAME}"), "Delete")
    stage.world.okr("undo")
    for number in range(10):
        stage.world.okr(f'create "Win country {number}" #growth')
    stage.tell()
    (post,) = stage.posts()
    assert "10 created, 1 brought back" in text_of(post)
    assert f"|{NAME}>" in text_of(post)
    assert "deleted" not in text_of(post)


def test_a_burst_brings_the_messages_of_today_up_to_date_behind_whatever_else_waits(stage: Stage):
    stage.follow("#growth")
    stage.look()
    stage.add("Win Norway", "growth")
    stage.look_and_send()
    change(stage, 0)
    stage.send()
    for number in range(11):
        stage.add(f"Win country {number:02}", "growth")
    stage.look()
    change(stage, 7)
    stage.patch("Win Norway", description="Another one")
    stage.look()
    stage.send_ready()
    change(stage, 8, "Win Norway")
    stage.send()
    norway, onboarding, burst = stage.posts()
    assert "13 objectives changed" in text_of(burst)
    assert tells(onboarding, 7)
    assert "in the thread" not in text_of(onboarding)
    assert tells(norway, 8)
    assert [tells(one, 8) for one in stage.replies(norway)] == [True]


def test_many_changes_of_few_objectives_at_once_are_told_objective_by_objective(stage: Stage):
    stage.follow("#growth")
    names = (NAME, "Open the product in three more languages")
    for number in range(12):
        change(stage, number, names[number % 2])
    stage.send()
    assert [tells(post, last) for post, last in zip(stage.posts(), (10, 11), strict=True)] == [True, True]
    assert "objectives changed" not in "".join(map(text_of, stage.posts()))


def test_many_changes_of_one_objective_at_once_are_one_reply(stage: Stage):
    stage.follow("#growth")
    change(stage)
    stage.send()
    for number in range(1, 13):
        change(stage, number)
    stage.send()
    (post,) = stage.posts()
    (reply,) = stage.replies(post)
    assert "~alpha~ → *mike*" in text_of(reply)
    assert tells(post, 12)


# Once


@pytest.mark.parametrize("where", ["sending", "post", "sent", "give"])
@pytest.mark.parametrize("is_reply", [False, True], ids=["first message", "reply"])
def test_a_process_that_dies_between_any_two_steps(stage: Stage, monkeypatch: pytest.MonkeyPatch, where: str, is_reply):
    stage.follow("#growth")
    if is_reply:
        change(stage)
        stage.send()
    change(stage, 1)
    turns = stage.notifier.turns
    places = {"post": stage.notifier.sender._speaker, "give": turns}
    posted_before = len(stage.calls(POST))

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(places.get(where, stage.notifier.outbox), where, die)
        # What is killed gives no turn back.
        patch.setattr(turns, "give", die)
        with pytest.raises(Killed):
            stage.send_ready()
    survivor = another(stage)
    assert stage.send_ready(survivor) == 0
    stage.clock.move(seconds=TURN + 1)
    while stage.send_ready(survivor):
        stage.clock.move(seconds=1)
    posted = len(stage.calls(POST)) - posted_before
    assert posted == (2 if where == "sent" else 1)
    assert survivor.outbox.repeats() == (1 if where in ("post", "sent") else 0)
    texts = [*stage.posts(), *(reply for post in stage.posts() for reply in stage.replies(post))]
    assert any(tells(one, 1) for one in texts)
    assert not is_reply or [tells(post, 0) for post in stage.posts()] == [True]
    survivor.close()


def test_a_crash_between_what_happened_and_its_notes_loses_neither(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    stage.follow("#growth")
    stage.world.okr(f'update "{NAME}" +#board')

    def die(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("bot.notify.feed.put_note", die)
        with pytest.raises(Killed):
            stage.notifier.feed.work()
    stage.tell()
    assert len(stage.posts()) == 1


def test_a_crash_in_a_look_tells_what_it_found_once(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    stage.follow("#growth")
    stage.look()
    stage.patch(NAME, name="Onboard in a day")
    stage.patch("Open the product in three more languages", name="Open it")

    def die(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(stage.notifier.poll, "_look_for_gone", die)
        with pytest.raises(Killed):
            stage.look()
    assert stage.look_and_send() == 0
    assert len(stage.posts()) == 2


def test_several_processes_on_sqlite_never_post_twice(stage: Stage):
    tell_from_several_processes(stage)


@pytest.mark.postgres
def test_several_processes_on_postgres_never_post_twice(postgres_url: str):
    with on_postgres(postgres_url) as stage:
        tell_from_several_processes(stage)


def tell_from_several_processes(stage: Stage) -> None:
    for channel in ("general", "growth"):
        stage.follow("#growth", channel=channel)
    others = [another(stage, f"worker {number}") for number in range(3)]
    for number in range(6):
        assert "Updated" in stage.world.okr(f'update "{NAME}" description:"{WORDS[number]}"').text

    def tell(one: Notifier) -> Callable[[], int]:
        return lambda: one.feed.work()

    at_once(*(tell(one) for one in others))
    for _ in range(20):
        at_once(*((lambda one=one: stage.send_ready(one)) for one in others))
        stage.clock.move(seconds=1)
    for channel in ("general", "growth"):
        (post,) = stage.posts(channel)
        assert [tells(one, number) for number, one in enumerate(stage.replies(post), 1)] == [True] * 5
    assert stage.notifier.outbox.repeats() == 0
    for one in others:
        one.close()


def test_a_lost_answer_repeats_once_and_is_counted(stage: Stage):
    stage.follow("#growth")
    stage.world.workspace.faults.fail_next(POST, after=True, cut=True)
    change(stage)
    stage.send()
    assert len(stage.posts()) == 2
    assert stage.notifier.outbox.repeats() == 1
    change(stage, 1)
    stage.send()
    assert stage.notifier.outbox.repeats() == 1


@pytest.mark.parametrize("is_busy_between", [False, True])
def test_answers_that_are_lost_again_and_again_repeat_no_more_than_once(stage: Stage, is_busy_between: bool):
    stage.follow("#growth")
    faults = stage.world.workspace.faults
    faults.fail_next(POST, after=True, cut=True)
    if is_busy_between:
        faults.fail_next(POST, status=429, retry_after=2)
    faults.fail_next(POST, after=True, cut=True, times=10)
    change(stage)
    stage.send()
    assert len(stage.posts()) == 2
    assert stage.notifier.outbox.repeats() == 1


# Slack as it is


@pytest.mark.parametrize("down", ["unavailable", "cut"])
def test_an_outage_of_slack_delays_in_order_and_repeats_nothing(stage: Stage, down: Any):
    stage.follow("#growth")
    faults = stage.world.workspace.faults
    change(stage, 0)
    stage.send()
    for number in range(1, 5):
        change(stage, number)
    faults.down = down
    for _ in range(200):
        stage.send_ready()
        stage.clock.move(seconds=1)
    assert len(stage.calls(POST)) + len(stage.calls(EDIT)) <= 2 + 200 / AWAY
    faults.down = ""
    stage.send()
    (post,) = stage.posts()
    assert [tells(one, number) for number, one in enumerate(stage.replies(post), 1)] == [True] * 4
    assert stage.notifier.outbox.repeats() <= 1


def test_what_may_have_been_posted_is_not_posted_on_and_on_while_slack_is_away(stage: Stage):
    stage.follow("#growth")
    faults = stage.world.workspace.faults
    change(stage)
    faults.fail_next(POST, after=True, cut=True)
    stage.send_ready()
    faults.down = "cut"
    for _ in range(100):
        stage.send_ready()
        stage.clock.move(seconds=1)
    assert len(stage.calls(POST)) == 1
    assert stage.notifier.outbox.repeats() == 0
    faults.down = ""
    stage.send()
    assert len(stage.posts()) == 2
    assert stage.notifier.outbox.repeats() == 1


def test_retry_after_is_obeyed(stage: Stage):
    stage.follow("#growth")
    stage.world.workspace.faults.fail_next(POST, status=429, retry_after=30)
    change(stage)
    began = stage.clock.now
    stage.send()
    assert (stage.clock.now - began).total_seconds() >= 30
    assert len(stage.calls(POST)) == 2
    assert len(stage.posts()) == 1
    assert stage.notifier.outbox.repeats() == 0


def test_an_edit_that_has_to_wait_holds_no_reply_back_and_is_made_good_for(stage: Stage):
    stage.follow("#growth")
    change(stage, 0)
    stage.send()
    stage.world.workspace.faults.fail_next(EDIT, status=429, retry_after=20)
    change(stage, 1)
    stage.send_ready()
    (post,) = stage.posts()
    assert tells(post, 0)
    assert len(stage.replies(post)) == 1
    stage.send()
    (post,) = stage.posts()
    assert tells(post, 1)
    assert "1 change in the thread" in text_of(post)
    assert len(stage.replies(post)) == 1


def test_an_edit_that_had_to_wait_never_puts_an_older_state_back(stage: Stage):
    stage.follow("#growth")
    change(stage, 0)
    stage.send()
    stage.world.workspace.faults.fail_next(EDIT, status=429, retry_after=20)
    for number in (1, 2):
        change(stage, number)
    stage.send()
    (post,) = stage.posts()
    assert tells(post, 2)
    assert not tells(post, 1)
    assert "2 changes in the thread" in text_of(post)
    assert states(stage) == ["sent"] * 4


def test_one_message_a_second_and_channel(stage: Stage):
    stage.world.workspace.faults.limit_posting = True
    stage.follow("#growth")
    stage.look()
    for number in range(6):
        stage.add(f"Made {number}", "growth")
    assert stage.look() == 6
    for _ in range(70):
        stage.send_ready()
        stage.clock.move(seconds=0.1)
    refused = [one for one in stage.world.workspace.requests if one.status == 429]
    assert refused == []
    times = [float(post["ts"]) for post in stage.posts()]
    assert len(times) == 6
    assert min(after - before for before, after in itertools.pairwise(times)) >= 1


def test_a_flood_in_one_channel_delays_no_other(stage: Stage):
    stage.follow("#growth", only=("described",))
    stage.follow("#board", channel="growth")
    stage.follow("#growth", channel=stage.world.workspace.dm(USERS["ada"]), only=("described",))
    for number in range(8):
        change(stage, number)
    stage.world.okr(f'update "{NAME}" +#board')
    stage.notifier.feed.work()
    stage.send_ready()
    assert len(stage.posts("growth")) == 1


def test_a_workspaces_ceiling_is_obeyed(stage: Stage):
    stage.world.workspace.faults.posts_per_minute = 5
    for channel in ("general", "growth"):
        stage.follow("#import", channel=channel)
    stage.look()
    for number in range(7):
        stage.add(f"Imported {number}", "import")
    stage.look()
    stage.send()
    assert [len(stage.posts(channel)) for channel in ("general", "growth")] == [7, 7]
    # Where one channel is told to wait, all of them do.
    assert len([one for one in stage.world.workspace.requests if one.status == 429]) == 2


def test_what_slack_refuses_for_another_reason_is_given_up_and_blocks_nothing(stage: Stage):
    stage.follow("#growth")
    stage.world.workspace.faults.fail_next(POST, error="msg_too_long")
    change(stage, 0)
    change(stage, 1)
    stage.send()
    assert states(stage) == ["dropped", "sent"]
    assert len(stage.posts()) == 1


def test_what_is_wrong_with_the_bot_itself_loses_nothing(stage: Stage):
    kept = stage.follow("#growth")
    stage.world.workspace.faults.fail_next(POST, error="account_inactive", times=3)
    change(stage)
    stage.send()
    assert stage.kept(kept).state is State.ACTIVE
    assert len(stage.posts()) == 1


def test_a_note_that_cannot_be_said_is_given_up(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    stage.follow("#growth")
    change(stage, 0)
    change(stage, 1)
    usual = stage.notifier.sender._drafts.make

    def fail_once(dues: Any) -> Any:
        if dues[0].note.body["after"]["description"] == "alpha":
            raise ZeroDivisionError
        return usual(dues)

    monkeypatch.setattr(stage.notifier.sender._drafts, "make", fail_once)
    stage.send()
    assert states(stage) == ["dropped", "sent"]


# Channels that change


def test_an_archived_channel_stops_its_subscriptions_and_each_maker_hears_of_it_once(stage: Stage):
    channel = stage.world.workspace.add_channel("launch", [USERS["ada"], USERS["grace"], BOT_USER_ID])
    made = [stage.follow("#growth", channel, "grace"), stage.follow("#onboarding", channel, "grace")]
    made.append(stage.follow("#growth session:current", channel, "ada"))
    change(stage, 0)
    stage.send()
    stage.world.workspace.archive(channel)
    for number in range(1, 4):
        change(stage, number)
    stage.send()
    assert [stage.kept(one).state for one in made] == [State.STOPPED] * 3
    for who in ("grace", "ada"):
        (told,) = stage.direct(who)
        assert "the channel is archived" in text_of(told)
    assert "and 1 more" in text_of(stage.direct("grace")[0])
    calls = len(stage.calls(POST))
    change(stage, 5)
    stage.notifier.invitations.put_waiting(TEAM_ID)
    stage.send()
    assert len(stage.calls(POST)) == calls


@pytest.mark.parametrize("error", sorted(RESTRICTED))
def test_where_only_some_may_post_it_waits_until_it_may_and_who_set_it_up_hears_whom_to_ask(stage: Stage, error: str):
    kept = stage.follow("#growth", "growth", "grace")
    stage.world.workspace.faults.fail_next(POST, error=error)
    change(stage)
    stage.send()
    assert stage.kept(kept).state is State.WAITING
    (told,) = stage.direct("grace")
    assert "only some people may post there" in text_of(told)
    assert "Ask whoever manages the channel" in text_of(told)
    assert "/invite" not in text_of(told)
    stage.clock.move(minutes=1)
    stage.world.okr("help", channel="growth")
    stage.send()
    assert stage.kept(kept).state is State.ACTIVE


def test_that_a_channel_follows_something_is_no_news_of_it(stage: Stage):
    kept = stage.follow("#growth", "growth", state=State.WAITING)
    stage.clock.move(minutes=1)
    stage.world.okr("help", channel="growth")
    stage.send()
    (card,) = stage.posts("growth")
    assert "This channel follows" in card["text"] and "Last spoke" not in text_of(card)
    assert (stage.kept(kept).state, stage.kept(kept).spoke_at) == (State.ACTIVE, None)
    change(stage, 0)
    stage.send()
    assert stage.kept(kept).spoke_at is not None


def test_a_bot_that_was_removed_waits_and_goes_on_when_it_is_invited_again(stage: Stage):
    kept = stage.follow("#growth", "growth", "grace")
    change(stage, 0)
    stage.send()
    workspace, channel = stage.world.workspace, stage.channel("growth")
    assert workspace.remove(channel, BOT_USER_ID).ok
    for number in range(1, 4):
        change(stage, number)
        stage.send()
    assert stage.kept(kept).state is State.WAITING
    (told,) = stage.direct("grace")
    assert "I am not in the channel any more" in text_of(told)
    stage.notifier.invitations.put_waiting(TEAM_ID)
    stage.send()
    assert stage.kept(kept).state is State.WAITING
    assert workspace.invite(channel, BOT_USER_ID).ok
    stage.clock.move(minutes=1)
    # It is not told so; but whoever uses it there has it try, and in no other channel.
    stage.world.okr("help", channel="general")
    stage.send()
    assert stage.kept(kept).state is State.WAITING
    stage.world.okr("help", channel="growth")
    stage.send()
    assert stage.kept(kept).state is State.ACTIVE
    card = [one for one in stage.posts("growth") if "This channel follows" in one["text"]]
    assert len(card) == 1
    assert "Grace Hopper" in text_of(card[0])
    change(stage, 9)
    stage.send()
    assert any(tells(one, 9) for one in stage.posts("growth"))
    assert len(stage.direct("grace")) == 1
    # Removed once more, they hear of it once more.
    assert workspace.remove(channel, BOT_USER_ID).ok
    change(stage, 10)
    stage.send()
    assert len(stage.direct("grace")) == 2


def test_invited_between_two_uses_within_seconds_it_begins_soon_by_itself(stage: Stage):
    kept = stage.follow("#growth", "random", "grace", state=State.WAITING)
    for _try in range(8):
        stage.clock.move(minutes=10)
        stage.notifier.invitations.put_waiting(TEAM_ID)
        stage.send()
    stage.clock.move(minutes=1)
    assert "waits for" in stage.world.okr("subscriptions", channel="random").text
    stage.send()
    assert stage.world.workspace.invite(stage.channel("random"), BOT_USER_ID).ok
    stage.clock.move(seconds=5)
    stage.world.okr("help", channel="random")
    stage.clock.move(seconds=10)
    stage.notifier.invitations.put_waiting(TEAM_ID)
    stage.send()
    assert stage.kept(kept).state is State.ACTIVE


def test_where_it_is_never_invited_it_is_tried_less_and_less_and_not_for_ever(stage: Stage):
    kept = stage.follow("#growth", "random", state=State.WAITING)
    began = stage.clock.now
    tries: list[float] = []
    while stage.kept(kept).state is State.WAITING:
        if stage.notifier.invitations.put_waiting(TEAM_ID):
            tries.append((stage.clock.now - began).total_seconds())
            stage.send()
        stage.clock.move(hours=8) if tries and tries[-1] > 7200 else stage.clock.move(seconds=15)
        assert len(tries) < 1000
    assert tries[3] < 180
    early = [one for one in tries if one <= 7200]
    assert max(after - before for before, after in itertools.pairwise(early)) <= 615
    assert (stage.clock.now - began).days == 30
    assert stage.kept(kept).state is State.STOPPED
    assert stage.posts("random") == []


def test_a_renamed_channel_goes_on(stage: Stage):
    stage.follow("#growth", "growth")
    assert stage.world.workspace.rename(stage.channel("growth"), "growing").ok
    change(stage)
    stage.send()
    assert len(stage.posts("growing")) == 1


def test_who_made_it_has_left_and_it_goes_on(stage: Stage):
    mine = stage.follow("owner:me", "growth", "katherine")
    stage.follow("#growth", "general", "katherine")
    stage.world.okr("mine", who="katherine")
    assert stage.world.workspace.deactivate(USERS["katherine"]).ok
    stage.world.bot.objectives.people._profiles._kept.clear()
    stage.world.bot.followers._kept.clear()
    change(stage)
    stage.send()
    assert len(stage.posts()) == 1
    assert len(stage.posts("growth")) == 1
    assert stage.kept(mine).state is State.ACTIVE
    # Nothing is sent to those who have left.
    before = len(stage.direct("katherine"))
    assert stage.world.workspace.remove(stage.channel("growth"), BOT_USER_ID).ok
    change(stage, 2)
    stage.send()
    assert stage.kept(mine).state is State.WAITING
    assert len(stage.direct("katherine")) == before


def test_who_cannot_be_asked_about_now_is_still_followed(stage: Stage):
    stage.follow("owner:me", "growth", "katherine")
    stage.look()
    stage.world.bot.objectives.people._profiles._kept.clear()
    kept = stage.world.bot.followers._kept
    for team_id, (version, _, book) in list(kept.items()):
        kept[team_id] = (version, -1e9, book)
    stage.patch(NAME, description="Another one")
    stage.world.workspace.faults.down = "unavailable"
    assert stage.look() == 1
    stage.world.workspace.faults.down = ""
    stage.send()
    assert len(stage.posts("growth")) == 1


# With the threads


def test_with_the_threads_a_change_is_in_its_channel_soon(make_world: Callable[..., World]):
    world = make_world()
    stage = Stage.__new__(Stage)
    stage.world, stage.count, stage.clock = world, 0, world.bot.objectives.clock
    stage.follow("#growth")
    world.bot.start_notifying()
    world.okr(f'update "{NAME}" +#board')
    (post,) = until(lambda: stage.posts())
    assert "Tags changed" in text_of(post)
    until(lambda: world.bot.notifier.sightings.began_at(TEAM_ID))
