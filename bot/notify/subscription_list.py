"""The subscriptions of a channel, or of all, as a list; and what can be done with one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import Block

from bot.notify.wording import INVITE, heading, how_often, is_usual, name_text, told_text
from bot.objectives.subscriptions import State, Subscription
from bot.views.blocks import TEXT_LIMIT, actions, context, header, section
from bot.views.buttons import button, menu
from bot.views.message import Message
from bot.views.pages import PAGE_SIZE, range_text, turns
from bot.views.phrases import DOT, whole_lines
from bot.views.text import channel_link, code, date_text, fit, moment_text, one_line


@dataclass(frozen=True, slots=True)
class SubscriptionLine:
    """A subscription in a list. ``title``: its query in words; ``maker``: the plain name of who set it up."""

    subscription: Subscription
    title: str
    maker: str


def subscriptions_page(
    lines: Sequence[SubscriptionLine],
    *,
    title: str,
    now: datetime,
    first: int,
    total: int,
    previous_line: str = "",
    next_line: str = "",
    may_see_all: bool = False,
    is_all: bool = False,
) -> Message:
    """A page of at most ten subscriptions, two blocks each, with a menu.

    ``may_see_all`` offers those of all channels; ``is_all`` where these are listed: then each says its channel.
    """
    shown = lines[:PAGE_SIZE]
    with_channel = is_all or len({line.subscription.channel_id for line in lines}) > 1
    buttons = [*turns(previous_line, next_line), button("Subscribe…", "subscribe", n=5)]
    if may_see_all and not is_all:
        buttons.append(button("All channels", "subscriptions all", n=6))
    if not shown and total <= 0:
        start = f"Type {code('/okr subscribe #growth')}, or fill in the form."
        text = "No channel follows anything yet." if is_all else f"Nothing is followed here yet. {start}"
        return Message(text, [section(text), *actions(buttons)])
    named, count = one_line(title) or "Subscriptions", range_text(total, first, len(shown))
    blocks: list[Block] = [header(named), context(count)]
    said = [f"{fit(named, 200)}: {count}"]
    for line in shown:
        lead, facts = _row(line, now, with_channel=with_channel)
        blocks += [section(lead, menu(choices(line.subscription, now))), context(DOT.join(facts))]
        said.append("; ".join([lead.replace("\n", ": ").rstrip("."), *facts]))
    return Message(whole_lines(said, TEXT_LIMIT), [*blocks, *actions(buttons)])


def choices(subscription: Subscription, now: datetime) -> list[tuple[str, str]]:
    """What can be done with a subscription as it is now: labels, each with the line that does it."""
    target = subscription.id
    middle: list[tuple[str, str]] = []
    if subscription.is_paused(now) or subscription.state in (State.STOPPED, State.ENDED):
        middle = [("Resume", f"subscription-resume {target}")]
    elif subscription.state is State.ACTIVE:
        middle = [(f"Pause a {length}", f"subscription-pause {target} {length}") for length in ("day", "week")]
    return [("Edit", f"subscription-edit {target}"), *middle, ("Remove", f"subscription-remove {target}")]


def _row(line: SubscriptionLine, now: datetime, *, with_channel: bool) -> tuple[str, list[str]]:
    subscription = line.subscription
    lead = f"*{fit(heading(line.title, line.maker), 300)}*"
    if with_channel:
        lead = f"{channel_link(subscription.channel_id)}  {lead}"
    if not is_usual(subscription):
        lead += f"\n{told_text(subscription, line.maker)}"
    spoke = f"last spoke {moment_text(subscription.spoke_at)}" if subscription.spoke_at else "has not spoken yet"
    facts = [
        how_often(subscription),
        _short_state(subscription, now),
        f"set up by {name_text(line.maker)}, {date_text(subscription.made_at)}",
        spoke,
    ]
    return lead, [fact for fact in facts if fact]


def _short_state(subscription: Subscription, now: datetime) -> str:
    if subscription.state is State.WAITING:
        return f"waits for {INVITE}"
    if subscription.state is State.STOPPED:
        return "stopped: I could not post there"
    if subscription.state is State.ENDED:
        return "ended: what it names is not in the OKR account any more"
    if subscription.paused_until is not None and subscription.is_paused(now):
        return f"paused until {moment_text(subscription.paused_until)}"
    return ""
