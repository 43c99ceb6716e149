"""Several objectives: a page of a list, the start page, a choice between candidates, and nothing at all."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import Block, ButtonElement, InteractiveElement

from bot.objectives.model import Objective
from bot.views.blocks import TEXT_LIMIT, actions, context, header, section
from bot.views.buttons import LINE_LIMIT, button, menu
from bot.views.message import Message
from bot.views.phrases import (
    DOT,
    facts_text,
    in_words,
    linked_name,
    name_of,
    owners_text,
    session_title,
    short_id_text,
    whole_lines,
)
from bot.views.text import escape, fit, mention, one_line, progress_text

PAGE_SIZE = 10
CANDIDATES_SHOWN = 20
_NAME_LIMIT = 200
# The name in a line that creates: the first quoted word that is not the value of a key.
_QUOTED = re.compile(r'(?<=\s)"[^"]+"')


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search.

    ``title`` is plain ("Objectives tagged #growth"), ``query`` the canonical text of the query, ``first`` the number of
    the first objective on the page (from 1), ``changeable`` the ids of those that the reader may change. ``shared_by``
    is the Slack user id of the person under whose name the list is posted to a channel.
    """

    title: str
    query: str
    objectives: tuple[Objective, ...]
    first: int
    total: int
    may_share: bool = True
    shared_by: str = ""
    changeable: frozenset[str] = frozenset()


def objectives_page(found: Found, now: datetime) -> Message:
    """A page of at most ten objectives, two blocks each, with its buttons."""
    count = _count(found)
    shared = f"Shared by {mention(found.shared_by)}" if found.shared_by else ""
    title = one_line(found.title) or "Objectives"
    blocks: list[Block] = [header(title), context(DOT.join(filter(None, (count, shared))))]
    blocks += _rows(found, now)
    blocks += actions(_page_buttons(found))
    lead = f"{fit(title, 300)}: {count}"
    return Message(whole_lines([f"{shared}: {lead}" if shared else lead, *_spoken(found, now)], TEXT_LIMIT), blocks)


def home(name: str, found: Found, now: datetime) -> Message:
    """What a person can do now: their objectives, and the ways on."""
    hello = f"Hello {fit(one_line(name), 100)}." if one_line(name) else "Hello."
    if found.objectives:
        lead = f"{hello} {fit(one_line(found.title), 300)}: {_count(found)}"
    else:
        lead = f"{hello} You have no objectives here yet. Create the first one, or look at what others are working on."
    buttons: list[InteractiveElement] = [
        button("Create", "create", style="primary", accessibility_label="Create an objective"),
        button("Search…", "narrow", n=1, accessibility_label="Search objectives"),
        button("Help", "help", n=2),
        *_turning(found),
    ]
    blocks: list[Block] = [section(lead), *_rows(found, now), *actions(buttons)]
    return Message(whole_lines([lead, *_spoken(found, now)], TEXT_LIMIT), blocks)


def nothing_found(
    title: str, query: str, *, create_line: str = "", suggestions: Sequence[tuple[str, str, str]] = ()
) -> Message:
    """That nothing was found, and what is near: ``suggestions`` are (sentence, button label, line), texts plain."""
    lead = f"Nothing found: {fit(one_line(title), 1000)}"
    blocks: list[Block] = [section(lead)]
    said = [lead]
    for sentence, label, line in suggestions[:PAGE_SIZE]:
        text = fit(one_line(sentence), 500) or escape(one_line(label))
        blocks.append(section(text, button(label, line) if len(line) <= LINE_LIMIT else None))
        said.append(text)
    buttons: list[InteractiveElement] = []
    if create_line and len(create_line) <= LINE_LIMIT:
        name = _QUOTED.search(create_line)
        buttons.append(button(f"Create {name[0]}" if name else "Create an objective", create_line))
    if query and len(line := f"narrow {query}") <= LINE_LIMIT:
        buttons.append(button("Change the search…", line, n=1))
    return Message(whole_lines(said, TEXT_LIMIT), [*blocks, *actions(buttons)])


