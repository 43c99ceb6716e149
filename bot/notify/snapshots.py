"""What is remembered of an objective, to tell later what happened to it: small, stable, and quick to compare."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Self

from bot.objectives.model import KeyResult, Objective, Person, Session, tag_key

FORMAT = 1
"""Stands first in what is stored, so that what an older bot stored can be told from what this one does."""
_FIELDS = 12

Json = Any


@dataclass(frozen=True, slots=True)
class Seen:
    """An objective as it was last seen.

    ``description`` and ``confidence`` (key result id, 0 to 1 or None) are None where they were not asked for;
    ``confidence`` holds those key results that were. Tags and all owners but the first are sorted, so that the order in
    which the API gives them means nothing.
    """

    id: str
    name: str
    description: str | None
    tags: tuple[str, ...]
    owner_ids: tuple[str, ...]
    session_id: str
    progress: float
    state: str
    parent_id: str
    is_private: bool
    confidence: tuple[tuple[str, float | None], ...] | None

    def text(self) -> str:
        """As JSON, the same for the same: unchanged objectives are told by their texts, without reading them."""
        return json.dumps(self.row(), ensure_ascii=False, separators=(",", ":"))

    def row(self) -> tuple[Json, ...]:
        """As a tuple that JSON can hold, from which read_row() makes this again."""
        return (
            FORMAT,
            self.id,
            self.name,
            self.description,
            self.tags,
            self.owner_ids,
            self.session_id,
            self.progress,
            self.state,
            self.parent_id,
            self.is_private,
            self.confidence,
        )

    def without_confidence(self) -> Self:
        """As a list tells it, which brings no key results."""
        return replace(self, confidence=None)

    def filled(self, earlier: "Seen | None") -> Self:
        """With what was not asked for this time as it was known earlier."""
        if earlier is None:
            return self
        return replace(
            self,
            description=earlier.description if self.description is None else self.description,
            confidence=self._known_confidence(earlier),
        )

    def _known_confidence(self, earlier: "Seen") -> tuple[tuple[str, float | None], ...] | None:
        """That in the key results that were asked for, and in the others as it was known."""
        if self.confidence is None or earlier.confidence is None:
            return earlier.confidence if self.confidence is None else self.confidence
        return tuple(sorted((dict(earlier.confidence) | dict(self.confidence)).items()))

    def changed(self, before: "Seen", after: "Seen") -> Self:
        """With what a change made of it; what that change left alone stays as it was seen here."""
        fields = [name for name in self.__slots__ if getattr(before, name) != getattr(after, name)]
        return replace(self, **{name: getattr(after, name) for name in fields if name not in ("id", "confidence")})


def remember(objective: Objective, *, has_description: bool = True) -> Seen:
    """What is to be remembered of an objective. ``has_description``: whether the API was asked for it."""
    results = objective.key_results
    return Seen(
        id=objective.id,
        name=objective.name,
        description=objective.description if has_description else None,
        tags=tuple(sorted(objective.tags, key=lambda tag: (tag_key(tag), tag))),
        owner_ids=(*objective.owner_ids[:1], *sorted(objective.owner_ids[1:])),
        session_id=objective.session.id,
        progress=_settle(objective.progress),
        state=objective.state,
        parent_id=objective.parent_id,
        is_private=objective.is_private,
        confidence=None if results is None else tuple(sorted(map(_confidence, results), key=lambda pair: pair[0])),
    )


def recall(
    seen: Seen,
    current: Objective | None = None,
    *,
    has_description: bool = True,
    sessions: Mapping[str, Session] = MappingProxyType({}),
    people: Mapping[str, Person] = MappingProxyType({}),
) -> Objective:
    """The objective as it was, to be compared with what it is now, if it still is.

    What was not remembered, or is not known of the current one (``has_description``), is as in the current one, so
    that it makes no difference. ``sessions`` and ``people``: by id, so that the old ones can be named.
    """
    description = seen.description
    if current and (description is None or not has_description):
        description = current.description
    remembered = Objective(
        id=seen.id,
        name=seen.name,
        session=sessions.get(seen.session_id) or _session(seen, current),
        owners=tuple(people.get(owner_id) or Person(owner_id) for owner_id in seen.owner_ids),
        description=description or "",
        tags=seen.tags,
        progress=seen.progress,
        state=seen.state,
        parent_id=seen.parent_id,
        key_results=_key_results(seen),
        is_private=seen.is_private,
    )
    if current is None:
        return remembered
    return replace(
        remembered,
        url=current.url,
        created=current.created,
        date_from=current.date_from,
        date_to=current.date_to,
        short_id=current.short_id,
    )


def read_text(text: str) -> Seen:
    """What Seen.text() made a text of. Raises ValueError where it is none of this format."""
    row = json.loads(text)
    if not isinstance(row, list):
        raise ValueError("This is no row")
    return read_row(row)


def read_row(row: Sequence[Json]) -> Seen:
    """What Seen.row() made a tuple of, or the list that JSON makes of it. Raises ValueError for another format."""
    if len(row) != _FIELDS or row[0] != FORMAT:
        raise ValueError("This is not remembered in the format that I know")
    _format, id_, name, description, tags, owner_ids, session_id, progress, state, parent_id, private, confidence = row
    return Seen(
        id_,
        name,
        description,
        tuple(tags),
        tuple(owner_ids),
        session_id,
        progress,
        state,
        parent_id,
        private,
        None if confidence is None else tuple((key, value) for key, value in confidence),
    )


def _session(seen: Seen, current: Objective | None) -> Session:
    return current.session if current and current.session.id == seen.session_id else Session(seen.session_id)


def _key_results(seen: Seen) -> tuple[KeyResult, ...] | None:
    if seen.confidence is None:
        return None
    return tuple(KeyResult(id_, "", confidence=confidence) for id_, confidence in seen.confidence)


def _confidence(result: KeyResult) -> tuple[str, float | None]:
    return result.id, None if result.confidence is None else _settle(result.confidence)


def _settle(share: float) -> float:
    """A share that is like itself: no NaN, no -0.0, no whole number. Not rounded, for 0.9999999 is not done."""
    return float(share) + 0.0 if math.isfinite(share) else 0.0
