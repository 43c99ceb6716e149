"""The tables of what channels are told: what happened, how objectives were last seen, and what is to be posted."""

from sqlalchemy import BigInteger, Column, Double, Index, Integer, String, Table, Text, UniqueConstraint

from bot.store.tables import metadata

_NUMBER = BigInteger().with_variant(Integer, "sqlite")

happenings = Table(
    "happenings",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("team_id", String(32), nullable=False),
    Column("entry_id", Text, nullable=False),
    UniqueConstraint("team_id", "entry_id"),
    sqlite_autoincrement=True,
)
"""Entries of the record that nobody has been told of yet: written with the entry, taken out when it is announced."""

seen = Table(
    "seen",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("objective_id", String(64), primary_key=True),
    Column("mark", String(32), nullable=False),
    Column("content", Text, nullable=False),
    Column("touched_at", Double, nullable=False),
    Column("progressed_at", Double),
)
"""How each objective was last seen. ``mark``: a digest of ``content`` (``bot.notify.snapshots``). Epoch seconds."""

past = Table(
    "past",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("team_id", String(32), nullable=False),
    Column("objective_id", String(64), nullable=False),
    Column("until", Double, nullable=False),
    Column("content", Text),
    Column("user_id", String(32)),
    Index("past_of_objective", "team_id", "objective_id", "until"),
    Index("past_until", "until"),
    sqlite_autoincrement=True,
)
"""How objectives were seen before: ``content`` was so until then; null where the objective was not there yet.

``user_id``: the Slack user who changed that through the bot, if one did."""

looks = Table(
    "looks",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("began_at", Double),
    Column("looked_at", Double),
    Column("leased_by", String(255), nullable=False),
    Column("leased_until", Double, nullable=False),
)
"""The polls: since when there is something to compare with, when it was last looked, and who looks."""

announcements = Table(
    "announcements",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("team_id", String(32), nullable=False),
    Column("channel_id", String(32), nullable=False),
    Column("source", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("objective_id", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("made_at", Double, nullable=False),
    Column("state", String(16), nullable=False),
    Column("sent_at", Double),
    Column("repeats", Integer, nullable=False),
    UniqueConstraint("team_id", "channel_id", "source"),
    Index("announcements_to_send", "state", "team_id", "channel_id", "number"),
    sqlite_autoincrement=True,
)
"""What is to be posted, and was. ``source`` names what it is about, once a channel. ``state``: waiting, sending, sent,
dropped. ``repeats``: how often it was sent again because nobody knew whether Slack had posted it."""

threads = Table(
    "threads",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("channel_id", String(32), primary_key=True),
    Column("objective_id", String(64), primary_key=True),
    Column("parent_ts", String(32), nullable=False),
    Column("began_at", Double, nullable=False),
    Column("replies", Integer, nullable=False),
)
"""The message that a channel has of an objective today."""

turns = Table(
    "turns",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("channel_id", String(32), primary_key=True),
    Column("not_before", Double, nullable=False),
    Column("worker", String(255), nullable=False),
    Column("until", Double, nullable=False),
)
"""Who posts to a channel at the moment, and from when on the next message may come."""
