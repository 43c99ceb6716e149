"""`/okr show`: one objective by whatever stands for it, shared under the sharer's name, never a private one."""

from tests.world import World, elements_in

NAME = "Cut onboarding time to a day"


def test_every_way_to_name_an_objective_shows_the_same_one(world: World):
    listed = world.okr("search onboarding time")
    assert listed.message is not None
    menu = next(one for one in elements_in(listed.message["blocks"]) if one["type"] == "overflow")
    objective_id = menu["options"][0]["value"].partition(" ")[2]
    short_id = f"O-{objective_id[-4:].upper()}"
    for typed in (
        "1",
        "#1",
        objective_id,
        objective_id.upper(),
        short_id.lower(),
        f"{world.base_url}/#/goals/{objective_id}",
        f"https://app.us.gtmhub.com/#/goals/x/all/{objective_id}/metrics/",
        f'"{NAME}"',
        f"“{NAME}”",
        NAME.upper(),
        "onboarding time",
    ):
        said = world.okr(f"show {typed}")
        assert NAME in said.text, typed
        assert "Setup under 30 minutes" in said.text, typed


def test_several_are_asked_back_with_a_button_each(world: World):
    said = world.okr("show customers")
    assert "Which one do you mean by “customers”?" in said.text
    assert said.buttons.count("Choose") >= 2
    assert "of the session has passed" in world.press(said, "Choose").text


def test_how_many_more_could_be_meant_is_told(world: World):
    for n in range(11):
        world.okr(f"create Launch step {n + 1}")
    assert "and 3 more. Name the objective more fully" in world.okr("show Launch step").text
    assert "more. Name the objective" not in world.okr("show customers").text


def test_a_name_nobody_has_offers_the_nearest(world: World):
    said = world.okr("show Cut onbording tyme to a day")
    assert "Did you mean one of these?" in said.text
    assert NAME in world.press(said, "Choose").text


def test_share_posts_in_the_channel_under_the_sharers_name(world: World):
    shared = world.press(world.okr(f"show {NAME}", who="grace"), "Share here", who="grace")
    assert shared.message is not None
    assert not shared.message["ephemeral"]
    assert "Shared by <@U0GRACE>" in shared.text
    assert any(NAME in one["text"] for one in world.messages("edsger"))
    assert NAME in world.press(shared, "Show", who="edsger").text


def test_a_private_objective_is_never_shared_and_not_shown_to_others(world: World):
    said = world.okr("show Settle the reorganisation")
    assert "Private" in said.text
    assert "Share here" not in said.buttons
    assert said.message is not None
    edit = next(one["value"] for one in elements_in(said.message["blocks"]) if one["type"] == "button")
    objective_id = edit.partition(" ")[2]
    hidden = world.okr(f"show {objective_id}", who="grace")
    assert "does not exist any more" in hidden.text
    assert "Settle" not in hidden.text


def test_who_may_not_change_sees_no_buttons_to_change(world: World):
    said = world.okr(f"show {NAME}", who="grace")
    assert "Edit" not in said.buttons
    assert "Edit" in world.okr(f"show {NAME}", who="katherine").buttons


def test_an_entry_of_a_list_is_shown_shared_and_edited_from_its_menu(world: World):
    listed = world.okr(f"search {NAME}")
    assert "Setup under 30 minutes" in world.choose(listed, "Show").text
    assert "Shared by <@U0ADA>" in world.choose(listed, "Share").text
    form = world.choose(listed, "Edit")
    assert form.view is not None
    assert form.view["state"]["name"] == {"value": NAME}
    assert "Delete" in world.choose(listed, "Delete").buttons


def test_the_ids_are_given_to_be_copied(world: World):
    said = world.choose(world.okr(f"show {NAME}"), "Copy id")
    assert "Short id: O-" in said.text
    assert "Full id: " in said.text
