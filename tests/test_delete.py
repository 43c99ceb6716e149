"""`/okr delete`: shows what goes with an objective and asks; only the button deletes."""

from bot.commands.base import Reply
from bot.commands.registry import run_line
from tests.fakes.okr import GRACE, FakeApi, asker, make_objectives
from tests.world import World, elements_in

NAME = "Cut onboarding time to a day"


def test_it_shows_what_goes_with_the_objective_and_only_the_button_deletes(world: World):
    asked = world.okr(f"delete {NAME}")
    assert "3 key results" in asked.text
    assert "check-in" in asked.text
    assert "1 found" in world.okr(f"search {NAME}").text
    done = world.press(asked, "Delete")
    assert asked.message is not None
    assert done.message is not None
    assert done.message["ts"] == asked.message["ts"]
    assert "Deleted" in done.text
    assert "Nothing found" in world.okr(f"search {NAME}").text


def test_aligned_objectives_that_lose_their_parent_are_named_where_they_may_be_known():
    api = FakeApi()
    parent = api.add("Grow")
    api.add("Sell more", parent_id=parent)
    api.add("Hire", parent_id=parent, owner=GRACE, is_private=True)
    said = {}
    for who, admins in (("U0ADA", ()), ("U0GRACE", ("U0GRACE",))):
        asked = run_line(asker(who), f"delete {parent}", make_objectives(api, admins=admins))
        assert isinstance(asked, Reply)
        said[who] = asked.message.text
    assert "1 aligned objective loses its parent: “Sell more”." in said["U0ADA"]
    assert "2 aligned objectives lose their parent: “Sell more”, “Hire”." in said["U0GRACE"]


def test_pressing_twice_is_told_politely(world: World):
    first, second = world.okr(f"delete {NAME}"), world.okr(f"delete {NAME}")
    world.press(first, "Delete")
    said = world.press(second, "Delete")
    assert "That objective does not exist any more" in said.text
    assert "Something went wrong" not in said.text


def test_keep_it_keeps_it(world: World):
    asked = world.okr(f"delete {NAME}")
    said = world.press(asked, "Keep it")
    assert "Nothing was deleted" in said.text
    assert "1 found" in world.okr(f"search {NAME}").text


def test_who_may_not_is_told_who_may(world: World):
    said = world.okr(f"delete {NAME}", who="edsger")
    assert "Only Ada Lovelace, Katherine Johnson or an admin can change this objective" in said.text
    assert "Delete" not in said.buttons


def test_the_button_asks_again_whether_its_presser_may_still(world: World):
    asked = world.okr("delete Halve the time", who="edsger")
    assert asked.message is not None
    value = next(one["value"] for one in elements_in(asked.message["blocks"]) if one["type"] == "button")
    objective_id = value.partition(" ")[2]
    world.okr(f"update {objective_id} owner:@Grace Hopper")
    said = world.press(asked, "Delete", who="edsger")
    assert "Only Grace Hopper or an admin can change this objective" in said.text
    assert "1 found" in world.okr("search Halve the time").text


def test_several_are_asked_back(world: World):
    asked = world.okr("delete customers")
    assert "Which one do you mean" in asked.text
    assert "Delete" in world.press(asked, "Choose").buttons


def test_in_a_closed_session_it_is_refused_at_once_and_so_is_the_form(world: World):
    for verb in ("delete", "update"):
        refused = world.okr(f"{verb} Move every service", who="grace")
        assert "is closed: nothing can change there. Whoever runs your OKR account can open it." in refused.text
        assert not {"Delete", "Save"} & set(refused.buttons)


def test_it_is_not_typed_past_the_question(world: World):
    said = world.okr("confirm-delete 1")
    assert "I do not know “confirm-delete”" in said.text or "Did you mean" in said.text
