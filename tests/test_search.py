"""`/okr search`, `/okr mine` and the bare `/okr`: the whole query language, pages, and what is near to nothing."""

import pytest

from tests.world import Said, World


def plain(said: Said) -> str:
    """What can be seen of an answer; backticks are kept from making code by something that cannot be."""
    return said.text.replace("\u200b", "")


def test_a_tag_search_says_what_it_searched_and_finds_every_session_the_current_first(world: World):
    said = world.okr("search #growth")
    assert said.message is not None
    assert said.message["ephemeral"]
    assert "Objectives tagged #growth" in said.text
    assert "Cut onboarding time to a day" in said.text
    assert "Win back the customers we lost to price" in said.text
    assert said.text.index("Cut onboarding time") < said.text.index("Win back the customers")


@pytest.mark.parametrize(
    ("typed", "there", "absent"),
    [
        ("onboarding", ["Cut onboarding time to a day"], ["Teach the product"]),
        ("#growth -#sales", ["Cut onboarding time to a day"], ["Reach 100 paying customers"]),
        ("tag:“Test Tag”", ["Tell a story people repeat", "Teach the product"], ["Cut onboarding"]),
        ("owner:@Edsger Dijkstra", ["Halve the time from commit"], ["Cut onboarding"]),
        ("owner:@hopper session:all", ["Make the service boringly reliable", "Move every service"], ["Halve"]),
        ("team:Marketing", ["Give every customer a named contact", "Tell a story"], ["Halve"]),
        ("status:done session:current", ["Make search instant"], ["Move every service"]),
        ("#hiring owner:me", ["Settle the reorganisation"], ["Hire a support team"]),
    ],
)
def test_every_part_of_the_query_language_narrows(world: World, typed: str, there: list[str], absent: list[str]):
    said = world.okr(f"search {typed}")
    for name in there:
        assert name in said.text
    for name in absent:
        assert name not in said.text


def test_pages_of_ten_replace_the_message_and_the_numbers_go_on(world: World):
    first = world.okr("search sort:name")
    assert first.message is not None
    assert "found, 1–10" in first.text
    assert "Previous" not in first.buttons
    second = world.press(first, "Next")
    assert second.message is not None
    assert second.message["ts"] == first.message["ts"]
    assert "found, 11–20" in second.text
    assert "11  " in second.text
    eleventh = second.text.partition("\n11. ")[2].partition(",")[0]
    assert eleventh
    assert eleventh in world.okr("show 11").text
    back = world.press(second, "Previous")
    assert "found, 1–10" in back.text


def test_nothing_found_says_so_and_offers_the_nearest_tag_and_the_prefilled_form(world: World):
    said = world.okr("search Conquer Mars #grwoth")
    assert "Nothing found" in said.text
    assert "The nearest is #growth" in said.text
    create = next(label for label in said.buttons if label.startswith("Create"))
    form = world.press(said, create)
    assert form.view is not None
    assert form.view["state"]["name"] == {"value": "Conquer Mars"}
    assert form.view["state"]["tags"] == {"value": ["grwoth"]}
    assert "Objectives tagged #growth" in world.press(world.okr("search #grwoth"), "Search #growth").text


def test_nothing_in_this_session_offers_the_others(world: World):
    said = world.okr('search "Move every service" session:current')
    assert "1 objective matches in other sessions." in said.text
    assert "Move every service off the old cluster" in world.press(said, "Search all sessions").text


def test_a_misspelt_key_is_named_and_the_mended_line_is_a_button_that_runs(world: World):
    said = world.okr("search onwer:me #growth")
    assert "I do not know “onwer:”. Did you mean “owner:”?" in plain(said)
    assert "Understood: Objectives tagged #growth" in said.text
    found = world.press(said, "/okr search #growth owner:me")
    assert "My objectives tagged #growth" in found.text
    assert "Cut onboarding time to a day" in found.text


