"""Several objectives: the rows, the pages, and what is offered where there are none."""

from dataclasses import replace

from bot.views.lists import Found, home, nothing_found, objectives_page, which_one
from tests.sample_objectives import GRACE, NOW, ONBOARDING, Q3, many
from tests.test_views_cards import buttons, shown

ID = ONBOARDING.id
PAGE = many(10)
SECOND = Found("Objectives tagged #growth", "#growth session:all", PAGE, first=11, total=27)


def test_a_page_says_what_was_found_and_where_it_stands() -> None:
    text = shown(objectives_page(SECOND, NOW))
    assert text.startswith("Objectives tagged #growth\n27 found, 11–20\n")
    assert f"11  <{ONBOARDING.url}|Cut onboarding time to a day 0>" in text
    assert "▰▰▰▰▰▰▱▱▱▱ 62 %  ● on track · Ada Lovelace · Q4 2026 · #growth #onboarding · O-0000" in text


def test_the_words_of_a_page_are_a_line_an_objective() -> None:
    lines = objectives_page(SECOND, NOW).text.splitlines()
    assert lines[0] == "Objectives tagged #growth: 27 found, 11–20"
    assert lines[1] == "11. Cut onboarding time to a day 0, 62 %, on track, Ada Lovelace, Q4 2026, O-0000"
    assert len(lines) == 11


def test_a_page_takes_two_blocks_an_objective_and_four_more_at_most() -> None:
    assert len(objectives_page(SECOND, NOW).blocks) == 23
    assert len(objectives_page(replace(SECOND, objectives=many(500)), NOW).blocks) == 23


def test_pages_are_turned_in_place() -> None:
    pages = [line for line in buttons(objectives_page(SECOND, NOW)) if "page" in line[1]]
    assert pages == [
        ("Previous", "swap.3 page 1 #growth session:all"),
        ("Next", "swap.4 page 3 #growth session:all"),
    ]


def test_the_first_and_the_last_page_have_no_further_ones() -> None:
    first, last = replace(SECOND, first=1), replace(SECOND, first=21, objectives=PAGE[:7])
    assert [label for label, _ in buttons(objectives_page(first, NOW))[-3:]] == ["Next", "Narrow…", "Share"]
    assert [label for label, _ in buttons(objectives_page(last, NOW))[-3:]] == ["Previous", "Narrow…", "Share"]
    assert "27 found, 21–27" in objectives_page(last, NOW).text


def test_a_list_can_be_narrowed_and_shared() -> None:
    assert buttons(objectives_page(SECOND, NOW))[-2:] == [
        ("Narrow…", "run.5 narrow #growth session:all"),
        ("Share", "run.6 share-list #growth session:all"),
    ]
    assert buttons(objectives_page(replace(SECOND, may_share=False), NOW))[-1][0] == "Narrow…"


def test_a_query_too_long_for_a_button_costs_only_the_button() -> None:
    message = objectives_page(replace(SECOND, query="word " * 500), NOW)
    assert {label for label, _ in buttons(message)} == {"Show", "Share"}
    assert {line.split()[1] for _, line in buttons(message)} == {"show", "share"}


def test_a_row_can_be_changed_by_those_who_may() -> None:
    mine, private, other = PAGE[0], replace(PAGE[1], is_private=True), PAGE[2]
    found = Found("Mine", "owner:me", (mine, private, other), 1, 3, changeable=frozenset({mine.id, private.id}))
    rows = [[entry.split()[1] for _, entry in buttons(_row(found, place))] for place in range(3)]
    assert rows == [["show", "update", "share", "delete"], ["show", "update", "delete"], ["show", "share"]]


def _row(found: Found, place: int):  # type: ignore[no-untyped-def]
    message = objectives_page(found, NOW)
    return replace(message, blocks=[message.blocks[2 + 2 * place]])


def test_a_shared_list_names_its_sharer_and_its_rows_can_only_be_shown() -> None:
    message = objectives_page(replace(SECOND, shared_by="U1A"), NOW)
    assert "27 found, 11–20 · Shared by <@U1A>" in shown(message)
    assert {(label, line.split()[0], line.split()[1]) for label, line in buttons(message)} == {
        ("Show", "run.0", "show")
    }


def test_a_list_of_none_says_so() -> None:
    assert "none found" in objectives_page(Found("Mine", "owner:me", (), 1, 0), NOW).text
    assert "12 found, none on this page" in objectives_page(Found("Mine", "owner:me", (), 21, 12), NOW).text


def test_the_start_page_greets_and_leads_on() -> None:
    message = home("Ada", Found("Your objectives in Q4 2026", "owner:me", PAGE[:2], 1, 2), NOW)
    assert message.text.startswith("Hello Ada. Your objectives in Q4 2026: 2 found\n1. Cut onboarding")
    assert buttons(message)[-3:] == [("Create", "run.0 create"), ("Search…", "run.1 narrow"), ("Help", "run.2 help")]


def test_the_start_page_invites_those_who_have_no_objective() -> None:
    message = home("", Found("Yours", "owner:me", (), 1, 0), NOW)
    assert message.text.startswith("Hello. You have no objectives here yet.")
    assert buttons(message)[0] == ("Create", "run.0 create")


def test_nothing_found_offers_what_is_near() -> None:
    message = nothing_found(
        "Objectives tagged #growht",
        "#growht",
        create_line='new "Grow" tag:"growth"',
        suggestions=[("There is #growth, with 12 objectives.", "Search #growth", "search #growth")],
    )
    assert message.text == "Nothing found: Objectives tagged #growht\nThere is #growth, with 12 objectives."
    assert buttons(message) == [
        ("Search #growth", "run.0 search #growth"),
        ('Create "Grow"', 'run.0 new "Grow" tag:"growth"'),
        ("Change the search…", "run.1 narrow #growht"),
    ]


def test_what_has_no_name_yet_is_created_by_the_form() -> None:
    message = nothing_found("Objectives tagged #growth", "#growth", create_line='new tag:"growth"')
    assert buttons(message)[0] == ("Create an objective", 'run.0 new tag:"growth"')


def test_a_choice_shows_what_tells_the_candidates_apart() -> None:
    other = replace(ONBOARDING, id="2", session=Q3, owners=(GRACE,), short_id="O-9")
    message = which_one("Which one?", [(ONBOARDING, f"show {ID}"), (other, "show 2")])
    assert message.text.splitlines() == [
        "Which one?",
        "Cut onboarding time to a day, Q4 2026, Ada Lovelace, O-3F9C",
        "Cut onboarding time to a day, Q3 2026, Grace Hopper, O-9",
    ]
    assert buttons(message) == [("Choose", f"run.0 show {ID}"), ("Choose", "run.0 show 2")]


def test_a_choice_of_very_many_says_how_many_it_does_not_show() -> None:
    message = which_one("Which one?", [(objective, "show") for objective in many(500)])
    assert len(message.blocks) == 22
    assert "and 480 more" in message.text
