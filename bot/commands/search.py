"""`/okr search`, `/okr mine` and the bare `/okr`: lists of objectives, ten a page."""

import re
from dataclasses import replace

from rapidfuzz import fuzz, process

from bot.commands.base import Answer, Modal, Reply, Request, Verb
from bot.commands.lines import line_for_button
from bot.errors import Forbidden
from bot.notify.wording import heading
from bot.objectives.directory import NEAR, nearest
from bot.objectives.model import Asker, tag_key
from bot.objectives.query import KEYS, ParsedQuery, Query, describe, parse_query
from bot.objectives.search import Page
from bot.objectives.service import Objectives
from bot.objectives.words import COLONS, quote, read
from bot.views.help import VerbHelp
from bot.views.lists import Found, home, nothing_found, objectives_page
from bot.views.message import Message
from bot.views.notices import sentence
from bot.views.typed import search_form

LONGEST_QUERY = 1_500
NOT_MINE = "/okr mine is about your own objectives; for those of others there is /okr search."


def run(request: Request, objectives: Objectives) -> Answer:
    """The first page of what matches a query."""
    return _page(request, objectives, request.text, 1)


def run_page(request: Request, objectives: Objectives) -> Answer:
    """Any page: ``page <number> <query>``."""
    number, _, text = request.text.strip().partition(" ")
    return _page(request, objectives, text, int(number) if number.isdecimal() else 1)


def _page(request: Request, objectives: Objectives, text: str, number: int) -> Reply:
    # The search form comes here by itself, and not as a line that was looked at already.
    objectives.people.admit(request.asker)
    parsed = parse_query(text)
    if parsed.faults:
        return Reply(not_understood(request.asker, text, parsed, objectives))
    page = objectives.search.page(request.asker, parsed.query, number)
    if not page.total:
        return Reply(nothing(request.asker, page, objectives))
    return Reply(objectives_page(_found(page), objectives.clock()))


def not_understood(asker: Asker, text: str, parsed: ParsedQuery, objectives: Objectives) -> Message:
    """What is wrong with a query, and as a button the line that may be meant: mended, or else without what is wrong."""
    mended = parse_query(_mend(text))
    query = parsed.query if mended.faults else mended.query
    lines = [*parsed.faults, *([f"Understood: {describe(parsed.query)}."] if str(parsed.query) else [])]
    buttons = [(f"/okr search {query}", f"search {query}")] if str(query) else []
    buttons.append(("Change the search…", f"narrow {' '.join(word.shown for word in read(text))}"))
    return sentence(
        "\n".join(lines), buttons=[(label, line_for_button(asker, line, objectives)) for label, line in buttons]
    )


def _mend(text: str) -> str:
    """The text with the known keys in place of those that are misspelt."""
    for word in read(text):
        near = process.extractOne(word.key, KEYS, scorer=fuzz.ratio, score_cutoff=NEAR) if word.key else None
        if near:
            text = re.sub(rf"(?<!\w){word.key}(?=[{COLONS}])", near[0], text, flags=re.IGNORECASE)
    return text


def _found(page: Page, shared_by: str = "") -> Found:
    return Found(
        title=page.title,
        query=str(page.query),
        objectives=page.objectives,
        first=page.first,
        total=page.total,
        shared_by=shared_by,
        changeable=page.changeable,
    )


def nothing(asker: Asker, page: Page, objectives: Objectives) -> Message:
    """Says that nothing was found, and offers what is nearest: a like tag, every session, to create it."""
    query = page.query
    snapshot = objectives.directory.snapshot()
    suggestions: list[tuple[str, str, str]] = []
    for tag in query.tags:
        if not snapshot.has_tag(tag):
            for near in nearest(tag, snapshot.tags, limit=1):
                tags = tuple(near if tag_key(other) == tag_key(tag) else other for other in query.tags)
                line = f"search {replace(query, tags=tags)}"
                suggestions.append((f"There is no tag #{tag}. The nearest is #{near}.", f"Search #{near}", line))
    if query.sessions and "all" not in query.sessions:
        everywhere = replace(query, sessions=("all",))
        count = objectives.search.count(asker, everywhere)
        if count:
            found = "1 objective matches" if count == 1 else f"{count:,} objectives match"
            suggestions.append((f"{found} in other sessions.", "Search all sessions", f"search {everywhere}"))
    fitting = [(said, label, line) for said, label, line in suggestions if len(line) <= LONGEST_QUERY]
    return nothing_found(page.title, str(query), create_line=_create_line(query), suggestions=fitting)


