"""Messages: kept, listed as one person sees them, and shaped for the page and for the app."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.embedded.workspace.elements import Json, name_all
from bot.embedded.workspace.people import APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID, Directory
from bot.embedded.workspace.schema import message as table
from bot.embedded.workspace.storage import Storage
from bot.embedded.workspace.values import chosen_options, initial_state, plain_values

SAID = ("message", "command")
"""The kinds of message that people and the app wrote, which count as unread."""


@dataclass(frozen=True, slots=True)
class Message:
    """``body`` holds text, blocks, attachments, files, username, icon, metadata, edited.

    ``kind``: message, command (typed), join or notice (what happened to a channel), failure, or tombstone, which stands
    where the head of a thread was deleted.
    """

    channel_id: str
    ts: str
    thread_ts: str
    user_id: str
    only_for: str
    kind: str
    body: Json
    typed: dict[str, Any]

    @property
    def is_bot(self) -> bool:
        return self.user_id == BOT_USER_ID

    @property
    def blocks(self) -> list[Json]:
        """Its blocks and those of its attachments."""
        attached = [block for one in self.body.get("attachments", []) for block in one.get("blocks") or []]
        return [*self.body.get("blocks", []), *attached]

    def seen_by(self, user_id: str) -> bool:
        return self.only_for in ("", user_id)

    @property
    def can_be_answered(self) -> bool:
        """Whether a thread may hang on it."""
        return self.kind in (*SAID, "tombstone")


class Messages:
    """The messages of all channels. A ts is unique and grows, whatever the clock does."""

    def __init__(self, storage: Storage, directory: Directory, clock: Callable[[], datetime]) -> None:
        self._storage, self._directory, self._clock = storage, directory, clock
        self._lock = threading.Lock()
        self._last = 0

    def next_ts(self) -> str:
        """A ts later than all before, in seconds since 1970 with six decimals."""
        with self._storage.begin() as connection, self._lock:
            if not self._last:
                kept = connection.execute(sa.select(sa.func.max(table.c.ts))).scalar()
                self._last = int(kept.replace(".", "")) if kept else 0
            self._last = max(int(self._clock().timestamp() * 1_000_000), self._last + 1)
            return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def add(
        self,
        channel_id: str,
        user_id: str,
        body: Json,
        *,
        thread_ts: str = "",
        only_for: str = "",
        kind: str = "message",
    ) -> Message:
        """Keeps a new message."""
        body = _named(body)
        with self._storage.begin() as connection:
            made = _with_state(Message(channel_id, self.next_ts(), thread_ts, user_id, only_for, kind, body, {}))
            connection.execute(table.insert().values({field: getattr(made, field) for field in Message.__slots__}))
        return made

    def get(self, channel_id: str, ts: str) -> Message | None:
        """The message at that place."""
        with self._storage.begin() as connection:
            row = connection.execute(sa.select(table).where(table.c.channel_id == channel_id, table.c.ts == ts)).first()
        return Message(*row) if row else None

    def change(self, message: Message, body: Json) -> Message:
        """Puts another body in the place of a message's."""
        changed = _with_state(replace(message, body=_named(body)))
        self._write(changed)
        return changed

    def choose(self, message: Message, typed: dict[str, Any]) -> Message:
        """Keeps what was chosen in a message's elements."""
        changed = replace(message, typed=typed)
        self._write(changed)
        return changed

    def bury(self, message: Message) -> None:
        """Leaves nothing of a message but its place."""
        self._write(replace(message, kind="tombstone", body={"text": "This message was deleted."}, typed={}))

    def is_answered(self, message: Message) -> bool:
        """Whether there are replies to it."""
        where = (table.c.channel_id == message.channel_id, table.c.thread_ts == message.ts)
        with self._storage.begin() as connection:
            return connection.execute(sa.select(table.c.ts).where(*where).limit(1)).first() is not None

    def remove(self, message: Message) -> None:
        """Takes a message away."""
        with self._storage.begin() as connection:
            connection.execute(table.delete().where(table.c.channel_id == message.channel_id, table.c.ts == message.ts))

    def page(self, channel_id: str, user_id: str, before: str = "", limit: int = 50) -> tuple[list[Message], bool]:
        """The last messages at the top level that somebody sees, oldest first, and whether there are older ones."""
        where = [table.c.channel_id == channel_id, table.c.thread_ts == "", table.c.only_for.in_(["", user_id])]
        if before:
            where.append(table.c.ts < before)
        with self._storage.begin() as connection:
            rows = connection.execute(sa.select(table).where(*where).order_by(table.c.ts.desc()).limit(limit + 1)).all()
        return [Message(*row) for row in reversed(rows[:limit])], len(rows) > limit

    def thread(self, channel_id: str, user_id: str, thread_ts: str) -> list[Message]:
        """A parent and its replies, as somebody sees them."""
        where = [
            table.c.channel_id == channel_id,
            sa.or_(table.c.ts == thread_ts, table.c.thread_ts == thread_ts),
            table.c.only_for.in_(["", user_id]),
        ]
        with self._storage.begin() as connection:
            return [Message(*row) for row in connection.execute(sa.select(table).where(*where).order_by(table.c.ts))]

    def unread(self, channel_id: str, user_id: str, after: str) -> list[Message]:
        """What somebody has not read in a channel: others' messages at the top level, 100 at most."""
        where = [
            table.c.channel_id == channel_id,
            table.c.ts > after,
            table.c.thread_ts == "",
            table.c.user_id != user_id,
            table.c.only_for.in_(["", user_id]),
            table.c.kind.in_(SAID),
        ]
        with self._storage.begin() as connection:
            return [Message(*row) for row in connection.execute(sa.select(table).where(*where).limit(100))]

    def latest(self, channel_id: str) -> str:
        """The ts of a channel's last message that all see, '' for none."""
        with self._storage.begin() as connection:
            where = (table.c.channel_id == channel_id, table.c.only_for == "")
            return str(connection.execute(sa.select(sa.func.max(table.c.ts)).where(*where)).scalar() or "")

    def shown(self, messages: list[Message]) -> list[Json]:
        """The messages as the page shows them."""
        replies: dict[str, list[Any]] = {}
        with self._storage.begin() as connection:
            rows = connection.execute(
                sa.select(table.c.thread_ts, table.c.ts, table.c.user_id)
                .where(table.c.thread_ts.in_([one.ts for one in messages if not one.thread_ts]), table.c.only_for == "")
                .order_by(table.c.ts)
            )
            for row in rows:
                replies.setdefault(row.thread_ts, []).append(row)
        return [_shown(one, replies.get(one.ts, [])) for one in messages]

    def for_app(self, message: Message) -> Json:
        """The message as the Web API and interaction payloads give it."""
        shape: Json = {
            "type": "message",
            "user": message.user_id,
            "ts": message.ts,
            "text": message.body.get("text", ""),
            "team": TEAM_ID,
        }
        if message.is_bot:
            bot = self._directory.user(BOT_USER_ID)
            profile = {
                "id": BOT_ID,
                "app_id": APP_ID,
                "name": bot.real_name if bot else "",
                "team_id": TEAM_ID,
                "deleted": False,
            }
            shape |= {"bot_id": BOT_ID, "app_id": APP_ID, "bot_profile": profile}
        for field in ("blocks", "attachments", "files", "metadata", "username"):
            if message.body.get(field):
                shape[field] = message.body[field]
        if message.thread_ts:
            shape["thread_ts"] = message.thread_ts
        if message.body.get("edited"):
            shape["edited"] = {"user": message.user_id, "ts": message.body["edited"]}
        return shape

    def _write(self, message: Message) -> None:
        with self._storage.begin() as connection:
            key = (table.c.channel_id == message.channel_id) & (table.c.ts == message.ts)
            connection.execute(
                table.update().where(key).values(kind=message.kind, body=message.body, typed=message.typed)
            )


