"""The first tables: account, sessions, people, objectives, tags, key results and check-ins."""

from alembic import op
from sqlalchemy import Boolean, Column, Double, Integer, Text, UniqueConstraint, text

revision = "0001"
down_revision = None

# Byte order everywhere: the same sorting on SQLite and Postgres, and ids and times compare as what they are.
PlainText = Text().with_variant(Text(collation="C"), "postgresql")


def _column(name: str, default: str = "") -> Column[str]:
    return Column(name, PlainText, nullable=False, server_default=default)


def _id() -> Column[str]:
    return Column("id", PlainText, primary_key=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "okr_account",
        Column("one", Integer, primary_key=True, autoincrement=False),
        _column("id"),
        _column("token"),
        _column("user_id"),
        _column("created_at"),
    )
    op.create_table(
        "okr_sessions",
        _id(),
        _column("title"),
        _column("starts_at"),
        _column("ends_at"),
        _column("status", "open"),
        _column("parent_id"),
        Column("access", Text),
        Column("is_automatic", Boolean, nullable=False),
        _column("created_at"),
        _column("modified_at"),
    )
    op.create_table(
        "okr_assignees",
        _id(),
        _column("type"),
        _column("name"),
        _column("name_key"),
        _column("first_name"),
        _column("last_name"),
        Column("email", PlainText),
        Column("email_key", PlainText),
        _column("description"),
        _column("picture"),
        _column("avatar"),
        _column("color"),
        _column("parent_id"),
        _column("manager_id"),
        _column("subscription_type", "regular"),
        Column("is_active", Boolean, nullable=False),
        _column("created_at"),
        _column("modified_at"),
        UniqueConstraint("email_key", name="okr_assignees_email"),
    )
    op.create_table(
        "okr_team_members",
        Column("team_id", PlainText, primary_key=True),
        Column("user_id", PlainText, primary_key=True),
    )
    op.create_table(
        "okr_goals",
        _id(),
        _column("name"),
        _column("name_key"),
        _column("description"),
        _column("session_id"),
        _column("owner_id"),
        _column("parent_id"),
        _column("former_parent_id"),
        _column("date_from"),
        _column("date_to"),
        Column("attainment", Double, nullable=False),
        _column("attainment_type", "average_kr"),
        _column("closed_status", "active"),
        Column("metrics_count", Integer, nullable=False),
        _column("custom_fields", "{}"),
        Column("access", Text),
        _column("created_by"),
        _column("created_at"),
        _column("modified_at"),
        Column("deleted_at", PlainText),
    )
    op.create_table(
        "okr_tags",
        _id(),
        _column("title"),
        _column("title_key"),
        _column("created_at"),
        UniqueConstraint("title_key", name="okr_tags_title"),
    )
    op.create_table(
        "okr_goal_tags",
        Column("goal_id", PlainText, primary_key=True),
        Column("position", Integer, primary_key=True, autoincrement=False),
        _column("tag_id"),
    )
    op.create_table(
        "okr_owners",
        Column("item_id", PlainText, primary_key=True),
        Column("position", Integer, primary_key=True, autoincrement=False),
        _column("owner_id"),
    )
    op.create_table(
        "okr_metrics",
        _id(),
        _column("goal_id"),
        _column("name"),
        _column("name_key"),
        _column("description"),
        _column("owner_id"),
        Column("initial_value", Double, nullable=False),
        Column("target", Double, nullable=False),
        Column("actual", Double, nullable=False),
        Column("critical", Double),
        _column("target_operator", "at_least"),
        _column("manual_type", "double"),
        _column("format", "{}"),
        _column("due_date"),
        _column("soft_due_date"),
        Column("attainment", Double, nullable=False),
        Column("confidence", Double),
        _column("confidence_reason"),
        _column("confidence_user_id"),
        _column("confidence_date"),
        _column("checked_in_at"),
        Column("order_id", Integer, nullable=False),
        _column("custom_fields", "{}"),
        _column("links", "{}"),
        _column("created_by"),
        _column("created_at"),
        _column("modified_at"),
        Column("deleted_at", PlainText),
    )
    op.create_table(
        "okr_check_ins",
        _id(),
        _column("metric_id"),
        Column("value", Double, nullable=False),
        Column("confidence", Double),
        _column("comment"),
        _column("custom_fields", "{}"),
        _column("changed_by"),
        _column("checked_in_at"),
        _column("created_at"),
        _column("updated_at"),
    )
    op.create_index("okr_assignees_type", "okr_assignees", ["type", "id"])
    op.create_index("okr_assignees_manager", "okr_assignees", ["manager_id"])
    op.create_index("okr_team_members_user", "okr_team_members", ["user_id"])
    op.create_index("okr_goals_session", "okr_goals", ["session_id"])
    op.create_index("okr_goals_owner", "okr_goals", ["owner_id"])
    op.create_index("okr_goals_parent", "okr_goals", ["parent_id"])
    op.create_index("okr_goals_modified", "okr_goals", ["modified_at"])
    op.create_index(
        "okr_goals_former_parent",
        "okr_goals",
        ["former_parent_id"],
        sqlite_where=text("former_parent_id <> ''"),
        postgresql_where=text("former_parent_id <> ''"),
    )
    op.create_index(
        "okr_goals_deleted",
        "okr_goals",
        ["deleted_at"],
        sqlite_where=text("deleted_at IS NOT NULL"),
        postgresql_where=text("deleted_at IS NOT NULL"),
    )
    op.create_index("okr_goal_tags_tag", "okr_goal_tags", ["tag_id", "goal_id"])
    op.create_index("okr_owners_owner", "okr_owners", ["owner_id", "item_id"])
    op.create_index("okr_metrics_goal", "okr_metrics", ["goal_id"])
    op.create_index("okr_metrics_checked_in", "okr_metrics", ["checked_in_at"])
    op.create_index(
        "okr_metrics_deleted",
        "okr_metrics",
        ["deleted_at"],
        sqlite_where=text("deleted_at IS NOT NULL"),
        postgresql_where=text("deleted_at IS NOT NULL"),
    )
    op.create_index("okr_check_ins_metric", "okr_check_ins", ["metric_id", "checked_in_at"])
