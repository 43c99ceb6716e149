"""How Alembic runs here: on the connection it is handed, inside the transaction of whoever called."""

from alembic import context

from bot.embedded.okr_server.migrations import VERSION_TABLE
from bot.embedded.okr_server.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table=VERSION_TABLE
)
with context.begin_transaction():
    context.run_migrations()
