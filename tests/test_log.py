"""`/okr log`: who did what, from what to what, when and from where; for those who may see it, and as CSV for admins."""

import codecs
import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.durable import SetClock, heard, run_pressed
from tests.world import USERS, Said, World, elements_in

NAME = "Cut onboarding time to a day"
PRIVATE = "Settle the reorganisation of the field team"


def rows(said: Said) -> list[str]:
    """The entries of a page, in order, each with the line below it."""
    assert said.message is not None
    blocks = said.message["blocks"]
    texts = [block["text"]["text"] if block["type"] == "section" else words(block) for block in blocks]
    kinds = [block["type"] for block in blocks]
    return [f"{texts[n]} | {texts[n + 1]}" for n in range(2, len(blocks) - 1) if kinds[n] == "section"]


def words(block: dict[str, Any]) -> str:
    return " ".join(str(one.get("text")) for one in block.get("elements", []))


# What it says


def test_it_says_who_changed_what_from_what_to_what_when_from_where_and_how(make_world: Callable[..., World]):
    clock = SetClock()
    world = make_world(clock=clock)
    world.okr(f'update "{NAME}" name:"Cut it" +#board -#onboarding', who="katherine", channel="growth")
    (row,) = rows(world.okr("log"))
    assert "*Updated*" in row and "|Cut it>" in row
    assert f"~{NAME}~ → Cut it" in row
    assert "+ #board" in row and "− #onboarding" in row
    assert "Katherine Johnson" in row
    assert "<#C0GROWTH>" in row and "by command" in row
    moment = int(re.findall(r"<!date\^(\d+)\^", row)[0])
    assert abs(moment - clock().timestamp()) < 60


def test_every_way_of_changing_is_recorded_the_newest_first(world: World):
    form = world.okr("create")
    world.submit(form, {"name": "Win the Nordics"})
    world.okr('update "Win the Nordics" +#board')
    world.press(world.okr('delete "Win the Nordics"'), "Delete")
    world.okr("undo")
    listed = world.okr("log").text
    assert [re.match(r"\*([^*]+)\*", row)[1] for row in rows(world.okr("log"))] == [  # type: ignore[index]
        "Brought back",
        "Deleted",
        "Updated",
        "Created",
    ]
    facts = [row.partition(" | ")[2] for row in rows(world.okr("log"))]
    assert ["by form" in fact for fact in facts] == [False, False, False, True]
    assert ["by button" in fact for fact in facts] == [False, True, False, False]
    assert "brought back by Ada Lovelace" in facts[1]
    assert listed.startswith("The last changes: 4 in all, newest first")


def test_nothing_that_only_asks_or_fails_is_recorded(world: World):
    world.okr("search #growth")
    world.okr(f'delete "{NAME}"')
    world.okr(f'update "{NAME}" name:"Mine"', who="edsger")
    world.okr("create", who="ellis")
    assert "The last changes: none were made with /okr yet." in world.okr("log").text


# Of an objective


def test_of_an_objective_by_each_name_that_it_has(world: World):
    world.okr(f'update "{NAME}" +#board')
    world.okr('create "Win the Nordics"')
    shown = world.okr(f'show "{NAME}"')
    short_id = "O-" + shown.text.partition("O-")[2][:4]
    full_id = re.findall(r"confirm-delete ([0-9a-f]{24})", str(world.okr(f'delete "{NAME}"').message))[0]
    world.okr(f'search "{NAME}"')
    for what in (NAME, f'"{NAME}"', "Cut onboarding", short_id, full_id, "1"):
        said = world.okr(f"log {what}")
        assert said.text.startswith(f"Changes to {NAME}: 1 in all"), what
        assert len(rows(said)) == 1
    assert "Changes to Win the Nordics: 1 in all" in world.okr("log Win the Nordics").text


def test_of_two_of_the_same_name_the_one_that_is_there_is_meant(world: World):
    world.okr('create "Win the Nordics"')
    world.press(world.okr("delete Win the Nordics"), "Delete")
    assert "*Deleted*" in rows(world.okr("log Win the Nordics"))[0]
    world.okr('create "Win the  nordics" #growth')
    world.okr('create "Win the Nordics as well"')
    (row,) = rows(world.okr('log "Win the Nordics"'))
    assert "*Created*" in row and "Win the nordics" in row


def test_of_an_objective_that_was_deleted_by_name_and_by_id(world: World):
    world.okr(f'update "{NAME}" +#board')
    short_id = "O-" + world.okr(f'show "{NAME}"').text.partition("O-")[2][:4]
    asked = world.okr(f'delete "{NAME}"')
    full_id = re.findall(r"confirm-delete ([0-9a-f]{24})", str(asked.message))[0]
    world.press(asked, "Delete")
    for what in (f'"{NAME}"', NAME.upper(), full_id, short_id):
        said = world.okr(f"log {what}")
        assert said.text.startswith(f"Changes to {NAME}: 2 in all"), what
        assert "*Deleted*" in rows(said)[0]


def test_of_an_objective_under_its_old_id_and_its_new_one(world: World):
    world.okr(f'update "{NAME}" +#board')
    world.press(world.okr(f'delete "{NAME}"'), "Delete")
    world.okr("undo")
    assert len(rows(world.okr(f'log "{NAME}"'))) == 3


