"""The record as CSV, for spreadsheets: a line an entry, times in UTC."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator

from bot.objectives.model import Objective
from bot.objectives.plans import Entry

FIELDS = ("name", "owner", "session", "tags", "description", "progress")
COLUMNS = (
    "when (UTC)",
    "who",
    "slack user",
    "channel",
    "way",
    "act",
    "objective",
    "objective id",
    "entry",
    "undoes",
    *(f"{field} {side}" for field in FIELDS for side in ("before", "after")),
)

BYTE_ORDER_MARK = "\ufeff"
"""By this Excel knows UTF-8; without it, it shows other letters than A to Z as several wrong ones."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""With these a formula may begin, in full width too. https://owasp.org/www-community/attacks/CSV_Injection"""


def write_csv(entries: Iterable[Entry], name_of: Callable[[str], str]) -> Iterator[str]:
    """The lines of the file, the first with the columns' names; ``name_of`` tells a Slack user's name."""
    yield BYTE_ORDER_MARK + _line(COLUMNS)
    for entry in entries:
        before, after = _cells(entry.before), _cells(entry.after)
        states = [cell for pair in zip(before, after, strict=True) for cell in pair]
        yield _line(
            (
                entry.at.strftime("%Y-%m-%d %H:%M:%S"),
                name_of(entry.user_id),
                entry.user_id,
                entry.channel_id,
                entry.way,
                entry.act.value,
                entry.objective.name,
                entry.objective_id,
                entry.id,
                entry.undoes,
                *states,
            )
        )


def _cells(objective: Objective | None) -> tuple[str, ...]:
    if objective is None:
        return ("",) * len(FIELDS)
    return (
        objective.name,
        ", ".join(owner.name or owner.id for owner in objective.owners),
        objective.session.title or objective.session.id,
        ", ".join(objective.tags),
        objective.description,
        f"{objective.progress:.4g}",
    )


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([_harmless(cell) for cell in cells])
    return text.getvalue()


def _harmless(cell: str) -> str:
    """The cell, which no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell
