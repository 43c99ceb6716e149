"""Block Kit's rules for what carries data: rich text, tables, charts."""

from collections import Counter
from typing import Any

from bot.embedded.workspace.checks import (
    Check,
    Faults,
    Shape,
    anything,
    boolean,
    integer,
    items,
    number,
    string,
    typed,
    word,
)
from bot.embedded.workspace.elements import Json

STYLE = Shape(
    dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean)
)
RICH_ELEMENTS: dict[str, Check] = {
    "text": Shape({"text": string(10_000, 0), "style": STYLE}, ("text",)),
    "link": Shape({"url": string(3000), "text": string(10_000, 0), "unsafe": boolean, "style": STYLE}, ("url",)),
    "user": Shape({"user_id": string(255), "style": STYLE}, ("user_id",)),
    "channel": Shape({"channel_id": string(255), "style": STYLE}, ("channel_id",)),
    "usergroup": Shape({"usergroup_id": string(255), "style": STYLE}, ("usergroup_id",)),
    "emoji": Shape({"name": string(255), "unicode": string(255), "style": STYLE, "skin_tone": anything}, ("name",)),
    "date": Shape(
        {
            "timestamp": integer(0, 10**11),
            "format": string(255),
            "url": string(3000),
            "fallback": string(255),
            "style": STYLE,
        },
        ("timestamp", "format"),
    ),
    "broadcast": Shape({"range": word("here", "channel", "everyone"), "style": STYLE}, ("range",)),
    "color": Shape({"value": string(50), "style": STYLE}, ("value",)),
}
INLINE = items(typed(RICH_ELEMENTS), 1000, 0)
BORDER = integer(0, 1)
RICH_PARTS: dict[str, Check] = {
    "rich_text_section": Shape({"elements": INLINE}, ("elements",)),
    "rich_text_preformatted": Shape({"elements": INLINE, "border": BORDER, "language": string(50)}, ("elements",)),
    "rich_text_quote": Shape({"elements": INLINE, "border": BORDER}, ("elements",)),
    "rich_text_list": Shape(
        {
            "elements": items(typed({"rich_text_section": Shape({"elements": INLINE}, ("elements",))}), 1000),
            "style": word("bullet", "ordered"),
            "indent": integer(0, 8),
            "offset": integer(0, 10**6),
            "border": BORDER,
        },
        ("elements", "style"),
    ),
}
RICH_TEXT = Shape({"elements": items(typed(RICH_PARTS), 1000)}, ("elements",))
CELLS: dict[str, Check] = {
    "raw_text": Shape({"text": string(10_000)}, ("text",)),
    "raw_number": Shape({"value": number, "text": string(10_000)}, ("value", "text")),
    "rich_text": RICH_TEXT,
}


def content_length(block: Json) -> int:
    """The characters in a table's cells."""
    return sum(_length(cell) for row in block["rows"] for cell in row)


def _length(value: Any) -> int:
    if isinstance(value, list):
        return sum(_length(one) for one in value)
    if not isinstance(value, dict):
        return 0
    own = value.get("text", value.get("value", ""))
    return len(str(own)) + sum(_length(one) for one in value.get("elements") or [])


def _equal_rows(value: Json, at: str) -> Faults:
    for index, row in enumerate(value["rows"]):
        if len(row) != len(value["rows"][0]):
            yield "all rows must have the same number of cells", f"{at}/rows/{index}"


def _plain_head(value: Json, at: str) -> Faults:
    for index, cell in enumerate(value["rows"][0]):
        if cell["type"] == "rich_text":
            yield "rich_text is not allowed in the header row", f"{at}/rows/0/{index}"


def _row_header_exists(value: Json, at: str) -> Faults:
    if (value.get("row_header_column_index") or 0) >= len(value["rows"][0]):
        yield "must be the index of a column", f"{at}/row_header_column_index"


def _within(most: int) -> Check:
    def check(value: Json, at: str) -> Faults:
        if content_length(value) > most:
            yield f"all cells together must be less than {most + 1} characters", f"{at}/rows"

    return check


def _column_setting(value: Any, at: str) -> Faults:
    if value is not None:  # null leaves a column as it is
        yield from COLUMN_SETTING(value, at)


COLUMN_SETTING = Shape({"align": word("left", "center", "right"), "is_wrapped": boolean})
ROW = items(typed(CELLS), 20)
TABLE = Shape(
    {
        "rows": items(ROW, 100),
        "column_settings": items(_column_setting, 20),
    },
    ("rows",),
    rules=(_within(10_000),),
)
DATA_TABLE = Shape(
    {
        "rows": items(ROW, 201, 2),
        "caption": string(3000),
        "page_size": integer(1, 100),
        "row_header_column_index": integer(0, 19),
    },
    ("rows", "caption"),
    rules=(_equal_rows, _plain_head, _row_header_exists, _within(20_000)),
)


def _positive(value: Any, at: str) -> Faults:
    yield from number(value, at)
    if isinstance(value, int | float) and value <= 0:
        yield "must be more than 0", at


def _distinct_series(value: Json, at: str) -> Faults:
    for name, times in Counter(one["name"] for one in value["series"]).items():
        if times > 1:
            yield f"series names must be unique: {name}", f"{at}/series"


def _point_per_category(value: Json, at: str) -> Faults:
    wanted = sorted(value["axis_config"]["categories"])
    for index, one in enumerate(value["series"]):
        if sorted(point["label"] for point in one["data"]) != wanted:
            yield "must provide one data point for each category", f"{at}/series/{index}/data"


SEGMENT = Shape({"label": string(20), "value": _positive}, ("label", "value"))
POINT = Shape({"label": string(20), "value": number}, ("label", "value"))
SERIES = Shape({"name": string(20), "data": items(POINT, 20)}, ("name", "data"))
AXES = Shape({"categories": items(string(20), 20), "x_label": string(50), "y_label": string(50)}, ("categories",))
PLOT = Shape(
    {"series": items(SERIES, 12), "axis_config": AXES},
    ("series", "axis_config"),
    rules=(_distinct_series, _point_per_category),
)
CHARTS: dict[str, Check] = {
    "pie": Shape({"segments": items(SEGMENT, 12)}, ("segments",)),
    "bar": PLOT,
    "line": PLOT,
    "area": PLOT,
}
DATA_VISUALIZATION = Shape({"title": string(50), "chart": typed(CHARTS)}, ("title", "chart"))
