"""Who made a change that was seen, and up to which change the last digest of a subscription told."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("past", sa.Column("user_id", sa.String(32)))
    op.add_column("subscriptions", sa.Column("told_to", sa.BigInteger))
    op.add_column("subscriptions", sa.Column("told_at", sa.DateTime(timezone=True)))
