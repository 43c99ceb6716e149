"""What runs: the parts put together for each way of running, started, and stopped in order."""

import errno
import gc
import logging
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import flask
import yaml
from alembic.util import CommandError
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot import logs
from bot.app import Bot
from bot.backend import OkrBackend, open_backend, shared_pace
from bot.config import Settings, need
from bot.embedded.okr_server import OkrServer
from bot.errors import ConfigError
from bot.running_work import Workshop, demand_shared, open_workshop
from bot.store.database import is_migrated, make_engine, migrate
from bot.store.key import read_key
from bot.web import Probe, Server, make_web

log = logging.getLogger(__name__)


def open_database(settings: Settings, *, always_migrate: bool = False) -> Engine:
    """The engine, with its tables up to date. Raises ConfigError where the database cannot be used."""
    engine = make_engine(settings.database_url)
    try:
        if always_migrate or engine.dialect.name == "sqlite":
            migrate(engine)
            OkrServer(engine).migrate()
            return engine
        if is_migrated(engine) and OkrServer(engine).is_migrated():
            return engine
        what = "lacks the tables of this version. Run: okr-bot migrate"
    except CommandError:
        what = "was last used by a newer okr-bot. Install that one, or put back a copy from before."
    except (SQLAlchemyError, OSError) as fault:
        what = f"cannot be used: {_kind(fault)}. Check DATABASE_URL, and that its folder is writable."
    engine.dispose()
    raise ConfigError([f"The database {engine.url.render_as_string(hide_password=True)} {what}"])


def _kind(fault: BaseException) -> str:
    origin = getattr(fault, "orig", None)
    return str(origin or fault).splitlines()[0][:200] if (origin or fault) else type(fault).__name__


def probes(bot: Bot, backend: OkrBackend, engine: Engine) -> dict[str, Probe]:
    """What `/readyz` asks: Slack, the OKR API, the database."""

    def ask_database() -> None:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def ask_slack() -> None:
        bot.client.auth_test()

    return {"slack": ask_slack, "okr_api": backend.client.ping, "database": ask_database}


def read_manifest() -> dict[str, Any]:
    """The app manifest, which lies beside the package in a checkout and inside it when installed."""
    here = Path(__file__).parent
    path = next(path for path in (here / "manifest.yml", here.parent / "manifest.yml") if path.exists())
    manifest: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return manifest


def prepare_to_serve() -> None:
    """What is loaded by now stays, so the garbage collector need not look through it again and again.

    Measured by tests/benchmarks: one answer in twenty is won by it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def hear_stop() -> threading.Event:
    """What is set at SIGTERM or Ctrl-C; a second one ends the process at once. Called before anything is started."""
    stop = threading.Event()

    def handle(_number: int, _frame: object) -> None:
        if stop.is_set():
            sys.exit(1)
        stop.set()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)
    return stop


def serve(settings: Settings) -> None:
    """The bot over HTTP, until it is stopped; what was acknowledged is finished first."""
    need(settings, "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET")
    logs.set_up(settings.secrets)
    stopping = hear_stop()
    engine = open_database(settings)
    backend = open_backend(settings, engine, f"http://127.0.0.1:{settings.port}", pace=shared_pace(settings, engine))
    workshop = open_workshop(settings, "serve")
    bot = make_bot(settings, engine, backend, workshop)
    web = make_web(bot, probes(bot, backend, engine))
    if backend.server:
        web.register_blueprint(backend.server.blueprint())
    server = listen(web, "0.0.0.0", settings.port)  # noqa: S104 - a service behind a router listens on every address
    # Nothing is taken before it can be noted down. What was left unfinished waits for the OKR server a moment.
    workshop.start()
    server.start()
    bot.warm_up()
    bot.start_notifying()
    prepare_to_serve()
    log.info("Listening on port %s.", server.port)
    stopping.wait()
    stop(bot, backend, engine, server, workshop)


def run_worker(settings: Settings) -> None:
    """Background work only, until it is stopped: goes on with what other processes left."""
    need(settings, "SLACK_BOT_TOKEN")
    demand_shared(settings)
    logs.set_up(settings.secrets)
    stopping = hear_stop()
    engine = open_database(settings)
    # PORT is that of the process that serves, which may run on this machine; only this one asks its own OKR server.
    port = find_free_port()
    backend = open_backend(settings, engine, f"http://127.0.0.1:{port}", pace=shared_pace(settings, engine))
    workshop = open_workshop(settings, "worker")
    bot = make_bot(settings, engine, backend, workshop)
    server = serve_okr_server(backend, port)
    workshop.start()
    bot.warm_up()
    bot.start_notifying()
    prepare_to_serve()
    log.info("Working.")
    stopping.wait()
    stop(bot, backend, engine, server, workshop)


def make_bot(settings: Settings, engine: Engine, backend: OkrBackend, workshop: Workshop, **options: Any) -> Bot:
    """The bot on its parts."""
    return Bot(
        settings,
        engine,
        backend.client,
        durable_engine=workshop.engine,
        writes=workshop.writes,
        key=workshop.key,
        worker=workshop.upkeep.executor_id,
        hosts=backend.hosts,
        **options,
    )


def find_free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve_okr_server(backend: OkrBackend, port: int) -> Server | None:
    """The embedded OKR server on this machine's own address, where there is one and nothing else serves it."""
    if backend.server is None:
        return None
    web = flask.Flask("okr-server", static_folder=None)
    web.register_blueprint(backend.server.blueprint())
    server = listen(web, "127.0.0.1", port)
    server.start()
    return server


