"""Posts what waits in the outbox: one message a second and channel, in order, each once, no channel behind another."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.errors import BotError, OkrApiError
from bot.logs import describe_bug
from bot.notify.announcing import CARD, CHANGE, EDIT
from bot.notify.drafts import Draft, Drafts, subscriptions_of
from bot.notify.invitations import Invitations
from bot.notify.refusals import GONE, NOT_LET, NOT_THERE, Refusals
from bot.notify.speaker import SlackAway, SlackBusy, SlackRefused, Speaker
from bot.objectives.ports import Clock, Follows
from bot.store.channel_turns import LONGEST_WAIT, ChannelTurns
from bot.store.outbox import Due, Note, Outbox, Thread
from bot.views.message import Message

log = logging.getLogger(__name__)

PACE = 1.0
"""Seconds between two messages to a channel (https://docs.slack.dev/apis/web-api/rate-limits)."""
BURST = 10
"""More changes than this that wait for a channel are told of together: those of more objectives in one message, those
of fewer objective by objective, so that what exactly changed is not lost."""
MOST_AT_ONCE = 1_000
AWAY = 15.0
"""Seconds until Slack is tried again after it was not reached."""

NO_THREAD = frozenset(
    {"cannot_reply_to_message", "restricted_action_thread_locked", "restricted_action_non_threadable_channel"}
)
"""There may be messages in the channel, and no reply to this one."""
NO_MESSAGE = frozenset({"message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed"})


class Sender:
    """Posts the next message of one channel at a time; the turns are kept in the database, for all processes."""

    def __init__(
        self,
        outbox: Outbox,
        turns: ChannelTurns,
        speaker: Speaker,
        drafts: Drafts,
        refusals: Refusals,
        invitations: Invitations,
        follows: Follows,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._turns = turns
        self._speaker = speaker
        self._drafts = drafts
        self._refusals = refusals
        self._invitations = invitations
        self._follows = follows
        self._clock = clock

    def send_next(self, team_id: str, channel_id: str, worker: str) -> None:
        """Posts what a channel waits for next, where it is this worker's turn."""
        if not self._turns.take(team_id, channel_id, worker, self._clock().timestamp()):
            return
        wait = PACE
        try:
            wait = self._send(team_id, channel_id, worker)
        finally:
            self._turns.give(team_id, channel_id, worker, self._clock().timestamp() + wait)

    def _send(self, team_id: str, channel_id: str, worker: str) -> float:
        """Posts; in how many seconds the next message may come."""
        dues = self._next(team_id, channel_id)
        if not dues:
            return 0.0
        is_repeat = dues[0].is_repeat
        try:
            if is_repeat:
                # Whether it was posted is not to be found out; but it is not posted on and on while Slack is away.
                self._speaker.ping(team_id)
            draft = self._drafts.make(dues)
        except SlackBusy as fault:
            return _wait_of(fault)
        except (SlackAway, SlackRefused):
            return AWAY
        except OkrApiError as fault:
            log.info("Not posted yet: %s", fault)
            return AWAY
        except BotError as fault:
            log.info("Not posted: %s", fault)
            draft = None
        except Exception as fault:  # noqa: BLE001 - a bug in one announcement must not silence all that follow
            log.error("What waits for a channel cannot be said: %s", describe_bug(fault))
            draft = None
        if draft is None:
            self._outbox.give_up(dues)
            return 0.0
        now = self._clock().timestamp()
        # To make it may have taken so long that another process has the turn; and it may not be wanted any more.
        if not (self._turns.keep(team_id, channel_id, worker, now) and self._outbox.sending(dues)):
            return 0.0
        if is_repeat:
            log.warning("Slack's answer to a message was lost: it is posted again (%d lately).", self._outbox.repeats())
        return self._deliver(dues, draft, is_repeat=is_repeat)

    def _next(self, team_id: str, channel_id: str) -> list[Due]:
        """What the next message tells: one note; or where many changes wait, all of them, or all of one objective."""
        dues = self._outbox.take(team_id, channel_id, MOST_AT_ONCE)
        if not dues:
            return []
        repeats = [due for due in dues if due.is_repeat]
        # To bring a message up to date can wait: it shows what was told last by then.
        first = next((due for due in dues if due.note.kind != EDIT), dues[0])
        changes = [due for due in dues if due.note.kind == CHANGE]
        if repeats:
            chosen = repeats
        elif first.note.kind != CHANGE or len(changes) <= BURST:
            chosen = [first]
        elif len(_objectives(changes)) > BURST:
            chosen = changes
        else:
            chosen = [due for due in changes if due.note.objective_id == first.note.objective_id]
        wanted = [due for due in chosen if self._drafts.is_wanted(due.note)]
        if len(wanted) < len(chosen):
            numbers = {due.number for due in wanted}
            self._outbox.give_up([due for due in chosen if due.number not in numbers])
        return wanted if repeats or not 1 < len(_objectives(wanted)) <= BURST else wanted[:1]

    def _deliver(self, dues: Sequence[Due], draft: Draft, *, is_repeat: bool) -> float:
        note = dues[0].note
        try:
            thread, busy = self._post(note, draft)
        except SlackBusy as fault:
            self._outbox.not_sent(dues)
            if note.kind != EDIT:
                # A channel alone is never posted to too often: it is the workspace that has had enough.
                self._turns.hold(note.team_id, self._clock().timestamp() + _wait_of(fault))
            return _wait_of(fault)
        except SlackAway as fault:
            if not fault.is_unsure:
                self._outbox.not_sent(dues)
            elif is_repeat:
                # It may be there twice already.
                log.warning("Slack's answer to a message was lost twice: it counts as posted.")
                self._outbox.sent(dues, self._clock().timestamp())
            return AWAY
        except SlackRefused as fault:
            if fault.error in NOT_LET:
                log.warning("Slack lets the bot post nothing: %s", fault.error)
                self._outbox.not_sent(dues)
                return AWAY
            self._refusals.take(dues, fault.error)
            return 0.0
        if note.kind == CARD:
            self._invitations.accepted(note)
        outdated = [dues[-1].note] if busy else draft.outdates
        edits = [replace(one, kind=EDIT, source=f"edit:{one.source}") for one in outdated]
        self._outbox.sent(dues, self._clock().timestamp(), thread=thread, following=edits)
        for one in {one for due in dues for one in subscriptions_of(due.note)} if note.kind not in (EDIT, CARD) else ():
            self._follows.spoke(note.team_id, one, self._clock())
        return max(PACE, busy)

    def _post(self, note: Note, draft: Draft) -> tuple[Thread | None, float]:
        """Posts; the thread to which it belongs, and the seconds after which its first message is to be edited."""
        busy = 0.0
        if draft.thread is not None and draft.head is not None:
            try:
                # First, for so it is known whether the thread is there; and to do it twice does no harm.
                self._speaker.edit(note.team_id, note.channel_id, draft.thread.parent_ts, draft.head)
            except SlackBusy as fault:
                if draft.reply is None:
                    raise
                busy = _wait_of(fault)
            except SlackAway:
                raise SlackAway(is_unsure=False) from None
            except SlackRefused as fault:
                if fault.error in NO_MESSAGE:
                    return self._begin(note, draft), 0.0
                if fault.error in NOT_THERE | GONE | NOT_LET:
                    raise
                log.warning("A first message was not brought up to date: %s", fault.error)
            if draft.reply is not None and not self._reply(note, draft.reply, draft.thread):
                return self._begin(note, draft), 0.0
            return draft.thread, busy
        return self._begin(note, draft), 0.0

    def _reply(self, note: Note, reply: Message, thread: Thread) -> bool:
        """Posts to a thread; false where Slack takes no reply there, or the first message has just been deleted."""
        try:
            self._speaker.post(note.team_id, note.channel_id, reply, thread_ts=thread.parent_ts)
        except SlackRefused as fault:
            if fault.error not in NO_MESSAGE | NO_THREAD:
                raise
            return False
        return True

    def _begin(self, note: Note, draft: Draft) -> Thread | None:
        """Posts a message of its own; the thread that begins with it."""
        if draft.message is None:
            return None
        try:
            ts = self._speaker.post(note.team_id, note.channel_id, draft.message)
        except SlackRefused as fault:
            if draft.message.plain is None or "block" not in fault.error:
                raise
            # Not every workspace takes a chart.
            ts = self._speaker.post(note.team_id, note.channel_id, draft.message.plain)
        return Thread(ts, self._clock().timestamp(), 0) if draft.begins_thread else None


def _objectives(dues: Sequence[Due]) -> set[str]:
    return {due.note.objective_id for due in dues}


def _wait_of(fault: SlackBusy) -> float:
    return min(LONGEST_WAIT, fault.seconds)
