"""What keeps the work going: the process says that it lives, goes on with what dead ones left, and tidies up."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from bot.store.heartbeats import Heartbeats
from bot.store.tenancy import Tenancy
from bot.work.engine import WorkEngine

log = logging.getLogger(__name__)

BEAT = 2.0
"""Seconds between two signs of life."""
SILENCE = 12.0
"""Seconds without one, after which a process counts as dead."""
TIDIES = 3600.0
"""Seconds between two times of tidying up."""


class Upkeep:
    """A thread of its own. ``heartbeats``: where several processes share a database; ``tenancy``: where one has it.

    ``clearing``: what gives back what dead processes held, by how its names begin; by nothing, what all of them held.
    """

    def __init__(
        self,
        work: WorkEngine,
        executor_id: str,
        role: str,
        *,
        heartbeats: Heartbeats | None = None,
        tenancy: Tenancy | None = None,
        clearing: Sequence[Callable[[str], object]] = (),
        tidying: Sequence[Callable[[], object]] = (),
    ) -> None:
        self._work = work
        self.executor_id = executor_id
        self._role = role
        self._heartbeats = heartbeats
        self._tenancy = tenancy
        self._clearing = clearing
        self._tidying = (work.forget_finished, *tidying)
        self._stopping = threading.Event()
        self._is_working = threading.Event()
        self._thread = threading.Thread(target=self._keep_up, name="upkeep", daemon=True)

    def announce(self) -> None:
        """Says that the process lives, from before the engine takes any work: others know of nothing to take over else.

        What a process took and did not live to say so would wait for ever.
        """
        if self._heartbeats:
            self._heartbeats.beat(self.executor_id, self._role)
        if self._tenancy:
            self._tenancy.move_in(lambda: self._clear(""))
        self._thread.start()

    def start(self) -> None:
        """Begins with everything else, now that the engine works."""
        self._is_working.set()

    def _keep_up(self) -> None:
        tidied = time.monotonic()
        while not self._stopping.wait(BEAT):
            try:
                self._take_part()
                if self._is_working.is_set() and time.monotonic() - tidied > TIDIES:
                    tidied = time.monotonic()
                    for tidy in self._tidying:
                        tidy()
            except Exception as fault:  # noqa: BLE001 - who falls silent is taken for dead, whatever the fault was
                log.warning("The upkeep could not be done: %s", type(fault).__name__)

    def _take_part(self) -> None:
        if self._heartbeats is None:
            return
        self._heartbeats.beat(self.executor_id, self._role)
        if not self._is_working.is_set():
            return
        for silent in self._heartbeats.take_silent(self.executor_id, SILENCE):
            self._clear(silent)
            left = self._work.take_over(silent)
            self._heartbeats.done(silent)
            log.info("Went on with what another process left: %d jobs.", left)

    def _clear(self, whose: str) -> None:
        for give_back in self._clearing:
            give_back(whose)

    def rest(self) -> None:
        """Takes nothing over any more; but as long as the process still works, it says so."""
        self._is_working.clear()

    def leave(self) -> None:
        """Says that the process goes: what it has not finished is others' from now on."""
        self._stopping.set()
        self._thread.join(10)
        if self._heartbeats:
            self._heartbeats.leave(self.executor_id)
        if self._tenancy:
            self._tenancy.move_out()
