"""Digests and reminders: put into the outbox when their hour comes, once each, and made when they are posted."""

import logging
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice

from bot.errors import Misunderstood
from bot.notify.announcing import DIGEST, REMINDER
from bot.notify.attention import STALE_AFTER, Tracked
from bot.notify.cadence import Cadence, parse_cadence
from bot.notify.differences import is_closed, is_done
from bot.notify.digest import Digest, make_digest
from bot.notify.digest_message import digest_message, reminder_message
from bot.notify.due import is_due, latest_due, zone_of
from bot.notify.followers import Followed, Followers
from bot.notify.sighting import read_content
from bot.notify.snapshots import Seen, recall
from bot.objectives.directory import Directory
from bot.objectives.model import Asker, Objective
from bot.objectives.ports import Clock, Follows
from bot.objectives.query import Criteria, Query
from bot.objectives.search import Search
from bot.objectives.subscriptions import Reminder, State
from bot.store.outbox import Note, Outbox, put_note
from bot.store.sightings import BATCH, KEPT, Sightings
from bot.views.message import Message

log = logging.getLogger(__name__)

LOOKS_BACK = timedelta(days=7)
"""What a digest that somebody asks for compares with."""
MOST_REMINDED = 10
WEEKEND = 5
"""The weekday it begins with; Monday is 0."""


