"""Collisions: both versions beside each other, and the ways out."""

from dataclasses import replace

import pytest

from bot.objectives.plans import Collision
from bot.views.collisions import collision
from tests.sample_objectives import GRACE, MARKETING, NOW, ONBOARDING, Q3
from tests.test_views_cards import buttons, shown

NAME = "Cut onboarding time to a day"
THEIRS = replace(
    ONBOARDING,
    name="Cut onboarding",
    owners=(GRACE,),
    tags=("growth", "onboarding", "board"),
    description="So that customers sign up in an hour and never call.",
)
MINE = replace(
    ONBOARDING,
    name="Onboard in a day",
    owners=(MARKETING,),
    tags=("growth",),
    session=Q3,
    description="So that customers sign up in a day and never call.",
)
BOTH = Collision(ONBOARDING, THEIRS, MINE, frozenset({"tags", "name", "owner", "description"}))
LINES = {"mine_line": "overwrite f1", "theirs_line": "show 1", "form_line": "form f2"}


def test_both_versions_stand_beside_each_other() -> None:
    message = collision(BOTH, NOW, **LINES)
    assert shown(message) == (
        f"*Not saved yet*  <{ONBOARDING.url}|Cut onboarding>\n"
        "It was changed while you were editing, and saving would overwrite that. Choose what stays.\n"
        f"*Name*  you saw {NAME}\n*Now*\nCut onboarding\n*Yours*\nOnboard in a day\n"
        "*Owner*  you saw Ada Lovelace\n*Now*\nGrace Hopper\n*Yours*\nMarketing\n"
        "*Tags*  you saw #growth #onboarding\n*Now*\n#growth #onboarding #board\n*Yours*\n#growth\n"
        "*Description*\n*Now*\n… customers sign up in ~a week~ → *an hour* and never call.\n"
        "*Yours*\n… sign up in a ~week~ → *day* and never call."
    )


def test_the_words_of_a_collision_are_all_of_it() -> None:
    lines = collision(BOTH, NOW, **LINES).text.splitlines()
    assert lines[0].startswith("Not saved yet: Cut onboarding, 62 %, on track, Grace Hopper, Q4 2026, O-3F9C. It was")
    assert lines[1] == f"Name: you saw {NAME}; now Cut onboarding; yours Onboard in a day"
    assert [line.split(":")[0] for line in lines[1:]] == ["Name", "Owner", "Tags", "Description"]


def test_one_can_overwrite_leave_it_or_open_the_form() -> None:
    message = collision(BOTH, NOW, **LINES)
    assert buttons(message) == [
        ("Save mine", "swap.0 overwrite f1"),
        ("Keep theirs", "swap.1 show 1"),
        ("Open the form", "run.2 form f2"),
    ]
    elements = message.blocks[-1].to_dict()["elements"]
    assert [element.get("style") for element in elements] == ["danger", None, None]
    assert elements[0]["accessibility_label"] == "Save mine: Cut onboarding"


def test_a_line_that_no_button_can_carry_costs_only_the_button() -> None:
    message = collision(BOTH, NOW, mine_line="overwrite f1", theirs_line="x" * 2001)
    assert [label for label, _ in buttons(message)] == ["Save mine"]


def test_an_undo_that_would_overwrite_says_so() -> None:
    message = collision(BOTH, NOW, mine_line="undo e1 anyway", theirs_line="show 1", undo=True)
    assert message.text.startswith("Not undone yet: Cut onboarding, 62 %")
    assert "It was changed since, and undo would overwrite that." in shown(message)
    assert "*Owner*  was Ada Lovelace\n*Now*\nGrace Hopper\n*After undo*\nMarketing" in shown(message)
    assert buttons(message) == [("Undo anyway", "swap.0 undo e1 anyway"), ("Leave it", "swap.1 show 1")]


@pytest.mark.parametrize(
    ("theirs", "mine", "field", "said"),
    [
        ({"description": ""}, {}, "description", "*Now*\nnone\n*Yours*\nSo that customers sign up"),
        ({"tags": ()}, {}, "tags", "*Now*\nnone\n*Yours*\n#growth #onboarding"),
        ({"owners": ()}, {}, "owner", "*Now*\nnobody\n*Yours*\nAda Lovelace"),
        ({"session": Q3}, {}, "session", "*Now*\nQ3 2026\n*Yours*\nQ4 2026"),
        ({"name": "<!channel>"}, {}, "name", "*Now*\n&lt;!channel&gt;\n*Yours*\nCut"),
        (
            {"tags": tuple(f"{n:03}" + "x" * 50 for n in range(90))},
            {"tags": (*ONBOARDING.tags, "new")},
            "tags",
            "more\n*Yours*\n+ #new",
        ),
    ],
)
def test_a_field_is_shown_as_it_is(theirs: dict[str, str], mine: dict[str, str], field: str, said: str) -> None:
    found = Collision(ONBOARDING, replace(ONBOARDING, **theirs), replace(ONBOARDING, **mine), frozenset({field}))
    assert said in shown(collision(found, NOW))


def test_descriptions_that_begin_alike_are_told_by_what_differs() -> None:
    long = "word " * 2000
    old, theirs, mine = (replace(ONBOARDING, description=long + end) for end in ("end", "their end", "my end"))
    text = shown(collision(Collision(old, theirs, mine, frozenset({"description"})), NOW))
    assert "*their* end" in text
    assert "*my* end" in text


def test_what_was_deleted_meanwhile_can_be_created_anew() -> None:
    message = collision(replace(BOTH, theirs=None), NOW, **LINES)
    assert buttons(message) == [("Create it anew", "run.0 form f2")]
    assert message.blocks[-1].to_dict()["elements"][0]["style"] == "primary"
    for text in (message.text, shown(message)):
        assert (
            "It was deleted while you were editing. If that was done with /okr, `/okr trash` can bring it back." in text
        )
        assert "create it anew: the form has what you typed" in text
        assert "*Owner*  ~Ada Lovelace~ → Marketing" in text
    assert message.text.startswith(f"Not saved: {NAME}. ")
    assert ONBOARDING.url not in shown(message)


def test_an_undo_of_what_was_deleted_since_leads_to_the_trash() -> None:
    message = collision(replace(BOTH, theirs=None, mine=ONBOARDING), NOW, undo=True)
    assert message.text == (
        f"Not undone: {NAME}. It was deleted since. If that was done with /okr, `/okr trash` can bring it back."
    )
    assert buttons(message) == []
