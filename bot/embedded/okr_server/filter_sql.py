"""Filters as SQL: as much of a filter as the columns can decide; the rest is left for ``filters.matches``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, true

from .dialects import holds
from .filters import Either, Every, Node, Not, Test
from .patterns import Pattern, fold

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Single:
    """A path that is one column. ``folded`` is the column that holds the same text without case, if any."""

    column: ColumnElement[Any]
    kind: Literal["text", "number", "flag"] = "text"
    folded: ColumnElement[Any] | None = None
    is_nullable: bool = False


@dataclass(frozen=True, slots=True)
class Many:
    """A path that is a list in a table of its own: ``items`` gives the ids that have ``value`` among them."""

    key: ColumnElement[Any]
    items: Select[Any]
    value: ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Paths:
    """What SQL can decide of one kind of object."""

    singles: Mapping[str, Single]
    manies: Mapping[str, Many] = field(default_factory=dict)


def split(node: Node, paths: Paths) -> tuple[Condition | None, Node | None]:
    """A condition in SQL, and what of the filter is left to decide on the rows it lets through."""
    match node:
        case Every(nodes):
            parts = [split(child, paths) for child in nodes]
            conditions = [condition for condition, _ in parts if condition is not None]
            rest = tuple(left for _, left in parts if left is not None)
            return (and_(*conditions) if conditions else None), (Every(rest) if rest else None)
        case Either(nodes):
            parts = [split(child, paths) for child in nodes]
            if any(left is not None for _, left in parts):
                return None, node
            return or_(*(true() if condition is None else condition for condition, _ in parts)), None
        case Not(child):
            condition, left = split(child, paths)
            if left is not None:
                return None, node
            return (false() if condition is None else not_(condition)), None
        case Test(path, operator, operand):
            if path in paths.singles:
                condition = _single(paths.singles[path], operator, operand)
            elif path in paths.manies:
                condition = _many(paths.manies[path], operator, operand)
            else:
                condition = None
            return (condition, None) if condition is not None else (None, node)


# Every condition is true or false and never NULL, so that NOT in front of it is right too.


def _single(single: Single, operator: str, operand: Any) -> Condition | None:
    column = single.column
    match operator:
        case "eq":
            return _equal(single, operand)
        case "in":
            fitting = [_bound(value) for value in operand if _suits(single, value)]
            condition = _known(single, column.in_(fitting)) if fitting else false()
            return or_(condition, column.is_(None)) if single.is_nullable and None in operand else condition
        case "all":
            return and_(*(_equal(single, value) for value in operand)) if operand else false()
        case "gt" | "gte" | "lt" | "lte":
            if single.kind == "flag" or not _suits(single, operand):
                return false()
            return _known(single, _compare(column, operator, _bound(operand)))
        case "exists":
            return true()
        case "regex":
            return _pattern(single, operand)
    return None


def _equal(single: Single, value: Any) -> Condition:
    if value is None:
        return single.column.is_(None) if single.is_nullable else false()
    return _known(single, single.column == _bound(value)) if _suits(single, value) else false()


def _known(single: Single, condition: Condition) -> Condition:
    return and_(single.column.is_not(None), condition) if single.is_nullable else condition


def _suits(single: Single, value: Any) -> bool:
    match single.kind:
        case "text":
            return isinstance(value, str)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "flag":
            return isinstance(value, bool)


def _bound(value: Any) -> Any:
    """A number is sent as a fraction: as a whole number it could be out of the database's range."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _compare(column: ColumnElement[Any], operator: str, operand: Any) -> Condition:
    comparisons: dict[str, Callable[[], Condition]] = {
        "gt": lambda: column > operand,
        "gte": lambda: column >= operand,
        "lt": lambda: column < operand,
        "lte": lambda: column <= operand,
    }
    return comparisons[operator]()


def _pattern(single: Single, pattern: Pattern) -> Condition | None:
    if pattern.regex is not None:
        return None
    if single.kind != "text":
        return false()
    column, text = single.column, pattern.text
    if pattern.ignores_case:
        if single.folded is None:
            return None
        column, text = single.folded, fold(text)
    return _known(single, _fits(column, text, pattern))


def _fits(column: ColumnElement[Any], text: str, pattern: Pattern) -> Condition:
    if pattern.starts and pattern.ends:
        return column == text
    if not text:
        return true()
    if pattern.starts:
        return func.substr(column, 1, len(text)) == text
    if pattern.ends:
        return and_(func.length(column) >= len(text), func.substr(column, func.length(column) - len(text) + 1) == text)
    return holds(column, text)


def _many(many: Many, operator: str, operand: Any) -> Condition | None:
    def having(condition: Condition) -> Condition:
        return many.key.in_(many.items.where(condition))

    match operator:
        case "eq" if isinstance(operand, str):
            return having(many.value == operand)
        case "in" if all(isinstance(value, str) for value in operand):
            return having(many.value.in_(operand)) if operand else false()
        case "all" if operand and all(isinstance(value, str) for value in operand):
            return and_(*(having(many.value == value) for value in operand))
        case "regex" if operand.regex is None and not operand.ignores_case:
            return having(_fits(many.value, operand.text, operand))
    return None
