"""Several things in one sentence."""

from collections.abc import Iterable


def join_series(things: Iterable[str], last: str = "and") -> str:
    """ "a, b and c"."""
    *others, end = [*things] or [""]
    return f" {last} ".join(filter(None, (", ".join(others), end)))
