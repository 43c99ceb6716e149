"""What channels follow, what they have muted, and of whom is reminded."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("subscription_id", sa.String(32), primary_key=True),
        sa.Column("channel_id", sa.String(32), nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("meaning", sa.String(64), nullable=False),
        sa.Column("cadence", sa.String(64), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("except_me", sa.Boolean, nullable=False),
        sa.Column("is_silent", sa.Boolean, nullable=False),
        sa.Column("made_by", sa.String(32), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("paused_until", MOMENT),
        sa.Column("spoke_at", MOMENT),
        sa.Column("digested_at", MOMENT),
        sa.UniqueConstraint("team_id", "channel_id", "meaning", "cadence"),
    )
    op.create_table(
        "mutes",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("channel_id", sa.String(32), primary_key=True),
        sa.Column("objective_id", sa.String(64), primary_key=True),
        sa.Column("user_id", sa.String(32), nullable=False),
    )
    op.create_table(
        "reminders",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("user_id", sa.String(32), primary_key=True),
        sa.Column("cadence", sa.String(64), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("snoozed_until", MOMENT),
        sa.Column("reminded_at", MOMENT),
    )
    op.create_table(
        "follow_versions",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
