"""Block Kit's rules for blocks, and which may stand where. https://docs.slack.dev/reference/block-kit/blocks"""

from collections import Counter
from typing import Any

from bot.embedded.workspace.checks import (
    Faults,
    Shape,
    anything,
    boolean,
    integer,
    items,
    string,
    text,
    typed,
    word,
)
from bot.embedded.workspace.controls import CHOOSERS, ELEMENTS, ID, IMAGE_FIELDS, IN_ACTIONS, PLAIN, TEXT_INPUTS, URL
from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.figures import DATA_TABLE, DATA_VISUALIZATION, RICH_TEXT, TABLE

CHILDREN = (
    "actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section", "table", "video"
)  # fmt: skip


def _context_element(value: Any, at: str) -> Faults:
    if isinstance(value, dict) and value.get("type") in ("plain_text", "mrkdwn"):
        return text(3000)(value, at)
    return typed(ELEMENTS, "image")(value, at)


def _child(value: Any, at: str) -> Faults:
    return typed(BLOCKS, *CHILDREN)(value, at)


def _distinct_actions(value: Json, at: str) -> Faults:
    counted = Counter(one.get("action_id") for one in value["elements"] if one.get("action_id"))
    for found, times in counted.items():
        if times > 1:
            yield f"action_id already exists: {found}", f"{at}/elements"


def _no_dispatched_files(value: Json, at: str) -> Faults:
    if value.get("dispatch_action") and value["element"]["type"] == "file_input":
        yield "dispatch_action is not allowed with file_input", at


def _divider_only_when_open(value: Json, at: str) -> Faults:
    if value.get("has_header_divider") and value.get("is_collapsible"):
        yield "has_header_divider is only allowed when is_collapsible is false", at


CARD = Shape(
    {
        "hero_image": typed(ELEMENTS, "image"),
        "icon": typed(ELEMENTS, "image"),
        "slack_icon": anything,
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "subtext": text(200),
        "actions": items(typed(ELEMENTS, "button"), 3),
    },
    any_of=("hero_image", "title", "actions", "body"),
)
TASK_CARD = Shape(
    {
        "task_id": ID,
        "title": string(3000),
        "details": RICH_TEXT,
        "output": RICH_TEXT,
        "sources": anything,
        "status": word("pending", "in_progress", "complete", "error"),
    },
    ("task_id", "title", "status"),
)

BLOCKS: dict[str, Shape] = {
    "section": Shape(
        {
            "text": text(3000),
            "fields": items(text(2000), 10),
            "accessory": typed(ELEMENTS, *IN_ACTIONS, "image"),
            "expand": boolean,
        },
        any_of=("text", "fields"),
    ),
    "header": Shape({"text": text(150, PLAIN), "level": integer(1, 4)}, ("text",)),
    "context": Shape({"elements": items(_context_element, 10)}, ("elements",)),
    "divider": Shape({}),
    "actions": Shape({"elements": items(typed(ELEMENTS, *IN_ACTIONS), 25)}, ("elements",), rules=(_distinct_actions,)),
    "input": Shape(
        {
            "label": text(2000, PLAIN),
            "hint": text(2000, PLAIN),
            "element": typed(ELEMENTS, *TEXT_INPUTS, *CHOOSERS),
            "optional": boolean,
            "dispatch_action": boolean,
        },
        ("label", "element"),
        rules=(_no_dispatched_files,),
    ),
    "image": Shape(IMAGE_FIELDS | {"title": text(2000, PLAIN)}, ("alt_text",), ("image_url", "slack_file")),
    "rich_text": RICH_TEXT,
    "markdown": Shape({"text": string(12_000)}, ("text",)),
    "table": TABLE,
    "data_table": DATA_TABLE,
    "data_visualization": DATA_VISUALIZATION,
    "card": CARD,
    "carousel": Shape({"elements": items(typed({"card": CARD}), 10)}, ("elements",)),
    "container": Shape(
        {
            "title": text(150, PLAIN),
            "rich_text_title": RICH_TEXT,
            "subtitle": text(150),
            "child_blocks": items(_child, 10),
            "width": word("narrow", "standard", "wide", "full"),
            "icon": typed(ELEMENTS, "image"),
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
        ("child_blocks",),
        ("title", "rich_text_title"),
        rules=(_divider_only_when_open,),
    ),
    "alert": Shape({"text": text(200), "level": word("default", "info", "warning", "error", "success")}, ("text",)),
    "context_actions": Shape({"elements": items(typed(ELEMENTS, "feedback_buttons", "icon_button"), 5)}, ("elements",)),
    "task_card": TASK_CARD,
    "plan": Shape({"title": string(3000), "tasks": items(typed({"task_card": TASK_CARD}), 50, 0)}, ("title",)),
    "video": Shape(
        {
            "alt_text": string(2000),
            "title": text(200, PLAIN),
            "title_url": string(2000),
            "video_url": URL,
            "thumbnail_url": URL,
            "description": text(200, PLAIN),
            "author_name": string(50),
            "provider_name": string(50),
            "provider_icon_url": string(2000),
        },
        ("alt_text", "title", "video_url", "thumbnail_url"),
    ),
}

EVERYWHERE = ("section", "header", "context", "divider", "actions", "input", "image", "rich_text", "card", "video")
SURFACES = {
    "message": frozenset(
        (*EVERYWHERE, "markdown", "table", "data_table", "data_visualization", "carousel", "container",
         "context_actions", "task_card", "plan")
    ),
    "modal": frozenset((*EVERYWHERE, "alert")),
    "home": frozenset((*EVERYWHERE, "table", "data_table", "data_visualization", "carousel", "container")),
}  # fmt: skip
"""Which block may go where. https://docs.slack.dev/reference/block-kit/blocks"""
