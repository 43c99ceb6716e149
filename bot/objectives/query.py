"""The query language: one for search, subscriptions and digests. Parses, prints, says in words, and matches."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from rapidfuzz import fuzz, process

from bot.objectives.lines import read_known
from bot.objectives.model import Objective, Status, tag_key
from bot.objectives.series import join_series
from bot.objectives.words import DASHES, QUOTES, Kind, Word, quote

SORTS = ("progress", "-progress", "name", "updated")
KEYS = ("tag", "owner", "team", "session", "status", "sort")
STATUSES = {status.value: status for status in Status}
SORTED_BY = {
    "progress": "by progress",
    "-progress": "by progress, highest first",
    "name": "by name",
    "updated": "newest first",
}
STANDING = {Status.NO_PROGRESS: "without progress"}
OPENING = frozenset("<‘" + QUOTES)
CALLED = {"current": "the current session"}
STRAIGHT = str.maketrans(dict.fromkeys("‘’＇", "'") | dict.fromkeys(DASHES, "-"))


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for, as typed: names are not looked up yet.

    Words and tags must all be there; of owners, teams, sessions and statuses any will do. An owner is ``me``, a Slack
    user id, or a name, e-mail address or OKR id; a session is ``current``, ``all`` or a title.
    """

    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    without_tags: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    sort: str = ""

    def __str__(self) -> str:
        """The canonical text, from which parse_query() makes this query again."""
        parts = [_print_word(word) for word in self.words]
        parts += [_print_tag(tag, "") for tag in self.tags]
        parts += [_print_tag(tag, "-") for tag in self.without_tags]
        for key, typed in (("owner", self.owners), ("team", self.teams), ("session", self.sessions)):
            parts += [_print_value(key, one) for one in typed]
        parts += [f"status:{status.value}" for status in self.statuses]
        return " ".join([*parts, f"sort:{self.sort}"] if self.sort else parts)


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """What was understood of a typed query, and a sentence for each part that was not."""

    query: Query
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Criteria:
    """A query whose names were looked up. Ids of None mean any."""

    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    without_tags: tuple[str, ...] = ()
    owner_ids: frozenset[str] | None = None
    session_ids: frozenset[str] | None = None
    statuses: tuple[Status, ...] = ()
    sort: str = ""

    def matches(self, objective: Objective, now: datetime) -> bool:
        """Whether the objective is one of those looked for, at ``now`` (aware)."""
        if self.session_ids is not None and objective.session.id not in self.session_ids:
            return False
        if self.owner_ids is not None and self.owner_ids.isdisjoint(objective.owner_ids):
            return False
        if self.tags or self.without_tags:
            tags = {tag_key(tag) for tag in objective.tags}
            if not all(tag_key(tag) in tags for tag in self.tags):
                return False
            if any(tag_key(tag) in tags for tag in self.without_tags):
                return False
        if self.words:
            name = fold(objective.name)
            if not all(fold(word) in name for word in self.words):
                return False
        return not self.statuses or objective.status(now) in self.statuses

    def order(self, objective: Objective, now: datetime) -> tuple[object, ...]:
        """What to sort by; the id decides last, so that the order is the same each time.

        Without a sort: current sessions first, then the latest to begin, then by name.
        """
        name, progress = fold(objective.name), objective.progress
        match self.sort:
            case "progress":
                return progress, name, objective.id
            case "-progress":
                return -progress, name, objective.id
            case "name":
                return name, objective.id
            case "updated":
                return *_latest_first(objective.created), name, objective.id
        session = objective.session
        return not session.is_current(now), *_latest_first(session.start), name, objective.id


def parse_query(text: str) -> ParsedQuery:
    """Reads a typed query; never raises."""
    words, faults = read_known(text, KEYS)
    found: dict[str, dict[str, str]] = {key: {} for key in ("words", "tags", "without", "owner", "team", "session")}
    statuses: dict[Status, None] = {}
    sort = ""
    waiting = list(reversed(words))
    while waiting:
        word = waiting.pop()
        plain = _squeeze(word.text)
        if word.kind is Kind.TAG:
            found["without" if word.sign == "-" else "tags"].setdefault(tag_key(plain), plain)
        elif word.kind is Kind.PERSON:
            found["owner"].setdefault(plain.casefold(), plain)
        elif word.kind is not Kind.VALUE:
            shown = _squeeze(word.shown) if word.kind is Kind.LINK else plain
            if shown:
                found["words"].setdefault(fold(shown), shown)
        elif word.key == "status":
            status = _read_status(word, waiting)
            if status:
                statuses[status] = None
            else:
                faults.append(_unknown("status", plain, STATUSES))
        elif word.key == "sort":
            wanted = _read_sort(plain)
            if sort and wanted:
                faults.append("“sort:” is there twice. The last one counts.")
            if not wanted:
                faults.append(_unknown("sort", plain, SORTS))
            sort = wanted or sort
        else:
            name = _read_name(word.key, plain)
            if name:
                found[word.key].setdefault(name.casefold(), name)
            else:
                faults.append(f"“{word.key}:” has nothing behind it.")
    return ParsedQuery(
        Query(
            words=tuple(found["words"].values()),
            tags=tuple(found["tags"].values()),
            without_tags=tuple(found["without"].values()),
            owners=tuple(found["owner"].values()),
            teams=tuple(found["team"].values()),
            sessions=tuple(found["session"].values()),
            statuses=tuple(statuses),
            sort=sort,
        ),
        tuple(dict.fromkeys(faults)),
    )


