"""Durable work in this process: on SQLite all in one process, on Postgres shared by several."""

import math
import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from bot.config import Settings
from bot.errors import ConfigError
from bot.quantive.client import TIMEOUT
from bot.store.channel_turns import ChannelTurns
from bot.store.database import make_engine
from bot.store.heartbeats import Heartbeats
from bot.store.key import key_file, read_key
from bot.store.record import SqlRecord
from bot.store.sightings import Sightings
from bot.store.tenancy import Tenancy
from bot.work.engine import WorkEngine
from bot.work.upkeep import Upkeep
from bot.work.writes import Writes

ALONE = "alone"
"""The executor's id on SQLite, where one process works: it finds its own work again after a restart."""

STOPS_WITHIN = 2 + math.ceil(sum(TIMEOUT))
"""Seconds that work under way has to finish in when the process stops; what has not goes on at the next start.

Longer than a call to the OKR API can take: one that is cut off is looked for too early at the next start, and doubled.
"""


@dataclass(frozen=True, slots=True)
class Workshop:
    """Everything durable: the engine whose commits are on disk, the workflows, and who keeps them going."""

    engine: Engine
    key: bytes
    work: WorkEngine
    writes: Writes
    upkeep: Upkeep

    def start(self) -> None:
        """Begins to work; what was left unfinished goes on."""
        self.upkeep.announce()
        self.work.launch()
        self.upkeep.start()

    def finish(self) -> None:
        """Finishes what is under way; the rest is left to others, or to the next start."""
        self.upkeep.rest()
        self.work.close(STOPS_WITHIN)

    def close(self) -> None:
        """Gives up what this process has; called when nothing of it works any more."""
        self.upkeep.leave()
        self.engine.dispose()


def open_workshop(settings: Settings, role: str) -> Workshop:
    """The workshop of this process. Raises ConfigError where the database cannot be used."""
    engine = make_engine(settings.database_url, durable=True)
    is_shared = engine.dialect.name == "postgresql"
    executor_id = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}" if is_shared else ALONE
    key = read_key(settings.database_url)
    work = WorkEngine(engine, executor_id)
    upkeep = Upkeep(
        work,
        executor_id,
        role,
        heartbeats=Heartbeats(engine) if is_shared else None,
        tenancy=None if is_shared else Tenancy(key_file(settings.database_url)),
        clearing=[ChannelTurns(engine).free, Sightings(engine).free],
        tidying=[purge_record(settings, engine)],
    )
    return Workshop(engine, key, work, Writes(work), upkeep)


def purge_record(settings: Settings, engine: Engine) -> Callable[[], object]:
    """What takes out of the record what is older than it is to be kept."""

    def purge() -> None:
        if settings.okr_log_days:
            SqlRecord(engine).purge(datetime.now(UTC) - timedelta(days=settings.okr_log_days))

    return purge


def demand_shared(settings: Settings) -> None:
    """Raises ConfigError where the database is not one that several processes can share."""
    if not settings.database_url.startswith("postgres"):
        raise ConfigError(
            ["okr-bot worker needs DATABASE_URL on Postgres: on SQLite the one process of serve or socket does it all."]
        )
