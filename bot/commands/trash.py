"""`/okr trash`: what was deleted with /okr in the last 30 days and can be brought back."""

from bot.commands.base import Answer, Reply, Request, Verb
from bot.commands.lines import line_for_button
from bot.errors import Misunderstood
from bot.objectives.query import Query, parse_query
from bot.objectives.service import Objectives
from bot.objectives.undoing import KEPT
from bot.views.help import VerbHelp
from bot.views.pages import PAGE_SIZE
from bot.views.trash import TrashLine, TrashPage, trash_page

LONGEST_NUMBER = 3
UNSORTED = "“sort:” means nothing here: what was deleted last comes first."


def run(request: Request, objectives: Objectives) -> Answer:
    """One page, the last deleted first: ``trash [<number of the page>] [<query>]``."""
    asker, people, now = request.asker, objectives.people, objectives.clock()
    people.admit(asker)
    typed, query = _read(request.text)
    resolved = objectives.search.resolve(asker, query)
    deletions = [
        entry
        for entry in objectives.record.deletions(asker.team_id, now - KEPT)
        if people.may_see(asker, entry.objective) and resolved.criteria.matches(entry.objective, now)
    ]
    last = max(1, -(-len(deletions) // PAGE_SIZE))
    number = min(max(1, typed), last)
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
        previous_line=line_for_button(asker, f"trash {number - 1} {query}", objectives) if number > 1 else "",
        next_line=line_for_button(asker, f"trash {number + 1} {query}", objectives) if number < last else "",
        title=resolved.title if str(query) else "",
    )
    return Reply(trash_page(page, now))


def _read(text: str) -> tuple[int, Query]:
    """The number of the page, and which objectives. Raises Misunderstood."""
    number, _, rest = text.strip().partition(" ")
    if not number.isdecimal() or len(number) > LONGEST_NUMBER:
        number, rest = "1", text
    parsed = parse_query(rest)
    faults = [*parsed.faults, *([UNSORTED] if parsed.query.sort else [])]
    if faults:
        raise Misunderstood("\n".join(faults))
    return int(number), parsed.query


TRASH = Verb(
    "trash",
    run,
    VerbHelp(
        verb="trash",
        group="find",
        usage="trash [query]",
        summary="What was deleted and can be brought back",
        grammar=(
            "What was deleted with /okr stays here for 30 days. Who may change an objective may bring it back.",
            "Of many, those that match: a query as of /okr search.",
        ),
        examples=("/okr trash", "/okr trash #growth"),
    ),
)
