"""The index of subscriptions: it finds what asking each of them would find, and asks few."""

import string
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.notify.differences import Kind
from bot.notify.matching import Fit, Matcher
from bot.objectives.model import Objective, Person, Session, Status
from bot.objectives.query import Criteria

NOW = datetime(2026, 11, 15, tzinfo=UTC)
THEN = NOW - timedelta(days=20)
SESSIONS = [
    Session("s3", "Q3", datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 9, 30, tzinfo=UTC), "closed"),
    Session("s4", "Q4", datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)),
    Session("s5"),
]
TAGS, PEOPLE = ["growth", "Growth ", "board", "Straße", "STRASSE", ""], ["p1", "p2", "p3"]
PIECES = ["on", "board", "onboarding", "time", " ", "É", "e\u0301", "ß", "ſ", "ǰ", "\u0345", "’", "'", "–", "a", "b"]
NAMES = st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=6).map("".join)


def some(*values: object) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(st.sampled_from(values), max_size=2).map(tuple)


def any_of(*ids: str) -> st.SearchStrategy[frozenset[str] | None]:
    return st.none() | st.frozensets(st.sampled_from(ids), max_size=2)


CRITERIA = st.builds(
    Criteria,
    words=st.lists(NAMES, max_size=2).map(tuple),
    tags=some(*TAGS),
    without_tags=some(*TAGS),
    owner_ids=any_of(*PEOPLE),
    session_ids=any_of("s3", "s4", "s5"),
    statuses=some(*Status),
    sort=st.sampled_from(("", "name")),
)
OBJECTIVES = st.builds(
    Objective,
    id=st.just("o1"),
    name=NAMES,
    session=st.sampled_from(SESSIONS),
    owners=some(*map(Person, PEOPLE)),
    tags=some(*TAGS),
    progress=st.sampled_from((0.0, 0.1, 0.3, 0.5, 1.0)),
    is_private=st.sampled_from((False, False, False, True)),
)


def found_naively(subscriptions: list[Criteria], objective: Objective | None, now: datetime) -> set[int]:
    if objective is None or objective.is_private:
        return set()
    return {number for number, criteria in enumerate(subscriptions) if criteria.matches(objective, now)}


@given(st.lists(CRITERIA, max_size=12), st.lists(OBJECTIVES, min_size=1, max_size=5))
@example([Criteria(words=("\u0345",))], [Objective("o1", "\u0345")])
@example([Criteria(words=("ονboarding–time",))], [Objective("o1", "An ΟΝBOARDING—TIME")])
def test_the_index_finds_what_asking_everybody_finds(
    subscriptions: list[Criteria], objectives: list[Objective]
) -> None:
    matcher = Matcher(enumerate(subscriptions))
    assert len(matcher) == len(subscriptions)
    for objective in objectives:
        assert matcher.matching(objective, NOW) == sorted(found_naively(subscriptions, objective, NOW))


@given(st.lists(CRITERIA, max_size=12), st.none() | OBJECTIVES, st.none() | OBJECTIVES)
def test_a_change_is_about_those_who_asked_for_what_was_or_for_what_is(
    subscriptions: list[Criteria], before: Objective | None, after: Objective | None
) -> None:
    matched, matches = found_naively(subscriptions, before, THEN), found_naively(subscriptions, after, NOW)
    fits = Matcher(enumerate(subscriptions)).fits(before, after, then=THEN, now=NOW)
    if after and after.is_private:
        assert fits == {}
    else:
        assert fits == {one: Fit(one in matched, one in matches) for one in matched | matches}
        assert list(fits) == sorted(fits)


@pytest.mark.parametrize(
    ("fit", "happened", "kinds"),
    [
        (Fit(True, True), {Kind.PROGRESS}, {Kind.PROGRESS}),
        (Fit(False, True), {Kind.RETAGGED}, {Kind.RETAGGED, Kind.JOINED}),
        (Fit(True, False), {Kind.RETAGGED}, {Kind.RETAGGED, Kind.LEFT}),
        (Fit(True, False), set(), {Kind.LEFT}),
        (Fit(False, True), {Kind.CREATED}, {Kind.CREATED}),
        (Fit(True, False), {Kind.DELETED}, {Kind.DELETED}),
        (Fit(False, True), {Kind.JOINED}, {Kind.JOINED}),
    ],
)
def test_what_joins_or_leaves_is_told_to_whom_it_does(fit: Fit, happened: set[Kind], kinds: set[Kind]) -> None:
    assert fit.kinds(happened) == kinds