def test_where_several_may_be_meant_or_none_is_called_so_it_asks(world: World):
    assert "Which one do you mean" in world.okr("log customers").text
    assert "Did you mean" in world.okr("log Cut onbording time").text
    chosen = world.press(world.okr("log customers"), "Choose")
    assert "none were made with /okr yet" in chosen.text


# Of a person


@pytest.mark.parametrize(
    "words", ["@Katherine Johnson", "@katherine", "@katherine.johnson", "katherine.johnson@example.com"]
)
def test_of_a_person_by_mention_or_by_name(world: World, words: str):
    world.okr(f'update "{NAME}" +#board', who="katherine")
    world.okr('create "Win the Nordics"')
    said = world.okr(f"log {words}")
    assert said.text.startswith("Changes by Katherine Johnson: 1 in all")
    assert len(rows(said)) == 1


@pytest.mark.parametrize("words", ["me", "@me"])
def test_of_oneself(world: World, words: str):
    world.okr(f'update "{NAME}" +#board', who="katherine")
    world.okr('create "Win the Nordics"')
    said = world.okr(f"log {words}")
    assert said.text.startswith("Changes by Ada Lovelace: 1 in all")
    assert "Win the Nordics" in rows(said)[0]


def test_of_somebody_who_has_changed_nothing_and_of_nobody(world: World):
    assert "Changes by Edsger Dijkstra: none were made with /okr yet" in world.okr("log @Edsger Dijkstra").text
    assert "Nobody who has used /okr is called “@nobody”." in world.okr("log @nobody").text


# Pages


def test_it_has_ten_a_page_and_turns_them(world: World):
    for n in range(12):
        world.okr(f'update "{NAME}" description:"Version{n}"')
    for line in ("log", f'log "{NAME}"', "log me"):
        first = world.okr(line)
        assert "newest first, " in first.text and "in all" not in first.text
        assert "~Version10~ → *Version11*" in rows(first)[0] and len(rows(first)) == 10
        assert "Newer" not in first.buttons
        second = world.press(first, "Older")
        assert len(rows(second)) == 2 and "*Version0*" in rows(second)[1]
        assert "Older" not in second.buttons
        assert first.message is not None and second.message is not None
        assert first.message["ts"] == second.message["ts"]
        assert rows(world.press(second, "Newer")) == rows(first)


# Who may see it


def test_guests_get_nothing_of_it(world: World):
    world.okr(f'update "{NAME}" +#board')
    for line in ("log", f'log "{NAME}"', "log @Ada Lovelace"):
        said = world.okr(line, who="ellis")
        assert "Objectives are for full members of this workspace." in said.text
        assert NAME not in said.text
    assert "full members" in run_pressed(world, "log-page 1", who="ellis").text
    assert "full members" in run_pressed(world, "log-export", who="ellis").text


def test_private_objectives_are_in_the_record_of_their_owners_and_admins_only(world: World):
    target = re.findall(r"O-\w{4}", world.okr(f'show "{PRIVATE}"').text)[0]
    assert "*Updated*" in world.okr(f'update "{PRIVATE}" owner:@Grace Hopper').text
    assert "*Updated*" in world.okr(f'update "{PRIVATE}" description:"Hush"', who="grace").text
    # Who owns it now sees what was before too.
    assert len(rows(world.okr("log", who="ada"))) == len(rows(world.okr("log", who="grace"))) == 2
    for who in ("edsger", "katherine"):
        for line in ("log", "log @Ada Lovelace", "log @Grace Hopper", f'log "{PRIVATE}"', f"log {target}"):
            said = world.okr(line, who=who)
            assert PRIVATE not in said.text.replace(f"called “{PRIVATE}”", ""), line
            assert "Hush" not in said.text
    world.press(world.okr(f'delete "{PRIVATE}"', who="grace"), "Delete", who="grace")
    said = world.okr(f'log "{PRIVATE}"', who="edsger")
    assert f"No objective is called “{PRIVATE}”" in said.text
    assert len(rows(world.okr(f'log "{PRIVATE}"', who="grace"))) == 3


