"""The first tables: people, channels, messages, views, response addresses, files."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "ws_setting", sa.Column("name", sa.String, primary_key=True), sa.Column("value", sa.Text, nullable=False)
    )
    op.create_table(
        "ws_user",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("team_id", sa.String, nullable=False),
        sa.Column("handle", sa.String, nullable=False),
        sa.Column("real_name", sa.String, nullable=False),
        sa.Column("email", sa.String, nullable=False),
        sa.Column("tz", sa.String, nullable=False),
        sa.Column("standing", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
    )
    op.create_table(
        "ws_channel",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("is_shared", sa.Boolean, nullable=False),
        sa.Column("is_archived", sa.Boolean, nullable=False),
    )
    op.create_table(
        "ws_member",
        sa.Column("channel_id", sa.String, primary_key=True),
        sa.Column("user_id", sa.String, primary_key=True),
        sa.Column("last_read", sa.String, nullable=False),
    )
    op.create_index("ix_ws_member_user_id", "ws_member", ["user_id"])
    op.create_table(
        "ws_message",
        sa.Column("channel_id", sa.String, primary_key=True),
        sa.Column("ts", sa.String, primary_key=True),
        sa.Column("thread_ts", sa.String, nullable=False),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("only_for", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("typed", sa.JSON, nullable=False),
    )
    op.create_index("ix_ws_message_thread_ts", "ws_message", ["thread_ts"])
    op.create_table(
        "ws_view",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("depth", sa.Integer, nullable=False),
        sa.Column("root_id", sa.String, nullable=False),
        sa.Column("external_id", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("typed", sa.JSON, nullable=False),
    )
    op.create_index("ix_ws_view_user_id", "ws_view", ["user_id"])
    op.create_index("ix_ws_view_external_id", "ws_view", ["external_id"])
    op.create_table(
        "ws_hook",
        sa.Column("token", sa.String, primary_key=True),
        sa.Column("channel_id", sa.String, nullable=False),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("message_ts", sa.String, nullable=False),
        sa.Column("uses", sa.Integer, nullable=False),
        sa.Column("expires", sa.Float, nullable=False),
    )
    op.create_table(
        "ws_file",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=True),
    )
