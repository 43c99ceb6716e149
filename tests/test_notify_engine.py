"""Changes through the bot are announced at once and once, in the channels that follow, and nowhere else."""

from collections.abc import Callable, Iterator

import pytest

from bot.embedded.workspace.people import BOT_USER_ID, TEAM_ID
from bot.errors import OkrApiDenied
from bot.notify.drafts import STALE
from bot.objectives.subscriptions import State
from tests.notify_stage import Stage, markup_of, on_postgres, text_of
from tests.world import Said, World

NAME = "Cut onboarding time to a day"


@pytest.fixture
def stage(make_world: Callable[..., World]) -> Iterator[Stage]:
    stage = Stage(make_world)
    yield stage
    stage.close()


def test_a_new_objective_is_told_where_it_is_followed_and_nowhere_else(stage: Stage):
    stage.follow("#growth")
    stage.follow("#sales", channel="growth")
    stage.world.okr("create Win the Nordics #growth", who="grace")
    stage.tell()
    (post,) = stage.posts()
    assert "Win the Nordics" in text_of(post)
    assert "Created" in text_of(post)
    assert "Grace Hopper" in text_of(post)
    assert "Because this channel follows objectives tagged #growth" in text_of(post)
    assert stage.posts("growth") == []
    stage.tell()
    assert len(stage.posts()) == 1


def test_the_name_of_who_did_it_is_never_a_ping(stage: Stage):
    stage.follow("#growth")
    stage.world.okr("create Win the Nordics #growth", who="grace")
    stage.tell()
    said = str(stage.posts())
    assert "<@" not in said
    assert "U0GRACE" not in said


@pytest.mark.parametrize(
    ("line", "headline", "lines"),
    [
        ('name:"Onboard in a day"', "Renamed", ["~Cut onboarding time to a day~", "Onboard in a day"]),
        ('description:"Shorter."', "Description changed", ["Shorter."]),
        ("+#board", "Tags changed", ["#board"]),
        ('owner:"Alan Turing"', "Owner changed", ["~Ada Lovelace, Katherine Johnson~", "Alan Turing"]),
        ("session:2026", "Moved to another session", ["Q", "2026"]),
    ],
)
def test_a_changed_field_is_told_as_old_and_new(stage: Stage, line: str, headline: str, lines: list[str]):
    stage.follow("#growth")
    assert "Updated" in stage.world.okr(f'update "{NAME}" {line}').text
    stage.tell()
    (post,) = stage.posts()
    said = text_of(post)
    assert headline in said
    assert "Ada Lovelace" in said
    assert [one for one in lines if one not in said] == []


def test_an_objective_that_now_matches_and_one_that_does_not_any_more(stage: Stage):
    stage.follow("#board")
    stage.follow("#growth", channel="growth")
    stage.world.okr(f'update "{NAME}" +#board')
    stage.tell()
    assert "Now matches" in text_of(stage.posts()[0])
    assert "Tags changed" in text_of(stage.posts("growth")[0])
    stage.world.okr(f'update "{NAME}" -#board')
    stage.tell()
    assert "No longer matches" in text_of(stage.posts()[0])


def test_a_deletion_is_told_and_that_it_was_brought_back(stage: Stage):
    stage.follow("#growth")
    stage.world.press(stage.world.okr(f"delete {NAME}"), "Delete")
    stage.tell()
    (post,) = stage.posts()
    assert "Deleted" in text_of(post)
    assert NAME in text_of(post)
    stage.world.okr("undo")
    stage.tell()
    (post,) = stage.posts()
    (reply,) = stage.replies(post)
    assert "Brought back" in text_of(reply)
    assert "Brought back" in text_of(post)
    assert "Created" not in text_of(post)


def test_who_set_it_up_with_except_me_does_not_hear_of_themselves(stage: Stage):
    stage.follow("#growth", who="grace", except_me=True)
    stage.follow("#growth", channel="growth")
    stage.world.okr("create By Grace #growth", who="grace")
    stage.world.okr("create By Ada #growth", who="ada")
    stage.tell()
    assert [one["text"].partition(":")[0] for one in stage.posts()] == ["By Ada"]
    assert [one["text"].partition(":")[0] for one in stage.posts("growth")] == ["By Grace", "By Ada"]


def test_only_what_was_asked_for_is_told(stage: Stage):
    stage.follow("#growth", only=("renamed", "deleted"))
    stage.world.okr(f'update "{NAME}" +#board')
    stage.tell()
    assert stage.posts() == []
    stage.world.okr(f'update "{NAME}" name:"Onboard in a day" +#wide')
    stage.tell()
    (post,) = stage.posts()
    assert "Renamed" in text_of(post)
    assert "Tags changed" not in text_of(post)


