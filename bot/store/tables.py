"""The bot's tables as they are now; ``migrations`` brings a database here."""

from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table, Text

metadata = MetaData()

short_ids = Table(
    "short_ids",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("short_id", String(32), primary_key=True),
    Column("objective_id", String(64), nullable=False),
)

last_lists = Table(
    "last_lists",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("first", Integer, nullable=False),
    Column("objective_ids", Text, nullable=False),
)

forms = Table(
    "forms",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("form_id", String(32), primary_key=True),
    Column("user_id", String(32), nullable=False),
    Column("content", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)
