"""How objectives were, change by change. Changes are numbered, so that of two digests one tells of each."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, func, select, text

from bot.store.feed_tables import past


@dataclass(frozen=True, slots=True)
class Past:
    """One change: ``content`` is how the objective was until then, None where it was not there yet.

    ``user_id``: the Slack user who made it through the bot, else empty.
    """

    number: int
    content: str | None
    user_id: str = ""


class Pasts:
    """The changes of all objectives, by workspace."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def cut(self) -> int:
        """A number between the changes: all up to it are there to be read, and none will come to be below it."""
        with self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                # There a change has its number before others see it: those on their way are waited for.
                connection.execute(text("LOCK TABLE past IN SHARE MODE"))
            return connection.scalar(select(func.max(past.c.number))) or 0

    def cut_at(self, team_id: str, moment: datetime) -> int:
        """The same for a moment (aware) of which no number was kept."""
        then = moment.astimezone(UTC).timestamp()
        with self._engine.connect() as connection:
            later = select(func.min(past.c.number)).where(past.c.team_id == team_id, past.c.until > then)
            first = connection.scalar(later)
            return (connection.scalar(select(func.max(past.c.number))) or 0) if first is None else first - 1

    def changes(self, team_id: str, objective_ids: Collection[str], after: int) -> dict[str, list[Past]]:
        """The changes of these objectives behind a number, oldest first."""
        wanted = select(past.c.objective_id, past.c.number, past.c.content, past.c.user_id).where(
            past.c.team_id == team_id, past.c.objective_id.in_(objective_ids), past.c.number > after
        )
        found: dict[str, list[Past]] = defaultdict(list)
        with self._engine.connect() as connection:
            for row in connection.execute(wanted.order_by(past.c.number)):
                found[row.objective_id].append(Past(row.number, row.content, row.user_id or ""))
        return found

    def changed(self, team_id: str, after: int) -> list[str]:
        """The objectives that changed, came or went behind a number."""
        wanted = select(past.c.objective_id).where(past.c.team_id == team_id, past.c.number > after).distinct()
        with self._engine.connect() as connection:
            return list(connection.scalars(wanted))
