"""The local workspace: a small Slack of its own, in the browser and for tests, reached over HTTP only."""

from bot.embedded.workspace.people import BOT_USER_ID
from bot.embedded.workspace.storage import memory_engine
from bot.embedded.workspace.workspace import Workspace
from bot.embedded.workspace.world import Outcome

__all__ = ["BOT_USER_ID", "Outcome", "Workspace", "memory_engine"]
