"""The whole bot in a test: real Bolt, real HTTP, the embedded OKR server or its double, and the workspace as Slack."""

import atexit
import secrets
import shutil
import socket
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from bot.app import Bot
from bot.config import Settings
from bot.embedded.okr_server import OkrServer
from bot.embedded.people import GUEST, PEOPLE
from bot.embedded.workspace import Workspace
from bot.embedded.workspace.people import user_id
from bot.objectives.model import utc_now
from bot.quantive import QuantiveClient
from bot.running import read_manifest
from bot.store.database import make_engine, migrate
from bot.web import Server, make_web
from bot.work.engine import WorkEngine
from bot.work.writes import Writes

USERS = {person.first_name.lower(): user_id(person) for person in (*PEOPLE, GUEST)}
"""The sample people's Slack ids by first name, such as ``ada``."""

DEADLINE = 90.0
"""Seconds for whatever must come to be: only a broken bot lets them pass, and never a slow machine."""


_EARLIER = datetime.now(UTC) - datetime(2026, 11, 17, 10, tzinfo=UTC)


def sample_now() -> datetime:
    """The time of day where the sample company is: the middle of a quarter, a month and a week, whenever it is run."""
    return datetime.now(UTC) - _EARLIER


class TrackedWrites(Writes):
    """Durable writes that can be waited for until nothing that was accepted is still under way."""

    def __init__(self, engine: WorkEngine) -> None:
        super().__init__(engine)
        self._changed = threading.Condition()
        self._seen: set[tuple[str, str]] = set()
        self._open: set[tuple[str, str]] = set()

    def accept(self, bot: str, id_: str, job: dict[str, Any]) -> None:
        with self._changed:
            if (bot, id_) not in self._seen:
                self._seen.add((bot, id_))
                self._open.add((bot, id_))
        super().accept(bot, f"{bot} {id_}", job)

    def run(self, bot: str, job: dict[str, Any], state: dict[str, Any]) -> None:
        try:
            super().run(bot, job, state)
        finally:
            with self._changed:
                self._open.discard((bot, job["id"]))
                self._changed.notify_all()

    def wait_idle(self, bot: str, seconds: float = DEADLINE) -> None:
        with self._changed:
            idle = self._changed.wait_for(lambda: all(name != bot for name, _ in self._open), seconds)
            assert idle, "a durable job is still under way"


@cache
def shared_writes() -> TrackedWrites:
    """The workflow engine of this test process, on a database of its own: it is one a process, and slow to stop."""
    folder = tempfile.mkdtemp(prefix="okr-work-")
    engine = make_engine(f"sqlite:///{folder}/work.db", durable=True)
    work = WorkEngine(engine, "tests")
    # The browser's tests have an event loop on this thread, beside which the engine does not start.
    launching = threading.Thread(target=work.launch)
    launching.start()
    launching.join()

    def close() -> None:
        work.close(0)
        engine.dispose()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(close)
    return TrackedWrites(work)


class IdleExecutor(ThreadPoolExecutor):
    """A pool that can be waited for until it has nothing left to do."""

    def __init__(self) -> None:
        super().__init__(16, thread_name_prefix="work")
        self._changed = threading.Condition()
        self._open = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        with self._changed:
            self._open += 1
        future = super().submit(fn, *args, **kwargs)
        future.add_done_callback(self._finished)
        return future

    def _finished(self, _future: Future[Any]) -> None:
        with self._changed:
            self._open -= 1
            self._changed.notify_all()

    def wait_idle(self, seconds: float = DEADLINE) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self._open == 0, seconds), "the bot is still at work"


