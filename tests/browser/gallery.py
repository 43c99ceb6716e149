"""Every block and element of Block Kit the page must show, once each."""

from typing import Any

Block = dict[str, Any]

PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAB1rWAAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="
IMAGE = "https://images.example.com/team.png"


def text(words: str) -> Block:
    return {"type": "plain_text", "text": words}


def mrkdwn(words: str) -> Block:
    return {"type": "mrkdwn", "text": words}


def option(words: str, value: str = "", description: str = "") -> Block:
    made: Block = {"text": text(words), "value": value or words.lower().replace(" ", "-")}
    return made | {"description": text(description)} if description else made


def button(words: str, action_id: str, **more: Any) -> Block:
    return {"type": "button", "text": text(words), "action_id": action_id, **more}


OPTIONS = [option("Q3 2026"), option("Q4 2026"), option("Year 2026"), option("Élan & sons")]
GROUPS = [
    {"label": text("People"), "options": [option("Ada Lovelace", "ada"), option("Grace Hopper", "grace")]},
    {"label": text("Teams"), "options": [option("Product", "product"), option("Engineering", "engineering")]},
]
CONFIRM = {
    "title": text("Delete this objective?"),
    "text": mrkdwn("With it go *3 key results*."),
    "confirm": text("Delete"),
    "deny": text("Keep it"),
    "style": "danger",
}
RICH = {
    "type": "rich_text",
    "block_id": "rich",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Bold", "style": {"bold": True}},
                {"type": "text", "text": " and "},
                {"type": "text", "text": "italic code", "style": {"italic": True, "code": True}},
                {"type": "text", "text": " by "},
                {"type": "user", "user_id": "U0ADA"},
                {"type": "text", "text": " "},
                {"type": "emoji", "name": "rocket"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "First step"}]},
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "link", "url": "https://example.com", "text": "A link"}],
                },
            ],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "A quotation"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "make check"}]},
    ],
}
LONG = "\n".join(f"Line {number} of a description that somebody wrote at length." for number in range(1, 21))

READING: list[Block] = [
    {"type": "header", "block_id": "header", "text": text("Cut onboarding time to a day :dart:")},
    {
        "type": "section",
        "block_id": "prose",
        "text": mrkdwn(
            "*bold* _italic_ ~struck~ `code` &lt;b&gt;not markup&lt;/b&gt; <https://example.com|a link> "
            "<@U0GRACE> <#C0GROWTH> <!date^1798761600^{date_short} at {time}|some day>\n"
            "&gt; a quotation\n• a point\n• another\n```x = 1```"
        ),
        "accessory": button("Show", "press", value="show", accessibility_label="Show Cut onboarding time to a day"),
    },
    {
        "type": "section",
        "block_id": "fields",
        "fields": [
            mrkdwn("*Owner*\n<@U0ADA>"),
            mrkdwn("*Session*\nQ4 2026 (38 days left)"),
            mrkdwn("*Status*\n● on track"),
            mrkdwn("*Progress*\n▰▰▰▰▰▰▱▱▱▱ 62 %"),
        ],
    },
    {"type": "section", "block_id": "long", "text": mrkdwn(LONG)},
    {"type": "divider", "block_id": "divider"},
    {
        "type": "context",
        "block_id": "context",
        "elements": [
            {"type": "image", "image_url": IMAGE, "alt_text": "the team"},
            mrkdwn("Because this channel follows *#growth*"),
        ],
    },
    {
        "type": "actions",
        "block_id": "actions",
        "elements": [
            button("Edit", "press", style="primary", value="edit"),
            button("Delete", "confirmed", style="danger", value="delete", confirm=CONFIRM),
            button("Open", "press_link", url="https://example.com/objective"),
            button("Slow", "slow", value="slow"),
            button("Broken", "broken", value="broken"),
            {"type": "overflow", "action_id": "menu", "options": [option("Show"), option("Share"), option("Copy id")]},
            {"type": "static_select", "action_id": "pick", "placeholder": text("Session"), "options": OPTIONS},
        ],
    },
    {
        "type": "image",
        "block_id": "image",
        "image_url": IMAGE,
        "alt_text": "A chart drawn by hand",
        "title": text("Sketch"),
    },
    RICH,
]

FIGURES: list[Block] = [
    {
        "type": "table",
        "block_id": "table",
        "column_settings": [{"is_wrapped": True}, {"align": "right"}],
        "rows": [
            [{"type": "raw_text", "text": "Key result"}, {"type": "raw_text", "text": "Progress"}],
            [{"type": "raw_text", "text": "Reach 100 customers"}, {"type": "raw_number", "value": 40, "text": "40 %"}],
            [
                {"type": "raw_text", "text": "Setup under 30 minutes"},
                {"type": "raw_number", "value": 84, "text": "84 %"},
            ],
        ],
    },
    {
        "type": "data_table",
        "block_id": "data-table",
        "caption": "Objectives by progress",
        "page_size": 3,
        "row_header_column_index": 0,
        "rows": [
            [{"type": "raw_text", "text": "Objective"}, {"type": "raw_text", "text": "Progress"}],
            *(
                [{"type": "raw_text", "text": name}, {"type": "raw_number", "value": value, "text": f"{value} %"}]
                for name, value in [("Delta", 9), ("Alpha", 62), ("Echo", 100), ("Bravo", 31), ("Charlie", 5)]
            ),
        ],
    },
]


