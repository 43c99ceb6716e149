"""The sample people and channels, and who may see what: the workspace's directory."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.embedded.people import GUEST, PEOPLE, SamplePerson
from bot.embedded.workspace.schema import channel as channels
from bot.embedded.workspace.schema import member as members
from bot.embedded.workspace.schema import user as users
from bot.embedded.workspace.storage import Storage

TEAM_ID = "T0LOCAL"
OTHER_TEAM_ID = "T0OTHER"
APP_ID = "A0OKRBOT"
BOT_ID = "B0OKRBOT"
BOT_USER_ID = "U0OKRBOT"

STRANGER = SamplePerson("Robin", "Partner", "", "stranger", "Europe/Paris")
"""Somebody of another organisation, met in the shared channel."""

CHANNELS = (
    # id, kind, name, topic, shared, the bot is in it
    ("C0GENERAL", "channel", "general", "Everything that concerns everyone", False, True),
    ("C0GROWTH", "channel", "growth", "More customers, sooner", False, True),
    ("C0LEADERSHIP", "private", "leadership", "Before it is decided", False, False),
    ("C0RANDOM", "channel", "random", "Everything else", False, False),
    ("C0PARTNERS", "channel", "partners", "Shared with people of another organisation", True, False),
)


@dataclass(frozen=True, slots=True)
class User:
    """One person or bot."""

    id: str
    team_id: str
    handle: str
    real_name: str
    email: str
    tz: str
    standing: str
    title: str
    deleted: bool

    @property
    def is_bot(self) -> bool:
        return self.standing == "bot"

    def offset(self, at: datetime) -> int:
        """Seconds east of UTC at that moment."""
        shift = at.astimezone(ZoneInfo(self.tz)).utcoffset()
        return int(shift.total_seconds()) if shift else 0


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel or direct message and who is in it."""

    id: str
    kind: str
    name: str
    topic: str
    is_shared: bool
    is_archived: bool
    members: tuple[str, ...]

    @property
    def is_dm(self) -> bool:
        return self.kind == "dm"

    def partner(self, user_id: str) -> str:
        """In a direct message, the other one (or oneself, alone)."""
        return next((other for other in self.members if other != user_id), user_id) if self.is_dm else ""


def user_id(person: SamplePerson) -> str:
    """The id of a sample person, made of the first name: Ada is U0ADA."""
    return "U0" + person.first_name.upper()


