"""The bot's tables as they are now; ``migrations`` brings a database here."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """A time, aware, in UTC: SQLite would forget which zone it was in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database. Raises ValueError for a naive time."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without its zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


short_ids = Table(
    "short_ids",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("short_id", String(32), primary_key=True),
    Column("objective_id", String(64), nullable=False),
    UniqueConstraint("team_id", "objective_id"),
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
    Column("made_at", Moment, nullable=False),
    Index("forms_made_at", "made_at"),
)

people = Table(
    "people",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("person_id", String(64), nullable=False),
    Column("bound_at", Moment, nullable=False),
    UniqueConstraint("team_id", "person_id"),
)

origins = Table(
    "origins",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("view_id", String(64), primary_key=True),
    Column("response_url", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Index("origins_made_at", "made_at"),
)
"""Where the command was typed that opened a form, or where it was said that a job waits, by the end of its id.

``response_url`` lets anybody answer there: it is kept sealed.
"""

_IS_RENAMING = text("former_id <> ''")
_IS_UNDO = text("undoes <> ''")
_IS_DELETION = text("act = 'delete'")
_IS_RESTORATION = text("act = 'restore'")

changes = Table(
    "changes",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("team_id", String(32), nullable=False),
    Column("entry_id", Text, nullable=False),
    Column("act", String(16), nullable=False),
    Column("user_id", String(32), nullable=False),
    Column("channel_id", String(32), nullable=False),
    Column("way", String(16), nullable=False),
    Column("objective_id", String(64), nullable=False),
    Column("former_id", String(64), nullable=False),
    Column("undoes", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("snapshot", Text),
    UniqueConstraint("team_id", "entry_id"),
    Index("changes_at", "at"),
    Index("changes_of_team", "team_id", "at", "number"),
    Index("changes_of_user", "team_id", "user_id", "at", "number"),
    Index("changes_of_objective", "team_id", "objective_id", "at", "number"),
    Index(
        "changes_deleting",
        "team_id",
        "at",
        "number",
        sqlite_where=_IS_DELETION,
        postgresql_where=_IS_DELETION,
    ),
    Index(
        "changes_restoring",
        "team_id",
        "objective_id",
        sqlite_where=_IS_RESTORATION,
        postgresql_where=_IS_RESTORATION,
    ),
    Index("changes_renaming", "team_id", "former_id", sqlite_where=_IS_RENAMING, postgresql_where=_IS_RENAMING),
    Index("changes_undoing", "team_id", "undoes", sqlite_where=_IS_UNDO, postgresql_where=_IS_UNDO),
    sqlite_autoincrement=True,
)
"""The record. Triggers refuse to change a row, and to delete one that ``purges`` does not let go.

``number`` counts the rows as they were written. ``former_id``: of a restoration that gave a new id, the old one.
``before``, ``after``, ``snapshot``: JSON (``packing``).
"""

purges = Table("purges", metadata, Column("before", Moment, primary_key=True))
"""Empty but within the transaction of a purge, which nobody else sees: what is older than ``before`` may be deleted."""

claims = Table(
    "claims",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("objective_id", Text, primary_key=True),
    Column("work_id", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Index("claims_of_work", "team_id", "work_id"),
    Index("claims_made_at", "made_at"),
)
"""Which submission a newly made objective, or the undoing of an entry, belongs to."""

paces = Table(
    "paces",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("full_at", Double, nullable=False),
    Column("held_until", Double, nullable=False),
)

executors = Table(
    "executors",
    metadata,
    Column("executor_id", String(255), primary_key=True),
    Column("role", String(32), nullable=False),
    Column("seen_at", Double, nullable=False),
    Column("taken_by", String(255), nullable=False),
)
"""The processes that work. ``seen_at`` is 0 of one that has left; ``taken_by`` is whoever goes on with its work."""

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("subscription_id", String(32), primary_key=True),
    Column("channel_id", String(32), nullable=False),
    Column("query", Text, nullable=False),
    Column("meaning", String(64), nullable=False),
    Column("cadence", String(64), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("kinds", Text, nullable=False),
    Column("except_me", Boolean, nullable=False),
    Column("is_silent", Boolean, nullable=False),
    Column("made_by", String(32), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("paused_until", Moment),
    Column("spoke_at", Moment),
    Column("digested_at", Moment),
    Column("told_to", BigInteger),
    Column("told_at", Moment),
    UniqueConstraint("team_id", "channel_id", "meaning", "cadence"),
)
"""What channels follow. ``meaning``: a digest of what the query asks for, the same however that was written.

``told_to``: the number of the last change (table ``past``) that its last digest was made with, at ``told_at``."""

mutes = Table(
    "mutes",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("channel_id", String(32), primary_key=True),
    Column("objective_id", String(64), primary_key=True),
    Column("user_id", String(32), nullable=False),
)
"""The objectives of which a channel hears nothing more, and who wanted that."""

reminders = Table(
    "reminders",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("cadence", String(64), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("snoozed_until", Moment),
    Column("reminded_at", Moment),
)

follow_versions = Table(
    "follow_versions",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("number", BigInteger, nullable=False),
)
"""How often a workspace's subscriptions, mutes or reminders have changed."""
