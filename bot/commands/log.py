"""`/okr log`: who did what, when and from where; of one objective, of one person, or of everybody."""

import re

from bot.commands.base import Answer, File, Reply, Request, Verb
from bot.commands.choosing import ask_back, read_target
from bot.commands.lines import line_for_button
from bot.errors import Forbidden, NotFound, OkrApiError
from bot.objectives.directory import fold
from bot.objectives.history import Line as HistoryLine
from bot.objectives.lines import Line
from bot.objectives.model import Asker
from bot.objectives.references import ID
from bot.objectives.search import Match, is_slack_user
from bot.objectives.service import Objectives
from bot.objectives.undoing import KEPT
from bot.views.export import write_csv
from bot.views.help import VerbHelp
from bot.views.pages import PAGE_SIZE
from bot.views.record import RecordLine, RecordPage, record_page

ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")

NEWER, OLDER = "newer", "older"


def run(request: Request, objectives: Objectives) -> Answer:
    """The newest entries."""
    return _page(request, objectives, request.text.strip())


def run_page(request: Request, objectives: Objectives) -> Answer:
    """The entries next to one: ``log-page newer|older <entry> <words>``; the newest where nothing says which."""
    way, _, rest = request.text.strip().partition(" ")
    if way not in (NEWER, OLDER):
        return _page(request, objectives, rest.strip())
    entry_id, _, words = rest.strip().partition(" ")
    return _page(request, objectives, words.strip(), **{f"{way}_than": entry_id})


def _page(request: Request, objectives: Objectives, words: str, *, newer_than: str = "", older_than: str = "") -> Reply:
    asker, record = request.asker, objectives.record
    line = read_target(words)
    objective_id, title = "", "The last changes"
    if user_id := _user(asker, line, objectives):
        title = f"Changes by {objectives.people.name(asker.team_id, user_id)}"
        words = f"<@{user_id}>"
    elif words:
        match = _find(asker, line, objectives)
        if not match.objective_id:
            return Reply(ask_back(match, lambda one: f"log {one.id}"))
        words = objective_id = match.objective_id
    shown = objectives.history.page(
        asker,
        objective_id=objective_id,
        user_id=user_id,
        newer_than=newer_than,
        older_than=older_than,
        most=PAGE_SIZE,
    )
    if objective_id:
        last = record.page(asker.team_id, objective_id=objective_id, most=1) if shown.lines else []
        title = f"Changes to {last[0].objective.name}" if last else "Changes to this objective"

    def turn(way: str, entry_id: str) -> str:
        return line_for_button(asker, f"log-page {way} {entry_id} {words}", objectives) if entry_id else ""

    page = RecordPage(
        title,
        tuple(_line(asker, one, objectives) for one in shown.lines),
        newer_line=turn(NEWER, shown.newer),
        older_line=turn(OLDER, shown.older),
        is_sure=shown.is_sure,
        may_export=objectives.people.is_admin(asker),
    )
    return Reply(record_page(page))


def _find(asker: Asker, line: Line, objectives: Objectives) -> Match:
    """What is meant: a deleted objective of exactly this name only where none that is there is called so."""
    deleted_id = _deleted(asker, line, objectives)
    try:
        match = objectives.search.find(asker, line.words, line.links, is_quoted=line.is_quoted)
        found = [objectives.get(asker, match.objective_id)] if deleted_id and match.objective_id else match.candidates
    except (NotFound, OkrApiError):
        if not deleted_id:
            raise
        return Match(deleted_id)
    is_there = any(fold(one.name) == fold(line.words) for one in found)
    return match if is_there or not deleted_id else Match(deleted_id)


def _deleted(asker: Asker, line: Line, objectives: Objectives) -> str:
    """The deleted objective of exactly this name: the OKR API does not know it any more, the record does."""
    name = line.words.strip()
    if not name or ID.fullmatch(name):
        return ""
    deletions = objectives.record.deletions(asker.team_id, objectives.clock() - KEPT, name=name)
    return next((one.objective.id for one in deletions if objectives.people.may_see(asker, one.objective)), "")


def _user(asker: Asker, line: Line, objectives: Objectives) -> str:
    """The Slack user whose changes are asked for, mentioned or by name; empty where an objective is."""
    words = line.words.strip()
    if line.people and words in ("", f"@{line.people[0]}"):
        return line.people[0]
    if words.casefold() in ("me", "@me"):
        return asker.user_id
    if is_slack_user(words) or not (words.startswith("@") or ADDRESS.fullmatch(words)):
        return words if is_slack_user(words) else ""
    people = [one for one in objectives.directory.snapshot().people_named(words) if not one.is_team]
    users = [user for one in people if (user := objectives.people.user_of(asker.team_id, one.id))]
    if len(users) != 1:
        who = "Several people may be" if len(users) > 1 else "Nobody who has used /okr is"
        raise NotFound(f"{who} called “{words[:80]}”. Mention the person with @, or type their e-mail address.")
    return users[0]


def _line(asker: Asker, line: HistoryLine, objectives: Objectives) -> RecordLine:
    people, entry = objectives.people, line.entry
    undone = objectives.record.undone_by(asker.team_id, entry.id)
    is_recent = objectives.clock() - entry.at < KEPT
    may_undo = undone is None and is_recent and people.may_change(asker, line.objective)
    return RecordLine(
        entry,
        who=people.name(asker.team_id, entry.user_id),
        undone_by=people.name(asker.team_id, undone.user_id) if undone else "",
        undo_line=f"undo {entry.id}" if may_undo else "",
    )


def run_export(request: Request, objectives: Objectives) -> Answer:
    """The whole record as CSV, for an admin, by direct message."""
    asker = request.asker
    if not objectives.people.is_admin(asker):
        raise Forbidden("Only an admin (OKR_ADMINS) can export the record.")
    entries = objectives.record.rows_for_export(asker.team_id)
    rows = write_csv(entries, lambda user_id: objectives.people.name(asker.team_id, user_id))
    return File("okr-record.csv", rows, "The record of changes, as CSV")


LOG = Verb(
    "log",
    run,
    VerbHelp(
        verb="log",
        group="find",
        usage="log [<objective> | @person]",
        summary="Who changed what, when and from where",
        grammar=(
            "<objective>: its id such as O-3F9C, its number in your last list, its link, or its name.",
            "@person: what that person changed; nothing: the last changes of everybody.",
            "Admins can export it all as CSV.",
        ),
        examples=("/okr log", "/okr log O-3F9C", "/okr log @ada"),
    ),
)
LOG_PAGE = Verb("log-page", run_page)
LOG_EXPORT = Verb("log-export", run_export)
