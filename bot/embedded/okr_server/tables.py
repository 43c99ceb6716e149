"""The tables of the OKR server. Times are UTC text of one width (``times.py``), so text order is time order."""

from sqlalchemy import Boolean, Column, Double, Index, Integer, MetaData, Table, Text, UniqueConstraint, text

metadata = MetaData()

# Byte order everywhere: the same sorting on SQLite and Postgres, and ids and times compare as what they are.
PlainText = Text().with_variant(Text(collation="C"), "postgresql")


def _column(name: str, default: str = "") -> Column[str]:
    return Column(name, PlainText, nullable=False, server_default=default)


def _id() -> Column[str]:
    return Column("id", PlainText, primary_key=True)


account = Table(
    "okr_account",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),  # always 1: there is one account
    _column("id"),
    _column("user_id"),
    _column("created_at"),
)

sessions = Table(
    "okr_sessions",
    metadata,
    _id(),
    _column("title"),
    _column("starts_at"),
    _column("ends_at"),
    _column("status", "open"),
    _column("parent_id"),
    Column("access", Text),
    Column("is_automatic", Boolean, nullable=False),  # made by the server itself
    _column("created_at"),
    _column("modified_at"),
)

assignees = Table(
    "okr_assignees",
    metadata,
    _id(),
    _column("type"),  # user or team
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
    Index("okr_assignees_type", "type", "id"),
    Index("okr_assignees_manager", "manager_id"),
)

members = Table(
    "okr_team_members",
    metadata,
    Column("team_id", PlainText, primary_key=True),
    Column("user_id", PlainText, primary_key=True),
    Index("okr_team_members_user", "user_id"),
)

goals = Table(
    "okr_goals",
    metadata,
    _id(),
    _column("name"),
    _column("name_key"),
    _column("description"),
    _column("session_id"),
    _column("owner_id"),
    _column("parent_id"),
    _column("former_parent_id"),  # the deleted objective it was aligned to
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
    Index("okr_goals_session", "session_id"),
    Index("okr_goals_owner", "owner_id"),
    Index("okr_goals_parent", "parent_id"),
    Index("okr_goals_modified", "modified_at"),
    Index(
        "okr_goals_former_parent",
        "former_parent_id",
        sqlite_where=text("former_parent_id <> ''"),
        postgresql_where=text("former_parent_id <> ''"),
    ),
    Index(
        "okr_goals_deleted",
        "deleted_at",
        sqlite_where=text("deleted_at IS NOT NULL"),
        postgresql_where=text("deleted_at IS NOT NULL"),
    ),
)

tags = Table(
    "okr_tags",
    metadata,
    _id(),
    _column("title"),
    _column("title_key"),
    _column("created_at"),
    UniqueConstraint("title_key", name="okr_tags_title"),
)

goal_tags = Table(
    "okr_goal_tags",
    metadata,
    Column("goal_id", PlainText, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _column("tag_id"),
    Index("okr_goal_tags_tag", "tag_id", "goal_id"),
)

owners = Table(
    "okr_owners",  # of goals and of metrics
    metadata,
    Column("item_id", PlainText, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _column("owner_id"),
    Index("okr_owners_owner", "owner_id", "item_id"),
)

metrics = Table(
    "okr_metrics",
    metadata,
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
    Index("okr_metrics_goal", "goal_id"),
    Index("okr_metrics_checked_in", "checked_in_at"),
    Index(
        "okr_metrics_deleted",
        "deleted_at",
        sqlite_where=text("deleted_at IS NOT NULL"),
        postgresql_where=text("deleted_at IS NOT NULL"),
    ),
)

check_ins = Table(
    "okr_check_ins",
    metadata,
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
    Index("okr_check_ins_metric", "metric_id", "checked_in_at"),
)
