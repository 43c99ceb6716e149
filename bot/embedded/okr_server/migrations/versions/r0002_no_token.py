"""The account's token is derived and no longer kept; the one that was kept is overwritten before its column goes."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Take the token out."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA secure_delete = ON")  # else what is overwritten stays readable in the file
    op.execute("UPDATE okr_account SET token = ''")
    op.drop_column("okr_account", "token")