@dataclass(frozen=True)
class Said:
    """What somebody sees after an act: the newest message in the channel that is new or changed, and the top form."""

    message: Mapping[str, Any] | None
    view: Mapping[str, Any] | None
    error: str
    errors: Mapping[str, str]

    @property
    def text(self) -> str:
        """Every word of the message, or else of the form."""
        if self.message is not None:
            return "\n".join([self.message["text"], *words_in(self.message["blocks"])])
        return "\n".join(words_in(self.view or {}))

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons of the message or form."""
        blocks = self.message["blocks"] if self.message is not None else (self.view or {}).get("blocks", [])
        return [element["text"]["text"] for element in elements_in(blocks) if element["type"] == "button"]


class World:
    """Everything on one port. ``ada`` is an admin; people act by name."""

    def __init__(
        self,
        engine: Engine,
        *,
        api: Any = None,
        clock: Callable[[], datetime] | None = None,
        sample: bool = True,
        requests_per_second: float = 0,
    ) -> None:
        self.engine = engine
        clock = clock or (sample_now if api is None else utc_now)
        # Listens from here on, so that nobody else takes the port before there is something to serve.
        self.server = Server(lambda *call: self._web(*call), host="127.0.0.1", port=0, threads=16)
        self.base_url = f"http://127.0.0.1:{self.server.port}"
        self.okr_server: OkrServer | None = None
        if api is None:
            self.okr_server = OkrServer(engine, web_url=self.base_url, clock=clock)
            self.okr_server.open()
            if sample and self.okr_server.is_empty():
                self.okr_server.fill_sample()
            api_url, account_id, token = f"{self.base_url}/api/v1", self.okr_server.account_id, self.okr_server.token
        else:
            api_url, account_id, token = api.url, api.account_id, api.token
        self.api_headers = {"Authorization": f"Bearer {token}", "gtmhub-accountId": account_id}
        self.api_url = api_url
        self.client = QuantiveClient(
            api_url=api_url,
            account_id=account_id,
            token=token,
            requests_per_second=requests_per_second,
            can_undelete=api is None,
        )
        self.workspace = Workspace(
            engine,
            base_url=self.base_url,
            events_url=f"{self.base_url}/slack/events",
            manifest=read_manifest(),
            clock=clock,
            patience=DEADLINE,
        )
        self.workspace.open()
        self.settings = Settings(
            slack_bot_token=self.workspace.bot_token,
            slack_signing_secret=self.workspace.signing_secret,
            slack_api_url=self.workspace.api_url,
            quantive_account_id="" if api is None else account_id,
            okr_admins=frozenset({USERS["ada"]}),
        )
        self.idle = IdleExecutor()
        self.writes = shared_writes()
        self.name = f"bot-{uuid.uuid4().hex[:12]}"
        self.bot = Bot(
            self.settings,
            engine,
            self.client,
            durable_engine=engine,
            writes=self.writes,
            key=b"a key of the tests, for them alone",
            name=self.name,
            clock=clock,
            hosts=("127.0.0.1",),
            work=self.idle,
        )
        self._web = make_web(self.bot, {})
        if self.okr_server:
            self._web.register_blueprint(self.okr_server.blueprint())
        self._web.register_blueprint(self.workspace.blueprint())
        self.server.start()
        self.bot.directory.snapshot()

    def point_at(self, events_url: str) -> None:
        """Sends commands and clicks to another bot than this one's."""
        self.workspace._world.delivery.events_url = events_url

    def channel(self, name: str) -> str:
        """The id of a channel."""
        found = self.workspace.directory.named(name)
        assert found is not None
        return found.id

    def okr(self, text: str = "", who: str = "ada", channel: str = "general") -> Said:
        """Types ``/okr <text>`` and waits for the answer."""
        return self._act(
            who, channel, lambda: self.workspace.run_command(USERS[who], self.channel(channel), f"/okr {text}".rstrip())
        )

    def press(self, said: Said, label: str, who: str = "ada", channel: str = "general") -> Said:
        """Presses a button of a message or form by its label, or an entry of its menus."""
        where = said.message or said.view
        assert where is not None
        buttons = [one for one in elements_in(where["blocks"]) if one["type"] == "button"]
        found = next((one for one in buttons if one["text"]["text"] == label), None)
        assert found is not None, f"no button {label!r}; there are {said.buttons}"
        return self._act(
            who,
            channel,
            lambda: self.workspace.press(USERS[who], where, found["action_id"], value=found["value"]),
        )

    def choose(self, said: Said, entry: str, n: int = 0, who: str = "ada", channel: str = "general") -> Said:
        """Chooses an entry of the ``n``-th overflow menu."""
        where = said.message or said.view
        assert where is not None
        menus = [(b, e) for b in where["blocks"] for e in elements_in([b]) if e["type"] == "overflow"]
        block, menu = menus[n]
        value = next(option["value"] for option in menu["options"] if option["text"]["text"] == entry)
        return self._act(
            who,
            channel,
            lambda: self.workspace.choose(USERS[who], where, menu["action_id"], value, block_id=block["block_id"]),
        )

    def submit(self, said: Said, values: Mapping[str, Any], who: str = "ada", channel: str = "general") -> Said:
        """Submits a form."""
        assert said.view is not None
        view_id = said.view["id"]
        return self._act(who, channel, lambda: self.workspace.submit_view(USERS[who], view_id, values))

    def suggest(self, said: Said, field: str, typed: str, who: str = "ada") -> list[str]:
        """What a picker offers for what was typed."""
        assert said.view is not None
        options = self.workspace.suggest(USERS[who], said.view, "value", typed, block_id=field)
        return [option["text"]["text"] for option in options]

    def messages(self, who: str = "ada", channel: str = "general") -> list[Any]:
        return self.workspace.messages(USERS[who], self.channel(channel))

    def _act(self, who: str, channel: str, act: Callable[[], Any]) -> Said:
        before = {one["ts"]: one for one in self.messages(who, channel)}
        outcome = act()
        self.idle.wait_idle()
        self.writes.wait_idle(self.name)
        fresh = [one for one in self.messages(who, channel) if before.get(one["ts"]) != one]
        views = self.workspace.views(USERS[who])
        return Said(fresh[-1] if fresh else None, views[-1] if views else None, outcome.error, outcome.errors)

    def close(self) -> None:
        self.bot.close()
        self.workspace.close()
        self.server.close()
        self.client.close()
        self.engine.dispose()


