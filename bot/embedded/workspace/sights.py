"""What people see in the workspace, for tests that look and wait for them."""

from collections.abc import Callable
from typing import TypeVar

from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.people import BOT_USER_ID
from bot.embedded.workspace.world import World

T = TypeVar("T")

LONG_ENOUGH = 60.0
"""Seconds in which whatever is waited for must have come, on a slow machine too."""


class Sights:
    """Messages, modals and the Home tab as one person sees them."""

    _world: World

    def messages(self, user_id: str, channel_id: str) -> list[Json]:
        """The last 200 messages at the top level that somebody sees there, ephemeral ones included, oldest first."""
        if not self._world.sees(user_id, channel_id):
            return []
        return self._world.messages.shown(self._world.messages.page(channel_id, user_id, limit=200)[0])

    def thread(self, user_id: str, channel_id: str, thread_ts: str) -> list[Json]:
        """A message and its replies."""
        return self._world.messages.shown(self._world.messages.thread(channel_id, user_id, thread_ts))

    def views(self, user_id: str) -> list[Json]:
        """The stack of open modals, bottom first."""
        return self._world.shown_views(user_id)

    def home(self, user_id: str) -> Json | None:
        """What the bot shows in the Home tab."""
        return self._world.shown_home(user_id)

    def dm(self, user_id: str) -> str:
        """The id of somebody's direct message with the bot."""
        return self._world.directory.open_dm(user_id, BOT_USER_ID).id

    def wait_for(self, find: Callable[[], T], seconds: float = LONG_ENOUGH) -> T:
        """The first true value of ``find``, tried again whenever anything happens. Raises TimeoutError."""
        return self._world.feed.wait_for(find, seconds)

    def wait_for_message(self, user_id: str, channel_id: str, containing: str, seconds: float = LONG_ENOUGH) -> Json:
        """The newest message somebody sees there with this in its text or blocks."""

        def find() -> Json | None:
            found = (one for one in reversed(self.messages(user_id, channel_id)) if _says(one, containing))
            return next(found, None)

        found = self.wait_for(find, seconds)
        if found is None:
            raise TimeoutError(containing)
        return found

    def settle(self, seconds: float = LONG_ENOUGH) -> bool:
        """Waits until no event is on its way to the bot."""
        return self._world.delivery.settle(seconds)


def _says(message: Json, wanted: str) -> bool:
    return wanted in message["text"] or wanted in str(message["blocks"])
