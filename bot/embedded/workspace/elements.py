"""Finding the interactive elements in blocks, and naming blocks and elements as Slack does where the app has not."""

import copy
import secrets
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def find_elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every interactive element with the block that holds it; cards and containers are looked into."""
    for block in blocks:
        kind = block.get("type")
        if kind == "input":
            yield block, block["element"]
        elif kind == "section" and block.get("accessory"):
            yield block, block["accessory"]
        elif kind in ("actions", "context_actions"):
            yield from ((block, element) for element in block.get("elements") or [])
        elif kind == "card":
            yield from ((block, element) for element in block.get("actions") or [])
        elif kind == "carousel":
            yield from find_elements(block.get("elements") or [])
        elif kind == "container":
            yield from find_elements(block.get("child_blocks") or [])


def find_element(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json] | None:
    """The block and element of these ids."""
    for block, element in find_elements(blocks):
        if block.get("block_id") == block_id and element.get("action_id") == action_id:
            return block, element
    return None


def name_all(blocks: list[Json]) -> list[Json]:
    """A copy in which every block has a block_id and every interactive element an action_id."""
    named = copy.deepcopy(blocks)
    for block in _nested(named):
        block["block_id"] = block.get("block_id") or secrets.token_urlsafe(4)
    for _, element in find_elements(named):
        if element.get("type") != "image":
            element["action_id"] = element.get("action_id") or secrets.token_urlsafe(4)
    return named


def _nested(blocks: list[Json]) -> Iterator[Json]:
    for block in blocks:
        yield block
        if block.get("type") == "carousel":
            yield from _nested(block.get("elements") or [])
        elif block.get("type") == "container":
            yield from _nested(block.get("child_blocks") or [])
