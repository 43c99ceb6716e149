"""The workflow engine (DBOS) of this process: durable starts, recorded steps, work for later, take-over of the dead.

The engine is one a process, as DBOS is; what it was measured to do is in the design's ``durable-work.md``.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from dbos import DBOS, DBOSConfig, DBOSContextSetAuth, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID
from sqlalchemy import Engine

from bot.store.turns import before_others

log = logging.getLogger(__name__)

Json = dict[str, Any]
Workflow = Callable[[str, Json, Json], None]
"""A workflow: gets the name of the bot it works for, the job, and what is known of it so far."""

VERSION = "1"
"""Raised only when pending work of an older version could not be carried on; then that must be dealt with here."""

LATER = "later"
AT_ONCE = 8
"""Jobs of the queue for later that one process works on at a time: a service that is down is not stormed."""
KEPT = timedelta(days=7)
"""How long finished work is remembered, so that the same submission delivered once more is known."""
WAITS_AT_MOST = timedelta(days=1)
"""How long a job may wait for its next try, the time included in which no process ran."""
MOST_RECOVERIES = 1_000
FRESH = 5.0
"""Seconds; shorter than any process's silence before others take its work over."""
MARK = "mark"
"""By this the state of a job tells which acceptance of it began the work."""
SETTLES = 3.0
"""Seconds after the start in which nothing is looked for and done again: what a killed process has sent off just before
may still be on its way through the API, not to be seen yet, and would be done twice."""
_BATCH = 500


class WorkEngine:
    """DBOS on one database. ``executor_id`` must be this process's own: another one's work is not to be run twice."""

    def __init__(self, engine: Engine, executor_id: str) -> None:
        self._engine = engine
        self._executor_id = executor_id
        self._fresh: dict[str, float] = {}
        self._launched = time.monotonic()
        self._lock = threading.Lock()

    def launch(self) -> None:
        """Begins to work; what this executor left unfinished goes on."""
        config: DBOSConfig = {
            "name": "okr-bot",
            "system_database_engine": self._engine,
            "executor_id": self._executor_id,
            "application_version": VERSION,
            "serializer": DBOSPortableJSONSerializer(),
            "enable_otlp": False,
            "log_level": "ERROR",
            "console_log_level": "ERROR",
        }
        self._launched = time.monotonic()
        DBOS(config=config)
        DBOS.launch()
        DBOS.register_queue(LATER, worker_concurrency=AT_ONCE, polling_interval_sec=0.5)

    def start(self, work_id: str, workflow: Workflow, bot: str, job: Json, sender: str) -> None:
        """Makes a job durable and begins with it; nothing where its id was given before. Raises what the database does.

        About 2 ms: this is what an ack waits for. ``sender``: who sent it off, by which ``waiting`` finds it.
        """
        # In the state, and not the job's id, for that comes again when the same submission is delivered again: then the
        # state that was recorded first stays, so that what was carried out in part by then does not pass for fresh.
        now, mark = time.monotonic(), secrets.token_hex(8)
        # DBOS waits for a database that is away as long as that takes, and does then what the person has given up.
        self._engine.connect().close()
        with self._lock:
            self._fresh = {one: at for one, at in self._fresh.items() if now - at < FRESH} | {mark: now}
        with SetWorkflowID(work_id), DBOSContextSetAuth(sender, None), before_others():
            DBOS.start_workflow(workflow, bot, job, {MARK: mark})

    def is_fresh(self, state: Json) -> bool:
        """Whether this process accepted the job just now and nobody has begun to carry it out.

        After a crash nobody remembers: then the job may have been carried out in part already.
        """
        with self._lock:
            at = self._fresh.get(state.get(MARK, ""))
            return at is not None and time.monotonic() - at < FRESH

    def begin(self, state: Json) -> bool:
        """Begins to carry a job out; whether it was fresh, which it never is again."""
        is_fresh = self.is_fresh(state)
        with self._lock:
            return self._fresh.pop(state.get(MARK, ""), None) is not None and is_fresh

    def settle(self) -> None:
        """Waits until whatever a process before this one has sent off must have come to be seen."""
        time.sleep(max(0.0, self._launched + SETTLES - time.monotonic()))

    def later(
        self, work_id: str, workflow: Workflow, bot: str, job: Json, state: Json, sender: str, seconds: float
    ) -> None:
        """Has a job gone on with after some time, by whichever process is free then."""
        with SetWorkflowID(work_id), DBOSContextSetAuth(sender, None), SetEnqueueOptions(delay_seconds=seconds):
            DBOS.enqueue_workflow(LATER, workflow, bot, job, state)

    def waiting(self, sender: str) -> list[tuple[Json, Json]]:
        """The jobs of a sender for which one try was not enough, each with what is known of it so far."""
        found = DBOS.list_workflows(
            user=sender,
            queue_name=LATER,
            status=["PENDING", "ENQUEUED", "DELAYED"],
            # By this the database finds them without reading all that is remembered; nothing waits for longer.
            start_time=(datetime.now(UTC) - WAITS_AT_MOST).isoformat(),
            load_output=False,
        )
        return [tuple(one.input["args"][1:3]) for one in found if one.input]

    def take_over(self, executor_id: str) -> int:
        """Goes on with what another, dead executor left unfinished; how much that was."""
        left = DBOS.list_workflows(executor_id=executor_id, status="PENDING", load_input=False, load_output=False)
        # Many at once: whoever takes over says meanwhile to nobody that it lives itself.
        for some in range(0, len(left), _BATCH):
            DBOS.resume_workflows([one.workflow_id for one in left[some : some + _BATCH]])
        return len(left)

    def unfinished(self) -> int:
        """How many jobs wait or are being worked on, in all processes."""
        return len(DBOS.list_workflows(status=["PENDING", "ENQUEUED", "DELAYED"], load_input=False, load_output=False))

    def forget_finished(self, now: datetime | None = None) -> None:
        """Takes out what was finished long ago."""
        before = ((now or datetime.now(UTC)) - KEPT).isoformat()
        while True:
            old = DBOS.list_workflows(
                status=["SUCCESS", "ERROR", "CANCELLED"],
                completed_before=before,
                limit=_BATCH,
                load_input=False,
                load_output=False,
            )
            if old:
                DBOS.delete_workflows([one.workflow_id for one in old])
            if len(old) < _BATCH:
                return

    def close(self, seconds: int = 10) -> None:
        """Waits so long for what is being worked on, then stops; the rest goes on at the next start."""
        DBOS.destroy(workflow_completion_timeout_sec=seconds)


def workflow(name: str) -> Callable[[Workflow], Workflow]:
    """Makes a function a workflow, known in the database by ``name``: a name once used must keep its meaning."""
    return DBOS.workflow(name=name, max_recovery_attempts=MOST_RECOVERIES)


def step(name: str, act: Callable[..., Json], *arguments: Any) -> Json:
    """Does a part of a workflow and records what came of it, so that it is not done again after a crash.

    Whatever it was doing when the process died is done once more: it must be safe to repeat, or look before it acts.
    """
    return DBOS.run_step({"name": name}, act, *arguments)
