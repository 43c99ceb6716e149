"""The ``fields`` parameter: which parts of an object come back. ``metrics{id,name}`` and ``assignee.name`` work."""

import re
from typing import Any

from .errors import bad_request

Fields = dict[str, "Fields"]
"""The wanted names, each with the wanted names inside it; empty means all of it."""

LONGEST = 4_000
DEEPEST = 8

_TOKEN = re.compile(r"\s*([\w.$-]+|[{},])\s*")


def read_fields(text: str | None) -> Fields:
    """The tree of a ``fields`` parameter; empty (everything) where there is none."""
    if not text or not text.strip():
        return {}
    if len(text) > LONGEST:
        raise bad_request(f"The parameter fields is longer than {LONGEST:,} characters.")
    wanted: Fields = {}
    stack = [wanted]
    last: Fields | None = None
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise bad_request("The parameter fields is not a list of names.")
        position = match.end()
        part = match[1]
        if part == "{":
            if last is None or len(stack) > DEEPEST:
                raise bad_request("The parameter fields has a brace in the wrong place.")
            stack.append(last)
            last = None
        elif part == "}":
            if len(stack) == 1:
                raise bad_request("The parameter fields closes a brace that is not open.")
            stack.pop()
            last = None
        elif part != ",":
            last = stack[-1]
            for name in part.split("."):
                last = last.setdefault("id" if name == "_id" else name, {})
    if len(stack) != 1:
        raise bad_request("The parameter fields does not close a brace.")
    return wanted


def wants(fields: Fields, name: str) -> bool:
    """Whether ``name`` is to come back."""
    return not fields or name in fields


def project(document: dict[str, Any], fields: Fields) -> dict[str, Any]:
    """The document with only the wanted fields; ``id`` and ``accountId`` always come back."""
    if not fields:
        return document
    kept: dict[str, Any] = {name: document[name] for name in ("id", "accountId") if name in document}
    for name, inner in fields.items():
        if name in document:
            kept[name] = _project_inside(document[name], inner)
    return kept


def _project_inside(value: Any, fields: Fields) -> Any:
    if not fields:
        return value
    if isinstance(value, list):
        return [_project_inside(item, fields) for item in value]
    if isinstance(value, dict):
        return {name: _project_inside(value[name], inner) for name, inner in fields.items() if name in value}
    return value
