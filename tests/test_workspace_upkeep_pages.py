"""What the page asks for to change channels and people, and what it is told of such changes."""

from typing import Any

import pytest

from tests.test_workspace_pages import listening
from tests.test_workspace_stage import Stage, staged

ADA = {"as": "U0ADA"}


def standing(stage: Stage, user_id: str = "U0GRACE") -> tuple[str, bool]:
    user = stage.slack.directory.user(user_id)
    assert user is not None
    return user.standing, user.deleted


def test_members_are_told_to_members_only() -> None:
    with staged() as stage:
        assert "U0ALAN" in stage.get("members", **ADA, channel="C0LEADERSHIP")["members"]
        for viewer, place in (("U0RADIA", "C0LEADERSHIP"), ("U0ADA", "C0NOWHERE")):
            answer = stage.get("members", **{"as": viewer}, channel=place)
            assert answer == {"ok": False, "error": "there is no such channel"}


def test_a_channels_menu_has_an_endpoint_for_each_entry() -> None:
    with staged() as stage:
        channel = lambda: stage.slack.directory.channel("C0RANDOM")  # noqa: E731
        assert stage.post("channels/C0RANDOM/invite", **ADA, user="U0OKRBOT")["ok"]
        assert "U0OKRBOT" in channel().members
        assert stage.post("channels/C0RANDOM/remove", **ADA, user="U0OKRBOT")["ok"]
        assert "U0OKRBOT" not in channel().members
        assert stage.post("channels/C0RANDOM/rename", **ADA, name=" #sundry ")["ok"]
        assert stage.post("channels/C0RANDOM/archive", **ADA)["ok"]
        assert (channel().name, channel().is_archived) == ("sundry", True)
        assert stage.post("channels/C0RANDOM/unarchive", **ADA)["ok"]
        refused = stage.post("channels/C0RANDOM/unarchive", **ADA)
        assert (refused["ok"], refused["error"], refused["text"]) == (
            False,
            "not_archived",
            "This channel is not archived.",
        )
        assert stage.post("channels/C0RANDOM/burn", **ADA)["error"] == "a channel cannot be made to 'burn'"


def test_people_are_moved_between_zones_and_standings() -> None:
    with staged() as stage:
        assert stage.post("people/U0GRACE", **ADA, tz=" Asia/Tokyo ")["ok"]
        assert stage.slack.directory.user("U0GRACE").tz == "Asia/Tokyo"
        for wanted in ("admin", "member", "multi_guest", "guest"):
            assert stage.post("people/U0GRACE", **ADA, standing=wanted)["ok"]
            assert standing(stage) == (wanted, False)
        assert stage.post("people/U0GRACE", **ADA, standing="deactivated")["ok"]
        assert standing(stage) == ("guest", True)
        assert stage.post("people/U0GRACE", **ADA, standing="member")["ok"]
        assert standing(stage) == ("member", False)
        assert stage.post("people/U0GRACE", **ADA, standing="emperor")["error"] == "there is no standing 'emperor'"
        assert stage.post("people/U0NOBODY", **ADA, standing="member")["error"].startswith("there is nobody")


@pytest.mark.parametrize("body", [{"tz": "Asia/Tokyo"}, {"standing": "deactivated"}, {"standing": "admin"}])
def test_nobody_changes_others_but_admins(body: dict[str, Any]) -> None:
    with staged() as stage:
        answer = stage.post("people/U0GRACE", **{"as": "U0ALAN"}, **body)
        assert (answer["error"], answer["text"]) == ("restricted_action", "Only admins can change people.")
        assert standing(stage) == ("member", False)


def test_a_message_is_deleted() -> None:
    with staged() as stage:
        ts = stage.client.chat_postMessage(channel="C0GENERAL", text="x")["ts"]
        assert stage.post("delete", **ADA, channel="C0GENERAL", ts=ts)["ok"]
        assert stage.post("delete", **ADA, channel="C0GENERAL", ts=ts)["error"] == "message_not_found"


def test_those_who_look_are_told_of_people_channels_and_failures() -> None:
    with staged() as stage, listening(stage, "U0GRACE") as grace:
        stage.slack.set_time_zone("U0ALAN", "Asia/Tokyo")
        name, user = next(grace)
        assert (name, user["id"], user["tz"]) == ("user", "U0ALAN", "Asia/Tokyo")
        stage.slack.remove("C0RANDOM", "U0GRACE")
        assert next(one for one in grace if one[0] == "channel_left") == ("channel_left", {"id": "C0RANDOM"})
        stage.slack.remove("C0RANDOM", "U0ALAN")
        stage.post("faults", name="limited", value=True)
        name, faults = next(grace)
        assert (name, faults["limited"]) == ("faults", True)


def test_the_deactivated_are_told_as_such() -> None:
    with staged() as stage:
        stage.slack.deactivate("U0GRACE")
        users = {one["id"]: one for one in stage.get("state")["users"]}
        assert users["U0GRACE"]["is_deleted"]
        assert [users[one]["standing"] for one in ("U0ADA", "U0ELLIS", "U0NOOR", "U0ROBIN")] == [
            "admin",
            "guest",
            "multi_guest",
            "stranger",
        ]
