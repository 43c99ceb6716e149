"""Posts what waits in the outbox: one message a second and channel, in order, each once, no channel behind another."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.errors import BotError
from bot.notify.announcements import Announcement, parent, reply, summary
from bot.notify.announcing import CHANGE, converter
from bot.notify.cards import cannot_speak
from bot.notify.differences import Kind
from bot.notify.digests import Digests
from bot.notify.followers import Followers
from bot.notify.speaker import SlackAway, SlackBusy, SlackRefused, Speaker
from bot.objectives.model import Asker, Objective
from bot.objectives.people import People
from bot.objectives.ports import Clock, Follows
from bot.objectives.search import Search
from bot.objectives.subscriptions import State
from bot.store.outbox import Due, Note, Outbox, Thread
from bot.views.message import Message

log = logging.getLogger(__name__)

PACE = 1.0
"""Seconds between two messages to a channel (https://docs.slack.dev/apis/web-api/rate-limits)."""
DAY = 86_400.0
BURST = 10
"""More objectives than this that wait for a channel are told of in one message."""
MOST_AT_ONCE = 1_000
AWAY = 15.0
"""Seconds until Slack is tried again after it was not reached."""

NOT_THERE = frozenset({"not_in_channel", "channel_not_found", "restricted_action", "kicked_from_channel"})
GONE = frozenset({"is_archived", "account_inactive", "user_not_found", "cannot_dm_bot", "channel_is_archived"})
NO_MESSAGE = frozenset({"message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed"})


class Sender:
    """Posts the next message of one channel at a time; the turns are kept in the database, for all processes."""

    def __init__(
        self,
        outbox: Outbox,
        speaker: Speaker,
        followers: Followers,
        follows: Follows,
        digests: Digests,
        people: People,
        search: Search,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._speaker = speaker
        self._followers = followers
        self._follows = follows
        self._digests = digests
        self._people = people
        self._search = search
        self._clock = clock

    def send_next(self, team_id: str, channel_id: str, worker: str) -> None:
        """Posts what a channel waits for next, where it is this worker's turn."""
        now = self._clock().timestamp()
        if not self._outbox.take_turn(team_id, channel_id, worker, now):
            return
        wait = PACE
        try:
            wait = self._send(team_id, channel_id)
        finally:
            self._outbox.give_turn(team_id, channel_id, worker, self._clock().timestamp() + wait)

    def _send(self, team_id: str, channel_id: str) -> float:
        """Posts; in how many seconds the next message may come."""
        dues = self._outbox.take(team_id, channel_id, MOST_AT_ONCE)
        if not dues:
            return 0.0
        dues = self._together(dues)
        wanted = [due for due in dues if self._is_wanted(due)]
        if not wanted:
            self._outbox.not_sent(dues, drop=True)
            return 0.0
        self._outbox.sending(dues)
        try:
            thread = self._post(wanted)
        except SlackBusy as fault:
            self._outbox.not_sent(dues)
            return fault.seconds
        except SlackAway as fault:
            if not fault.is_unsure:
                self._outbox.not_sent(dues)
            return AWAY
        except SlackRefused as fault:
            self._refused(dues, fault.error)
            return 0.0
        except BotError as fault:
            # What a digest shows could not be fetched: it comes later.
            log.info("Not posted yet: %s", fault)
            self._outbox.not_sent(dues)
            return AWAY
        self._outbox.sent(dues, self._clock().timestamp(), thread)
        return PACE

    def _together(self, dues: list[Due]) -> list[Due]:
        """What the next message tells: one change; or all changes that wait, where they are of many objectives."""
        first = dues[0]
        if first.is_repeat:
            return [due for due in dues if due.is_repeat]
        changes = [due for due in dues if due.note.kind == CHANGE]
        if first.note.kind == CHANGE and len({due.note.objective_id for due in changes}) > BURST:
            return changes
        return [first]

    def _is_wanted(self, due: Due) -> bool:
        """Whether anybody still wants to hear of it: subscriptions may be gone or paused since, the objective muted."""
        note, now = due.note, self._clock()
        if note.kind != CHANGE:
            return True
        kept = [self._follows.get(note.team_id, one) for one in note.body["subscriptions"]]
        if not any(one and not one.is_paused(now) for one in kept):
            return False
        return note.objective_id not in self._follows.muted(note.team_id, note.channel_id)

    def _post(self, dues: Sequence[Due]) -> Thread | None:
        note = dues[0].note
        if note.kind != CHANGE:
            self._post_digest(note)
            return None
        self._spoke(note.team_id, {one for due in dues for one in due.note.body["subscriptions"]})
        if len(dues) > 1:
            told = [self._announcement(due) for due in dues]
            message = summary(told, self._clock(), because=note.body["because"])
            self._speaker.post(note.team_id, note.channel_id, message)
            return None
        return self._post_change(dues[0])

    def _post_digest(self, note: Note) -> None:
        message = self._digests.render(note)
        if message is None:
            return
        try:
            self._speaker.post(note.team_id, note.channel_id, message)
        except SlackRefused as fault:
            plain = self._digests.render(note, with_chart=False) if "block" in fault.error else None
            if plain is None:
                raise
            # Not every workspace takes a chart.
            self._speaker.post(note.team_id, note.channel_id, plain)
        self._spoke(note.team_id, [note.body.get("subscription", "")])

    def _post_change(self, due: Due) -> Thread:
        """Posts a change: as a message of its own, or below the one that the channel has of the objective today."""
        note, now = due.note, self._clock()
        announcement = self._announcement(due)
        thread = self._outbox.thread(note.team_id, note.channel_id, note.objective_id)
        if thread is not None and now.timestamp() - thread.began_at < DAY:
            try:
                self._speaker.post(note.team_id, note.channel_id, reply(announcement, now), thread_ts=thread.parent_ts)
                thread = replace(thread, replies=thread.replies + 1)
                self._show_latest(due, thread, parent(announcement, now, count=thread.replies))
            except SlackRefused as fault:
                if fault.error not in NO_MESSAGE:
                    raise
            else:
                return thread
        ts = self._speaker.post(note.team_id, note.channel_id, parent(announcement, now, count=0))
        return Thread(ts, now.timestamp(), 0)

    def _show_latest(self, due: Due, thread: Thread, message: Message) -> None:
        """Shows the latest state in the first message. Where that fails, the next change shows it."""
        try:
            self._speaker.edit(due.note.team_id, due.note.channel_id, thread.parent_ts, message)
        except (SlackBusy, SlackAway, SlackRefused) as fault:
            log.info("The first message was not brought up to date: %s", fault)

    def _announcement(self, due: Due) -> Announcement:
        note, body = due.note, due.note.body
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
        )

    def _spoke(self, team_id: str, subscription_ids: Any) -> None:
        for one in subscription_ids:
            if one:
                self._follows.spoke(team_id, one, self._clock())

    def _refused(self, dues: Sequence[Due], error: str) -> None:
        """Slack does not let the bot speak there: whoever set it up hears of it, once, and it is not tried for ever."""
        note = dues[0].note
        log.info("Not posted: %s", error)
        if error not in NOT_THERE | GONE:
            self._outbox.not_sent(dues, drop=True)
            return
        self._outbox.drop(note.team_id, note.channel_id)
        state = State.STOPPED if error in GONE else State.WAITING
        for subscription in self._follows.of_channel(note.team_id, note.channel_id):
            if subscription.state is not State.ACTIVE:
                continue
            self._follows.change(replace(subscription, state=state))
            followed = self._followers.look_up(subscription)
            why = "the channel is archived" if state is State.STOPPED else "I am not in the channel any more"
            message = cannot_speak(subscription, followed.title if followed else subscription.query, why)
            try:
                self._speaker.post(note.team_id, subscription.made_by, message)
            except (SlackBusy, SlackAway, SlackRefused) as fault:
                log.info("Whoever made a subscription could not be told: %s", fault)


def _objective(packed: Any) -> Objective | None:
    return None if packed is None else converter.structure(packed, Objective)
