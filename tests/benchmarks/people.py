"""People who type `/okr`: signed requests as Slack sends them, each person waiting for the answer before the next."""

import asyncio
import hashlib
import hmac
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from tests.benchmarks.fakes import TEAM
from tests.benchmarks.processes import SIGNING_SECRET, free_port
from tests.benchmarks.wire import Call, Client, Server, to_json

SEARCH = "search #growth"
PATIENCE = 60.0
"""Seconds after which an answer counts as lost, which ends the run."""


@dataclass(slots=True)
class Seen:
    """What people saw: seconds to each ack and to each answer, and for how long they were watched.

    ``sent``: when each command of a stream was sent, by its number, in seconds of the machine's clock; ``said``: what
    stood in its ack, where anything did.
    """

    seconds: float = 0.0
    acks: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    sent: dict[int, float] = field(default_factory=dict)
    said: dict[int, bytes] = field(default_factory=dict)

    def add(self, other: "Seen") -> None:
        """Takes in what was seen in another run."""
        self.seconds += other.seconds
        self.acks += other.acks
        self.answers += other.answers

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.answers) / self.seconds


class People:
    """Sends requests to one bot, and receives the answers at response addresses. To be entered inside a loop."""

    def __init__(self, port: int) -> None:
        """``received``: when something last came to each response address, in seconds of the machine's clock."""
        self.received: dict[str, float] = {}
        self._port = port
        self._answers: dict[str, asyncio.Future[bytes]] = {}

    async def __aenter__(self) -> Self:
        self._hooks = free_port()
        loop = asyncio.get_running_loop()
        made = loop.create_server(lambda: Server(self._receive), "127.0.0.1", self._hooks, backlog=512)
        self._server = await made
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()

    def _receive(self, call: Call) -> bytes:
        self.received[call.path] = time.perf_counter()
        waiting = self._answers.get(call.path)
        if waiting and not waiting.done():
            waiting.set_result(call.body)
        return b'{"ok":true}'

    def client(self) -> Client:
        """A connection to the bot."""
        return Client(self._port)

    async def run(self, client: Client, number: int, line: str) -> tuple[float, float, bytes]:
        """One command: seconds to its ack and to its answer, and the answer.

        The answer is the ack's own body where it has one, else what comes to the response address.
        """
        return await self._ask(client, number, lambda url: urlencode(command(number, line, url)).encode())

    async def press(self, client: Client, number: int, line: str) -> tuple[float, float, bytes]:
        """One press of a button that carries a command line."""
        return await self._ask(client, number, lambda url: form(pressed(number, line, url)))

    async def _ask(self, client: Client, number: int, make: Callable[[str], bytes]) -> tuple[float, float, bytes]:
        hook = f"/hooks/{number}"
        self._answers[hook] = waiting = asyncio.get_running_loop().create_future()
        body = make(f"http://127.0.0.1:{self._hooks}{hook}")
        begun = time.perf_counter()
        status, text = await asyncio.wait_for(client.post("/slack/events", body, sign(body)), PATIENCE)
        acked = time.perf_counter() - begun
        if status != 200:
            raise RuntimeError(f"A command was answered with {status}: {text[:200]!r}")
        answer = text or await asyncio.wait_for(waiting, PATIENCE)
        return acked, time.perf_counter() - begun, answer

    async def crowd(self, people: int, seconds: float, *, line: str = SEARCH, waits: bool = True) -> Seen:
        """``people`` type the line again and again. Watched from when each has had one answer, for ``seconds``.

        ``waits``: what is under way at the end is waited for, so that the next run begins in quiet.
        """
        seen, is_watched, is_over = Seen(), asyncio.Event(), asyncio.Event()
        warm = 0

        async def be(number: int) -> None:
            nonlocal warm
            client = self.client()
            try:
                await self.run(client, number, line)
                warm += 1
                if warm == people:
                    is_watched.set()
                while not is_over.is_set():
                    acked, answered, _answer = await self.run(client, number, line)
                    if is_watched.is_set() and not is_over.is_set():
                        seen.acks.append(acked)
                        seen.answers.append(answered)
            finally:
                client.close()

        tasks = [asyncio.create_task(be(number)) for number in range(people)]
        watched = asyncio.create_task(is_watched.wait())
        await asyncio.wait([watched, *tasks], return_when=asyncio.FIRST_COMPLETED)
        begun = time.perf_counter()
        await asyncio.sleep(seconds)
        is_over.set()
        seen.seconds = time.perf_counter() - begun
        if not waits:
            for task in tasks:
                task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=not waits):
            if isinstance(outcome, Exception):
                raise outcome
        return seen

    async def stream(self, per_second: float, seconds: float, *, line: str | Callable[[int], str] = SEARCH) -> Seen:
        """Commands at a steady rate, whoever waits; only acks are waited for. ``line``: the same, or by its number."""
        seen = Seen(seconds=seconds)
        idle: list[Client] = []

        async def send(number: int) -> None:
            client = idle.pop() if idle else self.client()
            url = f"http://127.0.0.1:{self._hooks}/hooks/{number}"
            typed = line if isinstance(line, str) else line(number)
            body = urlencode(command(number % 64, typed, url)).encode()
            seen.sent[number] = begun = time.perf_counter()
            status, text = await client.post("/slack/events", body, sign(body))
            seen.acks.append(time.perf_counter() - begun)
            if text:
                seen.said[number] = text
            if status != 200:
                raise RuntimeError(f"A command was answered with {status}")
            idle.append(client)

        begun, tasks = time.perf_counter(), []
        for number in range(int(per_second * seconds)):
            await asyncio.sleep(max(0.0, begun + number / per_second - time.perf_counter()))
            tasks.append(asyncio.create_task(send(number)))
        await asyncio.gather(*tasks)
        for client in idle:
            client.close()
        return seen


