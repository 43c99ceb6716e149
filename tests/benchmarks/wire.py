"""HTTP/1.1 in as few steps as will do, so that what measures costs little beside what is measured. Loopback only."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Call:
    """A request that came in."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes


Handler = Callable[[Call], Awaitable[bytes] | bytes]
"""Answers a call with the body of a 200: bytes of JSON."""


class Server(asyncio.Protocol):
    """One connection of a server that answers with JSON and keeps connections open; ``count`` is told of it."""

    def __init__(self, handler: Handler, count: Callable[[], None] = lambda: None) -> None:
        self._handler = handler
        self._count = count
        self._buffer = b""
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Counts the connection."""
        self._count()
        self._transport: Any = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Lets go of what is being answered."""
        for task in self._tasks:
            task.cancel()

    def data_received(self, data: bytes) -> None:
        """Answers each whole request in the buffer."""
        self._buffer += data
        while (split := _split(self._buffer)) is not None:
            first, _headers, body, self._buffer = split
            method, target, _version = first.split(" ", 2)
            parts = urlsplit(target)
            answer = self._handler(Call(method, parts.path, dict(parse_qsl(parts.query)), body))
            if isinstance(answer, bytes):
                self._send(answer)
            else:
                task = asyncio.ensure_future(self._send_later(answer))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _send_later(self, answer: Awaitable[bytes]) -> None:
        self._send(await answer)

    def _send(self, body: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)


class Client(asyncio.Protocol):
    """One connection to a server, one request at a time; opened again where the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._buffer = b""
        self._transport: Any = None
        self._waiting: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Is ready to send."""
        self._transport, self._buffer = transport, b""

    def connection_lost(self, exc: Exception | None) -> None:
        """Tells who waits."""
        self._transport = None
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionResetError("closed before the answer"))

    def data_received(self, data: bytes) -> None:
        """Hands over the answer once it is whole."""
        self._buffer += data
        split = _split(self._buffer)
        if split is None or self._waiting is None or self._waiting.done():
            return
        first, headers, body, self._buffer = split
        self._waiting.set_result((int(first.split(" ", 2)[1]), body))
        if b"\r\nconnection: close" in headers.lower():
            self.close()

    async def post(self, path: str, body: bytes, headers: str) -> tuple[int, bytes]:
        """Status and body of the answer. ``headers``: whole lines, each with its line end."""
        loop = asyncio.get_running_loop()
        if self._transport is None or self._transport.is_closing():
            await loop.create_connection(lambda: self, "127.0.0.1", self._port)
        self._waiting = loop.create_future()
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)
        return await self._waiting

    def close(self) -> None:
        """Closes the connection."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None


def _split(buffer: bytes) -> tuple[str, bytes, bytes, bytes] | None:
    """First line, headers, body and what comes after of a message; None where it is not whole yet."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    line_end = buffer.find(b"\r\n")
    headers = buffer[line_end : end + 2]
    lowered = headers.lower()
    found = lowered.find(b"\r\ncontent-length:")
    length = int(lowered[found + 17 :].split(b"\r\n", 1)[0]) if found >= 0 else 0
    whole = end + 4 + length
    if len(buffer) < whole:
        return None
    return buffer[:line_end].decode("latin-1"), headers, buffer[end + 4 : whole], buffer[whole:]


def to_json(value: Any) -> bytes:
    """The bytes of a JSON answer."""
    return json.dumps(value, separators=(",", ":")).encode()
