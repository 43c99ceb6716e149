"""Views: each person's stack of modals, three high at most, and their Home tab."""

import secrets
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from bot.embedded.workspace.elements import Json, name_all
from bot.embedded.workspace.people import APP_ID, BOT_ID, TEAM_ID
from bot.embedded.workspace.schema import view as table
from bot.embedded.workspace.storage import Storage
from bot.embedded.workspace.values import chosen_options, initial_state, plain_values

STACK_LIMIT = 3


class ViewError(Exception):
    """Why a view cannot be opened or changed: a Web API error word."""


@dataclass(frozen=True, slots=True)
class View:
    """``body`` is the view as the app gave it, blocks and elements named."""

    id: str
    user_id: str
    kind: str
    depth: int
    root_id: str
    external_id: str
    hash: str
    body: Json
    typed: dict[str, Any]

    @property
    def blocks(self) -> list[Json]:
        return list(self.body["blocks"])


class Views:
    """Keeps views; the changes that a person or the app makes to them."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def stack(self, user_id: str) -> list[View]:
        """The open modals of a person, bottom first."""
        return self._find(table.c.user_id == user_id, table.c.kind == "modal")

    def home(self, user_id: str) -> View | None:
        """What the app has published in a person's Home tab."""
        return next(iter(self._find(table.c.user_id == user_id, table.c.kind == "home")), None)

    def get(self, view_id: str = "", external_id: str = "") -> View | None:
        """The view of this id or external id."""
        if view_id:
            return next(iter(self._find(table.c.id == view_id)), None)
        return next(iter(self._find(table.c.external_id == external_id)), None) if external_id else None

    def open(self, user_id: str, body: Json) -> View:
        """Opens a modal in place of whatever is open. Raises ViewError."""
        with self._storage.begin():
            self.clear(user_id)
            return self._add(user_id, body, depth=0, root_id="")

    def push(self, user_id: str, body: Json) -> View:
        """Opens a modal on top of the open ones. Raises ViewError."""
        with self._storage.begin():
            stack = self.stack(user_id)
            if len(stack) >= STACK_LIMIT:
                raise ViewError("push_limit_reached")
            return self._add(
                user_id, body, depth=stack[-1].depth + 1 if stack else 0, root_id=stack[0].id if stack else ""
            )

    def update(self, view: View, body: Json, hash_: str = "") -> View:
        """Puts another body in a view's place; typed input stays where block_id and action_id do. Raises ViewError."""
        with self._storage.begin() as connection:
            view = self.get(view.id) or view
            if hash_ and hash_ != view.hash:
                raise ViewError("hash_conflict")
            external = str(body.get("external_id") or "")
            if external != view.external_id and self.get(external_id=external):
                raise ViewError("duplicate_external_id")
            body = body | {"blocks": name_all(body["blocks"])}
            typed = initial_state(body["blocks"], view.typed)
            changed = replace(view, external_id=external, hash=_new_hash(), body=body, typed=typed)
            values = {field: getattr(changed, field) for field in ("external_id", "hash", "body", "typed")}
            connection.execute(table.update().where(table.c.id == view.id).values(values))
            return changed

    def publish(self, user_id: str, body: Json, hash_: str = "") -> View:
        """Sets a person's Home tab. Raises ViewError."""
        with self._storage.begin():
            if view := self.home(user_id):
                return self.update(view, body, hash_)
            if hash_:
                raise ViewError("hash_conflict")
            return self._add(user_id, body, depth=0, root_id="")

    def choose(self, view: View, typed: dict[str, Any]) -> View:
        """Keeps what was typed and chosen in a view."""
        with self._storage.begin() as connection:
            connection.execute(table.update().where(table.c.id == view.id).values(typed=typed))
        return replace(view, typed=typed)

    def close(self, view: View) -> None:
        """Closes a view; the one beneath is on top again."""
        with self._storage.begin() as connection:
            connection.execute(table.delete().where(table.c.id == view.id))

    def clear(self, user_id: str) -> None:
        """Closes all modals of a person."""
        with self._storage.begin() as connection:
            connection.execute(table.delete().where(table.c.user_id == user_id, table.c.kind == "modal"))

    def for_app(self, view: View) -> Json:
        """The view as the Web API and interaction payloads give it."""
        below = [one for one in self.stack(view.user_id) if one.depth < view.depth]
        body = view.body
        return {
            "id": view.id,
            "team_id": TEAM_ID,
            "type": view.kind,
            "blocks": body["blocks"],
            "private_metadata": body.get("private_metadata") or "",
            "callback_id": body.get("callback_id") or "",
            "state": {"values": view.typed},
            "hash": view.hash,
            "title": body.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
            "clear_on_close": bool(body.get("clear_on_close")),
            "notify_on_close": bool(body.get("notify_on_close")),
            "close": body.get("close"),
            "submit": body.get("submit"),
            "previous_view_id": below[-1].id if below else None,
            "root_view_id": view.root_id,
            "app_id": APP_ID,
            "external_id": view.external_id,
            "app_installed_team_id": TEAM_ID,
            "bot_id": BOT_ID,
        }

    def shown(self, view: View) -> Json:
        """The view as the page shows it: what is the app's own business left out."""
        shape = self.for_app(view)
        kept = (
            "id",
            "type",
            "title",
            "submit",
            "close",
            "blocks",
            "callback_id",
            "hash",
            "notify_on_close",
            "clear_on_close",
        )
        return {field: shape[field] for field in (*kept, "root_view_id", "previous_view_id")} | {
            "state": plain_values(view.typed),
            "state_options": chosen_options(view.typed),
        }

    def _add(self, user_id: str, body: Json, *, depth: int, root_id: str) -> View:
        external = str(body.get("external_id") or "")
        if self.get(external_id=external):
            raise ViewError("duplicate_external_id")
        id_ = "V" + secrets.token_hex(5).upper()
        body = body | {"blocks": name_all(body["blocks"])}
        typed = initial_state(body["blocks"])
        made = View(id_, user_id, body["type"], depth, root_id or id_, external, _new_hash(), body, typed)
        with self._storage.begin() as connection:
            connection.execute(table.insert().values({field: getattr(made, field) for field in View.__slots__}))
        return made

    def _find(self, *where: sa.ColumnElement[bool]) -> list[View]:
        with self._storage.begin() as connection:
            return [View(*row) for row in connection.execute(sa.select(table).where(*where).order_by(table.c.depth))]


def _new_hash() -> str:
    return secrets.token_hex(8)
