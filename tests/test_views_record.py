"""The record and the trash: who did what, when and from where, and what can be brought back."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.objectives.model import Objective
from bot.objectives.plans import Act, Entry
from bot.views.record import RecordLine, RecordPage, record_page
from bot.views.trash import TrashLine, TrashPage, trash_page
from tests.sample_objectives import GRACE, NOW, ONBOARDING, many
from tests.test_views_cards import buttons, shown

AT = NOW - timedelta(hours=2)
WHEN = "<!date^1795417200^{date_short_pretty} at {time}|23 Nov 2026, 07:00 UTC>"
AFTER = replace(ONBOARDING, owners=(GRACE,), tags=("growth", "board"))
NAME = "Cut onboarding time to a day"
LINKED = f"<{ONBOARDING.url}|{NAME}>"


def entry(
    act: Act,
    *,
    before: Objective | None = None,
    after: Objective | None = None,
    at: datetime = AT,
    way: str = "command",
    channel_id: str = "C012AB3CD",
    undoes: str = "",
    number: int = 1,
) -> Entry:
    return Entry(f"e{number}", act, "T1", "U1", ONBOARDING.id, at, channel_id, way, before, after, undoes=undoes)


CREATED = RecordLine(entry(Act.CREATE, after=ONBOARDING, way="form"), "Ada Lovelace")
UPDATED = RecordLine(entry(Act.UPDATE, before=ONBOARDING, after=AFTER, number=2), "Grace Hopper", undo_line="undo e2")
UNDID = RecordLine(
    entry(Act.UPDATE, before=AFTER, after=ONBOARDING, way="button", channel_id="D012AB3CD", undoes="e2", number=3),
    "Grace Hopper",
)
DELETED = RecordLine(entry(Act.DELETE, before=ONBOARDING, way="button", number=4), "Ada Lovelace", undone_by="Al")
RESTORED = RecordLine(entry(Act.RESTORE, before=ONBOARDING, after=ONBOARDING, undoes="e4", number=5), "Al")
PAGE = RecordPage(
    f"Changes to {NAME}", (RESTORED, DELETED, UNDID, UPDATED, CREATED), 11, 27, "log-page 1 x", "log-page 3 x", True
)


def one(line: RecordLine) -> str:
    return shown(record_page(RecordPage("Changes", (line,), 1, 1)))


def test_a_page_says_what_it_is_of_and_where_it_stands() -> None:
    assert shown(record_page(PAGE)).startswith(f"Changes to {NAME}\n27 in all, 11–15, newest first\n")
    assert record_page(PAGE).text.startswith(f"Changes to {NAME}: 27 in all, 11–15, newest first\n")
    assert shown(record_page(replace(PAGE, title=" ", first=1, total=5))).startswith(
        "The last changes\n5 in all, newest"
    )


def test_an_update_is_told_field_by_field() -> None:
    assert one(UPDATED).endswith(
        f"*Updated*  {LINKED}\n*Owner*  ~Ada Lovelace~ → Grace Hopper\n*Tags*  + #board   − #onboarding\n"
        f"Grace Hopper · {WHEN} · in <#C012AB3CD> · by command"
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (CREATED, f"*Created*  {LINKED}\nAda Lovelace · {WHEN} · in <#C012AB3CD> · by form"),
        (
            DELETED,
            f"*Deleted*  {NAME}\nAda Lovelace · {WHEN} · in <#C012AB3CD> · by button · brought back by Al",
        ),
        (RESTORED, f"*Brought back*  {LINKED}\nAl · {WHEN} · in <#C012AB3CD> · by command"),
        (
            UNDID,
            f"Grace Hopper · {WHEN} · in a direct message · by button · undid an earlier change",
        ),
        (replace(UPDATED, undone_by="<!here>"), "by command · undone by &lt;!here&gt;"),
        (replace(DELETED, undone_by="", entry=replace(DELETED.entry, undoes="e1")), "by button · undid its creation"),
        (replace(CREATED, who=" "), f"*Created*  {LINKED}\nsomebody · "),
        (replace(CREATED, url=""), f"*Created*  {NAME}\n"),
        (replace(CREATED, url="https://new.example/1"), f"*Created*  <https://new.example/1|{NAME}>\n"),
        (replace(DELETED, url="https://new.example/1"), f"*Deleted*  <https://new.example/1|{NAME}>\n"),
        (replace(CREATED, entry=replace(CREATED.entry, channel_id="", way="")), f"Ada Lovelace · {WHEN}"),
        (replace(CREATED, entry=replace(CREATED.entry, channel_id="<!here>")), "· in &lt;!here&gt; ·"),
    ],
)
def test_every_entry_says_who_what_when_from_where_and_how(line: RecordLine, said: str) -> None:
    assert said in one(line)


def test_the_words_of_a_page_are_a_line_an_entry() -> None:
    lines = record_page(PAGE).text.splitlines()
    assert len(lines) == 6
    assert lines[4] == (
        f"Grace Hopper updated {NAME}, {WHEN}, in <#C012AB3CD>, by command: "
        "*Owner*  ~Ada Lovelace~ → Grace Hopper; *Tags*  + #board   − #onboarding"
    )
    assert lines[2] == f"Ada Lovelace deleted {NAME}, {WHEN}, in <#C012AB3CD>, by button, brought back by Al"


def test_the_words_of_a_page_name_every_entry_however_much_changed() -> None:
    before = replace(ONBOARDING, name="old & words " * 50, description="old & words " * 900)
    after = replace(AFTER, name="new & words " * 50, description="new & words " * 900)
    line = RecordLine(entry(Act.UPDATE, before=before, after=after, undoes="e"), "&" * 200, undone_by="&" * 200)
    lines = record_page(RecordPage("& " * 200, (line,) * 10, 1, 10)).text.splitlines()
    assert len(lines) == 11
    assert all(" updated " in line for line in lines[1:])


def test_a_page_holds_ten_entries_in_two_blocks_each() -> None:
    assert len(record_page(replace(PAGE, lines=(UPDATED,) * 50)).blocks) == 2 + 20 + 1


def test_pages_are_turned_in_place_and_exported_by_those_who_may() -> None:
    assert buttons(record_page(PAGE)) == [
        ("Undo", "run.0 undo e2"),
        ("Previous", "swap.3 log-page 1 x"),
        ("Next", "swap.4 log-page 3 x"),
        ("Export as CSV", "run.5 log-export"),
    ]
    plain = replace(PAGE, previous_line="", next_line="x" * 2001, may_export=False)
    assert [label for label, _ in buttons(record_page(plain))] == ["Undo"]


def test_an_empty_record_is_one_sentence() -> None:
    message = record_page(RecordPage("Changes by <Ada>", (), 1, 0, may_export=True))
    assert message.text == shown(message) == "Changes by &lt;Ada&gt;: none were made with /okr yet."
    assert buttons(message) == []


def test_a_page_beyond_the_end_says_so_and_leads_back() -> None:
    message = record_page(RecordPage("Changes", (), 31, 27, "log-page 3"))
    assert "27 in all, none on this page" in message.text
    assert buttons(message) == [("Previous", "swap.3 log-page 3")]


TRASHED = TrashLine(DELETED.entry, "Ada Lovelace", NOW + timedelta(days=29))
TRASH = TrashPage((TRASHED,), 1, 1)


def test_what_was_deleted_is_told_with_how_long_it_can_be_brought_back() -> None:
    message = trash_page(TRASH, NOW)
    assert shown(message) == (
        "Deleted objectives\n1 in all, the last deleted first\n"
        f"*{NAME}*\nAda Lovelace · Q4 2026 · 2 key results · O-3F9C\n"
        f"Deleted by Ada Lovelace · {WHEN} · "
        "can be brought back until <!date^1797930000^{date_short}|22 Dec 2026> (29 days left)"
    )
    assert message.text == (
        "Deleted objectives: 1 in all, the last deleted first\n"
        f"{NAME}, 2 key results, deleted by Ada Lovelace, {WHEN}, "
        "can be brought back until <!date^1797930000^{date_short}|22 Dec 2026> (29 days left)"
    )
    assert buttons(message) == [("Bring back", "run.0 restore e4")]
    assert message.blocks[2].to_dict()["accessory"]["accessibility_label"] == f"Bring back {NAME}"


def test_nothing_is_offered_to_those_who_may_not_bring_back() -> None:
    assert buttons(trash_page(replace(TRASH, lines=(replace(TRASHED, may_restore=False),)), NOW)) == []


@pytest.mark.parametrize(
    ("key_results", "said"),
    [(None, "Q4 2026 · O-3F9C"), ((), "Q4 2026 · no key results"), (ONBOARDING.key_results, "2 key results")],
)
def test_key_results_are_counted_where_they_are_known(key_results: tuple[()] | None, said: str) -> None:
    line = replace(TRASHED, entry=entry(Act.DELETE, before=replace(ONBOARDING, key_results=key_results)))
    assert said in shown(trash_page(replace(TRASH, lines=(line,)), NOW))


@pytest.mark.parametrize(("days", "said"), [(1, "(1 day left)"), (0, "(last day)"), (-1, "22 Nov 2026>")])
def test_the_last_day_is_told(days: int, said: str) -> None:
    line = replace(TRASHED, until=NOW + timedelta(days=days))
    assert said in trash_page(replace(TRASH, lines=(line,)), NOW).text


def test_the_trash_is_shown_by_pages() -> None:
    lines = tuple(
        TrashLine(entry(Act.DELETE, before=objective, number=n), "<!channel>", NOW)
        for n, objective in enumerate(many(30))
    )
    message = trash_page(TrashPage(lines, 11, 30, "trash 1", "trash 3"), NOW)
    assert "30 in all, 11–20" in message.text
    assert len(message.blocks) == 2 + 20 + 1
    assert len(message.text.splitlines()) == 11
    assert "deleted by &lt;!channel&gt;" in message.text
    assert buttons(message)[-2:] == [("Previous", "swap.3 trash 1"), ("Next", "swap.4 trash 3")]


def test_an_empty_trash_is_one_sentence() -> None:
    message = trash_page(TrashPage((), 1, 0), NOW)
    assert message.text == "There is nothing to bring back: what is deleted with /okr stays here for 30 days."
    assert buttons(message) == []
