"""Subscribing: what somebody wishes becomes a subscription of a channel, is found again, and is said in words."""

import heapq
import secrets
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from bot.errors import BotError, Forbidden, InvalidFields, Misunderstood, NotFound
from bot.notify.cadence import INSTANT, WEEKDAYS, Cadence, Rhythm, parse_cadence
from bot.notify.differences import ONLY_WORDS, Kind
from bot.notify.due import is_due, latest_due
from bot.notify.subscribe_line import Wish
from bot.objectives.model import Asker, Objective
from bot.objectives.people import People
from bot.objectives.query import Criteria, Query, describe, parse_query
from bot.objectives.search import Resolved, Search
from bot.objectives.service import Objectives
from bot.objectives.subscriptions import State, Subscription
from bot.store.subscriptions import meaning
from bot.views.subscription_form import SubscriptionFields

EXAMPLES = 3

SAY_WHAT = "Say what to follow, such as #growth. Everything is session:all."

RHYTHMS = (
    (Rhythm.INSTANT, "At once"),
    (Rhythm.DAILY, "Every day, as a digest"),
    (Rhythm.WEEKLY, "Every week, as a digest"),
)
DAYS = tuple((day, day.title()) for day in WEEKDAYS)
KINDS = tuple((kind.value, f"{words[0].upper()}{words[1:]}") for kind, words in ONLY_WORDS.items())


def subscription_of(wish: Wish, asker: Asker, zone: str, now: datetime) -> Subscription:
    """A new subscription of the channel where the asker is, who makes it. It waits until the channel knows of it."""
    return Subscription(
        id=secrets.token_hex(8),
        team_id=asker.team_id,
        channel_id=asker.channel_id,
        query=_kept(wish.query),
        cadence=str(wish.cadence),
        made_by=asker.user_id,
        made_at=now,
        zone=zone,
        except_me=wish.except_me,
        only=tuple(kind.value for kind in wish.only),
        is_silent=wish.silent_when_empty,
        state=State.WAITING,
    )


def changed(subscription: Subscription, wish: Wish, zone: str, now: datetime) -> Subscription:
    """A subscription as somebody wants it instead; ``zone`` is theirs, and counts where they set another cadence.

    What is due by the new cadence already counts as digested: nobody expects a digest because a time was changed. One
    that had ended begins again.
    """
    new = replace(
        subscription,
        query=_kept(wish.query),
        except_me=wish.except_me,
        only=tuple(kind.value for kind in wish.only),
        is_silent=wish.silent_when_empty,
    )
    if subscription.state is State.ENDED:
        new = speaking(new, now)
    if subscription.cadence == str(wish.cadence):
        return new
    new = replace(new, cadence=str(wish.cadence), zone=zone)
    if wish.cadence.kind is Rhythm.INSTANT:
        # What is told at once is for no digest that is set later.
        return replace(new, told_to=None)
    return replace(new, digested_at=latest_due(wish.cadence, now, zone))


def speaking(subscription: Subscription, now: datetime) -> Subscription:
    """A subscription that speaks from now on. A digest's hour that came while it did not is not made good for."""
    cadence, last = parse_cadence(subscription.cadence), subscription.digested_at
    if is_due(cadence, last, subscription.made_at, now, subscription.zone):
        last = latest_due(cadence, now, subscription.zone)
    return replace(subscription, state=State.ACTIVE, digested_at=last)


def _kept(query: Query) -> str:
    """A query as it is kept: what is followed has no order."""
    return str(replace(query, sort=""))


def asks_for_something(query: Query) -> bool:
    """Whether a query says what to follow; everything must be asked for by name (``session:all``)."""
    return bool(_kept(query))


def wish_of(subscription: Subscription) -> Wish:
    """What somebody wished when they made, or last changed, a subscription."""
    return Wish(
        parse_query(subscription.query).query,
        parse_cadence(subscription.cadence),
        subscription.except_me,
        tuple(kind for kind in Kind if kind.value in subscription.only),
        subscription.is_silent,
    )


def merge(shown: Wish, mine: Wish, theirs: Wish) -> tuple[Wish, bool]:
    """What is there now (``theirs``) with what I changed of what I was shown; and whether both changed the same."""
    changes = {name: value for name, value in _fields(mine).items() if value != _fields(shown)[name]}
    is_contested = any(_fields(theirs)[name] not in (_fields(shown)[name], value) for name, value in changes.items())
    return replace(theirs, **changes), is_contested


def _fields(wish: Wish) -> dict[str, Any]:
    return {field.name: getattr(wish, field.name) for field in fields(wish)}


def line_of(subscription: Subscription) -> str:
    """What is typed behind ``/okr subscribe`` for a subscription like this one."""
    return str(wish_of(subscription))


def same_as(subscription: Subscription, others: Iterable[Subscription]) -> Subscription | None:
    """Which of the channel's subscriptions says the same in the same cadence."""
    alike = matching(others, subscription.query, subscription.made_by)
    return next((one for one in alike if one.cadence == subscription.cadence and one.id != subscription.id), None)


def matching(subscriptions: Iterable[Subscription], query: str, user_id: str) -> list[Subscription]:
    """Those of the subscriptions that ask for what somebody means by a query, however it was written."""
    meant = meaning(query, user_id)
    return [one for one in subscriptions if meaning(one.query, one.made_by) == meant]