def chart(kind: str, title: str) -> Block:
    """A chart of two series over four weeks, or a pie of three segments."""
    if kind == "pie":
        segments = [
            {"label": label, "value": value} for label, value in (("on track", 12), ("at risk", 5), ("behind", 3))
        ]
        return {"type": "data_visualization", "title": title, "chart": {"type": "pie", "segments": segments}}
    weeks = ["Week 1", "Week 2", "Week 3", "Week 4"]
    series = [
        {"name": name, "data": [{"label": week, "value": value} for week, value in zip(weeks, values, strict=True)]}
        for name, values in (("Progress", [10, 25, 40, 62]), ("Time passed", [14, 28, 42, 57]))
    ]
    axes = {"categories": weeks, "x_label": "Week", "y_label": "Per cent"}
    return {
        "type": "data_visualization",
        "title": title,
        "chart": {"type": kind, "series": series, "axis_config": axes},
    }


CARD: Block = {
    "type": "card",
    "block_id": "card",
    "title": mrkdwn("Reach 100 customers"),
    "subtitle": mrkdwn("Ada Lovelace · Q4 2026"),
    "body": mrkdwn("▰▰▰▰▱▱▱▱▱▱ 40 %, *40* of 100 customers"),
    "actions": [button("Check in", "press", value="card")],
}
NEWER: list[Block] = [
    {
        "type": "markdown",
        "text": "## Markdown\n\n**bold** and *italic*\n\n- one\n  - two\n- [x] done\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    },
    CARD,
    {
        "type": "container",
        "block_id": "container",
        "title": text("Key results"),
        "subtitle": text("3 of 5 on track"),
        "is_collapsible": True,
        "default_collapsed": True,
        "child_blocks": [{"type": "section", "block_id": "inside", "text": mrkdwn("Inside the container")}],
    },
    {
        "type": "carousel",
        "block_id": "carousel",
        "elements": [
            {"type": "card", "title": mrkdwn(f"Card {number}"), "body": mrkdwn("Swipe on")} for number in range(1, 5)
        ],
    },
    {
        "type": "context_actions",
        "block_id": "feedback",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "feedback",
                "positive_button": {"text": text("Helpful"), "value": "yes"},
                "negative_button": {"text": text("Not helpful"), "value": "no"},
            },
            {"type": "icon_button", "action_id": "press", "icon": "trash", "text": text("Remove")},
        ],
    },
]


def field(label: str, element: Block, **more: Any) -> Block:
    name = label.lower().replace(" ", "-")
    return {
        "type": "input",
        "block_id": name,
        "label": text(label),
        "element": {"action_id": "value", **element},
        **more,
    }


FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "form",
    "title": text("Create objective"),
    "submit": text("Create"),
    "close": text("Cancel"),
    "notify_on_close": True,
    "blocks": [
        {"type": "alert", "block_id": "alert", "level": "info", "text": mrkdwn("Everybody in *Product* will see it.")},
        field(
            "Name",
            {"type": "plain_text_input", "max_length": 60, "placeholder": text("Cut onboarding time to a day")},
            hint=text("Say what will be true at the end; start with a verb."),
        ),
        field("Session", {"type": "static_select", "options": OPTIONS, "initial_option": OPTIONS[1]}),
        field("Owner", {"type": "external_select", "min_query_length": 0, "placeholder": text("Choose an owner")}),
        field("Tags", {"type": "multi_external_select", "min_query_length": 1}, optional=True),
        field(
            "Teams", {"type": "multi_static_select", "option_groups": GROUPS, "max_selected_items": 2}, optional=True
        ),
        field("Description", {"type": "plain_text_input", "multiline": True}, optional=True),
        field(
            "Weight",
            {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "10"},
            optional=True,
        ),
        field("Contact", {"type": "email_text_input"}, optional=True),
        field("Link", {"type": "url_text_input"}, optional=True),
        field("Reviewer", {"type": "users_select"}, optional=True),
        field("Channels", {"type": "multi_channels_select"}, optional=True),
        field("Announce in", {"type": "conversations_select"}, optional=True),
        field(
            "Options",
            {
                "type": "checkboxes",
                "options": [option("Private", description="Only its owner sees it"), option("Stretch")],
            },
            optional=True,
        ),
        field("Confidence", {"type": "radio_buttons", "options": [option("High"), option("Low")]}, optional=True),
        field("Starts", {"type": "datepicker", "initial_date": "2026-10-01"}, optional=True),
        field("Reminder", {"type": "timepicker", "initial_time": "09:30"}, optional=True),
        field("Review", {"type": "datetimepicker", "initial_date_time": 1798761600}, optional=True),
        field("Notes", {"type": "rich_text_input", "placeholder": text("Anything else")}, optional=True),
        {
            "type": "actions",
            "block_id": "more",
            "elements": [button("Another view", "push"), button("Add a field", "grow")],
        },
    ],
}

LOADING: dict[str, Any] = {
    "type": "modal",
    "callback_id": "form",
    "title": text("Create objective"),
    "close": text("Cancel"),
    "blocks": [{"type": "section", "text": text("Fetching the objective…")}],
}

HOME: dict[str, Any] = {
    "type": "home",
    "blocks": [
        {"type": "header", "text": text("Your objectives")},
        {
            "type": "section",
            "text": mrkdwn("▰▰▰▰▰▰▱▱▱▱ 62 % *Cut onboarding time to a day*"),
            "accessory": button("Show", "press", value="home"),
        },
        chart("area", "Progress this quarter"),
    ],
}
