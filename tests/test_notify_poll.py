"""Changes made elsewhere are found by one look at the account; an API that fails makes nobody believe anything."""

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.embedded.workspace.people import TEAM_ID
from bot.errors import OkrApiError, OkrApiUnavailable
from bot.notify.poll import MOST_DOUBTED
from bot.objectives.model import Objective
from bot.quantive.lists import read_list
from tests.durable import DistantQuantive
from tests.fakes.quantive import HTML, Refusal
from tests.notify_stage import Stage, text_of
from tests.world import World

NAME = "Cut onboarding time to a day"


@pytest.fixture
def stage(make_world: Callable[..., World]) -> Iterator[Stage]:
    stage = Stage(make_world)
    yield stage
    stage.close()


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a list of thirty objectives is looked at in several parts."""
    monkeypatch.setattr("bot.notify.poll.BATCH", 7)


@pytest.fixture
def api() -> Iterator[DistantQuantive]:
    """Quantive with thirty objectives, ten of them tagged #growth, made long ago."""
    with DistantQuantive() as api:
        session = api.add_session("Q4", "2020-01-01T00:00:00Z", "2099-12-31T00:00:00Z")
        ada = api.add_user("Ada Lovelace", "ada.lovelace@example.com")
        for number in range(30):
            tags = ["growth"] if number < 10 else []
            api.add_goal(f"Objective {number}", session_id=session, owner_id=ada, tags=tags)
        yield api


@pytest.fixture
def distant(make_world: Callable[..., World], api: DistantQuantive, small_batches: None) -> Iterator[Stage]:
    """A stage whose bot works for that account, has looked at it once, and follows #growth in #general."""
    stage = Stage(make_world, api=api)
    stage.follow("#growth")
    assert stage.look_and_send() == 0
    yield stage
    stage.close()


def look_in_vain(stage: Stage) -> None:
    """A look that an API which fails ends."""
    with pytest.raises(OkrApiError):
        stage.look()
    stage.send()


def ids(api: DistantQuantive) -> list[str]:
    return list(api.goals)


# What a look finds


def test_the_first_look_announces_nothing(stage: Stage):
    stage.follow("session:all")
    stage.add("Made right before #growth")
    assert stage.look_and_send() == 0
    assert stage.posts() == []
    assert stage.notifier.sightings.count(TEAM_ID) == len(stage.goals())
    assert stage.look_and_send() == 0


@pytest.mark.parametrize(
    ("fields", "headline", "line"),
    [
        ({"name": "Onboard in a day"}, "Renamed", "~Cut onboarding time to a day~"),
        ({"description": "Shorter."}, "Description changed", "Shorter."),
        ({"tags": [{"title": "growth"}, {"title": "board"}]}, "Tags changed", "#board"),
        ({"tags": []}, "No longer matches", "#growth"),
        ({"closedStatus": {"status": "abandoned"}}, "Closed", "abandoned"),
        ({"closedStatus": {"status": "achieved"}}, "Completed", "achieved"),
    ],
)
def test_what_was_changed_elsewhere_is_told_once(stage: Stage, fields: dict[str, Any], headline: str, line: str):
    stage.follow("#growth")
    stage.follow("#sales", channel="growth")
    stage.look()
    stage.patch(NAME, **fields)
    assert stage.look_and_send() == 1
    (post,) = stage.posts()
    said = text_of(post)
    assert headline in said
    assert line in said
    assert "in the web app" in said
    assert stage.posts("growth") == []
    assert stage.look_and_send() == 0
    assert stage.replies(post) == []


def test_another_owner_and_another_session_are_told_by_name(stage: Stage):
    stage.follow("#growth")
    stage.look()
    people = {one["name"]: one["id"] for one in stage.api("GET", "assignees")["items"]}
    sessions = {one["title"]: one["id"] for one in stage.api("GET", "sessions")["items"]}
    year = str(stage.clock().year)
    stage.patch(NAME, ownerId=people["Alan Turing"], ownerIds=[people["Alan Turing"]], sessionId=sessions[year])
    assert stage.look_and_send() == 1
    said = text_of(stage.posts()[0])
    assert "Alan Turing" in said
    assert "~Ada Lovelace, Katherine Johnson~" in said
    assert year in said


