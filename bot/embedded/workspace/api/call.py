"""One call of the Web API: its arguments, its demands, its failures."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.world import World

T = TypeVar("T")


class ApiError(Exception):
    """A refusal, as ``error`` in the answer; ``more`` stands beside it."""

    def __init__(
        self,
        error: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        faults: list[str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(error)
        self.error, self.status, self.headers, self.more = error, status, dict(headers or {}), more
        if faults:
            self.more["response_metadata"] = {"messages": [f"[ERROR] {fault}" for fault in faults]}


class Call:
    """The arguments of one call, from a form or from JSON."""

    def __init__(self, world: World, arguments: Mapping[str, Any]) -> None:
        self.world = world
        self._arguments = arguments

    def require(self, *names: str) -> None:
        """Refuses the call where one of these arguments is missing."""
        if missing := [name for name in names if self._arguments.get(name) in (None, "")]:
            raise ApiError("invalid_arguments", faults=[f"missing required field: {name}" for name in missing])

    def demand(self, *scopes: str) -> None:
        """Refuses the call where the app has none of these scopes."""
        given = self.world.manifest.scopes
        if not given.intersection(scopes):
            raise ApiError("missing_scope", needed=",".join(scopes), provided=",".join(sorted(given)))

    def has(self, name: str) -> bool:
        """Whether an argument was given at all."""
        return self._arguments.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """An argument as text."""
        value = self._arguments.get(name)
        return default if value is None else str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """An argument as yes or no."""
        value = self._arguments.get(name)
        return default if value is None else value in (True, 1, "true", "1", "True")

    def json(self, name: str) -> Any:
        """An argument that is JSON, as such or in a string; None if it was not given. Raises ValueError."""
        value = self._arguments.get(name)
        return json.loads(value) if isinstance(value, str) and value else None if value == "" else value

    def listed(self, name: str) -> list[str]:
        """An argument that is a comma-separated list (or a list)."""
        value = self._arguments.get(name) or []
        return (
            [str(one) for one in value]
            if isinstance(value, list)
            else [one.strip() for one in str(value).split(",") if one.strip()]
        )

    def paged(self, found: Sequence[T]) -> tuple[list[T], Json]:
        """One page by ``cursor`` and ``limit``, and the answer's response_metadata."""
        text = self.text("limit", "100")
        if not text.isdecimal() or int(text) > 1000:
            raise ApiError("invalid_limit")
        limit, start = int(text) or 100, 0
        if cursor := self.text("cursor"):
            try:
                start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
            except (binascii.Error, ValueError) as wrong:
                raise ApiError("invalid_cursor") from wrong
        after = start + limit
        following = base64.b64encode(f"next:{after}".encode()).decode() if after < len(found) else ""
        return list(found[start:after]), {"response_metadata": {"next_cursor": following}}


@dataclass(frozen=True, slots=True)
class Method:
    """``scopes``: one of them is needed."""

    run: Callable[[Call], Json]
    scopes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    needs_token: bool = field(default=True)
