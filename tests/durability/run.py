"""A run: people send things off, processes are killed meanwhile, and at the end everything is counted."""

import queue
import random
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from bot.config import read_settings
from bot.running import open_database
from bot.store.database import make_engine
from tests.durability.bots import SIGNING_SECRET, Place, Places
from tests.durability.company import Company
from tests.durability.judging import Report, judge
from tests.durability.killing import Killer
from tests.durability.moments import Moments
from tests.durability.slack import FakeSlack
from tests.durability.submissions import Mill, Submission, deliver, keep_forms

PEOPLE_AT_ONCE = 10
STILL = 90.0
"""Seconds after which nothing more is expected where nothing has happened: far longer than a take-over needs."""


@dataclass
class Run:
    """What is run. ``commands``: the processes, by their commands; those that ``serve`` take what is sent off.

    ``delay``: seconds that Slack and the OKR API take. ``reads_for``: seconds that a person waits for the answer before
    they send off the next thing all the same; with few, more and more is unfinished at each kill.
    """

    folder: Path
    database_url: str
    submissions: int
    every: int
    commands: tuple[str, ...] = ("serve",)
    seed: int = 1
    delay: float = 0.03
    reads_for: float = 20.0
    acks: int = field(default=0, init=False)
    unanswered: int = field(default=0, init=False)

    def run(self) -> Report:
        """Runs it, and reports."""
        begun = time.monotonic()
        moments = Moments()
        dice = random.Random(self.seed)
        engine = open_database(read_settings({"DATABASE_URL": self.database_url}), always_migrate=True)
        with Company(moments, self.delay) as company, FakeSlack(moments, self.delay) as slack:
            submissions = Mill(company, slack, dice).make(self.submissions)
            keep_forms(engine, company, submissions)
            engine.dispose()
            environment = environment_of(company, slack, self.database_url)
            with Places([Place(command, self.folder, environment) for command in self.commands]) as places:
                slack.watched_pids = _Alive(places)
                killer = Killer(places, moments, dice, self.every, self.submissions)
                self._send(submissions, places, slack, killer, moments)
                killer.stop()
                told = self._wait_told(submissions, slack)
                unfinished = wait_finished(self.database_url, STILL)
            return judge(
                company,
                slack,
                submissions,
                killer.kills,
                database_url=self.database_url,
                acks=self.acks,
                unanswered=self.unanswered,
                untold_in_time=len(submissions) - told,
                unfinished=unfinished,
                crashes=places.crashes,
                complaints=places.complaints(),
                seconds=time.monotonic() - begun,
            )

    def _send(
        self, submissions: list[Submission], places: Places, slack: FakeSlack, killer: Killer, moments: Moments
    ) -> None:
        """Everybody sends off, one thing after the other, each until it is acknowledged."""
        waiting: queue.SimpleQueue[Submission] = queue.SimpleQueue()
        for submission in submissions:
            for _ in range(submission.times):
                waiting.put(submission)
        doors = [place for place in places.all if place.command == "serve"]
        lock = threading.Lock()
        faults: list[BaseException] = []

        def press_until_acknowledged(submission: Submission, turn: int) -> None:
            while not faults:
                place = doors[turn % len(doors)]
                turn += 1
                if not place.is_up.wait(0.05 if len(doors) > 1 else STILL):
                    continue
                moments.pass_by()
                is_acknowledged = deliver(submission, place.port)
                moments.pass_by()
                with lock:
                    self.acks += is_acknowledged
                    self.unanswered += not is_acknowledged
                if is_acknowledged:
                    return

        def act(turn: int) -> None:
            try:
                while True:
                    submission = waiting.get_nowait()
                    killer.submitted()
                    turn += 1
                    press_until_acknowledged(submission, turn)
                    slack.wait_told(submission.place, self.reads_for)
            except queue.Empty:
                return
            except BaseException as fault:
                faults.append(fault)
                raise

        threads = [threading.Thread(target=act, args=(number,)) for number in range(PEOPLE_AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if faults:
            raise faults[0]

    def _wait_told(self, submissions: list[Submission], slack: FakeSlack) -> int:
        """Waits until everybody is told, or nobody has been for a long time; how many are."""
        quiet_until = time.monotonic() + STILL
        told = 0
        for submission in submissions:
            if slack.wait_told(submission.place, max(0.0, quiet_until - time.monotonic())):
                told += 1
                quiet_until = time.monotonic() + STILL
        return told


class _Alive:
    """The ids of the present processes, looked up each time they are asked for."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._places.pids)


def environment_of(company: Company, slack: FakeSlack, database_url: str) -> dict[str, str]:
    """The settings of a bot that works for the company."""
    return {
        "SLACK_BOT_TOKEN": "xoxb-kills",
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack.api_url,
        "QUANTIVE_API_URL": company.url,
        "QUANTIVE_ACCOUNT_ID": company.account_id,
        "QUANTIVE_API_TOKEN": company.token,
        "OKR_REQUESTS_PER_SECOND": "1000",
        "DATABASE_URL": database_url,
    }


def count_unfinished(database_url: str) -> int:
    """How many workflows are not finished, asked of the database itself."""
    return _ask_workflows(database_url, "count(*)", "status IN ('PENDING', 'ENQUEUED', 'DELAYED')")


def count_begun(database_url: str) -> int:
    """How often workflows were begun, at first or after a start."""
    return _ask_workflows(database_url, "sum(recovery_attempts)", "true")


def _ask_workflows(database_url: str, what: str, which: str) -> int:
    engine = make_engine(database_url)
    table = "workflow_status" if engine.dialect.name == "sqlite" else "dbos.workflow_status"
    try:
        with engine.connect() as connection:
            return int(connection.scalar(text(f"SELECT {what} FROM {table} WHERE {which}")) or 0)
    finally:
        engine.dispose()


def wait_finished(database_url: str, seconds: float) -> int:
    """Waits until no workflow is unfinished; how many still are."""
    until = time.monotonic() + seconds
    while (left := count_unfinished(database_url)) and time.monotonic() < until:
        threading.Event().wait(0.1)
    return left
