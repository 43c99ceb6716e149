"""The OKR API failing in every way × everything that changes objectives: what people saw, and what there is afterwards.

``python -m tests.failure_table`` prints it.
"""

import math
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.durable import DistantQuantive, at_once, finish, short_waits, until
from tests.fakes.quantive import HTML
from tests.world import USERS, Said, World, make_template, running

WRITES = ("POST", "PATCH", "DELETE")
TIMEOUT = 0.3
"""Seconds that the client waits, in place of its fifteen."""

PENDING = 20 * TIMEOUT
"""Seconds for which the API may still be at it, in place of a minute: far longer than it is, on a slow machine too."""

VERBS = {
    "create by line": "grace",
    "create by form": "alan",
    "update": "katherine",
    "delete": "barbara",
    "undo an update": "edsger",
    "undo a deletion": "hedy",
}
"""What changes objectives, and who does it: one person each, all at once."""

NAMES = {
    "grace": "Grace Hopper",
    "alan": "Alan Turing",
    "katherine": "Katherine Johnson",
    "barbara": "Barbara Liskov",
    "edsger": "Edsger Dijkstra",
    "hedy": "Hedy Lamarr",
}

MAKING = ("create by line", "create by form", "undo a deletion")
"""What must know the id of what it has made: PATCH and DELETE need nothing back."""


@dataclass(frozen=True)
class Failure:
    """A way to fail: ``begin`` lets it begin, ``end`` lets the API recover.

    ``passes``: it is over as soon as everybody has met it, and not only when everybody knows that the API is away.
    ``meets``: whom it meets; the others need nothing that it keeps back.
    """

    when: str
    begin: Callable[[DistantQuantive], None]
    end: Callable[[DistantQuantive], None] = DistantQuantive.recover
    passes: bool = False
    is_refusal: bool = False
    meets: tuple[str, ...] = tuple(VERBS)


def failing(
    when: str,
    *,
    passes: bool = False,
    is_refusal: bool = False,
    meets: tuple[str, ...] = tuple(VERBS),
    **fault: Any,
) -> Failure:
    """A fault of the fake's (see its Fault), until the API recovers."""
    return Failure(
        when, lambda api: api.fail(times=math.inf, **fault), passes=passes, is_refusal=is_refusal, meets=meets
    )


WEB_PAGE: dict[str, Any] = {"status": 200, "body": HTML, "headers": {"Content-Type": "text/html"}}
SLOW_DOWN: dict[str, Any] = {"status": 429, "headers": {"Retry-After": "1"}, "body": b'{"message":"slow down"}'}

FAILURES: dict[str, Failure] = {
    "connection refused": Failure("before", DistantQuantive.shut, DistantQuantive.reopen),
    "503 to everything": failing("before", status=503),
    "a web page to everything": failing("before", **WEB_PAGE),
    "429 with Retry-After to everything": failing("before", **SLOW_DOWN),
    "dropped before it applies": failing("during", drop="before", only=WRITES),
    "timed out, never applied": failing("during", delay=2 * TIMEOUT, drop="before", only=WRITES),
    "500 before it applies": failing("during", status=500, body=b"Traceback: boom", only=WRITES),
    "503, then fine": failing("during", passes=True, status=503, only=WRITES),
    "a web page in place of the write": failing("during", only=WRITES, **WEB_PAGE),
    "200 with nothing in it, not applied": failing("during", status=200, only=("POST",), meets=MAKING),
    "timed out, applied just after": failing("after", delay=1.1 * TIMEOUT, only=WRITES),
    "timed out, applied when the next try would be due": failing("after", delay=5.5 * TIMEOUT, only=WRITES),
    "dropped after it applied": failing("after", drop="after", only=WRITES),
    "dropped in the middle of the answer": failing(
        "after", drop="in the middle", only=WRITES, meets=tuple(verb for verb in VERBS if verb != "delete")
    ),
    "500 after it applied": failing("after", status=500, applies=True, only=WRITES),
    "200 with nothing in it": failing("after", status=200, applies=True, only=WRITES, meets=MAKING),
    "refused (400)": failing("before", is_refusal=True, status=400, body=b'{"message":"this is odd"}', only=WRITES),
}

ACCEPTED = "Accepted. Quantive is not answering yet; I will finish this and tell you."


@dataclass(frozen=True)
class Cell:
    """What one person saw, and which objectives of theirs there are afterwards, by name.

    ``was_accepted``: they were told first that it waits. ``times`` they were told what came of it, in so many
    ``messages``: new ones, or in the place of others. ``can_resume``: there is a button.
    """

    told: str
    was_accepted: bool = False
    times: float = 1
    messages: int = 1
    can_resume: bool = False
    objectives: tuple[str, ...] = ()

    def __str__(self) -> str:
        seen = f"accepted → {self.told}" if self.was_accepted else self.told
        seen += " [Resume]" * self.can_resume
        seen += f" ({self.times:g} times, {self.messages} messages)" * ((self.times, self.messages) != (1, 1))
        return f"{seen}; {len(self.objectives)}"


TOLD: dict[str, Cell] = {
    "create by line": Cell("Created Old", objectives=("Old",)),
    "create by form": Cell("Created Old", objectives=("Old",)),
    "update": Cell("Updated New", objectives=("New",)),
    "delete": Cell("Deleted: Old", objectives=()),
    "undo an update": Cell("Change undone in Old", objectives=("Old",)),
    "undo a deletion": Cell("Brought back Old", objectives=("Old",)),
}

