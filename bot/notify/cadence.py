"""How often a subscription speaks: at once, or as a digest at an hour. Reads, prints, and says it in words."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, process

from bot.errors import Misunderstood
from bot.objectives.words import QUOTES, clean
from bot.views.text import cut


class Rhythm(StrEnum):
    """How often; the value is the word that is typed."""

    INSTANT = "instant"
    DAILY = "daily"
    WEEKLY = "weekly"


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
USUAL_HOUR = 9
BEGINNINGS = {
    **{rhythm.value: rhythm for rhythm in Rhythm},
    "instantly": Rhythm.INSTANT,
    "immediately": Rhythm.INSTANT,
}
"""The words that a cadence may begin with, beside "every"."""
EVERY = frozenset({"every", "each"})
PERIODS = {"day": Rhythm.DAILY, "week": Rhythm.WEEKLY}
"""What stands behind "every", beside weekdays."""

NO_CADENCES = frozenset(
    {"hourly", "monthly", "quarterly", "yearly", "annually", "biweekly", "bi-weekly", "fortnightly", "weekdays"}
)
NO_PERIODS = frozenset({"minute", "hour", "weekday", "workday", "fortnight", "month", "quarter", "year"})
"""How often people wish that it spoke, and it does not: said alone, and behind "every"."""

_SHORT_DAYS = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_LINKS = frozenset({"at", "on", "@"})
_HALVES = frozenset({"am", "pm", "a.m.", "p.m."})
_TIME = re.compile(r"([0-9]{1,2})(?:[:.h]([0-9]{2})|h)?(?:([ap])\.?m\.?)?")
_CLOCK_TIME = re.compile(r"[0-9]{1,2}(?::[0-9]{2}(?:[ap]\.?m\.?)?|[ap]\.?m\.?)")
_MAYBE_TIME = re.compile(r"[0-9]+[:.h][0-9]*")
_APART = re.compile(r"(?<!\S)([0-9]+(?:[:.h][0-9]*)?) ([ap])\.?m\.?(?!\S)")
_NEAR, _VERY_NEAR = 60, 80
"""The least likeness, of 100: to be offered in place of a word; to be taken for a misspelt one in a line of others."""
_LONGEST_SHOWN, _MOST_SHOWN = 30, 3
_SAY_WHEN = "Say when: instant, daily 9:00 or weekly monday 9:00."


@dataclass(frozen=True, slots=True)
class Cadence:
    """When a subscription speaks. Hour and minute are on the clock of the one who set it; Monday is weekday 0.

    At once: hour, minute and weekday mean nothing. Daily: the weekday means nothing.
    """

    kind: Rhythm = Rhythm.INSTANT
    hour: int = 0
    minute: int = 0
    weekday: int = 0

    def __str__(self) -> str:
        """The canonical text, from which parse_cadence() makes this cadence again."""
        if self.kind is Rhythm.INSTANT:
            return self.kind.value
        day = f"{WEEKDAYS[self.weekday]} " if self.kind is Rhythm.WEEKLY else ""
        return f"{self.kind.value} {day}{self.clock}"

    @property
    def clock(self) -> str:
        """The hour and the minute: 9:00."""
        return f"{self.hour}:{self.minute:02}"

    def words(self) -> str:
        """For people: "at once", "every day at 9:00", "every Monday at 9:00". It can be typed, too."""
        if self.kind is Rhythm.INSTANT:
            return "at once"
        return f"every {WEEKDAYS[self.weekday].title() if self.kind is Rhythm.WEEKLY else 'day'} at {self.clock}"


INSTANT = Cadence()


def parse_cadence(text: str) -> Cadence:
    """Reads a cadence, its words in any order; what is not said is nine o'clock, Monday.

    Raises Misunderstood, saying everything that is wrong and what would be right.
    """
    words = split_words(text)
    if words in (["at", "once"], ["instant"]):
        return INSTANT
    if not words:
        raise Misunderstood(_SAY_WHEN)
    found = _Found()
    for word in words:
        found.take(word)
    return found.settle()


def split_words(text: str) -> list[str]:
    """The words of a text in the form in which they are compared; "9 am" is one of them."""
    plain = fold_word(clean(text)).translate(dict.fromkeys(map(ord, QUOTES + ",;"), " "))
    return _APART.sub(r"\1\2m", " ".join(plain.split())).split()


def fold_word(word: str) -> str:
    """The form in which words are compared: without case, wide letters and what only separates it from the next."""
    return unicodedata.normalize("NFKC", word).casefold().strip(",; ")


def is_clock_time(word: str) -> bool:
    """Whether a (folded) word can only be a time of day, right or wrong: 9:00, 9am, 25:00; not 9, 9.5 or 9:1."""
    return bool(_CLOCK_TIME.fullmatch(word))


def end_of_cadence(words: Sequence[str], start: int, others: Collection[str] = ()) -> int:
    """Where the cadence ends that begins at ``start``; ``start`` itself where none does.

    ``words`` are folded; one that is empty belongs to no cadence. Misspelt weekdays and impossible times are part of
    the cadence, for parse_cadence() to name. *weekly* and the like begin none where other words follow at once, as in
    ``weekly active users``, unless these are among ``others``.
    """
    first, at, is_sure, is_other = words[start], start + 1, False, False
    if first in EVERY:
        if at == len(words) or (words[at] not in PERIODS and _weekday(words[at]) is None):
            return start
        at += 1
    elif first not in BEGINNINGS:
        return start
    while at < len(words):
        link = 1 if words[at] in _LINKS and at + 1 < len(words) else 0
        if _is_part(words, at + link, first):
            at, is_sure = at + link + 1, True
        elif words[at] in BEGINNINGS and not is_other:
            # One more is enough to be named as one too many.
            at, is_other = at + 1, True
        else:
            break
    return at if is_sure or at == len(words) or not words[at] or words[at] in others else start


def _is_part(words: Sequence[str], at: int, first: str) -> bool:
    """Whether this word says the day or the hour of a cadence that began with ``first``."""
    word = words[at]
    if is_clock_time(word):
        return True
    if BEGINNINGS.get(first) is Rhythm.INSTANT:
        return False
    if word in _HALVES:
        return words[at - 1][:1].isdigit()
    if word.isascii() and word.isdigit():
        return int(word[:3]) < 24
    return bool(_MAYBE_TIME.fullmatch(word) or _weekday(word) is not None or _nearest(word, WEEKDAYS, _VERY_NEAR))


class _Found:
    """What was found in a cadence so far, and what was wrong."""

    def __init__(self) -> None:
        self.rhythms: dict[Rhythm, None] = {}
        self.days: dict[int, None] = {}
        self.times: dict[tuple[int, int], None] = {}
        self.faults: list[str] = []
        self.unknown: list[str] = []

    def take(self, word: str) -> None:
        rhythm, day = BEGINNINGS.get(word) or PERIODS.get(word), _weekday(word)
        if rhythm:
            self.rhythms[rhythm] = None
        elif day is not None:
            self.days[day] = None
        elif word[:1].isdigit():
            time = _read_time(word)
            if time:
                self.times[time] = None
            else:
                self.faults.append(f"There is no time “{_shown(word)}”: a day goes from 0:00 to 23:59.")
        elif word not in _LINKS and word not in EVERY:
            self._miss(word)

    def _miss(self, word: str) -> None:
        near = _nearest(word, (*WEEKDAYS, *Rhythm), _NEAR)
        if near in WEEKDAYS:
            # Taken for the nearest one, so that the line to type is the one that was meant.
            self.days[WEEKDAYS.index(near)] = None
            self.unknown.append(f"There is no day “{_shown(word)}”. Did you mean {near.title()}?")
        elif near:
            self.rhythms[Rhythm(near)] = None
            self.unknown.append(f"I do not know “{_shown(word)}”. Did you mean {near}?")
        else:
            self.unknown.append(f"I do not know “{_shown(word)}”.")

    def settle(self) -> Cadence:
        """The cadence. Raises Misunderstood where something was wrong."""
        if not (self.rhythms or self.days or self.times or self.unknown or self.faults):
            raise Misunderstood(_SAY_WHEN)
        rhythm = next(iter(self.rhythms), Rhythm.WEEKLY if self.days else Rhythm.DAILY)
        if len(self.rhythms) > 1:
            self.faults.append(f"“{'” and “'.join(self.rhythms)}” are two cadences, and a subscription has one.")
        elif rhythm is Rhythm.INSTANT and (self.days or self.times):
            self.faults.append("What is told at once has no day and no hour.")
            rhythm = Rhythm.WEEKLY if self.days else Rhythm.DAILY
        elif rhythm is Rhythm.DAILY and self.days:
            self.faults.append("What is told daily has no weekday.")
            rhythm = Rhythm.WEEKLY
        for found, noun in ((self.days, "days"), (self.times, "times")):
            if len(found) > 1:
                self.faults.append(f"There are {len(found)} {noun}, and a subscription has one.")
        hour, minute = next(iter(self.times), (USUAL_HOUR, 0))
        day = next(iter(self.days), 0) if rhythm is Rhythm.WEEKLY else 0
        cadence = INSTANT if rhythm is Rhythm.INSTANT else Cadence(rhythm, hour, minute, day)
        wrong = [*self.unknown[:_MOST_SHOWN], *self.faults[:_MOST_SHOWN]]
        if wrong:
            raise Misunderstood(" ".join([*wrong, f"Write it like this: {cadence}."]))
        return cadence


def _weekday(word: str) -> int | None:
    """The weekday that a word names: whole, in the plural, or its first three letters or more."""
    if word in _SHORT_DAYS:
        return _SHORT_DAYS[word]
    begun = word.removesuffix("s") if word.endswith("days") else word.rstrip(".")
    if len(begun) < 3:
        return None
    return next((number for number, day in enumerate(WEEKDAYS) if day.startswith(begun)), None)


def _read_time(word: str) -> tuple[int, int] | None:
    """The hour and minute of 9:00, 9.00, 9h30, 9am or 9; None where there is no such time."""
    found = _TIME.fullmatch(word)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return (hour, minute) if hour < 24 and minute < 60 else None


def _nearest(word: str, known: Sequence[str], least: int) -> str:
    found = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=least) if word else None
    return str(found[0]) if found else ""


def _shown(word: str) -> str:
    return cut(word, _LONGEST_SHOWN)
