"""What the usual views look like, as the JSON that Slack gets."""

import re
from dataclasses import replace
from pathlib import Path

from bot.objectives.model import Change, Consequences, Draft
from bot.views.cards import delete_question, detail
from bot.views.collisions import collision
from bot.views.forms import Form, create_form, edit_form
from bot.views.lists import Found, nothing_found, objectives_page, which_one
from bot.views.notices import given_back, not_understood, refused, waiting
from bot.views.outcomes import created, deleted, restored, updated
from bot.views.record import RecordPage, record_page
from bot.views.trash import TrashPage, trash_page
from tests.golden_files import Golden, golden, names
from tests.sample_objectives import ADA, GRACE, NOW, ONBOARDING, Q4, many
from tests.test_views_collisions import BOTH, LINES
from tests.test_views_record import PAGE, TRASH

__all__ = ["golden"]

AFTER = replace(ONBOARDING, owners=(GRACE,), tags=("growth", "board"), description="So that nobody ever calls.")
FOUND = Found("Objectives tagged #growth", "#growth", many(3), 1, 3, changeable=frozenset({f"{ONBOARDING.id}0"}))


def test_an_objective_in_full(golden: Golden) -> None:
    golden.check("detail", detail(ONBOARDING, NOW))


def test_an_objective_shared_with_a_channel(golden: Golden) -> None:
    golden.check("detail-shared", detail(ONBOARDING, NOW, may_change=False, shared_by="U012AB3CD"))


def test_a_list(golden: Golden) -> None:
    golden.check("list", objectives_page(FOUND, NOW))


def test_a_creation(golden: Golden) -> None:
    golden.check("created", created(ONBOARDING, NOW, notes=["The tag board was not accepted."], entry_id="e1"))


def test_a_change(golden: Golden) -> None:
    golden.check("updated", updated(Change(ONBOARDING, AFTER), NOW, entry_id="e1"))


def test_a_change_that_was_undone(golden: Golden) -> None:
    golden.check("change-undone", updated(Change(AFTER, ONBOARDING), NOW, entry_id="e2", undone=True))


def test_the_question_before_a_delete(golden: Golden) -> None:
    owned = replace(ONBOARDING, owners=(ADA, GRACE))
    goes = Consequences(3, 14, (AFTER, replace(AFTER, name="Answer in a day")), 1)
    question = delete_question(owned, goes, NOW, delete_line=f"confirm-delete {owned.id} f1", reader_id=ADA.id)
    golden.check("delete-question", question)


def test_a_deletion(golden: Golden) -> None:
    golden.check("deleted", deleted(ONBOARDING, NOW, entry_id="e1"))


def test_a_creation_that_was_undone(golden: Golden) -> None:
    golden.check("creation-undone", deleted(ONBOARDING, NOW, entry_id="e2", undone=True))


def test_what_was_brought_back(golden: Golden) -> None:
    notes = ["Its 14 check-ins could not be brought back."]
    golden.check("restored", restored(ONBOARDING, NOW, entry_id="e2", notes=notes, new_id=True))


def test_a_page_of_the_record(golden: Golden) -> None:
    golden.check("record", record_page(PAGE))


def test_an_empty_record(golden: Golden) -> None:
    golden.check("record-empty", record_page(RecordPage("Changes by Ada Lovelace", ())))


def test_the_trash(golden: Golden) -> None:
    golden.check("trash", trash_page(TRASH, NOW))


def test_an_empty_trash(golden: Golden) -> None:
    golden.check("trash-empty", trash_page(TrashPage((), 1, 0), NOW))


def test_a_collision(golden: Golden) -> None:
    golden.check("collision", collision(BOTH, NOW, **LINES))


def test_a_collision_of_an_undo(golden: Golden) -> None:
    shown = collision(BOTH, NOW, mine_line="undo e1 anyway", theirs_line="show 1", undo=True)
    golden.check("collision-undo", shown)


def test_a_collision_with_a_deletion(golden: Golden) -> None:
    golden.check("collision-deleted", collision(replace(BOTH, theirs=None), NOW, **LINES))


def test_a_change_that_waits(golden: Golden) -> None:
    golden.check("waiting", waiting("Quantive", "Update Cut onboarding time to a day"))


def test_a_change_that_was_refused(golden: Golden) -> None:
    golden.check("refused", refused("Quantive refused the tag board.", resume_line="form f1"))


def test_a_change_that_was_given_back(golden: Golden) -> None:
    what = "Update Cut onboarding time to a day"
    golden.check("given-back", given_back("Quantive did not answer.", "form f1", what=what))


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
    tests = (path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    asked = {name for text in tests for name in re.findall(r'golden\.check\("([\w-]+)"', text)}
    assert names() == asked
