"""`/okr remind`: a personal reminder of one's objectives without progress, by direct message."""

from dataclasses import replace
from datetime import timedelta

from bot.commands.base import Answer, Reply, Request, Verb
from bot.errors import Misunderstood
from bot.notify.cadence import Cadence, Rhythm, parse_cadence, split_words
from bot.notify.reminder_cards import reminder_set, reminder_stopped
from bot.notify.weekends import is_weekend, weekend_of
from bot.objectives.model import Asker
from bot.objectives.service import Objectives
from bot.objectives.subscriptions import Reminder
from bot.views.help import VerbHelp
from bot.views.notices import sentence

STOPS = frozenset({"stop", "off", "never", "none", "no"})
SNOOZES = {"day": timedelta(days=1), "week": timedelta(days=7)}
USUAL = "weekly monday 9:00"


def run(request: Request, objectives: Objectives) -> Answer:
    """Sets, shows, snoozes or stops the asker's reminder: ``remind [<cadence> | snooze day|week | stop]``."""
    asker, words = request.asker, split_words(request.text)
    if not words:
        return _show(asker, objectives)
    if len(words) == 1 and words[0] in STOPS:
        had_one = objectives.follows.remove_reminder(asker.team_id, asker.user_id)
        return Reply(reminder_stopped() if had_one else sentence("You have no reminder, so there is none to stop."))
    if words[0] == "snooze":
        return _snooze(asker, words[1] if words[1:] else "day", objectives)
    return _set(asker, parse_cadence(request.text), objectives)


def _show(asker: Asker, objectives: Objectives) -> Reply:
    reminder = objectives.follows.reminder(asker.team_id, asker.user_id)
    if reminder is not None:
        return Reply(reminder_set(reminder, objectives.clock()))
    text = (
        "I can remind you, by direct message, of your objectives that have had no progress for a while. "
        "When there are none I say nothing, and never at the weekend."
    )
    return Reply(
        sentence(
            text, buttons=[("Every Monday at 9:00", f"remind {USUAL}"), ("Every day at 9:00", "remind daily 9:00")]
        )
    )


def _set(asker: Asker, cadence: Cadence, objectives: Objectives) -> Reply:
    if cadence.kind is Rhythm.INSTANT:
        raise Misunderstood(f"A reminder comes daily or weekly. Write it like this: {USUAL}.")
    zone, now = objectives.people.admit(asker).time_zone, objectives.clock()
    if cadence.kind is Rhythm.WEEKLY and cadence.weekday in weekend_of(zone):
        raise Misunderstood(
            f"A reminder never comes at the weekend. Write it like this: weekly monday {cadence.clock}."
        )
    # Whom the OKR account does not know owns nothing there, and hears what to do about it.
    objectives.people.person(asker)
    reminder = Reminder(asker.team_id, asker.user_id, str(cadence), zone, now)
    objectives.follows.set_reminder(reminder)
    return Reply(reminder_set(reminder, now))


def _snooze(asker: Asker, length: str, objectives: Objectives) -> Reply:
    if length not in SNOOZES:
        raise Misunderstood("A reminder is put off for a day or a week: /okr remind snooze week.")
    reminder = objectives.follows.reminder(asker.team_id, asker.user_id)
    if reminder is None:
        return Reply(sentence("You have no reminder, so there is none to put off."))
    now = objectives.clock()
    until = now + SNOOZES[length]
    while is_weekend(until, reminder.zone):
        until += SNOOZES["day"]
    snoozed = replace(reminder, snoozed_until=until)
    objectives.follows.set_reminder(snoozed)
    return Reply(reminder_set(snoozed, now))


REMIND = Verb(
    "remind",
    run,
    VerbHelp(
        verb="remind",
        group="yours",
        usage="remind [daily 9:00|weekly monday 9:00|stop]",
        summary="A direct message with your objectives that have had no progress for a while",
        grammar=(
            "daily or weekly, on your clock; never at the weekend, and nothing where there is nothing to say.",
            "Without words: the present one. snooze day or snooze week puts it off: it comes then; stop ends it.",
        ),
        examples=("/okr remind", "/okr remind weekly monday 9:00", "/okr remind stop"),
    ),
)
