"""What happened, how objectives were seen, and what is to be posted to channels."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "happenings",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("entry_id", sa.Text, nullable=False),
        sa.UniqueConstraint("team_id", "entry_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "seen",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("objective_id", sa.String(64), primary_key=True),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("touched_at", sa.Double, nullable=False),
        sa.Column("progressed_at", sa.Double),
    )
    op.create_table(
        "past",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("objective_id", sa.String(64), nullable=False),
        sa.Column("until", sa.Double, nullable=False),
        sa.Column("content", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("past_of_objective", "past", ["team_id", "objective_id", "until"])
    op.create_index("past_until", "past", ["until"])
    op.create_table(
        "looks",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("began_at", sa.Double),
        sa.Column("looked_at", sa.Double),
        sa.Column("leased_by", sa.String(255), nullable=False),
        sa.Column("leased_until", sa.Double, nullable=False),
    )
    make_outbox()


def make_outbox() -> None:
    op.create_table(
        "announcements",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("channel_id", sa.String(32), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("objective_id", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("made_at", sa.Double, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("sent_at", sa.Double),
        sa.Column("repeats", sa.Integer, nullable=False),
        sa.UniqueConstraint("team_id", "channel_id", "source"),
        sqlite_autoincrement=True,
    )
    op.create_index("announcements_to_send", "announcements", ["state", "team_id", "channel_id", "number"])
    op.create_table(
        "threads",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("channel_id", sa.String(32), primary_key=True),
        sa.Column("objective_id", sa.String(64), primary_key=True),
        sa.Column("parent_ts", sa.String(32), nullable=False),
        sa.Column("began_at", sa.Double, nullable=False),
        sa.Column("replies", sa.Integer, nullable=False),
    )
    op.create_table(
        "turns",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("channel_id", sa.String(32), primary_key=True),
        sa.Column("not_before", sa.Double, nullable=False),
        sa.Column("worker", sa.String(255), nullable=False),
        sa.Column("until", sa.Double, nullable=False),
    )
