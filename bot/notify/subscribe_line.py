"""The words behind ``/okr subscribe``: a query, how often, and what of it. Reads them, and prints them again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.errors import Misunderstood
from bot.notify.cadence import (
    BEGINNINGS,
    EVERY,
    INSTANT,
    NO_CADENCES,
    NO_PERIODS,
    Cadence,
    end_of_cadence,
    fold_word,
    is_clock_time,
    parse_cadence,
)
from bot.notify.differences import Kind, end_of_only, parse_only
from bot.objectives.query import KEYS, Query, parse_query
from bot.objectives.words import BARE_KEY, Word, clean, quote, read
from bot.objectives.words import Kind as WordKind
from bot.views.text import cut

_QUIET = frozenset({"quiet", "silent"})
_OPTIONS = frozenset({*BEGINNINGS, *EVERY, "except", "only", *_QUIET})
_WHEN_NOTHING = re.compile(r"(?:when|if) (?:nothing(?: (?:changed|changes|moved|happened|new|to say))?|empty)(?!\S)")
_ME = frozenset({"me", "mine", "myself"})
_PLAIN = re.compile(r"(?<!\S)(?:[A-Za-z,][A-Za-z.,;-]*|[0-9][A-Za-z0-9.:,;]*)(?!\S)")
"""Words that an option can consist of; what holds quotes, signs, markup or a key belongs to the query."""
_IN_QUOTES = "Put a word to search for in quotes: "


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody subscribes to. ``only``: kinds in their order; none: the usual ones.

    ``except_me``: not what they did themselves. ``silent_when_empty``: no digest that says that nothing changed.
    """

    query: Query = field(default_factory=Query)
    cadence: Cadence = INSTANT
    except_me: bool = False
    only: tuple[Kind, ...] = ()
    silent_when_empty: bool = False

    def __str__(self) -> str:
        """The canonical text, from which parse_wish() makes this wish again."""
        # What could be taken for an option stands in quotes.
        words = [quote(word) if _is_reserved(word) else str(Query(words=(word,))) for word in self.query.words]
        parts = [*words, str(replace(self.query, words=())), str(self.cadence)]
        if self.except_me:
            parts.append("except me")
        if self.only:
            parts.append("only " + ",".join(self.only))
        if self.silent_when_empty:
            parts.append("quiet")
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class ParsedWish:
    """What was understood of the words behind ``/okr subscribe``, and a sentence for each part that was not.

    ``says_when``: a cadence was typed; otherwise the wish has the usual one.
    """

    wish: Wish
    faults: tuple[str, ...] = ()
    says_when: bool = False


def parse_wish(text: str) -> Wish:
    """Reads what somebody subscribes to. Raises Misunderstood with all that is wrong, a line each."""
    parsed = read_wish(text)
    if parsed.faults:
        raise Misunderstood("\n".join(parsed.faults))
    return parsed.wish


def read_wish(text: str) -> ParsedWish:
    """Reads what somebody subscribes to; never raises, so that a form can show what was understood."""
    line = _Line(clean(text))
    query = parse_query(line.rest())
    cadence = line.cadences[0] if line.cadences else INSTANT
    if len(set(line.cadences)) > 1:
        said = " and ".join(f"“{one}”" for one in dict.fromkeys(line.cadences))
        line.faults.append(f"A subscription has one cadence, and {said} are several. Subscribe twice for both.")
    only = tuple(kind for kind in Kind if kind in line.only)
    wish = Wish(query.query, cadence, line.except_me, only, line.silent_when_empty)
    return ParsedWish(wish, tuple(dict.fromkeys([*query.faults, *line.faults])), bool(line.cadences))


@dataclass(frozen=True, slots=True)
class _Free:
    """A word that stands alone outside quotes, where an option could be, and where it is in the text."""

    text: str
    start: int
    end: int


