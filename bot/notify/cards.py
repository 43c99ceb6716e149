"""Subscriptions as people see them: set up, as the card of a channel, paused, removed, waiting, refused by Slack."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, InteractiveElement

from bot.errors import Misunderstood
from bot.notify.cadence import Rhythm
from bot.notify.reminder_cards import reminder_set, reminder_stopped
from bot.notify.subscribing import wish_of
from bot.notify.subscription_list import SubscriptionLine, choices, subscriptions_page
from bot.notify.wording import (
    INVITE,
    YOU,
    follows,
    how_often,
    is_direct,
    name_text,
    next_text,
    pack,
    rhythm_of,
    state_text,
    subject,
    subject_text,
    told_text,
    who,
    who_follows,
)
from bot.objectives.model import Objective
from bot.objectives.subscriptions import State, Subscription
from bot.views.blocks import TEXT_LIMIT, actions, context, fields, section
from bot.views.buttons import button, carries
from bot.views.message import Message
from bot.views.phrases import DOT, in_words, linked_name, owners_text, whole_lines
from bot.views.text import channel_link, code, date_text, fit, moment_text, one_line, progress_text, status_text

__all__ = [
    "SubscriptionLine",
    "already_there",
    "cannot_speak",
    "channel_card",
    "ended",
    "paused",
    "reminder_set",
    "reminder_stopped",
    "removed",
    "resumed",
    "subscribed",
    "subscriptions_page",
    "waiting_for_invitation",
]

_EXAMPLES = 3


def subscribed(
    subscription: Subscription,
    title: str,
    examples: Sequence[Objective],
    total: int,
    maker: str,
    now: datetime,
    *,
    is_new: bool = True,
) -> Message:
    """What is said after somebody (``maker``, a plain name) subscribed a channel, or changed that (not ``is_new``).

    ``examples``: objectives that match now, of ``total``. What else there is to say of a new one, its card says beside.
    """
    lead = f"{follows(subscription, title, maker, adverb='now')}."
    shown = examples[: min(_EXAMPLES, max(total, 0))]
    matching = _matching(len(shown), total)
    rows = [f"• {linked_name(one, 100)}{DOT}{_standing(one, now)}" for one in shown]
    spoken = [in_words(one, now) for one in shown]
    if is_new:
        blocks: list[Block] = [section(text) for text in pack([lead, matching, *rows])]
        return Message(whole_lines([lead, matching, *spoken], TEXT_LIMIT), blocks)
    lead = f"Saved. {lead}"
    following = next_text(subscription, now)
    coming = f"The next one comes {following}." if following else ""
    told = " ".join(filter(None, (told_text(subscription, maker), coming, state_text(subscription, now))))
    rule = _rule(subscription)
    blocks = [section(f"{lead}\n{told}"), *(section(text) for text in pack([matching, *rows]))]
    blocks += [context(rule), *actions([_edit(subscription, title), _remove(subscription, title)])]
    return Message(whole_lines([lead, told, matching, *spoken, rule], TEXT_LIMIT), blocks)


def channel_card(subscription: Subscription, title: str, maker: str, now: datetime) -> Message:
    """A subscription, as it is posted to its channel: who set it up, what, how often, when it spoke; its buttons."""
    lead = f"{who_follows(subscription)} *{subject_text(title, maker)}*"
    following = next_text(subscription, now)
    pairs = [
        ("Set up by", f"{name_text(maker)}, {date_text(subscription.made_at)}"),
        ("How often", how_often(subscription)),
        *([("Last spoke", moment_text(subscription.spoke_at))] if subscription.spoke_at else []),
        *([("Next digest", following)] if following else []),
    ]
    told, state, rule = told_text(subscription, maker), state_text(subscription, now), _rule(subscription)
    blocks: list[Block] = [
        fields(*(f"*{label}*\n{text}" for label, text in pairs), above=lead),
        section("\n".join(filter(None, (told, state)))),
        context(rule),
        *actions(_controls(subscription, title, now)),
    ]
    said = [f"{lead}.", *(f"{label}: {text}." for label, text in pairs), told, state, rule]
    return Message(whole_lines([line for line in said if line], TEXT_LIMIT), blocks)


def already_there(subscription: Subscription, title: str, maker: str, now: datetime) -> Message:
    """That a channel follows this already, since when and by whom; nothing was changed."""
    since = f"{name_text(maker)} set it up on {date_text(subscription.made_at)}"
    text = f"{follows(subscription, title, maker, adverb='already')}: {since}. Nothing was changed."
    return _notice([text, state_text(subscription, now)], _controls(subscription, title, now))


def removed(subscription: Subscription, title: str, now: datetime) -> Message:
    """That a subscription is gone, with the way back."""
    # It may follow the same in another cadence.
    text = f"Removed. {follows(subscription, title, adverb='no longer')}."
    line, label = _line_again(subscription), f"Subscribe again to {subject(title)}"
    return _notice([text], [button("Subscribe again", line, accessibility_label=label)] if carries(line) else [])


def paused(subscription: Subscription, title: str, now: datetime) -> Message:
    """That a subscription is silent until a moment; what happens until then."""
    if subscription.paused_until is None or not subscription.is_paused(now):
        return resumed(subscription, title, now)
    text = f"Paused until {moment_text(subscription.paused_until)}: nothing is said here of *{subject_text(title)}*."
    is_digest = rhythm_of(subscription) is not Rhythm.INSTANT
    after = "The next digest comes after that." if is_digest else "What happens until then is not told later."
    return _notice([f"{text} {after}"], _controls(subscription, title, now))


def resumed(subscription: Subscription, title: str, now: datetime) -> Message:
    """That a subscription speaks again."""
    text = f"Resumed. {follows(subscription, title, adverb='')}."
    return _notice([text, state_text(subscription, now)], _controls(subscription, title, now))


def waiting_for_invitation(subscription: Subscription, title: str, now: datetime) -> Message:
    """That the bot must be invited to the channel first, and how."""
    text = f"I am not in this channel yet: type {INVITE}. The subscription waits for that."
    what = f"It follows *{subject_text(title, YOU)}*, {how_often(subscription)}."
    return _notice([text, what], [_edit(subscription, title), _remove(subscription, title)])


def cannot_speak(subscription: Subscription, title: str, why: str, *, is_restricted: bool = False) -> Message:
    """To the one who set a subscription up: that the bot cannot post there any more. ``why``: a plain clause.

    ``is_restricted``: to invite it helps nothing, for it is there and may not post.
    It has no buttons: what a channel follows is changed in the channel.
    """
    channel, is_own = channel_link(subscription.channel_id), is_direct(subscription.channel_id)
    where = "in our conversation" if is_own else f"in {channel}"
    reason = fit(one_line(why), 200) or "Slack does not let me"
    text = f"I cannot post {where} any more: {reason}. So nothing is said there of *{subject_text(title, YOU)}*."
    if subscription.state is State.WAITING and is_restricted:
        way = "Ask whoever manages the channel to let me post, and it goes on."
    elif subscription.state is State.WAITING:
        way = f"Type {INVITE} in the channel, and it goes on."
    else:
        way = (
            f"I do not keep trying. When the channel is open again, type {INVITE} in it, and then "
            f"{code('/okr subscriptions')}: there you can resume it."
        )
    return _notice([text, "" if is_own else way], [])


def ended(subscription: Subscription, title: str, gone: Sequence[str]) -> Message:
    """To its channel: that a subscription has ended, because of what its query names and is not there any more."""
    names = ", ".join(f"“{name_text(name)}”" for name in gone[:_EXAMPLES]) or "what it names"
    are = "are" if len(gone) > 1 else "is"
    hears = f"{who(subscription.channel_id, 'hears')} nothing more of *{subject_text(title)}*"
    lead = f"{hears}: in the OKR account, {names} {are} not there any more."
    way = "Edit what is followed, or remove it. Nothing else that is followed here has changed."
    return _notice([lead, way], [_edit(subscription, title), _remove(subscription, title)])


def _matching(shown: int, total: int) -> str:
    if total <= 0:
        return "None matches now."
    verb = "matches" if total == 1 else "match"
    return f"{total:,} {verb} now{', such as' if total > shown > 0 else ''}{':' if shown else '.'}"


def _standing(objective: Objective, now: datetime) -> str:
    status = status_text(objective.status(now))
    return DOT.join([f"{progress_text(objective.progress)}  {status}", owners_text(objective.owners[:2], 100)])


def _rule(subscription: Subscription) -> str:
    rule = "" if is_direct(subscription.channel_id) else " Everyone in this channel can change, pause or remove this."
    return f"Private objectives are never announced.{rule}"


def _controls(subscription: Subscription, title: str, now: datetime) -> list[InteractiveElement]:
    """Edit, Pause or Resume, Remove, as buttons."""
    named = subject(title)
    return [
        button(label, line, n=n, accessibility_label=f"{label}: {named}")
        for n, (label, line) in enumerate(choices(subscription, now))
    ]


def _edit(subscription: Subscription, title: str) -> InteractiveElement:
    return button("Edit", f"subscription-edit {subscription.id}", accessibility_label=f"Edit: {subject(title)}")


def _remove(subscription: Subscription, title: str) -> InteractiveElement:
    line = f"subscription-remove {subscription.id}"
    return button("Remove", line, n=1, accessibility_label=f"Remove: {subject(title)}")


def _line_again(subscription: Subscription) -> str:
    """The line that makes the subscription again; empty where it would be another one for another person."""
    try:
        wish = wish_of(subscription)
    except Misunderstood:
        return ""
    return "" if "me" in wish.query.owners else f"subscribe {wish}"


def _notice(lines: Sequence[str], buttons: Sequence[InteractiveElement]) -> Message:
    text = "\n".join(line for line in lines if line)
    return Message(text, [section(text), *actions(buttons)])
