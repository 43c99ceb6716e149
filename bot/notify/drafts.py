"""What is posted for the notes that wait: made right before, so that it says how things are then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.errors import Forbidden
from bot.notify.announcements import Announcement, parent, reply, summary
from bot.notify.announcing import CARD, CHANGE, DIGEST, EDIT, ENDED, NOTICE, REMINDER, converter
from bot.notify.cards import cannot_speak, ended
from bot.notify.differences import Kind
from bot.notify.digests import Digests
from bot.notify.happenings import merged
from bot.notify.invitations import Invitations
from bot.notify.refusals import reason_text
from bot.notify.wording import is_direct
from bot.objectives.model import Asker, Objective
from bot.objectives.people import RECENT, People
from bot.objectives.ports import Clock, Follows
from bot.objectives.search import Search
from bot.objectives.subscriptions import State
from bot.store.outbox import Due, Note, Outbox, Thread
from bot.views.message import Message

DAY = 86_400.0
"""Seconds for which an objective has one message in a channel."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What one turn of a channel posts.

    ``message``: to the channel; ``plain`` instead of it where Slack refuses a block. Where there is a ``thread``:
    ``head`` is put in the place of its first message and ``reply`` posted below it; ``message`` only where that is
    gone. ``begins_thread``: what follows on the objective belongs to the message.
    """

    message: Message | None = None
    plain: Message | None = None
    thread: Thread | None = None
    head: Message | None = None
    reply: Message | None = None
    begins_thread: bool = False


class Drafts:
    """Makes them. Raises the BotError family: OkrApiError where it can be made later, else it cannot be."""

    def __init__(
        self,
        outbox: Outbox,
        follows: Follows,
        digests: Digests,
        invitations: Invitations,
        people: People,
        search: Search,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._follows = follows
        self._digests = digests
        self._invitations = invitations
        self._people = people
        self._search = search
        self._clock = clock

    def is_wanted(self, note: Note) -> bool:
        """Whether anybody still wants to hear of it: subscriptions may be gone or paused since, the objective muted."""
        if note.kind not in (CHANGE, EDIT, DIGEST):
            return True
        now = self._clock()
        kept = [self._follows.get(note.team_id, one) for one in subscriptions_of(note)]
        if not any(one and one.state is State.ACTIVE and not one.is_paused(now) for one in kept):
            return False
        return note.kind == DIGEST or note.objective_id not in self._follows.muted(note.team_id, note.channel_id)

    def make(self, dues: Sequence[Due]) -> Draft | None:
        """What these notes, to one channel, come to; None where there is nothing to say."""
        note = dues[0].note
        if note.kind == CHANGE:
            return self._of_changes(dues)
        if note.kind == EDIT:
            thread = self._thread(note)
            if thread is None:
                return None
            return Draft(thread=thread, head=parent(self._announcement(note), self._clock(), count=thread.replies))
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

    def _of_digest(self, note: Note) -> Draft | None:
        if note.kind == REMINDER and not self._is_member(note.team_id, note.body["user"]):
            return None
        messages = self._digests.render(note)
        return Draft(messages[0], plain=messages[-1]) if messages else None

    def _of_changes(self, dues: Sequence[Due]) -> Draft:
        note, now = dues[0].note, self._clock()
        announcements = [self._announcement(due.note) for due in dues]
        told = merged(announcements)
        if len(told) > 1:
            return Draft(summary(announcements, now, because=note.body["because"]))
        begun = Draft(parent(told[0], now, count=0), begins_thread=True)
        thread = self._thread(note)
        if thread is None:
            return begun
        thread = replace(thread, replies=thread.replies + 1)
        return replace(begun, thread=thread, head=parent(told[0], now, count=thread.replies), reply=reply(told[0], now))

    def _thread(self, note: Note) -> Thread | None:
        """The message that the channel has of the objective today."""
        thread = self._outbox.thread(note.team_id, note.channel_id, note.objective_id)
        is_todays = thread is not None and self._clock().timestamp() - thread.began_at < DAY
        return thread if is_todays else None

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
        )

    def _notice(self, note: Note) -> Message | None:
        """That the bot cannot speak somewhere, to whoever set that up; nothing to those who have left."""
        subscription = self._follows.get(note.team_id, note.body["subscription"])
        if subscription is None or not self._is_member(note.team_id, note.channel_id):
            return None
        stopped = replace(subscription, state=State(note.body["state"]))
        return cannot_speak(stopped, note.body["title"], reason_text(note.body["error"]))

    def _is_member(self, team_id: str, user_id: str) -> bool:
        """Whether somebody is still there to read it: Slack takes messages to the deactivated too."""
        try:
            self._people.admit(Asker(team_id, user_id), at_most=RECENT)
        except Forbidden:
            return False
        return True


def subscriptions_of(note: Note) -> list[str]:
    """The ids of the subscriptions that a note is posted for."""
    if note.kind == CHANGE or note.kind == EDIT:
        return list(note.body["subscriptions"])
    return [note.body["subscription"]] if note.kind in (DIGEST, CARD) else []


def _objective(packed: Any) -> Objective | None:
    return None if packed is None else converter.structure(packed, Objective)
