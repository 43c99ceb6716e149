"""The figures of a digest's chart, and the same figures as text: Slack's chart block is not taken everywhere."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.notify.attention import Tracked
from bot.objectives.model import Objective
from bot.objectives.query import fold
from bot.views.phrases import name_of
from bot.views.text import counted, cut, percent

MOST_BARS = 12
"""More objectives than this are shown by how many have come how far: nobody reads more bars on a phone."""
LONGEST_LABEL = 20
"""Slack's limit for a category and a series, in UTF-16 units (slack-platform reference, 5.2)."""
NOW, BEFORE = "Now", "Last digest"
BUCKETS = (
    ("0 %", 0),
    ("1–24 %", 24),
    ("25–49 %", 49),
    ("50–74 %", 74),
    ("75–99 %", 99),
    ("100 %", 100),
)
"""The name of each bucket, and the highest progress in it, in whole per cent."""


@dataclass(frozen=True, slots=True)
class Series:
    """One row of figures, one for each category."""

    name: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars: unique ``categories``, and one or two series of figures. ``lines`` say the same, not escaped."""

    title: str
    unit: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    lines: tuple[str, ...]


def draw_bars(tracked: Sequence[Tracked]) -> Chart:
    """The progress of each objective in per cent, highest first; the one at the last digest too if it has all."""
    shown = sorted(tracked, key=lambda one: (-one.objective.progress, fold(one.objective.name), one.objective.id))
    seen = [one.seen for one in shown if one.seen is not None]
    series = [Series(NOW, tuple(_whole(one.objective.progress) for one in shown))]
    if len(seen) == len(shown):
        series.insert(0, Series(BEFORE, tuple(_whole(one.progress) for one in seen)))
    return Chart(
        title="Progress",
        unit="Progress in %",
        categories=_labels([one.objective for one in shown]),
        series=tuple(series),
        lines=tuple(_line(one) for one in shown),
    )


def draw_buckets(counts: Mapping[str, int]) -> Chart:
    """How many objectives have come how far; ``counts`` by bucket_of()."""
    figures = tuple(counts.get(name, 0) for name, _highest in BUCKETS)
    return Chart(
        title="Objectives by progress",
        unit="Objectives",
        categories=tuple(name for name, _highest in BUCKETS),
        series=(Series("Objectives", figures),),
        lines=tuple(
            f"{name}: {counted(figure, 'objective')}" for (name, _highest), figure in zip(BUCKETS, figures, strict=True)
        ),
    )


def bucket_of(progress: float) -> str:
    """The bucket that a progress is counted in."""
    whole = _whole(progress)
    return next((name for name, highest in BUCKETS if whole <= highest), BUCKETS[-1][0])


def _line(tracked: Tracked) -> str:
    now = percent(tracked.objective.progress)
    before = percent(tracked.seen.progress) if tracked.seen else now
    return f"{name_of(tracked.objective, 150)}: {now}" + ("" if before == now else f", from {before}")


def _whole(progress: float) -> int:
    """Progress in whole per cent, read back from its text so that chart and text never differ; within reason."""
    if not math.isfinite(progress):
        return 0
    return int(re.sub(r"[^\d-]", "", percent(max(-100.0, min(100.0, progress)))))


def _labels(objectives: Sequence[Objective]) -> tuple[str, ...]:
    """A label for each objective, each another: figures belong to a category by its label."""
    taken: dict[str, None] = {}
    for objective in objectives:
        name, number = name_of(objective), 1
        label = _cut(name, LONGEST_LABEL)
        while label in taken:
            number += 1
            label = f"{_cut(name, LONGEST_LABEL - len(str(number)) - 1)} {number}"
        taken[label] = None
    return tuple(taken)


def _cut(name: str, units: int) -> str:
    """The name in at most this many UTF-16 units."""
    room = units
    while len(cut(name, room).encode("utf-16-le")) > 2 * units:
        room -= 1
    return cut(name, room)
