"""What an interaction entitles the app to: trigger ids (3 s, once) and response addresses (5 uses, 30 minutes)."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.embedded.derivation import fingerprint
from bot.embedded.workspace.schema import hook as table
from bot.embedded.workspace.storage import Storage

TRIGGER_SECONDS = 3
HOOK_SECONDS = 30 * 60
HOOK_USES = 5


class TicketError(Exception):
    """Why a ticket is not honoured: the error word Slack gives."""


@dataclass(slots=True)
class Trigger:
    """``view_id`` is the modal in which the interaction happened, '' for none."""

    user_id: str
    view_id: str
    expires: float
    used: bool = False


@dataclass(frozen=True, slots=True)
class Hook:
    """``message_ts`` is the message that replace_original and delete_original mean, '' while there is none."""

    digest: str
    channel_id: str
    user_id: str
    message_ts: str
    uses: int
    expires: float


class Tickets:
    """Makes tickets and takes them."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime]) -> None:
        self._storage, self._clock = storage, clock
        self._lock = threading.Lock()
        self._triggers: dict[str, Trigger] = {}

    def trigger(self, user_id: str, view_id: str = "") -> str:
        """A new trigger id."""
        now = self._clock().timestamp()
        id_ = f"{int(now * 1000)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        with self._lock:
            for old in [key for key, one in self._triggers.items() if one.expires < now - 600]:
                del self._triggers[old]
            self._triggers[id_] = Trigger(user_id, view_id, now + TRIGGER_SECONDS)
        return id_

    def take_trigger(self, id_: str) -> Trigger:
        """Uses a trigger id up. Raises TicketError."""
        with self._lock:
            trigger = self._triggers.get(id_)
            if trigger is None:
                raise TicketError("invalid_trigger_id")
            if trigger.used:
                raise TicketError("exchanged_trigger_id")
            if self._clock().timestamp() > trigger.expires:
                raise TicketError("expired_trigger_id")
            trigger.used = True
            return trigger

    def hook(self, channel_id: str, user_id: str, message_ts: str = "") -> str:
        """A new response address's token: whoever has it may answer, so only its digest is kept."""
        token = secrets.token_urlsafe(24)
        expires = self._clock().timestamp() + HOOK_SECONDS
        with self._storage.begin() as connection:
            connection.execute(table.delete().where(table.c.expires < expires - 2 * HOOK_SECONDS))
            made = Hook(fingerprint(token), channel_id, user_id, message_ts, 0, expires)
            connection.execute(table.insert().values({field: getattr(made, field) for field in Hook.__slots__}))
        return token

    def take_hook(self, token: str) -> Hook:
        """Uses a response address once. Raises TicketError."""
        with self._storage.begin() as connection:
            key = table.c.digest == fingerprint(token)
            row = connection.execute(sa.select(table).where(key)).first()
            if row is None:
                raise TicketError("no_hook")
            hook = Hook(*row)
            if hook.expires < self._clock().timestamp():
                raise TicketError("expired_url")
            if hook.uses >= HOOK_USES:
                raise TicketError("used_url")
            connection.execute(table.update().where(key).values(uses=hook.uses + 1))
            return hook

    def point_hook(self, hook: Hook, message_ts: str) -> None:
        """Says which message the address means from now on."""
        with self._storage.begin() as connection:
            connection.execute(table.update().where(table.c.digest == hook.digest).values(message_ts=message_ts))
