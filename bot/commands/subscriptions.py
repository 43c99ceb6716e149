"""`/okr subscriptions` and `/okr unsubscribe`: what a channel follows, and the buttons that change it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.commands.base import Answer, Reply, Request, Verb
from bot.commands.mute import MUTED
from bot.commands.subscribe import tell_channel
from bot.errors import Forbidden, Misunderstood
from bot.notify.cards import paused, removed, resumed
from bot.notify.subscribe_line import read_wish
from bot.notify.subscribing import (
    asks_for_something,
    demand_channel,
    find_to_change,
    matching,
    resolve,
    speaking,
    title_of,
)
from bot.notify.subscription_choice import which_to_remove
from bot.notify.subscription_list import SubscriptionLine, subscriptions_page
from bot.notify.wording import is_direct, who
from bot.objectives.model import Asker
from bot.objectives.service import Objectives
from bot.objectives.subscriptions import State, Subscription
from bot.objectives.words import read
from bot.views.help import VerbHelp
from bot.views.message import Message
from bot.views.notices import sentence
from bot.views.pages import PAGE_SIZE, read_page
from bot.views.text import cut

ALL = "all"
PAUSES = {"day": timedelta(days=1), "week": timedelta(days=7)}


def run(request: Request, objectives: Objectives) -> Answer:
    """What this channel follows; every channel's, for admins: ``subscriptions [all] [<number of the page>]``."""
    asker = request.asker
    wants_all = ALL in request.text.casefold().split()
    if wants_all and not objectives.people.is_admin(asker):
        raise Forbidden(
            "Only an admin (OKR_ADMINS) can see what other channels follow. /okr subscriptions shows yours."
        )
    if wants_all:
        return _page(
            asker, objectives.follows.every(asker.team_id), "Every subscription", ALL, request.text, objectives
        )
    return _of_channel(asker, request.text, objectives)


def _of_channel(asker: Asker, text: str, objectives: Objectives) -> Reply:
    demand_channel(asker)
    found = objectives.follows.of_channel(asker.team_id, asker.channel_id)
    title = "What you follow here" if is_direct(asker.channel_id) else "What this channel follows"
    reply = _page(asker, found, title, "", text, objectives)
    muted = len(objectives.follows.muted(asker.team_id, asker.channel_id))
    if not muted:
        return reply
    said = sentence(f"Muted here: {muted}.", buttons=[("Show what is muted", MUTED.name)])
    message = reply.message
    return Reply(Message(f"{message.text}\n{said.text}", [*message.blocks, *said.blocks]))


def _page(
    asker: Asker,
    subscriptions: Sequence[Subscription],
    title: str,
    scope: str,
    text: str,
    objectives: Objectives,
) -> Reply:
    number, last = read_page(text, len(subscriptions))
    first = (number - 1) * PAGE_SIZE
    lines = [_line(one, objectives) for one in subscriptions[first : first + PAGE_SIZE]]

    def turn(to: int) -> str:
        return f"subscriptions {scope} {to}" if scope else f"subscriptions {to}"

    return Reply(
        subscriptions_page(
            lines,
            title=title,
            now=objectives.clock(),
            first=first + 1,
            total=len(subscriptions),
            previous_line=turn(number - 1) if number > 1 else "",
            next_line=turn(number + 1) if number < last else "",
            may_see_all=objectives.people.is_admin(asker),
            is_all=scope == ALL,
        )
    )


def run_unsubscribe(request: Request, objectives: Objectives) -> Answer:
    """Ends the one subscription of this channel that was typed; of several, or of none, asks which one."""
    asker = request.asker
    demand_channel(asker)
    there = objectives.follows.of_channel(asker.team_id, asker.channel_id)
    parsed = read_wish(request.text)
    wish = parsed.wish
    if not there:
        return Reply(sentence(f"{who(asker.channel_id, 'follows')} nothing.", buttons=[("Subscribe…", "subscribe")]))
    if not asks_for_something(wish.query):
        return _ask_which("Which one shall end?", there, objectives)
    found = matching(there, str(wish.query), asker.user_id)
    if parsed.says_when:
        found = [one for one in found if one.cadence == str(wish.cadence)]
    if len(found) == 1 and not parsed.faults:
        return _remove(found[0], objectives)
    if found:
        return _ask_which(" ".join([*parsed.faults, "Which one shall end?"]), found, objectives)
    typed = cut(" ".join(word.shown for word in read(request.text)), 200)
    return _ask_which(f"{who(asker.channel_id, 'does')} not follow “{typed}”. Which one shall end?", there, objectives)


