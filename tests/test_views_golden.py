"""What the usual views look like, as the JSON that Slack gets."""

import inspect
import re
import sys
from dataclasses import replace

from bot.objectives.model import Change, Consequences, Draft
from bot.views.cards import created, delete_question, detail, updated
from bot.views.forms import Form, create_form, edit_form
from bot.views.lists import Found, nothing_found, objectives_page, which_one
from bot.views.notices import not_understood
from tests.golden_files import Golden, golden, names
from tests.sample_objectives import ADA, GRACE, NOW, ONBOARDING, Q4, many

__all__ = ["golden"]

FOUND = Found("Objectives tagged #growth", "#growth", many(3), 1, 3, changeable=frozenset({f"{ONBOARDING.id}0"}))


def test_an_objective_in_full(golden: Golden) -> None:
    golden.check("detail", detail(ONBOARDING, NOW))


def test_an_objective_shared_with_a_channel(golden: Golden) -> None:
    golden.check("detail-shared", detail(ONBOARDING, NOW, may_change=False, shared_by="U012AB3CD"))


def test_a_list(golden: Golden) -> None:
    golden.check("list", objectives_page(FOUND, NOW))


def test_a_creation(golden: Golden) -> None:
    golden.check("created", created(ONBOARDING, NOW, notes=["The tag board was not accepted."]))


def test_a_change(golden: Golden) -> None:
    after = replace(ONBOARDING, owners=(GRACE,), tags=("growth", "board"), description="So that nobody ever calls.")
    golden.check("updated", updated(Change(ONBOARDING, after), NOW))


def test_the_question_before_a_delete(golden: Golden) -> None:
    golden.check("delete-question", delete_question(ONBOARDING, Consequences(3, 14, 2), NOW))


def test_nothing_found(golden: Golden) -> None:
    suggestion = ("There is #growth, with 12 objectives.", "Search #growth", "search #growth")
    shown = nothing_found("Objectives tagged #growht", "#growht", suggestions=[suggestion])
    golden.check("nothing-found", shown)


def test_a_choice(golden: Golden) -> None:
    candidates = [(objective, f"show {objective.id}") for objective in many(2)]
    golden.check("which-one", which_one("Two objectives have this name. Which one?", candidates))


def test_what_was_not_understood(golden: Golden) -> None:
    shown = not_understood(
        "I understood: “Grow”.", ["There is no “colour:”."], line='create "Grow"', form_line='create "Grow"'
    )
    golden.check("not-understood", shown)


def test_the_form_to_create(golden: Golden) -> None:
    draft = Draft("Cut onboarding", Q4.id, ADA.id, ("growth",))
    golden.check("form-create", create_form(draft, ADA, Q4, Form("C1"), faults={"tags": "Quantive refused the tag."}))


def test_the_form_to_change(golden: Golden) -> None:
    golden.check("form-edit", edit_form(ONBOARDING, Form("C1", form_id="f1")))


def test_every_golden_file_is_looked_at() -> None:
    asked = set(re.findall(r'golden\.check\("([\w-]+)"', inspect.getsource(sys.modules[__name__])))
    assert names() == asked
