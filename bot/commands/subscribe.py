"""`/okr subscribe`: a channel follows a query, by one line or by form."""

from collections.abc import Callable
from dataclasses import replace

from bot.commands.base import Answer, Modal, Post, Posted, Reply, Request, Verb
from bot.commands.lines import line_for_button
from bot.commands.subscription_form import form
from bot.errors import Misunderstood, NotFound
from bot.notify.cards import already_there, channel_card, subscribed, waiting_for_invitation
from bot.notify.subscribe_line import Wish, read_wish
from bot.notify.subscribing import (
    KINDS,
    SAY_WHAT,
    asks_for_something,
    demand_channel,
    examples_of,
    fields_of,
    line_of,
    resolve,
    same_as,
    speaking,
    subscription_of,
    title_of,
)
from bot.notify.wording import who
from bot.objectives.model import Asker
from bot.objectives.query import parse_query
from bot.objectives.service import Objectives
from bot.objectives.subscriptions import MOST_IN_A_CHANNEL, State, Subscription
from bot.objectives.words import read
from bot.views.help import VerbHelp
from bot.views.message import Message
from bot.views.notices import sentence
from bot.views.typed import QUERY_LIMIT, too_long


def run(request: Request, objectives: Objectives) -> Answer:
    """Subscribes the channel to what was typed; opens the form where something is missing or wrong."""
    demand_channel(request.asker)
    parsed = read_wish(request.text)
    if len(str(parsed.wish.query)) > QUERY_LIMIT:
        return Reply(too_long("query", QUERY_LIMIT, request.text))
    if parsed.faults or not asks_for_something(parsed.wish.query):
        return open_form(request, objectives)
    try:
        return subscribe(request.asker, parsed.wish, objectives)
    except (Misunderstood, NotFound) as fault:
        return form(request.asker, fields_of(parsed.wish), objectives, faults=[str(fault)])


def open_form(request: Request, objectives: Objectives) -> Modal:
    """The form with what was understood of a line; never subscribes by itself."""
    demand_channel(request.asker)
    parsed = read_wish(request.text)
    says_what = asks_for_something(parsed.wish.query) or not request.text.strip()
    return form(
        request.asker,
        fields_of(parsed.wish, is_cadence_sure=set(parsed.faults) <= set(parse_query(request.text).faults)),
        objectives,
        faults=parsed.faults or (() if says_what else (SAY_WHAT,)),
        # What was not understood is in no field.
        typed=" ".join(word.shown for word in read(request.text)) if parsed.faults else "",
    )


def subscribe(asker: Asker, wish: Wish, objectives: Objectives) -> Answer:
    """Makes a subscription of the asker's channel; it speaks once everybody there has been told of it.

    Raises Misunderstood and NotFound where the query names what does not exist.
    """
    zone = objectives.people.admit(asker).time_zone
    subscription = subscription_of(wish, asker, zone, objectives.clock())
    others = objectives.follows.of_channel(asker.team_id, asker.channel_id)
    if same_as(subscription, others):
        return Reply(say_already_there(subscription, objectives))
    if len(others) >= MOST_IN_A_CHANNEL:
        follows = who(asker.channel_id, "follows")
        text = f"{follows} {len(others)} queries already, and nobody reads more. Remove one first."
        return Reply(sentence(text, buttons=[("What it follows", "subscriptions")]))
    resolved = resolve(subscription, objectives.search, objectives.people)
    examples, total = examples_of(asker, resolved.criteria, objectives)
    if not objectives.follows.add(subscription):
        return Reply(say_already_there(subscription, objectives))
    active = replace(subscription, state=State.ACTIVE)
    maker = objectives.people.name(asker.team_id, asker.user_id)

    def refuse(text: str) -> Message:
        objectives.follows.remove(subscription.team_id, subscription.id)
        line = line_for_button(asker, f"{SUBSCRIBE.name} {line_of(subscription)}", objectives)
        return sentence(f"{text} It follows nothing new.", buttons=[("Try again", line)])

    return tell_channel(
        subscription,
        resolved.title,
        objectives,
        done=lambda: subscribed(active, resolved.title, examples, total, maker, objectives.clock()),
        refused=refuse,
    )


def tell_channel(
    subscription: Subscription,
    title: str,
    objectives: Objectives,
    *,
    done: Callable[[], Message],
    refused: Callable[[str], Message],
) -> Post:
    """Posts the card of a subscription; once it is there, the subscription speaks. ``refused`` is given the reason."""
    follows, maker = objectives.follows, objectives.people.name(subscription.team_id, subscription.made_by)
    active = replace(subscription, state=State.ACTIVE)

    def answer(posted: Posted) -> Reply:
        if posted is Posted.DONE:
            # Somebody may have changed it since, or removed it.
            if current := follows.get(subscription.team_id, subscription.id):
                follows.change(speaking(current, objectives.clock()))
            return Reply(done())
        if posted is Posted.LATER:
            return Reply(
                sentence("Slack takes no messages right now. The channel is told soon, and hears from then on.")
            )
        if posted is Posted.REFUSED:
            return Reply(refused("I may not post in this channel: ask whoever manages it."))
        if subscription.channel_id.startswith("D"):
            return Reply(refused("I cannot speak in a conversation between people: subscribe in a channel."))
        return Reply(waiting_for_invitation(subscription, title, objectives.clock()))

    return Post(subscription.channel_id, channel_card(active, title, maker, objectives.clock()), answer)


def say_already_there(subscription: Subscription, objectives: Objectives) -> Message:
    """That the channel has a subscription like this one, and which."""
    others = objectives.follows.of_channel(subscription.team_id, subscription.channel_id)
    same = same_as(subscription, others) or subscription
    maker = objectives.people.name(same.team_id, same.made_by)
    return already_there(same, title_of(same, objectives), maker, objectives.clock())


SUBSCRIBE = Verb(
    "subscribe",
    run,
    VerbHelp(
        verb="subscribe",
        group="follow",
        usage="subscribe [query] [instant|daily 9:00|weekly monday 9:00] [except me] [only done,behind] [quiet]",
        summary="Let this channel hear of what happens to the objectives that match; without a query, by form",
        grammar=(
            'The query is the one of /okr search: #tag, owner:me, team:"Marketing", words of the name, and so on.',
            "instant, the usual, tells every change at once; daily 9:00 or weekly monday 9:00: a digest on your clock.",
            "except me leaves out what you change with /okr; quiet sends no digest where nothing changed.",
            f"only tells some things, in digests too: {', '.join(value for value, _label in KINDS)}.",
        ),
        examples=(
            "/okr subscribe",
            "/okr subscribe #growth",
            "/okr subscribe #onboarding weekly monday 9:00 except me",
        ),
    ),
    form="subscribe-form",
)
SUBSCRIBE_FORM = Verb("subscribe-form", open_form)
