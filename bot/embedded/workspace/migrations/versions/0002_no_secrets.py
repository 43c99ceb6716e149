"""Secrets are derived and tokens kept as digests only; what was kept in the clear is overwritten before it goes.

Response addresses given out before this go on working; files announced but not uploaded must be announced again.
"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        op.execute("PRAGMA secure_delete = ON")  # else what is overwritten stays readable in the file
    op.execute("UPDATE ws_setting SET value = ''")
    op.drop_table("ws_setting")
    hook = sa.table("ws_hook", sa.column("token", sa.String))
    for token in connection.execute(sa.select(hook.c.token)).scalars().all():
        digest = hashlib.sha256(token.encode()).hexdigest()
        connection.execute(hook.update().where(hook.c.token == token).values(token=digest))
    op.alter_column("ws_hook", "token", new_column_name="digest")
    op.add_column("ws_file", sa.Column("upload_digest", sa.String, nullable=True))
    op.create_index("ix_ws_file_upload_digest", "ws_file", ["upload_digest"])
