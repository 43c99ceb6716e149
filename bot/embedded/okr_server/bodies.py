"""The values in a request's body: each as it is kept, or 400 with the reason."""

import json
from typing import Any

from .errors import bad_request
from .ids import is_id
from .times import UNSET, read_time, show_time

LONGEST_NAME = 10_000
LONGEST_TEXT = 500_000
LARGEST_NUMBER = 1e100

Body = dict[str, Any]


def name(body: Body, field: str) -> str:
    """Text that says something, without spaces around it."""
    value = text(body, field).strip()
    if not value:
        raise bad_request(f"The field {field} must not be empty.")
    if len(value) > LONGEST_NAME:
        raise bad_request(f"The field {field} is longer than {LONGEST_NAME:,} characters.")
    return value


def text(body: Body, field: str, otherwise: str = "") -> str:
    """Any text; ``otherwise`` where there is none or null."""
    value = body.get(field)
    if value is None:
        return otherwise
    if not isinstance(value, str):
        raise bad_request(f"The field {field} must be text.")
    if len(value) > LONGEST_TEXT:
        raise bad_request(f"The field {field} is longer than {LONGEST_TEXT:,} characters.")
    return value


def item_id(body: Body, field: str) -> str:
    """An id, or empty where there is none."""
    value = text(body, field).strip().lower()
    if value and not is_id(value):
        raise bad_request(f"The field {field} must be an id of 24 hex characters.")
    return value


def item_ids(body: Body, field: str) -> list[str]:
    """A list of ids, each once."""
    values = body.get(field)
    if values is None:
        return []
    if not isinstance(values, list):
        raise bad_request(f"The field {field} must be a list of ids.")
    return list(dict.fromkeys(item_id({field: value}, field) for value in values if value))


def number(body: Body, field: str, otherwise: float) -> float:
    """A number; ``otherwise`` where there is none or null."""
    value = body.get(field)
    if value is None:
        return otherwise
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise bad_request(f"The field {field} must be a number.")
    if abs(value) > LARGEST_NUMBER:
        raise bad_request(f"The field {field} is too large a number.")
    return float(value)


def number_or_none(body: Body, field: str) -> float | None:
    """A number, or None where there is none."""
    return None if body.get(field) is None else number(body, field, 0.0)


def flag(body: Body, field: str, otherwise: bool) -> bool:
    """True or false."""
    value = body.get(field)
    if value is None:
        return otherwise
    if not isinstance(value, bool):
        raise bad_request(f"The field {field} must be true or false.")
    return value


def time(body: Body, field: str, otherwise: str = UNSET) -> str:
    """A time as it is kept; ``otherwise`` where there is none."""
    value = text(body, field).strip()
    if not value:
        return otherwise
    kept = read_time(value)
    if kept is None:
        raise bad_request(f"The field {field} must be a date like 2026-11-23T09:00:00Z.")
    return kept


def json_object(body: Body, field: str) -> str:
    """An object as JSON text, ``{}`` where there is none."""
    value = body.get(field)
    if value is None:
        return "{}"
    if not isinstance(value, dict):
        raise bad_request(f"The field {field} must be an object.")
    return json.dumps(value, ensure_ascii=False)


def json_or_none(body: Body, field: str) -> str | None:
    """Whatever JSON was sent, as text; None for null."""
    value = body.get(field)
    return None if value is None else json.dumps(value, ensure_ascii=False)


def check_order(starts: str, ends: str, what: str) -> None:
    """Refuse a range that ends before it starts; an unset end is no end."""
    if UNSET not in (starts, ends) and ends < starts:
        raise bad_request(f"{what} must not end before it starts: {show_time(starts)} to {show_time(ends)}.")
