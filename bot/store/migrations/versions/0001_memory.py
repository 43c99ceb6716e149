"""What the bot remembers between commands: short ids, the last list, forms."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "short_ids",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("short_id", sa.String(32), primary_key=True),
        sa.Column("objective_id", sa.String(64), nullable=False),
        sa.UniqueConstraint("team_id", "objective_id"),
    )
    op.create_table(
        "last_lists",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("user_id", sa.String(32), primary_key=True),
        sa.Column("first", sa.Integer, nullable=False),
        sa.Column("objective_ids", sa.Text, nullable=False),
    )
    op.create_table(
        "forms",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("form_id", sa.String(32), primary_key=True),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("forms_made_at", "forms", ["made_at"])
