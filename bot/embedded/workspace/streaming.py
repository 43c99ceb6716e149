"""The page's stream of events, server-sent: for a bounded time and to a bounded number, for each holds a thread."""

import json
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress

from flask import Blueprint, Response, request

from bot.embedded.workspace.guard import is_at_home, not_at_home
from bot.embedded.workspace.storage import Closed
from bot.embedded.workspace.world import World

STREAM_SECONDS = 25.0
HEARTBEAT_SECONDS = 5.0
STREAMS_KEPT = 6


def add_stream(blueprint: Blueprint, world: World) -> None:
    """Adds the stream to a blueprint."""
    streams: deque[object] = deque(maxlen=STREAMS_KEPT)

    @blueprint.get("/workspace/events")
    def events() -> Response:
        if not is_at_home(world):
            return not_at_home()
        viewer = request.args.get("as", "")
        seen = request.headers.get("Last-Event-ID") or request.args.get("after") or ""
        stream = _until_closed(_stream(world, viewer, int(seen) if seen.isdecimal() else world.feed.last, streams))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return Response(stream, mimetype="text/event-stream", headers=headers)


def _stream(world: World, viewer: str, seen: int, streams: deque[object]) -> Iterator[str]:
    end, me = time.monotonic() + STREAM_SECONDS, object()
    streams.append(me)
    yield "retry: 300\n\n"
    while time.monotonic() < end and me in streams and not world.feed.closed:
        happened = world.feed.since(seen)
        if happened is None:
            seen = world.feed.last
            yield f"id: {seen}\nevent: reload\ndata: {{}}\n\n"
            continue
        for one in happened:
            seen = one.id
            told = one.tell(viewer)
            if told is not None:
                yield f"id: {seen}\nevent: {one.event}\ndata: {json.dumps(told)}\n\n"
        if not world.feed.wait(seen, HEARTBEAT_SECONDS):
            yield ": still here\n\n"


def _until_closed(stream: Iterator[str]) -> Iterator[str]:
    with suppress(Closed):
        yield from stream
