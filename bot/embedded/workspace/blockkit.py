"""Block Kit's rules, asked of a message, a view or looked-up options. https://docs.slack.dev/reference/block-kit"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot.embedded.workspace.checks import (
    Check,
    Faults,
    Shape,
    anything,
    boolean,
    items,
    string,
    text,
    typed,
)
from bot.embedded.workspace.controls import GROUP, OPTION, PLAIN, options_or_groups
from bot.embedded.workspace.elements import Json, find_elements
from bot.embedded.workspace.figures import content_length
from bot.embedded.workspace.layout import BLOCKS, SURFACES

BLOCKS_MAX = {"message": 50, "modal": 100, "home": 100}
VIEW_BYTES = 250_000
VIEW_FIELDS: dict[str, Check] = {
    "blocks": anything,
    "title": text(24, PLAIN),
    "submit": text(24, PLAIN),
    "close": text(24, PLAIN),
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
    "clear_on_close": boolean,
    "notify_on_close": boolean,
    "submit_disabled": boolean,
}
VIEWS = {
    "modal": Shape(VIEW_FIELDS, ("title", "blocks")),
    "home": Shape(
        {name: VIEW_FIELDS[name] for name in ("blocks", "private_metadata", "callback_id", "external_id")}, ("blocks",)
    ),
}


def faults_in_message(body: Json) -> list[str]:
    """What is wrong with a message's blocks and its attachments' blocks, as Slack says it."""
    found = list(_in_blocks(body.get("blocks") or [], "message", "/blocks"))
    for number, one in enumerate(body.get("attachments") or []):
        blocks = one.get("blocks") or []
        at = f"/attachments/{number}/blocks"
        found += _in_blocks(blocks, "message", at) if isinstance(blocks, list) else [("must be an array", at)]
    if len(body.get("attachments") or []) > 100:
        found.append(("no more than 100 items allowed", "/attachments"))
    return _said(found)


def faults_in_view(view: Any, kind: str) -> list[str]:
    """What is wrong with a view of that kind (modal or home)."""
    if not isinstance(view, dict):
        return ["must be an object [json-pointer:/view]"]
    if view.get("type") != kind:
        return [f"must be of type {kind} [json-pointer:/view/type]"]
    found = list(VIEWS[kind](view, "/view"))
    if isinstance(view.get("blocks"), list):
        found += _in_blocks(view["blocks"], kind, "/view/blocks")
        has_input = any(isinstance(one, dict) and one.get("type") == "input" for one in view["blocks"])
        if kind == "modal" and has_input and not view.get("submit"):
            found.append(("missing required field: submit", "/view"))
    else:
        found.append(("must be an array", "/view/blocks"))
    return _said(found)


def faults_in_options(answer: Json) -> list[str]:
    """What is wrong with the answer to an option look-up."""
    shape = Shape({"options": items(OPTION, 100, 0), "option_groups": items(GROUP, 100, 0)}, rules=(options_or_groups,))
    return _said(shape(answer, ""))


def is_too_large(view: Json) -> bool:
    """Whether a view exceeds 250 kB."""
    return len(json.dumps(view).encode()) > VIEW_BYTES


def _in_blocks(blocks: list[Any], kind: str, at: str) -> Iterator[tuple[str, str]]:
    if len(blocks) > BLOCKS_MAX[kind]:
        yield f"no more than {BLOCKS_MAX[kind]} items allowed", at
    sound = []
    for number, block in enumerate(blocks):
        found = list(typed(BLOCKS, *SURFACES[kind])(block, f"{at}/{number}"))
        yield from found
        if not found:
            sound.append(block)
    for found_id, times in Counter(block["block_id"] for block in sound if block.get("block_id")).items():
        if times > 1:
            yield f"block_id already exists: {found_id}", at
    yield from _whole(sound, kind, at)


def _whole(blocks: list[Json], kind: str, at: str) -> Faults:
    kinds = Counter(block["type"] for block in blocks)
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > 12_000:
        yield "all markdown blocks together must be less than 12001 characters", at
    for of, most in (("table", 10_000), ("data_table", 20_000)):
        if sum(content_length(block) for block in blocks if block["type"] == of) > most:
            yield f"all cells of {of} blocks together must be less than {most + 1} characters", at
    if kind == "message" and kinds["table"] > 1:
        yield "only one table is allowed in a message", at
    if kind == "message" and kinds["data_visualization"] > 2:
        yield "no more than 2 data_visualization blocks allowed in a message", at
    if sum(bool(element.get("focus_on_load")) for _, element in find_elements(blocks)) > 1:
        yield "only one element may have focus_on_load", at
    for number, block in enumerate(blocks):
        for _, element in find_elements([block]):
            if kind != "modal" and (element["type"] == "file_input" or element.get("response_url_enabled")):
                yield "only allowed in modals", f"{at}/{number}"


def _said(found: Any) -> list[str]:
    return [f"{fault} [json-pointer:{at}]" for fault, at in found]
