"""The sample people and channels, which a workspace begins with."""

from dataclasses import asdict

import sqlalchemy as sa

from bot.embedded.people import GUEST, PEOPLE, STRANGER, VISITOR, SamplePerson
from bot.embedded.workspace.people import (
    BOT_USER_ID,
    GENERAL,
    OTHER_TEAM_ID,
    TEAM_ID,
    Channel,
    User,
    direct_message,
    user_id,
)
from bot.embedded.workspace.schema import channel as channels
from bot.embedded.workspace.schema import member as members
from bot.embedded.workspace.schema import user as users
from bot.embedded.workspace.storage import Storage

EVERYBODY = tuple(user_id(person) for person in PEOPLE)
GUESTS = (user_id(GUEST), user_id(VISITOR))

CHANNELS = (
    Channel(
        GENERAL, "channel", "general", "Everything that concerns everyone", members=(*EVERYBODY, *GUESTS, BOT_USER_ID)
    ),
    Channel(
        "C0GROWTH",
        "channel",
        "growth",
        "More customers, sooner",
        members=(*EVERYBODY, user_id(VISITOR), BOT_USER_ID),
    ),
    Channel("C0LEADERSHIP", "private", "leadership", "Before it is decided", members=EVERYBODY[:4]),
    Channel("C0RANDOM", "channel", "random", "Everything else", members=EVERYBODY),
    Channel(
        "C0PARTNERS",
        "channel",
        "partners",
        "Shared with people of another organisation",
        is_shared=True,
        members=(*EVERYBODY, user_id(STRANGER)),
    ),
)


def seed(storage: Storage, bot_name: str) -> None:
    """Brings in the sample people and channels where there is nobody yet."""
    with storage.begin() as connection:
        if connection.execute(sa.select(users.c.id).limit(1)).first():
            return
        people = [_user(person) for person in (*PEOPLE, GUEST, VISITOR, STRANGER)]
        handle = bot_name.lower().replace(" ", "-")
        bot = User(BOT_USER_ID, TEAM_ID, handle, bot_name, "", "UTC", "bot", "", deleted=False)
        connection.execute(users.insert(), [asdict(user) for user in (*people, bot)])
        made = [*CHANNELS, *(direct_message(id_) for id_ in (*EVERYBODY, *GUESTS))]
        rows = [asdict(channel) for channel in made]
        inside = [(row["id"], person) for row in rows for person in row.pop("members")]
        connection.execute(channels.insert(), rows)
        marks = [{"channel_id": place, "user_id": person, "last_read": ""} for place, person in inside]
        connection.execute(members.insert(), marks)


def _user(person: SamplePerson) -> User:
    is_stranger = person.role == "stranger"
    return User(
        user_id(person),
        OTHER_TEAM_ID if is_stranger else TEAM_ID,
        person.email.partition("@")[0],
        person.name,
        person.email.replace("@example.com", "@example.org") if is_stranger else person.email,
        person.time_zone,
        person.role,
        person.team,
        deleted=False,
    )
