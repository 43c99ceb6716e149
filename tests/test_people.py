"""Who is asking, and who may do what."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from types import SimpleNamespace
from typing import Any, cast

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import BotError, Forbidden, NotFound, OkrApiUnavailable
from bot.objectives import directory as directories
from bot.objectives.directory import Directory
from bot.objectives.model import Draft, Objective, Person
from bot.objectives.people import REFUSAL, People
from bot.objectives.plans import Submission
from bot.objectives.ports import Profile
from bot.slack.places import place_of
from bot.slack.profiles import SlackProfiles, read_profile
from tests.fakes.okr import (
    ADA,
    GRACE,
    Q4,
    TEAM,
    FakeApi,
    FakeMemory,
    FakeProfiles,
    asker,
    make_objectives,
    make_people,
)
from tests.world import World

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


class Company:
    """An OKR account and a Slack workspace, in both of which people come, go and are renamed."""

    def __init__(self, *, adds_missing: bool = False) -> None:
        self.api, self.memory = FakeApi(), FakeMemory()
        self.slack = FakeProfiles(Profile("U0ADA", "Ada", "ada@example.com"))
        self.directory = Directory(self.api)
        self.people = People(self.slack, self.directory, self.api, self.memory, adds_missing=adds_missing)

    def in_slack(self, user_id: str, **fields: Any) -> None:
        """Changes a user, or brings one in."""
        known = self.slack.users.get(user_id, Profile(user_id, user_id.removeprefix("U0").title()))
        self.slack.users[user_id] = replace(known, **fields)

    def in_okr(self, person: Person, **fields: Any) -> None:
        """Changes a person of the account, or brings one in; the bot learns of it."""
        everyone = {one.id: one for one in self.api.everyone}
        everyone[person.id] = replace(everyone.get(person.id, person), **fields)
        self.api.everyone = list(everyone.values())
        self.directory.fresh(at_most=-1)

    def who_is(self, user_id: str) -> str:
        """The id of the person that a user is, or what they are told."""
        try:
            return self.people.person(asker(user_id)).id
        except NotFound as fault:
            return str(fault)

    def restart(self) -> None:
        """The bot starts anew, with what it keeps in its database."""
        self.directory = Directory(self.api)
        self.people = People(self.slack, self.directory, self.api, self.memory)


NEW_ADA = Person("a" * 23 + "9", "Ada Byron", "ada@example.com")


def test_somebody_stays_who_they_are_when_their_address_changes_in_slack_then_in_the_account_and_after_a_restart():
    company = Company()
    assert company.who_is("U0ADA") == ADA.id
    company.in_slack("U0ADA", email="ada.king@example.com")
    assert company.who_is("U0ADA") == ADA.id
    company.restart()
    assert company.who_is("U0ADA") == ADA.id
    company.in_okr(ADA, email="a.king@example.com", name="Ada King")
    assert company.who_is("U0ADA") == ADA.id
    company.in_slack("U0ADA", email="a.king@example.com")
    assert company.who_is("U0ADA") == ADA.id


def test_somebody_who_was_never_matched_is_not_guessed_by_name():
    company = Company()
    company.in_slack("U0ADA", email="ada.king@example.com", name="Ada Lovelace")
    assert "Nobody in the OKR account has the e-mail address of you, ada.king@example.com" in company.who_is("U0ADA")


def test_whoever_gets_the_address_of_a_renamed_colleague_does_not_become_them():
    company = Company()
    assert company.who_is("U0ADA") == ADA.id
    company.in_slack("U0ADA", email="ada.king@example.com")
    company.in_slack("U0BYRON", email="ada@example.com")
    for _ in range(2):
        told = company.who_is("U0BYRON")
        assert "ada@example.com is still the address of Ada Lovelace, who is somebody else here" in told
        assert "Ask whoever runs your OKR account to correct it" in told
        assert company.who_is("U0ADA") == ADA.id
        company.restart()


def test_the_address_is_its_new_owners_once_the_account_says_so_too():
    company = Company()
    assert company.who_is("U0ADA") == ADA.id
    company.in_slack("U0ADA", email="ada.king@example.com")
    company.in_slack("U0BYRON", email="ada@example.com")
    company.in_okr(ADA, email="ada.king@example.com")
    company.in_okr(NEW_ADA)
    assert (company.who_is("U0BYRON"), company.who_is("U0ADA")) == (NEW_ADA.id, ADA.id)
    assert (company.who_is("U0ADA"), company.who_is("U0BYRON")) == (ADA.id, NEW_ADA.id)


def test_an_old_copy_of_the_account_does_not_give_a_newcomer_the_person_who_had_the_address():
    company = Company()
    assert company.who_is("U0ADA") == ADA.id
    company.in_slack("U0ADA", email="ada.king@example.com")
    company.in_slack("U0BYRON", email="ada@example.com")
    # The bot has not looked since: in its copy the address still is Ada's.
    company.api.everyone = [replace(ADA, email="ada.king@example.com"), NEW_ADA]
    company.directory._loaded_at -= 60
    assert company.who_is("U0BYRON") == NEW_ADA.id
    assert company.who_is("U0ADA") == ADA.id


@pytest.mark.parametrize("gone", [{"is_deleted": True}, {"is_guest": True}])
def test_a_new_slack_account_with_the_address_of_one_that_is_out_of_use_is_the_same_person(gone: dict[str, bool]):
    company = Company()
    assert company.who_is("U0ADA") == ADA.id
    company.in_slack("U0ADA", **gone)
    company.in_slack("U0AGAIN", email="ada@example.com")
    assert company.who_is("U0AGAIN") == ADA.id
    assert company.memory.bound("T0TEAM", "U0ADA") == ""


def test_whose_address_is_another_persons_by_now_keeps_nobody_from_being_who_they_were_taken_for():
    company = Company()
    assert company.who_is("U0ADA") == ADA.id
    company.in_slack("U0ADA", email=GRACE.email)
    company.in_slack("U0RIGHT", email="ada@example.com")
    assert company.who_is("U0RIGHT") == ADA.id
    assert company.who_is("U0ADA") == GRACE.id


def test_whoever_is_out_of_slack_altogether_keeps_nobody_from_their_address():
    company = Company()
    company.memory.bind("T0TEAM", "U0LONGGONE", ADA.id)
    assert company.who_is("U0ADA") == ADA.id


@pytest.mark.parametrize("standing", [{"is_stranger": True}, {"is_guest": True}, {"is_bot": True}])
def test_whoever_is_mentioned_and_no_member_takes_nobodys_place(standing: dict[str, bool]):
    company = Company()
    company.in_slack("U0OTHER", email="ada@example.com", **standing)
    company.people.person_of("T0TEAM", "U0OTHER")
    assert company.memory.bindings == {}
    assert company.who_is("U0ADA") == ADA.id
    with pytest.raises(NotFound, match="who is somebody else here"):
        company.people.person_of("T0TEAM", "U0OTHER")


@pytest.mark.parametrize("adds_missing", [False, True])
def test_who_is_deactivated_in_the_account_is_told_so_and_not_added_again(adds_missing: bool):
    company = Company(adds_missing=adds_missing)
    assert company.who_is("U0ADA") == ADA.id
    company.in_okr(ADA, is_active=False)
    told = company.who_is("U0ADA")
    assert "the person with the e-mail address of you, ada@example.com, is deactivated. Ask whoever runs" in told
    assert "add_person" not in company.api.calls


def test_an_admin_whom_the_account_does_not_know_changes_others_objectives_and_learns_whom_to_ask_for_their_own():
    api = FakeApi()
    objectives = make_objectives(api, admins=("U0NEW",))
    submission = Submission(asker("U0NEW"), "1")
    assert objectives.get_to_change(asker("U0NEW"), api.add("Grow", owner=GRACE)).name == "Grow"
    assert objectives.changes.plan_creation(submission, Draft("For Grace", Q4.id, GRACE.id)).draft
    with pytest.raises(NotFound, match="Ask whoever runs your OKR account to add it"):
        objectives.changes.plan_creation(submission, Draft("For me"))


def test_an_admin_by_name_who_is_no_full_member_is_refused_like_everybody_else():
    api = FakeApi()
    objectives = make_objectives(api, admins=("U0GUEST",))
    target = api.add("Grow")
    submission = Submission(asker("U0GUEST"), "1")
    for act in (
        lambda: objectives.changes.plan_creation(submission, Draft("Take over", Q4.id, ADA.id)),
        lambda: objectives.changes.plan_deletion(submission, target),
        lambda: objectives.get_to_change(asker("U0GUEST"), target),
        lambda: objectives.get(asker("U0GUEST"), target),
    ):
        with pytest.raises(Forbidden, match=REFUSAL):
            act()


def test_whom_slack_does_not_show_to_the_app_is_refused_like_a_stranger():
    with pytest.raises(Forbidden, match=REFUSAL):
        make_people(FakeApi()).admit(asker("U0NOBODY"))


def test_who_left_the_owning_team_in_a_quiet_night_changes_nothing_in_the_morning(monkeypatch: pytest.MonkeyPatch):
    api = FakeApi()
    objectives = make_objectives(api)
    team_owned = api.add("Grow", owner=TEAM)
    assert objectives.get_to_change(asker(), team_owned).name == "Grow"
    api.everyone[0] = replace(ADA, team_ids=())
    # What is loaded in the background comes too late for the first one who asks.
    objectives.directory._spawn = lambda _work: None
    night = directories.time.monotonic() + 8 * 3600
    monkeypatch.setattr(directories, "time", SimpleNamespace(monotonic=lambda: night))
    with pytest.raises(Forbidden, match="Only Product or an admin"):
        objectives.get_to_change(asker(), team_owned)


# What Slack says of its users, and how long that is believed.


class FakeSlack:
    """``auth.test`` and ``users.info`` of one workspace."""

    def __init__(self) -> None:
        self.users: dict[str, dict[str, Any]] = {"U0ADA": user("U0ADA")}
        self.calls: list[str] = []
        self.fault: Exception | None = None
        self.is_everywhere = False

    def auth_test(self) -> Mapping[str, Any]:
        self.calls.append("auth.test")
        if self.is_everywhere:
            return self._answered({"ok": True, "team_id": "E0COMPANY", "is_enterprise_install": True})
        return self._answered({"ok": True, "team_id": "T0TEAM"})

    def users_info(self, *, user: str) -> Mapping[str, Any]:
        self.calls.append("users.info")
        if user not in self.users:
            raise SlackApiError("no", {"error": "user_not_found"})
        return self._answered({"ok": True, "user": self.users[user]})

    def _answered(self, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        if self.fault:
            raise self.fault
        return answer


def user(user_id: str, **more: Any) -> dict[str, Any]:
    """A user as users.info gives it."""
    profile = {"real_name": user_id.removeprefix("U0").title(), "email": f"{user_id[2:].lower()}@example.com"}
    return {"id": user_id, "team_id": "T0TEAM", "profile": profile, **more}


class Hours:
    """A clock in seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 10_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def slack() -> FakeSlack:
    return FakeSlack()


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def profiles(slack: FakeSlack, hours: Hours) -> SlackProfiles:
    return SlackProfiles(lambda _team_id: cast(WebClient, slack), clock=hours)


