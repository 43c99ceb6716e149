"""People and channels, and who is in what: the workspace's directory."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.embedded.people import SamplePerson
from bot.embedded.workspace.schema import channel as channels
from bot.embedded.workspace.schema import member as members
from bot.embedded.workspace.schema import user as users
from bot.embedded.workspace.storage import Storage

TEAM_ID = "T0LOCAL"
OTHER_TEAM_ID = "T0OTHER"
APP_ID = "A0OKRBOT"
BOT_ID = "B0OKRBOT"
BOT_USER_ID = "U0OKRBOT"

GENERAL = "C0GENERAL"
GUESTS = ("guest", "multi_guest")


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

    @property
    def is_guest(self) -> bool:
        """Whether somebody is a guest, of one channel or of several."""
        return self.standing in GUESTS

    def offset(self, at: datetime) -> int:
        """Seconds east of UTC at that moment."""
        shift = at.astimezone(ZoneInfo(self.tz)).utcoffset()
        return int(shift.total_seconds()) if shift else 0


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel or direct message and who is in it."""

    id: str
    kind: str
    name: str = ""
    topic: str = ""
    is_shared: bool = False
    is_archived: bool = False
    members: tuple[str, ...] = ()

    @property
    def is_dm(self) -> bool:
        return self.kind == "dm"

    @property
    def is_general(self) -> bool:
        """Whether it is the one that everybody is in and that cannot be put away."""
        return self.id == GENERAL

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

    def add_user(self, user: User) -> None:
        """Brings a person in, with a direct message with the app."""
        with self._storage.begin() as connection:
            connection.execute(users.insert().values(asdict(user)))
            self.open_dm(user.id, BOT_USER_ID)

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

    def add_channel(self, channel: Channel) -> None:
        """Makes a channel, with its members."""
        row = asdict(channel)
        inside = row.pop("members")
        with self._storage.begin() as connection:
            connection.execute(channels.insert().values(row))
            rows = [{"channel_id": channel.id, "user_id": person, "last_read": ""} for person in inside]
            if rows:
                connection.execute(members.insert(), rows)

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
        with self._storage.begin():
            for found in self.channels_of(one):
                if found.is_dm and set(found.members) == {one, other}:
                    return found
            pair = tuple(sorted({one, other}))
            made = direct_message(one) if other == BOT_USER_ID else Channel(new_id("D"), "dm", members=pair)
            self.add_channel(made)
            return made

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


def direct_message(user_id: str) -> Channel:
    """The conversation of a person with the app."""
    return Channel("D" + user_id[1:], "dm", members=tuple(sorted({user_id, BOT_USER_ID})))


def new_id(letter: str) -> str:
    """An id that nobody has yet."""
    return letter + secrets.token_hex(5).upper()
