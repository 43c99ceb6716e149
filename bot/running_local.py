"""`okr-bot local`: OKR server, Slack-like workspace and bot on one port of this machine."""

import logging
import webbrowser
from collections.abc import Mapping
from dataclasses import replace

from bot import logs
from bot.backend import open_backend
from bot.config import Settings, read_settings
from bot.embedded.people import PEOPLE
from bot.embedded.workspace import Workspace
from bot.embedded.workspace.faults import Switch
from bot.embedded.workspace.people import user_id
from bot.running import hear_stop, listen, make_bot, open_database, probes, read_manifest
from bot.running_work import open_workshop
from bot.store.database import file_of, read_url
from bot.store.key import key_file, read_key
from bot.store.tenancy import Tenancy
from bot.web import make_web

log = logging.getLogger(__name__)

KEPT = ("PORT", "DATABASE_URL", "OKR_SERVER_ACCOUNT_ID", "OKR_SERVER_TOKEN", "OKR_ADMINS", "OKR_POLL_SECONDS")
THREADS = 48


def run(values: Mapping[str, str], *, port: int | None, opens_browser: bool, is_fresh: bool) -> None:
    """Runs until it is stopped. Accounts in the settings are left alone: nothing here reaches the outside."""
    settings = read_settings({name: value for name, value in values.items() if name in KEPT})
    settings = replace(settings, port=port or settings.port)
    stopping = hear_stop()
    if is_fresh:
        forget(settings)
    local = Local(settings, is_fresh=is_fresh)
    logs.set_up(local.settings.secrets, logging.WARNING)
    local.start()
    print(f"okr-bot is at {local.base_url}  (Ctrl-C stops it)", flush=True)  # noqa: T201 - the command's answer
    if opens_browser:
        webbrowser.open(local.base_url)
    stopping.wait()
    local.close()


def forget(settings: Settings) -> None:
    """Takes the database of an earlier time away, with everything in it; on Postgres only the sample begins anew.

    Raises ConfigError where another process works on it, and does not stop.
    """
    path = file_of(read_url(settings.database_url))
    if path is not None:
        tenancy = Tenancy(key_file(settings.database_url))
        tenancy.move_in(lambda: None)
        for one in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            one.unlink(missing_ok=True)
        tenancy.move_out()


def local_admins() -> frozenset[str]:
    """The Slack ids of the sample people who run the local workspace."""
    return frozenset(user_id(person) for person in PEOPLE if person.role == "admin")


class Local:
    """The whole world on one port, loopback only."""

    def __init__(self, settings: Settings, *, is_fresh: bool = False) -> None:
        self.engine = open_database(settings, always_migrate=True)
        self.base_url = f"http://127.0.0.1:{settings.port}"
        self.backend = open_backend(settings, self.engine, self.base_url, web_url=self.base_url)
        assert self.backend.server is not None  # noqa: S101 - no account is among the settings kept
        if is_fresh or self.backend.server.is_empty():
            self.backend.server.fill_sample()
        self.workspace = Workspace(
            self.engine,
            base_url=self.base_url,
            events_url=f"{self.base_url}/slack/events",
            manifest=read_manifest(),
            key=read_key(settings.database_url),
            api_notes={
                "address": f"{self.base_url}/api/v1",
                "account_id": self.backend.server.account_id,
                "token": self.backend.server.token,
            },
        )
        self.workspace.open()
        server = self.backend.server
        self.workspace.faults.others = {
            "okr_away": Switch(lambda: server.is_away, lambda on: setattr(server, "is_away", on)),
            "okr_lost": Switch(lambda: server.loses_answers, lambda on: setattr(server, "loses_answers", on)),
        }
        if is_fresh:
            self.workspace.reset()
        self.settings = replace(
            settings,
            slack_bot_token=self.workspace.bot_token,
            slack_signing_secret=self.workspace.signing_secret,
            slack_api_url=self.workspace.api_url,
        )
        self.workshop = open_workshop(self.settings, "local")
        admins = frozenset() if settings.okr_admins else local_admins()
        self.bot = make_bot(self.settings, self.engine, self.backend, self.workshop, admins=admins)
        web = make_web(self.bot, probes(self.bot, self.backend, self.engine))
        web.register_blueprint(self.backend.server.blueprint())
        web.register_blueprint(self.workspace.blueprint())
        self.server = listen(web, "127.0.0.1", settings.port, THREADS)

    def start(self) -> None:
        """Begins to answer."""
        self.workshop.start()
        self.server.start()
        self.bot.warm_up()
        self.bot.start_notifying()

    def close(self) -> None:
        """Finishes what was acknowledged, and stops."""
        self.bot.stop_taking()
        self.workshop.finish()
        self.bot.close()
        self.workshop.close()
        self.workspace.close()
        self.server.close()
        self.backend.client.close()
        self.engine.dispose()