def test_slack_is_asked_once_an_hour_for_somebody_who_reads_and_every_five_minutes_for_one_who_changes(
    slack: FakeSlack, profiles: SlackProfiles, hours: Hours
):
    people = People(profiles, Directory(FakeApi()), FakeApi(), FakeMemory())
    asked = []
    for seconds in (0, 299, 300, 599, 600):
        hours.now = 10_000 + seconds
        people.admit_to_change(asker())
        asked.append(slack.calls.count("users.info"))
    assert asked == [1, 1, 2, 2, 3]
    for seconds in (601, 600 + 3599, 600 + 3600):
        hours.now = 10_000 + seconds
        people.admit(asker())
        asked.append(slack.calls.count("users.info"))
    assert asked[5:] == [3, 3, 4]
    assert slack.calls.count("auth.test") == 1


@pytest.mark.parametrize("gone", [{"deleted": True}, {"is_restricted": True}, {"team_id": "T0OTHER"}])
def test_who_is_deactivated_or_made_a_guest_changes_nothing_five_minutes_later_and_reads_nothing_an_hour_later(
    slack: FakeSlack, profiles: SlackProfiles, hours: Hours, gone: dict[str, Any]
):
    api = FakeApi()
    objectives = make_objectives(api)
    target = api.add("Grow")
    objectives.people._profiles = profiles
    submission = Submission(asker(), "1")
    assert objectives.changes.plan_deletion(submission, target)
    slack.users["U0ADA"] |= gone
    hours.now += 300
    assert objectives.get(asker(), target).name == "Grow"
    with pytest.raises(Forbidden, match=REFUSAL):
        objectives.changes.plan_deletion(submission, target)
    # What was found out for a change holds for reading too; without one it takes an hour.
    with pytest.raises(Forbidden, match=REFUSAL):
        objectives.get(asker(), target)


