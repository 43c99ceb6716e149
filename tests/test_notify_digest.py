"""A digest: what needs somebody, what moved, what was finished, how all stand; and when there is nothing to tell."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.notify.attention import Reason, Tracked, find_need
from bot.notify.chart import BUCKETS, MOST_BARS, Chart, bucket_of, draw_bars
from bot.notify.differences import parse_only
from bot.notify.digest import MOST_MOVES, MOST_NEEDS, Digest
from bot.notify.snapshots import remember
from bot.objectives.model import KeyResult, Objective, Session, Status
from bot.views.text import percent
from tests.made_digests import make_digest

DAY = timedelta(days=1)
NOW = datetime(2026, 11, 15, 9, tzinfo=UTC)
SINCE = NOW - 7 * DAY
Q4 = Session("s4", "Q4 2026", datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC))
RESULTS = (KeyResult("k1", "Reach 100"),)
FINE = Objective("o1", "Cut onboarding", Q4, progress=0.5, key_results=RESULTS, created=Q4.start)


def track(objective: Objective, *, was: float | None = None, idle_days: int | None = 3) -> Tracked:
    """The objective with its progress at the last digest, where it matched then."""
    seen = None if was is None else remember(replace(objective, progress=was))
    return Tracked(objective, seen, None if idle_days is None else NOW - idle_days * DAY)


def digest(*tracked: Tracked, since: datetime | None = SINCE, went: int = 0) -> Digest:
    return make_digest(tracked, NOW, since, lost=[FINE] * went)


ENDING = replace(Q4, end=NOW + 13 * DAY)
NEEDS = {
    "nothing": ({}, 3, ()),
    "behind": ({"progress": 0.1}, 3, (Reason.BEHIND,)),
    "no progress for two weeks": ({}, 14, (Reason.STALE,)),
    "no progress for thirteen days": ({}, 13, ()),
    "no progress at all": ({"progress": 0.0}, None, (Reason.STALE,)),
    "made last week": ({"progress": 0.0, "created": NOW - 6 * DAY}, None, ()),
    "when its progress moved is not known": ({}, None, ()),
    "no key results": ({"key_results": ()}, 3, (Reason.NO_KEY_RESULTS,)),
    "key results not asked for": ({"key_results": None}, 3, ()),
    "the session ends": ({"session": ENDING, "progress": 0.9}, 3, (Reason.ENDING,)),
    "the session ends in fifteen days": ({"session": replace(Q4, end=NOW + 15 * DAY), "progress": 0.9}, 3, ()),
    "the session has ended": ({"session": replace(Q4, end=NOW - DAY)}, 3, (Reason.BEHIND,)),
    "all of it": (
        {"session": ENDING, "progress": 0.1, "key_results": ()},
        20,
        (Reason.BEHIND, Reason.STALE, Reason.NO_KEY_RESULTS, Reason.ENDING),
    ),
    "the session is yet to begin": (
        {"session": replace(Q4, start=NOW + DAY), "key_results": (), "progress": 0.0},
        20,
        (),
    ),
    "the session is closed": ({"session": replace(Q4, status="closed"), "progress": 0.1}, 20, ()),
    "done": ({"session": ENDING, "progress": 1.0, "key_results": ()}, 20, ()),
    "achieved": ({"session": ENDING, "progress": 0.1, "state": "achieved"}, 20, ()),
    "abandoned": ({"session": ENDING, "progress": 0.1, "state": "abandoned"}, 20, ()),
    "no dates are known": ({"session": Session("s"), "created": None, "progress": 0.0}, None, ()),
}


@pytest.mark.parametrize(("fields", "idle_days", "reasons"), NEEDS.values(), ids=NEEDS)
def test_what_somebody_can_do_something_about_needs_somebody(
    fields: dict[str, object], idle_days: int | None, reasons: tuple[Reason, ...]
) -> None:
    need = find_need(track(replace(FINE, **fields), idle_days=idle_days), NOW)  # type: ignore[arg-type]
    assert (need.reasons if need else ()) == reasons


def test_a_need_says_how_far_and_how_long() -> None:
    need = find_need(track(replace(FINE, progress=0.1, session=ENDING), idle_days=20), NOW)
    passed = ENDING.share_passed(NOW)
    assert need is not None and passed is not None
    assert need.gap == pytest.approx(passed - 0.1)
    assert (need.idle_days, need.days_left) == (20, 13)
    over = find_need(track(replace(FINE, session=replace(Q4, end=NOW - DAY))), NOW)
    assert over is not None and over.days_left == -1


def test_the_five_that_are_furthest_behind_need_somebody_first() -> None:
    behind = [track(replace(FINE, id=f"o{n}", progress=n / 100), was=n / 100) for n in range(1, 9)]
    behind += [track(replace(FINE, id="stale"), was=0.5, idle_days=30)]
    found = digest(*reversed(behind))
    assert [need.objective.id for need in found.attention] == ["o1", "o2", "o3", "o4", "o5"]
    assert len(found.attention) == MOST_NEEDS
    assert found.attention_total == 9


def test_what_was_made_a_moment_ago_does_not_push_aside_what_is_behind() -> None:
    new = [track(replace(FINE, id=f"new{n}", progress=0.0, created=NOW, key_results=())) for n in range(MOST_NEEDS)]
    found = digest(*new, track(replace(FINE, id="behind", progress=0.1)))
    assert [need.objective.id for need in found.attention] == ["behind", "new0", "new1", "new2", "new3"]


def test_of_those_equally_far_behind_the_name_decides_and_then_the_id() -> None:
    alike = [replace(FINE, id=key, name=name, progress=0.1) for key, name in (("3", "b"), ("2", "A"), ("1", "b"))]
    found = digest(*map(track, alike))
    assert [need.objective.id for need in found.attention] == ["2", "1", "3"]


def test_what_moved_is_told_from_old_to_new_the_largest_first() -> None:
    moves = {"a": (0.4, 0.5), "b": (0.9, 0.5), "c": (0.2, 0.5), "still": (0.5, 0.5), "unseen": (0.4999999, 0.5)}
    found = digest(*(track(replace(FINE, id=key, progress=new), was=old) for key, (old, new) in moves.items()))
    assert [(move.objective.id, move.old, move.objective.progress) for move in found.moved] == [
        ("b", 0.9, 0.5),
        ("c", 0.2, 0.5),
        ("a", 0.4, 0.5),
    ]
    assert found.moved_total == 3


def test_what_was_finished_is_not_told_to_have_moved() -> None:
    achieved = Tracked(replace(FINE, id="achieved", state="achieved"), remember(FINE), NOW)
    found = digest(
        track(replace(FINE, id="done", progress=1.0), was=0.8),
        track(replace(FINE, id="was done", progress=1.2), was=1.0),
        achieved,
        replace(track(replace(FINE, id="made and done", progress=1.0)), is_new=True),
        track(replace(FINE, id="joined when done", progress=1.0)),
    )
    assert [move.objective.id for move in found.finished] == ["made and done", "done", "achieved"]
    assert [move.objective.id for move in found.moved] == ["was done"]
    assert found.came == 2


def test_the_first_digest_has_nothing_to_compare_with() -> None:
    found = digest(track(FINE), track(replace(FINE, id="o2", progress=1.0, created=NOW)), since=None)
    assert (found.moved, found.finished, found.came) == ((), (), 0)
    assert not found.nothing_changed


def test_how_all_stand_is_counted() -> None:
    progress = (0.0, 0.1, 0.3, 0.5, 0.5, 1.0)
    found = digest(*(track(replace(FINE, id=str(n), progress=share)) for n, share in enumerate(progress)))
    assert found.total == 6
    assert dict(found.statuses) == {
        Status.DONE: 1,
        Status.ON_TRACK: 2,
        Status.AT_RISK: 1,
        Status.BEHIND: 1,
        Status.NO_PROGRESS: 1,
    }


QUIET = {
    "nothing is new": ([track(FINE, was=0.5)], 0, True),
    "there is nothing": ([], 0, True),
    "behind, as it was a week ago": ([track(replace(FINE, progress=0.05), was=0.05, idle_days=10)], 0, True),
    "without key results, as before": ([track(replace(FINE, key_results=()), was=0.5)], 0, True),
    "without key results, which no list told then": (
        [Tracked(replace(FINE, key_results=()), remember(replace(FINE, key_results=None)), NOW)],
        0,
        True,
    ),
    "still for two weeks already then": ([track(FINE, was=0.5, idle_days=22)], 0, True),
    "something moved": ([track(FINE, was=0.4)], 0, False),
    "something was finished": ([track(replace(FINE, progress=1.0), was=0.9)], 0, False),
    "something came": ([track(FINE)], 0, False),
    "something went": ([track(FINE, was=0.5)], 1, False),
    "it fell behind since": ([track(replace(FINE, progress=0.15), was=0.15, idle_days=10)], 0, False),
    "it has stood still for two weeks since": ([track(FINE, was=0.5, idle_days=16)], 0, False),
    "its key results went": (
        [Tracked(replace(FINE, key_results=()), remember(FINE), NOW - DAY)],
        0,
        False,
    ),
    "its session came near its end": (
        [track(replace(FINE, progress=0.9, session=replace(Q4, end=NOW + 10 * DAY)), was=0.9)],
        0,
        False,
    ),
    "its session was near its end": (
        [track(replace(FINE, progress=0.9, session=replace(Q4, end=NOW + 6 * DAY)), was=0.9)],
        0,
        True,
    ),
}


@pytest.mark.parametrize(("tracked", "went", "is_quiet"), QUIET.values(), ids=QUIET)
def test_nothing_changed_where_nothing_moved_and_nothing_new_needs_somebody(
    tracked: list[Tracked], went: int, is_quiet: bool
) -> None:
    assert digest(*tracked, went=went).nothing_changed is is_quiet


ONLY = (
    track(replace(FINE, id="behind", progress=0.1), was=0.1),
    track(replace(FINE, id="done", progress=1.0), was=0.8),
    track(replace(FINE, id="moved", progress=0.6), was=0.5),
    track(replace(FINE, id="risky", progress=0.35), was=0.35),
    track(replace(FINE, id="idle"), was=0.5, idle_days=20),
    track(replace(FINE, id="bare", key_results=()), was=0.5),
    replace(track(replace(FINE, id="made")), is_new=True),
    track(replace(FINE, id="came")),
    Tracked(replace(FINE, id="named", name="Onboard"), remember(FINE), NOW),
)


@pytest.mark.parametrize(
    ("only", "told"),
    [
        ("done,behind", {"behind", "done"}),
        ("at-risk", {"risky"}),
        ("no-progress", {"idle"}),
        ("progress", {"moved", "done"}),
        ("created", {"made"}),
        ("joined", {"came"}),
        ("left", {"o1"}),
        ("renamed", {"named"}),
        ("owner", set()),
    ],
)
def test_what_was_chosen_is_told_and_nothing_else(only: str, told: set[str]) -> None:
    found = make_digest(ONLY, NOW, SINCE, lost=[FINE], only=parse_only(only))
    lists = (found.attention, found.moved, found.finished, found.changed)
    assert {one.objective.id for each in lists for one in each} == told
    assert (found.came, found.went, found.statuses, found.total) == (0, 0, (), len(ONLY))
    assert found.nothing_changed is not bool(told)
    drawn = 0 if found.chart is None else len(found.chart.lines)
    assert drawn == len(told - {"o1"})


def test_few_objectives_are_a_bar_each_now_and_at_the_last_digest() -> None:
    found = digest(
        track(replace(FINE, id="1", name="Reach 100 customers in Europe", progress=0.3), was=0.1),
        track(replace(FINE, id="2", name="Cut costs", progress=0.8), was=0.8),
    )
    assert found.chart is not None
    assert found.chart.categories == ("Cut costs", "Reach 100 customers…")
    assert [(series.name, series.values) for series in found.chart.series] == [
        ("Last digest", (80, 10)),
        ("Now", (80, 30)),
    ]
    assert found.chart.lines == ("Cut costs: 80 %", "Reach 100 customers in Europe: 30 %, from 10 %")


def test_a_bar_for_the_last_digest_is_drawn_where_all_have_one() -> None:
    found = digest(track(FINE, was=0.1), track(replace(FINE, id="2")))
    assert found.chart is not None
    assert [series.name for series in found.chart.series] == ["Now"]


def test_many_objectives_are_counted_by_how_far_they_came() -> None:
    progress = (-0.1, 0.0, 0.001, 0.24, 0.25, 0.499, 0.5, 0.74, 0.75, 0.999, 1.0, 1.7, 0.5)
    found = digest(*(track(replace(FINE, id=str(n), progress=share)) for n, share in enumerate(progress)))
    assert found.chart is not None
    assert found.chart.categories == ("0 %", "1–24 %", "25–49 %", "50–74 %", "75–99 %", "100 %")
    assert found.chart.series[0].values == (2, 2, 1, 4, 2, 2)
    assert found.chart.lines[2] == "25–49 %: 1 objective"


def test_nothing_makes_no_chart() -> None:
    assert digest().chart is None


NAMES = st.text(max_size=30) | st.sampled_from(["👩‍👩‍👧‍👦" * 9, "Cut costs", "Reach 100 customers in Europe", "𝕏" * 30])
SHARES = st.floats(-2, 3) | st.sampled_from((float("nan"), float("inf"), 1e30, 12.0))
TRACKED = st.builds(
    lambda number, name, progress, was: track(
        replace(FINE, id=str(number), name=name, progress=progress), was=was, idle_days=None
    ),
    *(st.integers(0, 99), NAMES, SHARES, st.none() | SHARES),
)


def is_fit_for_slack(chart: Chart) -> bool:
    """Slack's limits for data_visualization (slack-platform reference, 5.2)."""
    names = [series.name for series in chart.series]
    labels = [*chart.categories, *names]
    return (
        0 < len(chart.categories) <= 20
        and len(set(chart.categories)) == len(chart.categories)
        and len(set(names)) == len(names) <= 2
        and all(0 < len(label.encode("utf-16-le")) <= 40 for label in labels)
        and all(len(series.values) == len(chart.categories) for series in chart.series)
        and len(chart.title) <= 50
        and len(chart.unit) <= 50
    )


