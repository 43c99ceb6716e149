"""A small Quantive that listens on this machine and can misbehave in every way the API reference warns of."""

import json
import re
import socket
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qsl, unquote, urlsplit

Json = dict[str, Any]

HTML = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Sign in to continue</body></html>"
ZERO_DATE = "0001-01-01T00:00:00Z"


@dataclass(frozen=True)
class Call:
    """A request as it arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Habits:
    """How it behaves all the time."""

    patch_tags: Literal["replace", "merge"] = "replace"
    unknown_tag: Literal["empty", "404", "400", "everything"] = "empty"
    new_tag: Literal["create", "drop", "403"] = "create"
    v1_ignores_parameters: bool = False
    v1_page: int = 0  # v1 lists have no more than this unless asked; 0 is no limit
    v2: Literal["works", "400", "404", "html", "redirect", "ignores filters"] = "works"
    total_count: bool = True
    repeats_while_paging: bool = False  # each page begins with the last object of the one before
    empty_bodies: bool = False  # of the answers to writes
    write_status: int = 0  # of the answers to writes that succeed; 0 is 201, 200 and 204
    users_status: int = 200
    chunked: bool = False
    delay: float = 0.0  # seconds before every answer
    orphans: bool = False  # what was aligned to a goal that is deleted has no parent then
    ignores: tuple[str, ...] = ()  # fields of goals and metrics that writes may name without any effect


@dataclass
class Fault:
    """What happens to the next ``times`` calls whose method is among ``only``."""

    times: float = 1
    only: tuple[str, ...] = ("GET", "POST", "PATCH", "DELETE")
    passes: int = 0  # calls that go well before
    status: int = 0  # answer with this and the body, and do nothing else; 0 answers as ever
    applies: bool = False  # the call is applied all the same, before it is answered with the status
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: Literal["", "before", "after", "in the middle"] = ""  # the connection, before or after the call is applied
    delay: float = 0.0  # seconds, before anything else
    gate: threading.Event | None = None  # what must be set before anything else


class Refusal(Exception):
    """An answer with an error's status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class FakeQuantive:
    """The server, with what it holds and what it was asked: ``with FakeQuantive() as api: … api.url``."""

    def __init__(self) -> None:
        self.account_id = "64b0c0ffee00000000000acc"
        self.token = "secret-token-of-the-service-account"
        self.goals: dict[str, Json] = {}
        self.sessions: dict[str, Json] = {}
        self.assignees: dict[str, Json] = {}
        self.users: dict[str, Json] = {}
        self.tags: dict[str, Json] = {}
        self.calls: list[Call] = []
        self.connections = 0
        self.habits = Habits()
        self._faults: list[Fault] = []
        self._last_id = 0
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._sockets: set[socket.socket] = set()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._thread.join()
        self.hang_up()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The base of v1."""
        return f"{self.origin}/api/v1"

    @property
    def origin(self) -> str:
        """The address without a path."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def misbehave(self, **habits: Any) -> None:
        """Changes habits from now on (see Habits)."""
        self.habits = replace(self.habits, **habits)

    def fail(self, **fault: Any) -> None:
        """Lets the next calls go wrong (see Fault)."""
        self._faults.append(Fault(**fault))

    def recover(self, **fault: Any) -> None:
        """Forgets all habits and faults; only this fault is there from the same moment on, if there is one."""
        with self._lock:
            self.habits = Habits()
            self._faults[:] = [Fault(**fault)] if fault else []

    def hang_up(self) -> None:
        """Closes every connection, as servers do with those that are idle for long."""
        with self._lock:
            for connection in self._sockets:
                _shut(connection)

    def paths(self) -> list[str]:
        """What was asked so far, like ``GET /goals`` or ``GET v2/goals``."""
        return [f"{call.method} {call.path.replace('/api/v1', '').replace('/api/', '')}" for call in list(self.calls)]

    def add_session(self, title: str, start: str = ZERO_DATE, end: str = ZERO_DATE, status: str = "open") -> str:
        """A planning period; its id."""
        return self._add(self.sessions, {"title": title, "start": start, "end": end, "status": status})

    def add_team(self, name: str) -> str:
        """A team; its id."""
        return self._add(self.assignees, {"name": name, "email": "", "type": "team", "isActive": True})

    def add_user(self, name: str, email: str = "", team_ids: Iterable[str] = (), is_active: bool = True) -> str:
        """A user, who is an assignee too; their id."""
        user = self._add(self.users, {"email": email, "teamIds": list(team_ids)})
        first, _, last = name.partition(" ")
        self.users[user] |= {"firstName": first, "lastName": last}
        self.assignees[user] = {"id": user, "name": name, "email": email, "type": "user", "isActive": is_active}
        return user

    def add_tag(self, title: str) -> str:
        """A tag; its id."""
        return self._add(self.tags, {"title": title, "name": title.lower(), "isActive": True})

    def add_goal(
        self, name: str, *, session_id: str = "", owner_id: str = "", tags: Iterable[str] = (), **fields: Any
    ) -> str:
        """An objective; its id."""
        goal = {
            "name": name,
            "sessionId": session_id,
            "ownerId": owner_id,
            "ownerIds": [owner_id] if owner_id else [],
            "description": "",
            "tags": [{"title": tag} for tag in tags],
            "attainment": 0,
            "closedStatus": {"status": "active"},
            "parentId": "",
            "dateCreated": "2026-10-01T08:00:00Z",
            "metrics": [],
        }
        goal_id = self._add(self.goals, goal | fields)
        self.goals[goal_id].setdefault(
            "url", f"https://account1.gtmhub.com/#/goals/{session_id}/all/{goal_id}/metrics/"
        )
        for tag in tags:
            self._know_tag(tag)
        return goal_id

    def add_metric(self, goal_id: str, name: str, **fields: Any) -> str:
        """A key result; its id."""
        metric = {"id": self._new_id(), "name": name, "goalId": goal_id, "initialValue": 0, "target": 100, "actual": 0}
        self.goals[goal_id]["metrics"].append(metric | fields)
        return str(metric["id"])

    def _add(self, into: dict[str, Json], item: Json) -> str:
        made = {"id": self._new_id(), "accountId": self.account_id} | item
        into[made["id"]] = made
        return str(made["id"])

    def _new_id(self) -> str:
        with self._lock:
            self._last_id += 1
            return f"64b0c0ffee{self._last_id:014x}"

    def _know_tag(self, title: str) -> None:
        if not self._tag_id(title):
            self.add_tag(title)

    def _tag_id(self, title: str) -> str:
        return next((one for one, tag in self.tags.items() if tag["title"].casefold() == title.casefold()), "")

    def next_fault(self, method: str) -> Fault | None:
        """The fault that meets this call, which counts as one of its times."""
        with self._lock:
            fault = next((one for one in self._faults if one.times > 0 and method in one.only), None)
            if fault and fault.passes:
                fault.passes -= 1
                return None
            if fault:
                fault.times -= 1
            return fault

    def answer(self, call: Call) -> tuple[int, Any]:
        """What a well-formed call gets; raises Refusal."""
        if call.headers.get("authorization") != f"Bearer {self.token}":
            raise Refusal(401, "invalid token")
        if call.headers.get("gtmhub-accountid") != self.account_id:
            raise Refusal(400, "empty or invalid account id")
        _, _, version, *rest = call.path.split("/")
        kind, item, act = (*map(unquote, rest), "", "", "")[:3]
        if version == "v2" and self.habits.v2 in ("400", "404"):
            raise Refusal(int(self.habits.v2), "no such route")
        with self._lock:
            match call.method, kind:
                case "GET", "goals" if item:
                    return 200, self._goal(item)
                case "GET", "goals" | "sessions" | "assignees" | "users" | "tags":
                    return 200, self._list(version, kind, call.query)
                case "POST", "goals" if not item:
                    return self._written(201, self._create(call.body))
                case "POST", "metrics" if not item:
                    return self._written(201, self._create_metric(call.body))
                case "POST", "metrics" if act == "checkin":
                    return self._written(201, self._check_in(item, call.body))
                case "PATCH", "goals":
                    return self._written(200, self._change(item, call.body))
                case "DELETE", "goals":
                    self._goal(item)
                    del self.goals[item]
                    for child in self.goals.values() if self.habits.orphans else ():
                        if child["parentId"] == item:
                            child["parentId"] = ""
                    return self._written(204, None)
                case "POST", "users":
                    body = call.body
                    user = self.add_user(
                        f"{body.get('firstName', '')} {body.get('lastName', '')}".strip(), body["email"]
                    )
                    return self._written(201, self.users[user])
        raise Refusal(404, "no such route")

    def _written(self, status: int, document: Any) -> tuple[int, Any]:
        return self.habits.write_status or status, None if self.habits.empty_bodies else document

    def _goal(self, goal_id: str) -> Json:
        if goal_id not in self.goals:
            raise Refusal(404, "goal not found")
        return self.goals[goal_id]

    def _create(self, body: Json) -> Json:
        for needed in ("name", "sessionId", "ownerId"):
            if not body.get(needed):
                raise Refusal(400, f"{needed} is required")
        self._check_session(body["sessionId"])
        titles = self._accepted([tag["title"] for tag in body.get("tags", ())])
        made = {"dateCreated": _now()} | self._heeded(body)
        made = {key: value for key, value in made.items() if key not in ("name", "sessionId", "ownerId", "tags")}
        session_id, owner_id = body["sessionId"], body["ownerId"]
        return self.goals[self.add_goal(body["name"], session_id=session_id, owner_id=owner_id, tags=titles, **made)]

    def _create_metric(self, body: Json) -> Json:
        goal = self._goal(body.get("goalId", ""))
        self._check_session(goal["sessionId"])
        if not body.get("name"):
            raise Refusal(400, "name is required")
        metric = {"lastCheckInDate": ZERO_DATE, "confidence": None, "metricHistory": []} | self._heeded(body)
        metric_id = self.add_metric(goal["id"], **metric)
        return self._metric(metric_id)

    def _check_in(self, metric_id: str, body: Json) -> Json:
        metric = self._metric(metric_id)
        if self._goal(metric["goalId"])["closedStatus"]["status"] == "abandoned":
            raise Refusal(400, "the objective is abandoned")
        date, confidence = body.get("checkInDate", _now()), body.get("confidence")
        metric |= {"actual": body["actual"], "lastCheckInDate": date}
        if confidence is not None:
            metric["confidence"] = {"value": confidence, "date": date}
        metric.setdefault("metricHistory", []).append({"metricValue": body["actual"], "createdAt": date})
        return {"value": body["actual"], "confidence": confidence}

    def _metric(self, metric_id: str) -> Json:
        for goal in self.goals.values():
            for metric in goal["metrics"]:
                if metric["id"] == metric_id:
                    found: Json = metric
                    return found
        raise Refusal(404, "metric not found")

    def _heeded(self, body: Json) -> Json:
        return {key: value for key, value in body.items() if key not in self.habits.ignores}

    def _change(self, goal_id: str, body: Json) -> Json:
        goal = self._goal(goal_id)
        self._check_session(goal["sessionId"])
        changes = self._heeded(body)
        if "tags" in changes:
            titles = self._accepted([tag["title"] for tag in changes["tags"]])
            before = [tag["title"] for tag in goal["tags"]] if self.habits.patch_tags == "merge" else []
            changes["tags"] = [{"title": title} for title in dict.fromkeys(before + titles)]
        if "ownerId" in changes:
            changes["ownerIds"] = [changes["ownerId"]]
        goal.update(changes)
        return goal

    def _check_session(self, session_id: str) -> None:
        if self.sessions.get(session_id, {}).get("status", "open") != "open":
            raise Refusal(400, "the session is not open for changes")

    def _accepted(self, titles: list[str]) -> list[str]:
        unknown = [title for title in titles if not self._tag_id(title)]
        if unknown and self.habits.new_tag == "403":
            raise Refusal(403, "CreateTags is missing")
        if self.habits.new_tag == "drop":
            return [title for title in titles if title not in unknown]
        for title in unknown:
            self._know_tag(title)
        return titles

    def _list(self, version: str, kind: str, query: Mapping[str, str]) -> Json:
        held: dict[str, Json] = getattr(self, kind)
        if kind == "users" and self.habits.users_status != 200:
            raise Refusal(self.habits.users_status, "not for you")
        if version == "v1" and self.habits.v1_ignores_parameters:
            query = {}
        items = self._chosen(version, kind, [dict(item) for item in held.values()], query)
        if kind == "goals":
            items = [_projected(item, query.get("fields", "")) for item in items]
        total = len(items)
        limit = int(
            query.get("take") or query.get("limit") or (100 if version == "v2" else self.habits.v1_page or total)
        )
        if version == "v1" and self.habits.v1_page:
            limit = min(limit, self.habits.v1_page)
        skip = int(query.get("skip", 0))
        skip -= 1 if skip and self.habits.repeats_while_paging else 0
        return {"items": items[skip : skip + limit]} | ({"totalCount": total} if self.habits.total_count else {})

    def _chosen(self, version: str, kind: str, items: list[Json], query: Mapping[str, str]) -> list[Json]:
        if version == "v2":
            if "filter" in query and self.habits.v2 != "ignores filters":
                condition = json.loads(query["filter"])
                items = [item for item in items if meets(item, condition)]
            return sorted(items, key=lambda item: str(item.get(query.get("sort", "id"))))
        if kind == "goals" and "sessionId" in query:
            items = [item for item in items if item["sessionId"] == query["sessionId"]]
        if kind == "goals" and "tags" in query:
            wanted = query["tags"].casefold()
            if not self._tag_id(wanted) and self.habits.unknown_tag != "empty":
                if self.habits.unknown_tag == "everything":
                    return items
                raise Refusal(int(self.habits.unknown_tag), f"unknown tag {wanted}")
            items = [item for item in items if wanted in (tag["title"].casefold() for tag in item["tags"])]
        return items

    def hold(self, connection: socket.socket) -> None:
        """Counts a connection, and remembers it to close it at the end."""
        with self._lock:
            self.connections += 1
            self._sockets.add(connection)

    def let_go(self, connection: socket.socket) -> None:
        """Forgets a connection that ended."""
        with self._lock:
            self._sockets.discard(connection)

    def pause(self, seconds: float) -> None:
        """Waits, but not longer than the server lives."""
        if seconds:
            self._stopping.wait(seconds)

    def wait_for(self, gate: threading.Event | None) -> None:
        """Waits until the gate is open, if there is one, but not longer than the server lives."""
        while gate and not gate.wait(0.02) and not self._stopping.is_set():
            """It is still shut."""


