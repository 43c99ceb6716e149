"""Digests and reminders: put into the outbox when their hour comes, once each, and made when they are posted."""

import logging
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import islice

from bot.errors import Misunderstood, OkrApiError
from bot.notify.announcing import DIGEST, REMINDER
from bot.notify.attention import STALE_AFTER
from bot.notify.cadence import Cadence, parse_cadence
from bot.notify.composer import Composer, Wanted, last_progress
from bot.notify.differences import is_closed, is_done
from bot.notify.digest import Digest
from bot.notify.digest_message import digest_message, reminder_message
from bot.notify.due import is_due, latest_due
from bot.notify.followers import Followed, Followers
from bot.notify.history import Window
from bot.notify.sighting import read_seen
from bot.notify.weekends import is_weekend
from bot.objectives.directory import Directory
from bot.objectives.model import Asker, Objective
from bot.objectives.ports import Clock, Follows
from bot.objectives.query import Criteria, Query
from bot.objectives.search import Search
from bot.objectives.subscriptions import Reminder, State
from bot.store.outbox import TOLD_TO, Note, Outbox, drop_waiting, put_note
from bot.store.pasts import Pasts
from bot.store.sightings import BATCH, KEPT, Sightings
from bot.views.message import Message

log = logging.getLogger(__name__)

LOOKS_BACK = timedelta(days=7)
"""What a digest that somebody asks for compares with."""
STAYS_FRESH = 60.0
"""Seconds for which a digest that was made together with others waits for its turn; then it is made anew."""
FAILS_FOR = timedelta(seconds=10)
"""Less than the time after which each channel tries again."""
MOST_REMINDED = 10


