"""What may stand for an objective: its id, short id, link, number in the last list, or name."""

import pytest

from bot.errors import Misunderstood, NotFound
from bot.objectives.references import Reference, read_reference
from tests.fakes.okr import ADA, GRACE, FakeApi, FakeMemory, asker, make_objectives

ID = "64b0c0ffee00000000000001"
METRIC = "64b0c0ffee0000000000beef"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (ID, Reference(objective_id=ID)),
        (ID.upper(), Reference(objective_id=ID)),
        ("O-3f9c", Reference(short_id="3F9C")),
        ("o–3F9C", Reference(short_id="3F9C")),
        ("2", Reference(number=2)),
        ("#2", Reference(number=2)),
        ("2.", Reference(number=2)),
        ("2026", Reference(name="2026")),
        ("Cut  onboarding time", Reference(name="Cut onboarding time")),
        ("O-3F9", Reference(name="O-3F9")),
    ],
)
def test_a_reference_is_read_as_it_was_meant(typed: str, expected: Reference):
    assert read_reference(typed) == expected


def test_in_quotes_it_is_always_a_name():
    assert read_reference("2", is_quoted=True) == Reference(name="2")
    assert read_reference("O-3F9C", is_quoted=True) == Reference(name="O-3F9C")


@pytest.mark.parametrize(
    "link",
    [
        f"https://app.us.gtmhub.com/#/goals/64b0c0ffee000000000000aa/all/{ID}/metrics/",
        f"https://acme.quantive.com/goals/{ID}",
        f"https://acme.gtmhub.com/#/goals/s/all/{ID}/metric/{METRIC}",
        f"http://127.0.0.1:3000/#/goals/{ID}",
    ],
)
def test_a_link_leads_to_its_objective(link: str):
    assert read_reference("", (link,), hosts=("127.0.0.1",)) == Reference(objective_id=ID)


@pytest.mark.parametrize(
    "link",
    [
        f"https://example.com/goals/{ID}",
        f"https://evilgtmhub.com/goals/{ID}",
        f"https://gtmhub.com.example.com/{ID}",
        "https://app.us.gtmhub.com/#/home",
        "http://[broken/",
    ],
)
def test_a_link_to_something_else_is_told_as_such(link: str):
    with pytest.raises(Misunderstood, match="does not lead to an objective"):
        read_reference("", (link,), hosts=("127.0.0.1",))


def test_nothing_at_all_asks_which_one():
    with pytest.raises(Misunderstood, match="Say which objective"):
        read_reference(" \n ")


def test_a_whole_name_wins_over_names_that_hold_it_and_part_of_one_is_enough():
    api = FakeApi()
    grow, nordics = api.add("Grow"), api.add("Grow in the Nordics")
    search = make_objectives(api).search
    assert search.find(asker(), "grow").objective_id == grow
    assert search.find(asker(), "NORDICS grow").objective_id == nordics
    assert {one.id for one in search.find(asker(), "gro").candidates} == {grow, nordics}


def test_of_names_that_are_the_same_one_is_asked_and_others_are_not_offered():
    api = FakeApi()
    first, second, _other = api.add("Grow"), api.add("grow", owner=GRACE), api.add("Grow more")
    found = make_objectives(api).search.find(asker(), "Grow")
    assert {one.id for one in found.candidates} == {first, second}


def test_a_name_nobody_has_brings_the_nearest():
    api = FakeApi()
    near = api.add("Cut onboarding time to a day")
    api.add("Something else altogether")
    found = make_objectives(api).search.find(asker(), "Cut onbaording tiem to a day")
    assert [one.id for one in found.nearest] == [near]


def test_of_several_with_a_short_id_those_that_are_gone_or_private_are_not_offered():
    api = FakeApi()
    memory = FakeMemory()
    objectives = make_objectives(api)
    objectives.search._memory = memory
    seen = api.add("Seen")
    hidden = api.add("Hidden", owner=ADA, is_private=True)
    memory.ids = [seen, hidden, "1" * 20 + "0001"]
    memory.objectives_by_short_id = lambda team_id, short_id: list(memory.ids)  # type: ignore[method-assign]
    assert objectives.search.find(asker("U0GRACE"), "O-0001").objective_id == seen
    assert {one.id for one in objectives.search.find(asker(), "O-0001").candidates} == {seen, hidden}


def test_a_number_is_that_of_the_list_shown_last():
    api = FakeApi()
    objectives = make_objectives(api)
    with pytest.raises(NotFound, match="There is no number 2"):
        objectives.search.find(asker(), "2")
    api.add("Alpha")
    beta = api.add("Beta")
    objectives.memory.remember_list("T0TEAM", "U0ADA", 1, list(api.goals))
    assert objectives.search.find(asker(), "2").objective_id == beta
    with pytest.raises(NotFound):
        objectives.search.find(asker("U0GRACE"), "2")