def run_socket_mode(settings: Settings) -> None:
    """The bot over Socket Mode, until it is stopped."""
    need(settings, "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
    logs.set_up(settings.secrets)
    stopping = hear_stop()
    engine = open_database(settings)
    backend = open_backend(settings, engine, f"http://127.0.0.1:{settings.port}", pace=shared_pace(settings, engine))
    workshop = open_workshop(settings, "socket")
    bot = make_bot(settings, engine, backend, workshop)
    server = serve_okr_server(backend, settings.port)
    workshop.start()
    handler = SocketModeHandler(bot.bolt, settings.slack_app_token, web_client=bot.client)
    try:
        handler.connect()  # type: ignore[no-untyped-call]
    except (SlackClientError, OSError) as fault:
        reason = fault.response.get("error") if isinstance(fault, SlackApiError) else type(fault).__name__
        raise ConfigError(
            [f"Slack does not open a socket ({reason}). Check SLACK_APP_TOKEN; okr-bot check says more."]
        ) from None
    bot.warm_up()
    bot.start_notifying()
    prepare_to_serve()
    log.info("Connected to Slack.")
    stopping.wait()
    handler.close()  # type: ignore[no-untyped-call]
    stop(bot, backend, engine, server, workshop)


def run_okr_server(settings: Settings) -> None:
    """The embedded OKR server alone, until it is stopped. Prints what its callers need."""
    logs.set_up(settings.secrets)
    stopping = hear_stop()
    engine = open_database(settings)
    base_url = f"http://127.0.0.1:{settings.port}"
    okr_server = OkrServer(
        engine,
        account_id=settings.okr_server_account_id,
        token=settings.okr_server_token,
        key=read_key(settings.database_url),
    )
    okr_server.open()
    web = flask.Flask("okr-server", static_folder=None)
    web.register_blueprint(okr_server.blueprint())
    server = listen(web, "0.0.0.0", settings.port)  # noqa: S104 - other machines may use it
    server.start()
    print(f"OKR server: {base_url}/api/v1")  # noqa: T201 - asked for on the command line
    print(f"gtmhub-accountId: {okr_server.account_id}")  # noqa: T201
    if sys.stdout.isatty() and not settings.okr_server_token:
        print(f"Authorization: Bearer {okr_server.token}")  # noqa: T201 - only to a terminal, never into a log
    else:
        print("Authorization: Bearer, with the token in OKR_SERVER_TOKEN (else shown where this runs in a terminal)")  # noqa: T201
    sys.stdout.flush()
    stopping.wait()
    server.close()
    engine.dispose()


def listen(web: flask.Flask, host: str, port: int, threads: int = 32) -> Server:
    """A server on this port. Raises ConfigError where the port is taken or not allowed."""
    try:
        return Server(web, host=host, port=port, threads=threads)
    except OSError as fault:
        reason = (
            "is taken by another program" if fault.errno == errno.EADDRINUSE else f"cannot be used ({fault.strerror})"
        )
        raise ConfigError([f"Port {port} {reason}. Choose another with PORT or --port."]) from None


def stop(bot: Bot, backend: OkrBackend, engine: Engine, server: Server | None, workshop: Workshop) -> None:
    """Stops in order: the work that was acknowledged is finished while the embedded OKR server still answers."""
    bot.stop_taking()
    workshop.finish()
    bot.close()
    workshop.close()
    if server:
        server.close()
    backend.client.close()
    engine.dispose()
    log.info("Stopped.")
