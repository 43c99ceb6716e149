"""The sample company: three teams, a dozen people and what they want, with its dates around now."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, delete, insert

from bot.embedded.people import PEOPLE, TEAMS

from . import tables
from .account import Account
from .patterns import fold
from .progress import attainment
from .sample_objectives import OBJECTIVES, Pace, SampleObjective, SampleResult
from .sessions import quarter_of
from .tags import tag_key
from .times import UNSET, write_time

Record = dict[str, Any]

_COLORS = ("#4a6fa5", "#2f9e5b", "#c2703d", "#8a5fb0", "#b0455e", "#3a9aa8")

_COMMENTS = (
    "Two customers told us so unasked.",
    "Slower than hoped: waiting for the contract.",
    "The first half is done, the rest is routine.",
    "",
    "Measured on Friday, before the release.",
    "Back on course after last week.",
    "",
    "Numbers from the dashboard.",
    "We learned what does not work.",
    "Holiday season shows.",
)


class _Sample:
    """Collects the rows of every table; the same ones for the same day."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.now = account.clock().astimezone(UTC)
        self.random = random.Random(self.now.date().isoformat())  # noqa: S311 - sample data, not secrets
        self.rows: dict[Table, list[Record]] = {table: [] for table in _TABLES}
        self.ids: dict[str, str] = {}  # by name: people, teams, objectives, and tags by key
        self.sessions: dict[str, tuple[str, datetime, datetime]] = {}

    def new_id(self, when: datetime) -> str:
        return f"{int(when.timestamp()):08x}{self.random.randbytes(8).hex()}"

    def fill_sessions(self) -> None:
        year, quarter = self.now.year, (self.now.month - 1) // 3
        last = quarter_of(year - (quarter == 0), (quarter - 1) % 4)
        this = quarter_of(year, quarter)
        following = quarter_of(year + (quarter == 3), (quarter + 1) % 4)
        first, second = quarter_of(year, quarter // 2 * 2), quarter_of(year, quarter // 2 * 2 + 1)
        half = (f"H{quarter // 2 + 1} {year}", first[1], second[2])
        whole = (f"{year}", quarter_of(year, 0)[1], quarter_of(year, 3)[2])
        for key, status, (title, starts, ends) in (
            ("last", "closed", last),
            ("year", "open", whole),
            ("half", "locked", half),
            ("this", "open", this),
            ("next", "open", following),
        ):
            made = write_time(starts - timedelta(days=21))
            row: Record = {
                "id": self.new_id(starts - timedelta(days=21)),
                "title": title,
                "starts_at": write_time(starts),
                "ends_at": write_time(ends),
                "status": status,
                "is_automatic": True,
                "created_at": made,
                "modified_at": made,
            }
            self.rows[tables.sessions].append(row)
            self.sessions[key] = (row["id"], starts, ends)

    def fill_people(self) -> None:
        founded = self.sessions["year"][1] - timedelta(days=400)
        made = {"created_at": write_time(founded), "modified_at": write_time(founded), "is_active": True}
        for person in PEOPLE:
            self.ids[person.name] = self.new_id(founded)
            row: Record = {
                "type": "user",
                "name": person.name,
                "first_name": person.first_name,
                "last_name": person.last_name,
                "email": person.email,
                "email_key": fold(person.email),
                "manager_id": "",
            }
            self._add_assignee(row | made)
        for team in TEAMS:
            of_team = [self.ids[person.name] for person in PEOPLE if person.team == team]
            self.ids[team] = self.new_id(founded)
            row = {"type": "team", "name": team, "manager_id": of_team[0] if of_team else ""}
            empty = {"first_name": "", "last_name": "", "email": None, "email_key": None}
            self._add_assignee(row | empty | made)
            self.rows[tables.members] += [{"team_id": self.ids[team], "user_id": user_id} for user_id in of_team]

    def _add_assignee(self, row: Record) -> None:
        color = _COLORS[len(self.rows[tables.assignees]) % len(_COLORS)]
        made = {"id": self.ids[row["name"]], "name_key": fold(row["name"]), "color": color}
        self.rows[tables.assignees].append(row | made)

    def fill_objectives(self) -> None:
        for objective in OBJECTIVES:
            self._add_objective(objective)
        goals = {row["id"]: row for row in self.rows[tables.goals]}
        for objective in OBJECTIVES:
            if objective.parent:
                goals[self.ids[objective.name]]["parent_id"] = self.ids[objective.parent]

    def _add_objective(self, objective: SampleObjective) -> None:
        session_id, starts, ends = self.sessions[objective.period]
        created = min(starts, self.now) - timedelta(
            days=self.random.randint(2, 12), minutes=self.random.randint(0, 600)
        )
        goal_id = self.ids[objective.name] = self.new_id(created)
        owner_ids = [self.ids[owner] for owner in objective.owners]
        access = {"inherits": False, "members": owner_ids} if objective.is_private else None
        goal: Record = {
            "id": goal_id,
            "name": objective.name,
            "name_key": fold(objective.name),
            "description": objective.description,
            "session_id": session_id,
            "owner_id": owner_ids[0],
            "parent_id": "",
            "date_from": write_time(starts),
            "date_to": write_time(ends),
            "access": json.dumps(access) if access else None,
            "metrics_count": len(objective.results),
            "created_by": owner_ids[0],
            "created_at": write_time(created),
        }
        self.rows[tables.goals].append(goal)
        self._add_owners(goal_id, owner_ids)
        for position, title in enumerate(objective.tags):
            self._add_tag(goal_id, position, title, created)
        people = owner_ids if objective.owners[0] not in TEAMS else owner_ids[1:] or owner_ids
        metrics = [
            self._add_result(result, position, goal, objective.pace, people[position % len(people)], created)
            for position, result in enumerate(objective.results)
        ]
        goal["attainment"] = sum(metric["attainment"] for metric in metrics) / len(metrics) if metrics else 0.0
        goal["modified_at"] = max([goal["created_at"], *(metric["modified_at"] for metric in metrics)])

    def _add_tag(self, goal_id: str, position: int, title: str, created: datetime) -> None:
        key = tag_key(title)
        if key not in self.ids:
            self.ids[key] = self.new_id(created)
            row = {"id": self.ids[key], "title": title, "title_key": key, "created_at": write_time(created)}
            self.rows[tables.tags].append(row)
        self.rows[tables.goal_tags].append({"goal_id": goal_id, "position": position, "tag_id": self.ids[key]})

    def _add_owners(self, item_id: str, owner_ids: list[str]) -> None:
        self.rows[tables.owners] += [
            {"item_id": item_id, "position": position, "owner_id": owner_id}
            for position, owner_id in enumerate(owner_ids)
        ]

    def _add_result(
        self, result: SampleResult, position: int, goal: Record, pace: Pace, owner_id: str, created: datetime
    ) -> Record:
        metric_id = self.new_id(created)
        history = self._history(result, goal, pace, metric_id, owner_id)
        actual = history[-1]["value"] if history else result.initial
        newest = history[-1] if history else None
        metric = {
            "id": metric_id,
            "goal_id": goal["id"],
            "name": result.name,
            "name_key": fold(result.name),
            "owner_id": owner_id,
            "initial_value": result.initial,
            "target": result.target,
            "actual": actual,
            "target_operator": "at_least" if result.target >= result.initial else "at_most",
            "format": json.dumps(
                {"prefix": result.prefix, "suffix": result.suffix, "fractionSize": result.digits}, ensure_ascii=False
            ),
            "due_date": UNSET,
            "soft_due_date": UNSET,
            "attainment": attainment("at_least", result.initial, result.target, actual),
            "confidence": newest["confidence"] if newest else None,
            "confidence_reason": newest["comment"] if newest else "",
            "confidence_user_id": owner_id if newest else "",
            "confidence_date": newest["checked_in_at"] if newest else "",
            "checked_in_at": newest["checked_in_at"] if newest else UNSET,
            "order_id": position,
            "created_by": goal["owner_id"],
            "created_at": goal["created_at"],
            "modified_at": newest["updated_at"] if newest else goal["created_at"],
        }
        self.rows[tables.metrics].append(metric)
        self.rows[tables.check_ins] += history
        self._add_owners(metric_id, [owner_id])
        return metric

    def _history(self, result: SampleResult, goal: Record, pace: Pace, metric_id: str, owner_id: str) -> list[Record]:
        """Check-ins about every ten days, ending where the pace has brought the key result by now."""
        starts, ends = (datetime.fromisoformat(goal[name]) for name in ("date_from", "date_to"))
        until = min(self.now, ends)
        passed = (until - starts) / (ends - starts)
        if pace == "none" or passed <= 0:
            return []
        reached = self._reached(pace, passed)
        days = max(1, int((until - starts) / timedelta(days=1)))
        steps = min(9, max(1, days // 10))
        rows = []
        for step in range(1, steps + 1):
            when = starts + (until - starts) * (step - self.random.uniform(0.05, 0.35)) / steps
            share = reached * (step / steps) ** self.random.uniform(0.8, 1.3)
            value = result.initial + (result.target - result.initial) * (reached if step == steps else share)
            behind = max(0.0, passed - reached)
            confidence = min(1.0, max(0.1, 0.9 - behind + self.random.uniform(-0.15, 0.1)))
            time = write_time(when.replace(microsecond=0))
            rows.append(
                {
                    "id": self.new_id(when),
                    "metric_id": metric_id,
                    "value": round(value, result.digits),
                    "confidence": round(confidence, 1),
                    "comment": self.random.choice(_COMMENTS),
                    "changed_by": owner_id,
                    "checked_in_at": time,
                    "created_at": time,
                    "updated_at": time,
                }
            )
        return rows

    def _reached(self, pace: Pace, passed: float) -> float:
        wobble = self.random.uniform(-0.03, 0.03)
        match pace:
            case "done":
                return 1.0 + abs(wobble)
            case "on track":
                return min(0.98, passed * 1.04 + 0.02 + wobble)
            case "at risk":
                return max(0.02, passed - 0.19 + wobble)
            case "behind":
                return max(0.01, passed - 0.42 + wobble)
            case "none":
                return 0.0


_TABLES = (
    tables.sessions,
    tables.assignees,
    tables.members,
    tables.tags,
    tables.goals,
    tables.goal_tags,
    tables.owners,
    tables.metrics,
    tables.check_ins,
)


def fill_sample(connection: Connection, account: Account) -> None:
    """Replace everything but the account by the sample company; the same on the same day."""
    sample = _Sample(account)
    sample.fill_sessions()
    sample.fill_people()
    sample.fill_objectives()
    for table in _TABLES:
        connection.execute(delete(table))
    for table in _TABLES:
        connection.execute(insert(table), sample.rows[table])
