"""`/okr trash`: what was deleted with /okr in the last 30 days and can be brought back."""

from bot.commands.base import Answer, Reply, Request, Verb
from bot.objectives.service import Objectives
from bot.objectives.undoing import KEPT
from bot.views.help import VerbHelp
from bot.views.pages import PAGE_SIZE
from bot.views.trash import TrashLine, TrashPage, trash_page


def run(request: Request, objectives: Objectives) -> Answer:
    """One page, the last deleted first: ``trash [<number of the page>]``."""
    asker, people, now = request.asker, objectives.people, objectives.clock()
    people.admit(asker)
    deletions = [
        entry
        for entry in objectives.record.deletions(asker.team_id, now - KEPT)
        if people.may_see(asker, entry.objective)
    ]
    typed = request.text.strip()
    last = max(1, -(-len(deletions) // PAGE_SIZE))
    number = min(max(1, int(typed) if typed.isdecimal() and len(typed) < 6 else 1), last)
    first = (number - 1) * PAGE_SIZE
    lines = [
        TrashLine(
            entry,
            who=people.name(asker.team_id, entry.user_id),
            until=entry.at + KEPT,
            may_restore=people.may_change(asker, entry.objective),
        )
        for entry in deletions[first : first + PAGE_SIZE]
    ]
    page = TrashPage(
        tuple(lines),
        first + 1,
        len(deletions),
        previous_line=f"trash {number - 1}" if number > 1 else "",
        next_line=f"trash {number + 1}" if number < last else "",
    )
    return Reply(trash_page(page, now))


TRASH = Verb(
    "trash",
    run,
    VerbHelp(
        verb="trash",
        group="find",
        usage="trash",
        summary="What was deleted and can be brought back",
        grammar=("What was deleted with /okr stays here for 30 days. Who may change an objective may bring it back.",),
        examples=("/okr trash",),
    ),
)
