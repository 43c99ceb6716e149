"""The record as people may see it: an entry is for those who may see its objective as that is now."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.errors import NotFound, OkrApiError, OkrApiUnavailable
from bot.objectives.model import Asker, Objective
from bot.objectives.people import People
from bot.objectives.plans import Act, Entry
from bot.objectives.ports import OkrApi, Record

ROUND = 100
"""Entries read at a time where the first are not for the reader: one call asks about the objectives of so many."""

ROUNDS = 5
"""A page looks no further; then it is shorter than it could be, and the next one goes on from there."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry, and its objective as it is now; as the record has it last, where it is gone or nobody needed to ask."""

    entry: Entry
    objective: Objective


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, the newest first. ``newer`` and ``older`` name the entry beyond which there may be more, else are empty.

    ``is_sure`` is false where nobody could tell who may see some of the objectives now: their entries are left out.
    """

    lines: tuple[Line, ...]
    newer: str
    older: str
    is_sure: bool


class History:
    """Reads the record for an asker. Admins see all of it, whatever has become of the objectives."""

    def __init__(self, api: OkrApi, people: People, record: Record) -> None:
        self._api = api
        self._people = people
        self._record = record

    def page(
        self,
        asker: Asker,
        *,
        objective_id: str = "",
        user_id: str = "",
        newer_than: str = "",
        older_than: str = "",
        most: int = 10,
    ) -> Page:
        """The newest entries of an objective, a person or all; or those next to the entry that is named.

        What is for somebody else is stepped over, so that pages are full, none is skipped and none comes twice. As a
        rule that is one call to the API for a page, for those who are no admins; it fails closed.
        """
        self._people.admit(asker)
        reading = _Reading(asker, self._api, self._people, self._record, objective_id, user_id)
        if newer_than:
            lines, newer = reading.read(newer_than, most, newer=True)
            if newer or len(lines) == most:
                older = lines[0].entry.id if lines else newer_than
                return Page(tuple(reversed(lines)), newer, older, reading.is_sure)
        lines, older = reading.read(older_than, most)
        newer = lines[0].entry.id if lines and older_than else older_than
        return Page(tuple(lines), newer, older, reading.is_sure)


class _Reading:
    """One reading of the record: no objective is asked about twice."""

    def __init__(
        self, asker: Asker, api: OkrApi, people: People, record: Record, objective_id: str, user_id: str
    ) -> None:
        self._asker = asker
        self._api = api
        self._people = people
        self._record = record
        self._objective_id = objective_id
        self._user_id = user_id
        self._sees_all = people.is_admin(asker)
        self._seen: dict[str, Objective] = {}
        self._hidden: set[str] = set()
        self._is_down = False
        self.is_sure = True

    def read(self, beyond: str, most: int, *, newer: bool = False) -> tuple[list[Line], str]:
        """At most so many entries beyond one, the nearest first, and beyond which entry there may be more."""
        lines: list[Line] = []
        for number in range(ROUNDS):
            wanted = ROUND if number else most + 1
            entries = self._record.page(
                self._asker.team_id,
                objective_id=self._objective_id,
                user_id=self._user_id,
                without=self._hidden,
                beyond=beyond,
                newer=newer,
                most=wanted,
            )
            if not self._sees_all:
                self._look_up(entries)
            for entry in entries:
                objective = entry.objective if self._sees_all else self._seen.get(entry.objective_id)
                if objective is not None:
                    lines.append(Line(entry, objective))
                if len(lines) > most:
                    return lines[:most], lines[most - 1].entry.id
            if len(entries) < wanted:
                return lines, ""
            beyond = entries[-1].id
        return lines, beyond

    def _look_up(self, entries: Iterable[Entry]) -> None:
        """Finds out which of the objectives, as they are now, are for the asker."""
        ids = dict.fromkeys(entry.objective_id for entry in entries)
        fresh = [one for one in ids if one not in self._seen and one not in self._hidden]
        found = self._find(fresh)
        for objective_id in fresh:
            now = found.get(objective_id) or self._last(objective_id, found)
            if now is None:
                self.is_sure = False
            if now is not None and self._people.may_see(self._asker, now):
                self._seen[objective_id] = now
            else:
                self._hidden.add(objective_id)

    def _find(self, objective_ids: list[str]) -> dict[str, Objective]:
        if self._is_down or not objective_ids:
            return {}
        try:
            return {one.id: one for one in self._api.find(objective_ids)}
        except OkrApiError:
            self._is_down = True
            return {}

    def _last(self, objective_id: str, found: dict[str, Objective]) -> Objective | None:
        """What became of an objective that is not found under this id; None where nobody can tell."""
        last = next(iter(self._record.page(self._asker.team_id, objective_id=objective_id, most=1)), None)
        if last is None:
            return None  # a purge has just taken it out
        if last.objective_id in found:
            return found[last.objective_id]
        if last.act is Act.DELETE:
            return last.objective
        if self._is_down:
            return None
        # Neither found nor deleted with the bot: only its own address tells whether it is gone, or was only not listed.
        try:
            return self._api.get(last.objective_id)
        except NotFound:
            return last.objective
        except OkrApiUnavailable:
            self._is_down = True
            return None
        except OkrApiError:
            return None