def test_what_was_made_deleted_and_brought_back_elsewhere(stage: Stage):
    stage.follow("#growth")
    stage.look()
    made = stage.add("Win the Nordics", "growth")
    stage.look_and_send()
    stage.api("DELETE", f"goals/{made}")
    stage.look_and_send()
    stage.api("POST", f"goals/{made}/restore", {})
    stage.look_and_send()
    (post,) = stage.posts()
    told = [post["text"], *(one["text"] for one in stage.replies(post))]
    assert ["created" in told[0], "deleted" in told[1], "brought back or visible" in told[2]] == [True] * 3
    assert stage.look_and_send() == 0


def test_an_old_one_that_comes_back_after_its_deletion_was_told_is_told_too(distant: Stage, api: DistantQuantive):
    gone = api.goals.pop(ids(api)[0])
    assert distant.look_and_send() == 1
    api.goals[gone["id"]] = gone
    assert distant.look_and_send() == 1
    (post,) = distant.posts()
    assert "brought back or visible to me again" in distant.replies(post)[0]["text"]


def test_check_ins_progress_confidence_completed_and_reopened(stage: Stage):
    made = stage.add("Win the Nordics", "growth")
    metric = stage.add_key_result(made)
    stage.follow("#growth")
    stage.look()
    stage.check_in(metric, 20, confidence=0.8)
    assert stage.look_and_send() == 1
    (post,) = stage.posts()
    assert "Progress moved" in text_of(post)
    assert "~0 %~" in text_of(post)
    assert "20 %" in text_of(post)
    stage.check_in(metric, 20, confidence=0.3)
    assert stage.look_and_send() == 1
    (reply,) = stage.replies(post)
    assert "Confidence moved" in text_of(reply)
    assert "~80 %~ → 30 %" in text_of(reply)
    stage.check_in(metric, 100, confidence=0.9)
    assert stage.look_and_send() == 1
    last = text_of(stage.replies(post)[-1])
    assert "Completed" in last
    assert "confidence moved" in last
    stage.check_in(metric, 50)
    assert stage.look_and_send() == 1
    assert "Reopened" in text_of(stage.replies(post)[-1])
    assert len(stage.replies(post)) == 3
    assert stage.look_and_send() == 0


def test_the_first_check_in_is_compared_with_the_history_of_its_key_result(stage: Stage):
    made = stage.add("Win the Nordics", "growth")
    metric, fresh = stage.add_key_result(made), stage.add_key_result(made, "Partners")
    stage.check_in(metric, 20, confidence=0.8)
    stage.check_in(metric, 20)
    stage.follow("#growth")
    stage.look()
    assert stage.look_and_send() == 0
    stage.clock.move(hours=1)
    stage.check_in(metric, 20, confidence=0.5)
    stage.check_in(metric, 20, confidence=0.3)
    stage.check_in(fresh, 0, confidence=0.9)
    assert stage.look_and_send() == 1
    (post,) = stage.posts()
    assert "Customers: ~80 %~ → 30 %" in text_of(post)
    assert "Partners: ~none~ → 90 %" in text_of(post)
    assert stage.look_and_send() == 0
    # From then on it is known, and no history is asked for.
    stage.check_in(metric, 20, confidence=0.4)
    asked = []
    stage.notifier.poll._api.confidence_at = lambda *about: asked.append(about)
    assert stage.look_and_send() == 1
    assert "Customers: ~30 %~ → 40 %" in text_of(stage.replies(post)[0])
    assert asked == []


def test_however_many_check_ins_there_were_none_is_missed(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.quantive.looking.PAGE", 2)
    metrics = [stage.add_key_result(stage.add(f"Win {number}", "growth")) for number in range(7)]
    stage.follow("#growth")
    stage.look()
    for metric in metrics:
        stage.check_in(metric, 0, confidence=0.4)
    assert stage.look_and_send() == 7
    assert [
        post["text"].count("Confidence moved") + post["text"].count("confidence moved") for post in stage.posts()
    ] == [1] * 7


def test_where_lists_leave_the_confidence_out_the_key_result_itself_is_asked_for(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    metric = stage.add_key_result(stage.add("Win the Nordics", "growth"))
    stage.follow("#growth")
    stage.look()
    stage.check_in(metric, 0, confidence=0.4)

    def listed(*about: Any) -> Iterator[Any]:
        for item in read_list(*about):
            yield {key: value for key, value in item.items() if key != "confidence"}

    monkeypatch.setattr("bot.quantive.looking.read_list", listed)
    assert stage.look_and_send() == 1
    assert "~none~ → 40 %" in text_of(stage.posts()[0])


@pytest.mark.parametrize(
    ("query", "only", "headline"),
    [("#growth", ("behind",), "Fell behind"), ("status:behind #growth", (), "Now matches"), ("#growth", (), "")],
)
def test_what_time_alone_does_is_told_to_those_who_asked_for_it(
    stage: Stage, query: str, only: tuple[str, ...], headline: str
):
    current = stage.world.bot.directory.snapshot().current_session(stage.clock())
    assert current is not None and current.start is not None and current.end is not None
    half = current.start + (current.end - current.start) / 2
    stage.clock.now = half - timedelta(days=10)
    made = stage.add("Win the Nordics", "growth", sessionId=current.id)
    stage.check_in(stage.add_key_result(made), 15)
    stage.clock.move(hours=1)
    stage.follow(query, only=only)
    stage.look_and_send()
    assert stage.posts() == []
    stage.clock.now = half + timedelta(days=10)
    stage.look_and_send()
    stage.look_and_send()
    told = [text_of(one) for one in stage.posts() if "Win the Nordics" in one["text"]]
    assert [headline in text for text in told] == ([True] if headline else [])


# Looks beside changes through the bot


def test_what_was_done_through_the_bot_is_not_told_again_by_a_look(stage: Stage):
    stage.follow("#growth")
    stage.look()
    stage.world.okr(f'update "{NAME}" name:"Onboard in a day" +#board description:"Two  blanks"')
    stage.world.okr("create Win the Nordics #growth")
    stage.world.press(stage.world.okr("delete Open the product in three more languages"), "Delete")
    stage.tell()
    assert len(stage.posts()) == 3
    for _ in range(3):
        assert stage.look_and_send() == 0
    assert len(stage.posts()) == 3
    assert [reply for post in stage.posts() for reply in stage.replies(post)] == []


def test_what_a_look_has_told_of_is_not_told_again_as_a_change_through_the_bot(stage: Stage):
    stage.follow("#growth")
    stage.look()
    poll = stage.notifier.poll
    poll._tell_first = lambda: 0
    stage.world.okr(f'update "{NAME}" name:"Onboard in a day"')
    stage.world.okr("create Win the Nordics #growth")
    stage.world.press(stage.world.okr("delete Open the product in three more languages"), "Delete")
    assert stage.look_and_send() == 3
    assert len(stage.posts()) == 3
    stage.tell()
    assert len(stage.posts()) == 3
    assert [reply for post in stage.posts() for reply in stage.replies(post)] == []


def test_a_look_that_finds_a_change_of_the_bots_first_lets_it_be_told_with_its_name(stage: Stage):
    stage.follow("#growth", except_me=True, who="grace")
    stage.follow("#growth", channel="growth")
    stage.look()
    stage.world.okr(f'update "{NAME}" name:"Onboard in a day"')
    stage.world.okr("create By Grace #growth", who="grace")
    assert stage.look_and_send() == 0
    assert ["Grace" in text_of(one) for one in stage.posts("growth")] == [False, True]
    assert len(stage.posts()) == 1


@pytest.mark.parametrize("is_first", [True, False], ids=["first look", "later look"])
def test_a_list_that_was_on_its_way_meanwhile_tells_nothing_and_not_the_reverse(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, is_first: bool
):
    stage.follow("#growth")
    if not is_first:
        stage.look()
    whole = stage.notifier.poll._api.look

    def look_while_the_bot_works():
        listed = list(whole())
        stage.world.okr(f'update "{NAME}" name:"Onboard in a day"')
        stage.world.okr("create Win the Nordics #growth")
        stage.world.press(stage.world.okr("delete Open the product in three more languages"), "Delete")
        stage.notifier.feed.work()
        yield from listed

    with monkeypatch.context() as patch:
        patch.setattr(stage.notifier.poll._api, "look", look_while_the_bot_works)
        assert stage.look_and_send() == 0
    assert len(stage.posts()) == 3
    for _ in range(3):
        assert stage.look_and_send() == 0
    assert len(stage.posts()) == 3
    assert [reply for post in stage.posts() for reply in stage.replies(post)] == []


def test_what_moved_elsewhere_beside_a_change_through_the_bot_is_told_by_itself(stage: Stage):
    made = stage.add("Win the Nordics", "growth")
    metric = stage.add_key_result(made)
    stage.follow("#growth")
    stage.look()
    stage.world.okr('update "Win the Nordics" +#board')
    stage.check_in(metric, 50)
    stage.tell()
    assert stage.look_and_send() == 1
    (post,) = stage.posts()
    (reply,) = stage.replies(post)
    assert "Progress moved" in text_of(reply)
    assert "Tags" not in text_of(reply)


# An API that fails


def test_an_api_that_breaks_off_in_the_middle_of_the_list(distant: Stage, api: DistantQuantive):
    api.misbehave(v1_page=10)
    goal = ids(api)[0]
    del api.goals[goal]
    api.fail(passes=2, times=4, drop="before", only=("GET",))
    look_in_vain(distant)
    assert distant.posts() == []
    api.recover()
    assert distant.look_and_send() == 1
    (post,) = distant.posts()
    assert "Deleted" in text_of(post)


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 200, "body": HTML}, {"status": 401}, {"drop": "after"}])
def test_an_api_that_answers_with_anything_else(distant: Stage, api: DistantQuantive, fault: dict[str, Any]):
    api.fail(times=100, **fault)
    for _ in range(2):
        look_in_vain(distant)
    api.recover()
    assert distant.look_and_send() == 0
    assert distant.posts() == []