class Digests:
    """What is due, and what it says."""

    def __init__(
        self,
        outbox: Outbox,
        sightings: Sightings,
        pasts: Pasts,
        followers: Followers,
        follows: Follows,
        search: Search,
        directory: Directory,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._sightings = sightings
        self._pasts = pasts
        self._followers = followers
        self._follows = follows
        self._search = search
        self._directory = directory
        self._clock = clock
        self._composer = Composer(search, sightings, pasts, directory)
        self._composed: tuple[float, dict[Wanted, Digest]] = (0.0, {})
        self._composing = threading.Lock()
        self._failed: tuple[datetime, OkrApiError] | None = None

    # When

    def put_due(self, team_id: str) -> int:
        """Puts what is due into the outbox; how much that was. One digest catches up with all missed hours."""
        now, put = self._clock(), 0
        # Those that are due together tell of what had been seen by the same moment.
        cut = cache(self._pasts.cut)
        for followed in self._followers.of(team_id).digests:
            one = followed.subscription
            if one.state is not State.ACTIVE or one.is_paused(now):
                continue
            due = _due(followed.cadence, one.digested_at, one.made_at, now, one.zone)
            # An hour that fell into a pause is not made good for: whoever paused it did not want that one.
            if due is not None and not one.is_paused(due):
                put += self._put_digest(followed, due, now, cut())
        for reminder in self._follows.reminders(team_id):
            try:
                cadence = parse_cadence(reminder.cadence)
            except Misunderstood as fault:
                log.warning("A reminder is never due: %s", fault)
                continue
            due = _reminder_due(reminder, cadence, now)
            if due is not None:
                put += self._put_reminder(reminder, due, now)
        return put

    def _put_digest(self, followed: Followed, due: datetime, now: datetime, told_to: int) -> bool:
        one = followed.subscription
        body = {
            "subscription": one.id,
            "before": one.digested_at.isoformat() if one.digested_at else "",
            "now": now.isoformat(),
            TOLD_TO: told_to,
        }
        source = f"digest:{one.id}:"
        note = Note(one.team_id, one.channel_id, f"{source}{due.isoformat()}", DIGEST, body)
        with self._outbox.begin() as connection:
            if not self._follows.digested(connection, one, due):
                return False
            # One that could not be posted since has told of nothing: this one does.
            drop_waiting(connection, one.team_id, one.channel_id, source)
            put_note(connection, note, now.timestamp())
        return True

    def _put_reminder(self, reminder: Reminder, due: datetime, now: datetime) -> bool:
        source = f"reminder:{due.isoformat()}"
        note = Note(reminder.team_id, reminder.user_id, source, REMINDER, {"user": reminder.user_id})
        with self._outbox.begin() as connection:
            if not self._follows.reminded(connection, reminder, due):
                return False
            if _speaks(reminder, due) and _speaks(reminder, now):
                put_note(connection, note, now.timestamp())
        return True

    # What

    def render(self, note: Note) -> Message | None:
        """A digest or reminder; None where there is nothing to say. Raises the BotError family."""
        if note.kind == REMINDER:
            return self._render_reminder(note)
        subscription = self._follows.get(note.team_id, note.body["subscription"])
        followed = None if subscription is None else self._followers.look_up(subscription)
        if subscription is None or followed is None:
            return None
        digest = self._digest(note, followed)
        if digest.nothing_changed and subscription.is_silent:
            return None
        return digest_message(
            digest,
            followed.title,
            followed.cadence.words(),
            self._clock(),
            query=subscription.query,
            subscription_id=subscription.id,
        )

    def _digest(self, note: Note, followed: Followed) -> Digest:
        """A digest that is due: made together with all others that wait."""
        wanted = self._wanted(note, followed)
        with self._composing:
            at, made = self._composed
            kept = made.get(wanted) if time.monotonic() - at < STAYS_FRESH else None
            if kept is not None and not self._has_become_secret(note.team_id, kept):
                return kept
            made = self._compose(note.team_id, {wanted, *self._waiting(note.team_id)})
            self._composed = time.monotonic(), made
            return made[wanted]

    def _compose(self, team_id: str, wanted: Collection[Wanted]) -> dict[Wanted, Digest]:
        """Makes digests, or fails as it just did: a thousand that wait do not ask an API in trouble one by one."""
        now = self._clock()
        if self._failed is not None and timedelta() <= now - self._failed[0] < FAILS_FOR:
            raise self._failed[1]
        try:
            return self._composer.compose(team_id, wanted)
        except OkrApiError as fault:
            self._failed = now, fault
            raise

    def _waiting(self, team_id: str) -> Iterator[Wanted]:
        """What the digests are to tell that wait to be posted; of several of one subscription, the first."""
        known = {one.id: one for one in self._follows.every(team_id)}
        book = self._followers.of(team_id).by_id
        for note in self._outbox.waiting(team_id, DIGEST):
            subscription, followed = known.pop(note.body["subscription"], None), book.get(note.body["subscription"])
            if subscription is not None and followed is not None:
                yield self._wanted(note, replace(followed, subscription=subscription))

    def _wanted(self, note: Note, followed: Followed) -> Wanted:
        """What a digest is to tell: what was seen to change since the last one that was posted."""
        one = followed.subscription
        now = datetime.fromisoformat(note.body["now"])
        since, after = one.told_at, one.told_to
        if after is None and note.body["before"]:
            since = datetime.fromisoformat(note.body["before"])
        return Wanted(
            followed.criteria,
            self._window(note.team_id, now, since, after, note.body[TOLD_TO], one.made_by if one.except_me else ""),
            followed.only,
            frozenset(self._follows.muted(note.team_id, note.channel_id)),
        )

    def _window(
        self,
        team_id: str,
        now: datetime,
        since: datetime | None,
        after: int | None = None,
        up_to: int | None = None,
        but_by: str = "",
    ) -> Window:
        """What a digest at ``now`` tells of; from what is the first that can be compared with."""
        began = self._sightings.began_at(team_id)
        if since is None or began is None or began > since.timestamp():
            return Window(now, up_to)
        if since < now - KEPT:
            since, after = now - KEPT, None
        return Window(now, up_to, since, self._pasts.cut_at(team_id, since) if after is None else after, but_by)

    def _has_become_secret(self, team_id: str, digest: Digest) -> bool:
        """Whether a digest speaks of what has become private since it was made."""
        named = {one.objective.id for one in digest.attention} | {one.objective.id for one in digest.changed}
        named |= {one.objective.id for one in (*digest.moved, *digest.finished)}
        known = self._sightings.get(team_id, named)
        return any(seen and seen.is_private for seen in map(read_seen, known.values()))

    def make(self, team_id: str, criteria: Criteria, since: datetime | None, *, asker: Asker | None = None) -> Digest:
        """A digest of what matches now, compared with ``since`` (aware). ``asker``: it is for this person alone."""
        wanted = Wanted(criteria, self._window(team_id, self._clock(), since), asker=asker)
        return self._composer.compose(team_id, [wanted])[wanted]

    def _render_reminder(self, note: Note) -> Message | None:
        """A person's objectives without progress for a while; None where there are none, or no reminder any more."""
        reminder = self._follows.reminder(note.team_id, note.body["user"])
        now = self._clock()
        if reminder is None or not _speaks(reminder, now):
            return None
        asker = Asker(note.team_id, reminder.user_id)
        current = self._directory.snapshot().current_session(now)
        query = Query(owners=("me",), sessions=("current",) if current else ())
        criteria = self._search.resolve(asker, query).criteria
        with closing(self._search.matching(criteria, now, asker)) as objectives:
            mine = list(islice(objectives, BATCH))
        began = self._sightings.began_at(note.team_id)
        known = self._sightings.get(note.team_id, [one.id for one in mine])
        progressed = {one.id: last_progress(one, known.get(one.id), began) for one in mine}
        idle = [(one, days) for one in mine if (days := _idle_days(one, progressed[one.id], now)) is not None]
        idle.sort(key=lambda pair: -pair[1])
        shown = idle[:MOST_REMINDED]
        dressed = self._search.dress(asker, [objective for objective, _ in shown])
        pairs = [(objective, days) for objective, (_, days) in zip(dressed, shown, strict=True)]
        return reminder_message(pairs, now, reminder) if pairs else None


def _idle_days(objective: Objective, progressed: datetime | None, now: datetime) -> int | None:
    """For how many days the objective has had no progress, where that is long, and it is still worked on."""
    if is_done(objective) or is_closed(objective):
        return None
    if progressed is None and objective.progress > 0:
        return None
    since = max((one for one in (progressed, objective.created, objective.session.start) if one), default=None)
    if since is None or now - since < STALE_AFTER:
        return None
    return (now - since).days


def _due(cadence: Cadence, last: datetime | None, made: datetime, now: datetime, zone: str) -> datetime | None:
    """The hour that is due now; None where there is none."""
    return latest_due(cadence, now, zone) if is_due(cadence, last, made, now, zone) else None


def _reminder_due(reminder: Reminder, cadence: Cadence, now: datetime) -> datetime | None:
    """The hour of a reminder that is due now, which one that was put off comes at, too; None where there is none."""
    put_off, last = reminder.snoozed_until, reminder.reminded_at or reminder.made_at
    if put_off is not None and last < put_off <= now:
        return put_off
    return _due(cadence, reminder.reminded_at, reminder.made_at, now, reminder.zone)


def _speaks(reminder: Reminder, moment: datetime) -> bool:
    """Whether a person wants to be reminded at this moment: not while it is snoozed, and never at the weekend."""
    is_snoozed = reminder.snoozed_until is not None and reminder.snoozed_until > moment
    return not is_snoozed and not is_weekend(moment, reminder.zone)
