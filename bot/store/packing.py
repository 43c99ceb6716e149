"""Values of ``bot.objectives`` as JSON text and back: for rows and jobs that outlive the code that wrote them."""

import json
from functools import cache
from typing import Any, TypeVar

from cattrs.preconf.json import JsonConverter, make_converter

T = TypeVar("T")


def pack(value: object) -> str:
    """A frozen dataclass, or plain JSON, as JSON text; times as ISO 8601. The text is ASCII."""
    return json.dumps(_converter().unstructure(value), separators=(",", ":"))


def unpack(text: str, kind: type[T]) -> T:
    """The value that was packed. Fields that it did not have take their default; those not known any more are left out.

    Raises ValueError, KeyError or TypeError where the text holds no such value.
    """
    return _converter().structure(json.loads(text), kind)


def peek(text: str, field: str) -> Any:
    """One field of what was packed, as plain JSON: to look through many costs a fifth of unpacking them."""
    return json.loads(text)[field]


@cache
def _converter() -> JsonConverter:
    return make_converter(detailed_validation=False)
