"""Many made-up objectives and people at once, to see how the server does at scale."""

import random
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from . import tables
from .account import Account
from .database import insert_new
from .patterns import fold
from .tags import ids_of

BATCH = 5_000

_VERBS = ("Grow", "Cut", "Open", "Win", "Halve", "Finish", "Improve", "Launch", "Simplify", "Double")
_THINGS = ("onboarding", "revenue", "support", "hosting", "search", "hiring", "reporting", "pricing", "churn", "trust")
_PLACES = ("in Europe", "for teams", "on mobile", "in the Nordics", "for partners", "at scale", "for everyone")
_TAGS = tuple(f"area {number}" for number in range(200))


def fill_many(connection: Connection, account: Account, goals: int, people: int) -> None:
    """Add ``people`` users and ``goals`` objectives without key results, in the sessions that are there."""
    chance = random.Random(goals * 31 + people)  # noqa: S311 - made-up data, not secrets
    now = account.now()
    sessions = list(connection.execute(select(tables.sessions)))
    tag_ids = ids_of(connection, account, _TAGS)
    owner_ids = list(connection.scalars(select(tables.assignees.c.id).order_by(tables.assignees.c.id)))
    for start in range(0, people, BATCH):
        users = [_user(account.new_id(), number, now) for number in range(start, min(start + BATCH, people))]
        insert_new(connection, tables.assignees, users)
        owner_ids += [user["id"] for user in users]
    for start in range(0, goals, BATCH):
        rows: dict[Table, list[dict[str, Any]]] = {tables.goals: [], tables.owners: [], tables.goal_tags: []}
        for number in range(start, min(start + BATCH, goals)):
            goal = _goal(account.new_id(), number, chance, now) | {"created_by": account.user_id}
            session = chance.choice(sessions)
            goal |= {"session_id": session.id, "date_from": session.starts_at, "date_to": session.ends_at}
            goal["owner_id"] = chance.choice(owner_ids)
            rows[tables.goals].append(goal)
            rows[tables.owners].append({"item_id": goal["id"], "position": 0, "owner_id": goal["owner_id"]})
            rows[tables.goal_tags] += [
                {"goal_id": goal["id"], "position": position, "tag_id": tag_id}
                for position, tag_id in enumerate(chance.sample(tag_ids, chance.randint(0, 3)))
            ]
        for table, values in rows.items():
            if values:
                connection.execute(insert(table), values)


def _user(user_id: str, number: int, now: str) -> dict[str, Any]:
    name = f"Person {number:06d}"
    email = f"person.{number:06d}@example.com"
    return {
        "id": user_id,
        "type": "user",
        "name": name,
        "name_key": fold(name),
        "first_name": "Person",
        "last_name": f"{number:06d}",
        "email": email,
        "email_key": email,
        "is_active": True,
        "created_at": now,
        "modified_at": now,
    }


def _goal(goal_id: str, number: int, chance: random.Random, now: str) -> dict[str, Any]:
    name = f"{chance.choice(_VERBS)} {chance.choice(_THINGS)} {chance.choice(_PLACES)} {number}"
    return {
        "id": goal_id,
        "name": name,
        "name_key": fold(name),
        "description": f"Objective number {number}. {chance.choice(_THINGS).capitalize()} matters most here.",
        "attainment": round(chance.random(), 4),
        "metrics_count": 0,
        "created_at": now,
        "modified_at": now,
    }
