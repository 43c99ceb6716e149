"""What every page of the record and of the trash has: how many there are, and the way to the others."""

from collections.abc import Sequence

from slack_sdk.models.blocks import InteractiveElement

from bot.views.buttons import button, carries

PAGE_SIZE = 10


def range_text(total: int, first: int, shown: int) -> str:
    """How many there are and which are shown: "27 in all, 11–20"; only how many where all are shown."""
    count = f"{total:,} in all"
    if not shown:
        return f"{count}, none on this page"
    if first <= 1 and total <= shown:
        return count
    return f"{count}, {first:,}–{first + shown - 1:,}"


def turns(
    previous_line: str, next_line: str, *, labels: tuple[str, str] = ("Previous", "Next")
) -> list[InteractiveElement]:
    """Previous and Next, where there is such a page; they turn the page in place."""
    lines: Sequence[tuple[str, str, int]] = ((labels[0], previous_line, 3), (labels[1], next_line, 4))
    return [
        button(label, line, n=n, swap=True, accessibility_label=f"{label} page")
        for label, line, n in lines
        if carries(line)
    ]


def read_page(text: str, total: int) -> tuple[int, int]:
    """The number of the page that some words ask for, the first where they name none, and of the last there is."""
    last = max(1, -(-total // PAGE_SIZE))
    typed = next((word for word in text.split() if word.isdecimal() and len(word) < 6), "1")
    return min(max(1, int(typed)), last), last