def test_a_list_that_is_too_short_for_a_while(distant: Stage, api: DistantQuantive):
    everything = dict(api.goals)
    answer = api._list

    def shortened(version: str, kind: str, query: Any) -> Any:
        listed = answer(version, kind, query)
        return {"items": listed["items"][:5], "totalCount": 5} if kind == "goals" else listed

    api._list = shortened  # type: ignore[method-assign]
    for _ in range(4):
        before = len(api.calls)
        assert distant.look_and_send() == 0
        asked = [call for call in api.calls[before:] if "/goals/" in call.path]
        assert 0 < len(asked) <= MOST_DOUBTED
    api._list = answer  # type: ignore[method-assign]
    assert distant.look_and_send() == 0
    assert distant.posts() == []
    assert len(everything) == distant.notifier.sightings.count(TEAM_ID)


def test_a_list_that_is_empty_is_none(distant: Stage, api: DistantQuantive):
    kept = dict(api.goals)
    api.goals.clear()
    for _ in range(3):
        assert distant.look_and_send() == 0
    api.goals.update(kept)
    assert distant.look_and_send() == 0
    assert distant.posts() == []


def test_a_first_look_at_a_short_list_makes_nothing_new_later(make_world: Callable[..., World], api: DistantQuantive):
    stage = Stage(make_world, api=api)
    stage.follow("#growth")
    for goal in api.goals.values():
        goal["dateCreated"] = (stage.clock()).isoformat().replace("+00:00", "Z")
    hidden = [api.goals.pop(one) for one in ids(api)[3:]]
    stage.clock.move(minutes=10)
    stage.look()
    api.goals.update({goal["id"]: goal for goal in hidden})
    assert stage.look_and_send() == 0
    assert stage.posts() == []
    stage.close()


