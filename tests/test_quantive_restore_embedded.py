"""Bringing back what was deleted on our own OKR server: as it was while it keeps it, made again after that."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import OkrApiRefused
from bot.objectives.model import Draft
from bot.quantive import QuantiveClient
from tests.okr_server_case import Api, api, clock, database, engine
from tests.test_quantive_restore import essence

__all__ = ["api", "clock", "database", "engine"]


@pytest.fixture
def embedded(api: Api) -> Iterator[QuantiveClient]:
    server = api.server
    client = QuantiveClient(
        api_url=f"{api.address}/api/v1",
        account_id=server.account_id,
        token=server.token,
        requests_per_second=0,
        service_name="the OKR server",
        can_undelete=True,
    )
    yield client
    client.close()


def add_embedded_goal(server: Api, **fields: Any) -> str:
    """An objective of our OKR server with key results and check-ins; its id."""
    ada, grace = server.user(), server.user("Grace Hopper")
    goal: str = server.goal(
        **{
            "ownerId": ada,
            "ownerIds": [ada, grace],
            "description": "Why",
            "tags": [{"title": "growth"}, {"title": "Test Tag"}],
            "customFields": {"budget": 12},
            "access": {"inherits": False, "members": [ada]},
        }
        | fields,
    )["id"]
    customers = server.post("metrics", goalId=goal, name="Reach 100 customers", ownerId=grace, critical=5)["id"]
    server.post("metrics", goalId=goal, name="Setup", initialValue=90, target=30, targetOperator="at_most")
    server.post(f"metrics/{customers}/checkin", actual=20, comment="One", checkInDate="2026-11-01T09:00:00Z")
    server.post(f"metrics/{customers}/checkin", actual=40, confidence=0.8, checkInDate="2026-11-20T09:00:00Z")
    return goal


def test_our_server_takes_a_deletion_back(embedded: QuantiveClient, api: Api) -> None:
    goal = add_embedded_goal(api)
    child = api.goal("Child", ownerId=api.user("Hedy Hopper"), parentId=goal)["id"]
    before = embedded.get(goal)
    embedded.delete(goal)
    assert embedded.children(goal) == []
    assert embedded.undelete(goal) == before == embedded.get(goal)
    assert embedded.undelete(goal) == before
    assert embedded.get(child).parent_id == goal
    assert before.key_results and before.key_results[0].check_ins == 2


def test_our_server_cannot_take_back_what_it_never_had_or_has_purged(embedded: QuantiveClient, api: Api) -> None:
    assert embedded.undelete("64b0c0ffee0000000000ffff") is None
    first, second = add_embedded_goal(api), api.goal(ownerId=api.user("Hedy Hopper"))["id"]
    embedded.delete(first)
    api.clock.now += timedelta(days=31)
    embedded.delete(second)
    assert embedded.undelete(first) is None


def test_a_refusal_to_take_a_deletion_back_says_why(embedded: QuantiveClient, api: Api) -> None:
    goal = add_embedded_goal(api)
    embedded.delete(goal)
    api.patch(f"sessions/{api.session_id()}", status="closed")
    with pytest.raises(OkrApiRefused, match=r"^The OKR server refused this: .*closed"):
        embedded.undelete(goal)


@pytest.mark.parametrize("state", ["active", "abandoned"])
def test_what_our_server_has_purged_is_made_again(
    embedded: QuantiveClient,
    api: Api,
    state: str,
) -> None:
    goal = add_embedded_goal(api)
    api.patch(f"goals/{goal}", closedStatus={"status": state})
    before, snapshot = embedded.get_whole(goal)
    embedded.delete(goal)
    new = embedded.recreate(json.loads(json.dumps(snapshot)), "").id
    told = ("2 check-ins with their comments stay deleted.",)
    assert embedded.recreate_key_results(new, snapshot) == told
    after = embedded.get(new)
    assert essence(after) == essence(before)
    assert after.progress == before.progress
    assert embedded.recreate_key_results(new, snapshot) == told
    assert embedded.get(new) == after


def test_our_server_finds_what_was_made_and_aligns_it_again(embedded: QuantiveClient, api: Api) -> None:
    ada = api.user()
    draft = Draft(" Grow  (fast) in Zürich ", api.session_id(), ada, ("Growth",), "Why\n\nand how ")
    made = embedded.create(draft)
    assert [one.id for one in embedded.created_like(draft, api.clock.now)] == [made.id]
    assert embedded.created_like(draft, api.clock.now + timedelta(seconds=1)) == []
    assert embedded.created_like(replace(draft, tags=()), api.clock.now) == []
    child = api.goal("Child", ownerId=ada, parentId=made.id)["id"]
    other = api.goal("Other", ownerId=ada)["id"]
    assert embedded.realign(made.id, other) == ()
    assert embedded.get(child).parent_id == other
    assert embedded.realign(other, child) == ()  # the child itself is left alone
    assert embedded.realign(other, "64b0c0ffee0000000000ffff") == (
        "“Child” could not be aligned to it again. The OKR server refused this: "
        "There is no goal with the id 64b0c0ffee0000000000ffff to align to.",
    )
