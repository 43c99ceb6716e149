"""Mongo-style filters: read into a small tree, and decided in Python for one document.

``filter_sql.py`` turns as much of the tree into SQL as it can; what is written here is what a filter means.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .errors import bad_request
from .patterns import Pattern, read_pattern
from .times import read_time

LONGEST_LIST = 1_000
TIME_PATHS = frozenset(
    [
        "dateFrom",
        "dateTo",
        "dateCreated",
        "modifiedAt",
        "start",
        "end",
        "dueDate",
        "softDueDate",
        "lastCheckInDate",
        "confidence.date",
    ]
)

_PATH = re.compile(r"[A-Za-z_][\w-]*(\.[\w-]+)*")


@dataclass(frozen=True, slots=True)
class Every:
    """All of them hold (``$and``)."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of them holds (``$or``)."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold (``$not``, ``$ne``, ``$nin``, ``$nor``)."""

    node: "Node"


@dataclass(frozen=True, slots=True)
class Test:
    """One condition on one path: ``operator`` is ``eq in gt gte lt lte regex exists all``."""

    path: str
    operator: str
    value: Any


Node = Every | Either | Not | Test


def read_node(filter_: dict[str, Any]) -> Node:
    """The tree of a filter; 400 with the reason where it is none."""
    return Every(tuple(_read_entry(key, value) for key, value in filter_.items()))


def _read_entry(key: str, value: Any) -> Node:
    if key in ("$and", "$or", "$nor"):
        if not (isinstance(value, list) and value and all(isinstance(item, dict) for item in value)):
            raise bad_request(f"{key} in the filter needs a list of conditions.")
        nodes = tuple(read_node(item) for item in value)
        return Every(nodes) if key == "$and" else Either(nodes) if key == "$or" else Not(Either(nodes))
    if key.startswith("$"):
        raise bad_request(f"The filter's operator {key[:40]} is not known.")
    if not _PATH.fullmatch(key):
        raise bad_request(f"The filter's field {key[:40]!r} is not a field name.")
    path = ".".join("id" if part == "_id" else part for part in key.split("."))
    return _read_condition(path, value)


def _read_condition(path: str, value: Any) -> Node:
    if not (isinstance(value, dict) and any(key.startswith("$") for key in value)):
        return Test(path, "eq", _operand(path, value))
    nodes = [_read_operator(path, operator, operand, value) for operator, operand in value.items()]
    return Every(tuple(node for node in nodes if node is not None))


def _read_operator(path: str, operator: str, operand: Any, condition: dict[str, Any]) -> Node | None:
    match operator:
        case "$eq":
            return Test(path, "eq", _operand(path, operand))
        case "$ne":
            return Not(Test(path, "eq", _operand(path, operand)))
        case "$in" | "$nin" | "$all":
            if not isinstance(operand, list) or len(operand) > LONGEST_LIST:
                raise bad_request(f"{operator} in the filter needs a list of at most {LONGEST_LIST:,} values.")
            values = tuple(_operand(path, item) for item in operand)
            if operator == "$all":
                return Test(path, "all", values)
            return Test(path, "in", values) if operator == "$in" else Not(Test(path, "in", values))
        case "$gt" | "$gte" | "$lt" | "$lte":
            if isinstance(operand, bool) or not isinstance(operand, str | int | float):
                raise bad_request(f"{operator} in the filter needs a number or text.")
            return Test(path, operator[1:], _operand(path, operand))
        case "$exists":
            return Test(path, "exists", True) if operand else Not(Test(path, "exists", True))
        case "$regex":
            return Test(path, "regex", read_pattern(operand, condition.get("$options", "")))
        case "$options" if "$regex" in condition:
            return None
        case "$not":
            if not (isinstance(operand, dict) and operand and all(key.startswith("$") for key in operand)):
                raise bad_request("$not in the filter needs operators.")
            return Not(_read_condition(path, operand))
    raise bad_request(f"The filter's operator {operator[:40]} is not known.")


def _operand(path: str, value: Any) -> Any:
    if path in TIME_PATHS and isinstance(value, str):
        return read_time(value) or value
    return value


def matches(node: Node, document: dict[str, Any]) -> bool:
    """Whether the filter holds for a document as the API shows it."""
    match node:
        case Every(nodes):
            return all(matches(child, document) for child in nodes)
        case Either(nodes):
            return any(matches(child, document) for child in nodes)
        case Not(child):
            return not matches(child, document)
        case Test(path, operator, operand):
            return _TESTS[operator](list(_values(document, path.split("."), path in TIME_PATHS)), operand)


def paths_of(node: Node) -> Iterator[str]:
    """The paths that a filter looks at."""
    match node:
        case Every(nodes) | Either(nodes):
            for child in nodes:
                yield from paths_of(child)
        case Not(child):
            yield from paths_of(child)
        case Test(path):
            yield path


def _values(value: Any, path: list[str], is_time: bool) -> Iterator[Any]:
    """What is at ``path``; of a list both its items and the list itself, as Mongo has it."""
    if not path:
        yield read_time(value) or value if is_time and isinstance(value, str) else value
        if isinstance(value, list):
            yield from value
    elif isinstance(value, dict):
        if path[0] in value:
            yield from _values(value[path[0]], path[1:], is_time)
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, dict):
                yield from _values(item, path, is_time)


def _is_same(one: Any, other: Any) -> bool:
    return _kind(one) is _kind(other) and bool(one == other)


def _kind(value: Any) -> type:
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)


def _equals(values: list[Any], operand: Any) -> bool:
    return any(_is_same(value, operand) for value in values) or (operand is None and not values)


def _compares(compare: Callable[[Any, Any], bool]) -> Callable[[list[Any], Any], bool]:
    return lambda values, operand: any(_kind(value) is _kind(operand) and compare(value, operand) for value in values)


def _fits(values: list[Any], pattern: Pattern) -> bool:
    return any(isinstance(value, str) and pattern.fits(value) for value in values)


_TESTS: dict[str, Callable[[list[Any], Any], bool]] = {
    "eq": _equals,
    "in": lambda values, operand: any(_equals(values, item) for item in operand),
    "all": lambda values, operand: bool(operand) and all(_equals(values, item) for item in operand),
    "gt": _compares(lambda value, operand: value > operand),
    "gte": _compares(lambda value, operand: value >= operand),
    "lt": _compares(lambda value, operand: value < operand),
    "lte": _compares(lambda value, operand: value <= operand),
    "exists": lambda values, _: bool(values),
    "regex": _fits,
}
