"""What a submitted form makes or changes of a subscription, and the form that changes one."""

from dataclasses import replace

from bot.commands.base import Answer, Reply, Request, Verb
from bot.commands.subscribe import say_already_there, subscribe
from bot.commands.subscription_form import fields_in, form, keep, line_of_form, recall
from bot.errors import BotError, InvalidFields
from bot.notify.cards import removed, subscribed
from bot.notify.subscribe_line import Wish
from bot.notify.subscribing import (
    changed,
    examples_of,
    fields_of,
    find_to_change,
    merge,
    read_fields,
    resolve,
    shown_to,
    typed_by,
    wish_of,
)
from bot.objectives.model import Asker
from bot.objectives.service import Objectives
from bot.objectives.subscriptions import Subscription
from bot.views.notices import failure
from bot.views.subscription_form import SubscriptionFields


def run(request: Request, objectives: Objectives) -> Answer:
    """The form that changes a subscription."""
    asker = request.asker
    subscription = find_to_change(asker, request.text.strip(), objectives)
    return form(asker, fields_of(_wish_shown(asker, subscription, objectives)), objectives, subscription)


def check(fields: SubscriptionFields) -> dict[str, str]:
    """What is wrong with a submitted form, by field (Slack's answer to a submission)."""
    try:
        read_fields(fields)
    except InvalidFields as fault:
        return fault.faults
    return {}


def save(asker: Asker, fields: SubscriptionFields, form_id: str, objectives: Objectives) -> Answer:
    """Makes or changes the subscription that a submitted form is for. The channel is the one kept with the form."""
    objectives.people.admit(asker)
    asker, kept = recall(asker, form_id, objectives)
    shown = fields_in(kept, as_shown=True)
    try:
        wish = read_fields(fields)
        if not kept["subscription"]:
            return subscribe(asker, wish, objectives)
        old = find_to_change(asker, kept["subscription"], objectives)
        current = _wish_shown(asker, old, objectives)
        wish, is_contested = merge(read_fields(shown), wish, current)
        if not is_contested:
            return _change(asker, old, wish, objectives)
        fields, shown = fields_of(wish), fields_of(current)
        text = f"Somebody changed this while your form was open: it now is {current}. Save yours all the same?"
    except BotError as fault:
        text = str(fault)
    again = keep(asker, fields, objectives, kept["subscription"], [text], shown=shown)
    return Reply(failure(text, form_line=line_of_form(again)))


def _wish_shown(asker: Asker, subscription: Subscription, objectives: Objectives) -> Wish:
    """What a subscription is, as the form shows it to the asker."""
    wish = wish_of(subscription)
    return replace(wish, query=shown_to(wish.query, subscription, asker.user_id, objectives))


def _change(asker: Asker, old: Subscription, wish: Wish, objectives: Objectives) -> Reply:
    """Changes a subscription, and says what it announces now."""
    now = objectives.clock()
    query = typed_by(wish.query, old, asker.user_id, objectives)
    new = changed(old, replace(wish, query=query), objectives.people.admit(asker).time_zone, now)
    resolved = resolve(new, objectives.search, objectives.people)
    examples, total = examples_of(asker, resolved.criteria, objectives)
    if not objectives.follows.change(new):
        if objectives.follows.get(new.team_id, new.id) is None:
            return Reply(removed(old, resolved.title, now))
        return Reply(say_already_there(new, objectives))
    maker = objectives.people.name(new.team_id, new.made_by)
    return Reply(subscribed(new, resolved.title, examples, total, maker, now, is_new=False))


EDIT_SUBSCRIPTION = Verb("subscription-edit", run)
