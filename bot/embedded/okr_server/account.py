"""The one account of this server: who it is, and what every answer needs to know of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.embedded.derivation import as_token, derive

from . import tables
from .database import insert_new
from .ids import new_id
from .times import write_time


@dataclass(frozen=True, slots=True)
class Account:
    """``user_id`` is whose doings the token's are; ``web_url`` is where people see an objective."""

    id: str
    token: str = field(repr=False)  # a log may show the account
    user_id: str
    web_url: str
    clock: Callable[[], datetime]

    def now(self) -> str:
        """The time as it is kept."""
        return write_time(self.clock())

    def new_id(self) -> str:
        """A new id of this moment."""
        return new_id(self.clock())


def load_account(
    connection: Connection,
    clock: Callable[[], datetime],
    *,
    account_id: str,
    token: str,
    key: bytes | None,
    web_url: str,
) -> Account:
    """The account as kept, made once where there is none. An id given (not empty) counts before the one that is kept.

    A token is never kept: where none is given it is derived from the key and the account's id.
    """
    now = clock()
    made: dict[str, Any] = {"one": 1, "id": new_id(now), "user_id": new_id(now), "created_at": write_time(now)}
    insert_new(connection, tables.account, [made])
    kept = connection.execute(select(tables.account)).one()
    id_ = account_id or kept.id
    token = token or as_token(derive(key, "OKR server: token", id_))
    return Account(id_, token, kept.user_id, web_url.rstrip("/"), clock)
