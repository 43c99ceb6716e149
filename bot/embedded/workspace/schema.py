"""The tables of the workspace; what is shown or sent is kept whole as JSON beside the columns that are searched."""

from sqlalchemy import JSON, Boolean, Column, Float, Integer, LargeBinary, MetaData, String, Table

metadata = MetaData()

user = Table(
    "ws_user",
    metadata,
    Column("id", String, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("handle", String, nullable=False),
    Column("real_name", String, nullable=False),
    Column("email", String, nullable=False),
    Column("tz", String, nullable=False),
    Column("standing", String, nullable=False),  # admin, member, guest, multi_guest, stranger or bot
    Column("title", String, nullable=False),
    Column("deleted", Boolean, nullable=False),
)

channel = Table(
    "ws_channel",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),  # channel, private or dm
    Column("name", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("is_archived", Boolean, nullable=False),
)

member = Table(
    "ws_member",
    metadata,
    Column("channel_id", String, primary_key=True),
    Column("user_id", String, primary_key=True, index=True),
    Column("last_read", String, nullable=False),
)

message = Table(
    "ws_message",
    metadata,
    Column("channel_id", String, primary_key=True),
    Column("ts", String, primary_key=True),
    Column("thread_ts", String, nullable=False, index=True),  # '' at the top level and on the parent itself
    Column("user_id", String, nullable=False),
    Column("only_for", String, nullable=False),  # the one person who sees an ephemeral message, else ''
    Column("kind", String, nullable=False),
    Column("body", JSON, nullable=False),
    Column("typed", JSON, nullable=False),  # what was chosen in its elements: {block_id: {action_id: Slack's state}}
)

view = Table(
    "ws_view",
    metadata,
    Column("id", String, primary_key=True),
    Column("user_id", String, nullable=False, index=True),
    Column("kind", String, nullable=False),  # modal or home
    Column("depth", Integer, nullable=False),
    Column("root_id", String, nullable=False),
    Column("external_id", String, nullable=False, index=True),
    Column("hash", String, nullable=False),
    Column("body", JSON, nullable=False),
    Column("typed", JSON, nullable=False),
)

hook = Table(
    "ws_hook",
    metadata,
    Column("digest", String, primary_key=True),  # SHA-256 of the token in the address, which nobody keeps
    Column("channel_id", String, nullable=False),
    Column("user_id", String, nullable=False),
    Column("message_ts", String, nullable=False),
    Column("uses", Integer, nullable=False),
    Column("expires", Float, nullable=False),  # seconds since 1970
)

file = Table(
    "ws_file",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("title", String, nullable=False),
    Column("length", Integer, nullable=False),
    Column("content", LargeBinary, nullable=True),  # none until it has been uploaded
    Column("upload_digest", String, nullable=True, index=True),  # SHA-256 of the token to upload it with, once
)
