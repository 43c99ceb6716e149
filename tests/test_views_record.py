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
NEWER, OLDER = "log-page newer e5 x", "log-page older e1 x"
PAGE = RecordPage(f"Changes to {NAME}", (RESTORED, DELETED, UNDID, UPDATED, CREATED), NEWER, OLDER, may_export=True)


def one(line: RecordLine) -> str:
    return shown(record_page(RecordPage("Changes", (line,))))


def test_a_page_says_what_it_is_of_and_where_it_stands() -> None:
    assert shown(record_page(PAGE)).startswith(f"Changes to {NAME}\nnewest first, {WHEN}\n")
    assert record_page(PAGE).text.startswith(f"Changes to {NAME}: newest first, {WHEN}\n")
    earlier = replace(CREATED, entry=replace(CREATED.entry, at=AT - timedelta(minutes=1)))
    span = shown(record_page(replace(PAGE, lines=(RESTORED, earlier)))).splitlines()[1]
    assert span.startswith(f"newest first, {WHEN} to <!date^1795417140^")
    # What is counted is what all is: how many the other pages have, nobody has looked.
    whole = replace(PAGE, title=" ", newer_line="", older_line="")
    assert shown(record_page(whole)).startswith("The last changes\n5 in all, newest first\n")


def test_what_had_to_be_left_out_is_told_and_nothing_is_counted() -> None:
    doubt = "Some are left out: the OKR account did not tell who may see their objectives now."
    message = record_page(replace(PAGE, newer_line="", older_line="", is_sure=False))
    assert doubt in message.text and doubt in shown(message) and "in all" not in shown(message)
    message = record_page(RecordPage("The last changes", (), is_sure=False))
    assert message.text.startswith(f"The last changes: none to show. {doubt}")


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
    lines = record_page(RecordPage("& " * 200, (line,) * 10)).text.splitlines()
    assert len(lines) == 11
    assert all(" updated " in line for line in lines[1:])


def test_a_page_holds_ten_entries_in_two_blocks_each() -> None:
    assert len(record_page(replace(PAGE, lines=(UPDATED,) * 50)).blocks) == 2 + 20 + 1


def test_pages_are_turned_in_place_and_exported_by_those_who_may() -> None:
    assert buttons(record_page(PAGE)) == [
        ("Undo", "run.0 undo e2"),
        ("Newer", f"swap.3 {NEWER}"),
        ("Older", f"swap.4 {OLDER}"),
        ("Export as CSV", "run.5 log-export"),
    ]
    plain = replace(PAGE, newer_line="", older_line="x" * 2001, may_export=False)
    assert [label for label, _ in buttons(record_page(plain))] == ["Undo"]


def test_an_empty_record_is_one_sentence() -> None:
    message = record_page(RecordPage("Changes by <Ada>", (), may_export=True))
    assert message.text == shown(message) == "Changes by &lt;Ada&gt;: none were made with /okr yet."
    assert buttons(message) == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ({"newer_line": NEWER}, "there are no older ones."),
        ({"older_line": OLDER}, "nothing to show here; older ones may follow."),
    ],
)
def test_a_page_with_nothing_on_it_leads_on(lines: dict[str, str], said: str) -> None:
    message = record_page(RecordPage("Changes", (), **lines))
    assert message.text == f"Changes: {said}"
    assert len(buttons(message)) == 1


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
