"""Ending a connection without an answer, as a network does that fails."""

from collections.abc import Iterator

from flask import Response
from waitress.channel import ClientDisconnected


class ConnectionCut(ClientDisconnected, ConnectionError):  # type: ignore[misc]
    """Waitress closes the connection at the first, werkzeug's server at the second; neither sends a byte."""


def cut_connection() -> Response:
    """A response that is none: raised outside of Flask, which would make it an answer of 500."""

    def no_pieces() -> Iterator[bytes]:
        raise ConnectionCut("cut on purpose")
        yield b""  # type: ignore[unreachable]

    return Response(no_pieces(), direct_passthrough=True)
