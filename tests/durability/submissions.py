"""What people send off: forms, commands and buttons as Slack delivers them, and what must come of each."""

import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import parse_qs, urlencode

from slack_sdk.signature import SignatureVerifier
from sqlalchemy import Engine

from bot.commands.drafts import pack
from bot.objectives.model import utc_now
from bot.objectives.rules import draft_of
from bot.quantive.wire import read_objective
from bot.store.tables import forms
from tests.durability.bots import SIGNING_SECRET
from tests.durability.company import PEOPLE, Company
from tests.durability.slack import TEAM_ID, FakeSlack, user_id_of

SHARES = {"form": 55, "command": 15, "twins": 8, "update": 8, "edit form": 6, "delete": 8}
"""Of a hundred submissions, how many are of which kind; twins come in pairs that want the very same."""


@dataclass
class Submission:
    """Something that is sent off. ``work_id``: the id under which the bot records it; ``place``: where its answer
    comes to; ``verb``: how that begins.

    ``name`` is of what is created or changed, ``objective_id`` of what is changed or deleted, ``description`` what it
    becomes.
    """

    kind: str
    work_id: str
    place: str
    body: bytes
    verb: str
    name: str
    objective_id: str = ""
    description: str = ""
    times: int = 1


class Mill:
    """Makes submissions. ``twice``: the share that Slack delivers a second time at once."""

    def __init__(
        self, company: Company, slack: FakeSlack, dice: random.Random | None = None, twice: float = 0.05
    ) -> None:
        self._company = company
        self._slack = slack
        self._dice = dice or random.Random()
        self._twice = twice
        self._last = 0

    def make(self, count: int) -> list[Submission]:
        """So many submissions, in random order; twins close to each other."""
        kinds = self._dice.choices(list(SHARES), weights=list(SHARES.values()), k=count)
        made: list[Submission] = []
        for kind in kinds:
            if len(made) < count:
                made += self._twins() if kind == "twins" else [self._one(kind)]
        made = made[:count]
        for submission in made:
            submission.times = 2 if self._dice.random() < self._twice else 1
        return made

    def form(self, name: str) -> Submission:
        """The form that creates, sent off."""
        number = self._next()
        return self._form(number, name, _person(number))

    def command(self, name: str) -> Submission:
        """A line that creates."""
        number = self._next()
        return self._command(number, f"create {name}", _person(number), "Created", name)

    def _one(self, kind: str) -> Submission:
        number = self._next()
        person, name = _person(number), f"Objective {number} of the company"
        if kind == "form":
            return self._form(number, name, person)
        if kind == "command":
            return self._command(number, f"create {name}", person, "Created", name)
        owner, session = self._company.person_ids[person], self._company.session_id
        goal = self._company.add_goal(name, owner_id=owner, session_id=session, dateCreated="2026-01-01T00:00:00Z")
        if kind == "delete":
            return self._button(number, f"confirm-delete {goal}", person, "Deleted", name, goal)
        description = f"Described by {number}"
        if kind == "edit form":
            return self._form(number, name, person, objective_id=goal, description=description)
        line = f'update {goal} description:"{description}"'
        return self._command(number, line, person, "Updated", name, goal, description)

    def _twins(self) -> list[Submission]:
        """Two who really want the same: same name, session and owner."""
        first, second = self._next(), self._next()
        person, name = _person(first), f"Twin objective {first}"
        if self._dice.random() < 0.3:
            return [self._command(one, f"create {name}", person, "Created", name) for one in (first, second)]
        return [self._form(one, name, person) for one in (first, second)]

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _form(
        self, number: int, name: str, person: int, objective_id: str = "", description: str = "Why it matters"
    ) -> Submission:
        channel = f"C{number:06d}"
        values = {
            "name": {"type": "plain_text_input", "value": name},
            "description": {"type": "plain_text_input", "value": description},
            "session": _chosen(self._company.session_id),
            "owner": _chosen(self._company.person_ids[person]),
            "tags": {"type": "multi_external_select", "selected_options": []},
        }
        form_id = form_id_of(f"{TEAM_ID}:V{number:06d}") if objective_id else ""
        carried = {"channel_id": channel, "objective_id": objective_id, "form_id": form_id}
        payload = {
            "type": "view_submission",
            "team": {"id": TEAM_ID, "domain": "kills"},
            "user": {"id": user_id_of(person), "team_id": TEAM_ID},
            "trigger_id": f"form.{number}",
            "view": {
                "id": f"V{number:06d}",
                "type": "modal",
                "callback_id": "objective.edit" if objective_id else "objective.create",
                "private_metadata": json.dumps({key: value for key, value in carried.items() if value}),
                "state": {"values": {field: {"value": value} for field, value in values.items()}},
            },
            "response_urls": [],
        }
        kind, verb = ("edit form", "Updated") if objective_id else ("form", "Created")
        return Submission(
            kind, f"{TEAM_ID}:V{number:06d}", channel, _body(payload), verb, name, objective_id, description
        )

    def _command(
        self, number: int, text: str, person: int, verb: str, name: str, objective_id: str = "", description: str = ""
    ) -> Submission:
        fields = {
            "command": "/okr",
            "text": text,
            "team_id": TEAM_ID,
            "user_id": user_id_of(person),
            "channel_id": "C0COMMANDS",
            "response_url": self._slack.response_url(f"hook{number}"),
            "trigger_id": f"command.{number}",
        }
        body = urlencode(fields).encode()
        return Submission(
            "command", f"{TEAM_ID}:command.{number}", f"hook{number}", body, verb, name, objective_id, description
        )

    def _button(self, number: int, line: str, person: int, verb: str, name: str, objective_id: str) -> Submission:
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM_ID, "domain": "kills"},
            "user": {"id": user_id_of(person), "team_id": TEAM_ID},
            "channel": {"id": "C0BUTTONS", "name": "buttons"},
            "container": {"type": "message", "message_ts": f"{number}.1", "channel_id": "C0BUTTONS"},
            "response_url": self._slack.response_url(f"hook{number}"),
            "trigger_id": f"button.{number}",
            "actions": [{"type": "button", "action_id": "swap.0", "block_id": "b", "value": line, "action_ts": "1.1"}],
        }
        return Submission(
            "delete", f"{TEAM_ID}:button.{number}", f"hook{number}", _body(payload), verb, name, objective_id
        )