def test_who_only_reads_is_refused_an_hour_after_they_were_deactivated(
    slack: FakeSlack, profiles: SlackProfiles, hours: Hours
):
    people = People(profiles, Directory(FakeApi()), FakeApi(), FakeMemory())
    people.admit(asker())
    slack.users["U0ADA"] |= {"deleted": True}
    hours.now += 3600
    with pytest.raises(Forbidden, match=REFUSAL):
        people.admit(asker())


@pytest.mark.parametrize(
    "fault",
    [SlackApiError("no", {"error": "ratelimited"}), SlackClientError("no"), TimeoutError(), ConnectionResetError()],
    ids=["ratelimited", "client", "time-out", "reset"],
)
def test_where_slack_does_not_answer_what_was_known_holds_for_an_hour_and_then_it_is_tried_again_later(
    slack: FakeSlack, profiles: SlackProfiles, hours: Hours, fault: Exception
):
    known = profiles.get("T0TEAM", "U0ADA")
    slack.fault = fault
    hours.now += 3599
    assert profiles.get("T0TEAM", "U0ADA", at_most=300) == known
    hours.now += 1
    with pytest.raises(OkrApiUnavailable, match="Slack did not tell me who that is"):
        profiles.get("T0TEAM", "U0ADA")
    slack.fault = None
    assert profiles.get("T0TEAM", "U0ADA") == known


