"""What happened between two states of an objective, and the words by which people choose among it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Misunderstood
from bot.notify.differences import ONLY_WORDS, STANDINGS, Kind, choose, end_of_only, parse_only, what_happened
from bot.objectives.model import KeyResult, Objective, Person, Session

NOW = datetime(2026, 11, 15, tzinfo=UTC)
THEN = NOW - timedelta(minutes=1)
Q4 = Session("s4", "Q4 2026", datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC))
OBJECTIVE = Objective(
    "o1",
    "Cut onboarding",
    session=Q4,
    owners=(Person("p1", "Ada"), Person("p2"), Person("p3")),
    description="In a day",
    tags=("Growth", "board"),
    progress=0.5,
    key_results=(KeyResult("k1", "Reach 100", confidence=0.8), KeyResult("k2", "Under 30", confidence=None)),
)


def happened(before: Objective | None, after: Objective | None, then: datetime = THEN) -> set[str]:
    return {kind.value for kind in what_happened(before, after, then=then, now=NOW)}


def confident(first: float | None, second: float | None) -> tuple[KeyResult, ...]:
    return (KeyResult("k1", "Reach 100", confidence=first), KeyResult("k2", "Under 30", confidence=second))


CHANGES = {
    "nothing": ({}, set()),
    "another name": ({"name": "Cut onboarding time"}, {"renamed"}),
    "another case of the name": ({"name": "cut onboarding"}, {"renamed"}),
    "only blanks in the name": ({"name": " Cut  onboarding "}, set()),
    "another description": ({"description": "In an hour"}, {"described"}),
    "only line breaks in the description": ({"description": "In\na day\n"}, set()),
    "a tag more": ({"tags": ("Growth", "board", "x")}, {"tags"}),
    "a tag less": ({"tags": ("Growth",)}, {"tags"}),
    "tags in another order and case": ({"tags": ("Board", "growth")}, set()),
    "another owner": ({"owners": (Person("p9"),)}, {"owner"}),
    "an owner more": ({"owners": (*OBJECTIVE.owners, Person("p9"))}, {"owner"}),
    "another first owner": ({"owners": (Person("p2"), Person("p1"), Person("p3"))}, {"owner"}),
    "other owners in another order": ({"owners": (Person("p1"), Person("p3"), Person("p2"))}, set()),
    "an owner by another name": ({"owners": (Person("p1", "Ada L."), Person("p2"), Person("p3"))}, set()),
    "another session": ({"session": Session("s5", "Q1", Q4.start, Q4.end)}, {"session"}),
    "a session by another name": ({"session": replace(Q4, title="Fourth")}, set()),
    "progress": ({"progress": 0.62}, {"progress"}),
    "progress that nobody sees": ({"progress": 0.501}, set()),
    "progress backwards": ({"progress": 0.48}, {"progress"}),
    "confidence moved": ({"key_results": confident(0.6, None)}, {"confidence"}),
    "confidence given": ({"key_results": confident(0.8, 0.5)}, {"confidence"}),
    "confidence taken away": ({"key_results": confident(None, None)}, set()),
    "confidence that nobody sees": ({"key_results": confident(0.801, None)}, set()),
    "key results not asked for": ({"key_results": None}, set()),
    "a key result more": ({"key_results": (*confident(0.8, None), KeyResult("k3", "New", confidence=0.9))}, set()),
    "reached": ({"progress": 1.0}, {"progress", "done"}),
    "achieved": ({"state": "achieved"}, {"done"}),
    "abandoned": ({"state": "abandoned"}, {"closed"}),
    "a state that nobody has heard of": ({"state": "paused"}, {"closed"}),
    "no state": ({"state": ""}, set()),
    "several at once": ({"name": "X", "progress": 1.5, "tags": ()}, {"renamed", "progress", "done", "tags"}),
    "became private": ({"name": "X", "is_private": True}, set()),
}


@pytest.mark.parametrize(("fields", "kinds"), CHANGES.values(), ids=CHANGES)
def test_what_a_person_would_see_is_what_happened(fields: dict[str, object], kinds: set[str]) -> None:
    assert happened(OBJECTIVE, replace(OBJECTIVE, **fields)) == kinds  # type: ignore[arg-type]


def test_an_objective_is_created_and_deleted() -> None:
    assert happened(None, replace(OBJECTIVE, progress=1.0)) == {"created"}
    assert happened(OBJECTIVE, None) == {"deleted"}
    assert happened(None, None) == set()


def test_of_a_private_objective_nothing_is_told() -> None:
    private = replace(OBJECTIVE, is_private=True)
    assert happened(None, private) == happened(private, None) == happened(private, replace(private, name="X")) == set()
    # What its name was before is nobody's business.
    assert happened(private, replace(OBJECTIVE, name="X")) == {"joined"}


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ({"progress": 1.0}, {"progress": 0.9}, {"progress", "reopened"}),
        ({"state": "achieved"}, {"state": "active"}, {"reopened"}),
        ({"state": "abandoned"}, {"state": "active"}, {"reopened"}),
        ({"state": "abandoned"}, {"state": "achieved"}, {"done"}),
        ({"state": "achieved"}, {"state": "abandoned"}, {"closed"}),
        ({"state": "achieved", "progress": 0.5}, {"state": "achieved", "progress": 1.0}, {"progress"}),
        ({"state": "achieved", "progress": 1.0}, {"state": "active", "progress": 1.0}, set()),
    ],
)
def test_what_was_done_or_closed_is_reopened(
    before: dict[str, object], after: dict[str, object], kinds: set[str]
) -> None:
    assert happened(replace(OBJECTIVE, **before), replace(OBJECTIVE, **after)) == kinds  # type: ignore[arg-type]


LONG_AGO = NOW - timedelta(days=20)
STANDING = {
    # progress before and after, whether the first look is long ago, what happened beside the progress
    "falls behind with time alone": (0.18, 0.18, LONG_AGO, {"behind"}),
    "becomes at risk with time alone": (0.35, 0.35, LONG_AGO, {"at-risk"}),
    "stays behind": (0.1, 0.1, THEN, set()),
    "falls behind by a correction": (0.6, 0.1, THEN, {"progress", "behind"}),
    "goes from at risk to behind": (0.3, 0.1, THEN, {"progress", "behind"}),
    "catches up to at risk": (0.1, 0.3, THEN, {"progress"}),
    "is back on track": (0.1, 0.6, THEN, {"progress", "on-track"}),
    "begins late": (0.0, 0.1, THEN, {"progress", "behind"}),
    "begins late, but well": (0.0, 0.6, THEN, {"progress", "on-track"}),
    "two weeks without progress": (0.0, 0.0, NOW - timedelta(days=40), {"no-progress"}),
    "was done": (1.0, 0.6, THEN, {"progress", "reopened"}),
    "is done": (0.1, 1.0, THEN, {"progress", "done"}),
}


@pytest.mark.parametrize(("old", "new", "then", "kinds"), STANDING.values(), ids=STANDING)
def test_how_it_stands_is_compared_with_how_it_stood(old: float, new: float, then: datetime, kinds: set[str]) -> None:
    assert happened(replace(OBJECTIVE, progress=old), replace(OBJECTIVE, progress=new), then) == kinds


@pytest.mark.parametrize("state", ["achieved", "abandoned"])
def test_what_is_closed_does_not_fall_behind(state: str) -> None:
    closed = replace(OBJECTIVE, progress=0.18, state=state)
    assert happened(closed, closed, LONG_AGO) == set()


def test_standing_is_told_only_to_those_who_ask() -> None:
    assert choose({Kind.PROGRESS, Kind.BEHIND}) == {Kind.PROGRESS}
    assert choose({Kind.BEHIND}) == set()
    assert choose({Kind.PROGRESS, Kind.BEHIND}, (Kind.BEHIND, Kind.DELETED)) == {Kind.BEHIND}
    assert choose(set(Kind)) == set(Kind) - STANDINGS


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        ("done,behind", (Kind.COMPLETED, Kind.BEHIND)),
        ("behind done", (Kind.COMPLETED, Kind.BEHIND)),
        (" Done , and behind, ", (Kind.COMPLETED, Kind.BEHIND)),
        ("at risk", (Kind.AT_RISK,)),
        ("at–risk, no progress or on track", (Kind.AT_RISK, Kind.NO_PROGRESS, Kind.ON_TRACK)),
        ("progress", (Kind.PROGRESS,)),
        ("done done completed finished", (Kind.COMPLETED,)),
        ("tags tag retagged new", (Kind.CREATED, Kind.RETAGGED)),
    ],
)
def test_the_words_behind_only_are_understood(typed: str, kinds: tuple[Kind, ...]) -> None:
    assert parse_only(typed) == kinds


KNOWN = (
    "Known behind “only”: created, renamed, described, tags, owner, session, progress, confidence, done, reopened, "
    "closed, deleted, joined, left, behind, at-risk, no-progress, on-track."
)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", KNOWN),
        ("and", KNOWN),
        ("dnoe,behind", f"I do not know “dnoe”. Did you mean “done”? {KNOWN}"),
        ("ios", f"I do not know “ios”. {KNOWN}"),
        ("finishd", f"I do not know “finishd”. Did you mean “done”? {KNOWN}"),
    ],
)
def test_a_word_that_is_not_known_is_named_with_those_that_are(typed: str, said: str) -> None:
    with pytest.raises(Misunderstood) as caught:
        parse_only(typed)
    assert str(caught.value) == said


def test_help_says_what_every_word_means_in_the_order_of_the_kinds() -> None:
    assert list(ONLY_WORDS) == list(Kind)
    assert len(set(ONLY_WORDS.values())) == len(Kind)


@given(st.lists(st.sampled_from(Kind), min_size=1))
def test_kinds_can_be_typed_as_they_are_printed(kinds: list[Kind]) -> None:
    parsed = parse_only(",".join(kinds))
    assert set(parsed) == set(kinds)
    assert parse_only(" ".join(parsed)) == parsed


@given(st.text() | st.lists(st.sampled_from(["done", "at", "risk", ",", "and", "x", ";", "–"])).map(" ".join))
def test_any_text_names_kinds_or_is_misunderstood(text: str) -> None:
    try:
        assert parse_only(text)
    except Misunderstood as fault:
        said = str(fault)
        assert said.endswith(KNOWN) and len(said) < 600


@pytest.mark.parametrize(
    ("line", "end"),
    [
        ("only", 1),
        ("only done", 2),
        ("only done,behind growth", 2),
        ("only done, behind growth", 3),
        ("only done behind growth", 3),
        ("only done and behind and growth", 4),
        ("only at risk on track growth", 5),
        ("only ios growth", 2),
        ("only done, ios growth", 3),
        ("only done , ios growth", 4),
        ("only done,ios growth", 2),
        ("only done except me", 2),
    ],
)
def test_the_list_behind_only_ends_where_no_kind_follows(line: str, end: int) -> None:
    assert end_of_only(line.split(), 1) == end
