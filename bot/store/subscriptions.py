"""What channels follow, what they have muted, and who wants to be reminded."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, case, delete, select, union, update
from sqlalchemy.exc import IntegrityError

from bot.objectives.model import tag_key
from bot.objectives.query import Query, fold, parse_query
from bot.objectives.subscriptions import Reminder, State, Subscription
from bot.store.database import put, put_new, writing
from bot.store.tables import follow_versions, mutes, reminders, subscriptions


class SqlFollows:
    """``bot.objectives.ports.Follows`` on SQL. Safe to use from many threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def teams(self) -> list[str]:
        """The workspaces in which somebody follows something or is reminded."""
        with self._engine.connect() as connection:
            return sorted(connection.scalars(union(select(subscriptions.c.team_id), select(reminders.c.team_id))))

    def version(self, team_id: str) -> int:
        """Another number after every change to a workspace's subscriptions, mutes and reminders.

        That a subscription has spoken is none: it happens all the time, and changes nothing for anybody.
        """
        wanted = select(follow_versions.c.number).where(follow_versions.c.team_id == team_id)
        with self._engine.connect() as connection:
            return connection.scalar(wanted) or 0

    def add(self, subscription: Subscription) -> bool:
        """Keeps a subscription; false where the channel has one of the same query and cadence."""
        with writing(self._engine) as connection:
            put_it = put_new(connection.dialect.name, subscriptions).returning(subscriptions.c.subscription_id)
            is_new = connection.execute(put_it, _row_of(subscription)).first() is not None
            if is_new:
                _count_change(connection, subscription.team_id)
        return is_new

    def get(self, team_id: str, subscription_id: str) -> Subscription | None:
        """One subscription."""
        with self._engine.connect() as connection:
            row = connection.execute(select(subscriptions).where(_is(team_id, subscription_id))).first()
        return None if row is None else _subscription_of(row)

    def of_channel(self, team_id: str, channel_id: str) -> list[Subscription]:
        """A channel's subscriptions, oldest first."""
        return self._all(subscriptions.c.team_id == team_id, subscriptions.c.channel_id == channel_id)

    def every(self, team_id: str) -> list[Subscription]:
        """All subscriptions of a workspace, oldest first."""
        return self._all(subscriptions.c.team_id == team_id)

    def _all(self, *conditions: ColumnElement[bool]) -> list[Subscription]:
        wanted = select(subscriptions).where(*conditions)
        oldest_first = wanted.order_by(subscriptions.c.made_at, subscriptions.c.subscription_id)
        with self._engine.connect() as connection:
            return [_subscription_of(row) for row in connection.execute(oldest_first)]

    def change(self, subscription: Subscription) -> bool:
        """Puts a subscription in place of the one with its id; false where it is gone, or would be one twice."""
        row = _row_of(subscription)
        # What the bot notes while people change a subscription is not taken back by what was read before that.
        for noted_alone in ("spoke_at", "told_to", "told_at"):
            del row[noted_alone]
        given, noted = row.pop("digested_at"), subscriptions.c.digested_at
        if subscription.told_to is None:
            is_as_before = subscriptions.c.cadence == subscription.cadence
            row["told_to"] = case((is_as_before, subscriptions.c.told_to), else_=None)
        if given is not None:
            row["digested_at"] = case((noted > given, noted), else_=given)
        statement = update(subscriptions).where(_is(subscription.team_id, subscription.id)).values(row)
        try:
            with writing(self._engine) as connection:
                changed = connection.execute(statement).rowcount
                if changed:
                    _count_change(connection, subscription.team_id)
        except IntegrityError:
            return False
        return bool(changed)

    def remove(self, team_id: str, subscription_id: str) -> bool:
        """Takes a subscription out; false where it is gone."""
        with writing(self._engine) as connection:
            removed = connection.execute(delete(subscriptions).where(_is(team_id, subscription_id))).rowcount
            if removed:
                _count_change(connection, team_id)
        return bool(removed)

    def spoke(self, team_id: str, subscription_id: str, at: datetime) -> None:
        """Writes down when a subscription last posted."""
        with self._engine.begin() as connection:
            connection.execute(update(subscriptions).where(_is(team_id, subscription_id)).values(spoke_at=at))

    def digested(self, transaction: Connection, subscription: Subscription, due: datetime) -> bool:
        """Takes a digest's hour for this transaction; false where somebody else has, or the subscription is gone."""
        is_as_known = subscriptions.c.digested_at.is_not_distinct_from(subscription.digested_at)
        noted = update(subscriptions).where(_is(subscription.team_id, subscription.id), is_as_known)
        taken = transaction.execute(noted.values(digested_at=due)).rowcount
        if taken:
            _count_change(transaction, subscription.team_id)
        return bool(taken)

    def mute(self, team_id: str, channel_id: str, objective_id: str, user_id: str, *, is_muted: bool) -> None:
        """A channel hears nothing more of an objective; or hears of it again."""
        row = {"team_id": team_id, "channel_id": channel_id, "objective_id": objective_id, "user_id": user_id}
        with writing(self._engine) as connection:
            if is_muted:
                connection.execute(put_new(connection.dialect.name, mutes), row)
            else:
                connection.execute(
                    delete(mutes).where(
                        mutes.c.team_id == team_id,
                        mutes.c.channel_id == channel_id,
                        mutes.c.objective_id == objective_id,
                    )
                )
            _count_change(connection, team_id)

    def muted(self, team_id: str, channel_id: str) -> dict[str, str]:
        """The muted objectives of a channel, each with the Slack user who muted it."""
        wanted = select(mutes.c.objective_id, mutes.c.user_id).where(
            mutes.c.team_id == team_id, mutes.c.channel_id == channel_id
        )
        with self._engine.connect() as connection:
            rows = connection.execute(wanted.order_by(mutes.c.objective_id))
            return {row.objective_id: row.user_id for row in rows}

    def set_reminder(self, reminder: Reminder) -> None:
        """Keeps a person's reminder, in place of one they had."""
        with writing(self._engine) as connection:
            connection.execute(put(connection.dialect.name, reminders), _values_of(reminder))
            _count_change(connection, reminder.team_id)

    def reminder(self, team_id: str, user_id: str) -> Reminder | None:
        """A person's reminder."""
        with self._engine.connect() as connection:
            row = connection.execute(select(reminders).where(_is_of(team_id, user_id))).first()
        return None if row is None else Reminder(**row._mapping)

    def reminders(self, team_id: str) -> list[Reminder]:
        """All reminders of a workspace."""
        wanted = select(reminders).where(reminders.c.team_id == team_id).order_by(reminders.c.user_id)
        with self._engine.connect() as connection:
            return [Reminder(**row._mapping) for row in connection.execute(wanted)]

    def reminded(self, transaction: Connection, reminder: Reminder, due: datetime) -> bool:
        """Takes a reminder's hour for this transaction; false where somebody else has, or the reminder is gone."""
        is_as_known = reminders.c.reminded_at.is_not_distinct_from(reminder.reminded_at)
        noted = update(reminders).where(_is_of(reminder.team_id, reminder.user_id), is_as_known)
        return bool(transaction.execute(noted.values(reminded_at=due)).rowcount)

    def remove_reminder(self, team_id: str, user_id: str) -> bool:
        """Takes a person's reminder out; false where they have none."""
        with writing(self._engine) as connection:
            removed = connection.execute(delete(reminders).where(_is_of(team_id, user_id))).rowcount
            if removed:
                _count_change(connection, team_id)
        return bool(removed)