def describe(query: Query, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """The query in words, plain text. ``names``: what an owner, team or session is called, by how it was typed."""

    def named(typed: Iterable[str]) -> str:
        return join_series((names.get(one) or CALLED.get(one, one) for one in typed), "or")

    is_mine = query.owners == ("me",)
    head = []
    if query.words:
        head.append("named " + join_series(f"“{word}”" for word in query.words))
    if query.tags:
        head.append("tagged " + join_series(f"#{tag}" for tag in query.tags))
    if query.owners and not is_mine:
        head.append("owned by " + named(query.owners))
    if query.teams:
        head.append("of team " + named(query.teams))
    if "all" in query.sessions:
        head.append("in every session")
    elif query.sessions:
        head.append("in " + named(query.sessions))
    tail = []
    if query.statuses:
        standings = (STANDING.get(status, status.value.replace("-", " ")) for status in query.statuses)
        tail.append(join_series(standings, "or"))
    if query.without_tags:
        tail.append("not tagged " + join_series((f"#{tag}" for tag in query.without_tags), "or"))
    if not head and tail and not is_mine:
        head.append(tail.pop(0))
    whose = "My objectives" if is_mine else "Objectives" if head else "All objectives"
    if query.sort:
        tail.append(SORTED_BY[query.sort])
    return ", ".join([" ".join([whose, *head]), *tail])


def fold(name: str) -> str:
    """The form by which names are compared: without case, blanks, curls and dashes in their plain form."""
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name).translate(STRAIGHT)
    return _squeeze(name).casefold()


def _squeeze(text: str) -> str:
    return " ".join(text.split())


def _latest_first(time: datetime | None) -> tuple[bool, float]:
    return (True, 0.0) if time is None else (False, -time.timestamp())


def _read_name(key: str, typed: str) -> str:
    """An owner, team or session as a query keeps it; empty where nothing was typed."""
    if key != "session":
        typed = typed.lstrip("@ ")
    folded = typed.casefold()
    is_special = (key == "owner" and folded == "me") or (key == "session" and folded in ("current", "all"))
    return folded if is_special else typed


def _read_status(word: Word, waiting: list[Word]) -> Status | None:
    """The status nearest to what was typed, which may go on in the next word (``status:on track``)."""
    statuses = {_letters(status.value): status for status in Status}
    typed = _letters(word.text)
    if typed and typed not in statuses and waiting and waiting[-1].kind is Kind.WORD:
        more = _letters(waiting[-1].text)
        if more and typed + more in statuses:
            waiting.pop()
            return statuses[typed + more]
    near = _nearest(typed, statuses)
    return statuses[near] if near else None


def _read_sort(typed: str) -> str:
    """The sort nearest to what was typed; empty where none is near."""
    sign = "-" if typed[:1] in DASHES and typed else ""
    wanted = sign + _nearest(_letters(typed), [sort for sort in SORTS if not sort.startswith("-")])
    return wanted if wanted in SORTS else ""


def _letters(typed: str) -> str:
    return "".join(letter for letter in typed.casefold() if letter.isalpha())


def _nearest(typed: str, known: Iterable[str]) -> str:
    """The known word that is meant: itself, the only one that holds it, the nearest in spelling; else empty."""
    words = list(known)
    if typed in words or not typed:
        return typed
    for holding in ([one for one in words if one.startswith(typed)], [one for one in words if typed in one]):
        if len(holding) == 1:
            return holding[0]
    found = process.extractOne(typed, words, scorer=fuzz.ratio, score_cutoff=75)
    return found[0] if found else ""


def _unknown(key: str, typed: str, known: Iterable[str]) -> str:
    return f"I do not know “{key}:{typed}”. Known here: {', '.join(known)}."


def _print_word(word: str) -> str:
    return word if _survives(word, Word(Kind.WORD, word)) else quote(word)


def _print_tag(tag: str, sign: str) -> str:
    typed = f"{sign}#{tag}"
    return typed if _survives(typed, Word(Kind.TAG, tag, sign=sign)) else f"{sign}tag:{quote(tag)}"


def _print_value(key: str, value: str) -> str:
    typed = f"{key}:{value}"
    return typed if _survives(typed, Word(Kind.VALUE, value, key)) else f"{key}:{quote(value)}"


def _survives(typed: str, word: Word) -> bool:
    """Whether this is read as that word wherever it stands: what opens something could find its end in a later word."""
    return not OPENING & set(typed) and read_known(typed, KEYS) == ([word], [])
