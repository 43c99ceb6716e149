"""The REST client at scale: listings are not held, searches that stop early do no harm, calls are paced."""

import json
import socket
import threading
import tracemalloc
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice

import pytest

from bot.errors import OkrApiUnavailable
from bot.objectives.ports import Wanted
from bot.quantive import QuantiveClient
from tests.fakes.quantive import FakeQuantive


@contextmanager
def endless_listing(count: int, *, total_first: bool = False, ends: bytes = b"") -> Iterator[str]:
    """A server that writes one listing of ``count`` goals as it goes, so that it holds none of them either."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with closing(listener):
            while True:
                connection, _ = listener.accept()
                with connection, connection.makefile("rb") as request:
                    if request.readline() == b"":
                        return
                    while request.readline().strip():
                        pass
                    try:
                        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                        for text in pieces():
                            connection.sendall(b"%x\r\n%b\r\n" % (len(text), text))
                        connection.sendall(b"0\r\n\r\n")
                    except OSError:
                        continue

    def pieces() -> Iterator[bytes]:
        yield b'{"totalCount":%d,"items":[' % count if total_first else b'{"items":['
        for start in range(0, count, 500):
            goals = (
                {"id": f"64b0c0ffee{number:014x}", "name": f"Goal {number}", "tags": [{"title": "growth"}]}
                for number in range(start, min(count, start + 500))
            )
            yield (b"," if start else b"") + ",".join(map(json.dumps, goals)).encode()
        yield ends or (b"]}" if total_first else b'],"totalCount":%d}' % count)

    thread = threading.Thread(target=serve)
    thread.start()
    host, port = listener.getsockname()
    try:
        yield f"http://{host}:{port}/api/v1"
    finally:
        socket.create_connection((host, port)).close()
        thread.join()


def connect(url: str) -> QuantiveClient:
    return QuantiveClient(api_url=url, account_id="a", token="t", requests_per_second=0)


def test_a_listing_of_100_000_objectives_comes_whole() -> None:
    with endless_listing(100_000, total_first=True) as url, closing(connect(url)) as client:
        assert sum(1 for _ in client.search(Wanted(tags=("growth",)))) == 100_000


def test_a_listing_is_not_held_in_memory() -> None:
    with endless_listing(10_000) as url, closing(connect(url)) as client:
        tracemalloc.start()
        found = sum(1 for _ in client.search(Wanted(tags=("growth",))))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert found == 10_000
    assert peak < 4_000_000  # bytes: the ids seen and one piece of the listing; the objectives would take 15 million


def test_a_long_listing_that_breaks_off_is_unavailable() -> None:
    with endless_listing(5_000, ends=b", {") as url, closing(connect(url)) as client:
        found: deque[str] = deque()
        with pytest.raises(OkrApiUnavailable, match="cannot be read"):
            found.extend(one.name for one in client.search(Wanted()))
    assert len(found) > 4_000


def test_a_search_that_stops_early_does_no_harm() -> None:
    with FakeQuantive() as api:
        for number in range(3_000):
            api.add_goal(f"Goal {number} " + "x" * 100)
        api.misbehave(v1_ignores_parameters=True)
        with closing(QuantiveClient(api_url=api.url, account_id=api.account_id, token=api.token)) as client:
            for _ in range(3):
                with closing(client.search(Wanted())) as found:
                    assert [one.name[:6] for one in islice(found, 2)] == ["Goal 0", "Goal 1"]
                client.ping()
        assert len(api.calls) == 6