def elements_in(blocks: Any) -> Iterator[Any]:
    """Every interactive element in some blocks."""
    for block in blocks:
        yield from block.get("elements", [])
        yield from (block[key] for key in ("accessory", "element") if key in block)


def words_in(node: Any) -> list[str]:
    """Every text that a person reads in some blocks."""
    if isinstance(node, Mapping):
        here = [node["text"]] if isinstance(node.get("text"), str) else []
        typed = [node["initial_value"]] if isinstance(node.get("initial_value"), str) else []
        return here + typed + [word for value in node.values() for word in words_in(value)]
    if isinstance(node, list | tuple):
        return [word for value in node for word in words_in(value)]
    return []


def free_port() -> int:
    """A port that nobody listens on; none of those that systems give out by themselves, so that it stays free."""
    while True:
        port = 10_000 + secrets.randbelow(6_000)
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port


def make_template(path: Path) -> None:
    """A database with every table and the sample, to be copied for each test."""
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    server = OkrServer(engine, web_url="http://127.0.0.1", clock=sample_now)
    server.migrate()
    server.open()
    server.fill_sample()
    workspace = Workspace(engine, base_url="http://127.0.0.1", events_url="http://127.0.0.1", manifest=read_manifest())
    workspace.open()
    workspace.close()
    engine.dispose()


@contextmanager
def running(template: Path, path: Path, **options: Any) -> Iterator[World]:
    """A world on a copy of the template."""
    shutil.copyfile(template, path)
    world = World(make_engine(f"sqlite:///{path}"), **options)
    try:
        yield world
    finally:
        world.close()
