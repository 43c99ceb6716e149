"""What a channel is told of an objective: the message of the day, what stands in its thread, and many at once."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, InteractiveElement

from bot.notify.differences import Kind
from bot.notify.happenings import (
    SAID,
    Announcement,
    circumstances,
    description_lines,
    difference_lines,
    headline,
    kind_text,
    merged,
)
from bot.notify.wording import pack, subject_text
from bot.objectives.model import Objective
from bot.views.blocks import TEXT_LIMIT, actions, context, section
from bot.views.buttons import button
from bot.views.message import Message
from bot.views.phrases import DOT, facts_text, in_words, linked_name, name_of, whole_lines
from bot.views.text import counted, escape, fit, percent, progress_text

__all__ = ["Announcement", "parent", "reply", "summary"]

_NAME_LIMIT = 300
SHOWN = 10
"""So many objectives of a summary are named."""


def parent(announcement: Announcement, now: datetime, *, count: int, first: Announcement | None = None) -> Message:
    """An objective in three lines, with its latest change.

    ``count``: how many changes are in the thread today; ``first``: the one before these, which is not in the thread.
    """
    objective = announcement.objective
    lines = _lines(announcement)
    # What is gone is not behind; and when it was made, by which new ones are known, is not remembered of it.
    then = None if announcement.is_gone else now
    facts = f"{'  ' if then else DOT}{facts_text(objective, then, tags_limit=100)}"
    head = f"*{_name(announcement)}*\n{progress_text(objective.progress)}{facts}"
    in_thread = f"{counted(count, 'change')} in the thread" if count > 0 else ""
    because = _because(announcement.because, is_direct=announcement.is_direct)
    foot = DOT.join(filter(None, (in_thread, because)))
    blocks: list[Block] = [section(text) for text in pack(head.split("\n"))]
    blocks += [section(text, expand=True) for text in pack([_latest(announcement), *lines])]
    said = [_spoken(announcement), *lines]
    if first is not None:
        blocks += [section(text, expand=True) for text in pack([f"First: {_latest(first)}", *_lines(first)])]
        said += [f"First: {_lower(_happened(first))}", *_lines(first)]
    blocks += [context(foot), *actions(_buttons(announcement))]
    said += [in_words(objective, then), *filter(None, (in_thread,)), because]
    return Message(whole_lines(said, TEXT_LIMIT), blocks)


def reply(announcement: Announcement, now: datetime) -> Message:
    """One change, as it stands in the thread: what, who, when; old → new."""
    lines = _lines(announcement)
    blocks: list[Block] = [section(text, expand=True) for text in pack([_latest(announcement), *lines])]
    return Message(whole_lines([_spoken(announcement), *lines], TEXT_LIMIT), blocks)


def summary(announcements: Sequence[Announcement], now: datetime, *, because: str) -> Message:
    """Many changes in one message: how many of each kind, and the first ten objectives."""
    changes = merged(announcements)
    is_same = len({one.who for one in changes}) == 1
    lead = f"{counted(len(changes), 'objective')} changed"
    last = max(changes, key=lambda one: one.at, default=None)
    facts = circumstances(last)[0 if is_same else -1 :] if last else []
    counts = _counts(changes)
    rows = [_row(one, with_who=not is_same) for one in changes[:SHOWN]]
    rest = [f"and {len(changes) - SHOWN:,} more"] if len(changes) > SHOWN else []
    foot = _because(because, is_direct=any(one.is_direct for one in changes))
    blocks: list[Block] = [
        section(f"*{DOT.join([f'{lead}*', *facts])}\n{counts}"),
        *(section(text, expand=True) for text in pack([*(f"• {row}" for row in rows), *rest]) if text),
        context(foot),
        *actions([_settings(0)]),
    ]
    said = [
        f"{', '.join([lead, *facts])}: {counts}",
        *(_plain_row(one, with_who=not is_same) for one in changes[:SHOWN]),
        *rest,
        foot,
    ]
    return Message(whole_lines(said, TEXT_LIMIT), blocks)


def _name(announcement: Announcement) -> str:
    """The name as a link; plain where there is no page any more."""
    objective = announcement.objective
    if announcement.is_gone:
        return escape(name_of(objective, _NAME_LIMIT))
    return linked_name(objective, _NAME_LIMIT)


def _lines(announcement: Announcement) -> list[str]:
    return [*difference_lines(announcement), *description_lines(announcement)]


def _latest(announcement: Announcement) -> str:
    return DOT.join([f"*{headline(announcement)}*", *circumstances(announcement)])


def _spoken(announcement: Announcement) -> str:
    name = fit(name_of(announcement.objective, 150), 300)
    return f"{name}: {_lower(_happened(announcement))}"


def _happened(announcement: Announcement) -> str:
    return ", ".join([headline(announcement), *circumstances(announcement)])


def _because(title: str, *, is_direct: bool = False) -> str:
    return f"Because {'you follow' if is_direct else 'this channel follows'} {subject_text(title)}"


def _buttons(announcement: Announcement) -> list[InteractiveElement]:
    objective = announcement.objective
    if announcement.is_gone:
        return [_settings(0)]
    name = name_of(objective)
    return [
        button("View", f"show {objective.id}", accessibility_label=f"View {name}"),
        button("Mute this", f"mute {objective.id}", n=1, accessibility_label=f"Mute {name}"),
        _settings(2),
    ]


def _settings(n: int) -> InteractiveElement:
    return button("Settings", "subscriptions", n=n, accessibility_label="Settings: what this channel follows")


def _counts(changes: Sequence[Announcement]) -> str:
    """How many objectives each kind happened to: "12 created, 20 progress moved"."""
    tally = Counter(kind_text(kind, one) for one in changes for kind in one.kinds)
    told = [f"{tally[text]:,} {_lower(text)}" for text in SAID if tally[text]]
    return ", ".join(told) or "how is not known"


def _row(one: Announcement, *, with_who: bool) -> str:
    name = escape(name_of(one.objective, 100)) if one.is_gone else linked_name(one.objective, 100)
    who = circumstances(one)[:-1] if with_who else []
    return DOT.join([name, _what(one), *who])


def _plain_row(one: Announcement, *, with_who: bool) -> str:
    who = circumstances(one)[:-1] if with_who else []
    return ", ".join([fit(name_of(one.objective, 100), 150), _what(one), *who])


def _what(one: Announcement) -> str:
    """What happened to it, with old → new of its progress."""
    what, moved = _lower(headline(one)), _progress(one.before, one.objective)
    return f"{what}, {moved}" if moved and {Kind.PROGRESS, Kind.COMPLETED, Kind.REOPENED} & set(one.kinds) else what


def _progress(before: Objective | None, after: Objective) -> str:
    if before is None or before.is_private or percent(before.progress) == percent(after.progress):
        return ""
    return f"{percent(before.progress)} → {percent(after.progress)}"


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]
