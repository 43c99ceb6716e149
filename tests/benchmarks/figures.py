"""Figures as people read them: percentiles, and tables in Markdown."""

from collections.abc import Sequence


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that ``percent`` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else float("nan")


def duration(seconds: float) -> str:
    """A time in milliseconds, or in seconds where it is long."""
    return (
        f"{seconds:.2f} s"
        if seconds >= 1
        else f"{1000 * seconds:.0f} ms"
        if seconds >= 0.02
        else f"{1000 * seconds:.1f} ms"
    )


def spread(values: Sequence[float]) -> list[str]:
    """The 50th, 95th and 99th percentile of times in seconds."""
    return [duration(percentile(values, percent)) for percent in (50, 95, 99)]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown; all columns but the first to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
