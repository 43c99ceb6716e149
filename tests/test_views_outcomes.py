"""What is said after a change and after its undo: what changed, and whether it can be taken back."""

from dataclasses import replace

import pytest

from bot.objectives.model import Change
from bot.views.changes import description_change
from bot.views.outcomes import created, deleted, kept, left, restored, updated
from tests.sample_objectives import GRACE, NOW, ONBOARDING, Q3
from tests.test_views_cards import ID, buttons, shown

AFTER = replace(ONBOARDING, owners=(GRACE,))


def test_a_creation_is_told_with_its_notes() -> None:
    message = created(ONBOARDING, NOW, notes=["The tag <board> was not accepted.", " "])
    assert f"*Created*  <{ONBOARDING.url}|Cut onboarding time to a day>" in shown(message)
    assert "The tag &lt;board&gt; was not accepted." in shown(message)
    assert "The tag &lt;board&gt; was not accepted." in message.text
    assert buttons(message) == [("Share here", f"run.0 share {ID}"), ("Edit", f"run.1 update {ID}")]


LONG = "a b c d e f g h i"


def test_a_change_is_told_field_by_field() -> None:
    after = replace(
        ONBOARDING,
        name="Cut onboarding to an hour",
        owners=(GRACE,),
        session=Q3,
        tags=("Growth", "board"),
        description="So that customers sign up in a day and never call.",
        progress=0.7,
    )
    assert (
        "*Name*  ~Cut onboarding time to a day~ → Cut onboarding to an hour\n"
        "*Owner*  ~Ada Lovelace~ → Grace Hopper\n"
        "*Session*  ~Q4 2026~ → Q3 2026\n"
        "*Tags*  + #board   − #onboarding\n"
        "*Description*  … sign up in a ~week~ → *day* and never call.\n"
        "*Progress*  ~62 %~ → ▰▰▰▰▰▰▰▱▱▱ 70 %"
    ) in shown(updated(Change(ONBOARDING, after), NOW))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("", "New words", "*New words*"),
        ("Old words", "", "~Old words~"),
        ("a b c", "a b c d", "a b c *d*"),
        ("a b c d", "a d", "a ~b c~ d"),
        ("same  words", "same\nwords", "spacing and line breaks"),
        ("x ~y~ z", "x z", "x ~~\u200by\u200b~~ z"),
        (
            f"{LONG} week {LONG} ever {LONG}",
            f"{LONG} day {LONG} {LONG}",
            "… f g h i ~week~ → *day* a b c d … f g h i ~ever~ a b c d …",
        ),
        (
            " ".join(f"{LONG} {n}" for n in range(6)),
            " ".join(f"{LONG} {n}x" for n in range(6)),
            "… f g h i ~0~ → *0x* a b c d … f g h i ~1~ → *1x* a b c d … f g h i ~2~ → *2x* a b c d … "
            "and 3 more places",
        ),
    ],
)
def test_a_description_is_told_by_the_words_that_differ(before: str, after: str, said: str) -> None:
    change = Change(replace(ONBOARDING, description=before), replace(ONBOARDING, description=after))
    assert f"*Description*  {said}\n" in shown(updated(change, NOW))


def test_a_description_too_long_to_be_compared_word_by_word_is_told_as_one_change() -> None:
    told = description_change(f"x {LONG} " * 1_000, f"y {LONG} " * 1_000, most=60)
    assert told == f"~x {LONG} x {LONG} x a b c d…~ → *y {LONG} y {LONG} y a b c d…* a b c d …"


def test_a_change_that_changed_nothing_says_so() -> None:
    message = updated(Change(ONBOARDING, replace(ONBOARDING, description="  " + ONBOARDING.description)), NOW)
    assert message.text.startswith("Nothing changed in Cut onboarding")


def test_every_change_in_the_record_can_be_undone_from_its_answer() -> None:
    answers = [
        created(ONBOARDING, NOW, entry_id="e1"),
        updated(Change(ONBOARDING, AFTER), NOW, entry_id="e1"),
        restored(ONBOARDING, NOW, entry_id="e1"),
    ]
    for message in answers:
        assert [label for label, _ in buttons(message)] == ["Share here", "Edit", "Undo"]
        assert buttons(message)[-1] == ("Undo", "swap.2 undo e1")
    assert buttons(deleted(ONBOARDING, NOW, entry_id="e1")) == [("Undo", "swap.0 undo e1")]


