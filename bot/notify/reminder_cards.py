"""A person's reminder: that it is set, snoozed or stopped."""

from datetime import datetime, timedelta

from slack_sdk.models.blocks import InteractiveElement

from bot.notify.cadence import Rhythm
from bot.notify.due import next_due
from bot.notify.weekends import is_weekend
from bot.notify.wording import cadence_of, cadence_text
from bot.objectives.subscriptions import Reminder
from bot.views.blocks import actions, section
from bot.views.buttons import button
from bot.views.message import Message
from bot.views.text import code, moment_text

_LONGEST_WAIT = timedelta(days=9)


def reminder_set(reminder: Reminder, now: datetime) -> Message:
    """When somebody is reminded, and of what; until when not, where they snoozed it."""
    often = cadence_text(reminder.cadence, reminder.zone)
    snoozed = reminder.snoozed_until
    if snoozed is not None and snoozed > now:
        text = f"Snoozed until {moment_text(snoozed)}: I remind you then, and after that again {often}."
        return _notice(text, [_stop()])
    first = _next_reminder(reminder, now)
    lines = [
        f"I remind you {often}, by direct message, of your objectives that have had no progress for two weeks.",
        "Never at the weekend, and not when there are none.",
        f"The next reminder is due {moment_text(first)}." if first else "",
    ]
    return _notice("\n".join(line for line in lines if line), [_stop()])


def reminder_stopped() -> Message:
    """That there are no reminders any more, and how to have them again."""
    again = code("/okr remind weekly monday 9:00")
    return _notice(f"Stopped: I do not remind you any more. {again} starts it again.", [])


def _next_reminder(reminder: Reminder, now: datetime) -> datetime | None:
    """When the next one is due, which is never at the weekend."""
    cadence = cadence_of(reminder.cadence)
    if cadence is None or cadence.kind is Rhythm.INSTANT:
        return None
    moment = next_due(cadence, now, reminder.zone)
    while moment - now < _LONGEST_WAIT:
        if not is_weekend(moment, reminder.zone):
            return moment
        moment = next_due(cadence, moment, reminder.zone)
    return None


def _stop() -> InteractiveElement:
    return button("Stop", "remind stop", accessibility_label="Stop the reminders")


def _notice(text: str, buttons: list[InteractiveElement]) -> Message:
    return Message(text, [section(text), *actions(buttons)])
