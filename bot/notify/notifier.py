"""The threads that keep channels told: what happened is announced, the account looked at, digests and posts sent."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.errors import BotError, OkrApiError
from bot.logs import describe_bug
from bot.notify.announcing import DIGEST, REMINDER
from bot.notify.digests import Digests
from bot.notify.feed import Feed
from bot.notify.followers import Followers
from bot.notify.invitations import Invitations
from bot.notify.leavers import Leavers
from bot.notify.poll import Poll
from bot.notify.sender import Sender
from bot.objectives.ports import Clock
from bot.store.channel_turns import ChannelTurns, Turn
from bot.store.outbox import Outbox
from bot.store.sightings import KEPT, LONGEST_WAIT, Sightings

log = logging.getLogger(__name__)

FEED_EVERY = 2.0
"""Seconds after which is looked for what other processes did; what this one did is told of at once."""
DUE_EVERY = 10.0
TIDIES_EVERY = 3600.0
SENDERS = 8
"""Channels that are posted to at the same time."""
DIGESTERS = 2
"""Digests that are made at the same time: each asks the OKR API for much, and what happened does not wait for them."""
LONGEST_BACKOFF = 900.0
RENEWS = 10.0
"""Seconds after which a look says again that it goes on."""
NOTES_KEPT = timedelta(days=7)


class Notifier:
    """Runs everything. Several processes may, on one database: each thing is done by one of them.

    The parts are public so that they can be driven without the threads.
    """

    def __init__(
        self,
        *,
        feed: Feed,
        poll: Poll,
        digests: Digests,
        sender: Sender,
        invitations: Invitations,
        leavers: Leavers,
        followers: Followers,
        outbox: Outbox,
        turns: ChannelTurns,
        sightings: Sightings,
        worker: str,
        poll_seconds: float,
        clock: Clock,
    ) -> None:
        self.feed = feed
        self.poll = poll
        self.digests = digests
        self.sender = sender
        self.invitations = invitations
        self.leavers = leavers
        self.outbox = outbox
        self.turns = turns
        self.sightings = sightings
        self.worker = worker
        self._followers = followers
        self._poll_seconds = poll_seconds
        self._clock = clock
        self._stopping = threading.Event()
        self._happened = threading.Event()
        self._to_send = threading.Event()
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="send")
        self._digesters = ThreadPoolExecutor(DIGESTERS, thread_name_prefix="digest")
        self._sending: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._failures: dict[str, int] = {}
        acts: dict[str, tuple[Callable[[], float | None], threading.Event, float]] = {
            "feed": (self._tell, self._happened, FEED_EVERY),
            "look": (self._look, threading.Event(), 1.0),
            "digests": (self._put_due, threading.Event(), DUE_EVERY),
            "posts": (self._send, self._to_send, 1.0),
            "tidying": (self.tidy, threading.Event(), TIDIES_EVERY),
        }
        self._events = [event for _, event, _ in acts.values()]
        self._threads = [
            threading.Thread(target=self._run, args=(name, act, event, every), name=name, daemon=True)
            for name, (act, event, every) in acts.items()
        ]

    def start(self) -> None:
        """Begins."""
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Something happened."""
        self._happened.set()

    def hear(self, team_id: str, channel_id: str) -> None:
        """Somebody uses the bot in a channel: it may have been invited there."""
        try:
            if self.invitations.put_waiting_here(team_id, channel_id):
                self._to_send.set()
        except Exception as fault:  # noqa: BLE001 - as below; a pool's thread would swallow it
            log.warning("What waits in a channel was not tried: %s", describe_bug(fault))

    def close(self) -> None:
        """Stops; what waits is posted after the next start."""
        self._stopping.set()
        for event in self._events:
            event.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(5)
        for pool in (self._senders, self._digesters):
            pool.shutdown(cancel_futures=True)

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
            except BotError as fault:
                log.info("%s: %s", name, fault)
                wait = every
            except Exception as fault:  # noqa: BLE001 - a bug in one announcement must not silence all others
                log.error("%s failed: %s", name, describe_bug(fault))
                wait = every

    def _tell(self) -> None:
        if self.feed.work():
            self._to_send.set()

    def _look(self) -> float | None:
        """Looks at each workspace's account that somebody follows; forgets those that nobody follows any more."""
        followed = self._followers.teams()
        for team_id in set(self.sightings.teams()).difference(followed):
            log.info("Nobody follows anything in %s any more.", team_id)
            self.sightings.forget(team_id)
        for team_id in followed:
            self.look_if_due(team_id)
        return max(1.0, min(10.0, self._poll_seconds / 10))

    def look_if_due(self, team_id: str) -> bool:
        """Looks at an account where it is time, and nobody else does; backs off where that fails or takes long."""
        leased_at = self._clock().timestamp()
        if not self.sightings.lease(team_id, self.worker, leased_at, self._poll_seconds):
            return False
        began = renewed = time.monotonic()

        def go_on() -> None:
            nonlocal renewed
            if time.monotonic() - renewed > RENEWS:
                renewed = time.monotonic()
                self.sightings.renew(team_id, self.worker, self._clock().timestamp())

        # Whatever happens, it is not begun anew at once.
        rest = self._poll_seconds
        try:
            changes = self.poll.look(team_id, go_on)
            self._failures.pop(team_id, None)
            # A look that takes long leaves the API three quarters of the time.
            rest = min(LONGEST_WAIT, 3 * (time.monotonic() - began))
            log.debug("Looked at the account: %d changes.", changes)
            self._to_send.set()
        except OkrApiError as fault:
            failures = self._failures[team_id] = self._failures.get(team_id, 0) + 1
            rest = min(LONGEST_BACKOFF, self._poll_seconds * 2 ** min(failures - 1, 10))
            log.info("The account could not be looked at: %s", fault)
        finally:
            self.sightings.release(team_id, self.worker, rests_until=self._clock().timestamp() + rest)
        return True

    def _put_due(self) -> None:
        for team_id in self._followers.teams():
            if self.digests.put_due(team_id) + self.invitations.put_waiting(team_id) + self.leavers.end(team_id):
                self._to_send.set()

    def tidy(self) -> None:
        """Takes out what nobody needs any more."""
        now = self._clock()
        self.outbox.purge((now - NOTES_KEPT).timestamp())
        self.sightings.purge(now - KEPT)

    def _send(self) -> float | None:
        """Has the next message of every channel posted whose turn it is."""
        now = self._clock().timestamp()
        turns = self.turns.coming(now)
        for turn in turns:
            if turn.comes_at <= now:
                self._begin_to_send(turn)
        # What has its turn is under way by now, and says when it is done.
        later = [turn.comes_at - now for turn in turns if turn.comes_at > now]
        return min(1.0, max(0.05, min(later, default=1.0))) if turns else None

    def _begin_to_send(self, turn: Turn) -> None:
        with self._lock:
            if (turn.team_id, turn.channel_id) in self._sending:
                return
            self._sending.add((turn.team_id, turn.channel_id))
        pool = self._digesters if turn.kind in (DIGEST, REMINDER) else self._senders
        pool.submit(self._send_to, turn.team_id, turn.channel_id)

    def _send_to(self, team_id: str, channel_id: str) -> None:
        try:
            self.sender.send_next(team_id, channel_id, f"{self.worker}:{threading.get_ident()}")
        except Exception as fault:  # noqa: BLE001 - as above; a pool's thread would swallow it
            log.error("A post failed: %s", describe_bug(fault))
        finally:
            with self._lock:
                self._sending.discard((team_id, channel_id))
            self._to_send.set()
