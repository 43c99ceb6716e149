"""The record and the claims of submissions, who is who, where to answer, the shared pace, and who lives."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

APPEND_ONLY_SQLITE = (
    """
    CREATE TRIGGER changes_stay_as_they_are BEFORE UPDATE ON changes
    BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END
    """,
    """
    CREATE TRIGGER changes_stay BEFORE DELETE ON changes
    WHEN NOT EXISTS (SELECT 1 FROM purges WHERE OLD.at < purges.before)
    BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END
    """,
    # INSERT OR REPLACE deletes without asking the trigger above.
    """
    CREATE TRIGGER changes_are_not_replaced BEFORE INSERT ON changes
    WHEN EXISTS (SELECT 1 FROM changes WHERE team_id = NEW.team_id AND entry_id = NEW.entry_id)
      OR EXISTS (SELECT 1 FROM changes WHERE number = NEW.number)
    BEGIN SELECT RAISE(IGNORE); END
    """,
)

APPEND_ONLY_POSTGRES = (
    """
    CREATE FUNCTION changes_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT 1 FROM purges WHERE OLD.at < purges.before) THEN
          RETURN OLD;
        END IF;
      END IF;
      RAISE EXCEPTION 'the record is append-only';
    END $$
    """,
    """
    CREATE TRIGGER changes_stay BEFORE UPDATE OR DELETE ON changes
    FOR EACH ROW EXECUTE FUNCTION changes_stay()
    """,
    """
    CREATE TRIGGER changes_are_not_truncated BEFORE TRUNCATE ON changes
    FOR EACH STATEMENT EXECUTE FUNCTION changes_stay()
    """,
)


def upgrade() -> None:
    make_record()
    op.create_table(
        "claims",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("objective_id", sa.Text, primary_key=True),
        sa.Column("work_id", sa.Text, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    op.create_index("claims_of_work", "claims", ["team_id", "work_id"])
    op.create_index("claims_made_at", "claims", ["made_at"])
    op.create_table(
        "people",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("user_id", sa.String(32), primary_key=True),
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("bound_at", MOMENT, nullable=False),
        sa.UniqueConstraint("team_id", "person_id"),
    )
    op.create_table(
        "origins",
        sa.Column("team_id", sa.String(32), primary_key=True),
        sa.Column("view_id", sa.String(64), primary_key=True),
        sa.Column("response_url", sa.Text, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    op.create_index("origins_made_at", "origins", ["made_at"])
    op.create_table(
        "paces",
        sa.Column("name", sa.String(255), primary_key=True),
        sa.Column("full_at", sa.Double, nullable=False),
        sa.Column("held_until", sa.Double, nullable=False),
    )
    op.create_table(
        "executors",
        sa.Column("executor_id", sa.String(255), primary_key=True),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("seen_at", sa.Double, nullable=False),
        sa.Column("taken_by", sa.String(255), nullable=False),
    )


def make_record() -> None:
    """The record, which refuses to be changed, and the table by which a purge gets past that."""
    op.create_table(
        "changes",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("team_id", sa.String(32), nullable=False),
        sa.Column("entry_id", sa.Text, nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("channel_id", sa.String(32), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("objective_id", sa.String(64), nullable=False),
        sa.Column("former_id", sa.String(64), nullable=False),
        sa.Column("undoes", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Column("snapshot", sa.Text),
        sa.UniqueConstraint("team_id", "entry_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("changes_at", "changes", ["at"])
    op.create_index("changes_of_team", "changes", ["team_id", "at", "number"])
    op.create_index("changes_of_user", "changes", ["team_id", "user_id", "at", "number"])
    op.create_index("changes_of_objective", "changes", ["team_id", "objective_id", "at", "number"])
    make_partial_index("changes_deleting", ["team_id", "at", "number"], "act = 'delete'")
    make_partial_index("changes_restoring", ["team_id", "objective_id"], "act = 'restore'")
    make_partial_index("changes_renaming", ["team_id", "former_id"], "former_id <> ''")
    make_partial_index("changes_undoing", ["team_id", "undoes"], "undoes <> ''")
    op.create_table("purges", sa.Column("before", MOMENT, primary_key=True))
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in APPEND_ONLY_SQLITE if is_sqlite else APPEND_ONLY_POSTGRES:
        op.execute(statement)


def make_partial_index(name: str, columns: list[str], where: str) -> None:
    """An index of the record that holds only some of its rows."""
    op.create_index(name, "changes", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
