"""The trash: what was deleted and can be brought back."""

from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import Block

from bot.objectives.model import Objective
from bot.objectives.plans import Entry
from bot.views.blocks import TEXT_LIMIT, actions, context, header, section
from bot.views.buttons import button, carries
from bot.views.message import Message
from bot.views.pages import PAGE_SIZE, range_text, turns
from bot.views.phrases import DOT, KEPT_DAYS, name_of, owners_text, session_title, short_id_text, whole_lines
from bot.views.text import counted, date_text, days_between, escape, fit, moment_text, one_line

_TITLE = "Deleted objectives"


@dataclass(frozen=True, slots=True)
class TrashLine:
    """One deletion as its reader sees it.

    ``who`` is the plain name of the one who deleted, ``until`` the last moment at which it can be brought back, and
    ``may_restore`` whether the reader may do that.
    """

    entry: Entry
    who: str
    until: datetime
    may_restore: bool = True


@dataclass(frozen=True, slots=True)
class TrashPage:
    """A page of the trash, newest first: only what the reader may see. ``first`` is the number of the first one.

    ``title``: of which objectives, in words, where not of all.
    """

    lines: tuple[TrashLine, ...]
    first: int
    total: int
    previous_line: str = ""
    next_line: str = ""
    title: str = ""


def trash_page(page: TrashPage, now: datetime) -> Message:
    """At most ten deletions, two blocks each, with a button that brings back; one sentence where there are none."""
    lines = page.lines[:PAGE_SIZE]
    buttons = turns(page.previous_line, page.next_line)
    title = f"Deleted: {page.title}" if page.title else _TITLE
    if not lines and page.total <= 0 and page.title:
        text = f"Nothing that was deleted in the last {KEPT_DAYS} days matches. Looked for: {fit(page.title, 1000)}"
        return Message(text, [section(text), *actions([button("Show all that was deleted", "trash")])])
    if not lines and page.total <= 0:
        text = f"There is nothing to bring back: what is deleted with /okr stays here for {KEPT_DAYS} days."
        return Message(text, [section(text), *actions(buttons)])
    count = f"{range_text(page.total, page.first, len(lines))}, the last deleted first"
    blocks: list[Block] = [header(title), context(count)]
    for line in lines:
        blocks += _row(line, now)
    blocks += actions(buttons)
    said = [f"{fit(title, 1000)}: {count}", *(_spoken(line, now) for line in lines)]
    return Message(whole_lines(said, TEXT_LIMIT), blocks)


def _row(line: TrashLine, now: datetime) -> list[Block]:
    objective, command = line.entry.objective, f"restore {line.entry.id}"
    label = f"Bring back {name_of(objective)}"
    bring_back = (
        button("Bring back", command, accessibility_label=label) if line.may_restore and carries(command) else None
    )
    return [
        section(f"*{escape(name_of(objective, 200))}*\n{DOT.join(_facts(objective))}", bring_back),
        context(DOT.join(_deletion(line, now, 100))),
    ]


def _facts(objective: Objective) -> list[str]:
    facts = [owners_text(objective.owners, 120), escape(session_title(objective.session)), _results(objective)]
    return [fact for fact in (*facts, short_id_text(objective)) if fact]


def _results(objective: Objective) -> str:
    if objective.key_results is None:
        return ""
    return counted(len(objective.key_results), "key result") if objective.key_results else "no key results"


def _deletion(line: TrashLine, now: datetime, name_limit: int) -> list[str]:
    left = days_between(now, line.until)
    time_left = f" ({counted(left, 'day')} left)" if left > 0 else " (last day)" if left == 0 else ""
    return [
        f"Deleted by {fit(one_line(line.who), name_limit) or 'somebody'}",
        moment_text(line.entry.at),
        f"can be brought back until {date_text(line.until)}{time_left}",
    ]


def _spoken(line: TrashLine, now: datetime) -> str:
    name = fit(name_of(line.entry.objective), 90)
    result_count = _results(line.entry.objective)
    deletion = _deletion(line, now, 60)
    deletion[0] = deletion[0][0].lower() + deletion[0][1:]
    return ", ".join(filter(None, (name, result_count, *deletion)))