def deliver(submission: Submission, port: int) -> bool:
    """Sends a submission as Slack does; whether it was acknowledged. Signed anew each time, and otherwise the same."""
    headers = _sign(submission.body)
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", "/slack/events", submission.body, headers)
        answer = connection.getresponse()
        said = answer.read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return answer.status == 200 and b'"errors"' not in said


def _sign(body: bytes) -> Mapping[str, str]:
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=timestamp, body=body)
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature or "",
    }


def _body(payload: Mapping[str, Any]) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


def _chosen(value: str) -> dict[str, Any]:
    option = {"text": {"type": "plain_text", "text": value}, "value": value}
    return {"type": "external_select", "selected_option": option}


def _person(number: int) -> int:
    return number % PEOPLE


def form_id_of(work_id: str) -> str:
    """The id under which the bot keeps what an edit form shows."""
    return work_id.rpartition(":")[2]


def keep_forms(engine: Engine, company: Company, submissions: Sequence[Submission]) -> None:
    """Keeps what the edit forms show, as the bot does when it opens them."""
    shown = [
        {
            "team_id": TEAM_ID,
            "form_id": form_id_of(one.work_id),
            "user_id": json.loads(parse_qs(one.body.decode())["payload"][0])["user"]["id"],
            "content": json.dumps(
                {"verb": "edit", "shown": pack(draft_of(read_objective(company.goals[one.objective_id])))}
            ),
            "made_at": utc_now(),
        }
        for one in submissions
        if one.kind == "edit form"
    ]
    if shown:
        with engine.begin() as connection:
            connection.execute(forms.insert(), shown)