@pytest.mark.usefixtures("small_batches")
def test_a_first_look_that_breaks_off_is_made_anew(make_world: Callable[..., World], api: DistantQuantive):
    stage = Stage(make_world, api=api)
    stage.follow("#growth")
    api.misbehave(v1_page=10)
    api.fail(passes=2, times=100, status=500, only=("GET",))
    look_in_vain(stage)
    assert 0 < stage.notifier.sightings.count(TEAM_ID) < 30
    api.recover()
    gone = api.goals.pop(ids(api)[0])
    api.goals[ids(api)[0]]["name"] = "Renamed meanwhile"
    assert stage.look_and_send() == 0
    assert stage.look_and_send() == 0
    assert stage.posts() == []
    assert gone["id"] not in set(stage.notifier.sightings.ids(TEAM_ID))
    stage.close()


def test_after_an_outage_what_happened_meanwhile_is_told_once(distant: Stage, api: DistantQuantive):
    api.shut()
    for _ in range(3):
        look_in_vain(distant)
        distant.clock.move(hours=2)
    renamed, deleted = ids(api)[:2]
    api.goals[renamed]["name"] = "Another name"
    del api.goals[deleted]
    api.reopen()
    assert distant.look_and_send() == 2
    assert sorted(one["text"].partition(",")[0] for one in distant.posts()) == [
        "Another name: renamed",
        "Objective 1: deleted or no longer visible to me",
    ]


def test_a_real_deletion_is_confirmed_by_asking_for_the_objective_itself(distant: Stage, api: DistantQuantive):
    goal = ids(api)[4]
    del api.goals[goal]
    before = len(api.calls)
    assert distant.look_and_send() == 1
    assert [call.path for call in api.calls[before:] if goal in call.path] == [f"/api/v1/goals/{goal}"]
    assert "Deleted" in text_of(distant.posts()[0])


def test_one_that_may_not_be_seen_any_more_was_not_deleted_and_ends_no_look(distant: Stage, api: DistantQuantive):
    goal, renamed = ids(api)[:2]
    api.goals[goal]["name"] = "Not to be told any more"
    assert distant.look() == 1
    hidden = api.goals.pop(goal)
    api.goals[renamed]["name"] = "Another name"
    answer = api._goal

    def deny(goal_id: str) -> Any:
        if goal_id == goal:
            raise Refusal(403, "not for you")
        return answer(goal_id)

    api._goal = deny  # type: ignore[method-assign]
    assert distant.look_and_send() == 1
    assert distant.look_and_send() == 0
    api._goal = answer  # type: ignore[method-assign]
    api.goals[goal] = hidden
    assert distant.look_and_send() == 0
    assert len(distant.posts()) == 1


def test_many_that_lists_leave_out_hide_no_deletion_for_ever(distant: Stage, api: DistantQuantive):
    answer = api._list
    left_out = set(ids(api)[5:])

    def without(version: str, kind: str, query: Any) -> Any:
        listed = answer(version, kind, query)
        items = [one for one in listed["items"] if one["id"] not in left_out]
        return {"items": items, "totalCount": len(items)} if kind == "goals" else listed

    api._list = without  # type: ignore[method-assign]
    distant.follow("session:all")
    distant.look()
    del api.goals[ids(api)[5 + 2 * MOST_DOUBTED + 1]]
    assert sum(distant.look_and_send() for _ in range(4)) == 1
    assert len(distant.posts()) == 1


def test_an_account_without_v2_is_looked_at_all_the_same(distant: Stage, api: DistantQuantive):
    for way in ("404", "400", "html", "redirect"):
        api.misbehave(v2=way)
        api.goals[ids(api)[0]]["name"] = f"Objective without {way}"
        assert distant.look_and_send() == 1


