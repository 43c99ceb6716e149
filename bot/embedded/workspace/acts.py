"""What people do in the workspace, for tests that act for them."""

from collections.abc import Mapping
from typing import Any

from bot.embedded.workspace import commands, deleting, forms, interactions
from bot.embedded.workspace.delivery import Answer
from bot.embedded.workspace.elements import Json, find_elements
from bot.embedded.workspace.messages import Message
from bot.embedded.workspace.views import View
from bot.embedded.workspace.world import Outcome, World


class Acts:
    """Typing, pressing, choosing, submitting; every act waits for the app's answer."""

    _world: World

    def run_command(self, user_id: str, channel_id: str, typed: str) -> Outcome:
        """Types a slash command, as ``/okr create Grow``."""
        return commands.run_command(self._world, user_id, channel_id, typed)

    def post_message(self, user_id: str, channel_id: str, typed: str, thread_ts: str = "") -> Outcome:
        """Posts a message."""
        return commands.post_message(self._world, user_id, channel_id, typed, thread_ts)

    def delete_message(self, user_id: str, channel_id: str, ts: str) -> Outcome:
        """Deletes a message, as whoever wrote it or an admin may."""
        return deleting.delete_message(self._world, user_id, channel_id, ts)

    def press(
        self,
        user_id: str,
        where: Mapping[str, Any],
        action_id: str,
        *,
        value: str = "",
        block_id: str = "",
        text: str = "",
    ) -> Outcome:
        """Presses a button in a message or view as `messages` and `views` give it; value or text tell several apart."""
        surface = self._surface(user_id, where)
        found = _pick(surface, action_id, block_id, value, text)
        return interactions.act(self._world, user_id, surface, found, action_id, None, {})

    def choose(
        self,
        user_id: str,
        where: Mapping[str, Any],
        action_id: str,
        value: Any,
        *,
        block_id: str = "",
        values: Mapping[str, Any] | None = None,
    ) -> Outcome:
        """Chooses in a select, an overflow menu, a date picker and so on, by plain values."""
        surface = self._surface(user_id, where)
        found = _pick(surface, action_id, block_id)
        return interactions.act(
            self._world, user_id, surface, found, action_id, value, _by_action(surface, values or {})
        )

    def suggest(
        self, user_id: str, where: Mapping[str, Any], action_id: str, typed: str, *, block_id: str = ""
    ) -> list[Json]:
        """Types into an external select; the options offered, those of groups in a row. Raises LookupError."""
        surface = self._surface(user_id, where)
        block_id = _pick(surface, action_id, block_id)
        answer = interactions.suggest(self._world, user_id, surface, block_id, action_id, typed)
        if not answer["ok"]:
            raise LookupError(answer["error"])
        return answer["options"] or [one for group in answer["option_groups"] for one in group["options"]]

    def submit_view(self, user_id: str, view_id: str, values: Mapping[str, Any] | None = None) -> Outcome:
        """Submits a modal; values by block_id, plain or by action_id within."""
        view = self._view(user_id, view_id)
        return forms.submit_view(self._world, view, _by_action(view, values or {}))

    def close_view(self, user_id: str, view_id: str, *, clear: bool = False) -> Outcome:
        """Cancels a modal, or closes all of them with the X."""
        return forms.close_view(self._world, self._view(user_id, view_id), clear=clear)

    def open_home(self, user_id: str, tab: str = "home") -> Outcome:
        """Opens the bot's Home tab."""
        return interactions.open_home(self._world, user_id, tab)

    def run_shortcut(self, user_id: str, callback_id: str, message: Mapping[str, Any] | None = None) -> Outcome:
        """Runs a global shortcut, or one on a message."""
        on = self._surface(user_id, message) if message else None
        return interactions.run_shortcut(self._world, user_id, callback_id, on if isinstance(on, Message) else None)

    def deliver_again(self) -> Answer:
        """Sends the latest command or interaction a second time, as a network may."""
        return self._world.delivery.again()

    def deliver_event(self, event: Mapping[str, Any]) -> None:
        """Sends any event, as ``{"type": "app_uninstalled"}``, in the background."""
        self._world.delivery.event(dict(event))

    def _surface(self, user_id: str, where: Mapping[str, Any]) -> Message | View:
        if "ts" in where:
            return interactions.surface(self._world, user_id, channel_id=where["channel"], ts=where["ts"])
        return interactions.surface(self._world, user_id, view_id=where["id"])

    def _view(self, user_id: str, view_id: str) -> View:
        found = interactions.surface(self._world, user_id, view_id=view_id)
        if not isinstance(found, View):
            raise LookupError("this view is not open")
        return found


def _pick(surface: Message | View, action_id: str, block_id: str = "", value: str = "", text: str = "") -> str:
    """The block_id of the first element that fits. Raises LookupError."""
    for block, element in find_elements(surface.blocks):
        if (
            element.get("action_id") == action_id
            and block_id in ("", block["block_id"])
            and value in ("", element.get("value"))
            and text in ("", (element.get("text") or {}).get("text"))
        ):
            return str(block["block_id"])
    present = sorted({str(element.get("action_id")) for _, element in find_elements(surface.blocks)})
    raise LookupError(f"there is no such element {action_id!r}; there are {', '.join(present) or 'none'}")


def _by_action(surface: Message | View, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Values by block_id and action_id, where blocks of one element may leave the action_id out."""
    actions: dict[str, list[str]] = {}
    for block, element in find_elements(surface.blocks):
        actions.setdefault(block["block_id"], []).append(element["action_id"])
    full = {}
    for block_id, held in values.items():
        known = actions.get(block_id, [])
        by_action = isinstance(held, dict) and set(held) <= set(known)
        full[block_id] = held if by_action or not known else {known[0]: held}
        if not known:
            raise ValueError(f"there is no input {block_id!r}; there are {', '.join(actions) or 'none'}")
    return full