class Directory:
    """Users, channels and membership."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def seed(self, bot_name: str) -> None:
        """Brings in the sample people and channels where there is nobody yet."""
        with self._storage.begin() as connection:
            if connection.execute(sa.select(users.c.id).limit(1)).first():
                return
            connection.execute(users.insert(), [_row(person) for person in (*PEOPLE, GUEST, STRANGER)])
            bot = _row(SamplePerson("okr", "bot", "", "bot", "UTC")) | {
                "id": BOT_USER_ID,
                "real_name": bot_name,
                "email": "",
            }
            connection.execute(users.insert().values(bot | {"handle": bot_name.lower().replace(" ", "-")}))
            connection.execute(
                channels.insert(),
                [
                    {"id": id_, "kind": kind, "name": name, "topic": topic, "is_shared": shared, "is_archived": False}
                    for id_, kind, name, topic, shared, _ in CHANNELS
                ],
            )
            inside = [(id_, person) for id_, *_, with_bot in CHANNELS for person in _members_of(id_, with_bot)]
            alone = [user_id(person) for person in (*PEOPLE, GUEST)]
            connection.execute(channels.insert(), [_dm_row(_dm_id(person)) for person in alone])
            inside += [(_dm_id(person), one) for person in alone for one in (person, BOT_USER_ID)]
            rows = [{"channel_id": place, "user_id": person, "last_read": ""} for place, person in inside]
            connection.execute(members.insert(), rows)

    def user(self, id_: str) -> User | None:
        """The person or bot of this id."""
        with self._storage.begin() as connection:
            row = connection.execute(sa.select(users).where(users.c.id == id_)).first()
        return User(*row) if row else None

    def users(self) -> list[User]:
        """Everybody, in the order of their names."""
        with self._storage.begin() as connection:
            return [User(*row) for row in connection.execute(sa.select(users).order_by(users.c.real_name))]

    def by_email(self, email: str) -> User | None:
        """The person of this address."""
        with self._storage.begin() as connection:
            row = connection.execute(sa.select(users).where(sa.func.lower(users.c.email) == email.lower())).first()
        return User(*row) if row and email else None

    def change_user(self, id_: str, **changes: Any) -> None:
        """Changes what is known of a person, say ``deleted=True`` or ``tz="Asia/Tokyo"``."""
        with self._storage.begin() as connection:
            connection.execute(users.update().where(users.c.id == id_).values(**changes))

    def channel(self, id_: str) -> Channel | None:
        """The channel of this id."""
        return next(iter(self.channels(channels.c.id == id_)), None)

    def named(self, name: str) -> Channel | None:
        """The channel of this name (without ``#``)."""
        return next(iter(self.channels(channels.c.name == name, channels.c.kind != "dm")), None)

    def channels(self, *where: sa.ColumnElement[bool]) -> list[Channel]:
        """The channels and direct messages that satisfy the conditions, by name."""
        with self._storage.begin() as connection:
            rows = connection.execute(sa.select(channels).where(*where).order_by(channels.c.name, channels.c.id)).all()
            found = connection.execute(
                sa.select(members.c.channel_id, members.c.user_id)
                .where(members.c.channel_id.in_([row.id for row in rows]))
                .order_by(members.c.user_id)
            ).all()
        inside: dict[str, list[str]] = {}
        for row in found:
            inside.setdefault(row.channel_id, []).append(row.user_id)
        return [Channel(**row._mapping, members=tuple(inside.get(row.id, ()))) for row in rows]

    def channels_of(self, user_id: str) -> list[Channel]:
        """The channels and direct messages somebody is in."""
        mine = sa.select(members.c.channel_id).where(members.c.user_id == user_id)
        return self.channels(channels.c.id.in_(mine))

    def change_channel(self, id_: str, **changes: Any) -> None:
        """Changes a channel, say ``is_archived=True``."""
        with self._storage.begin() as connection:
            connection.execute(channels.update().where(channels.c.id == id_).values(**changes))

    def join(self, channel_id: str, user_id: str) -> None:
        """Makes somebody a member."""
        with self._storage.begin() as connection:
            key = (members.c.channel_id == channel_id) & (members.c.user_id == user_id)
            if not connection.execute(sa.select(members.c.user_id).where(key)).first():
                connection.execute(members.insert().values(channel_id=channel_id, user_id=user_id, last_read=""))

    def leave(self, channel_id: str, user_id: str) -> None:
        """Ends a membership."""
        with self._storage.begin() as connection:
            key = (members.c.channel_id == channel_id) & (members.c.user_id == user_id)
            connection.execute(members.delete().where(key))

    def open_dm(self, one: str, other: str) -> Channel:
        """The direct message between two, made if there is none."""
        with self._storage.begin() as connection:
            for found in self.channels_of(one):
                if found.is_dm and set(found.members) == {one, other}:
                    return found
            pair = tuple(sorted({one, other}))
            id_ = _dm_id(one) if other == BOT_USER_ID else "D" + secrets.token_hex(5).upper()
            connection.execute(channels.insert().values(_dm_row(id_)))
            for person in pair:
                self.join(id_, person)
            return Channel(id_, "dm", "", "", False, False, pair)

    def last_read(self, channel_id: str, user_id: str) -> str:
        """The ts up to which somebody has read a channel, '' for nothing."""
        with self._storage.begin() as connection:
            key = (members.c.channel_id == channel_id) & (members.c.user_id == user_id)
            return str(connection.execute(sa.select(members.c.last_read).where(key)).scalar() or "")

    def mark_read(self, channel_id: str, user_id: str, ts: str) -> None:
        """Moves the reading mark, never back."""
        with self._storage.begin() as connection:
            key = (members.c.channel_id == channel_id) & (members.c.user_id == user_id) & (members.c.last_read < ts)
            connection.execute(members.update().where(key).values(last_read=ts))


def _row(person: SamplePerson) -> dict[str, Any]:
    return {
        "id": user_id(person),
        "team_id": OTHER_TEAM_ID if person.role == "stranger" else TEAM_ID,
        "handle": person.email.partition("@")[0],
        "real_name": person.name,
        "email": person.email.replace("@example.com", "@example.org") if person.role == "stranger" else person.email,
        "tz": person.time_zone,
        "standing": person.role,
        "title": person.team,
        "deleted": False,
    }


def _dm_id(user_id: str) -> str:
    """The id of a person's direct message with the bot."""
    return "D" + user_id[1:]


def _dm_row(id_: str) -> dict[str, Any]:
    return {"id": id_, "kind": "dm", "name": "", "topic": "", "is_shared": False, "is_archived": False}


def _members_of(channel_id: str, with_bot: bool) -> list[str]:
    everybody = [user_id(person) for person in PEOPLE]
    more = {"C0PARTNERS": [user_id(STRANGER)], "C0GENERAL": [user_id(GUEST)]}.get(channel_id, [])
    inside = everybody[:4] if channel_id == "C0LEADERSHIP" else [*everybody, *more]
    return [*inside, BOT_USER_ID] if with_bot else inside
