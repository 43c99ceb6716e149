"""What the bot remembers between commands: short ids, the list shown last to a person, forms, who is who."""

import json
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, select, text
from sqlalchemy.exc import IntegrityError

from bot.objectives.model import utc_now
from bot.store.database import put, writing
from bot.store.seal import Seal
from bot.store.tables import forms, last_lists, origins, people, short_ids

SHORTEST = 4
KEEP_FORMS = timedelta(days=30)
KEEP_ORIGINS = timedelta(minutes=30)
"""How long Slack takes answers at a response_url."""
CACHE_LIMIT = 200_000


class SqlMemory:
    """``bot.objectives.ports.Memory`` on SQL. Safe to use from many threads and processes.

    ``seal`` closes what must lie in no table in the clear; without one, this process alone can open that again.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = utc_now, seal: Seal | None = None) -> None:
        self._engine = engine
        self._clock = clock
        self._seal = seal or Seal(secrets.token_bytes(32))
        self._known: dict[tuple[str, str], str] = {}

    def short_ids(self, team_id: str, objective_ids: Sequence[str]) -> dict[str, str]:
        """The short id of each objective; a new one gets the shortest tail of its id that is free."""
        known = {one: self._known[team_id, one] for one in objective_ids if (team_id, one) in self._known}
        missing = [one for one in dict.fromkeys(objective_ids) if one not in known]
        if missing:
            found = self._stored_short_ids(team_id, missing)
            for objective_id in missing:
                if objective_id not in found:
                    found[objective_id] = self._give_short_id(team_id, objective_id)
            if len(self._known) + len(found) > CACHE_LIMIT:
                self._known.clear()
            self._known.update({(team_id, one): short for one, short in found.items()})
            known |= found
        return known

    def _stored_short_ids(self, team_id: str, objective_ids: Sequence[str]) -> dict[str, str]:
        wanted = select(short_ids.c.objective_id, short_ids.c.short_id).where(
            short_ids.c.team_id == team_id, short_ids.c.objective_id.in_(objective_ids)
        )
        with self._engine.connect() as connection:
            return {row.objective_id: row.short_id for row in connection.execute(wanted)}

    def _give_short_id(self, team_id: str, objective_id: str) -> str:
        whole = objective_id.upper()
        for length in range(min(SHORTEST, len(whole)), len(whole) + 1):
            row = {"team_id": team_id, "short_id": whole[-length:], "objective_id": objective_id}
            try:
                with self._engine.begin() as connection:
                    connection.execute(short_ids.insert().values(row))
            except IntegrityError:
                # The tail belongs to another objective, or another process has just named this one.
                already = self._stored_short_ids(team_id, [objective_id])
                if already:
                    return already[objective_id]
            else:
                return whole[-length:]
        return whole

    def objectives_by_short_id(self, team_id: str, short_id: str) -> list[str]:
        """The objectives with exactly this short id, or else all known ones whose id ends in it."""
        tail = short_id.upper()
        exact = select(short_ids.c.objective_id).where(short_ids.c.team_id == team_id, short_ids.c.short_id == tail)
        ending = (
            select(short_ids.c.objective_id)
            .where(short_ids.c.team_id == team_id, short_ids.c.objective_id.endswith(tail.lower(), autoescape=True))
            .limit(10)
        )
        with self._engine.connect() as connection:
            return list(connection.scalars(exact)) or list(connection.scalars(ending))

    def remember_list(self, team_id: str, user_id: str, first: int, objective_ids: Sequence[str]) -> None:
        """Remembers the list shown last to a person; ``first`` is the number of its first objective."""
        row = {"team_id": team_id, "user_id": user_id, "first": first, "objective_ids": " ".join(objective_ids)}
        with self._engine.begin() as connection:
            connection.execute(put(connection.dialect.name, last_lists), row)

    def numbered(self, team_id: str, user_id: str, number: int) -> str | None:
        """The objective that had this number in the list shown last to a person."""
        wanted = select(last_lists).where(last_lists.c.team_id == team_id, last_lists.c.user_id == user_id)
        with self._engine.connect() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            return None
        listed = row.objective_ids.split()
        return listed[number - row.first] if 0 <= number - row.first < len(listed) else None

    def save_form(self, team_id: str, user_id: str, form: dict[str, Any]) -> str:
        """Keeps what was typed or shown in a form for 30 days, under an id that is returned."""
        form_id = secrets.token_hex(12)
        now = self._clock()
        row = {"team_id": team_id, "form_id": form_id, "user_id": user_id, "content": json.dumps(form), "made_at": now}
        with self._engine.begin() as connection:
            connection.execute(forms.insert().values(row))
            connection.execute(delete(forms).where(forms.c.made_at < now - KEEP_FORMS))
        return form_id

    def form(self, team_id: str, user_id: str, form_id: str) -> dict[str, Any] | None:
        """What was kept under this id for this person."""
        wanted = select(forms.c.content).where(
            forms.c.team_id == team_id, forms.c.form_id == form_id, forms.c.user_id == user_id
        )
        with self._engine.connect() as connection:
            content = connection.scalar(wanted)
        return None if content is None else json.loads(content)

    def bind(self, team_id: str, user_id: str, person_id: str) -> None:
        """Remembers whom of the OKR account a Slack user is; nobody else is that person from then on."""
        row = {"team_id": team_id, "user_id": user_id, "person_id": person_id, "bound_at": self._clock()}
        others = (people.c.team_id == team_id) & (people.c.person_id == person_id) & (people.c.user_id != user_id)
        with writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                # Two at once who would be the same person. It happens once a person, so all others may wait.
                connection.execute(text("LOCK TABLE people IN SHARE ROW EXCLUSIVE MODE"))
            connection.execute(delete(people).where(others))
            connection.execute(put(connection.dialect.name, people), row)

    def bound(self, team_id: str, user_id: str) -> str:
        """The id of the person that a Slack user was bound to last, else empty."""
        wanted = select(people.c.person_id).where(people.c.team_id == team_id, people.c.user_id == user_id)
        with self._engine.connect() as connection:
            return connection.scalar(wanted) or ""

    def bound_user(self, team_id: str, person_id: str) -> str:
        """The Slack user who is bound to a person, else empty."""
        wanted = select(people.c.user_id).where(people.c.team_id == team_id, people.c.person_id == person_id)
        with self._engine.connect() as connection:
            return connection.scalar(wanted) or ""

    def remember_origin(self, team_id: str, view_id: str, origin: str) -> None:
        """Keeps, sealed, where to answer a form, or where a job was said to wait; for 30 minutes, as Slack does."""
        now = self._clock()
        sealed = self._seal.close(origin)
        row = {"team_id": team_id, "view_id": view_id, "response_url": sealed, "made_at": now}
        with self._engine.begin() as connection:
            connection.execute(put(connection.dialect.name, origins), row)
            connection.execute(delete(origins).where(origins.c.made_at < now - KEEP_ORIGINS))

    def origin(self, team_id: str, view_id: str) -> str:
        """What was kept of this form or job; empty where that is not known any more."""
        wanted = select(origins.c.response_url).where(
            origins.c.team_id == team_id,
            origins.c.view_id == view_id,
            origins.c.made_at >= self._clock() - KEEP_ORIGINS,
        )
        with self._engine.connect() as connection:
            sealed = connection.scalar(wanted)
        return self._seal.open(sealed) if sealed else ""
