"""Buttons and menus. Each carries a command line, and pressing it runs that line as if it had been typed.

So a button can do nothing that its presser could not type, and permissions are asked where commands ask them.
``run`` answers with a new message; ``swap`` replaces the message that the button stands on.
"""

from collections.abc import Sequence
from typing import Literal

from slack_sdk.models.blocks import ButtonElement, Option, OverflowMenuElement, PlainTextObject

from bot.views.text import cut

RUN = "run"
SWAP = "swap"
MENU = "menu"

LINE_LIMIT = 2000


def button(
    label: str,
    line: str,
    *,
    n: int = 0,
    swap: bool = False,
    style: Literal["primary", "danger"] | None = None,
    accessibility_label: str | None = None,
) -> ButtonElement:
    """A button that runs ``line`` (such as ``show 64b0…``); ``n`` tells apart the buttons of one block."""
    return ButtonElement(
        text=PlainTextObject(text=cut(label, 75), emoji=True),
        action_id=f"{SWAP if swap else RUN}.{n}",
        value=line,
        style=style,
        accessibility_label=cut(accessibility_label, 75) if accessibility_label else None,
    )


def carries(line: str) -> bool:
    """Whether a button can carry ``line``: there is one, and it is not too long. Cut off, it would do another thing."""
    return 0 < len(line) <= LINE_LIMIT


def menu(entries: Sequence[tuple[str, str]], *, n: int = 0) -> OverflowMenuElement:
    """An overflow menu of one to five ``(label, line)`` pairs; a line holds at most 150 characters."""
    return OverflowMenuElement(
        action_id=f"{MENU}.{n}",
        options=[Option(text=PlainTextObject(text=cut(label, 75)), value=line) for label, line in entries],
    )