def test_undo_says_what_it_would_undo() -> None:
    labels = [
        message.blocks[-1].to_dict()["elements"][-1]["accessibility_label"]
        for message in (
            created(ONBOARDING, NOW, entry_id="e1"),
            updated(Change(ONBOARDING, AFTER), NOW, entry_id="e1"),
            restored(ONBOARDING, NOW, entry_id="e1"),
            deleted(ONBOARDING, NOW, entry_id="e1"),
        )
    ]
    assert labels == [
        f"Undo {what} Cut onboarding time to a day" for what in ("creating", "changing", "bringing back", "deleting")
    ]


@pytest.mark.parametrize("entry_id", ["", "e" * 3000], ids=["none", "too long"])
def test_without_an_entry_there_is_no_undo(entry_id: str) -> None:
    assert "Undo" not in dict(buttons(created(ONBOARDING, NOW, entry_id=entry_id)))
    assert buttons(deleted(ONBOARDING, NOW, entry_id=entry_id)) == []


def test_where_nothing_changed_there_is_nothing_to_undo() -> None:
    assert "Undo" not in dict(buttons(updated(Change(ONBOARDING, ONBOARDING), NOW, entry_id="e1")))


def test_an_undone_change_is_told_as_what_it_put_back() -> None:
    message = updated(Change(AFTER, ONBOARDING), NOW, entry_id="e2", undone=True)
    assert message.text.startswith("Change undone in Cut onboarding time to a day, 62 %")
    assert f"*Change undone in*  <{ONBOARDING.url}|Cut onboarding" in shown(message)
    assert "*Owner*  ~Grace Hopper~ → Ada Lovelace" in shown(message)
    assert "*Owner*  ~Grace Hopper~ → Ada Lovelace" in message.text


def test_an_undo_that_finds_all_as_it_was_says_so() -> None:
    message = updated(Change(ONBOARDING, ONBOARDING), NOW, undone=True)
    assert message.text.startswith("Nothing to undo in Cut onboarding")
    assert "It is already as it was before that change." in message.text


def test_a_deletion_says_how_long_it_can_be_brought_back() -> None:
    message = deleted(ONBOARDING, NOW, entry_id="e1")
    assert message.text == (
        "Deleted: Cut onboarding time to a day, 62 %, on track, Ada Lovelace, Q4 2026, O-3F9C\n"
        "You can bring it back for 30 days: `/okr trash` lists it."
    )
    assert shown(message).startswith("*Deleted*  Cut onboarding time to a day\n")
    assert "You can bring it back for 30 days: `/okr trash` lists it." in shown(message)


def test_a_deletion_that_is_not_in_the_record_promises_nothing() -> None:
    assert "bring it back" not in deleted(ONBOARDING, NOW).text + shown(deleted(ONBOARDING, NOW))


def test_an_undone_creation_is_a_deletion_and_says_so() -> None:
    message = deleted(ONBOARDING, NOW, entry_id="e2", undone=True)
    assert message.text.startswith("Creation undone: Cut onboarding time to a day")
    assert "It is deleted again. You can bring it back for 30 days" in message.text
    assert "It is deleted again. You can bring it back for 30 days" in shown(message)


def test_what_was_brought_back_is_told_with_what_could_not_be() -> None:
    message = restored(ONBOARDING, NOW, entry_id="e1", notes=["Its <14> check-ins could not be brought back."])
    assert shown(message).startswith(f"*Brought back*  <{ONBOARDING.url}|Cut onboarding time to a day>\n● on track")
    assert message.text.startswith("Brought back Cut onboarding time to a day, 62 %")
    for text in (shown(message), message.text):
        assert "Its &lt;14&gt; check-ins could not be brought back." in text
        assert "new id" not in text


@pytest.mark.parametrize(("short_id", "called"), [("O-77AB", "O-77AB"), ("", ID), ("<!here>", "&lt;!here&gt;")])
def test_a_new_id_is_said(short_id: str, called: str) -> None:
    message = restored(replace(ONBOARDING, short_id=short_id), NOW, new_id=True)
    for text in (shown(message), message.text):
        assert f"It has a new id, {called}: links to the old one do not work any more." in text


def test_what_is_kept_or_left_stays_as_it_is() -> None:
    assert "Nothing was deleted" in kept(ONBOARDING).text
    assert left(ONBOARDING).text.startswith(f"Left as it is  <{ONBOARDING.url}|Cut onboarding time to a day>.")
    assert "Nothing was changed" in left(ONBOARDING).text
