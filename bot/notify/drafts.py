"""What is posted for the notes that wait: made right before, so that it says how things are then."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.errors import Forbidden, NotFound, OkrApiDenied, OkrApiRefused
from bot.notify.announcements import SHOWN, Announcement, parent, reply, summary
from bot.notify.announcing import CARD, CHANGE, DIGEST, EDIT, ENDED, NOTICE, REMINDER, converter
from bot.notify.cadence import parse_cadence
from bot.notify.cards import cannot_speak, ended
from bot.notify.differences import Kind
from bot.notify.digests import Digests
from bot.notify.due import next_due, zone_of
from bot.notify.happenings import merged
from bot.notify.invitations import Invitations
from bot.notify.refusals import RESTRICTED, reason_text
from bot.notify.sighting import read_seen
from bot.notify.wording import is_direct
from bot.objectives.model import Asker, Objective
from bot.objectives.people import RECENT, People
from bot.objectives.ports import Clock, Follows, OkrApi, Profile
from bot.objectives.search import Search
from bot.objectives.subscriptions import State
from bot.store.outbox import Due, Note, Outbox, Thread, drop_objective
from bot.store.sightings import Sightings
from bot.views.message import Message

DAY = 86_400.0
"""Seconds for which an objective has one message in a channel."""
STALE = 60.0
"""Seconds: of what has waited for longer, the OKR API is asked whether it may still be told."""
FORBIDDEN = 403


@dataclass(frozen=True, slots=True)
class Draft:
    """What one turn of a channel posts.

    ``message``: to the channel. Where there is a ``thread``: ``head`` is put in the place of its first message and
    ``reply`` posted below it; ``message`` only where that is gone. ``begins_thread``: what follows on the objective
    belongs to the message. ``outdates``: notes of objectives whose own messages of today this one leaves behind.
    """

    message: Message | None = None
    thread: Thread | None = None
    head: Message | None = None
    reply: Message | None = None
    begins_thread: bool = False
    outdates: tuple[Note, ...] = ()


class Drafts:
    """Makes them. Raises the BotError family: OkrApiError where it can be made later, else it cannot be."""

    def __init__(
        self,
        outbox: Outbox,
        follows: Follows,
        sightings: Sightings,
        api: OkrApi,
        digests: Digests,
        invitations: Invitations,
        people: People,
        search: Search,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._follows = follows
        self._sightings = sightings
        self._api = api
        self._digests = digests
        self._invitations = invitations
        self._people = people
        self._search = search
        self._clock = clock

    def is_wanted(self, note: Note) -> bool:
        """Whether it may still be told: subscriptions may be gone or paused since, the objective muted or private."""
        if note.kind not in (CHANGE, EDIT, DIGEST):
            return True
        now = self._clock()
        kept = [self._follows.get(note.team_id, one) for one in subscriptions_of(note)]
        if not any(one and one.state is State.ACTIVE and not one.is_paused(now) for one in kept):
            return False
        if note.kind == DIGEST:
            return True
        seen = read_seen(self._sightings.get(note.team_id, [note.objective_id]).get(note.objective_id))
        is_private = seen is not None and seen.is_private
        return not is_private and note.objective_id not in self._follows.muted(note.team_id, note.channel_id)

    def make(self, dues: Sequence[Due]) -> Draft | None:
        """What these notes, to one channel, come to; None where there is nothing to say."""
        note = dues[0].note
        if note.kind in (CHANGE, EDIT):
            self._drop_private(dues)
        if note.kind == CHANGE:
            return self._of_changes(dues)
        if note.kind == EDIT:
            thread = self._threads([note]).get(note.objective_id)
            return None if thread is None else Draft(thread=thread, head=self._head(note, thread))
        if note.kind == CARD:
            card = self._invitations.card(note)
            return None if card is None else Draft(card)
        if note.kind == ENDED:
            subscription = self._follows.get(note.team_id, note.body["subscription"])
            return None if subscription is None else Draft(ended(subscription, note.body["title"], note.body["gone"]))
        if note.kind == NOTICE:
            message = self._notice(note)
            return None if message is None else Draft(message)
        return self._of_digest(note)

    def _drop_private(self, dues: Sequence[Due]) -> None:
        """Drops what waits of those that are named and have turned private while it waited: it is not sent then."""
        now = self._clock().timestamp()
        oldest = {due.note.objective_id: due for due in reversed(dues)}
        named = list(dict.fromkeys(due.note.objective_id for due in dues))[:SHOWN]
        for due in map(oldest.__getitem__, named):
            if now - due.made_at > STALE and not self._may_tell(due.note.objective_id):
                with self._outbox.begin() as connection:
                    drop_objective(connection, due.note.team_id, due.note.objective_id)

    def _may_tell(self, objective_id: str) -> bool:
        """Whether an objective is no secret, as far as the API lets the bot know; one that is gone was none.

        Raises OkrApiError where that cannot be asked at the moment.
        """
        try:
            return not self._api.get(objective_id).is_private
        except NotFound:
            return True
        except OkrApiRefused as fault:
            if isinstance(fault, OkrApiDenied) and fault.status != FORBIDDEN:
                raise
            return fault.status != FORBIDDEN

    def _of_digest(self, note: Note) -> Draft | None:
        if note.kind == REMINDER and not self._is_on_their_clock(note.team_id, note.body["user"]):
            return None
        message = self._digests.render(note)
        return Draft(message) if message else None

    def _is_on_their_clock(self, team_id: str, user_id: str) -> bool:
        """Whether a person's reminder may come now; who has moved since has it on the clock of where they are."""
        profile, reminder = self._member(team_id, user_id), self._follows.reminder(team_id, user_id)
        if profile is None or reminder is None or reminder.zone == profile.time_zone:
            return profile is not None
        self._follows.set_reminder(replace(reminder, zone=profile.time_zone))
        now, place = self._clock(), zone_of(profile.time_zone)
        coming = next_due(parse_cadence(reminder.cadence), now, profile.time_zone)
        # It comes later on this day, or it would not come on this day at all.
        return coming.astimezone(place).date() != now.astimezone(place).date()

    def _of_changes(self, dues: Sequence[Due]) -> Draft:
        note, now = dues[0].note, self._clock()
        announcements = [self._announcement(due.note) for due in dues]
        told = merged(announcements)
        if len(told) > 1:
            latest = {due.note.objective_id: due.note for due in dues}
            outdated = tuple(map(latest.__getitem__, self._threads(latest.values())))
            return Draft(summary(announcements, now, because=note.body["because"]), outdates=outdated)
        begun = Draft(parent(told[0], now, count=0), begins_thread=True)
        thread = self._threads([note]).get(note.objective_id)
        if thread is None:
            return begun
        thread = replace(thread, replies=thread.replies + 1)
        return replace(begun, thread=thread, head=self._head(note, thread, told[0]), reply=reply(told[0], now))

    def _head(self, note: Note, thread: Thread, latest: Announcement | None = None) -> Message:
        """The first message of a thread, with what is told now, or was told last, wherever that was.

        What it said at first stands nowhere else.
        """
        notes = self._outbox.first_and_last(note, thread, CHANGE)
        began, last = (merged([self._announcement(one) for one in those]) for those in notes)
        newest = latest or (last[0] if last else self._announcement(note))
        first = began[0] if began and began != [newest] else None
        return parent(newest, self._clock(), count=thread.replies, first=first)

    def _threads(self, notes: Collection[Note]) -> dict[str, Thread]:
        """The messages that a channel has today of the objectives of notes to it, by their ids."""
        team_id, channel_id = next((note.team_id, note.channel_id) for note in notes)
        found = self._outbox.threads(team_id, channel_id, [note.objective_id for note in notes])
        now = self._clock().timestamp()
        return {id_: thread for id_, thread in found.items() if now - thread.began_at < DAY}

    def _announcement(self, note: Note) -> Announcement:
        body = note.body
        before, after = (_objective(body[side]) for side in ("before", "after"))
        objective = after or before
        if objective is None:
            raise ValueError("an announcement has an objective")
        asker = Asker(note.team_id, body["user"], note.channel_id)
        return Announcement(
            objective=self._search.dress(asker, [objective])[0],
            before=before,
            kinds=tuple(Kind(kind) for kind in body["kinds"]),
            who=self._people.name(note.team_id, body["user"]) if body["user"] else "",
            at=datetime.fromisoformat(body["at"]).astimezone(UTC),
            because=body["because"],
            is_direct=is_direct(note.channel_id),
            # A note that an earlier bot has put does not say.
            is_back=body.get("is_back", False),
        )

    def _notice(self, note: Note) -> Message | None:
        """That the bot cannot speak somewhere, to whoever set that up; nothing to those who have left."""
        subscription = self._follows.get(note.team_id, note.body["subscription"])
        if subscription is None or self._member(note.team_id, note.channel_id) is None:
            return None
        stopped = replace(subscription, state=State(note.body["state"]))
        error = note.body["error"]
        return cannot_speak(stopped, note.body["title"], reason_text(error), is_restricted=error in RESTRICTED)

    def _member(self, team_id: str, user_id: str) -> Profile | None:
        """Who is to read it, if they are still there: Slack takes messages to the deactivated too."""
        try:
            return self._people.admit(Asker(team_id, user_id), at_most=RECENT)
        except Forbidden:
            return None


def subscriptions_of(note: Note) -> list[str]:
    """The ids of the subscriptions that a note is posted for."""
    if note.kind == CHANGE or note.kind == EDIT:
        return list(note.body["subscriptions"])
    return [note.body["subscription"]] if note.kind in (DIGEST, CARD) else []


def _objective(packed: Any) -> Objective | None:
    return None if packed is None else converter.structure(packed, Objective)
