"""What the usual messages of channel notifications look like, as the JSON that Slack gets."""

from dataclasses import replace
from datetime import timedelta

from bot.notify.announcements import Announcement, parent, reply, summary
from bot.notify.attention import Tracked
from bot.notify.cards import (
    SubscriptionLine,
    already_there,
    cannot_speak,
    channel_card,
    paused,
    reminder_set,
    reminder_stopped,
    removed,
    subscribed,
    subscriptions_page,
    waiting_for_invitation,
)
from bot.notify.differences import Kind
from bot.notify.digest_message import digest_message, reminder_message
from bot.notify.snapshots import remember
from bot.objectives.subscriptions import Reminder, State, Subscription
from tests.golden_files import Golden, golden
from tests.made_digests import make_digest
from tests.sample_objectives import GRACE, NOW, ONBOARDING, many

__all__ = ["golden"]

TITLE = "Objectives tagged #growth"
WEEK_AGO = NOW - timedelta(days=7)
SUBSCRIPTION = Subscription(
    "5e1f", "T1", "C012AB3CD", "#growth", "instant", "U012AB3CD", NOW - timedelta(days=20), "Europe/Berlin"
)
DIGEST = replace(SUBSCRIPTION, id="d19e", cadence="weekly monday 9:00", spoke_at=WEEK_AGO)
ONLY = replace(SUBSCRIPTION, id="0417", only=("done", "behind"), except_me=True, channel_id="C999ZZ9ZZ")
PAUSED = replace(SUBSCRIPTION, paused_until=NOW + timedelta(days=1), spoke_at=NOW - timedelta(hours=3))
WAITING = replace(SUBSCRIPTION, state=State.WAITING)
REMINDER = Reminder("T1", "U012AB3CD", "weekly monday 9:00", "Europe/Berlin", NOW - timedelta(days=20))

BEFORE = replace(ONBOARDING, progress=0.55, description="So that customers sign up in a month and never call.")
MOVED = Announcement(ONBOARDING, BEFORE, (Kind.DESCRIBED, Kind.PROGRESS), "Ada Lovelace", NOW, TITLE)
ELSEWHERE = Announcement(ONBOARDING, replace(BEFORE, owners=(GRACE,)), (Kind.OWNER,), "", NOW, TITLE)
CREATED = Announcement(ONBOARDING, None, (Kind.CREATED,), "Ada Lovelace", NOW, TITLE)
DELETED = Announcement(ONBOARDING, ONBOARDING, (Kind.DELETED,), "Ada Lovelace", NOW, TITLE)
FELL_BEHIND = Announcement(
    replace(ONBOARDING, progress=0.2), replace(ONBOARDING, progress=0.2), (Kind.BEHIND,), "", NOW, TITLE
)
BURST = tuple(
    Announcement(one, None, (Kind.CREATED,), "Ada Lovelace", NOW, TITLE)
    if number % 3
    else Announcement(one, replace(one, progress=0.4), (Kind.PROGRESS,), "Ada Lovelace", NOW, TITLE)
    for number, one in enumerate(many(37))
)

STALE = replace(ONBOARDING, id="o2", name="Hire two engineers", progress=0.1, key_results=())
DONE = replace(ONBOARDING, id="o3", name="Answer within an hour", progress=1.0)
TRACKED = (
    Tracked(ONBOARDING, remember(replace(ONBOARDING, progress=0.4)), NOW),
    Tracked(STALE, remember(STALE), NOW - timedelta(days=21)),
    Tracked(DONE, remember(replace(DONE, progress=0.9)), NOW),
)
MOVING = make_digest(TRACKED, NOW, WEEK_AGO, lost=[ONBOARDING])
FIRST = make_digest([Tracked(one.objective, None, one.progressed) for one in TRACKED], NOW)
QUIET = make_digest([Tracked(ONBOARDING, remember(ONBOARDING), NOW)], NOW, WEEK_AGO)
MANY = make_digest([Tracked(one, remember(one), NOW) for one in many(40, STALE)], NOW, WEEK_AGO, lost=[ONBOARDING] * 2)


def test_a_new_subscription(golden: Golden) -> None:
    golden.check("subscribed", subscribed(SUBSCRIPTION, TITLE, many(3), 27, "Ada Lovelace", NOW))


def test_a_changed_subscription(golden: Golden) -> None:
    shown = subscribed(DIGEST, TITLE, (), 0, "Ada Lovelace", NOW, is_new=False)
    golden.check("subscribed-changed", shown)


def test_the_card_of_a_channel(golden: Golden) -> None:
    golden.check("channel-card", channel_card(SUBSCRIPTION, TITLE, "Ada Lovelace", NOW))


def test_the_card_of_a_digest(golden: Golden) -> None:
    golden.check("channel-card-digest", channel_card(DIGEST, TITLE, "Ada Lovelace", NOW))


