"""The body of an answer, read as JSON: at once where it is small, streamed where it may be of any length."""

import json
import re
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

import ijson
import requests
from urllib3.exceptions import HTTPError

from bot.quantive.faults import Faults

Json = dict[str, Any]

SMALL = 256 * 1024
"""Bytes: up to this much, ``json`` is faster than a parser that streams."""

_CHUNK = 64 * 1024
_TAIL = 1024
_TOTAL = re.compile(rb'"totalCount"\s*:\s*(\d{1,15})\s*[,}]')


class Answer:
    """An open answer to a read. Closing it early drops its connection; reading it to the end keeps that for others."""

    def __init__(self, response: requests.Response, faults: Faults) -> None:
        self._response = response
        self._faults = faults
        self._ahead = b""
        self._tail = b""
        self.total: int | None = None
        """``totalCount``, known once the items have been read; None where the API does not say."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._response.close()

    def document(self) -> Any:
        """The whole answer, for what is known to be small. Raises OkrApiUnavailable where it is no JSON."""
        body = self._bytes(None)
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise self._faults.unreadable(body) from error

    def items(self) -> Iterator[Json]:
        """The objects of a list, one at a time; raises OkrApiUnavailable where there is no list or it breaks off."""
        self._ahead = self._bytes(SMALL)
        return self._loaded() if len(self._ahead) < SMALL else self._streamed()

    def _loaded(self) -> Iterator[Json]:
        body = self._ahead
        try:
            value = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise self._faults.unreadable(body) from error
        if isinstance(value, dict) and "items" in value:
            total = value.get("totalCount")
            self.total = total if type(total) is int else None
            value = value["items"] or []
        if not isinstance(value, list):
            raise self._faults.unreadable(body)
        return (item for item in value if isinstance(item, dict))

    def _streamed(self) -> Iterator[Json]:
        start = self._ahead.lstrip()[:1]
        if start not in (b"{", b"["):
            raise self._faults.unreadable(self._ahead)
        self.total = _total(self._ahead[: self._ahead.find(b"[")])
        try:
            for item in ijson.items(self, "items.item" if start == b"{" else "item", use_float=True, buf_size=_CHUNK):
                if isinstance(item, dict):
                    yield item
        except (ijson.JSONError, ValueError, RecursionError) as error:
            raise self._faults.unreadable(self._tail) from error
        if self.total is None:
            self.total = _total(self._tail[self._tail.rfind(b"]") :])

    def read(self, size: int) -> bytes:
        """Bytes for the parser; the last ones are remembered, because ``totalCount`` may stand after the items."""
        if size == 0:
            return b""  # ijson asks this first, to see whether it gets bytes
        if self._ahead:
            chunk, self._ahead = self._ahead[:size], self._ahead[size:]
        else:
            chunk = self._bytes(size)
        self._tail = (self._tail + chunk[-_TAIL:])[-_TAIL:]
        return chunk

    def _bytes(self, size: int | None) -> bytes:
        try:
            chunk: bytes = self._response.raw.read(size, decode_content=True)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise self._faults.of_failure(error, is_write=False) from error
        return chunk


def _total(text: bytes) -> int | None:
    found = _TOTAL.search(text)
    return int(found[1]) if found else None