def test_two_subscriptions_of_a_channel_that_match_give_one_message(stage: Stage):
    one, other = stage.follow("#growth"), stage.follow("#onboarding", only=("renamed",))
    stage.world.okr(f'update "{NAME}" name:"Onboard in a day" +#board')
    stage.tell()
    (post,) = stage.posts()
    assert "Renamed, tags changed" in text_of(post)
    assert stage.kept(one).spoke_at == stage.kept(other).spoke_at is not None


def test_what_is_muted_paused_removed_or_waiting_is_silent(stage: Stage):
    goal = stage.goal(NAME)
    stage.follow("#growth", channel="growth", paused_until=stage.clock().replace(year=2100))
    stage.follow("#growth", channel="random", state=State.WAITING)
    stage.follow("#onboarding", state=State.STOPPED)
    gone = stage.follow("#growth session:current")
    follows = stage.world.bot.follows
    follows.remove(gone.team_id, gone.id)
    muting = stage.follow("#growth", channel=stage.world.workspace.dm("U0ADA"))
    follows.mute(muting.team_id, muting.channel_id, goal["id"], "U0ADA", is_muted=True)
    stage.world.okr(f'update "{NAME}" +#board')
    stage.tell()
    assert stage.posts() == stage.posts("growth") == stage.posts("random") == stage.direct("ada") == []
    follows.mute(muting.team_id, muting.channel_id, goal["id"], "U0ADA", is_muted=False)
    stage.world.okr(f'update "{NAME}" -#board')
    stage.tell()
    assert len(stage.direct("ada")) == 1
    assert "Because you follow objectives tagged #growth" in text_of(stage.direct("ada")[0])


def test_a_pause_that_came_after_the_change_holds_back_what_waits(stage: Stage):
    paused, muted = stage.follow("#growth"), stage.follow("#growth", channel="growth")
    stage.world.okr(f'update "{NAME}" +#board')
    stage.notifier.feed.work()
    follows = stage.world.bot.follows
    follows.remove(paused.team_id, paused.id)
    follows.mute(muted.team_id, muted.channel_id, stage.goal(NAME)["id"], "U0ADA", is_muted=True)
    stage.send()
    assert stage.posts() == stage.posts("growth") == []


def test_a_private_objective_is_never_told_of(stage: Stage):
    stage.follow("session:all")
    private = next(goal for goal in stage.goals().values() if goal["access"])
    name = private["name"]
    stage.world.okr(f'update "{name}" +#secret')
    stage.tell()
    stage.patch(name, description="Nobody is to know.")
    stage.look_and_send()
    stage.api("DELETE", f"goals/{private['id']}")
    stage.look_and_send()
    assert stage.posts() == []


def test_one_that_turns_private_is_no_longer_spoken_of_not_even_of_what_waits(stage: Stage):
    stage.follow("#growth")
    stage.look()
    stage.world.okr(f'update "{NAME}" name:"Onboard in a day"')
    stage.notifier.feed.work()
    stage.patch("Onboard in a day", access={"users": ["somebody"]})
    assert stage.look_and_send() == 1
    stage.patch("Onboard in a day", description="Nobody is to know.")
    stage.look_and_send()
    assert stage.posts() == []
    # Whatever is told of it by somebody who did not know yet waits in vain, too.
    with stage.notifier.outbox.begin() as connection:
        connection.exec_driver_sql("update announcements set state = 'waiting'")
    stage.send()
    assert stage.posts() == []
    stage.patch("Onboard in a day", access=None)
    stage.look_and_send()
    (post,) = stage.posts()
    assert "Now matches" in text_of(post)
    assert "Nobody is to know" not in text_of(post)


@pytest.mark.parametrize("is_forbidden", [False, True], ids=["private", "forbidden"])
def test_of_what_has_waited_long_it_is_asked_whether_it_may_still_be_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, is_forbidden: bool
):
    stage.follow("#growth")
    stage.world.okr(f'update "{NAME}" name:"Onboard in a day"')
    stage.world.okr('update "Open the product in three more languages" name:"Open it"')
    stage.notifier.feed.work()
    stage.clock.move(seconds=STALE + 1)
    if is_forbidden:
        hidden, get = stage.goal("Onboard in a day")["id"], stage.world.client.get

        def deny(objective_id: str):
            if objective_id == hidden:
                raise OkrApiDenied("not for you", status=403)
            return get(objective_id)

        monkeypatch.setattr(stage.world.client, "get", deny)
    else:
        stage.patch("Onboard in a day", access={"users": ["somebody"]})
    stage.send()
    assert [one["text"].partition(":")[0] for one in stage.posts()] == ["Open it"]


