"""What channels follow, what they muted and who is reminded: on SQLite and on Postgres, each workspace for itself."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.objectives.subscriptions import Reminder, State, Subscription
from bot.store.database import writing
from bot.store.subscriptions import SqlFollows, meaning
from tests.test_store import blank, engine

__all__ = ["blank", "engine"]

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def follows(engine: Engine) -> SqlFollows:
    return SqlFollows(engine)


def subscription(id_: str = "s1", **fields: object) -> Subscription:
    """A subscription of the channel C1 of the workspace T1, made by U1."""
    known = {"team_id": "T1", "channel_id": "C1", "query": "#growth", "cadence": "instant", "made_by": "U1"}
    return Subscription(**{"id": id_, "made_at": NOW, **known, **fields})  # type: ignore[arg-type]


FULL = subscription(
    query='"daily" tag:"Größe 💪" owner:me session:"Q4 2026"',
    cadence="weekly monday 9:00",
    zone="America/Argentina/ComodRivadavia",
    except_me=True,
    only=("done", "behind"),
    is_silent=True,
    state=State.WAITING,
    paused_until=NOW + HOUR,
    spoke_at=NOW - HOUR,
    digested_at=NOW - 2 * HOUR,
)


def test_a_subscription_comes_back_as_it_was_kept(follows: SqlFollows):
    assert follows.add(FULL)
    assert follows.get("T1", "s1") == FULL
    assert follows.of_channel("T1", "C1") == follows.every("T1") == [FULL]
    assert follows.get("T1", "s2") is None


def test_each_workspace_has_its_own(follows: SqlFollows):
    mine, theirs = subscription(), subscription(team_id="T2")
    assert follows.add(mine) and follows.add(theirs)
    assert follows.every("T1") == [mine]
    assert follows.of_channel("T2", "C1") == [theirs]
    assert follows.get("T3", "s1") is None
    assert not follows.remove("T3", "s1")
    assert follows.remove("T1", "s1")
    assert follows.every("T2") == [theirs]
    assert not follows.change(replace(theirs, team_id="T1"))


def test_they_are_in_the_order_in_which_they_were_made(follows: SqlFollows):
    for number, id_ in enumerate(["c", "a", "b"]):
        follows.add(subscription(id_, query=f"#{id_}", channel_id=f"C{number % 2}", made_at=NOW + number * HOUR))
    assert [one.id for one in follows.every("T1")] == ["c", "a", "b"]
    assert [one.id for one in follows.of_channel("T1", "C0")] == ["c", "b"]


@pytest.mark.parametrize(
    ("query", "other"),
    [
        ("#growth", "#Growth"),
        ("#growth #sales", "#sales #growth"),
        ("onboarding time", "Time ONBOARDING"),
        ("#growth", "#growth session:all"),
        ("#growth", "#growth sort:name"),
        ("status:behind status:done", "status:done status:behind"),
        ('owner:"Ada Lovelace"', "owner:“ada  lovelace”"),
        ("#a -#b team:X session:Q4", "session:q4 team:x -#B #A"),
    ],
)
def test_the_same_query_is_there_once_however_it_is_written(follows: SqlFollows, query: str, other: str):
    assert follows.add(subscription(query=query))
    assert not follows.add(subscription("s2", query=other))
    assert follows.every("T1") == [subscription(query=query)]


@pytest.mark.parametrize(
    ("fields"),
    [
        {"query": "-#growth"},
        {"query": "growth"},
        {"query": "#growth session:current"},
        {"cadence": "daily 9:00"},
        {"channel_id": "C2"},
        {"team_id": "T2"},
    ],
)
def test_another_query_cadence_channel_or_workspace_is_another_one(follows: SqlFollows, fields: dict[str, str]):
    assert follows.add(subscription())
    assert follows.add(subscription("s2", **fields))


def test_me_is_whoever_made_it_so_two_may_follow_their_own_in_one_channel(follows: SqlFollows):
    assert follows.add(subscription(query="owner:me"))
    assert follows.add(subscription("s2", query="owner:me", made_by="U2"))
    assert not follows.add(subscription("s3", query="owner:Me", made_by="U2"))
    assert follows.add(subscription("s4", query="#growth"))
    assert not follows.add(subscription("s5", query="#growth", made_by="U2"))


def test_a_query_as_long_as_slack_takes_it_fits_the_index_that_keeps_it_from_being_there_twice(follows: SqlFollows):
    long = " ".join(f"#größe{number}" for number in range(400))
    assert follows.add(subscription(query=long))
    assert not follows.add(subscription("s2", query=long))
    assert len(meaning(long, "U1")) == 64


def test_of_many_who_subscribe_to_the_same_at_once_one_does(engine: Engine):
    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda n: SqlFollows(engine).add(subscription(f"s{n}")), range(8)))
    assert sorted(added) == [False] * 7 + [True]
    assert len(SqlFollows(engine).every("T1")) == 1


def test_a_change_puts_it_in_place_of_the_old_one_and_never_makes_it_one_twice(follows: SqlFollows):
    first, second = subscription(), subscription("s2", query="#sales")
    follows.add(first)
    follows.add(second)
    assert not follows.change(replace(second, query="#GROWTH"))
    assert follows.get("T1", "s2") == second
    changed = replace(second, query="#hiring", cadence="daily 9:00", only=("done",), paused_until=NOW)
    assert follows.change(changed)
    assert follows.get("T1", "s2") == changed
    assert follows.change(replace(changed, paused_until=None))
    assert not follows.change(replace(changed, id="s3"))
    follows.remove("T1", "s2")
    assert not follows.change(changed)


def test_a_change_does_not_take_back_what_the_bot_noted_meanwhile(engine: Engine, follows: SqlFollows):
    read_before = subscription(cadence="daily 9:00", digested_at=NOW)
    follows.add(read_before)
    follows.spoke("T1", "s1", NOW + HOUR)
    with writing(engine) as transaction:
        assert follows.digested(transaction, read_before, NOW + HOUR)
    assert follows.change(replace(read_before, paused_until=NOW + 9 * HOUR))
    kept = follows.get("T1", "s1")
    assert kept is not None
    assert (kept.spoke_at, kept.digested_at, kept.paused_until) == (NOW + HOUR, NOW + HOUR, NOW + 9 * HOUR)
    assert follows.change(replace(read_before, digested_at=None))
    assert follows.change(replace(read_before, digested_at=NOW + 2 * HOUR))
    kept = follows.get("T1", "s1")
    assert kept is not None and kept.digested_at == NOW + 2 * HOUR


def test_to_have_spoken_changes_nothing_else(follows: SqlFollows):
    follows.add(subscription())
    version = follows.version("T1")
    follows.spoke("T1", "s1", NOW)
    follows.spoke("T1", "s2", NOW)
    assert follows.get("T1", "s1") == subscription(spoke_at=NOW)
    assert follows.version("T1") == version


def test_the_hour_of_a_digest_is_taken_once_and_only_with_its_transaction(engine: Engine, follows: SqlFollows):
    known = subscription(cadence="daily 9:00")
    follows.add(known)
    with engine.connect() as transaction:
        assert follows.digested(transaction, known, NOW)
        transaction.rollback()
    assert follows.get("T1", "s1") == known
    with writing(engine) as transaction:
        assert follows.digested(transaction, known, NOW)
        assert not follows.digested(transaction, known, NOW)
    taken = follows.get("T1", "s1")
    assert taken == replace(known, digested_at=NOW)
    with writing(engine) as transaction:
        assert not follows.digested(transaction, known, NOW + HOUR)
        assert follows.digested(transaction, taken, NOW + HOUR)
        assert not follows.digested(transaction, replace(taken, id="s2"), NOW)


def test_of_many_workers_one_takes_the_hour_of_a_digest(engine: Engine, follows: SqlFollows):
    known = subscription(cadence="daily 9:00")
    follows.add(known)

    def take(_: int) -> bool:
        with writing(engine) as transaction:
            return SqlFollows(engine).digested(transaction, known, NOW)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(take, range(8))) == [False] * 7 + [True]


def test_what_is_muted_is_so_in_its_channel_with_whoever_muted_it_first(follows: SqlFollows):
    follows.mute("T1", "C1", "o2", "U1", is_muted=True)
    follows.mute("T1", "C1", "o1", "U2", is_muted=True)
    follows.mute("T1", "C1", "o2", "U2", is_muted=True)
    assert follows.muted("T1", "C1") == {"o1": "U2", "o2": "U1"}
    assert follows.muted("T1", "C2") == follows.muted("T2", "C1") == {}
    for team_id, channel_id in (("T2", "C1"), ("T1", "C2"), ("T1", "C1"), ("T1", "C1")):
        follows.mute(team_id, channel_id, "o2", "U3", is_muted=False)
    assert follows.muted("T1", "C1") == {"o1": "U2"}


def test_a_person_has_one_reminder(engine: Engine, follows: SqlFollows):
    first = Reminder("T1", "U1", "daily 9:00", "Europe/Berlin", NOW)
    follows.set_reminder(first)
    later = Reminder("T1", "U1", "weekly monday 8:30", "Asia/Tokyo", NOW + HOUR, NOW + 2 * HOUR, NOW - HOUR)
    other = Reminder("T1", "U0", "daily 7:00", "UTC", NOW)
    elsewhere = replace(other, team_id="T2")
    for one in (later, other, elsewhere):
        follows.set_reminder(one)
    assert follows.reminder("T1", "U1") == later
    assert follows.reminders("T1") == [other, later]
    assert follows.reminder("T2", "U1") is None
    assert not follows.remove_reminder("T2", "U1")
    assert follows.remove_reminder("T1", "U1")
    assert not follows.remove_reminder("T1", "U1")
    assert follows.reminders("T1") == [other]
    with writing(engine) as transaction:
        assert follows.reminded(transaction, other, NOW)
        assert not follows.reminded(transaction, other, NOW)
        assert not follows.reminded(transaction, later, NOW)
    assert follows.reminder("T1", "U0") == replace(other, reminded_at=NOW)
    assert follows.reminder("T2", "U0") == elsewhere


def test_the_workspaces_are_those_with_a_subscription_or_a_reminder(follows: SqlFollows):
    assert follows.teams() == []
    follows.mute("T0", "C1", "o1", "U1", is_muted=True)
    follows.add(subscription(team_id="T2"))
    follows.set_reminder(Reminder("T1", "U1", "daily 9:00", "UTC", NOW))
    follows.set_reminder(Reminder("T2", "U1", "daily 9:00", "UTC", NOW))
    assert follows.teams() == ["T1", "T2"]
    follows.remove_reminder("T1", "U1")
    assert follows.teams() == ["T2"]


def test_every_change_that_counts_gives_another_version_to_its_workspace_alone(engine: Engine, follows: SqlFollows):
    seen = [follows.version("T1")]
    known, reminder = subscription(), Reminder("T1", "U1", "daily 9:00", "UTC", NOW)

    def digest() -> None:
        with writing(engine) as transaction:
            follows.digested(transaction, known, NOW)

    for change in (
        lambda: follows.add(known),
        lambda: follows.change(replace(known, except_me=True)),
        digest,
        lambda: follows.mute("T1", "C1", "o1", "U1", is_muted=True),
        lambda: follows.mute("T1", "C1", "o1", "U1", is_muted=False),
        lambda: follows.set_reminder(reminder),
        lambda: follows.remove_reminder("T1", "U1"),
        lambda: follows.remove("T1", "s1"),
    ):
        change()
        seen.append(follows.version("T1"))
    assert len(set(seen)) == len(seen)
    for nothing in (
        lambda: follows.remove("T1", "s1"),
        lambda: follows.change(known),
        lambda: follows.remove_reminder("T1", "U1"),
    ):
        nothing()
    assert follows.version("T1") == seen[-1]
    assert follows.version("T2") == 0
    assert SqlFollows(engine).version("T1") == seen[-1]