def which_one(question: str, candidates: Sequence[tuple[Objective, str]], *, more: int = 0) -> Message:
    """A choice: each candidate with its session and owner, and a button that runs its line; and that there are more."""
    lead = fit(one_line(question), 1000) or "Which one?"
    blocks: list[Block] = [section(lead)]
    said = [lead]
    for objective, line in candidates[:CANDIDATES_SHOWN]:
        label = f"Choose {name_of(objective)}"
        choose = button("Choose", line, accessibility_label=label) if len(line) <= LINE_LIMIT else None
        facts = DOT.join(
            filter(
                None,
                (
                    escape(session_title(objective.session)),
                    owners_text(objective.owners, 120),
                    short_id_text(objective),
                ),
            )
        )
        blocks.append(section(f"{linked_name(objective, _NAME_LIMIT)}\n{facts}", choose))
        said.append(f"{fit(name_of(objective), 200)}, {facts.replace(DOT, ', ')}")
    rest = max(0, len(candidates) - CANDIDATES_SHOWN) + more
    if rest:
        said.append(f"and {rest:,} more. Name the objective more fully, or by its id.")
        blocks.append(context(said[-1]))
    return Message(whole_lines(said, TEXT_LIMIT), blocks)


def _count(found: Found) -> str:
    if not found.objectives:
        return "none found" if found.total <= 0 else f"{found.total:,} found, none on this page"
    if found.total <= len(found.objectives) and found.first <= 1:
        return f"{found.total:,} found"
    last = found.first + len(found.objectives[:PAGE_SIZE]) - 1
    return f"{found.total:,} found, {found.first:,}–{last:,}"


def _rows(found: Found, now: datetime) -> list[Block]:
    blocks: list[Block] = []
    for place, objective in enumerate(found.objectives[:PAGE_SIZE], found.first):
        blocks.append(section(f"{place}  {linked_name(objective, _NAME_LIMIT)}", _row_accessory(found, objective)))
        blocks.append(context(f"{progress_text(objective.progress)}  {facts_text(objective, now)}"))
    return blocks


def _row_accessory(found: Found, objective: Objective) -> InteractiveElement:
    target = objective.id
    if found.shared_by:
        return button("Show", f"show {target}", accessibility_label=f"Show {name_of(objective)}")
    entries = [("Show", f"show {target}")]
    if target in found.changeable:
        entries.append(("Edit", f"update {target}"))
    if not objective.is_private:
        entries.append(("Share", f"share {target}"))
    if target in found.changeable:
        entries.append(("Delete", f"delete {target}"))
    return menu(entries)


def _page_buttons(found: Found) -> list[InteractiveElement]:
    if found.shared_by:
        return []
    buttons: list[InteractiveElement] = list(_turning(found))
    offers = [("Narrow…", f"narrow {found.query}", 5)]
    if found.may_share and found.objectives:
        offers.append(("Share", f"share-list {found.query}", 6))
    buttons += [
        button(label, line.strip(), n=n, accessibility_label=f"{label.rstrip('…')} {one_line(found.title)}")
        for label, line, n in offers
        if len(line) <= LINE_LIMIT
    ]
    return buttons


def _turning(found: Found) -> list[ButtonElement]:
    """Previous and Next, where there is such a page."""
    page = (found.first - 1) // PAGE_SIZE + 1
    turns = []
    if page > 1:
        turns.append(("Previous", page - 1, 3))
    if found.first + len(found.objectives) <= found.total and found.objectives:
        turns.append(("Next", page + 1, 4))
    lines = [(label, f"page {number} {found.query}".strip(), number, n) for label, number, n in turns]
    return [
        button(label, line, n=n, swap=True, accessibility_label=f"{label} page, page {number}")
        for label, line, number, n in lines
        if len(line) <= LINE_LIMIT
    ]


def _spoken(found: Found, now: datetime) -> list[str]:
    page = found.objectives[:PAGE_SIZE]
    return [f"{place}. {in_words(objective, now)}" for place, objective in enumerate(page, found.first)]
