"""What channels are told: what changed and by whom, only what was asked for, nothing private, and what one can do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.notify.announcements import Announcement, parent, reply, summary
from bot.notify.attention import Tracked
from bot.notify.cards import (
    SubscriptionLine,
    cannot_speak,
    channel_card,
    paused,
    reminder_set,
    removed,
    subscribed,
    subscriptions_page,
)
from bot.notify.differences import Kind
from bot.notify.digest_message import digest_message, reminder_message
from bot.notify.snapshots import remember
from bot.notify.wording import YOU, heading, pack, subject
from bot.objectives.model import KeyResult, Objective, Status
from bot.objectives.subscriptions import Reminder, State, Subscription
from bot.views.message import Message
from tests.made_digests import make_digest
from tests.sample_objectives import CUSTOMERS, GRACE, NOW, ONBOARDING, Q3, SETUP, many
from tests.test_views_cards import buttons, shown

ID = ONBOARDING.id
TITLE = "Objectives tagged #growth"
SUBSCRIPTION = Subscription("5e1f", "T1", "C012AB3CD", "#growth", "instant", "U1", NOW, "Europe/Berlin")
WEEKLY = replace(SUBSCRIPTION, cadence="weekly monday 9:00")
BEFORE = replace(
    ONBOARDING,
    name="Cut onboarding",
    owners=(GRACE,),
    session=Q3,
    tags=("growth", "draft"),
    description="So that customers sign up in a month and never call.",
    progress=0.55,
    state="",
    key_results=(replace(CUSTOMERS, confidence=0.5), SETUP),
)


def told(
    *kinds: Kind, before: Objective | None = BEFORE, who: str = "Ada Lovelace", after: Objective = ONBOARDING
) -> str:
    return shown(reply(Announcement(after, before, kinds, who, NOW, TITLE), NOW))


LINES = {
    Kind.RENAMED: "*Name*  ~Cut onboarding~ → Cut onboarding time to a day",
    Kind.OWNER: "*Owner*  ~Grace Hopper~ → Ada Lovelace",
    Kind.SESSION: "*Session*  ~Q3 2026~ → Q4 2026",
    Kind.RETAGGED: "*Tags*  + #onboarding   − #draft",
    Kind.DESCRIBED: "*Description*  … sign up in a ~month~ → *week* and never call.",
    Kind.PROGRESS: "*Progress*  ~55 %~ → ▰▰▰▰▰▰▱▱▱▱ 62 %",
    Kind.CONFIDENCE: "*Confidence*  Reach 100 customers: ~50 %~ → 80 %",
}


@pytest.mark.parametrize("kind", LINES)
def test_each_field_is_told_old_and_new_and_no_other_one(kind: Kind) -> None:
    assert told(kind).split("\n")[1:] == [LINES[kind]]


@pytest.mark.parametrize("kind", [Kind.JOINED, Kind.LEFT])
def test_why_it_matches_or_does_not_any_more_is_told(kind: Kind) -> None:
    assert set(told(kind).split("\n")[1:]) == set(LINES.values())


@pytest.mark.parametrize("kind", [Kind.COMPLETED, Kind.REOPENED, Kind.CLOSED, Kind.BEHIND, Kind.ON_TRACK])
def test_how_it_stands_is_told_with_its_progress(kind: Kind) -> None:
    assert told(kind).split("\n")[1:] == [LINES[Kind.PROGRESS]]


def test_a_state_that_somebody_set_is_told() -> None:
    text = told(Kind.CLOSED, after=replace(BEFORE, state="abandoned"))
    assert text.split("\n")[1:] == ["*State*  ~active~ → abandoned"]


@pytest.mark.parametrize("kind", [Kind.JOINED, Kind.PROGRESS])
def test_of_what_was_private_nothing_is_told(kind: Kind) -> None:
    announcement = Announcement(ONBOARDING, replace(BEFORE, is_private=True), (kind,), "", NOW, TITLE)
    for message in (
        parent(announcement, NOW, count=0),
        reply(announcement, NOW),
        summary([announcement] * 11, NOW, because=TITLE),
    ):
        assert not any(old in message.text + shown(message) for old in ("Grace", "Q3", "draft", "month", "55 %", "→"))


def test_confidence_in_many_key_results_is_told_for_three() -> None:
    results = tuple(KeyResult(f"k{n}", f"Result {n}", confidence=0.5) for n in range(5))
    before = replace(BEFORE, key_results=tuple(replace(one, confidence=None) for one in results))
    lines = told(Kind.CONFIDENCE, before=before, after=replace(ONBOARDING, key_results=results)).split("\n")[1:]
    assert lines == [
        *(f"*Confidence*  Result {n}: ~none~ → 50 %" for n in range(3)),
        "*Confidence*  of 2 more",
    ]


def test_the_most_important_kind_is_said_first() -> None:
    assert told(Kind.PROGRESS, Kind.DESCRIBED, Kind.RENAMED).startswith(
        "*Renamed, progress moved, description changed* · Ada Lovelace · "
    )
    assert told(Kind.PROGRESS, Kind.COMPLETED).startswith("*Completed* · ")


@pytest.mark.parametrize(
    ("kinds", "before", "said"),
    [
        ((Kind.PROGRESS,), BEFORE, "*Progress moved* · in the web app · noticed <!date"),
        ((Kind.DELETED,), BEFORE, "*Deleted or no longer visible to me* · in the web app · noticed <!date"),
        ((Kind.BEHIND,), ONBOARDING, "*Fell behind* · <!date"),
        ((Kind.LEFT,), ONBOARDING, "*No longer matches* · <!date"),
        ((Kind.BEHIND,), BEFORE, "*Fell behind* · in the web app · noticed <!date"),
    ],
)
def test_what_nobody_did_here_was_done_in_the_web_app_or_by_time(
    kinds: tuple[Kind, ...], before: Objective, said: str
) -> None:
    assert told(*kinds, before=before, who="").startswith(said)


def test_a_channel_can_look_mute_and_change_what_it_follows() -> None:
    announcement = Announcement(ONBOARDING, BEFORE, (Kind.PROGRESS,), "Ada Lovelace", NOW, TITLE)
    assert buttons(parent(announcement, NOW, count=0)) == [
        ("View", f"run.0 show {ID}"),
        ("Mute this", f"run.1 mute {ID}"),
        ("Settings", "run.2 subscriptions"),
    ]
    assert buttons(reply(announcement, NOW)) == []


def test_what_was_deleted_has_no_page_any_more() -> None:
    message = parent(Announcement(ONBOARDING, ONBOARDING, (Kind.DELETED,), "Ada Lovelace", NOW, TITLE), NOW, count=0)
    assert ONBOARDING.url not in shown(message)
    assert buttons(message) == [("Settings", "run.0 subscriptions")]


def test_what_was_deleted_is_not_said_to_be_behind_or_without_progress() -> None:
    young = replace(ONBOARDING, progress=0.0, created=None)
    message = parent(Announcement(young, young, (Kind.DELETED,), "", NOW, TITLE), NOW, count=0)
    assert young.status(NOW) is Status.NO_PROGRESS
    assert "no progress" not in shown(message) + message.text
    assert f"0 % · {young.owners[0].name} · Q4 2026" in shown(message)


def test_a_direct_message_is_no_channel() -> None:
    announcement = Announcement(ONBOARDING, BEFORE, (Kind.PROGRESS,), "", NOW, TITLE, is_direct=True)
    assert "Because you follow objectives tagged #growth" in parent(announcement, NOW, count=0).text


def test_how_much_is_in_the_thread_is_said_once_there_is_something() -> None:
    announcement = Announcement(ONBOARDING, BEFORE, (Kind.PROGRESS,), "", NOW, TITLE)
    assert "in the thread" not in parent(announcement, NOW, count=0).text
    assert "1 change in the thread" in shown(parent(announcement, NOW, count=1))


def test_a_summary_counts_objectives_not_changes() -> None:
    one = Announcement(ONBOARDING, BEFORE, (Kind.PROGRESS,), "Ada Lovelace", NOW, TITLE)
    more = [Announcement(each, None, (Kind.CREATED,), "Grace Hopper", NOW, TITLE) for each in many(11)]
    message = summary([one, replace(one, kinds=(Kind.RENAMED,)), *more], NOW, because=TITLE)
    assert message.text.startswith("12 objectives changed, <!date")
    assert "11 created, 1 renamed, 1 progress moved" in message.text
    assert "a day, renamed, progress moved, 55 % → 62 %, Ada Lovelace\n" in message.text
    assert "and 2 more" in message.text


def test_no_name_becomes_a_mention() -> None:
    announcement = Announcement(
        replace(ONBOARDING, name="<!channel> <@U012AB3CD>"), None, (Kind.CREATED,), "<@U012AB3CD>", NOW, "<!here>"
    )
    for message in (parent(announcement, NOW, count=0), summary([announcement] * 11, NOW, because="<!here>")):
        assert not any(ping in message.text + shown(message) for ping in ("<!channel", "<!here", "<@"))


@pytest.mark.parametrize(
    ("title", "whose", "said"),
    [
        (TITLE, YOU, "objectives tagged #growth"),
        ("All objectives, behind", YOU, "all objectives, behind"),
        ("My objectives in Q4 2026", YOU, "your objectives in Q4 2026"),
        ("My objectives in Q4 2026", "Ada Lovelace", "objectives of Ada Lovelace in Q4 2026"),
        ("My objectives", "", "objectives of whoever set this up"),
        ("#growth", YOU, "what matches #growth"),
        (" ", YOU, "objectives"),
    ],
)
def test_what_is_followed_fits_a_sentence(title: str, whose: str, said: str) -> None:
    assert subject(title, whose) == said
    assert heading(title, whose) == said[0].upper() + said[1:]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "I say when one is created, changed, moved in progress"),
        ({"only": ("done", "behind")}, "I say when one is done or falls behind, and nothing else."),
        (
            {"only": ("owner",), "except_me": True},
            "gets another owner, and nothing else. What Ada &lt;3 changes with /okr is left out.",
        ),
        ({"except_me": True, "channel_id": "D1"}, "What you change with /okr is left out."),
        ({"cadence": "daily 9:00"}, "when nothing changed, it is one line."),
        ({"cadence": "daily 9:00", "is_silent": True}, "when nothing changed, there is none."),
        (
            {"cadence": "daily 9:00", "only": ("done", "behind"), "except_me": True},
            "Each digest holds those that were finished or are behind, and nothing else; when there is nothing new, it "
            "is one line. What Ada &lt;3 changes with /okr is left out, but not what needs someone.",
        ),
    ],
)
def test_what_will_be_told_is_said_in_words(options: dict[str, object], said: str) -> None:
    subscription = replace(SUBSCRIPTION, **options)
    for message in (
        subscribed(subscription, TITLE, (), 0, "Ada <3", NOW, is_new=False),
        channel_card(subscription, TITLE, "Ada <3", NOW),
    ):
        assert said in message.text
        assert said in shown(message)


def test_who_subscribes_is_told_alone_only_what_the_card_beside_does_not_say() -> None:
    mine = subscribed(SUBSCRIPTION, TITLE, many(1), 1, "Ada", NOW)
    card = channel_card(SUBSCRIPTION, TITLE, "Ada", NOW)
    assert "This channel now follows" in mine.text and "1 matches now:" in mine.text
    assert buttons(mine) == []
    assert not set(mine.text.split("\n")) & set(card.text.split("\n"))


@pytest.mark.parametrize(
    ("count", "total", "said"),
    [
        (0, 0, "None matches now."),
        (1, 1, "1 matches now:"),
        (3, 3, "3 match now:"),
        (3, 2700, "2,700 match now, such as:"),
    ],
)
def test_what_matches_now_is_counted(count: int, total: int, said: str) -> None:
    assert said in subscribed(SUBSCRIPTION, TITLE, many(count), total, "Ada", NOW).text


def test_a_card_says_why_it_is_silent_and_offers_what_can_be_done() -> None:
    silent = {
        "It is paused until": replace(SUBSCRIPTION, paused_until=NOW + timedelta(days=1)),
        "I am not in this channel yet": replace(SUBSCRIPTION, state=State.WAITING),
        "Resume tries again": replace(SUBSCRIPTION, state=State.STOPPED),
    }
    labels = {
        said: [label for label, _ in buttons(channel_card(one, TITLE, "Ada", NOW))] for said, one in silent.items()
    }
    for said, one in silent.items():
        assert said in channel_card(one, TITLE, "Ada", NOW).text
    assert [*labels.values()] == [["Edit", "Resume", "Remove"], ["Edit", "Remove"], ["Edit", "Resume", "Remove"]]


def test_a_digest_says_when_the_next_one_comes_unless_it_is_silent() -> None:
    assert "Next digest" in channel_card(WEEKLY, TITLE, "Ada", NOW).text
    assert (
        "Next digest" not in channel_card(replace(WEEKLY, paused_until=NOW + timedelta(days=1)), TITLE, "Ada", NOW).text
    )


def test_a_pause_that_is_over_is_no_pause() -> None:
    assert paused(replace(SUBSCRIPTION, paused_until=NOW), TITLE, NOW).text.startswith("Resumed. This channel follows")


def test_what_was_removed_can_be_had_again_unless_it_would_be_another_persons() -> None:
    assert buttons(removed(WEEKLY, TITLE, NOW)) == [("Subscribe again", "run.0 subscribe #growth weekly monday 9:00")]
    assert buttons(removed(replace(WEEKLY, query="owner:me"), TITLE, NOW)) == []
    assert buttons(removed(replace(WEEKLY, cadence="weekly funday"), TITLE, NOW)) == []


def test_the_channels_are_named_where_there_are_several() -> None:
    lines = [SubscriptionLine(SUBSCRIPTION, TITLE, "Ada"), SubscriptionLine(WEEKLY, TITLE, "Ada")]
    one = subscriptions_page(lines, title="", now=NOW, first=1, total=2)
    every = subscriptions_page(lines, title="", now=NOW, first=1, total=2, may_see_all=True, is_all=True)
    assert "<#" not in one.text + shown(one)
    assert every.text.count("<#C012AB3CD>") == shown(every).count("<#C012AB3CD>") == 2
    assert "All channels" not in dict(buttons(every))


def test_who_set_it_up_hears_how_it_goes_on() -> None:
    assert "resume" in cannot_speak(SUBSCRIPTION, TITLE, "the channel is archived").text
    waiting = cannot_speak(replace(SUBSCRIPTION, state=State.WAITING), "My objectives", "I am not in it any more")
    assert "`/invite @OKRs` in the channel, and it goes on." in waiting.text
    assert "your objectives" in waiting.text


@pytest.mark.parametrize(
    ("now", "due"),
    [(datetime(2026, 11, 20, 9, 0, tzinfo=UTC), "23 Nov"), (datetime(2026, 11, 24, 7, 0, tzinfo=UTC), "24 Nov")],
)
def test_a_daily_reminder_is_never_due_at_the_weekend(now: datetime, due: str) -> None:
    reminder = Reminder("T1", "U1", "daily 9:00", "Europe/Berlin", NOW)
    assert f"|{due} 2026, 08:00 UTC>" in reminder_set(reminder, now).text


def test_a_reminder_can_be_put_off_and_stopped() -> None:
    reminder = Reminder("T1", "U1", "daily 9:00", "Europe/Berlin", NOW)
    assert buttons(reminder_message([(ONBOARDING, 21)], NOW, reminder)) == [
        ("View", f"run.0 show {ID}"),
        ("Snooze a day", "run.0 remind snooze day"),
        ("Snooze a week", "run.1 remind snooze week"),
        ("Stop", "run.2 remind stop"),
    ]
    assert reminder_set(replace(reminder, snoozed_until=NOW + timedelta(days=1)), NOW).text.startswith("Snoozed until")


MOVED = make_digest(
    [Tracked(ONBOARDING, remember(replace(ONBOARDING, progress=0.4)), NOW)], NOW, NOW - timedelta(days=7)
)
QUIET = make_digest([Tracked(ONBOARDING, remember(ONBOARDING), NOW)], NOW, NOW - timedelta(days=7))


def digest(**options: str) -> Message:
    return digest_message(MOVED, "My objectives", "daily", NOW, query="owner:me", **options)


@pytest.mark.parametrize(
    ("options", "heading", "offered"),
    [
        ({}, "Your objectives", {"Show all": "run.0 search owner:me", "Share": "run.1 share-digest owner:me"}),
        (
            {"subscription_id": "5e1f"},
            "Objectives of whoever set this up",
            {"Settings": "run.0 subscriptions"},
        ),
        ({"shared_by": "Ada Lovelace"}, "Objectives of Ada Lovelace", {}),
    ],
)
def test_a_digest_is_a_channels_a_persons_or_shared(
    options: dict[str, str], heading: str, offered: dict[str, str]
) -> None:
    message = digest(**options)
    assert message.blocks[0].to_dict()["text"]["text"] == heading
    assert dict(buttons(message)) == offered


@pytest.mark.parametrize(
    ("options", "offered"),
    [({"subscription_id": "5e1f"}, ["Show all", "Settings"]), ({"shared_by": "Ada"}, ["Show all"])],
)
def test_everybody_in_a_channel_can_see_all(options: dict[str, str], offered: list[str]) -> None:
    message = digest_message(MOVED, TITLE, "daily", NOW, query="#growth", **options)
    assert [label for label, _ in buttons(message)] == offered


def test_a_query_that_is_too_long_for_a_button_has_none() -> None:
    message = digest_message(MOVED, TITLE, "", NOW, query="x" * 2000)
    assert buttons(message) == []
    assert buttons(digest_message(QUIET, TITLE, "", NOW, query="x" * 2000)) == []


def test_the_figures_of_the_chart_are_text_too() -> None:
    with_chart = digest()
    without = with_chart.plain
    assert without is not None
    assert [block.to_dict()["type"] for block in with_chart.blocks].count("data_visualization") == 1
    assert "data_visualization" not in [block.to_dict()["type"] for block in without.blocks]
    for message in (with_chart, without):
        assert "Cut onboarding time to a day: 62 %, from 40 %" in shown(message)
        assert "Cut onboarding time to a day: 62 %, from 40 %" in message.text


@pytest.mark.parametrize(("options", "offered"), [({}, "Show all"), ({"subscription_id": "5e1f"}, "Settings")])
def test_nothing_new_is_one_line(options: dict[str, str], offered: str) -> None:
    message = digest_message(QUIET, TITLE, "daily", NOW, query="#growth", **options)
    assert len(message.blocks) == 1
    assert message.text.startswith("Nothing moved in objectives tagged #growth since <!date")
    assert [label for label, _ in buttons(message)] == [offered]


def test_a_query_that_matches_nothing_says_so() -> None:
    nothing = make_digest([], NOW)
    assert "No objective matches now." in digest_message(nothing, TITLE, "", NOW, query="#x").text
    quiet = make_digest([], NOW, NOW - timedelta(days=7))
    assert digest_message(quiet, TITLE, "", NOW, query="#x").text.endswith("None matches now.")


def test_lines_are_packed_into_few_paragraphs() -> None:
    assert pack(["aa", "bb", "cc"], 5) == ["aa\nbb", "cc"]
    assert pack([]) == []
