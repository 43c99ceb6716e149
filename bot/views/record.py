"""The record: who did what to which objective, when, from where and how."""

from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from bot.objectives.plans import Act, Entry
from bot.views.blocks import TEXT_LIMIT, actions, context, header, section
from bot.views.buttons import button, carries
from bot.views.changes import change_lines
from bot.views.message import Message
from bot.views.pages import PAGE_SIZE, turns
from bot.views.phrases import DOT, name_of, whole_lines
from bot.views.text import channel_link, fit, link, moment_text, one_line

EXPORT_LINE = "log-export"

_ACTS = {Act.CREATE: "Created", Act.UPDATE: "Updated", Act.DELETE: "Deleted", Act.RESTORE: "Brought back"}
_WAYS = {"command": "by command", "form": "by form", "button": "by button"}
_DOUBT = "Some are left out: the OKR account did not tell who may see their objectives now. Ask again in a few minutes."
# A row of these is at most two blocks of well under 3,000 characters, and ten rows fit a message.
_NAME_LIMIT = 150
_CHANGES_LIMIT = 900


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One entry as its reader sees it.

    ``who`` is the plain name of the one who did it, ``undone_by`` of the one who undid it (empty where it stands).
    ``url`` is the objective's address today, "" where it has none any more; None takes that in the entry, unless it is
    a deletion's. ``undo_line`` is there where the reader can undo it.
    """

    entry: Entry
    who: str
    url: str | None = None
    undone_by: str = ""
    undo_line: str = ""


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page of the record, newest first; only entries that the reader may see.

    ``title`` is plain ("Changes to Cut onboarding time"). ``is_sure`` is false where entries are left out because
    nobody could tell who may see them.
    """

    title: str
    lines: tuple[RecordLine, ...]
    newer_line: str = ""
    older_line: str = ""
    is_sure: bool = True
    may_export: bool = False


def record_page(page: RecordPage) -> Message:
    """At most ten entries, two blocks each, with the pages around them; one sentence where there are none."""
    title = one_line(page.title) or "The last changes"
    lines = page.lines[:PAGE_SIZE]
    buttons = turns(page.newer_line, page.older_line, labels=("Newer", "Older"))
    doubt = [] if page.is_sure else [_DOUBT]
    if not lines:
        text = " ".join([f"{fit(title, 300)}: {_nothing(page)}", *doubt])
        return Message(text, [section(text), *actions(buttons)])
    span = _span(page, lines)
    blocks: list[Block] = [header(title), context(" ".join([f"{span}.", *doubt]) if doubt else span)]
    for line in lines:
        blocks += _row(line)
    export = [button("Export as CSV", EXPORT_LINE, n=5)] if page.may_export else []
    blocks += actions([*buttons, *export])
    return Message(whole_lines([f"{fit(title, 200)}: {span}", *doubt, *_spoken(lines)], TEXT_LIMIT), blocks)


def _span(page: RecordPage, lines: tuple[RecordLine, ...]) -> str:
    """How many there are where these are all: to count the others, each would have to be looked at. Else from when."""
    if page.is_sure and not (page.newer_line or page.older_line):
        return f"{len(lines)} in all, newest first"
    latest, earliest = (moment_text(line.entry.at.replace(second=0, microsecond=0)) for line in (lines[0], lines[-1]))
    return f"newest first, {latest}" if latest == earliest else f"newest first, {latest} to {earliest}"


def _nothing(page: RecordPage) -> str:
    if page.older_line:
        return "nothing to show here; older ones may follow."
    if page.newer_line:
        return "there are no older ones."
    return "none were made with /okr yet." if page.is_sure else "none to show."


def _row(line: RecordLine) -> list[Block]:
    entry = line.entry
    name = name_of(entry.objective)
    texts = [
        f"*{_ACTS[entry.act]}*  {link(_address(line), name_of(entry.objective, _NAME_LIMIT))}",
        *_changes(entry, 120),
    ]
    undo = (
        button("Undo", line.undo_line, accessibility_label=f"Undo: {_ACTS[entry.act].lower()} {name}")
        if carries(line.undo_line)
        else None
    )
    facts = (_name(line.who, 100), moment_text(entry.at), *_circumstances(line, 100))
    return [
        section(texts[0] + ("\n" + whole_lines(texts[1:], _CHANGES_LIMIT) if texts[1:] else ""), undo),
        context(DOT.join(facts)),
    ]


def _changes(entry: Entry, most: int) -> list[str]:
    if entry.act is not Act.UPDATE or entry.before is None or entry.after is None:
        return []
    return change_lines(entry.before, entry.after, most=most)


def _address(line: RecordLine) -> str:
    if line.url is not None:
        return line.url
    return "" if line.entry.act is Act.DELETE else line.entry.objective.url


def _circumstances(line: RecordLine, name_limit: int) -> list[str]:
    """From where, how, what it undid and who undid it."""
    entry = line.entry
    undid = {Act.UPDATE: "undid an earlier change", Act.DELETE: "undid its creation"} if entry.undoes else {}
    undone = f"{'brought back' if entry.act is Act.DELETE else 'undone'} by {_name(line.undone_by, name_limit)}"
    parts = [
        _where(entry.channel_id),
        _WAYS.get(entry.way, ""),
        undid.get(entry.act, ""),
        undone if one_line(line.undone_by) else "",
    ]
    return [part for part in parts if part]


def _where(channel_id: str) -> str:
    if channel_id.startswith("D"):
        return "in a direct message"
    return f"in {channel_link(channel_id)}" if channel_id else ""


def _name(who: str, limit: int) -> str:
    return fit(one_line(who), limit) or "somebody"


def _spoken(lines: tuple[RecordLine, ...]) -> list[str]:
    """The entries in words, a line each; what changed in them shares what room the rest leaves."""
    heads = []
    for line in lines:
        entry = line.entry
        what = f"{_ACTS[entry.act].lower()} {fit(name_of(entry.objective), 90)}"
        facts = (f"{_name(line.who, 60)} {what}", moment_text(entry.at), *_circumstances(line, 60))
        heads.append(", ".join(facts))
    room = (TEXT_LIMIT - 500 - sum(map(len, heads))) // max(1, len(heads))
    return [f"{head}{_spoken_changes(line.entry, room)}" for head, line in zip(heads, lines, strict=True)]


def _spoken_changes(entry: Entry, room: int) -> str:
    lines = _changes(entry, 60)
    return ": " + whole_lines(lines, room - 2).replace("\n", "; ") if lines and room > 10 else ""