def test_a_name_full_of_markup_is_only_text(stage: Stage):
    stage.follow("#growth")
    stage.look()
    stage.patch(NAME, name="<!channel> *Grow* <https://evil.example|click> <@U0GRACE> & `x`")
    stage.look_and_send()
    said = markup_of(stage.posts()[0])
    assert "<!channel>" not in said
    assert "<@U0GRACE>" not in said
    assert "<https://evil.example" not in said
    assert "&lt;!channel&gt;" in said


def test_a_bug_in_one_announcement_silences_no_other(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    stage.follow("#growth")
    announcer = stage.notifier.feed._announcer
    usual = announcer.notes

    def fail_for_one(team_id, before, after, **more):
        if after.name == "First":
            raise ZeroDivisionError
        return usual(team_id, before, after, **more)

    monkeypatch.setattr(announcer, "notes", fail_for_one)
    stage.world.okr("create First #growth")
    stage.world.okr("create Second #growth")
    stage.tell()
    assert ["Second" in one["text"] for one in stage.posts()] == [True]


def test_where_nobody_follows_anything_nothing_is_kept(stage: Stage):
    stage.world.okr("create Win the Nordics #growth")
    assert len(stage.notifier.outbox.happened()) == 1
    stage.tell()
    assert stage.notifier.outbox.happened() == []
    assert stage.notifier.sightings.count(TEAM_ID) == 0


@pytest.mark.postgres
def test_all_of_it_on_postgres(postgres_url: str):
    with on_postgres(postgres_url) as stage:
        stage.follow("#growth")
        stage.follow("#growth", channel="growth", cadence="daily 9:00")
        assert stage.look_and_send() == 0
        stage.world.okr(f'update "{NAME}" +#board')
        stage.world.okr("create By Ada #growth")
        stage.tell()
        assert stage.look_and_send() == 0
        stage.patch("By Ada", name="By somebody")
        elsewhere = stage.add("Made elsewhere", "growth")
        assert stage.look_and_send() == 2
        stage.world.press(stage.world.okr("delete By somebody"), "Delete")
        stage.tell()
        stage.api("DELETE", f"goals/{elsewhere}")
        assert stage.look_and_send() == 1
        assert stage.look_and_send() == 0
        told = {post["text"].partition(":")[0]: len(stage.replies(post)) for post in stage.posts()}
        assert told == {NAME: 0, "By somebody": 2, "Made elsewhere": 1}
        assert stage.notifier.outbox.repeats() == 0
        for _ in range(2):
            stage.patch(NAME, tags=[{"title": "growth"}])
            stage.look()
            stage.clock.move(days=1)
            assert stage.put_due() == 1
            stage.send()
        assert len(stage.posts("growth")) == 2
        stage.notifier.tidy()
        (one, other) = stage.world.bot.follows.every(TEAM_ID)
        for subscription in (one, other):
            stage.world.bot.follows.remove(TEAM_ID, subscription.id)
        stage.notifier._look()
        assert stage.notifier.sightings.teams() == []


def test_from_the_command_to_the_message_and_its_buttons(stage: Stage):
    stage.world.okr("subscribe #growth", who="grace")
    (card,) = stage.posts()
    assert "Grace Hopper" in text_of(card)
    assert stage.look_and_send() == 0
    stage.world.okr(f'update "{NAME}" +#board')
    stage.tell()
    post = stage.posts()[-1]
    shown = stage.world.press(Said(post, None, "", {}), "View", who="alan")
    assert NAME in shown.text
    assert shown.message is not None and shown.message["ephemeral"]
    assert "hears nothing more" in stage.world.press(Said(post, None, "", {}), "Mute this", who="alan").text
    stage.world.okr(f'update "{NAME}" -#board')
    stage.tell()
    assert stage.replies(post) == []
    stage.world.okr("unsubscribe #growth", who="ada")
    stage.world.okr("create Win the Nordics #growth")
    stage.tell()
    assert stage.posts()[-1]["ts"] == post["ts"]


def test_a_subscription_in_a_channel_without_the_bot_speaks_once_it_is_invited(stage: Stage):
    said = stage.world.okr("subscribe #growth", channel="random")
    assert "I am not in this channel yet" in said.text
    (kept,) = stage.world.bot.follows.every(TEAM_ID)
    assert kept.state is State.WAITING
    stage.notifier.invitations.put_waiting(TEAM_ID)
    stage.send()
    assert stage.posts("random") == stage.direct("ada") == []
    assert stage.world.workspace.invite(stage.channel("random"), BOT_USER_ID).ok
    stage.clock.move(seconds=30)
    stage.notifier.invitations.put_waiting(TEAM_ID)
    stage.send()
    assert "This channel follows" in stage.posts("random")[-1]["text"]
    stage.world.okr(f'update "{NAME}" +#board', channel="general")
    stage.tell()
    assert "Tags changed" in text_of(stage.posts("random")[-1])