def _create_line(query: Query) -> str:
    """The line that opens the form with what was searched for."""
    words = " ".join(query.words)
    parts = [quote(words)] if words else []
    parts += [f"tag:{quote(tag)}" for tag in query.tags]
    line = " ".join(["new", *parts])
    return line if len(line) <= LONGEST_QUERY else "new"


def run_mine(request: Request, objectives: Objectives) -> Answer:
    """The asker's objectives that match a query; in the current session, where there is one and none is named."""
    objectives.people.admit(request.asker)
    parsed = parse_query(request.text)
    if parsed.query.owners not in ((), ("me",)) or parsed.query.teams:
        parsed = replace(parsed, faults=(*parsed.faults, NOT_MINE))
    if parsed.faults:
        return Reply(not_understood(request.asker, request.text, parsed, objectives))
    mine = _mine(objectives)
    query = replace(parsed.query, owners=mine.owners, sessions=parsed.query.sessions or mine.sessions)
    page = objectives.search.page(request.asker, query)
    if not page.total:
        return Reply(nothing(request.asker, page, objectives))
    return Reply(objectives_page(_found(page), objectives.clock()))


def _mine(objectives: Objectives) -> Query:
    current = objectives.directory.snapshot().current_session(objectives.clock())
    return Query(owners=("me",), sessions=("current",) if current else ())


def run_home(request: Request, objectives: Objectives) -> Answer:
    """The bare ``/okr``: what one can do now."""
    me = objectives.people.person(request.asker)
    page = objectives.search.page(request.asker, _mine(objectives))
    return Reply(home(me.name, _found(page), objectives.clock()))


def run_narrow(request: Request, objectives: Objectives) -> Answer:
    """The form that changes a query."""
    view = search_form(request.text.strip(), request.asker.channel_id)
    line = line_for_button(request.asker, f"narrow {request.text}", objectives)
    return Modal("Search objectives", lambda: view, line, is_ready=True)


def run_share(request: Request, objectives: Objectives) -> Answer:
    """Posts the first page of a search to the channel, under the sharer's name; without private objectives."""
    parsed = parse_query(request.text)
    page = objectives.search.page(request.asker, parsed.query, share=True)
    if not page.total:
        raise Forbidden("There is nothing to share: what you see here is private or gone.")
    whose = objectives.people.name(request.asker.team_id, request.asker.user_id)
    found = replace(_found(page, request.asker.user_id), title=heading(page.title, whose))
    return Reply(objectives_page(found, objectives.clock()), in_channel=True)


SEARCH = Verb(
    "search",
    run,
    VerbHelp(
        verb="search",
        group="find",
        usage="search [query]",
        summary="Find objectives by words, tag, owner, team, session or status",
        grammar=(
            "Words are looked for in the name; all of them must be there.",
            '#tag or tag:"Two words"; -#tag leaves a tag out.',
            'owner:@x or owner:me; team:"Marketing"; session:"Q4 2026", session:current or session:all.',
            "status:done, on-track, at-risk, behind or no-progress.",
            "sort:progress, -progress, name or updated.",
        ),
        examples=(
            "/okr search #growth",
            "/okr search onboarding owner:me",
            "/okr search status:behind session:current",
        ),
    ),
)
MINE = Verb(
    "mine",
    run_mine,
    VerbHelp(
        verb="mine",
        group="yours",
        usage="mine [query]",
        summary="Your objectives in the current session",
        grammar=("Of many, those that match: a query as of /okr search, such as session:all for every session.",),
        examples=("/okr mine", "/okr mine #growth", "/okr mine session:all"),
    ),
)
HOME = Verb("", run_home)
PAGE = Verb("page", run_page)
NARROW = Verb("narrow", run_narrow)
SHARE_LIST = Verb("share-list", run_share)
