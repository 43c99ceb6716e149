"""Whatever is in an objective or a subscription, every message keeps every limit of Slack and mentions nobody."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from bot.embedded.workspace.blockkit import faults_in_message
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
from bot.notify.digest import Digest
from bot.notify.digest_message import digest_message, reminder_message
from bot.notify.snapshots import remember
from bot.objectives.model import Objective
from bot.objectives.subscriptions import Reminder, State, Subscription
from bot.views.message import Message
from tests.golden_files import as_json
from tests.made_digests import make_digest
from tests.sample_objectives import NOW, ONBOARDING, many
from tests.test_views_limits import EXTREMES, faults, objectives, odd

WEEK_AGO = NOW - timedelta(days=7)
KINDS = tuple(Kind)
ALONE = tuple((kind,) for kind in Kind)
LAST_DAY = datetime(2199, 12, 31, tzinfo=UTC)


def subscriptions(word: str) -> Iterator[Subscription]:
    """A subscription in every state, with this word wherever a word may stand."""
    usual = Subscription("5e1f", "T1", "C012AB3CD", word, "instant", "U1", NOW, word)
    yield usual
    yield replace(usual, cadence=word, only=(*KINDS, word), except_me=True, is_silent=True, spoke_at=NOW)
    yield replace(usual, cadence="weekly monday 9:00", is_silent=True, channel_id=f"D{word}"[:100], spoke_at=LAST_DAY)
    yield replace(usual, state=State.WAITING, only=tuple(KINDS), except_me=True)
    yield replace(usual, state=State.STOPPED, channel_id=word)
    yield replace(usual, paused_until=LAST_DAY, except_me=True)


def every_card(objective: Objective, word: str) -> Iterator[tuple[str, Message]]:
    """Every card of a subscription and of a reminder."""
    everything = [*subscriptions(word)]
    for one in everything:
        yield "subscribed", subscribed(one, word, [objective] * 9, 12_345, word, NOW)
        yield "subscribed-changed", subscribed(one, word, [], 0, word, NOW, is_new=False)
        yield "channel-card", channel_card(one, word, word, NOW)
        yield "already-there", already_there(one, word, word, NOW)
        yield "removed", removed(one, word, NOW)
        yield "paused", paused(one, word, NOW)
        yield "waiting", waiting_for_invitation(one, word, NOW)
        yield "cannot-speak", cannot_speak(one, word, word)
    lines = [SubscriptionLine(one, word, word) for one in everything] * 3
    for may_see_all in (False, True):
        yield (
            "subscriptions",
            subscriptions_page(
                lines, title=word, now=NOW, first=11, total=500, previous_line=word, next_line=word,
                may_see_all=may_see_all, is_all=not may_see_all,
            ),
        )  # fmt: skip
        yield "none", subscriptions_page([], title=word, now=NOW, first=1, total=0, may_see_all=may_see_all)
    for cadence in ("weekly monday 9:00", "weekly saturday 9:00", "daily 23:59", "instant", word):
        reminder = Reminder("T1", "U1", cadence, word, NOW)
        yield "reminder-set", reminder_set(reminder, NOW)
        yield "reminder-snoozed", reminder_set(replace(reminder, snoozed_until=LAST_DAY), NOW)
        yield "reminder", reminder_message([(objective, 12_345)] * 30, NOW, reminder)
    yield "reminder-stopped", reminder_stopped()


def every_announcement(objective: Objective, other: Objective, word: str) -> Iterator[tuple[str, Message]]:
    """Every message on what happened to an objective."""
    told: list[Announcement] = []
    for before in (None, other, replace(other, is_private=True)):
        for kinds in (KINDS, (), *ALONE):
            told.append(Announcement(objective, before, kinds, word, LAST_DAY, word))
            told.append(replace(told[-1], who="", is_direct=True))
    for one in told:
        yield f"parent {one.kinds}", parent(one, NOW, count=12_345, first=one)
        yield f"reply {one.kinds}", reply(one, NOW)
    burst = [replace(one, objective=replace(objective, id=f"o{number}")) for number, one in enumerate(told)]
    yield "summary", summary(burst, NOW, because=word)
    yield "summary of one", summary(told, NOW, because=word)
    yield "summary of none", summary([], NOW, because=word)


def every_digest(objective: Objective, other: Objective, word: str) -> Iterator[tuple[str, Message]]:
    """Every kind of digest."""
    for number, digest in enumerate(digests(objective, other)):
        for options in ({}, {"subscription_id": "5e1f"}, {"shared_by": word}):
            shown = digest_message(digest, word, word, NOW, query=word, **options)
            yield f"digest {number} {options}", shown
            if shown.plain:
                yield f"plain digest {number} {options}", shown.plain


def digests(objective: Objective, other: Objective) -> Iterator[Digest]:
    behind = replace(objective, progress=-3.0, key_results=(), state="active", is_private=False)
    done = replace(objective, progress=12.7, is_private=False)
    same = [Tracked(replace(behind, id=f"o{number}"), remember(behind), WEEK_AGO) for number in range(12)]
    moved = [
        Tracked(replace(one, id=f"o{number}", name=one.name), remember(replace(other, progress=0.4)), WEEK_AGO)
        for number, one in enumerate([behind, done] * 20)
    ]
    yield make_digest([], NOW)
    yield make_digest([], NOW, WEEK_AGO)
    yield make_digest(same, NOW)
    yield make_digest(same, NOW, WEEK_AGO)
    yield make_digest(same, NOW, WEEK_AGO, lost=[behind] * 1_234)
    yield make_digest(moved[:12], NOW, WEEK_AGO, lost=[done])
    yield make_digest(moved, NOW, WEEK_AGO)
    yield make_digest(moved, NOW, WEEK_AGO, lost=[behind] * 3, only=Kind)


def every_view(objective: Objective, other: Objective, word: str) -> Iterator[tuple[str, Message]]:
    yield from every_card(objective, word)
    yield from every_announcement(objective, other, word)
    yield from every_digest(objective, other, word)


def wrong(message: Message) -> list[Any]:
    """What is wrong with a message: our own list of limits, and the local workspace's."""
    shown = as_json(message)
    # A day with its weekday is the one date that only these messages have.
    plain = json.loads(json.dumps(shown).replace("{date_long_pretty}", "{date_short}"))
    plain["blocks"] = [block for block in plain["blocks"] if block["type"] != "data_visualization"]
    return [*faults(plain), *faults_in_message(shown)]