ODD = Cell("⚠ Quantive refused this: this is odd.")
REFUSED: dict[str, Cell] = {
    "create by line": replace(ODD, can_resume=True),
    "create by form": replace(ODD, can_resume=True),
    "update": replace(ODD, can_resume=True, objectives=("Old",)),
    "delete": replace(ODD, objectives=("Old",)),
    "undo an update": replace(ODD, objectives=("New",)),
    "undo a deletion": ODD,
}


def expected(failure: str, verb: str) -> Cell:
    """What must come of it."""
    if FAILURES[failure].is_refusal:
        return REFUSED[verb]
    return TOLD[verb]


def must_wait(failure: str, verb: str) -> bool:
    """Whether it fails until everybody knows that it waits. What was applied is found at the next try, maybe sooner."""
    how = FAILURES[failure]
    return verb in how.meets and how.when != "after" and not how.passes and not how.is_refusal


def make_row(failure: str, template: Path, path: Path) -> dict[str, Cell]:
    """Lets the API fail in one way while six people change something, and recover; a cell for each."""
    with DistantQuantive() as api:
        session = api.add_session("Q4", "2020-01-01T00:00:00Z", "2099-12-31T00:00:00Z")
        people = {
            who: api.add_user(name, f"{name.lower().replace(' ', '.')}@example.com") for who, name in NAMES.items()
        }
        for verb, who in VERBS.items():
            if not verb.startswith("create"):
                goal_id = api.add_goal("Old", session_id=session, owner_id=people[who], tags=["growth"])
                api.add_metric(goal_id, "Reach 100", actual=40, lastCheckInDate="2026-11-01T00:00:00Z")
        with running(template, path, api=api) as world:
            return _Row(world, api, people).run(FAILURES[failure])


class _Row:
    def __init__(self, world: World, api: DistantQuantive, people: dict[str, str]) -> None:
        self._world = world
        self._api = api
        self._people = people
        self._before: dict[str, dict[str, Any]] = {}
        self._exchanges = 0

    def run(self, failure: Failure) -> dict[str, Cell]:
        world, api = self._world, self._api
        acts = [self._prepare(verb, who) for verb, who in VERBS.items()]
        world.client._connection._timeout = (3, TIMEOUT)
        self._before = {who: self._messages(who) for who in VERBS.values()}
        self._exchanges = world.workspace.requests[-1].id
        api.calls.clear()
        failure.begin(api)
        at_once(*acts)
        if failure.passes:
            until(lambda: sum(call.method in WRITES for call in api.calls) >= len(VERBS))
        else:
            until(lambda: all(self._fresh(who) for who in VERBS.values()))
        first = {who: self._fresh(who) for who in VERBS.values()}
        failure.end(api)
        finish(world)
        until(lambda: not api.pausing)
        return {verb: self._cell(who, first[who]) for verb, who in VERBS.items()}

    def _prepare(self, verb: str, who: str) -> Callable[[], Said]:
        """Does what must be done before, and gives what is to be done while the API fails."""
        world = self._world
        mine = next((one for one, goal in self._api.goals.items() if goal["ownerId"] == self._people[who]), "")
        if verb == "create by line":
            world.okr("mine", who)
            return lambda: world.okr("create Old #growth", who)
        if verb == "create by form":
            form = world.okr("create", who)
            return lambda: world.submit(form, {"name": "Old"}, who)
        if verb == "update":
            return lambda: world.okr(f"update {mine} name:New", who)
        if verb == "undo an update":
            changed = world.okr(f"update {mine} name:New", who)
            return lambda: world.press(changed, "Undo", who)
        asked = world.okr(f"delete {mine}", who)
        if verb == "delete":
            return lambda: world.press(asked, "Delete", who)
        deleted = world.press(asked, "Delete", who)
        return lambda: world.press(deleted, "Undo", who)

    def _messages(self, who: str) -> dict[str, Any]:
        world = self._world
        direct = world.workspace.messages(USERS[who], world.workspace.dm(USERS[who]))
        return {one["ts"]: one for one in [*world.messages(who), *direct]}

    def _fresh(self, who: str) -> list[Any]:
        """The messages that are new, or changed, since the API fails."""
        return [one for ts, one in self._messages(who).items() if one != self._before[who].get(ts)]

    def _cell(self, who: str, first: list[Any]) -> Cell:
        last = self._fresh(who)
        text = last[-1]["text"] if last else ""
        said = [one for one in self._world.workspace.requests if one.id > self._exchanges and one.way == "in"]
        told = [one for one in said if isinstance(one.request, dict) and one.request.get("text") == text]
        sharing = [other for other in VERBS.values() if any(one["text"] == text for one in self._fresh(other))]
        owned = [goal["name"] for goal in self._api.goals.values() if goal["ownerId"] == self._people[who]]
        return Cell(
            told=text.partition("\n")[0].partition(",")[0],
            was_accepted=[one["text"].startswith(ACCEPTED) for one in first] == [True]
            and not text.startswith(ACCEPTED),
            times=len(told) / max(1, len(sharing)),
            messages=len(last),
            can_resume="Resume" in str(last[-1]["blocks"]) if last else False,
            objectives=tuple(owned),
        )


def main() -> None:
    """Prints the table, in Markdown."""
    print("| when | the API fails | " + " | ".join(VERBS) + " |")
    print("| --- " * (2 + len(VERBS)) + "|")
    with short_waits(pending=PENDING), tempfile.TemporaryDirectory() as folder:
        template = Path(folder, "template.db")
        make_template(template)
        for number, (name, failure) in enumerate(FAILURES.items()):
            row = make_row(name, template, Path(folder, f"{number}.db"))
            print(f"| {failure.when} | {name} | " + " | ".join(map(str, row.values())) + " |", flush=True)


if __name__ == "__main__":
    main()
