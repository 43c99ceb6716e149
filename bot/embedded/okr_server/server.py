"""The OKR server as its owner sees it: bring the tables up to date, open it, mount its routes."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint
from sqlalchemy import Engine, func, select

from . import tables
from .account import Account, load_account
from .blueprint import make_blueprint
from .bulk import fill_many
from .database import writing
from .goal_changes import purge
from .migrations import is_current, upgrade
from .sample import fill_sample
from .sessions import make_missing_sessions


def _utc_now() -> datetime:
    return datetime.now(UTC)


class OkrServer:
    """One account's OKRs in one database. ``migrate()``, then ``open()``, then ``blueprint()``.

    ``account_id`` and ``token`` are what callers must send. An id that is not given is made once and kept. A token that
    is not given is derived from ``key`` and the id, so every process with the same key has the same one; without a key
    it holds for this process only. ``web_url`` begins the addresses of objectives. ``clock`` gives the time, aware.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        account_id: str = "",
        token: str = "",
        key: bytes | None = None,
        web_url: str = "",
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self.engine = engine
        self.account_id = account_id
        self.token = token
        self._key = key
        self._web_url = web_url
        self._clock = clock
        self._account: Account | None = None
        self.is_away = False
        """Whether every call is answered with 503: a switch, to see how callers cope."""
        self.loses_answers = False
        """Whether changes are applied and answered with an error all the same."""

    def migrate(self) -> None:
        """Bring the tables to the current schema; several processes may do so at once."""
        upgrade(self.engine)

    def is_migrated(self) -> bool:
        """Whether the tables have the current schema."""
        return is_current(self.engine)

    def open(self) -> None:
        """Load the account, or make it; purge what was deleted long ago; see to it that there is a current session."""
        with writing(self.engine) as connection:
            self._account = load_account(
                connection,
                self._clock,
                account_id=self.account_id,
                token=self.token,
                key=self._key,
                web_url=self._web_url,
            )
            purge(connection, self._account)
            make_missing_sessions(connection, self._account)
        self.account_id, self.token = self._account.id, self._account.token

    @property
    def account(self) -> Account:
        """The account, once the server is open."""
        if self._account is None:
            raise RuntimeError("The OKR server is not open yet.")
        return self._account

    def is_empty(self) -> bool:
        """Whether there is nobody and no objective in it."""
        with self.engine.connect() as connection:
            people = connection.scalar(select(func.count()).select_from(tables.assignees))
            goals = connection.scalar(select(func.count()).select_from(tables.goals))
        return not people and not goals

    def fill_sample(self) -> None:
        """Replace everything by the sample company, its dates around now."""
        with writing(self.engine) as connection:
            fill_sample(connection, self.account)

    def fill_many(self, *, goals: int = 100_000, people: int = 50_000) -> None:
        """Add many objectives and people at once, for benchmarks."""
        with writing(self.engine) as connection:
            fill_many(connection, self.account, goals, people)

    def blueprint(self) -> Blueprint:
        """The routes ``/api/v1/…`` and ``/api/v2/…``; the server must be open when they are called."""
        return make_blueprint(self)