def run_with(port: int, act: Callable[[People], Awaitable[Any]]) -> Any:
    """Runs ``act`` with people at the bot on this port."""

    async def inside() -> Any:
        async with People(port) as people:
            return await act(people)

    return asyncio.run(inside())


def sign(body: bytes) -> str:
    """Header lines of a request, with Slack's signature. docs.slack.dev/authentication/verifying-requests-from-slack"""
    now = str(int(time.time()))
    digest = hmac.new(SIGNING_SECRET.encode(), b"v0:" + now.encode() + b":" + body, hashlib.sha256).hexdigest()
    kind = "Content-Type: application/x-www-form-urlencoded\r\n"
    return f"{kind}X-Slack-Request-Timestamp: {now}\r\nX-Slack-Signature: v0={digest}\r\n"


def form(payload: dict[str, Any]) -> bytes:
    """The body of an interaction."""
    return urlencode({"payload": to_json(payload).decode()}).encode()


def command(number: int, line: str, response_url: str) -> dict[str, str]:
    """What Slack sends of a slash command."""
    return {
        "token": "unused",
        "team_id": TEAM,
        "team_domain": "benchmark",
        "channel_id": "C1",
        "channel_name": "general",
        "user_id": f"U{number:03d}",
        "user_name": f"person{number}",
        "command": "/okr",
        "text": line,
        "api_app_id": "A1",
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": f"1.2.{secrets.token_hex(8)}",
    }


def pressed(number: int, line: str, response_url: str) -> dict[str, Any]:
    """What Slack sends of a pressed button."""
    return {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "benchmark"},
        "user": {"id": f"U{number:03d}", "team_id": TEAM},
        "api_app_id": "A1",
        "channel": {"id": "C1", "name": "general"},
        "container": {"type": "message", "channel_id": "C1"},
        "trigger_id": f"1.2.{secrets.token_hex(8)}",
        "response_url": response_url,
        "actions": [{"type": "button", "action_id": "swap.0", "block_id": "b", "value": line}],
    }


def suggestion(number: int, typed: str) -> dict[str, Any]:
    """What Slack sends when somebody types into the picker of owners."""
    return {
        "type": "block_suggestion",
        "team": {"id": TEAM, "domain": "benchmark"},
        "user": {"id": f"U{number:03d}", "team_id": TEAM},
        "api_app_id": "A1",
        "action_id": "value",
        "block_id": "owner",
        "value": typed,
    }
