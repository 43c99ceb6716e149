"""A slow OKR API and Slack's Web API in one cheap process that counts: `python -m … <port> <port>`.

The API answers `GET /goals?tags=…` with ten goals as the real one does, after a delay in milliseconds that is set at
Slack's port, which also tells the counts: calls to the API by method and path, and connections to it. What was posted
since it was last asked for is told there too: when it came (seconds of the machine's clock), the channel and the text.
"""

import asyncio
import itertools
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Awaitable
from typing import Any
from urllib.parse import parse_qs

from tests.benchmarks.wire import Call, Server, to_json

TEAM = "T1"
PEOPLE = 100
SESSION = "5f0000000000000000000001"


def email(number: int) -> str:
    """The address of one of the people, the same in Slack and in the OKR account."""
    return f"person.{number:03d}@example.com"


def person(number: int) -> dict[str, Any]:
    """An assignee of the account."""
    one = {"id": f"6a{number:022x}", "name": f"Person {number:03d}", "type": "user", "email": email(number)}
    return one | {"isActive": True}


def goal(number: int) -> dict[str, Any]:
    """A goal with what the API tells of one in a list."""
    owner = person(number % PEOPLE)
    return {
        "id": f"60{number:022x}",
        "accountId": "600000000000000000000000",
        "name": f"Cut the time that new customers need for their first report to {number + 1} days",
        "description": "<p>Customers who see a report in their first week stay with us twice as often.</p>",
        "sessionId": SESSION,
        "ownerId": owner["id"],
        "ownerIds": [owner["id"]],
        "assignee": owner,
        "assignees": [owner],
        "tags": [{"id": "7a", "title": "growth"}, {"id": "7b", "title": "onboarding"}],
        "attainment": number / 10 % 1,
        "closedStatus": {"status": "active"},
        "url": f"https://app.example.com/goals/{number}",
        "parentId": "",
        "dateCreated": "2026-10-01T09:00:00Z",
        "dateFrom": "2026-10-01T00:00:00Z",
        "dateTo": "2026-12-31T23:59:59Z",
        "access": {"inherits": True},
    }


def listed(items: list[Any]) -> bytes:
    """A whole list as the API sends it."""
    return to_json({"items": items, "totalCount": len(items)})


class Fakes:
    """What both answer, and the counts."""

    def __init__(self) -> None:
        self.delay = 0.0
        self.calls: Counter[str] = Counter()
        self.connections = 0
        self._new = itertools.count(PEOPLE)
        self.made: dict[str, dict[str, Any]] = {}
        self.posts: list[tuple[float, str, str]] = []
        session = {"id": SESSION, "title": "This quarter", "status": "open"}
        session |= {"start": "2020-01-01T00:00:00Z", "end": "2099-12-31T23:59:59Z"}
        people = listed([person(number) for number in range(PEOPLE)])
        tags = listed([{"id": "7a", "title": "growth"}, {"id": "7b", "title": "onboarding"}])
        self.lists = {"goals": listed([goal(number) for number in range(10)]), "sessions": listed([session])}
        self.lists |= {"users": people, "assignees": people, "tags": tags}

    def answer(self, call: Call) -> Awaitable[bytes] | bytes:
        """One answer of the API, of Slack, or about this process."""
        _, root, *rest = call.path.split("/")
        if root == "slack":
            return self._slack(call, rest[-1])
        if root == "set":
            self.delay = int(rest[0]) / 1000
            return b"{}"
        if root == "count":
            return to_json({"calls": self.calls, "connections": self.connections})
        if root == "posts":
            posts, self.posts = self.posts, []
            return to_json(posts)
        self.calls[f"{call.method} {re.sub('[0-9a-f]{24}', '<id>', call.path)}"] += 1
        body = self._api(call, rest)
        return self._late(body) if self.delay else body

    async def _late(self, body: bytes) -> bytes:
        await asyncio.sleep(self.delay)
        return body

    def _api(self, call: Call, rest: list[str]) -> bytes:
        _version, kind, *one = rest
        if call.method == "POST":
            made = goal(next(self._new)) | json.loads(call.body or b"{}") | {"metrics": []}
            self.made[made["id"]] = made
            return to_json(made)
        if one:
            known = self.made.get(one[0]) or goal(int(one[0][2:], 16)) | {"metrics": []}
            return to_json(known) if call.method == "GET" else b"{}"
        return listed([]) if "filter" in call.query else self.lists[kind]

    def _slack(self, call: Call, method: str) -> bytes:
        if method == "chat.postMessage":
            came, said = time.perf_counter(), json.loads(call.body)
            self.posts.append((came, said["channel"], said["text"]))
            return to_json({"ok": True, "channel": said["channel"], "ts": f"{came:.6f}"})
        if method != "users.info":
            return to_json({"ok": True, "user_id": "UBOT", "bot_id": "BBOT", "team_id": TEAM, "url": "https://x.test/"})
        user_id = parse_qs(call.body.decode()).get("user", [""])[0] or call.query.get("user", "U000")
        profile = {"real_name": user_id, "email": email(int(user_id[1:]))}
        return to_json({"ok": True, "user": {"id": user_id, "team_id": TEAM, "tz": "UTC", "profile": profile}})

    def _connected(self) -> None:
        self.connections += 1

    async def serve(self, api_port: int, slack_port: int) -> None:
        """Serves until the process is ended."""
        make = asyncio.get_running_loop().create_server
        await make(lambda: Server(self.answer), "127.0.0.1", slack_port, backlog=512)
        await make(lambda: Server(self.answer, self._connected), "127.0.0.1", api_port, backlog=512)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(Fakes().serve(*map(int, sys.argv[1:])))