def note_told(connection: Connection, team_id: str, subscription_id: str, told_to: int, told_at: datetime) -> None:
    """Writes down, in the transaction in which its digest counts as posted, of what a subscription has told."""
    noted = update(subscriptions).where(_is(team_id, subscription_id))
    connection.execute(noted.values(told_to=told_to, told_at=told_at))


def meaning(query: str, made_by: str) -> str:
    """A digest of what a query asks for: that of another is the same where it means the same, however it was written.

    *Me* is whoever made the subscription.
    """
    settled = _settle(parse_query(query).query)
    maker = made_by if "me" in settled.owners else ""
    return sha256(f"{maker} {settled}".encode()).hexdigest()


def _settle(query: Query) -> Query:
    """The query as all have it that ask for the same: in one order, one spelling, and in no session as in every one."""
    return replace(
        query,
        words=_each({fold(word) for word in query.words}),
        tags=_each(map(tag_key, query.tags)),
        without_tags=_each(map(tag_key, query.without_tags)),
        owners=_each(map(fold, query.owners)),
        teams=_each(map(fold, query.teams)),
        sessions=() if "all" in query.sessions else _each(map(fold, query.sessions)),
        statuses=tuple(sorted(query.statuses, key=lambda status: status.value)),
        sort="",
    )


def _each(words: Any) -> tuple[str, ...]:
    return tuple(sorted(set(words)))


def _is(team_id: str, subscription_id: str) -> ColumnElement[bool]:
    return (subscriptions.c.team_id == team_id) & (subscriptions.c.subscription_id == subscription_id)


def _is_of(team_id: str, user_id: str) -> ColumnElement[bool]:
    return (reminders.c.team_id == team_id) & (reminders.c.user_id == user_id)


def _count_change(connection: Connection, team_id: str) -> None:
    connection.execute(put_new(connection.dialect.name, follow_versions), {"team_id": team_id, "number": 0})
    counted = update(follow_versions).where(follow_versions.c.team_id == team_id)
    connection.execute(counted.values(number=follow_versions.c.number + 1))


def _row_of(one: Subscription) -> dict[str, Any]:
    return {
        "team_id": one.team_id,
        "subscription_id": one.id,
        "channel_id": one.channel_id,
        "query": one.query,
        "meaning": meaning(one.query, one.made_by),
        "cadence": one.cadence,
        "zone": one.zone,
        "kinds": " ".join(one.only),
        "except_me": one.except_me,
        "is_silent": one.is_silent,
        "made_by": one.made_by,
        "made_at": one.made_at,
        "state": one.state.value,
        "paused_until": one.paused_until,
        "spoke_at": one.spoke_at,
        "digested_at": one.digested_at,
        "told_to": one.told_to,
        "told_at": one.told_at,
    }


def _subscription_of(row: Row[Any]) -> Subscription:
    return Subscription(
        id=row.subscription_id,
        team_id=row.team_id,
        channel_id=row.channel_id,
        query=row.query,
        cadence=row.cadence,
        made_by=row.made_by,
        made_at=row.made_at,
        zone=row.zone,
        except_me=row.except_me,
        only=tuple(row.kinds.split()),
        is_silent=row.is_silent,
        state=State(row.state),
        paused_until=row.paused_until,
        spoke_at=row.spoke_at,
        digested_at=row.digested_at,
        told_to=row.told_to,
        told_at=row.told_at,
    )


def _values_of(reminder: Reminder) -> Mapping[str, Any]:
    return {column.name: getattr(reminder, column.name) for column in reminders.columns}