def _ask_which(question: str, subscriptions: Sequence[Subscription], objectives: Objectives) -> Reply:
    return Reply(which_to_remove(question, [_line(one, objectives) for one in subscriptions]))


def _line(subscription: Subscription, objectives: Objectives) -> SubscriptionLine:
    maker = objectives.people.name(subscription.team_id, subscription.made_by)
    return SubscriptionLine(subscription, title_of(subscription, objectives), maker)


def run_remove(request: Request, objectives: Objectives) -> Answer:
    """Ends a subscription."""
    return _remove(find_to_change(request.asker, request.text.strip(), objectives), objectives)


def _remove(subscription: Subscription, objectives: Objectives) -> Reply:
    title = title_of(subscription, objectives)
    objectives.follows.remove(subscription.team_id, subscription.id)
    return Reply(removed(subscription, title, objectives.clock()))


def run_pause(request: Request, objectives: Objectives) -> Answer:
    """Silences a subscription for a day or a week: ``subscription-pause <id> day|week``."""
    id_, _, length = request.text.strip().partition(" ")
    if length not in PAUSES:
        raise Misunderstood("A subscription pauses for a day or a week.")
    subscription = find_to_change(request.asker, id_, objectives)
    return _put(replace(subscription, paused_until=objectives.clock() + PAUSES[length]), paused, objectives)


def run_resume(request: Request, objectives: Objectives) -> Answer:
    """Lets a subscription speak again; one that could not, once its channel has been told of it again."""
    found = find_to_change(request.asker, request.text.strip(), objectives)
    resumed_one = replace(found, paused_until=None)
    if found.state is State.ACTIVE:
        return _put(speaking(resumed_one, objectives.clock()), resumed, objectives)
    if found.state is State.ENDED:
        # Where it still names what is not there, that is said.
        resolve(found, objectives.search, objectives.people)
    waiting = replace(resumed_one, state=State.WAITING)
    title = title_of(waiting, objectives)
    if not objectives.follows.change(waiting):
        return Reply(removed(waiting, title, objectives.clock()))

    def stop(text: str) -> Message:
        objectives.follows.change(replace(waiting, state=State.STOPPED))
        return sentence(text, buttons=[("Try again", f"{RESUME_SUBSCRIPTION.name} {waiting.id}")])

    return tell_channel(
        waiting,
        title,
        objectives,
        done=lambda: resumed(replace(waiting, state=State.ACTIVE), title, objectives.clock()),
        refused=stop,
    )


def _put(
    subscription: Subscription, say: Callable[[Subscription, str, datetime], Message], objectives: Objectives
) -> Reply:
    title, now = title_of(subscription, objectives), objectives.clock()
    is_there = objectives.follows.change(subscription)
    return Reply((say if is_there else removed)(subscription, title, now))


SUBSCRIPTIONS = Verb(
    "subscriptions",
    run,
    VerbHelp(
        verb="subscriptions",
        group="follow",
        usage="subscriptions [all]",
        summary="What this channel follows, with Edit, Pause and Remove",
        grammar=(
            "Everybody in the channel can change what it follows.",
            "all: those of every channel, for admins (OKR_ADMINS).",
        ),
        examples=("/okr subscriptions",),
    ),
)
UNSUBSCRIBE = Verb(
    "unsubscribe",
    run_unsubscribe,
    VerbHelp(
        verb="unsubscribe",
        group="follow",
        usage="unsubscribe [query]",
        summary="End a subscription of this channel; without a query, from a list",
        grammar=(
            "The query as it was subscribed to, in whatever order; its cadence behind it, where there are several.",
        ),
        examples=("/okr unsubscribe", "/okr unsubscribe #growth"),
    ),
)
REMOVE_SUBSCRIPTION = Verb("subscription-remove", run_remove)
PAUSE_SUBSCRIPTION = Verb("subscription-pause", run_pause)
RESUME_SUBSCRIPTION = Verb("subscription-resume", run_resume)