@pytest.mark.parametrize("name", EXTREMES)
def test_the_largest_and_the_oddest_objectives_keep_every_limit(name: str) -> None:
    other = replace(EXTREMES["huge"], id="64b0", state="abandoned")
    for view, shown in every_view(EXTREMES[name], other, "Objectives tagged #growth"):
        assert wrong(shown) == [], view


@pytest.mark.parametrize(
    "word",
    ["", " ", "\x00", "My objectives", "<!channel> & `*", "&" * 9000, "line\n" * 900, "*_~`" * 300],
    ids=lambda word: repr(word[:9]),
)
def test_any_word_said_in_a_message_keeps_every_limit(word: str) -> None:
    for view, shown in every_view(ONBOARDING, EXTREMES["bare"], word):
        assert wrong(shown) == [], view


@pytest.mark.parametrize("progress", [-3.0, 12.7, 1e300, float("nan"), float("inf")])
def test_any_progress_keeps_every_limit(progress: float) -> None:
    for view, shown in every_view(replace(ONBOARDING, progress=progress), ONBOARDING, "#growth"):
        assert wrong(shown) == [], view


def test_an_objective_of_five_hundred_tags_and_no_owner_keeps_every_limit() -> None:
    objective = replace(ONBOARDING, tags=tuple(f"tag{number}" for number in range(500)), owners=())
    for other in (ONBOARDING, replace(objective, tags=tuple(reversed(objective.tags[:250])))):
        for view, shown in every_view(objective, other, "#growth"):
            assert wrong(shown) == [], view


def test_a_burst_of_ten_thousand_is_one_message() -> None:
    burst = [Announcement(one, None, (Kind.CREATED,), "Ada Lovelace", NOW, "Objectives") for one in many(10_000)]
    shown = summary(burst, NOW, because="Objectives")
    assert wrong(shown) == []
    assert "and 9,990 more" in shown.text


@settings(max_examples=15, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(objectives, objectives, odd)
def test_any_objective_and_any_word_keep_every_limit_and_mention_nobody(
    objective: Objective, other: Objective, word: str
) -> None:
    for view, shown in every_view(objective, other, word):
        assert wrong(shown) == [], view