def find_to_change(asker: Asker, subscription_id: str, objectives: Objectives) -> Subscription:
    """A subscription that the asker may change: of the channel where they are, or any where they are an admin.

    Whoever made it has no other rights than the others of its channel. Raises NotFound and Forbidden.
    """
    subscription = objectives.follows.get(asker.team_id, subscription_id)
    if subscription is None:
        raise NotFound("That subscription is gone. /okr subscriptions shows those of this channel.")
    is_member = asker.is_there and asker.channel_id == subscription.channel_id
    if not (is_member or objectives.people.is_admin(asker)):
        raise Forbidden("Only members of a channel, in that channel, or an admin can change what it follows.")
    return subscription


def demand_channel(asker: Asker) -> None:
    """Raises Forbidden where it is not Slack that says in which channel the asker is."""
    if not (asker.channel_id and asker.is_there):
        raise Forbidden("I cannot tell which channel this is for. Type it there.")


def resolve(subscription: Subscription, search: Search, people: People) -> Resolved:
    """A subscription's query with its names looked up; in its words, *me* is called by name.

    Raises Misunderstood, NotFound or Forbidden where a name stands for nobody any more.
    """
    maker = Asker(subscription.team_id, subscription.made_by, subscription.channel_id)
    query = parse_query(subscription.query).query
    if "me" in query.owners:
        # Their objectives are followed after they have left the workspace, too.
        query = _with_owner(query, "me", people.person_of(maker.team_id, maker.user_id).id)
    return search.resolve(maker, query)


def title_of(subscription: Subscription, objectives: Objectives) -> str:
    """The query in words, plain text; as it was typed where its names stand for nobody any more."""
    try:
        return resolve(subscription, objectives.search, objectives.people).title
    except BotError:
        return typed_title(subscription, objectives.people.name(subscription.team_id, subscription.made_by))


def typed_title(subscription: Subscription, maker: str) -> str:
    """The query in words, plain text, as it was typed; ``maker``: what whoever set it up is called."""
    return describe(_with_owner(parse_query(subscription.query).query, "me", maker))


def examples_of(asker: Asker, criteria: Criteria, objectives: Objectives) -> tuple[tuple[Objective, ...], int]:
    """The first few objectives that match now, and how many do: only what may be announced."""
    now, total = objectives.clock(), 0

    def counted() -> Iterator[Objective]:
        nonlocal total
        with closing(objectives.search.matching(criteria, now)) as found:
            for objective in found:
                total += 1
                yield objective

    first = heapq.nsmallest(EXAMPLES, counted(), key=lambda one: criteria.order(one, now))
    return objectives.search.dress(asker, first), total


def shown_to(query: Query, subscription: Subscription, user_id: str, objectives: Objectives) -> Query:
    """A subscription's query as somebody reads it in a form: *me* is whoever made it, and so for others a name."""
    return query if user_id == subscription.made_by else _with_owner(query, "me", _alias(subscription, objectives))


def typed_by(query: Query, subscription: Subscription, user_id: str, objectives: Objectives) -> Query:
    """A query that somebody typed in a form, as the subscription keeps it, where *me* is whoever made it."""
    if user_id == subscription.made_by:
        return query
    return _with_owner(_with_owner(query, "me", user_id), _alias(subscription, objectives), "me")


def _alias(subscription: Subscription, objectives: Objectives) -> str:
    """What whoever made a subscription is called in a query that somebody else reads: a name that is theirs alone."""
    name = objectives.people.name(subscription.team_id, subscription.made_by)
    return name if len(objectives.directory.snapshot().people_named(name)) == 1 else subscription.made_by


def _with_owner(query: Query, owner: str, other: str) -> Query:
    return replace(query, owners=tuple(dict.fromkeys(other if one == owner else one for one in query.owners)))


def fields_of(wish: Wish, *, is_cadence_sure: bool = True) -> SubscriptionFields:
    """What a form shows of a wish. Where the cadence was not understood, it is left to be chosen."""
    cadence = wish.cadence
    is_digest = cadence.kind is not Rhythm.INSTANT
    usual = SubscriptionFields()
    return SubscriptionFields(
        query=str(wish.query),
        often=cadence.kind.value if is_cadence_sure or is_digest else "",
        day=WEEKDAYS[cadence.weekday],
        time=f"{cadence.hour:02}:{cadence.minute:02}" if is_digest else usual.time,
        only=tuple(kind.value for kind in wish.only),
        except_me=wish.except_me,
        is_silent=wish.silent_when_empty,
    )


def read_fields(fields: SubscriptionFields) -> Wish:
    """What the fields of a form wish. Raises InvalidFields."""
    faults: dict[str, str] = {}
    parsed = parse_query(fields.query)
    if parsed.faults:
        faults["query"] = " ".join(parsed.faults)
    elif not asks_for_something(parsed.query):
        faults["query"] = SAY_WHAT
    cadence = INSTANT
    try:
        cadence = _read_cadence(fields)
    except Misunderstood as fault:
        faults["time" if fields.often else "often"] = str(fault)
    if faults:
        raise InvalidFields(faults)
    only = tuple(kind for kind in Kind if kind.value in fields.only)
    return Wish(parsed.query, cadence, fields.except_me, only, fields.is_silent)


def _read_cadence(fields: SubscriptionFields) -> Cadence:
    if not fields.often:
        raise Misunderstood("Choose how often.")
    if fields.often == Rhythm.INSTANT:
        return INSTANT
    day = fields.day if fields.often == Rhythm.WEEKLY else ""
    return parse_cadence(f"{fields.often} {day} {fields.time}")
