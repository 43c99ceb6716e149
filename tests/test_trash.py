"""`/okr trash`: what was deleted and can be brought back, by those who may."""

from collections.abc import Callable

from bot.objectives.ports import Wanted
from tests.durable import SetClock, run_pressed
from tests.world import USERS, Said, World, elements_in

NAME = "Cut onboarding time to a day"
PRIVATE = "Settle the reorganisation of the field team"
EMPTY = "There is nothing to bring back: what is deleted with /okr stays here for 30 days."


def delete(world: World, what: str, who: str = "ada") -> None:
    assert "*Deleted*" in world.press(world.okr(f"delete {what}", who), "Delete", who).text


def names(said: Said) -> list[str]:
    """The listed objectives, in order."""
    assert said.message is not None
    texts = [block["text"]["text"] for block in said.message["blocks"] if block["type"] == "section"]
    return [text.partition("\n")[0].strip("*") for text in texts]


def session_of(world: World, name: str) -> str:
    return next(one.session.id for one in world.client.search(Wanted()) if one.name == name)


def test_where_nothing_was_deleted_it_says_so(world: World):
    assert EMPTY in world.okr("trash").text


def test_it_says_what_was_deleted_by_whom_and_until_when_it_can_be_brought_back(world: World):
    delete(world, f'"{NAME}"', "katherine")
    said = world.okr("trash")
    assert "1 in all, the last deleted first" in said.text
    assert f"*{NAME}*\nAda Lovelace, Katherine Johnson · Q4 2026 · 3 key results" in said.text
    assert "Deleted by Katherine Johnson" in said.text
    assert "can be brought back until" in said.text
    assert "(30 days left)" in said.text
    assert said.buttons == ["Bring back"]


def test_what_is_brought_back_is_there_again_and_no_longer_in_the_trash(world: World):
    delete(world, f'"{NAME}"')
    said = world.press(world.okr("trash"), "Bring back")
    assert f"Brought back {NAME}" in said.text
    assert "Undo" in said.buttons
    assert "1 found" in world.okr(f'search "{NAME}"').text
    assert EMPTY in world.okr("trash").text


def test_what_was_brought_back_and_deleted_again_is_listed_once(world: World):
    delete(world, f'"{NAME}"')
    restored = world.okr("undo")
    world.press(world.press(restored, "Undo"), "Delete")
    assert names(world.okr("trash")) == [NAME]
    assert f"Brought back {NAME}" in world.press(world.okr("trash"), "Bring back").text
    assert EMPTY in world.okr("trash").text


def test_it_lists_ten_a_page_the_last_deleted_first(world: World):
    current = [one for one in world.client.search(Wanted()) if one.session.id == session_of(world, NAME)][:12]
    made = [one.name for one in current]
    assert len(made) == 12
    for one in current:
        assert "*Deleted*" in run_pressed(world, f"confirm-delete {one.id}").text
    first = world.okr("trash")
    assert names(first) == made[:1:-1]
    assert "12 in all, 1–10" in first.text
    assert "Next" in first.buttons and "Previous" not in first.buttons
    second = world.press(first, "Next")
    assert names(second) == made[1::-1]
    assert "Previous" in second.buttons and "Next" not in second.buttons
    again = world.press(second, "Previous")
    assert names(again) == made[:1:-1]
    assert f"Brought back {made[1]}" in world.press(world.press(again, "Next"), "Bring back").text
    assert names(world.okr("trash 2")) == made[:1]
    assert names(world.okr("trash 99")) == made[:1]


def test_what_was_deleted_more_than_thirty_days_ago_is_gone(make_world: Callable[..., World]):
    clock = SetClock()
    world = make_world(clock=clock)
    delete(world, f'"{NAME}"')
    listed = world.okr("trash")
    clock.move(days=29)
    assert "(1 day left)" in world.okr("trash").text
    clock.move(days=1, minutes=1)
    assert EMPTY in world.okr("trash").text
    assert "more than 30 days old" in world.press(listed, "Bring back").text


def test_who_may_not_change_an_objective_sees_it_without_a_button_and_is_refused(world: World):
    delete(world, f'"{NAME}"')
    ours = world.okr("trash")
    assert ours.message is not None
    line = next(one["value"] for one in elements_in(ours.message["blocks"]) if one["type"] == "button")
    said = world.okr("trash", who="edsger")
    assert names(said) == [NAME]
    assert said.buttons == []
    assert "Only Ada Lovelace, Katherine Johnson or an admin" in run_pressed(world, line, who="edsger").text
    assert "Nothing found" in world.okr(f'search "{NAME}"').text


def test_guests_get_nothing_of_it(world: World):
    delete(world, f'"{NAME}"')
    said = world.okr("trash", who="ellis")
    assert "Objectives are for full members of this workspace." in said.text
    assert NAME not in said.text


def test_private_objectives_are_listed_for_their_owners_and_admins_only(world: World):
    given = world.okr(f'update "{PRIVATE}" owner:@Grace Hopper')
    assert "*Updated*" in given.text
    delete(world, f'"{PRIVATE}"', "grace")
    for who in ("grace", "ada"):
        assert names(world.okr("trash", who=who)) == [PRIVATE]
    listed = world.okr("trash", who="grace").message
    assert listed is not None
    line = next(one["value"] for one in elements_in(listed["blocks"]) if one["type"] == "button")
    for who in set(USERS) - {"grace", "ada", "ellis"}:
        assert EMPTY in world.okr("trash", who=who).text
        refused = run_pressed(world, line, who=who)
        assert "I have no record of that change." in refused.text
        assert PRIVATE not in refused.text
    assert f"Brought back {PRIVATE}" in world.press(world.okr("trash", who="grace"), "Bring back", who="grace").text


def test_a_query_shows_those_that_match_page_by_page(world: World):
    delete(world, f'"{NAME}"')
    delete(world, '"Halve the time"', "edsger")
    assert names(world.okr("trash #growth")) == [NAME]
    assert "Deleted: Objectives tagged #growth" in world.okr("trash #growth").text
    assert names(world.okr("trash owner:@Edsger")) == names(world.okr("trash 1 halve")) != [NAME]
    none = world.okr("trash #nowhere")
    assert "Nothing that was deleted in the last 30 days matches. Looked for: Objectives tagged #nowhere" in none.text
    assert len(names(world.press(none, "Show all that was deleted"))) == 2


def test_what_is_no_query_is_told_and_not_left_out(world: World):
    for typed, fault in (
        ("colour:blue", "colour"),
        ("sort:name", "“sort:” means nothing here"),
        ("owner:@x", "no person or team “x”"),
    ):
        assert fault in world.okr(f"trash {typed}").text
