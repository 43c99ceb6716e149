"""The local Slack-like workspace: opened, served as a blueprint, and driven as a person would."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import flask
import sqlalchemy as sa

from bot.embedded.derivation import as_token, derive
from bot.embedded.workspace.acts import Acts
from bot.embedded.workspace.delivery import PATIENCE, RETRY_WAITS, Delivery
from bot.embedded.workspace.faults import Faults
from bot.embedded.workspace.feed import Feed
from bot.embedded.workspace.gateway import add_gateway
from bot.embedded.workspace.inspector import Exchange, Inspector
from bot.embedded.workspace.manifest import Manifest
from bot.embedded.workspace.messages import Messages
from bot.embedded.workspace.pages import add_pages
from bot.embedded.workspace.people import TEAM_ID, Directory
from bot.embedded.workspace.seed import seed
from bot.embedded.workspace.sights import Sights
from bot.embedded.workspace.storage import Closed, Storage
from bot.embedded.workspace.streaming import add_stream
from bot.embedded.workspace.tickets import Tickets
from bot.embedded.workspace.upkeep import Upkeep
from bot.embedded.workspace.upkeep_pages import add_upkeep_pages
from bot.embedded.workspace.views import Views
from bot.embedded.workspace.world import World


def _now() -> datetime:
    return datetime.now(UTC)


class Workspace(Acts, Sights, Upkeep):
    """``base_url``: where the blueprint is served; ``events_url``: the bot's.

    Secrets that are not given are derived from ``key``: the same key, the same secrets; without a key they hold for
    this process only. Nothing of them is stored.
    """

    def __init__(
        self,
        engine: sa.Engine,
        *,
        base_url: str,
        events_url: str,
        manifest: Mapping[str, Any],
        signing_secret: str = "",
        bot_token: str = "",
        key: bytes | None = None,
        clock: Callable[[], datetime] = _now,
        api_notes: Mapping[str, str] | None = None,
        patience: float = PATIENCE,
        event_retry_waits: Sequence[float] = RETRY_WAITS,
    ) -> None:
        self.signing_secret = signing_secret or derive(key, "workspace: signing secret", TEAM_ID).hex()[:32]
        self.bot_token = bot_token or f"xoxb-local-{as_token(derive(key, 'workspace: bot token', TEAM_ID)[:24])}"
        self._api_notes = dict(api_notes or {})
        storage = Storage(engine)
        directory = Directory(storage)
        feed = Feed()
        noted = [text for name, text in self._api_notes.items() if name.lower() == "token"]
        inspector = Inspector(clock, lambda: (self.signing_secret, self.bot_token, *noted))
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
        """Brings the tables up to date, and brings in the sample people and channels where nobody is."""
        self._world.storage.migrate()
        seed(self._world.storage, self._world.manifest.name)

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
        seed(self._world.storage, self._world.manifest.name)
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
        add_upkeep_pages(blueprint, self._world)
        add_stream(blueprint, self._world)
        add_gateway(blueprint, self._world, self.bot_token)
        return blueprint
