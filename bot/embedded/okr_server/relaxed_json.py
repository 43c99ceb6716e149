"""JSON as callers send it: strict in bodies, relaxed (unquoted keys, single quotes) in filters."""

import json
import math
import re
from typing import Any

import json5

from .errors import bad_request

LONGEST_FILTER = 20_000
"""Characters."""

DEEPEST = 40

_KEY_OR_STRING = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|([A-Za-z_$][\w$.]*)(?=\s*:)""", re.DOTALL)


def read_body(raw: bytes) -> dict[str, Any]:
    """The JSON object in a request's body."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise bad_request("The body is not valid JSON.") from None
    if not isinstance(value, dict):
        raise bad_request("The body must be a JSON object.")
    _check(value, "The body")
    return value


def read_filter(text: str) -> dict[str, Any]:
    """The object in a ``filter`` parameter."""
    if len(text) > LONGEST_FILTER:
        raise bad_request(f"The filter is longer than {LONGEST_FILTER:,} characters.")
    try:
        value = _parse(text)
    except (ValueError, RecursionError):
        raise bad_request("The filter is not valid JSON.") from None
    if not isinstance(value, dict):
        raise bad_request("The filter must be an object.")
    _check(value, "The filter")
    return value


def _parse(text: str) -> Any:
    # json5 takes a millisecond for a few dozen characters, so it is the last resort.
    quoted = _KEY_OR_STRING.sub(_quote, text)
    for candidate in (text, quoted):
        try:
            return json.loads(candidate)
        except ValueError:
            continue
    return json5.loads(quoted)


def _quote(match: re.Match[str]) -> str:
    found = match[0]
    if match[1]:
        return f'"{found}"'
    if found.startswith("'") and "\\" not in found:
        return json.dumps(found[1:-1], ensure_ascii=False)
    return found


def _check(value: Any, where: str, depth: int = 0) -> None:
    """Refuse what no database can keep: unpaired surrogates, NUL, numbers that are none, endless nesting."""
    if depth > DEEPEST:
        raise bad_request(f"{where} is nested too deeply.")
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise bad_request(f"{where} holds a character that is not text.")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise bad_request(f"{where} holds a number that is not finite.")
    elif isinstance(value, int):
        if abs(value) > 10**300:
            raise bad_request(f"{where} holds a number that is too large.")
    elif isinstance(value, dict):
        for key, item in value.items():
            _check(key, where, depth + 1)
            _check(item, where, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, where, depth + 1)