def meets(item: Json, condition: Json) -> bool:
    """Whether an object meets a Mongo condition, of the operators that the API reference names."""
    for key, wanted in condition.items():
        if key in ("$and", "$or"):
            if not (all if key == "$and" else any)(meets(item, part) for part in wanted):
                return False
            continue
        value = item.get("id" if key == "_id" else key)
        values = value if isinstance(value, list) else [value]
        tests = wanted if isinstance(wanted, dict) else {"$eq": wanted}
        for operator, operand in tests.items():
            if not any(_holds(one, operator, operand) for one in values):
                return False
    return True


def _holds(value: Any, operator: str, operand: Any) -> bool:
    match operator:
        case "$eq":
            return bool(value == operand)
        case "$ne":
            return bool(value != operand)
        case "$in":
            return value in operand
        case "$regex":
            return re.search(operand, str(value or "")) is not None
        case "$gte":
            return bool(value >= operand)
        case "$gt":
            return bool(value > operand)
    raise Refusal(400, f"unknown operator {operator}")


def _projected(item: Json, fields: str) -> Json:
    if not fields:
        return {key: value for key, value in item.items() if key != "metrics"}
    flat = re.sub(r"\{[^{}]*\}", "", fields)
    return {key: value for key, value in item.items() if key in ("id", "accountId", *flat.split(","))}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, api: FakeQuantive) -> None:
        self.api = api
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.api.hold(self.connection)

    def finish(self) -> None:
        self.server.api.let_go(self.connection)
        super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the calls are recorded instead."""

    def do_GET(self) -> None:
        api = self.server.api
        call = self._call()
        api.calls.append(call)
        fault = api.next_fault(self.command)
        api.pause(api.habits.delay)
        if fault:
            api.pause(fault.delay)
            api.wait_for(fault.gate)
        if fault and fault.drop == "before":
            return self._drop()
        if fault and fault.status and not fault.applies:
            return self._send(fault.status, fault.body, fault.headers)
        if call.path.startswith("/api/v2") and api.habits.v2 in ("html", "redirect"):
            html = api.habits.v2 == "html"
            return self._send(200 if html else 302, HTML, {} if html else {"Location": "https://workboard.example/"})
        try:
            status, document = api.answer(call)
        except Refusal as refusal:
            status, document = refusal.status, {"message": str(refusal)}
        body = b"" if document is None else json.dumps(document).encode()
        if fault and fault.drop == "after":
            return self._drop()
        if fault and fault.applies:
            return self._send(fault.status, fault.body, fault.headers)
        return self._send(status, body, cut=bool(fault and fault.drop == "in the middle"))

    def do_POST(self) -> None:
        self.do_GET()

    def do_PATCH(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.do_GET()

    def _call(self) -> Call:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Call(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body)

    def _drop(self) -> None:
        self.close_connection = True
        _shut(self.connection)

    def _send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None, cut: bool = False) -> None:
        headers = {"Content-Type": "application/json"} | dict(headers or {})
        chunked = self.server.api.habits.chunked and status not in (204, 304)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        elif status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status in (204, 304):
            return
        sent = body[: len(body) // 2] if cut else body
        if chunked:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(sent), sent) if sent else b"")
            self.wfile.write(b"" if cut else b"0\r\n\r\n")
        else:
            self.wfile.write(sent)
        if cut:
            self.wfile.flush()
            self._drop()