def test_what_cannot_be_mended_keeps_the_rest_and_every_typed_word(world: World):
    said = world.okr("search #growth status:purple")
    assert "I do not know “status:purple”" in plain(said)
    assert "/okr search #growth" in said.buttons
    form = world.press(said, "Change the search…")
    assert form.view is not None
    assert form.view["state"]["query"] == {"value": "#growth status:purple"}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("owner:@nobody", "There is no person or team “nobody”"),
        ("owner:@Grase", "Nearest: Grace Hopper"),
        ("owner:@nobody", "Write the name as the OKR account has it."),
        ('session:"Month"', "There is no session “Month”. There are: "),
        ('team:"Sales"', "There is no team “Sales”"),
        ("owner:@Ellis Guest", "Nobody in the OKR account has the e-mail address of Ellis Guest"),
    ],
)
def test_a_name_nobody_has_is_told_with_the_nearest(world: World, typed: str, expected: str):
    assert expected in world.okr(f"search {typed}").text


def test_narrow_opens_the_query_as_a_form_and_answers_in_the_channel(world: World):
    form = world.press(world.okr("search #growth"), "Narrow…")
    assert form.view is not None
    said = world.submit(form, {"query": "#growth status:behind"})
    assert said.message is not None
    assert "Open the product in three more languages" in said.text
    assert "Cut onboarding time" not in said.text


def test_private_objectives_are_found_by_owners_and_admins_and_by_nobody_else(world: World):
    assert "Settle the reorganisation" in world.okr("search reorganisation").text
    said = world.okr("search reorganisation", who="grace")
    assert "Nothing found" in said.text
    assert "Settle" not in said.text


def test_a_shared_list_is_under_the_sharers_name_and_without_private_objectives_even_an_admins(world: World):
    listed = world.okr("search #hiring session:current")
    assert "Settle the reorganisation" in listed.text
    shared = world.press(listed, "Share")
    assert shared.message is not None
    assert not shared.message["ephemeral"]
    assert "Shared by <@U0ADA>" in shared.text
    assert "Hire a support team" in shared.text
    assert "Settle the reorganisation" not in shared.text
    assert "There is nothing to share" in world.press(world.okr("search reorganisation"), "Share").text


def test_whose_a_shared_list_is_can_be_read_by_those_whose_it_is_not(world: World):
    shared = world.press(world.okr("mine", who="edsger"), "Share", who="edsger")
    assert shared.message is not None
    assert "Objectives of Edsger Dijkstra in Q4 2026" in shared.text
    assert "My objectives" not in shared.text


def test_mine_are_mine_in_the_current_session_and_the_bare_command_lists_them_with_ways_on(world: World):
    mine = world.okr("mine", who="edsger")
    assert "Halve the time from commit to production" in mine.text
    assert "1 found" in mine.text
    home = world.okr("", who="edsger")
    assert "Hello Edsger" in home.text
    assert "Halve the time" in home.text
    assert {"Create", "Help"} <= set(home.buttons)


def test_mine_take_a_query_that_is_about_mine(world: World):
    tagged = world.okr("mine #growth")
    assert "Cut onboarding time to a day" in tagged.text
    assert "Halve the time" not in tagged.text
    assert "My objectives tagged #growth in Q4 2026" in plain(tagged)
    assert "My objectives tagged #growth in Q4 2026" in plain(world.okr("mine owner:me #growth"))
    everywhere = world.okr("mine session:all")
    assert "in every session" in plain(everywhere)
    assert "Nothing found" in world.okr("mine halve").text
    for typed in ("owner:@grace", "team:Product"):
        told = world.okr(f"mine {typed}")
        assert "/okr mine is about your own objectives; for those of others there is /okr search." in told.text
    assert "colour" in world.okr("mine colour:blue").text


def test_a_guest_finds_nothing_and_learns_nothing(world: World):
    for line in ("search #growth", "mine", "", "help"):
        said = world.okr(line, who="ellis")
        assert "Objectives are for full members of this workspace" in said.text
        assert "growth" not in said.text


def test_a_query_of_ten_thousand_characters_is_answered(world: World):
    many = " ".join(f"word{number}" for number in range(1_200))
    assert "Nothing found" in world.okr(f"search {many}").text
    assert "No objective is called" in world.okr(f"show {many}").text
