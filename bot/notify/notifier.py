"""The threads that keep channels told: what happened is announced, the account looked at, digests and posts sent."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import OkrApiError
from bot.notify.digests import Digests
from bot.notify.feed import Feed
from bot.notify.followers import Followers
from bot.notify.invitations import Invitations
from bot.notify.poll import Poll
from bot.notify.sender import Sender
from bot.objectives.ports import Clock
from bot.store.outbox import Outbox
from bot.store.sightings import Sightings

log = logging.getLogger(__name__)

FEED_EVERY = 2.0
"""Seconds after which is looked for what other processes did; what this one did is told of at once."""
DUE_EVERY = 10.0
SENDERS = 8
"""Channels that are posted to at the same time."""
LONGEST_BACKOFF = 900.0


class Notifier:
    """Runs everything. Several processes may, on one database: each thing is done by one of them."""

    def __init__(
        self,
        *,
        feed: Feed,
        poll: Poll,
        digests: Digests,
        sender: Sender,
        invitations: Invitations,
        followers: Followers,
        outbox: Outbox,
        sightings: Sightings,
        worker: str,
        poll_seconds: float,
        clock: Clock,
    ) -> None:
        self._feed = feed
        self._poll = poll
        self._digests = digests
        self._sender = sender
        self._invitations = invitations
        self._followers = followers
        self._outbox = outbox
        self._sightings = sightings
        self._worker = worker
        self._poll_seconds = poll_seconds
        self._clock = clock
        self._stopping = threading.Event()
        self._happened = threading.Event()
        self._to_send = threading.Event()
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="send")
        self._sending: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._events = (self._happened, threading.Event(), threading.Event(), self._to_send)
        _, look, due, _ = self._events
        self._threads = [
            threading.Thread(target=self._run, args=(name, act, event, every), name=name, daemon=True)
            for name, act, event, every in (
                ("feed", self._tell, self._happened, FEED_EVERY),
                ("look", self._look, look, 1.0),
                ("digests", self._put_due, due, DUE_EVERY),
                ("posts", self._send, self._to_send, 1.0),
            )
        ]
        self._wait = 0.0

    def start(self) -> None:
        """Begins."""
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Something happened."""
        self._happened.set()

    def close(self) -> None:
        """Stops; what waits is posted after the next start."""
        self._stopping.set()
        for event in self._events:
            event.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(5)
        self._senders.shutdown(cancel_futures=True)

    def _run(self, name: str, act: Callable[[], float | None], event: threading.Event, every: float) -> None:
        """Acts each time the event is set, and now and then; nothing that goes wrong ends it."""
        wait: float | None = 0.0
        while not self._stopping.is_set():
            event.wait(every if wait is None else wait)
            event.clear()
            if self._stopping.is_set():
                return
            try:
                wait = act()
            except SQLAlchemyError as fault:
                log.warning("%s: the database failed (%s)", name, type(fault).__name__)
                wait = every
            except Exception as fault:  # noqa: BLE001 - a bug in one announcement must not silence all others
                log.error("%s failed: %s", name, type(fault).__name__)
                wait = every

    def _tell(self) -> None:
        if self._feed.work():
            self._to_send.set()

    def _look(self) -> float | None:
        """Looks at each workspace's account that somebody follows; backs off where that fails or takes long."""
        every = max(self._poll_seconds, self._wait)
        for team_id in self._followers.teams():
            now = self._clock().timestamp()
            if not self._sightings.lease(team_id, self._worker, now, every):
                continue
            began = time.monotonic()
            looked_at: float | None = None
            try:
                changes = self._poll.look(team_id)
                looked_at = now
                # A look that takes long is not begun anew at once.
                self._wait = 3 * (time.monotonic() - began)
                log.debug("Looked at the account: %d changes.", changes)
            except OkrApiError as fault:
                self._wait = min(LONGEST_BACKOFF, max(self._poll_seconds, 2 * self._wait))
                log.info("The account could not be looked at: %s", fault)
            finally:
                self._sightings.release(team_id, self._worker, looked_at=looked_at)
            self._invitations.try_again(team_id)
            self._to_send.set()
        return min(every, max(1.0, self._poll_seconds / 10))

    def _put_due(self) -> None:
        put = sum(self._digests.put_due(team_id) for team_id in self._followers.teams())
        if put:
            self._to_send.set()

    def _send(self) -> float | None:
        """Has the next message of every channel posted whose turn it is."""
        for team_id, channel_id in self._outbox.ready(self._clock().timestamp()):
            with self._lock:
                if (team_id, channel_id) in self._sending:
                    continue
                self._sending.add((team_id, channel_id))
            self._senders.submit(self._send_to, team_id, channel_id)
        soonest = self._outbox.next_at()
        if soonest is None:
            return None
        return min(1.0, max(0.05, soonest - self._clock().timestamp()))

    def _send_to(self, team_id: str, channel_id: str) -> None:
        try:
            self._sender.send_next(team_id, channel_id, f"{self._worker}:{threading.get_ident()}")
        except Exception as fault:  # noqa: BLE001 - as above; a pool's thread would swallow it
            log.error("A post failed: %s", type(fault).__name__)
        finally:
            with self._lock:
                self._sending.discard((team_id, channel_id))
            self._to_send.set()