def _named(body: Json) -> Json:
    named = dict(body)
    if body.get("blocks"):
        named["blocks"] = name_all(body["blocks"])
    if body.get("attachments"):
        named["attachments"] = [
            one | {"id": number} | ({"blocks": name_all(one["blocks"])} if one.get("blocks") else {})
            for number, one in enumerate(body["attachments"], 1)
        ]
    return named


def _with_state(message: Message) -> Message:
    return replace(message, typed=initial_state(message.blocks, message.typed, message.channel_id))


def _shown(message: Message, replies: list[Any]) -> Json:
    body = message.body
    return {
        "ts": message.ts,
        "channel": message.channel_id,
        "thread_ts": message.thread_ts,
        "user": message.user_id,
        "is_bot": message.is_bot,
        "username": body.get("username", ""),
        "icon": body.get("icon", ""),
        "kind": message.kind,
        "text": body.get("text", ""),
        "blocks": body.get("blocks", []),
        "attachments": body.get("attachments", []),
        "files": body.get("files", []),
        "ephemeral": bool(message.only_for),
        "edited": bool(body.get("edited")),
        "reply_count": len(replies),
        "latest_reply": replies[-1].ts if replies else "",
        "reply_users": list(dict.fromkeys(row.user_id for row in replies)),
        "state": plain_values(message.typed),
        "state_options": chosen_options(message.typed),
        "pending": False,
    }
