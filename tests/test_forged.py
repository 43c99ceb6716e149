"""Ten thousand forged and mangled requests do nothing and keep nobody away; and no secret lies open anywhere."""

import io
import json
import logging
import random
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from sqlalchemy import Engine

from bot.embedded.workspace.delivery import sign
from bot.objectives.ports import Wanted
from bot.web import LARGEST_REQUEST, SlackEvents
from tests.durable import accepted, finish, look, run_pressed, short_waits
from tests.fakes.quantive import FakeQuantive
from tests.world import DEADLINE, USERS, Said, World

EACH = 1_000
ENOUGH = 20
"""Real commands, at the least, that are answered while forged ones come."""
FORM = "application/x-www-form-urlencoded"
NAME = "Cut onboarding time to a day"


@dataclass
class Forged:
    """A request as it arrives: a body, and headers by their names in WSGI."""

    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "POST"
    length: str = ""
    content_type: str = FORM


class Forger:
    """Makes requests that nobody should believe; the same ones each time, but for their moment."""

    def __init__(self, world: World) -> None:
        self.random = random.Random(20261125)
        self.secret = world.settings.slack_signing_secret
        self.objective_id = next(one.id for one in world.client.search(Wanted()) if one.name == NAME)

    def signed(self, body: bytes, *, at: float = 0, secret: str = "", **more: Any) -> Forged:
        """As Slack signs, ``at`` so many seconds from now."""
        timestamp = str(int(time.time() + at))
        signature = sign(secret or self.secret, timestamp, body)
        headers = {"HTTP_X_SLACK_REQUEST_TIMESTAMP": timestamp, "HTTP_X_SLACK_SIGNATURE": signature}
        return Forged(body, headers, **more)

    # What a request looks like that does something

    def command(self) -> dict[str, Any]:
        return {
            "team_id": "T0LOCAL",
            "channel_id": "C0GENERAL",
            "user_id": USERS["ada"],
            "command": "/okr",
            "text": self.random.choice((f"update {self.objective_id} name:Forged", "create Forged")),
            "response_url": "http://127.0.0.1:9/slack/hooks/x",
            "trigger_id": f"{self.random.random()}",
        }

    def press(self) -> dict[str, Any]:
        action = {
            "type": "button",
            "action_id": "run.0",
            "block_id": "b",
            "value": f"confirm-delete {self.objective_id}",
        }
        return {
            "type": "block_actions",
            "team": {"id": "T0LOCAL"},
            "user": {"id": USERS["ada"], "team_id": "T0LOCAL"},
            "channel": {"id": "C0GENERAL"},
            "container": {"type": "message", "channel_id": "C0GENERAL"},
            "actions": [action],
            "trigger_id": f"{self.random.random()}",
            "response_url": "http://127.0.0.1:9/slack/hooks/x",
        }

    def submission(self) -> dict[str, Any]:
        values = {
            "name": {"value": {"type": "plain_text_input", "value": "Forged"}},
            "session": {"value": {"selected_option": {"value": "5" * 24}}},
            "owner": {"value": {"selected_option": {"value": "5" * 24}}},
        }
        view = {
            "id": f"V{self.random.random()}",
            "type": "modal",
            "callback_id": "objective.create",
            "private_metadata": "{}",
            "state": {"values": values},
        }
        return {
            "type": "view_submission",
            "team": {"id": "T0LOCAL"},
            "user": {"id": USERS["ada"], "team_id": "T0LOCAL"},
            "view": view,
            "trigger_id": f"{self.random.random()}",
        }

    def body(self) -> bytes:
        make = self.random.choice((self.command, self.press, self.submission))
        made = make()
        return urlencode(made if make == self.command else {"payload": json.dumps(made)}).encode()

    # The ways to forge

    def without_headers(self) -> Forged:
        return Forged(self.body())

    def with_a_wrong_signature(self) -> Forged:
        forged = self.signed(self.body())
        right = forged.headers["HTTP_X_SLACK_SIGNATURE"]
        wrong = (
            "",
            "v0=",
            "v1=" + right[3:],
            right[:-1],
            right.upper(),
            "v0=" + "0" * 64,
            "é" * 10,
            "v0=\x00",
            right[3:],
        )
        forged.headers["HTTP_X_SLACK_SIGNATURE"] = self.random.choice(wrong)
        return forged

    def with_another_secret(self) -> Forged:
        return self.signed(self.body(), secret=f"{self.random.getrandbits(128):032x}")

    def of_another_body(self) -> Forged:
        forged = self.signed(self.body())
        n = self.random.randrange(len(forged.body))
        forged.body = forged.body[:n] + bytes([forged.body[n] ^ 1]) + forged.body[n + 1 :]
        return forged

    def from_another_time(self) -> Forged:
        return self.signed(self.body(), at=self.random.choice((-310, -3_600, -10_000_000, 310, 3_600, 10_000_000)))

    def with_an_odd_timestamp(self) -> Forged:
        body = self.body()
        odd = ("", "now", "-1", "1e9", " 1", "1" * 500, "٣٤", "NaN", "0x1", f"{time.time()}", "inf", "1\x00")
        timestamp = self.random.choice(odd)
        signature = sign(self.secret, timestamp, body)
        return Forged(body, {"HTTP_X_SLACK_REQUEST_TIMESTAMP": timestamp, "HTTP_X_SLACK_SIGNATURE": signature})

    def not_utf_8(self) -> Forged:
        return self.signed(self.body() + self.random.choice((b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xf8\x88\x80")))

    def too_long(self) -> Forged:
        length = self.random.choice((LARGEST_REQUEST + 1, 10**9, 10**18))
        forged = self.signed(self.body())
        forged.length = str(length)
        return forged

    def deep(self) -> Forged:
        depth = self.random.choice((500, 5_000, 50_000))
        nested = self.random.choice(("[" * depth, "[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth))
        if self.random.random() < 0.3:
            return self.signed(nested.encode(), content_type="application/json")
        return self.signed(urlencode({"payload": nested}).encode())

    def of_wrong_types(self) -> Forged:
        """Rightly signed, and what matters is of a type that it never has, or is not there."""
        wrong = self.random.choice((None, 7, 1.5, True, [], {}, [1], {"id": 3}, {"a": "b"}, [[]], "\x00", ...))
        kind = self.random.choice(("press", "submission", "text", "json"))
        if kind == "text":
            texts = ("", "payload", "payload=", "payload=1", "payload=null", "payload=[]", 'payload="x"', "payload={")
            more = (
                "%",
                "a=b",
                "command=/okr",
                "command=/okr&text=create+Forged",
                "ssl_check=1",
                "&&&",
                "=",
                "payload=%00",
            )
            return self.signed(self.random.choice((*texts, *more)).encode())
        if kind == "json":
            text = json.dumps(self.random.choice(({"type": "event_callback"}, [], 7, None, {"event": 7}, {"type": []})))
            return self.signed(text.encode(), content_type="application/json")
        made = self.press() if kind == "press" else self.submission()
        paths = {
            "press": (
                "type",
                "team",
                "user",
                "user.id",
                "actions",
                "actions.0",
                "actions.0.value",
                "actions.0.action_id",
            ),
            "submission": ("type", "user", "user.id", "team", "view", "view.id", "view.state", "view.state.values"),
        }[kind]
        path = self.random.choice(paths)
        _put(made, path, wrong)
        if path == "team":
            # It may be missing: the person's is meant then.
            del made["user"]["team_id"]
        return self.signed(urlencode({"payload": json.dumps(made)}).encode())

    def elsewhere(self) -> Forged:
        forged = self.signed(
            self.body(), content_type=self.random.choice(("", "text/plain", "a" * 1_000, "multipart/form-data"))
        )
        forged.method = self.random.choice(("GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"))
        return forged


def _put(into: Any, path: str, value: Any) -> None:
    """Puts a value there, or takes what is there out: ``...``."""
    *way, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
    for part in way:
        into = into[part]
    if value is ...:
        del into[last]
    else:
        into[last] = value


KINDS: tuple[Callable[[Forger], Forged], ...] = (
    Forger.without_headers,
    Forger.with_a_wrong_signature,
    Forger.with_another_secret,
    Forger.of_another_body,
    Forger.from_another_time,
    Forger.with_an_odd_timestamp,
    Forger.not_utf_8,
    Forger.too_long,
    Forger.deep,
    Forger.of_wrong_types,
    Forger.elsewhere,
)


def send(events: SlackEvents, forged: Forged) -> int:
    """Sends a request past the network; the status of the answer, 500 where it raises."""
    environ = {
        "REQUEST_METHOD": forged.method,
        "PATH_INFO": "/slack/events",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "3000",
        "CONTENT_LENGTH": forged.length or str(len(forged.body)),
        "CONTENT_TYPE": forged.content_type,
        "wsgi.input": io.BytesIO(forged.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
        **forged.headers,
    }
    statuses: list[int] = []
    body = b"".join(events(environ, lambda status, _headers, *_: statuses.append(int(status[:3]))))  # type: ignore[arg-type, return-value]
    assert b"Traceback" not in body
    return statuses[-1]


def state(world: World) -> tuple[Any, ...]:
    """Every objective, every entry of the record, every job."""
    listed = requests.get(f"{world.api_url}/goals", headers=world.api_headers, timeout=30).json()["items"]
    entries = len(world.bot.objectives.record.page("T0LOCAL", most=1_000))
    return listed, entries, accepted(world)


@pytest.fixture
def events(world: World) -> SlackEvents:
    def behind(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("404 Not Found", [])
        return [b""]

    return SlackEvents(behind, world.bot)


STATUSES: dict[str, set[int]] = {
    "without_headers": {401},
    "with_a_wrong_signature": {401},
    "with_another_secret": {401},
    "of_another_body": {401},
    "from_another_time": {401},
    "with_an_odd_timestamp": {401},
    "not_utf_8": {401},
    "too_long": {413},
    "deep": {400},
    # 200: what says nothing that somebody listens to, as a button without a line; 404: what nobody listens to.
    "of_wrong_types": {200, 400, 404},
    "elsewhere": {404},
}


def test_ten_thousand_forged_and_mangled_requests_do_nothing_while_real_ones_are_answered(
    world: World, events: SlackEvents
):
    forger, general = Forger(world), world.channel("general")
    before = state(world)
    found: dict[str, Counter[int]] = {}
    answered: list[str] = []
    is_over = threading.Event()

    def type_on() -> None:
        while not is_over.wait(0.02):
            name = f"Real {len(answered)}"
            assert world.workspace.run_command(USERS["grace"], general, f"/okr create {name}").ok
            answered.append(name)

    with ThreadPoolExecutor(1) as real:
        typing = real.submit(type_on)
        for kind in KINDS:
            many = EACH // 5 if kind is Forger.deep else EACH
            found[kind.__name__] = Counter(send(events, kind(forger)) for _ in range(many))
        while len(answered) < ENOUGH and not typing.done():
            found["without_headers"][send(events, forger.without_headers())] += 1
        is_over.set()
        typing.result(DEADLINE)
    finish(world)
    assert {name: set(statuses) for name, statuses in found.items()} == STATUSES
    assert sum(map(Counter.total, found.values())) >= 10_000
    listed, entries, jobs = state(world)
    assert (entries, jobs) == (len(answered), len(answered))
    assert [one for one in listed if not one["name"].startswith("Real")] == before[0]
    assert sorted(one["name"] for one in listed if one["name"].startswith("Real")) == sorted(answered)


@pytest.mark.parametrize(
    "sent",
    [
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 300_000 + b"\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\n\xff\xfe: \x00\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\r\n\r\n\r\n",
    ],
    ids=["length", "negative", "two lengths", "chunks", "header", "not ASCII", "TLS", "nothing"],
)
def test_what_is_no_http_is_no_fault_of_the_server_and_it_goes_on(world: World, sent: bytes):
    with socket.create_connection(("127.0.0.1", world.server.port), timeout=30) as connection:
        with suppress(OSError):
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        # What is too long is not even read to its end.
        with suppress(ConnectionResetError):
            while chunk := connection.recv(65_536):
                answer += chunk
    assert not answer or answer.split()[1][:1] == b"4", answer[:100]
    assert "What /okr can do" in world.okr("help").text


@pytest.mark.parametrize("line", ["overwrite {id}", "form {id}", "again {id}"])
def test_what_somebody_has_typed_is_kept_for_them_alone(world: World, line: str):
    kept = world.bot.objectives.memory.save_form("T0LOCAL", USERS["ada"], {"line": "create Stolen", "verb": "create"})
    said = run_pressed(world, line.format(id=kept), who="grace")
    assert "not kept any more" in said.text
    assert "Stolen" not in said.text


# Secrets


@pytest.fixture
def api() -> Iterator[FakeQuantive]:
    with FakeQuantive() as api:
        session = api.add_session("Q4", "2020-01-01T00:00:00Z", "2099-12-31T00:00:00Z")
        ada = api.add_user("Ada Lovelace", "ada.lovelace@example.com")
        api.add_goal("Cut onboarding time", session_id=session, owner_id=ada, tags=["growth"])
        yield api


def use_for_a_day(world: World, api: FakeQuantive) -> list[Said]:
    """Everything that leaves traces; what people saw. At the end something is refused, and something waits."""
    said = [world.okr("help"), world.okr(""), world.okr("search #growth"), world.okr("show 1"), world.okr("zzz")]
    said.append(world.press(said[-2], "Share here"))
    form = world.okr(f'create #growth description:"{"long " * 500}"')
    said += [form, world.submit(form, {"name": "Win the Nordics"})]
    said.append(world.okr('update "Cut onboarding time" +#board'))
    said.append(world.press(said[-1], "Undo"))
    edit = world.okr('update "Cut onboarding time"')
    next(iter(api.goals.values()))["name"] = "Theirs"
    said += [edit, world.submit(edit, {"name": "Mine"})]
    said.append(world.press(said[-1], "Save mine"))
    said.append(world.press(world.okr('delete "Win the Nordics"'), "Delete"))
    said += [world.okr("trash"), world.okr("undo"), world.okr("log")]
    said.append(world.press(said[-1], "Export as CSV"))
    said.append(world.okr("search", who="ellis"))
    api.fail(times=1, only=("POST",), status=400, body=f'{{"message":"bad token {api.token}"}}'.encode())
    said.append(world.okr("create Refused"))
    said.append(world.press(said[-1], "Resume"))
    world.workspace.close_view(USERS["ada"], said[-1].view["id"])  # type: ignore[index]
    world.workspace.faults.fail_next("response_url", status=500)
    said.append(world.okr("help"))
    api.fail(times=1_000, only=("POST",), status=503)
    world.okr("create Waiting")
    return said


def files_of(*engines: Engine) -> bytes:
    """Everything in the files of these databases, also what no table shows any more."""
    found = b""
    for engine in engines:
        path = engine.url.database or ""
        for name in (path, f"{path}-wal"):
            found += Path(name).read_bytes() if Path(name).exists() else b""
    return found


def test_after_a_day_of_use_nothing_secret_is_in_the_databases_the_log_or_what_slack_was_given(
    make_world: Callable[..., World], api: FakeQuantive, caplog: pytest.LogCaptureFixture
):
    world = make_world(api=api)
    tickets = world.workspace._world.tickets
    make_hook, hooks = tickets.hook, []

    def hook(*about: str) -> str:
        hooks.append(make_hook(*about))
        return hooks[-1]

    tickets.hook = hook  # type: ignore[method-assign]
    caplog.set_level(logging.DEBUG)
    with short_waits():
        said = use_for_a_day(world, api)
        look(world, "Accepted. Quantive is not answering yet")
        secrets = {
            "bot token": world.workspace.bot_token,
            "signing secret": world.workspace.signing_secret,
            "API token": api.token,
            **{f"response_url {n}": token for n, token in enumerate(hooks)},
        }
        kept = files_of(world.engine, world.writes._engine._engine)
        # At this level urllib3 tells every address; nobody can have the bot run so: its libraries log from warnings on.
        ours = [one for one in caplog.records if one.levelno > logging.DEBUG or not one.name.startswith("urllib3")]
        logged = "\n".join(f"{one.name}: {one.getMessage()} {one.exc_text or ''}" for one in ours)
        shown = "\n".join(f"{one.message} {one.view}" for one in said) + str(world.messages())
        api.recover()
        look(world, "Created Waiting")
        finish(world)
    assert len(hooks) > 20 and b"T0LOCAL:" in kept and "bot.quantive" in logged
    assert [name for name, secret in secrets.items() if secret.encode() in kept] == []
    assert [name for name, secret in secrets.items() if secret in shown] == []
    assert [name for name, secret in secrets.items() if secret in logged] == []


def test_forms_and_buttons_carry_ids_and_nothing_else(world: World):
    edit = world.okr(f'update "{NAME}"')
    assert edit.view is not None
    view = world.workspace._world.views.get(edit.view["id"])
    assert view is not None
    kept = json.loads(view.body["private_metadata"])
    assert set(kept) == {"channel_id", "objective_id", "form_id"}
    assert all(re.fullmatch(r"[0-9a-zA-Z]+", value) for value in kept.values())
