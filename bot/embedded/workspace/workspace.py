"""The local Slack-like workspace: opened, served as a blueprint, and driven as a person would."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import flask
import sqlalchemy as sa

from bot.embedded.workspace import commands, forms, interactions
from bot.embedded.workspace.delivery import PATIENCE, RETRY_WAITS, Answer, Delivery
from bot.embedded.workspace.elements import Json, find_elements
from bot.embedded.workspace.faults import Faults
from bot.embedded.workspace.feed import Feed
from bot.embedded.workspace.gateway import add_gateway
from bot.embedded.workspace.inspector import Exchange, Inspector
from bot.embedded.workspace.manifest import Manifest
from bot.embedded.workspace.messages import Message, Messages
from bot.embedded.workspace.pages import add_pages
from bot.embedded.workspace.people import BOT_USER_ID, Directory
from bot.embedded.workspace.storage import Closed, Storage
from bot.embedded.workspace.tickets import Tickets
from bot.embedded.workspace.views import View, Views
from bot.embedded.workspace.world import Outcome, World

T = TypeVar("T")


def _now() -> datetime:
    return datetime.now(UTC)


class Workspace:
    """``base_url``: where the blueprint is served; ``events_url``: the bot's; secrets not given are made and kept."""

    def __init__(
        self,
        engine: sa.Engine,
        *,
        base_url: str,
        events_url: str,
        manifest: Mapping[str, Any],
        signing_secret: str = "",
        bot_token: str = "",
        clock: Callable[[], datetime] = _now,
        api_notes: Mapping[str, str] | None = None,
        patience: float = PATIENCE,
        event_retry_waits: Sequence[float] = RETRY_WAITS,
    ) -> None:
        self.signing_secret = signing_secret
        self.bot_token = bot_token
        self._api_notes = dict(api_notes or {})
        storage = Storage(engine)
        directory = Directory(storage)
        feed = Feed()
        inspector = Inspector(clock, lambda: (self.signing_secret, self.bot_token))
        delivery = Delivery(
            events_url,
            lambda: self.signing_secret,
            clock,
            lambda *sent, **exchange: self._world.record(*sent, **exchange),
            patience=patience,
            retry_waits=event_retry_waits,
        )
        self._world = World(
            base_url=base_url.rstrip("/"),
            manifest=Manifest(manifest),
            clock=clock,
            storage=storage,
            directory=directory,
            messages=Messages(storage, directory, clock),
            views=Views(storage),
            tickets=Tickets(storage, clock),
            feed=feed,
            inspector=inspector,
            faults=Faults(clock),
            delivery=delivery,
        )

    @property
    def base_url(self) -> str:
        """Where the workspace is served, without a slash at the end."""
        return self._world.base_url

    @property
    def api_url(self) -> str:
        """What the bot's SLACK_API_URL must be."""
        return f"{self._world.base_url}/slack/api/"

    @property
    def faults(self) -> Faults:
        """Switches for failures on demand."""
        return self._world.faults

    @property
    def directory(self) -> Directory:
        """People, channels and memberships, to be looked up and changed."""
        return self._world.directory

    @property
    def requests(self) -> list[Exchange]:
        """The last 500 exchanges, oldest first."""
        return self._world.inspector.since()

    def open(self) -> None:
        """Brings the tables up to date, makes secrets, and brings in the sample people and channels where nobody is."""
        storage = self._world.storage
        storage.migrate()
        self.signing_secret = self.signing_secret or storage.setting("signing_secret", lambda: secrets.token_hex(16))
        self.bot_token = self.bot_token or storage.setting(
            "bot_token", lambda: f"xoxb-local-{secrets.token_urlsafe(24)}"
        )
        self._world.directory.seed(self._world.manifest.name)

    def close(self) -> None:
        """Lets those who wait go and closes connections; the engine is the caller's to dispose of afterwards."""
        self._world.feed.close()
        self._world.delivery.close()
        self._world.storage.close()

    def reset(self) -> None:
        """Forgets all messages, views and changes, and begins again with the sample people."""
        self._world.storage.empty()
        self._world.inspector.clear()
        self._world.offered.clear()
        self._world.unfurls.clear()
        self._world.directory.seed(self._world.manifest.name)
        self._world.feed.publish("reload", lambda _: {})

    def blueprint(self) -> flask.Blueprint:
        """The page, its endpoints, the Web API and the response addresses. Call after ``open``."""
        blueprint = flask.Blueprint(
            "workspace",
            __name__,
            template_folder="templates",
            static_folder="static",
            static_url_path="/workspace/static",
        )
        blueprint.register_error_handler(Closed, lambda _: ("The workspace is closed.", 503))
        add_pages(blueprint, self._world, self._api_notes)
        add_gateway(blueprint, self._world, self.bot_token)
        return blueprint

    # What people do

    def run_command(self, user_id: str, channel_id: str, typed: str) -> Outcome:
        """Types a slash command, as ``/okr create Grow``."""
        return commands.run_command(self._world, user_id, channel_id, typed)

    def post_message(self, user_id: str, channel_id: str, typed: str, thread_ts: str = "") -> Outcome:
        """Posts a message."""
        return commands.post_message(self._world, user_id, channel_id, typed, thread_ts)

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

    # What people see

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

    def wait_for(self, find: Callable[[], T], seconds: float = 5.0) -> T:
        """The first true value of ``find``, tried again whenever anything happens. Raises TimeoutError."""
        return self._world.feed.wait_for(find, seconds)

    def wait_for_message(self, user_id: str, channel_id: str, containing: str, seconds: float = 5.0) -> Json:
        """The newest message somebody sees there with this in its text or blocks."""

        def find() -> Json | None:
            found = (one for one in reversed(self.messages(user_id, channel_id)) if _says(one, containing))
            return next(found, None)

        found = self.wait_for(find, seconds)
        if found is None:
            raise TimeoutError(containing)
        return found

    def settle(self, seconds: float = 5.0) -> bool:
        """Waits until no event is on its way to the bot."""
        return self._world.delivery.settle(seconds)

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


def _says(message: Json, wanted: str) -> bool:
    return wanted in message["text"] or wanted in str(message["blocks"])
