"""Slack's side of Socket Mode: gives an address, greets, sends envelopes, and reads their acknowledgements.

https://docs.slack.dev/apis/events-api/using-socket-mode. Frames by RFC 6455; only what the bot's client needs.
"""

import base64
import hashlib
import json
import queue
import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class FakeSocketMode:
    """``url`` is what SLACK_API_URL must be; other Web API methods go to ``forward_url``."""

    def __init__(self, forward_url: str) -> None:
        self.acknowledged: queue.Queue[dict[str, Any]] = queue.Queue()
        self._connections: queue.Queue[socket.socket] = queue.Queue()
        fake = self

        class Api(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                method = self.path.rpartition("/")[2]
                if method == "apps.connections.open":
                    answer = json.dumps({"ok": True, "url": f"ws://127.0.0.1:{fake.port}/"}).encode()
                else:
                    kept = {name: self.headers[name] for name in ("Authorization", "Content-Type")}
                    answer = requests.post(forward_url + method, data=body, headers=kept, timeout=30).content
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_arguments: object) -> None: ...

        class Socket(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                fake._talk(self.request)

        self._api = ThreadingHTTPServer(("127.0.0.1", 0), Api)
        self._sockets = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Socket)
        self._sockets.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._api.server_address[1]}/api/"
        self.port = self._sockets.server_address[1]
        for server in (self._api, self._sockets):
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def send(self, envelope: dict[str, Any], seconds: float = 90) -> None:
        """Sends an envelope over the newest connection, as soon as there is one."""
        connection = self._connections.get(timeout=seconds)
        self._connections.put(connection)
        connection.sendall(_frame(json.dumps(envelope)))

    def _talk(self, connection: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            request += connection.recv(4096)
        key = next(
            line.split(b": ")[1] for line in request.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key")
        )
        accept = base64.b64encode(hashlib.sha1(key.strip() + GUID).digest())
        connection.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        connection.sendall(_frame(json.dumps({"type": "hello"})))
        self._connections.put(connection)
        while frame := _read_frame(connection):
            opcode, content = frame
            if opcode == 0x1 and content.startswith(b"{"):
                self.acknowledged.put(json.loads(content))
            elif opcode == 0x9:
                connection.sendall(_frame(content.decode(), 0xA))
            elif opcode == 0x8:
                return

    def close(self) -> None:
        for server in (self._api, self._sockets):
            server.shutdown()
            server.server_close()


def _frame(text: str, opcode: int = 0x1) -> bytes:
    content = text.encode()
    size = len(content)
    head = bytes([0x80 | opcode, size]) if size < 126 else bytes([0x80 | opcode, 126]) + struct.pack(">H", size)
    return head + content


def _read_frame(connection: socket.socket) -> tuple[int, bytes] | None:
    head = _read(connection, 2)
    if head is None:
        return None
    size = head[1] & 0x7F
    if size == 126:
        size = struct.unpack(">H", _read(connection, 2) or b"\0\0")[0]
    mask = _read(connection, 4) or b"\0\0\0\0"
    content = _read(connection, size) or b""
    return head[0] & 0x0F, bytes(byte ^ mask[n % 4] for n, byte in enumerate(content))


def _read(connection: socket.socket, size: int) -> bytes | None:
    got = b""
    while len(got) < size:
        try:
            piece = connection.recv(size - len(got))
        except OSError:
            return None
        if not piece:
            return None
        got += piece
    return got


@contextmanager
def socket_mode(forward_url: str) -> Iterator[FakeSocketMode]:
    """A fake that runs while the block does."""
    fake = FakeSocketMode(forward_url)
    try:
        yield fake
    finally:
        fake.close()
