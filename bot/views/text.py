"""Text as Slack wants it: escaping, cutting, bars, numbers, dates. All lengths are cut here and nowhere else."""

ELLIPSIS = "…"


def cut(text: str, limit: int) -> str:
    """``text`` in at most ``limit`` characters, ending in … where something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS
