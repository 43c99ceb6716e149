"""Runs the workspace's migrations on the connection handed in by `storage.migrate`."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table="workspace_version")
with context.begin_transaction():
    context.run_migrations()
