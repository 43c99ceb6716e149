"""Regular expressions in filters: plain text where they are, and never one that could run for minutes."""

import re
from dataclasses import dataclass
from typing import Any

from .errors import bad_request

LONGEST_PATTERN = 500
LONGEST_TEXT = 1_000
"""A pattern that is not plain text looks at this many characters of a value."""

MOST_REPEATS = 2
"""Unbounded repeats (``*``, ``+``, ``{2,}``) in one pattern: each multiplies the time by the length of the text."""

_SET = re.compile(r"\[\^?\]?(?:[^\]\\]|\\.)*\]?", re.DOTALL)
_ESCAPE = re.compile(r"\\.", re.DOTALL)
_SPECIAL = frozenset(r".^$*+?{}[]\|()")


@dataclass(frozen=True, slots=True)
class Pattern:
    """``text`` is what must occur where the pattern is plain text; ``regex`` is set where it is more than that."""

    text: str = ""
    starts: bool = False
    ends: bool = False
    ignores_case: bool = False
    regex: re.Pattern[str] | None = None

    def fits(self, value: str) -> bool:
        """Whether ``value`` holds what the pattern describes."""
        if self.regex is not None:
            return self.regex.search(value, 0, LONGEST_TEXT) is not None
        text, value = (fold(self.text), fold(value)) if self.ignores_case else (self.text, value)
        if self.starts and self.ends:
            return value == text
        if self.starts:
            return value.startswith(text)
        return value.endswith(text) if self.ends else text in value


def fold(text: str) -> str:
    """``text`` as it is compared without case; kept beside names, so that a search is SQL in every language."""
    return text.casefold()


def read_pattern(pattern: Any, options: Any) -> Pattern:
    """The value of ``$regex`` with its ``$options`` (only ``i`` matters); 400 with the reason where it is unfit."""
    if not (isinstance(pattern, str) and isinstance(options, str)):
        raise bad_request("$regex in the filter needs text.")
    if len(pattern) > LONGEST_PATTERN:
        raise bad_request(f"The regular expression is longer than {LONGEST_PATTERN} characters.")
    ignores_case = "i" in options
    if pattern.startswith("(?i)"):
        ignores_case, pattern = True, pattern[4:]
    starts, ends, body = _trim(pattern)
    text = _plain_text(body)
    if text is not None:
        return Pattern(text, starts, ends, ignores_case)
    _refuse_slow(body)
    source = f"{'^' if starts else ''}(?:{body}){'$' if ends else ''}" if "|" not in body else pattern
    try:
        return Pattern(ignores_case=ignores_case, regex=re.compile(source, re.IGNORECASE if ignores_case else 0))
    except (re.error, OverflowError, RecursionError):
        raise bad_request("The regular expression in the filter is not valid.") from None


def _trim(pattern: str) -> tuple[bool, bool, str]:
    """The pattern without anchors and without ``.*`` at its ends, which say nothing in a search."""
    starts = pattern.startswith("^")
    ends = pattern.endswith("$") and not pattern.endswith("\\$")
    body = pattern[starts : len(pattern) - ends]
    while body.startswith(".*") and not body.startswith((".*?", ".*+")):
        body, starts = body[2:], False
    while body.endswith(".*") and not body.endswith("\\.*"):
        body, ends = body[:-2], False
    return starts, ends, body


def _plain_text(body: str) -> str | None:
    characters = []
    position = 0
    while position < len(body):
        character = body[position]
        if character == "\\" and position + 1 < len(body) and not body[position + 1].isalnum():
            position += 1
            character = body[position]
        elif character in _SPECIAL:
            return None
        characters.append(character)
        position += 1
    return "".join(characters)


def _refuse_slow(body: str) -> None:
    """Refuse what backtracks without bound: repeats within repeats, alternatives within repeats, many repeats."""
    groups: list[bool] = []  # for each open group: whether it repeats or chooses inside
    repeats = 0
    position = 0
    closed: bool | None = None  # what the group that ended just before holds
    while position < len(body):
        character = body[position]
        step = 1
        just_closed, closed = closed, None
        if character == "\\":
            if body[position + 1 : position + 2].isdigit():
                raise bad_request("The regular expression in the filter refers back, which is not supported.")
            step = 2
        elif character == "[":
            step = _read_set(body, position)
        elif character == "(":
            groups.append(False)
        elif character == ")" and groups:
            inner = groups.pop()
            closed = inner
            if inner and groups:
                groups[-1] = True
        elif character == "|" and groups:
            groups[-1] = True
        elif character in "*+{":
            if just_closed:
                raise bad_request("The regular expression in the filter could take too long: repeats within repeats.")
            repeats += 1
            if groups:
                groups[-1] = True
        position += step
    if repeats > MOST_REPEATS:
        raise bad_request(f"The regular expression in the filter has more than {MOST_REPEATS} repeats.")


def _read_set(body: str, position: int) -> int:
    """How long the set of characters that begins at ``position`` is; refuses what Python may once read otherwise."""
    found = _SET.match(body, position)
    text = found[0] if found else "["
    inner = _ESCAPE.sub("", text[1:])
    if any(mark in inner for mark in ("[", "--", "&&", "~~", "||")):
        raise bad_request("The regular expression in the filter has a set within a set.")
    return len(text)