class _Line:
    """The options of one line, and what of it was an option."""

    def __init__(self, text: str) -> None:
        self.cadences: list[Cadence] = []
        self.only: set[Kind] = set()
        self.except_me = False
        self.silent_when_empty = False
        self.faults: list[str] = []
        self._text = text
        self._frees = list(_free_words(text))
        self._typed = ["" if free is None else free.text for free in self._frees]
        self._words = [fold_word(typed) for typed in self._typed]
        self._taken = [False] * len(self._frees)
        at = 0
        while at < len(self._words):
            at = max(at + 1, self._take(at))

    def rest(self) -> str:
        """The line without its options."""
        rest, end = [], 0
        for free, is_taken in zip(self._frees, self._taken, strict=True):
            if free and is_taken:
                rest.append(self._text[end : free.start])
                end = free.end
        return "".join([*rest, self._text[end:]])

    def _take(self, at: int) -> int:
        """Takes the option that begins here; where it ends, or ``at`` where there is none."""
        word = self._words[at]
        if word == "except":
            return self._take_except(at)
        if word == "only":
            return self._take_only(at)
        if word in _QUIET:
            return self._take_quiet(at)
        if end := self._end_of_no_cadence(at):
            return self._take_no_cadence(at, end)
        if word in BEGINNINGS or word in EVERY:
            return self._take_cadence(at)
        if is_clock_time(word):
            return self._take_time(at)
        return at

    def _take_except(self, at: int) -> int:
        if self._words[at + 1 : at + 2] and self._words[at + 1] in _ME:
            self.except_me = True
            return self._mark(at, at + 2)
        self.faults.append(f'I can leave out only what you do yourself: except me. {_IN_QUOTES}"except".')
        return self._mark(at, at + 1)

    def _take_only(self, at: int) -> int:
        end = end_of_only(self._typed, at + 1)
        try:
            self.only.update(parse_only(" ".join(self._typed[at + 1 : end])))
        except Misunderstood as fault:
            self.faults.append(f'{fault} {_IN_QUOTES}"only".')
        return self._mark(at, end)

    def _take_quiet(self, at: int) -> int:
        following = _WHEN_NOTHING.match(" ".join(self._words[at + 1 : at + 5]))
        end = at + 1 + (len(following[0].split()) if following else 0)
        if not following and not self._ends_query(end):
            return at
        self.silent_when_empty = True
        return self._mark(at, end)

    def _take_cadence(self, at: int) -> int:
        end = end_of_cadence(self._words, at, _OPTIONS)
        return at if end == at else self._read_cadence(at, end)

    def _end_of_no_cadence(self, at: int) -> int:
        """Where words end that ask for a cadence that does not exist; 0 where they are those of a name, in front."""
        is_every = self._words[at] in EVERY and self._words[at + 1 : at + 2] != [] and self._words[at + 1] in NO_PERIODS
        if not is_every and self._words[at] not in NO_CADENCES:
            return 0
        end = at + 1 + is_every
        while end < len(self._words) and self._words[end][:1].isdigit():
            end += 1
        return end if self._ends_query(end) else 0

    def _take_no_cadence(self, at: int, end: int) -> int:
        typed = cut(" ".join(self._words[at:end]), 30)
        self.faults.append(
            f"A subscription speaks at once, daily or weekly, and not “{typed}”. Write it like this: daily 9:00. "
            f'{_IN_QUOTES}"{self._words[at]}".'
        )
        return self._mark(at, end)

    def _take_time(self, at: int) -> int:
        """Takes a time that stands before its cadence (``9:00 daily``)."""
        following = self._words[at + 1 : at + 2]
        if following and (following[0] in BEGINNINGS or following[0] in EVERY):
            return self._read_cadence(at, max(at + 2, end_of_cadence(self._words, at + 1, _OPTIONS)))
        time = cut(self._words[at], 20)
        self.faults.append(f'For “{time}” I need to know how often, as in daily 9:00. {_IN_QUOTES}"{time}".')
        return self._mark(at, at + 1)

    def _read_cadence(self, at: int, end: int) -> int:
        try:
            self.cadences.append(parse_cadence(" ".join(self._words[at:end])))
        except Misunderstood as fault:
            self.faults.append(str(fault))
        return self._mark(at, end)

    def _ends_query(self, at: int) -> bool:
        """Whether no word of the query stands here."""
        return at >= len(self._words) or not self._words[at] or self._words[at] in _OPTIONS

    def _mark(self, at: int, end: int) -> int:
        self._taken[at:end] = [True] * (end - at)
        return end


def _free_words(text: str) -> Iterator[_Free | None]:
    """The words of a (clean) text, None for those that belong to the query whatever they say.

    The reader of queries decides: each word that could be an option is masked, and free where the reader sees the mask
    as a word of its own, not in quotes, and not behind a key.
    """
    mask = next(char for char in map(chr, (*range(0xE000, 0xF900), *range(0xF0000, 0xFFFFE))) if char not in text)
    places: dict[str, _Free] = {}

    def hide(found: re.Match[str]) -> str:
        masked = f"{mask}{len(places)}{mask}"
        places[masked] = _Free(found[0].casefold(), found.start(), found.end())
        return masked

    before: Word | None = None
    for word in read(_PLAIN.sub(hide, text)):
        is_free = word.kind is WordKind.WORD and not (before and _is_bare_key(before))
        yield places.get(word.text) if is_free else None
        before = word


def _is_bare_key(word: Word) -> bool:
    """Whether the next word is the value of this one, as in ``owner: daily``."""
    found = BARE_KEY.fullmatch(word.text) if word.kind is WordKind.WORD else None
    if found is None:
        return False
    key = found[2].lower()
    return key == "tag" or (key in KEYS and not found[1])


def _is_reserved(word: str) -> bool:
    """Whether a word of a query could be taken for an option where it stands without quotes."""
    folded = fold_word(word)
    return folded in _OPTIONS or folded in NO_CADENCES or is_clock_time(folded)