@given(st.lists(TRACKED, max_size=40))
def test_every_chart_keeps_to_the_limits_and_says_in_text_what_it_shows(tracked: list[Tracked]) -> None:
    chart = digest(*tracked).chart
    assert (chart is None) == (not tracked)
    if chart is None:
        return
    assert is_fit_for_slack(chart)
    now = chart.series[-1].values
    assert len(chart.lines) == len(now)
    if len(tracked) > MOST_BARS:
        assert sum(now) == len(tracked)
        assert all(f": {figure} objective" in line for figure, line in zip(now, chart.lines, strict=True))


@given(st.floats(-1, 2))
def test_a_bar_shows_the_figure_that_is_said(progress: float) -> None:
    chart = draw_bars([track(replace(FINE, progress=progress))])
    assert f"{chart.series[0].values[0]} %" == percent(progress)
    assert chart.lines == (f"Cut onboarding: {percent(progress)}",)


@pytest.mark.parametrize(("progress", "figure"), [(1e30, 10_000), (-1e30, -10_000), (float("nan"), 0), (0.001, 1)])
def test_a_bar_is_a_figure_however_odd_the_progress(progress: float, figure: int) -> None:
    assert draw_bars([track(replace(FINE, progress=progress))]).series[0].values == (figure,)


@given(st.floats())
def test_every_progress_is_in_a_bucket(progress: float) -> None:
    assert bucket_of(progress) in dict(BUCKETS)


@given(st.permutations(range(30)))
def test_the_order_in_which_objectives_come_does_not_matter(order: list[int]) -> None:
    in_order = [track(replace(FINE, id=str(n), name="x", progress=n / 50), was=0.5) for n in range(30)]
    assert digest(*[in_order[n] for n in order]) == digest(*in_order)


def test_of_very_many_only_the_first_are_held() -> None:
    tracked = (track(replace(FINE, id=str(n), progress=n % 97 / 100), was=0.5) for n in range(10_000))
    found = make_digest(tracked, NOW, SINCE)
    assert found.total == 10_000
    assert len(found.moved) == MOST_MOVES
    assert {move.objective.progress for move in found.moved} == {0.0}
    assert found.moved_total > 9_000
