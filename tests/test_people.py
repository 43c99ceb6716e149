"""Who is asking, and who may do what."""

import pytest

from bot.errors import BotError, Forbidden, NotFound
from bot.objectives.model import Objective
from tests.fakes.okr import ADA, GRACE, Q4, TEAM, FakeApi, asker, make_objectives, make_people

ADAS = Objective("1" * 24, "Grow", owners=(ADA,))
TEAMS = Objective("2" * 24, "Grow", owners=(GRACE, TEAM))
PRIVATE = Objective("3" * 24, "Grow", owners=(GRACE,), is_private=True)


@pytest.mark.parametrize("user_id", ["U0GUEST", "U0BOT", "U0GONE", "U0OTHER"])
def test_guests_bots_strangers_and_the_deactivated_get_only_a_polite_sentence(user_id: str):
    api = FakeApi()
    with pytest.raises(Forbidden, match="Objectives are for full members of this workspace"):
        make_objectives(api).search.find(asker(user_id), "Grow")
    assert api.calls == []


def test_people_are_matched_by_e_mail_without_case():
    api = FakeApi()
    assert make_people(api).person(asker()) == ADA


def test_a_member_whom_the_account_does_not_know_is_told_what_to_do_and_still_may_read():
    api = FakeApi()
    people = make_people(api)
    with pytest.raises(NotFound, match=r"Nobody in the OKR account has the e-mail address of you, new@example.com"):
        people.person(asker("U0NEW"))
    api.add("Grow")
    api.add("Secret", is_private=True)
    objectives = make_objectives(api)
    found = objectives.search.find(asker("U0NEW"), "Grow")
    assert objectives.get(asker("U0NEW"), found.objective_id).name == "Grow"
    with pytest.raises(NotFound, match="does not exist any more"):
        objectives.get(asker("U0NEW"), list(api.goals)[1])
    with pytest.raises(Forbidden, match="Only Ada Lovelace or an admin can change this objective"):
        objectives.get_to_change(asker("U0NEW"), found.objective_id)


def test_a_member_is_added_where_the_account_is_the_bots_own():
    api = FakeApi()
    people = make_people(api, adds_missing=True)
    assert people.person(asker("U0NEW")).name == "New Member"
    assert people.person(asker("U0NEW")).name == "New Member"
    assert api.calls.count("add_person") == 1


def test_without_an_e_mail_address_the_missing_scope_is_named():
    with pytest.raises(NotFound, match=r"users:read\.email"):
        make_people(FakeApi()).person(asker("U0NOMAIL"))


@pytest.mark.parametrize(
    ("user_id", "objective", "may"),
    [
        ("U0ADA", ADAS, True),
        ("U0ADA", TEAMS, True),
        ("U0ADA", PRIVATE, False),
        ("U0GRACE", ADAS, False),
        ("U0GRACE", TEAMS, True),
        ("U0GRACE", PRIVATE, True),
        ("U0NEW", ADAS, False),
    ],
)
def test_owners_and_their_teams_may_change(user_id: str, objective: Objective, may: bool):
    people = make_people(FakeApi())
    assert people.may_change(asker(user_id), objective) is may
    assert people.may_see(asker(user_id), objective) is (may or not objective.is_private)


def test_admins_may_change_and_see_everything():
    people = make_people(FakeApi(), admins=("U0NEW",))
    assert people.may_change(asker("U0NEW"), PRIVATE)
    assert people.may_see(asker("U0NEW"), PRIVATE)


def test_an_objective_nobody_owns_is_changed_by_admins_only():
    nobodys = Objective("4" * 24, "Grow", session=Q4)
    with pytest.raises(BotError, match="Only its owner or an admin"):
        make_people(FakeApi()).demand_change(asker(), nobodys)
    make_people(FakeApi(), admins=("U0ADA",)).demand_change(asker(), nobodys)
