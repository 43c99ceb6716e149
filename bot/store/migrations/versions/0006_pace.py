"""The pace anew, of which nothing lasts longer than minutes: 0002 first made it without the end of a hold."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("paces")
    op.create_table(
        "paces",
        sa.Column("name", sa.String(255), primary_key=True),
        sa.Column("full_at", sa.Double, nullable=False),
        sa.Column("held_until", sa.Double, nullable=False),
    )
