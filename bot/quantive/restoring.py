"""Bringing back what was deleted, by making it again: the goal, its metrics with their values, what was aligned to it.

Each step looks before it writes, so that it may be taken again after it failed halfway.
"""

from collections.abc import Collection, Iterable, Iterator
from urllib.parse import quote

from bot.errors import NotFound, OkrApiRefused
from bot.objectives.model import Objective, tag_key
from bot.objectives.plans import Snapshot
from bot.quantive import snapshots, wire
from bot.quantive.answer import Json
from bot.quantive.connection import Connection
from bot.quantive.goals import Goals

MOST_NAMES = 5
"""Names in one sentence; of more, the number is told."""


class Restoring:
    """Makes deleted goals again. What the API refuses becomes a sentence; that it does not answer is raised."""

    def __init__(self, connection: Connection, v1: str, goals: Goals) -> None:
        self._connection = connection
        self._metrics = f"{v1}/metrics"
        self._goals = goals

    def complete(self, goal_id: str, snapshot: Snapshot) -> tuple[str, ...]:
        """Gives a goal what it lacks of its snapshot; sentences on what could not be put back."""
        goal = self._goals.read(goal_id)
        before, now = wire.read_objective(dict(snapshot)), wire.read_objective(goal)
        is_changed = False
        if before.is_private and not now.is_private:
            is_changed |= self._is_taken(goal_id, {"access": snapshot["access"]})
        notes = list(self._recreate_metrics(snapshot, goal))
        if before.state != now.state:
            # last, because an abandoned goal takes no values
            is_changed |= self._is_taken(goal_id, {"closedStatus": {"status": before.state}})
        if is_changed:
            now = wire.read_objective(self._goals.read(goal_id))
        return (*_tell_differences(before, now), *notes, *_tell_lost_check_ins(before))

    def _is_taken(self, goal_id: str, change: Json) -> bool:
        try:
            self._connection.write("PATCH", self._goals.address(goal_id), change)
        except OkrApiRefused:
            return False
        return True

    def _recreate_metrics(self, snapshot: Snapshot, goal: Json) -> Iterator[str]:
        for metric, there in snapshots.pair_metrics(snapshot, goal):
            name = wire.read_text(metric.get("name"))
            try:
                made = there or self._connection.create(self._metrics, snapshots.write_metric(metric, goal))
            except OkrApiRefused as error:
                yield f"“{name}” could not be put back. {error}"
                continue
            if snapshots.is_automated(metric):
                yield f"“{name}” was filled by a data source; connect it again in the web app."
                continue
            if not snapshots.lacks_check_in(wire.read_key_result(metric), wire.read_key_result(made)):
                continue
            address = f"{self._metrics}/{quote(wire.read_id(made), safe='')}/checkin"
            try:
                self._connection.write("POST", address, snapshots.write_check_in(metric))
            except OkrApiRefused as error:
                yield f"The last check-in of “{name}” could not be put back. {error}"

    def realign(self, old_id: str, new_id: str, others: Collection[str] = ()) -> tuple[str, ...]:
        """Aligns to the new goal what is aligned to the old one; one sentence on what could not be.

        ``others`` may have been aligned to the old one: an API may forget that when it deletes it. Of them, those are
        aligned that have no parent by now.
        """
        if old_id == new_id:
            return ()
        refused: dict[str, str] = {}
        # all of them first: a list that shrinks while it is paged through would skip some
        aligned = {wire.read_id(child): child for child in self._goals.aligned_to(old_id)}
        for child in (*aligned.values(), *self._without_parent(one for one in others if one not in aligned)):
            child_id = wire.read_id(child)
            if child_id == new_id:
                continue
            try:
                self._connection.write("PATCH", self._goals.address(child_id), {"parentId": new_id})
            except OkrApiRefused as error:
                if error.status not in (404, 410):
                    refused[_name(child)] = str(error)
        if not refused:
            return ()
        names = _join(list(refused))
        names = names[:1].upper() + names[1:]
        return (f"{names} could not be aligned to it again. {next(iter(refused.values()))}",)

    def _without_parent(self, goal_ids: Iterable[str]) -> Iterator[Json]:
        for goal_id in goal_ids:
            try:
                goal = self._goals.read(goal_id)
            except (NotFound, OkrApiRefused):
                continue
            if not wire.read_text(goal.get("parentId")):
                yield goal


def _name(goal: Json) -> str:
    """What a goal is called to somebody who may see this one, but perhaps not that."""
    return "a private objective" if wire.read_objective(goal).is_private else f"“{wire.read_text(goal.get('name'))}”"


def _tell_differences(before: Objective, now: Objective) -> Iterator[str]:
    if before.is_private and not now.is_private:
        yield "Who may see it could not be set: it is visible to everyone now."
    if not set(before.owner_ids) <= set(now.owner_ids):
        yield "Not everyone who owned it could be set as its owner."
    carried = set(map(tag_key, now.tags))
    lost = [tag for tag in before.tags if tag_key(tag) not in carried]
    if lost:
        yield f"It lost {'the tag' if len(lost) == 1 else 'the tags'} {_join([f'“{tag}”' for tag in lost])}."
    if before.state != now.state:
        yield f"Its state could not be set: it was {before.state} and is {now.state} now."


def _tell_lost_check_ins(before: Objective) -> Iterator[str]:
    key_results = before.key_results or ()
    count = sum(one.check_ins for one in key_results)
    if count == 1:
        yield "1 check-in with its comment stays deleted."
    elif count:
        yield f"{count} check-ins with their comments stay deleted."
    elif any(one.checked_in for one in key_results):
        yield "Earlier check-ins with their comments stay deleted."


def _join(names: list[str]) -> str:
    if len(names) > MOST_NAMES:
        names = [*names[: MOST_NAMES - 1], f"{len(names) - MOST_NAMES + 1} more"]
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