def test_whom_slack_does_not_know_any_more_is_forgotten_at_once(
    slack: FakeSlack, profiles: SlackProfiles, hours: Hours
):
    profiles.get("T0TEAM", "U0ADA")
    slack.users.clear()
    hours.now += 300
    with pytest.raises(NotFound, match="does not know that person"):
        profiles.get("T0TEAM", "U0ADA", at_most=300)
    assert profiles.cached("T0TEAM", "U0ADA") is None


def test_a_stranger_is_one_even_where_a_request_names_their_own_workspace(slack: FakeSlack, profiles: SlackProfiles):
    slack.users["U0ROBIN"] = user("U0ROBIN", team_id="T0OTHER", is_stranger=False)
    assert profiles.get("T0OTHER", "U0ROBIN").is_stranger
    assert profiles.get("T0TEAM", "U0ROBIN").is_stranger
    assert not profiles.get("T0TEAM", "U0ADA").is_stranger


@pytest.mark.parametrize(
    ("said", "is_refused"),
    [
        ({}, ""),
        ({"is_admin": True, "is_owner": True}, ""),
        ({"is_app_user": True}, ""),
        ({"team_id": "T0FIRST", "enterprise_user": {"teams": ["T0FIRST", "T0TEAM"]}}, ""),
        ({"is_restricted": True}, "is_guest"),
        ({"is_restricted": True, "is_ultra_restricted": True}, "is_guest"),
        ({"is_ultra_restricted": True}, "is_guest"),
        ({"team_id": "T0OTHER"}, "is_stranger"),
        ({"team_id": "T0OTHER", "is_stranger": False}, "is_stranger"),
        ({"is_stranger": True}, "is_stranger"),
        ({"team_id": "T0OTHER", "enterprise_user": {"teams": ["T0OTHER"]}}, "is_stranger"),
        ({"deleted": True}, "is_deleted"),
        ({"is_bot": True}, "is_bot"),
        ({"id": "USLACKBOT"}, "is_bot"),
    ],
)
def test_what_slack_says_of_a_user_tells_who_is_no_full_member(said: dict[str, Any], is_refused: str):
    profile = read_profile("T0TEAM", user("U0ADA") | said)
    standings = ("is_guest", "is_stranger", "is_bot", "is_deleted")
    assert [one for one in standings if getattr(profile, one)] == ([is_refused] if is_refused else [])