def test_who_asks_for_what_is_behind_hears_of_what_fell_behind_by_time_alone() -> None:
    matcher = Matcher(
        [("behind", Criteria(statuses=(Status.BEHIND,))), ("fine", Criteria(statuses=(Status.ON_TRACK,)))]
    )
    same = Objective("o1", "x", session=SESSIONS[1], progress=0.19)
    assert matcher.fits(same, same, then=THEN, now=NOW) == {"behind": Fit(False, True), "fine": Fit(True, False)}


def test_what_became_private_is_spoken_of_no_more() -> None:
    matcher = Matcher([("c1", Criteria())])
    public = Objective("o1", "x")
    private = replace(public, is_private=True)
    assert matcher.fits(public, private, then=THEN, now=NOW) == {}
    assert matcher.fits(private, None, then=THEN, now=NOW) == {}
    assert matcher.fits(private, public, then=THEN, now=NOW) == {"c1": Fit(False, True)}
    assert matcher.fits(public, None, then=THEN, now=NOW) == {"c1": Fit(True, False)}


def word(random: Random) -> str:
    return "".join(random.choices(string.ascii_lowercase, k=random.randint(4, 12)))


def by_tag(number: int, random: Random) -> Criteria:
    return Criteria(tags=(f"tag {number % 2_000}",), session_ids=frozenset({"s4"}))


def by_owner(number: int, random: Random) -> Criteria:
    return Criteria(owner_ids=frozenset({f"p{number % 5_000}"}), tags=("growth",), session_ids=frozenset({"s4"}))


def by_team(number: int, random: Random) -> Criteria:
    return Criteria(owner_ids=frozenset(f"p{(number * 7 + other) % 5_000}" for other in range(10)), tags=("growth",))


def by_word(number: int, random: Random) -> Criteria:
    return Criteria(words=(f"customer{number:05}",), session_ids=frozenset({"s4"}), tags=("growth",))


def by_any_word(number: int, random: Random) -> Criteria:
    return Criteria(words=(word(random),), session_ids=frozenset({"s4"}))


def by_status(number: int, random: Random) -> Criteria:
    return Criteria(session_ids=frozenset({f"s{number % 8}"}), statuses=(list(Status)[number % 5],))


def by_anything(number: int, random: Random) -> Criteria:
    return random.choice((by_tag, by_owner, by_team, by_word, by_any_word))(number, random)


def change(number: int, random: Random) -> Objective:
    return Objective(
        f"o{number}",
        f"Make {word(random)} of customer{random.randrange(10_000):05} {word(random)} by {word(random)}",
        session=SESSIONS[1],
        owners=(Person(f"p{random.randrange(5_000)}"),),
        tags=("growth", f"tag {random.randrange(2_000)}", f"tag {random.randrange(2_000)}"),
        progress=random.random(),
    )


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How often criteria are asked."""
    asked, matches = [0], Criteria.matches

    def count(criteria: Criteria, objective: Objective, now: datetime) -> bool:
        asked[0] += 1
        return matches(criteria, objective, now)

    with monkeypatch.context() as patched:
        patched.setattr(Criteria, "matches", count)
        yield asked


@pytest.mark.parametrize("make", [by_tag, by_owner, by_team, by_word, by_any_word, by_status, by_anything])
def test_few_are_asked_beside_those_that_match(
    make: Callable[[int, Random], Criteria], monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(1)
    subscriptions = [make(number, random) for number in range(10_000)]
    matcher = Matcher(enumerate(subscriptions))
    changes = [change(number, random) for number in range(100)]
    with counting(monkeypatch) as asked:
        found = sum(len(matcher.matching(one, NOW)) for one in changes)
    # All would be a million. Some share a piece of a word with the name, or a tag; those that are alike are asked once.
    assert asked[0] <= found + 500


def test_a_hundred_times_the_subscriptions_ask_no_more_for_the_same_matches(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = []
    for most in (100, 10_000):
        random = Random(2)
        # The first hundred ask for tags that the changes have, the others for others.
        matcher = Matcher((number, Criteria(tags=(f"tag {number}",), words=("make",))) for number in range(most))
        changes = [replace(change(number, random), tags=(f"tag {number}", "growth")) for number in range(100)]
        with counting(monkeypatch) as asked:
            assert [matcher.matching(one, NOW) for one in changes] == [[number] for number in range(100)]
        counts.append(asked[0])
    assert counts == [100, 100]


def test_a_thousand_channels_that_ask_for_the_same_are_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    same = [Criteria(tags=(tag,), sort=sort) for tag in ("growth", "Growth", " growth ") for sort in ("", "name")]
    matcher = Matcher((number, same[number % len(same)]) for number in range(1_000))
    with counting(monkeypatch) as asked:
        assert matcher.matching(Objective("o1", "x", tags=("GROWTH",)), NOW) == list(range(1_000))
    assert asked[0] == 1