class Digests:
    """What is due, and what it says."""

    def __init__(
        self,
        outbox: Outbox,
        sightings: Sightings,
        followers: Followers,
        follows: Follows,
        search: Search,
        directory: Directory,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._sightings = sightings
        self._followers = followers
        self._follows = follows
        self._search = search
        self._directory = directory
        self._clock = clock

    # When

    def put_due(self, team_id: str) -> int:
        """Puts what is due into the outbox; how much that was. One digest catches up with all missed hours."""
        now, put = self._clock(), 0
        for followed in self._followers.of(team_id).digests:
            one = followed.subscription
            if one.state is not State.ACTIVE or one.is_paused(now):
                continue
            due = _due(followed.cadence, one.digested_at, one.made_at, now, one.zone)
            # An hour that fell into a pause is not made good for: whoever paused it did not want that one.
            if due is not None and not one.is_paused(due):
                put += self._put_digest(followed, due, now)
        for reminder in self._follows.reminders(team_id):
            try:
                cadence = parse_cadence(reminder.cadence)
            except Misunderstood as fault:
                log.warning("A reminder is never due: %s", fault)
                continue
            due = _due(cadence, reminder.reminded_at, reminder.made_at, now, reminder.zone)
            if due is not None:
                put += self._put_reminder(reminder, due, now)
        return put

    def _put_digest(self, followed: Followed, due: datetime, now: datetime) -> bool:
        one = followed.subscription
        since = one.digested_at or one.made_at
        body = {"subscription": one.id, "since": since.isoformat(), "is_first": one.digested_at is None}
        note = Note(one.team_id, one.channel_id, f"digest:{one.id}:{due.isoformat()}", DIGEST, body)
        with self._outbox.begin() as connection:
            if not self._follows.digested(connection, one, due):
                return False
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

    def render(self, note: Note) -> list[Message]:
        """A digest or reminder: the message, and behind it one without a chart, for where Slack takes none.

        Nothing where there is nothing to say. Raises the BotError family.
        """
        if note.kind == REMINDER:
            return self._render_reminder(note)
        subscription = self._follows.get(note.team_id, note.body["subscription"])
        followed = None if subscription is None else self._followers.look_up(subscription)
        if subscription is None or followed is None:
            return []
        since = None if note.body["is_first"] else datetime.fromisoformat(note.body["since"])
        digest = self.make(note.team_id, followed.criteria, since)
        if digest.nothing_changed and subscription.is_silent:
            return []
        return [
            digest_message(
                digest,
                followed.title,
                followed.cadence.words(),
                self._clock(),
                query=subscription.query,
                subscription_id=subscription.id,
                with_chart=with_chart,
            )
            for with_chart in (True, False)
        ]

    def make(self, team_id: str, criteria: Criteria, since: datetime | None, *, asker: Asker | None = None) -> Digest:
        """A digest of what matches now, compared with ``since`` (aware). ``asker``: it is for this person alone."""
        began = self._sightings.began_at(team_id)
        if since is not None and (began is None or began > since.timestamp()):
            since = None
        now = self._clock()
        if since is not None:
            since = max(since, now - KEPT)
        went = 0 if since is None else self._count_gone(team_id, criteria, since, now)

        def tracked() -> Iterator[Tracked]:
            with closing(self._search.matching(criteria, now, asker)) as objectives:
                while batch := list(islice(objectives, BATCH)):
                    yield from self._track(team_id, criteria, batch, since)

        return make_digest(tracked(), now, since, went=went, with_private=asker is not None)

    def _track(
        self, team_id: str, criteria: Criteria, batch: list[Objective], since: datetime | None
    ) -> Iterator[Tracked]:
        """The objectives with how they were seen at ``since``, and when their progress moved last."""
        ids = [one.id for one in batch]
        began = self._sightings.began_at(team_id)
        known = self._sightings.get(team_id, ids)
        earlier = self._sightings.states_at(team_id, ids, since) if since else {}
        for objective in batch:
            sighting = known.get(objective.id)
            content = earlier.get(objective.id, sighting.content if sighting else None)
            seen = read_content(content)
            if seen is not None and since is not None and not criteria.matches(self._whole(seen, objective), since):
                seen = None
            if seen is not None and seen.is_private and not objective.is_private:
                seen = None
            progressed = sighting.progressed_at if sighting else None
            if sighting and progressed is None and objective.progress > 0:
                # What was never seen to move has stood still for as long as anybody looks, at least.
                progressed = began
            moment = None if progressed is None else datetime.fromtimestamp(progressed, UTC)
            yield Tracked(objective, seen if since else None, moment)

    def _count_gone(self, team_id: str, criteria: Criteria, since: datetime, now: datetime) -> int:
        """How many objectives matched at ``since`` and do not any more, or are not there any more."""
        changed, gone = self._sightings.changed_since(team_id, since), 0
        for start in range(0, len(changed), BATCH):
            ids = changed[start : start + BATCH]
            known = self._sightings.get(team_id, ids)
            for objective_id, content in self._sightings.states_at(team_id, ids, since).items():
                before = read_content(content)
                if before is None or before.is_private or not criteria.matches(self._whole(before), since):
                    continue
                current = read_content(known[objective_id].content) if objective_id in known else None
                is_secret = current is not None and current.is_private
                gone += current is None or (not is_secret and not criteria.matches(self._whole(current), now))
        return gone

    def _whole(self, seen: Seen, current: Objective | None = None) -> Objective:
        snapshot = self._directory.snapshot()
        return recall(seen, current, sessions=snapshot.sessions_by_id, people=snapshot.people_by_id)

    def _render_reminder(self, note: Note) -> list[Message]:
        """A person's objectives without progress for a while; nothing where there are none, or no reminder any more."""
        reminder = self._follows.reminder(note.team_id, note.body["user"])
        now = self._clock()
        if reminder is None or not _speaks(reminder, now):
            return []
        asker = Asker(note.team_id, reminder.user_id)
        current = self._directory.snapshot().current_session(now)
        query = Query(owners=("me",), sessions=("current",) if current else ())
        criteria = self._search.resolve(asker, query).criteria
        with closing(self._search.matching(criteria, now, asker)) as objectives:
            mine = list(islice(objectives, BATCH))
        idle = [
            (tracked.objective, days)
            for tracked in self._track(note.team_id, criteria, mine, None)
            if (days := _idle_days(tracked, now)) is not None
        ]
        idle.sort(key=lambda pair: -pair[1])
        shown = idle[:MOST_REMINDED]
        dressed = self._search.dress(asker, [objective for objective, _ in shown])
        pairs = [(objective, days) for objective, (_, days) in zip(dressed, shown, strict=True)]
        return [reminder_message(pairs, now, reminder)] if pairs else []


def _idle_days(tracked: Tracked, now: datetime) -> int | None:
    """For how many days the objective has had no progress, where that is long, and it is still worked on."""
    objective = tracked.objective
    if is_done(objective) or is_closed(objective):
        return None
    if tracked.progressed is None and objective.progress > 0:
        return None
    known = [one for one in (tracked.progressed, objective.created, objective.session.start) if one is not None]
    since = max(known, default=None)
    if since is None or now - since < STALE_AFTER:
        return None
    return (now - since).days


def _due(cadence: Cadence, last: datetime | None, made: datetime, now: datetime, zone: str) -> datetime | None:
    """The hour that is due now; None where there is none."""
    return latest_due(cadence, now, zone) if is_due(cadence, last, made, now, zone) else None


def _speaks(reminder: Reminder, moment: datetime) -> bool:
    """Whether a person wants to be reminded at this moment: not while it is snoozed, and never at the weekend."""
    is_snoozed = reminder.snoozed_until is not None and reminder.snoozed_until > moment
    return not is_snoozed and moment.astimezone(zone_of(reminder.zone)).weekday() < WEEKEND