def test_what_became_private_elsewhere_is_told_to_those_who_own_it_now_from_its_beginning(world: World):
    world.okr('create "Win the Nordics"', who="grace")
    world.okr('update "Win the Nordics" description:"Oslo"', who="grace")
    goals = requests.get(f"{world.api_url}/goals", headers=world.api_headers, timeout=30).json()["items"]
    goal = next(one for one in goals if one["name"] == "Win the Nordics")
    katherine = next(one for one in world.client.people() if one.name == "Katherine Johnson").id

    def change(**fields: Any) -> None:
        url = f"{world.api_url}/goals/{goal['id']}"
        assert requests.patch(url, json=fields, headers=world.api_headers, timeout=30).ok

    def seen(who: str) -> set[int]:
        ways = ("log", f"log {goal['id']}", "log @Grace Hopper", f"log-page newer nothing {goal['id']}")
        said = [run_pressed(world, line, who=who) for line in ways]
        assert all(("Nordics" in one.text) == ("Oslo" in one.text) == bool(rows(one)) for one in said)
        return {len(rows(one)) for one in said}

    assert seen("edsger") == seen("grace") == {2}
    change(access={"users": [goal["ownerId"]]})
    assert (seen("edsger"), seen("grace")) == ({0}, {2})
    assert "No objective is called" in world.okr("log Win the Nordics", who="edsger").text
    change(ownerId=katherine, ownerIds=[katherine], access={"users": [katherine]})
    assert (seen("edsger"), seen("grace"), seen("katherine")) == ({0}, {0}, {2})
    # Nobody who may not see it undoes what they did; who owns it undoes what was done before.
    undo = "undo " + entries_of(world, "katherine")[0]
    assert "does not exist any more" in run_pressed(world, undo, who="grace").text
    assert "Change undone in Win the Nordics" in run_pressed(world, undo, who="katherine").text
    change(access={})
    assert seen("edsger") == {2, 3}


def entries_of(world: World, who: str) -> list[str]:
    """The entries that somebody may undo, the newest first."""
    message = world.okr("log", who=who).message
    assert message is not None
    values = [one["value"] for one in elements_in(message["blocks"]) if one["type"] == "button"]
    return [value.split()[1] for value in values if value.startswith("undo ")]


def test_undo_is_offered_to_those_who_may_and_for_what_stands(world: World):
    world.okr(f'update "{NAME}" +#board')
    assert world.okr("log").buttons == ["Undo", "Export as CSV"]
    assert world.okr("log", who="katherine").buttons == ["Undo"]
    assert world.okr("log", who="edsger").buttons == []
    world.press(world.okr("log", who="katherine"), "Undo", who="katherine")
    said = world.okr("log")
    assert "undone by Katherine Johnson" in rows(said)[1]
    assert said.buttons == ["Undo", "Export as CSV"]
    assert "undid an earlier change" in rows(said)[0]


# The export


def export(world: World) -> list[list[str]]:
    said = world.press(world.okr("log"), "Export as CSV")
    assert "I sent you okr-record.csv by direct message." in said.text
    sent = world.workspace.messages(USERS["ada"], world.workspace.dm(USERS["ada"]))[-1]["files"][0]
    answer = requests.get(sent["url_private"], timeout=30)
    assert answer.status_code == 200
    assert answer.content.startswith(codecs.BOM_UTF8), "Excel takes it for another encoding"
    assert sent["name"] == "okr-record.csv"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_an_admin_gets_the_whole_record_as_csv_by_direct_message(world: World):
    world.okr('create "Win the Nordics" #growth', who="grace", channel="growth")
    world.okr('update "Win the Nordics" name:"Win, \\"all\\" of it"')
    world.okr(f'update "{PRIVATE}" +#board')
    head, *lines = export(world)
    assert len(lines) == 3
    entries = [dict(zip(head, line, strict=True)) for line in lines]
    assert [one["who"] for one in entries] == ["Grace Hopper", "Ada Lovelace", "Ada Lovelace"]
    assert [one["act"] for one in entries] == ["create", "update", "update"]
    assert entries[0]["channel"] == "C0GROWTH" and entries[0]["way"] == "command"
    assert entries[0]["name before"] == "" and entries[0]["name after"] == "Win the Nordics"
    assert entries[1]["name before"] == "Win the Nordics"
    assert entries[2]["objective"] == PRIVATE
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", entries[0]["when (UTC)"])


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://evil.example","x")', "\uff1d1+1"])
def test_no_cell_of_the_export_is_a_formula(world: World, evil: str):
    form = world.okr("create")
    world.submit(form, {"name": evil, "description": evil})
    head, *lines = export(world)
    (entry,) = [dict(zip(head, line, strict=True)) for line in lines]
    assert entry["name after"] == f"'{evil}"
    assert entry["description after"] == f"'{evil}"
    assert not [cell for line in lines for cell in line if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_no_cell_of_the_export_has_a_formula_on_its_second_line(world: World):
    world.submit(world.okr("create"), {"name": "Win the Nordics", "description": "\n=1+1"})
    head, *lines = export(world)
    assert [dict(zip(head, line, strict=True))["description after"][:1] for line in lines] == ["'"]


def test_nobody_but_an_admin_exports_the_record(world: World):
    world.okr(f'update "{NAME}" +#board')
    assert "Export as CSV" not in world.okr("log", who="katherine").buttons
    said = run_pressed(world, "log-export", who="katherine")
    assert "Only an admin (OKR_ADMINS) can export the record." in said.text
    sent = world.workspace.messages(USERS["katherine"], world.workspace.dm(USERS["katherine"]))
    assert not [one for one in sent if one.get("files")]


def test_an_export_that_slack_does_not_take_is_told(world: World):
    world.okr(f'update "{NAME}" +#board')
    world.workspace.faults.fail_next("files.getUploadURLExternal", error="missing_scope")
    said = world.press(world.okr("log"), "Export as CSV")
    assert "Slack did not take the file: the app needs the scope files:write." in said.text
    assert not [text for text in heard(world) if text.startswith("I sent you")]
