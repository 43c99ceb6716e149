"""What is remembered of an objective: the same for the same, read back as it was written, and no false difference."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.notify.differences import Kind, what_happened
from bot.notify.snapshots import FORMAT, Seen, read_row, read_text, recall, remember
from bot.objectives.model import KeyResult, Objective, Person, Session

NOW = datetime(2026, 11, 15, tzinfo=UTC)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
SHARES = st.floats(allow_nan=False, allow_infinity=False)
"""The client lets no other figure in."""
KEY_RESULTS = st.lists(
    st.builds(KeyResult, TEXT, TEXT, confidence=st.none() | SHARES), max_size=3, unique_by=lambda one: one.id
).map(tuple)
OBJECTIVES = st.builds(
    Objective,
    id=TEXT,
    name=TEXT,
    session=st.builds(Session, TEXT),
    owners=st.lists(st.builds(Person, TEXT), max_size=4, unique_by=lambda one: one.id).map(tuple),
    description=TEXT,
    tags=st.lists(TEXT, max_size=4).map(tuple),
    progress=st.floats(-5, 5),
    state=st.sampled_from(("active", "achieved", "abandoned")) | TEXT,
    parent_id=TEXT,
    key_results=st.none() | KEY_RESULTS,
    is_private=st.booleans(),
)
OBJECTIVE = Objective(
    "o1",
    "Cut onboarding",
    session=Session("s4", "Q4 2026"),
    owners=(Person("p1"), Person("p3"), Person("p2")),
    description="In a day",
    tags=("b", "A"),
    progress=0.5,
    parent_id="o0",
    created=datetime(2026, 10, 1, tzinfo=UTC),
    key_results=(KeyResult("k2", "B"), KeyResult("k1", "A", confidence=0.8)),
)


def test_what_is_remembered_is_a_small_row_that_stays_as_it_is() -> None:
    assert remember(OBJECTIVE).text() == (
        '[1,"o1","Cut onboarding","In a day",["A","b"],["p1","p2","p3"],"s4",0.5,"active","o0",false,'
        '[["k1",0.8],["k2",null]]]'
    )
    assert remember(replace(OBJECTIVE, key_results=None), has_description=False).row() == (
        *(FORMAT, "o1", "Cut onboarding", None, ("A", "b"), ("p1", "p2", "p3"), "s4", 0.5, "active", "o0", False, None),
    )


@given(OBJECTIVES, st.booleans())
def test_what_was_written_is_read_back(objective: Objective, has_description: bool) -> None:
    seen = remember(objective, has_description=has_description)
    assert read_text(seen.text()) == seen
    assert read_row(seen.row()) == seen
    assert read_row(json.loads(json.dumps(seen.row()))).text() == seen.text()


@given(OBJECTIVES)
def test_an_objective_is_like_what_was_remembered_of_it(objective: Objective) -> None:
    before = recall(remember(objective), objective)
    assert what_happened(before, objective, then=NOW, now=NOW) == set()
    assert remember(before) == remember(objective)


@given(OBJECTIVES, st.randoms(use_true_random=False))
def test_the_order_in_which_the_api_lists_things_means_nothing(objective: Objective, random) -> None:  # type: ignore[no-untyped-def]
    tags, others = list(objective.tags), list(objective.owners[1:])
    results = list(objective.key_results or ())
    for listed in (tags, others, results):
        random.shuffle(listed)
    shuffled = replace(
        objective,
        tags=tuple(tags),
        owners=(*objective.owners[:1], *others),
        key_results=None if objective.key_results is None else tuple(results),
    )
    assert remember(shuffled).text() == remember(objective).text()


@pytest.mark.parametrize("progress", [float("nan"), float("inf"), -0.0, 0])
def test_odd_figures_are_like_themselves(progress: float) -> None:
    seen = remember(replace(OBJECTIVE, progress=progress))
    assert seen == remember(replace(OBJECTIVE, progress=progress))
    assert json.loads(seen.text())[7] == 0.0
    assert '"s4",0.0,' in seen.text()


def test_a_description_that_was_not_asked_for_is_no_difference() -> None:
    listed = replace(OBJECTIVE, description="", key_results=None)
    before = recall(remember(OBJECTIVE), listed, has_description=False)
    assert what_happened(before, listed, then=NOW, now=NOW) == set()
    before = recall(remember(listed, has_description=False), OBJECTIVE)
    assert what_happened(before, OBJECTIVE, then=NOW, now=NOW) == set()


def test_a_description_that_was_asked_for_is_compared() -> None:
    emptied = replace(OBJECTIVE, description="")
    assert what_happened(recall(remember(OBJECTIVE), emptied), emptied, then=NOW, now=NOW) == {Kind.DESCRIBED}
    assert what_happened(recall(remember(emptied), OBJECTIVE), OBJECTIVE, then=NOW, now=NOW) == {Kind.DESCRIBED}


def test_what_was_not_asked_for_stays_as_it_was_known() -> None:
    listed = remember(replace(OBJECTIVE, name="X", key_results=None), has_description=False)
    assert listed.filled(remember(OBJECTIVE)) == remember(replace(OBJECTIVE, name="X"))
    assert remember(OBJECTIVE).filled(listed) == remember(OBJECTIVE)
    assert listed.filled(None) == listed
    checked_in = replace(OBJECTIVE, key_results=(KeyResult("k2", "B", confidence=0.5), KeyResult("k3", "C")))
    confidence = remember(checked_in).filled(remember(OBJECTIVE)).confidence
    assert confidence == (("k1", 0.8), ("k2", 0.5), ("k3", None))


def test_what_was_remembered_is_named_from_the_directory() -> None:
    old = recall(
        remember(OBJECTIVE),
        replace(OBJECTIVE, session=Session("s5"), owners=(), url="https://x.y", short_id="O-1"),
        sessions={"s4": Session("s4", "Q4 2026")},
        people={"p1": Person("p1", "Ada")},
    )
    assert old.session.title == "Q4 2026"
    assert [owner.name for owner in old.owners] == ["Ada", "", ""]
    assert (old.url, old.short_id, old.created) == ("https://x.y", "O-1", OBJECTIVE.created)
    assert recall(remember(OBJECTIVE)).session == Session("s4")


@pytest.mark.parametrize("text", ["[]", "{}", "1", "nonsense", "[2,1,1,1,1,1,1,1,1,1,1,1]", "[1]"])
def test_what_another_bot_stored_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_text(text)


def test_a_hundred_thousand_are_compared_in_a_few_seconds() -> None:
    """Ten thousand here. An unchanged objective costs its text and a comparison of texts."""
    objectives = [replace(OBJECTIVE, id=f"o{number}", key_results=None) for number in range(10_000)]
    stored = {one.id: remember(one).text() for one in objectives}
    begin = time.thread_time()
    changed = [one for one in objectives if remember(one).text() != stored[one.id]]
    assert not changed
    assert time.thread_time() - begin < 2
    assert isinstance(read_text(stored["o1"]), Seen)