def test_the_card_of_a_paused_subscription(golden: Golden) -> None:
    golden.check("channel-card-paused", channel_card(PAUSED, TITLE, "Ada Lovelace", NOW))


def test_the_subscriptions_of_a_channel(golden: Golden) -> None:
    lines = [SubscriptionLine(one, TITLE, "Ada Lovelace") for one in (PAUSED, DIGEST, WAITING)]
    shown = subscriptions_page(
        lines, title="What this channel follows", now=NOW, first=1, total=3, previous_line="", next_line=""
    )
    golden.check("subscriptions", shown)


def test_all_subscriptions(golden: Golden) -> None:
    lines = [SubscriptionLine(one, TITLE, "Ada Lovelace") for one in (SUBSCRIPTION, ONLY)]
    shown = subscriptions_page(
        lines, title="Every subscription", now=NOW, first=11, total=32, previous_line="subscriptions all 1",
        next_line="subscriptions all 3", is_all=True,
    )  # fmt: skip
    golden.check("subscriptions-all", shown)


def test_no_subscriptions(golden: Golden) -> None:
    shown = subscriptions_page([], title="What this channel follows", now=NOW, first=1, total=0, may_see_all=True)
    golden.check("subscriptions-none", shown)


def test_the_same_subscription_twice(golden: Golden) -> None:
    golden.check("already-there", already_there(DIGEST, TITLE, "Ada Lovelace", NOW))


def test_a_removed_subscription(golden: Golden) -> None:
    golden.check("subscription-removed", removed(ONLY, TITLE, NOW))


def test_a_paused_subscription(golden: Golden) -> None:
    golden.check("subscription-paused", paused(PAUSED, TITLE, NOW))


def test_a_resumed_subscription(golden: Golden) -> None:
    golden.check("subscription-resumed", paused(SUBSCRIPTION, TITLE, NOW))


def test_a_subscription_that_waits(golden: Golden) -> None:
    golden.check("subscription-waiting", waiting_for_invitation(WAITING, TITLE, NOW))


def test_a_channel_that_takes_nothing(golden: Golden) -> None:
    golden.check("cannot-speak", cannot_speak(SUBSCRIPTION, TITLE, "the channel is archived"))


def test_a_reminder(golden: Golden) -> None:
    golden.check("reminder-set", reminder_set(REMINDER, NOW))


def test_no_reminder_any_more(golden: Golden) -> None:
    golden.check("reminder-stopped", reminder_stopped())


def test_what_somebody_is_reminded_of(golden: Golden) -> None:
    golden.check("reminder", reminder_message([(STALE, 21), (ONBOARDING, 14)], NOW, REMINDER))


def test_a_change(golden: Golden) -> None:
    golden.check("announcement", parent(MOVED, NOW, count=0))


def test_a_later_change_made_elsewhere(golden: Golden) -> None:
    golden.check("announcement-elsewhere", parent(ELSEWHERE, NOW, count=3, first=CREATED))


def test_a_creation(golden: Golden) -> None:
    golden.check("announcement-created", parent(CREATED, NOW, count=0))


def test_a_deletion(golden: Golden) -> None:
    golden.check("announcement-deleted", parent(DELETED, NOW, count=2))


def test_what_time_alone_did(golden: Golden) -> None:
    golden.check("announcement-behind", parent(FELL_BEHIND, NOW, count=0))


def test_a_change_in_the_thread(golden: Golden) -> None:
    golden.check("announcement-reply", reply(MOVED, NOW))


def test_many_changes_at_once(golden: Golden) -> None:
    golden.check("announcement-summary", summary(BURST, NOW, because=TITLE))


def test_a_digest(golden: Golden) -> None:
    shown = digest_message(MOVING, TITLE, "every Monday at 9:00", NOW, query="#growth", subscription_id="d19e")
    golden.check("digest", shown)


def test_a_digest_where_charts_are_refused(golden: Golden) -> None:
    shown = digest_message(MOVING, TITLE, "every Monday at 9:00", NOW, query="#growth", subscription_id="d19e")
    assert shown.plain is not None
    golden.check("digest-without-chart", shown.plain)


def test_the_first_digest_of_a_person(golden: Golden) -> None:
    golden.check("digest-first", digest_message(FIRST, "My objectives", "", NOW, query="owner:me"))


def test_a_digest_of_many(golden: Golden) -> None:
    shown = digest_message(MANY, TITLE, "", NOW, query="#growth", shared_by="Ada Lovelace")
    golden.check("digest-many", shown)


def test_a_digest_without_news(golden: Golden) -> None:
    shown = digest_message(QUIET, TITLE, "every Monday at 9:00", NOW, query="#growth", subscription_id="d19e")
    golden.check("digest-quiet", shown)
