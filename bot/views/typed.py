"""What gives people back what they typed: a text too long to take, and the form that narrows a search."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import InputBlock, MarkdownTextObject, PlainTextInputElement, PlainTextObject, SectionBlock
from slack_sdk.models.views import View

from bot.views.message import Message
from bot.views.text import cut, escape

PIECE = 2_800
QUERY_LIMIT = 1_500


def too_long(what: str, limit: int, typed: str) -> Message:
    """Says that a text is too long and gives it back whole, up to what a message holds."""
    said = f"A {what} can have at most {limit:,} characters; this one has {len(typed):,}. Here it is, to be shortened:"
    pieces = [typed[start : start + PIECE // 5] for start in range(0, min(len(typed), 12_000), PIECE // 5)]
    blocks = [SectionBlock(text=MarkdownTextObject(text=escape(said)))]
    blocks += [SectionBlock(text=PlainTextObject(text=cut(piece, 3000), emoji=False)) for piece in pieces]
    return Message(f"{escape(said)}\n{escape(cut(typed, 2000))}", blocks)


def search_form(query: str, channel_id: str) -> View:
    """The form behind Narrow…: the query as one line, to be changed."""
    return View(
        type="modal",
        callback_id="objectives.search",
        private_metadata=channel_id,
        title=PlainTextObject(text="Search objectives"),
        submit=PlainTextObject(text="Search"),
        close=PlainTextObject(text="Cancel"),
        blocks=[
            InputBlock(
                block_id="query",
                optional=True,
                label=PlainTextObject(text="Search for"),
                hint=PlainTextObject(
                    text='Words of the name, #tag, -#tag, owner:me, team:"Marketing", session:"Q4 2026", '
                    "status:behind, sort:progress"
                ),
                element=PlainTextInputElement(
                    action_id="value", initial_value=cut(query, QUERY_LIMIT) or None, max_length=QUERY_LIMIT
                ),
            )
        ],
    )


def read_search_form(view: Mapping[str, Any]) -> tuple[str, str]:
    """The query that was typed, and the channel to answer in."""
    element = view.get("state", {}).get("values", {}).get("query", {}).get("value", {})
    return (element.get("value") or "").strip(), view.get("private_metadata", "")
