"""What tests of durable work need: a clock that is set, an API that goes away and comes back, the end of all work."""

import math
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from dbos import DBOS

from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.payloads import action_ts, base, hook_url
from bot.slack import telling
from bot.work import writes
from bot.work.engine import LATER
from tests.fakes.quantive import FakeQuantive
from tests.world import DEADLINE, USERS, Said, World, shared_writes

T = TypeVar("T")

OPEN = ["PENDING", "ENQUEUED", "DELAYED"]


class SetClock:
    """The time of day, moved by hand: ``clock.move(days=1)``."""

    def __init__(self) -> None:
        self.moved = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.moved

    def move(self, **by: float) -> None:
        """Later by so much from now on."""
        self.moved += timedelta(**by)


class DistantQuantive(FakeQuantive):
    """A Quantive whose port can be closed, so that connections are refused, and opened again.

    ``pausing``: how many calls are kept waiting at the moment.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pausing = 0

    def pause(self, seconds: float) -> None:
        """As ever, counted."""
        with self._lock:
            self.pausing += 1
        super().pause(seconds)
        with self._lock:
            self.pausing -= 1

    def shut(self) -> None:
        """Refuses connections from now on."""
        self._server.shutdown()
        self._thread.join()
        self._server.socket.close()
        self.hang_up()

    def reopen(self) -> None:
        """Listens again, at the same address."""
        self._server.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._server.server_bind()
        self._server.server_activate()
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()


@contextmanager
def short_waits(patience: float = 0.25, longest_wait: float = 0.2, pending: float = 2.0) -> Iterator[None]:
    """Lets people be told sooner that something waits, and lets it be tried again sooner.

    ``pending``: seconds for which the API may still be at what it did not answer in time.
    """
    shared_writes()
    in_a_thread(lambda: set_polling(0.1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(telling, "PATIENCE", patience)
        patch.setattr(writes, "LONGEST_WAIT", longest_wait)
        patch.setattr(writes, "PENDING", pending)
        yield
    in_a_thread(lambda: set_polling(0.5))


def set_polling(seconds: float) -> None:
    """How often it is looked for work whose time has come."""
    queue = DBOS.retrieve_queue(LATER)
    assert queue is not None
    queue.set_polling_interval_sec(seconds)


def in_a_thread(act: Callable[[], None]) -> None:
    """Acts on a thread of its own: where the browser's tests ran, an event loop stays on this one."""
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


def until(find: Callable[[], T], seconds: float = DEADLINE) -> T:
    """The first true value of ``find``, which is asked again and again."""
    end = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < end, "it did not come to that"
        threading.Event().wait(0.02)
    return found


def unfinished(world: World) -> list[str]:
    """The ids of the jobs of this bot that wait or are being worked on."""
    found = DBOS.list_workflows(status=OPEN, load_input=True, load_output=False)
    return [one.workflow_id for one in found if one.input and one.input["args"][0] == world.name]


def finish(world: World, seconds: float = DEADLINE) -> None:
    """Waits until everything that this bot has accepted is done and told."""
    until(lambda: not unfinished(world), seconds)
    world.idle.wait_idle()


def put_off(world: World, *, seconds: float) -> int:
    """Has what waits for its next try wait for so long from now on; how much that was."""
    found = DBOS.list_workflows(status="DELAYED", load_input=True, load_output=False)
    mine = [one for one in found if one.input and one.input["args"][0] == world.name]
    for one in mine:
        DBOS.set_workflow_delay(one.workflow_id, delay_seconds=seconds)
    return len(mine)


def let_nothing_through(world: World, api: FakeQuantive) -> None:
    """The API fails from now on, and no try is under way any more that has heard anything of it before."""
    api.fail(times=math.inf, status=503)
    earlier = set(unfinished(world))
    until(lambda: not earlier & set(unfinished(world)))


def accepted(world: World) -> int:
    """How many jobs this bot has accepted."""
    found = DBOS.list_workflows(load_input=True, load_output=False)
    ids = {one.input["args"][1]["id"] for one in found if one.input and one.input["args"][0] == world.name}
    return len(ids)


def heard(world: World, who: str = "ada", channel: str = "general") -> list[str]:
    """What the bot has said that somebody still sees: in a channel, and by direct message."""
    texts = [one["text"] for one in world.messages(who, channel)]
    return texts + [one["text"] for one in world.workspace.messages(USERS[who], world.workspace.dm(USERS[who]))]


def times_told(world: World, *words: str) -> int:
    """How often the bot has said this, whether or not it still stands there."""
    told = [one for one in world.workspace.requests if one.way == "in" and one.ok and isinstance(one.request, dict)]
    return sum(all(word in str(one.request.get("text", "")) for word in words) for one in told)


def look(world: World, containing: str, who: str = "ada", channel: str = "general", seconds: float = DEADLINE) -> Said:
    """Waits for a message in a channel; as what ``world.press`` takes."""
    return _said(world.workspace.wait_for_message(USERS[who], world.channel(channel), containing, seconds))


def look_dm(world: World, containing: str, who: str = "ada", seconds: float = DEADLINE) -> Said:
    """Waits for a direct message."""
    return _said(world.workspace.wait_for_message(USERS[who], world.workspace.dm(USERS[who]), containing, seconds))


def _said(message: Json) -> Said:
    return Said(message, None, "", {})


def at_once(*acts: Callable[[], T]) -> list[T]:
    """Does all of this at the same moment; what came of each."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        barrier.wait(DEADLINE)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result(DEADLINE) for one in [pool.submit(run, act) for act in acts]]


def run_pressed(world: World, line: str, who: str = "ada", channel: str = "general") -> Said:
    """What Slack sends when somebody presses a button that carries this line, whether or not there is such a button."""
    stage = world.workspace._world
    hook = stage.tickets.hook(world.channel(channel), USERS[who])
    action = {"type": "button", "action_id": "run.0", "block_id": "b", "value": line, "action_ts": action_ts(stage)}
    payload = base("block_actions", stage.person(USERS[who])) | {
        "container": {"type": "message", "channel_id": world.channel(channel)},
        "channel": {"id": world.channel(channel), "name": channel},
        "actions": [action],
        "trigger_id": stage.tickets.trigger(USERS[who]),
        "response_url": hook_url(stage, hook),
    }
    return world._act(who, channel, lambda: stage.outcome(USERS[who], stage.delivery.interaction(payload)))
