"""What SQLite and Postgres say differently: text within text, and long lists of ids."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Integer, Text, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Position(FunctionElement[int]):
    type = Integer()
    inherit_cache = True
    name = "okr_position"


class _Items(FunctionElement[str]):
    type = Text()
    inherit_cache = True
    name = "okr_items"


def holds(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Whether a column holds ``text``, letter by letter (LIKE differs in case between the databases)."""
    return _Position(column, literal(text)) > 0


def among(column: ColumnElement[Any], ids: Iterable[str]) -> ColumnElement[bool]:
    """Whether a column is one of ``ids`` (without commas), sent as one value: a thousand parameters cost more."""
    return column.bool_op("IN")(_Items(literal(",".join(ids))))


@compiles(_Position, "postgresql")
def _position_postgres(element: _Position, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **kwargs)})"


@compiles(_Position)
def _position_sqlite(element: _Position, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"instr({compiler.process(element.clauses, **kwargs)})"


@compiles(_Items, "postgresql")
def _items_postgres(element: _Items, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"(SELECT unnest(string_to_array({compiler.process(element.clauses, **kwargs)}, ',')))"


@compiles(_Items)
def _items_sqlite(element: _Items, compiler: SQLCompiler, **kwargs: Any) -> str:
    items = compiler.process(element.clauses, **kwargs)
    # Without the cast the values have no type, and SQLite does not use the column's index.
    return f"""(SELECT CAST(value AS TEXT) FROM json_each('["' || replace({items}, ',', '","') || '"]'))"""  # noqa: S608
