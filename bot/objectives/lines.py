"""Reading a command line: its verb, its free words, and the keys that mean something in it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from bot.objectives.words import (
    BARE_KEY,
    INVISIBLE,
    Kind,
    Word,
    clean,
    plain_sign,
    read,
    tag_text,
    tag_word,
)

VERB = re.compile(rf"[\s{INVISIBLE}]*(\S*)\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """A command line behind its verb.

    ``words`` are the free words as they were seen; people and links among them too, but not people alone. ``people``
    and the values of mentions are Slack user ids, ``links`` are web addresses, ``faults`` are sentences.
    """

    words: str = ""
    is_quoted: bool = False
    tags: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def split_verb(text: str) -> tuple[str, str]:
    """The first word in lower case, empty where there is none, and the rest as it was typed."""
    found = VERB.match(text)
    return (clean(found[1]).lower(), found[2]) if found else ("", "")


def read_known(text: str, keys: Collection[str]) -> tuple[list[Word], list[str]]:
    """The words of a text in which these keys mean something, and a sentence for each part that means nothing.

    A known key takes the next word also across a blank. A key like no known one stays, as a word.
    """
    words: list[Word] = []
    faults: dict[str, None] = {}
    waiting = list(reversed(read(text)))
    while waiting:
        word = waiting.pop()
        bare = _bare_key(word, keys)
        if bare:
            following = waiting[-1] if waiting else None
            if following is None or following.kind is Kind.VALUE or _bare_key(following, keys):
                faults[f"“{bare.key}:” has nothing behind it. {_example(bare.key)}"] = None
                continue
            word = _join(bare, waiting.pop())
        if word.kind is Kind.TAG and not word.text:
            faults['Slack does not tell me the name of that channel. Type the tag with quotes: tag:"growth".'] = None
        elif word.kind is not Kind.VALUE:
            words.append(word)
        elif word.key == "tag":
            faults[f"“tag:” has nothing behind it. {_example('tag')}"] = None
        elif word.key not in keys:
            near = _nearest_key(word.key, keys)
            faults[_unknown_key(word.key, near, keys)] = None
            if not near:
                words.append(Word(Kind.WORD, word.shown))
        elif word.sign:
            faults[f"“{word.sign}{word.key}:” means nothing here. Only tags take + or -, as in -#draft."] = None
        else:
            words.append(word)
    return words, list(faults)


def read_line(text: str, keys: Collection[str]) -> Line:
    """A command line behind its verb, in which these keys mean something; never raises."""
    words, faults = read_known(text, keys)
    people = [word for word in words if word.kind is Kind.PERSON]
    free = [word for word in words if word.kind not in (Kind.TAG, Kind.VALUE)]
    if free == people:
        free = []
    values: dict[str, str] = {}
    for word in words:
        if word.kind is Kind.VALUE:
            if word.key in values:
                faults.append(f"“{word.key}:” is there twice. The last one counts.")
            values[word.key] = word.text
    return Line(
        words=" ".join(word.shown if word.kind in (Kind.LINK, Kind.PERSON) else word.text for word in free),
        is_quoted=len(free) == 1 and free[0].kind is Kind.QUOTED,
        tags=_tags(words, ""),
        added=_tags(words, "+"),
        removed=_tags(words, "-"),
        values=values,
        links=tuple(word.text for word in words if word.kind is Kind.LINK and "://" in word.text),
        people=tuple(word.text for word in people),
        faults=tuple(dict.fromkeys(faults)),
    )


def _tags(words: list[Word], sign: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.text for word in words if word.kind is Kind.TAG and word.sign == sign))


def _bare_key(word: Word, keys: Collection[str]) -> Word | None:
    """A known key that stands alone (``owner: @x``), as a value that is still empty."""
    found = BARE_KEY.fullmatch(word.text) if word.kind is Kind.WORD else None
    if found is None:
        return None
    key, sign = found[2].lower(), plain_sign(found[1])
    is_known = key == "tag" or (key in keys and not sign)
    return Word(Kind.VALUE, "", key, sign) if is_known else None


def _join(bare: Word, following: Word) -> Word:
    """A bare key and the word that is its value."""
    if bare.key != "tag":
        is_shown = following.kind in (Kind.TAG, Kind.LINK)
        return Word(Kind.VALUE, following.shown if is_shown else following.text, bare.key)
    if following.kind is Kind.TAG:
        return Word(Kind.TAG, following.text, sign=bare.sign or following.sign)
    return tag_word(following.text if following.kind is Kind.QUOTED else tag_text(following.shown), bare.sign)


def _example(key: str) -> str:
    examples = {"owner": "owner:@ada", "tag": "tag:growth", "session": 'session:"Q4 2026"'}
    example = examples.get(key, key + ':"…"')
    return f"Write the value right after it, as in {example}."


def _unknown_key(key: str, near: str, keys: Collection[str]) -> str:
    hint = f" Did you mean “{near}:”?" if near else ""
    known = f" Known here: {', '.join(keys)}." if keys else ""
    return f"I do not know “{key}:”.{hint}{known}"


def _nearest_key(key: str, keys: Collection[str]) -> str:
    shortened = [known for known in keys if len(key) >= 3 and known.startswith(key)]
    found = process.extractOne(key, [*keys, "tag"], scorer=fuzz.ratio, score_cutoff=70)
    return shortened[0] if shortened else found[0] if found else ""
