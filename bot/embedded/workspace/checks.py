"""A small language of checks on JSON: each gives what is wrong and where, in Slack's words."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Faults = Iterator[tuple[str, str]]
Check = Callable[[Any, str], Faults]
"""value and JSON pointer → (fault, pointer)"""


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: its fields, which of them must be there, of which at least one must be, and rules across fields."""

    fields: Mapping[str, Check]
    required: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    rules: tuple[Check, ...] = field(default=())

    def __call__(self, value: Any, at: str) -> Faults:
        if not isinstance(value, dict):
            yield "must be an object", at
            return
        for name in self.required:
            if value.get(name) is None:
                yield f"missing required field: {name}", at
        if self.any_of and not any(value.get(name) for name in self.any_of):
            yield f"must provide {' or '.join(self.any_of)}", at
        before = 0
        for name, held in value.items():
            if name in ("type", "block_id", "action_id"):
                continue
            if name not in self.fields:
                yield f"invalid additional property: {name}", at
            elif held is not None or name in self.required:
                for fault in self.fields[name](held, f"{at}/{name}"):
                    before += 1
                    yield fault
        if not before and all(value.get(name) is not None for name in self.required):
            for rule in self.rules:
                yield from rule(value, at)


def anything(value: Any, at: str) -> Faults:
    """No demand at all."""
    yield from ()


def boolean(value: Any, at: str) -> Faults:
    """True or false."""
    if not isinstance(value, bool):
        yield "must be a boolean", at


def string(most: int, least: int = 1) -> Check:
    """Characters, so many."""

    def check(value: Any, at: str) -> Faults:
        if not isinstance(value, str):
            yield "must be a string", at
        elif len(value) > most:
            yield f"must be less than {most + 1} characters", at
        elif len(value) < least:
            yield f"must be more than {least - 1} characters", at

    return check


def matching(pattern: str, say: str) -> Check:
    """Characters of a certain form."""

    def check(value: Any, at: str) -> Faults:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            yield say, at

    return check


def word(*words: str) -> Check:
    """One of these words."""

    def check(value: Any, at: str) -> Faults:
        if value not in words:
            yield f"must be a valid enum value: {', '.join(words)}", at

    return check


def integer(least: int, most: int) -> Check:
    """A whole number within bounds."""

    def check(value: Any, at: str) -> Faults:
        if isinstance(value, bool) or not isinstance(value, int):
            yield "must be an integer", at
        elif not least <= value <= most:
            yield f"must be between {least} and {most}", at

    return check


def number(value: Any, at: str) -> Faults:
    """Any number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield "must be a number", at


def items(check: Check, most: int, least: int = 1) -> Check:
    """A list, so many, each of which passes."""

    def check_items(value: Any, at: str) -> Faults:
        if not isinstance(value, list):
            yield "must be an array", at
            return
        if len(value) > most:
            yield f"no more than {most} items allowed", at
        if len(value) < least:
            yield f"must provide at least {least} item{'s' if least > 1 else ''}", at
        for number_, one in enumerate(value):
            yield from check(one, f"{at}/{number_}")

    return check_items


def text(most: int, *kinds: str, least: int = 1) -> Check:
    """A text object; both kinds unless one is named."""
    allowed = kinds or ("plain_text", "mrkdwn")

    def check(value: Any, at: str) -> Faults:
        if not isinstance(value, dict):
            yield "must be a text object", at
            return
        if value.get("type") not in allowed:
            yield f"must be a {' or '.join(allowed)} object", f"{at}/type"
        for name in value:
            if name not in ("type", "text", "emoji", "verbatim"):
                yield f"invalid additional property: {name}", at
        yield from string(most, least)(value.get("text"), f"{at}/text")

    return check


def typed(shapes: Mapping[str, Check], *allowed: str) -> Check:
    """An object whose ``type`` says which shape it has; with ids not too long."""

    def check(value: Any, at: str) -> Faults:
        if not isinstance(value, dict):
            yield "must be an object", at
            return
        kind = str(value.get("type"))
        if kind not in shapes or (allowed and kind not in allowed):
            yield f"unsupported type: {kind}", f"{at}/type"
            return
        for name in ("block_id", "action_id"):
            if value.get(name) is not None:
                yield from string(255, 0)(value[name], f"{at}/{name}")
        yield from shapes[kind](value, at)

    return check
