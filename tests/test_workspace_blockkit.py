"""Block Kit's rules: what passes, and each way in which it does not."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.embedded.workspace.blockkit import faults_in_message, faults_in_options, faults_in_view
from bot.embedded.workspace.elements import name_all
from bot.embedded.workspace.layout import BLOCKS, SURFACES
from bot.embedded.workspace.values import initial_state, refusals

Json = dict[str, Any]


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def mrkdwn(words: str) -> Json:
    return {"type": "mrkdwn", "text": words}


def option(words: str, value: str) -> Json:
    return {"text": plain(words), "value": value}


def cell(words: str) -> Json:
    return {"type": "raw_text", "text": words}


BUTTON: Json = {"type": "button", "action_id": "go", "text": plain("Go"), "value": "1"}
RICH: Json = {
    "type": "rich_text",
    "elements": [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "x", "style": {"bold": True}}]},
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "link", "url": "https://a.example"}]}],
        },
    ],
}
CARD: Json = {"type": "card", "title": plain("Grow"), "body": mrkdwn("*62 %*"), "actions": [BUTTON]}
AXES: Json = {"categories": ["Q3", "Q4"], "y_label": "%"}
POINTS = [{"label": "Q3", "value": 40}, {"label": "Q4", "value": 62}]
PLOT: Json = {"type": "line", "series": [{"name": "Grow", "data": POINTS}], "axis_config": AXES}
INPUT: Json = {"type": "input", "label": plain("Name"), "element": {"type": "plain_text_input", "action_id": "name"}}

SOUND: dict[str, Json] = {
    "section": {
        "type": "section",
        "text": mrkdwn("*Grow*"),
        "fields": [plain("a")],
        "accessory": BUTTON,
        "expand": True,
    },
    "header": {"type": "header", "text": plain("OKRs"), "level": 2},
    "context": {
        "type": "context",
        "elements": [mrkdwn("x"), {"type": "image", "image_url": "https://a.example/b.png", "alt_text": "b"}],
    },
    "divider": {"type": "divider"},
    "actions": {
        "type": "actions",
        "elements": [BUTTON, {"type": "overflow", "action_id": "more", "options": [option("A", "a")]}],
    },
    "input": INPUT,
    "image": {"type": "image", "image_url": "https://a.example/b.png", "alt_text": "b", "title": plain("B")},
    "rich_text": RICH,
    "markdown": {"type": "markdown", "text": "# Grow"},
    "table": {
        "type": "table",
        "rows": [[cell("a"), RICH]],
        "column_settings": [{"align": "right", "is_wrapped": True}],
    },
    "data_table": {
        "type": "data_table",
        "caption": "Objectives",
        "rows": [[cell("Name"), cell("%")], [cell("Grow"), {"type": "raw_number", "value": 62, "text": "62 %"}]],
        "page_size": 5,
        "row_header_column_index": 0,
    },
    "data_visualization": {"type": "data_visualization", "title": "Progress", "chart": PLOT},
    "card": CARD,
    "carousel": {"type": "carousel", "elements": [CARD]},
    "container": {"type": "container", "title": plain("More"), "child_blocks": [RICH], "is_collapsible": True},
    "alert": {"type": "alert", "text": mrkdwn("Careful"), "level": "warning"},
    "context_actions": {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "rate",
                "positive_button": {"text": plain("Good"), "value": "1"},
                "negative_button": {"text": plain("Bad"), "value": "0"},
            },
            {"type": "icon_button", "action_id": "bin", "icon": "trash", "text": plain("Delete")},
        ],
    },
    "task_card": {"type": "task_card", "task_id": "1", "title": "Look", "status": "complete"},
    "plan": {
        "type": "plan",
        "title": "Plan",
        "tasks": [{"type": "task_card", "task_id": "1", "title": "x", "status": "pending"}],
    },
    "video": {
        "type": "video",
        "alt_text": "v",
        "title": plain("V"),
        "video_url": "https://a.example/v",
        "thumbnail_url": "https://a.example/t",
    },
}


def faults(block: Json, surface: str = "message") -> list[str]:
    if surface == "message":
        return faults_in_message({"blocks": [block]})
    view: Json = {"type": surface, "blocks": [block]}
    return faults_in_view(
        view | ({"title": plain("T"), "submit": plain("Save")} if surface == "modal" else {}), surface
    )


def test_every_block_has_a_sound_example() -> None:
    assert set(SOUND) == set(BLOCKS)


@pytest.mark.parametrize("surface", ["message", "modal", "home"])
@pytest.mark.parametrize("kind", SOUND)
def test_a_sound_block_passes_exactly_where_it_may_stand(kind: str, surface: str) -> None:
    at = "/blocks" if surface == "message" else "/view/blocks"
    expected = [] if kind in SURFACES[surface] else [f"unsupported type: {kind} [json-pointer:{at}/0/type]"]
    assert faults(SOUND[kind], surface) == expected


SELECT: Json = {
    "type": "static_select",
    "options": [option("A", "a"), option("B", "b")],
    "initial_option": option("A", "a"),
}
ELEMENTS: dict[str, Json] = {
    "static_select": SELECT,
    "external_select": {"type": "external_select", "min_query_length": 0, "placeholder": plain("Who")},
    "multi_users_select": {"type": "multi_users_select", "initial_users": ["U0ADA"], "max_selected_items": 3},
    "checkboxes": {"type": "checkboxes", "options": [{"text": mrkdwn("*A*"), "value": "a"}]},
    "datepicker": {"type": "datepicker", "initial_date": "2026-11-30"},
    "timepicker": {"type": "timepicker", "initial_time": "09:00", "timezone": "Europe/Berlin"},
    "datetimepicker": {"type": "datetimepicker", "initial_date_time": 1_790_000_000},
    "number_input": {"type": "number_input", "is_decimal_allowed": False, "min_value": "0", "initial_value": "3"},
    "rich_text_input": {"type": "rich_text_input", "initial_value": RICH, "max_lines": 20},
    "file_input": {"type": "file_input", "max_files": 1, "filetypes": ["csv"]},
}


@pytest.mark.parametrize("kind", ELEMENTS)
def test_elements_pass_in_an_input(kind: str) -> None:
    assert faults(INPUT | {"element": ELEMENTS[kind]}, "modal") == []


WRONG: list[tuple[str, str, Json, str]] = [
    ("text too long", "section", {"text": mrkdwn("x" * 3001)}, "must be less than 3001 characters /text/text"),
    ("text empty", "section", {"text": mrkdwn("")}, "must be more than 0 characters /text/text"),
    ("nothing said", "section", {"text": None, "fields": None}, "must provide text or fields "),
    ("eleven fields", "section", {"fields": [plain("a")] * 11}, "no more than 10 items allowed /fields"),
    ("field too long", "section", {"fields": [plain("a" * 2001)]}, "must be less than 2001 characters /fields/0/text"),
    ("misspelt field", "section", {"titel": "x"}, "invalid additional property: titel "),
    ("accessory of no type", "section", {"accessory": {"type": "buton"}}, "unsupported type: buton /accessory/type"),
    ("header in mrkdwn", "header", {"text": mrkdwn("x")}, "must be a plain_text object /text/type"),
    ("header too long", "header", {"text": plain("x" * 151)}, "must be less than 151 characters /text/text"),
    ("header level", "header", {"level": 5}, "must be between 1 and 4 /level"),
    ("button in context", "context", {"elements": [BUTTON]}, "unsupported type: button /elements/0/type"),
    (
        "26 buttons",
        "actions",
        {"elements": [BUTTON | {"action_id": str(n)} for n in range(26)]},
        "no more than 25 items allowed /elements",
    ),
    ("equal action ids", "actions", {"elements": [BUTTON, BUTTON]}, "action_id already exists: go /elements"),
    (
        "text input in actions",
        "actions",
        {"elements": [{"type": "plain_text_input"}]},
        "unsupported type: plain_text_input /elements/0/type",
    ),
    (
        "button text",
        "actions",
        {"elements": [BUTTON | {"text": plain("x" * 76)}]},
        "must be less than 76 characters /elements/0/text/text",
    ),
    (
        "button value",
        "actions",
        {"elements": [BUTTON | {"value": "x" * 2001}]},
        "must be less than 2001 characters /elements/0/value",
    ),
    (
        "button style",
        "actions",
        {"elements": [BUTTON | {"style": "warning"}]},
        "must be a valid enum value: primary, danger /elements/0/style",
    ),
    (
        "six in an overflow",
        "actions",
        {"elements": [{"type": "overflow", "options": [option(str(n), str(n)) for n in range(6)]}]},
        "no more than 5 items allowed /elements/0/options",
    ),
    (
        "confirm without deny",
        "actions",
        {"elements": [BUTTON | {"confirm": {"title": plain("t"), "text": plain("x"), "confirm": plain("y")}}]},
        "missing required field: deny /elements/0/confirm",
    ),
    ("input without label", "input", {"label": None}, "missing required field: label "),
    ("button in an input", "input", {"element": BUTTON}, "unsupported type: button /element/type"),
    (
        "no options",
        "input",
        {"element": {"type": "static_select"}},
        "must provide either options or option_groups /element",
    ),
    (
        "option text",
        "input",
        {"element": {"type": "static_select", "options": [option("x" * 76, "a")]}},
        "must be less than 76 characters /element/options/0/text/text",
    ),
    (
        "option value",
        "input",
        {"element": {"type": "static_select", "options": [option("x", "a" * 151)]}},
        "must be less than 151 characters /element/options/0/value",
    ),
    (
        "option value that is no text",
        "input",
        {"element": {"type": "static_select", "options": [{"text": plain("x"), "value": 3}]}},
        "must be a string /element/options/0/value",
    ),
    (
        "101 options",
        "input",
        {"element": {"type": "static_select", "options": [option(str(n), str(n)) for n in range(101)]}},
        "no more than 100 items allowed /element/options",
    ),
    (
        "initial not offered",
        "input",
        {"element": SELECT | {"initial_option": option("Z", "z")}},
        "must be one of the provided options /element/initial_option",
    ),
    (
        "number without decimals said",
        "input",
        {"element": {"type": "number_input"}},
        "missing required field: is_decimal_allowed /element",
    ),
    (
        "initial number",
        "input",
        {"element": {"type": "number_input", "is_decimal_allowed": True, "initial_value": 45}},
        "must be a number in a string /element/initial_value",
    ),
    (
        "no date",
        "input",
        {"element": {"type": "datepicker", "initial_date": "2026-1-40"}},
        "must be a date in the form YYYY-MM-DD /element/initial_date",
    ),
    ("image without alt", "image", {"alt_text": None}, "missing required field: alt_text "),
    ("markdown too long", "markdown", {"text": "x" * 12_001}, "must be less than 12001 characters /text"),
    ("mrkdwn in a cell", "table", {"rows": [[mrkdwn("x")]]}, "unsupported type: mrkdwn /rows/0/0/type"),
    ("101 rows", "table", {"rows": [[cell("x")]] * 101}, "no more than 100 items allowed /rows"),
    (
        "long table",
        "table",
        {"rows": [[cell("x" * 5001)]] * 2},
        "all cells together must be less than 10001 characters /rows",
    ),
    (
        "rows of two lengths",
        "data_table",
        {"rows": [[cell("a")], [cell("b"), cell("c")]]},
        "all rows must have the same number of cells /rows/1",
    ),
    ("no caption", "data_table", {"caption": None}, "missing required field: caption "),
    ("header alone", "data_table", {"rows": [[cell("a")]]}, "must provide at least 2 items /rows"),
    (
        "rich header",
        "data_table",
        {"rows": [[RICH], [cell("a")]]},
        "rich_text is not allowed in the header row /rows/0/0",
    ),
    (
        "row header",
        "data_table",
        {"row_header_column_index": 2},
        "must be the index of a column /row_header_column_index",
    ),
    ("chart title", "data_visualization", {"title": "x" * 51}, "must be less than 51 characters /title"),
    ("chart type", "data_visualization", {"chart": {"type": "radar"}}, "unsupported type: radar /chart/type"),
    (
        "point missing",
        "data_visualization",
        {"chart": PLOT | {"series": [{"name": "Grow", "data": POINTS[:1]}]}},
        "must provide one data point for each category /chart/series/0/data",
    ),
    (
        "equal series",
        "data_visualization",
        {"chart": PLOT | {"series": PLOT["series"] * 2}},
        "series names must be unique: Grow /chart/series",
    ),
    (
        "empty segment",
        "data_visualization",
        {"chart": {"type": "pie", "segments": [{"label": "x", "value": 0}]}},
        "must be more than 0 /chart/segments/0/value",
    ),
    ("bare card title", "card", {"title": "Grow"}, "must be a text object /title"),
    ("four card buttons", "card", {"actions": [BUTTON] * 4}, "no more than 3 items allowed /actions"),
    ("eleven cards", "carousel", {"elements": [CARD] * 11}, "no more than 10 items allowed /elements"),
    ("card in a container", "container", {"child_blocks": [CARD]}, "unsupported type: card /child_blocks/0/type"),
    ("container without title", "container", {"title": None}, "must provide title or rich_text_title "),
    (
        "rich style",
        "rich_text",
        {
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "x", "style": {"bolt": True}}]}
            ]
        },
        "invalid additional property: bolt /elements/0/elements/0/style",
    ),
    ("block id", "divider", {"block_id": "x" * 256}, "must be less than 256 characters /block_id"),
]


@pytest.mark.parametrize(("kind", "change", "fault"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_faulty_block_is_refused_with_the_place_of_the_fault(kind: str, change: Json, fault: str) -> None:
    block = {name: value for name, value in (copy.deepcopy(SOUND[kind]) | change).items() if value is not None}
    says, _, at = fault.rpartition(" ")
    assert faults(block) == [f"{says} [json-pointer:/blocks/0{at}]"]


def test_an_alert_is_short() -> None:
    long = SOUND["alert"] | {"text": plain("x" * 201)}
    assert faults(long, "modal") == ["must be less than 201 characters [json-pointer:/view/blocks/0/text/text]"]


@pytest.mark.parametrize(
    ("blocks", "fault"),
    [
        ([{"type": "divider"}] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
        ([{"type": "divider", "block_id": "a"}] * 2, "block_id already exists: a [json-pointer:/blocks]"),
        ([SOUND["table"]] * 2, "only one table is allowed in a message [json-pointer:/blocks]"),
        (
            [SOUND["data_visualization"]] * 3,
            "no more than 2 data_visualization blocks allowed in a message [json-pointer:/blocks]",
        ),
        (
            [{"type": "markdown", "text": "x" * 7000}] * 2,
            "all markdown blocks together must be less than 12001 characters [json-pointer:/blocks]",
        ),
        (["text"], "must be an object [json-pointer:/blocks/0]"),
    ],
    ids=["51 blocks", "equal block ids", "two tables", "three charts", "much markdown", "no block"],
)
def test_a_message_as_a_whole_has_limits(blocks: list[Any], fault: str) -> None:
    assert faults_in_message({"blocks": blocks}) == [fault]


MODAL: Json = {"type": "modal", "title": plain("Form"), "submit": plain("Save"), "blocks": [INPUT]}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"title": None}, "missing required field: title [json-pointer:/view]"),
        ({"title": mrkdwn("x")}, "must be a plain_text object [json-pointer:/view/title/type]"),
        ({"title": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/title/text]"),
        ({"submit": None}, "missing required field: submit [json-pointer:/view]"),
        ({"callbak_id": "x"}, "invalid additional property: callbak_id [json-pointer:/view]"),
        ({"private_metadata": "x" * 3001}, "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
        ({"blocks": [{"type": "divider"}] * 101}, "no more than 100 items allowed [json-pointer:/view/blocks]"),
        ({"blocks": "x"}, "must be an array [json-pointer:/view/blocks]"),
        ({"type": "home"}, "must be of type modal [json-pointer:/view/type]"),
    ],
    ids=["no title", "title mrkdwn", "title long", "no submit", "misspelt", "metadata", "101 blocks", "blocks", "type"],
)
def test_a_modal_has_limits(change: Json, fault: str) -> None:
    assert faults_in_view({k: v for k, v in (MODAL | change).items() if v is not None}, "modal") == [fault]


def test_a_home_tab_has_no_submit() -> None:
    view = {"type": "home", "blocks": [], "submit": plain("Save")}
    assert faults_in_view(view, "home") == ["invalid additional property: submit [json-pointer:/view]"]


@pytest.mark.parametrize(
    ("answer", "ok"),
    [
        ({"options": []}, True),
        ({"options": [option("A", "a")]}, True),
        ({"option_groups": [{"label": plain("G"), "options": [option("A", "a")]}]}, True),
        ({}, False),
        ({"options": [option(str(n), str(n)) for n in range(101)]}, False),
        ({"options": [option("A", "x" * 151)]}, False),
    ],
    ids=["none", "one", "groups", "nothing", "101", "long value"],
)
def test_looked_up_options_have_limits(answer: Json, ok: bool) -> None:
    assert (faults_in_options(answer) == []) is ok


SOUND_BLOCKS = [*SOUND.values(), *(INPUT | {"element": element} for element in ELEMENTS.values())]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5) | st.sampled_from(SOUND_BLOCKS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(SOUND_BLOCKS), st.lists(st.integers(0, 20), max_size=4), ANYTHING)
def test_whatever_stands_in_a_block_the_rules_answer_with_a_sentence(block: Json, path: list[int], held: Any) -> None:
    whole: Any = {"blocks": [copy.deepcopy(block)]}
    spot, key = whole["blocks"], 0
    for step in path:
        inner = spot[key]
        if not inner or not isinstance(inner, dict | list):
            break
        spot = inner
        key = list(spot)[step % len(spot)] if isinstance(spot, dict) else step % len(spot)
    spot[key] = held
    view = {"type": "modal", "title": plain("T"), "submit": plain("S"), "blocks": whole["blocks"]}
    for found in (faults_in_message(whole), faults_in_message({"attachments": [whole]}), faults_in_view(view, "modal")):
        assert all(isinstance(fault, str) for fault in found)
    if not faults_in_view(view, "modal"):
        named = name_all(view["blocks"])
        assert refusals(named, initial_state(named)) is not None


@given(ANYTHING)
def test_whatever_is_answered_to_a_look_up_is_judged(answer: Any) -> None:
    assert all(isinstance(fault, str) for fault in faults_in_options({"options": answer}))