def test_a_look_holds_the_ids_and_a_batch_however_many_objectives_there_are(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    def listed(count: int, changed: int) -> Iterator[tuple[Objective, bool]]:
        for number in range(count):
            text = f"Description {'changed' if number < changed else ''} of objective {number}, " * 20
            yield Objective(f"{number:024x}", f"Objective {number}", tags=("growth",), description=text), True

    def peak(count: int, changed: int = 0) -> int:
        monkeypatch.setattr(stage.notifier.poll._api, "look", lambda: listed(count, changed))
        gc.collect()
        tracemalloc.reset_peak()
        held, _ = tracemalloc.get_traced_memory()
        assert stage.look() == changed
        return tracemalloc.get_traced_memory()[1] - held

    stage.follow("#growth")
    collects = gc.get_threshold()
    gc.set_threshold(200)  # what is held is measured, not what waits to be collected
    tracemalloc.start()
    try:
        few = [peak(1_500), peak(1_500), peak(1_500, 20)]
        stage.notifier.sightings.forget(TEAM_ID)
        many = [peak(6_500), peak(6_500), peak(6_500, 20)]
    finally:
        tracemalloc.stop()
        gc.set_threshold(*collects)
    assert [(after - before) / 5_000 < 200 for before, after in zip(few, many, strict=True)] == [True] * 3, (few, many)


# When is looked


def test_a_look_that_fails_is_not_begun_anew_at_once_and_one_that_holds_is_another_processes(
    distant: Stage, api: DistantQuantive
):
    notifier, clock = distant.notifier, distant.clock
    clock.move(minutes=2)
    assert notifier.look_if_due(TEAM_ID)
    assert not notifier.look_if_due(TEAM_ID)
    clock.move(seconds=61)
    api.fail(times=1000, status=500)
    waits = []
    for _ in range(4):
        since = clock().timestamp()
        while not notifier.look_if_due(TEAM_ID):
            clock.move(seconds=10)
        waits.append(clock().timestamp() - since)
    assert waits[0] == 0
    assert [60 <= waits[1] <= 80, 120 <= waits[2] <= 140, 240 <= waits[3] <= 260] == [True] * 3
    api.recover()
    clock.move(hours=1)
    assert notifier.sightings.lease(TEAM_ID, "another", clock().timestamp(), 60)
    assert not notifier.look_if_due(TEAM_ID)
    clock.move(minutes=3)
    assert notifier.look_if_due(TEAM_ID)


def test_where_nobody_follows_any_more_nothing_is_looked_at_and_all_is_forgotten(distant: Stage, api: DistantQuantive):
    notifier, follows = distant.notifier, distant.world.bot.follows
    (only,) = follows.every(TEAM_ID)
    follows.remove(TEAM_ID, only.id)
    before = len(api.calls)
    distant.clock.move(minutes=5)
    notifier._look()
    assert len(api.calls) == before
    assert notifier.sightings.teams() == []
    assert notifier.sightings.count(TEAM_ID) == 0
    api.goals[ids(api)[0]]["name"] = "Renamed meanwhile"
    distant.follow("#growth")
    notifier._look()
    assert notifier.sightings.count(TEAM_ID) == 30
    distant.send()
    assert distant.posts() == []


def test_what_is_old_is_taken_out(distant: Stage, api: DistantQuantive):
    api.goals[ids(api)[0]]["name"] = "Another name"
    distant.look_and_send()
    notifier = distant.notifier
    notifier.tidy()
    with notifier.outbox.begin() as connection:
        assert connection.exec_driver_sql("select count(*) from past").scalar() == 1
    distant.clock.move(days=61)
    notifier.tidy()
    assert notifier.sightings.count(TEAM_ID) == 30
    with notifier.outbox.begin() as connection:
        assert connection.exec_driver_sql("select count(*) from past").scalar() == 0
        assert connection.exec_driver_sql("select count(*) from announcements").scalar() == 0
        assert connection.exec_driver_sql("select count(*) from threads").scalar() == 0


def test_the_lost_right_to_ask_is_no_error_of_the_objectives(distant: Stage, api: DistantQuantive):
    del api.goals[ids(api)[0]]
    api.fail(passes=1, times=4, status=500, only=("GET",))
    with pytest.raises(OkrApiUnavailable):
        distant.look()
    api.recover()
    assert distant.look_and_send() == 1
