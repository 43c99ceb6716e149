"""Which calls are sent again, and how long that may take: only reads, a few times, a few seconds."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import InvalidHeader, MaxRetryError, ReadTimeoutError, ResponseError
from urllib3.response import BaseHTTPResponse
from urllib3.util.retry import Retry

LONGEST_WAIT = 5.0
"""Seconds before one repetition. An API that asks for more is reported as busy at once: nobody waits so long."""


class ReadRetry(Retry):
    """Repeats GET after a failed or dropped connection, a 429 or a 5xx, honouring ``Retry-After``; nothing else ever.

    A read that timed out is not repeated: the API is slow already, and the person has waited long enough. ``hold`` is
    told the seconds that the API asks for, because they are meant for everybody.
    """

    def __init__(
        self, total: int | bool | None = 3, *, hold: Callable[[float], None] = lambda seconds: None, **options: object
    ) -> None:
        settings = {
            "allowed_methods": frozenset({"GET"}),
            "status_forcelist": frozenset({429, 500, 502, 503, 504}),
            "backoff_factor": 0.2,
            "backoff_max": LONGEST_WAIT,
            "backoff_jitter": 0.1,
            "raise_on_status": False,
            "redirect": False,
        }
        super().__init__(total, **(settings | options))  # type: ignore[arg-type]
        self._hold = hold

    def new(self, **changed: Any) -> Self:
        """A copy, which urllib3 makes for each try."""
        return super().new(hold=self._hold, **changed)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """Counts one more try; raises where there shall be none. urllib3 alone would repeat any failed connect."""
        if error is not None and (method != "GET" or isinstance(error, ReadTimeoutError)):
            raise MaxRetryError(_pool, url, error)  # type: ignore[arg-type]
        if response is not None and (self.get_retry_after(response) or 0) > LONGEST_WAIT:
            raise MaxRetryError(_pool, url, ResponseError("asked to wait too long"))  # type: ignore[arg-type]
        return super().increment(method, url, response, error, _pool, _stacktrace)

    def sleep_for_retry(self, response: BaseHTTPResponse) -> bool:
        """Sleeps for as long as the API asks, and lets everybody else wait too; false where it does not ask."""
        if seconds := self.get_retry_after(response):
            self._hold(seconds)
        return super().sleep_for_retry(response)

    def parse_retry_after(self, retry_after: str) -> float:
        """Seconds to wait; 0 where the header makes no sense."""
        try:
            return super().parse_retry_after(retry_after)
        except (InvalidHeader, ValueError, OverflowError):
            return 0.0
