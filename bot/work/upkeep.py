"""What keeps the work going: the process says that it lives, goes on with what dead ones left, and tidies up."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from sqlalchemy.exc import SQLAlchemyError

from bot.store.heartbeats import Heartbeats
from bot.work.engine import WorkEngine

log = logging.getLogger(__name__)

BEAT = 2.0
"""Seconds between two signs of life."""
SILENCE = 12.0
"""Seconds without one, after which a process counts as dead."""
TIDIES = 3600.0
"""Seconds between two times of tidying up."""


class Upkeep:
    """A thread of its own. ``heartbeats``: where several processes share a database; alone, there is nobody to tell."""

    def __init__(
        self,
        work: WorkEngine,
        executor_id: str,
        role: str,
        *,
        heartbeats: Heartbeats | None = None,
        tidying: Sequence[Callable[[], object]] = (),
    ) -> None:
        self._work = work
        self._executor_id = executor_id
        self._role = role
        self._heartbeats = heartbeats
        self._tidying = (work.forget_finished, *tidying)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep_up, name="upkeep", daemon=True)

    def start(self) -> None:
        """Says once that the process lives, before it accepts any work, and begins."""
        if self._heartbeats:
            self._heartbeats.beat(self._executor_id, self._role)
        self._thread.start()

    def _keep_up(self) -> None:
        tidied = time.monotonic()
        while not self._stopping.wait(BEAT):
            try:
                self._take_part()
                if time.monotonic() - tidied > TIDIES:
                    tidied = time.monotonic()
                    for tidy in self._tidying:
                        tidy()
            except SQLAlchemyError as fault:
                log.warning("The upkeep could not be done: %s", type(fault).__name__)

    def _take_part(self) -> None:
        if self._heartbeats is None:
            return
        self._heartbeats.beat(self._executor_id, self._role)
        for silent in self._heartbeats.take_silent(self._executor_id, SILENCE):
            left = self._work.take_over(silent)
            self._heartbeats.done(silent)
            log.info("Went on with what another process left: %d jobs.", left)

    def close(self) -> None:
        """Stops, and lets others go on at once with whatever is left."""
        self._stopping.set()
        self._thread.join(10)

    def leave(self) -> None:
        """Says that the process goes: what it has not finished is others' from now on."""
        if self._heartbeats:
            self._heartbeats.leave(self._executor_id)
