"""Runs the migrations on the connection that is handed in, inside the transaction of whoever called."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