THERE = {"id": "U0ROBIN", "team_id": "T0OTHER"}
"""A user of another workspace, as interactions name them."""


@pytest.mark.parametrize(
    ("home", "payload"),
    [
        ("", {"command": "/okr", "team_id": "T0HERE", "user_id": "U0ADA"}),
        ("T0HERE", {"command": "/okr", "team_id": "T0OTHER", "user_id": "U0ROBIN"}),
        ("", {"type": "block_actions", "team": {"id": "T0HERE"}, "user": {"id": "U0ADA", "team_id": "T0HERE"}}),
        ("T0HERE", {"type": "block_actions", "team": {"id": "T0OTHER"}, "user": THERE}),
        ("", {"type": "block_actions", "team": None, "user": {"id": "U0ADA", "team_id": "T0HERE"}}),
        (
            "",
            {
                "type": "view_submission",
                "team": {"id": "T0OTHER"},
                "user": THERE,
                "view": {"id": "V1", "team_id": "T0OTHER", "app_installed_team_id": "T0HERE"},
            },
        ),
        ("T0HERE", {"type": "block_suggestion", "team": {"id": "T0OTHER"}, "user": THERE, "view": {"id": "V1"}}),
    ],
    ids=["command", "shared command", "button", "shared button", "everywhere", "shared form", "shared picker"],
)
def test_a_request_belongs_to_the_workspace_where_the_app_is_installed(home: str, payload: dict[str, Any]):
    assert place_of(payload, home).asker.team_id == "T0HERE"


def test_where_the_app_is_installed_is_known_unless_that_is_in_many_workspaces(
    slack: FakeSlack, profiles: SlackProfiles
):
    profiles.find_home()
    assert profiles.home == "T0TEAM"
    everywhere = SlackProfiles(lambda _team_id: cast(WebClient, slack))
    slack.is_everywhere = True
    assert (everywhere.find_home("T0ONE"), everywhere.home) == ("T0ONE", "")


def test_nobody_waits_for_slack_before_a_command_or_a_form_is_acknowledged(world: World):
    profiles, asking = cast(SlackProfiles, world.bot.objectives.people._profiles), list[str]()
    client_of = profiles._client

    def noted(team_id: str) -> WebClient:
        asking.append(threading.current_thread().name)
        return client_of(team_id)

    profiles._client = noted
    # Nothing that is known of anybody is ever recent enough.
    profiles._clock = count(step=10_000.0).__next__
    form = world.okr("create", who="edsger")
    assert "Created" in world.submit(form, {"name": "Ask me later"}, who="edsger").text
    assert "Updated" in world.okr("update Ask me later +#board", who="edsger").text
    assert "Ask me later" in world.okr("search Ask me later", who="edsger").text
    assert len(asking) > 3
    assert not [name for name in asking if name.startswith("waitress")]
