"""Reading what was typed in Slack: text as a phone and Slack send it, into words, tags, people, links and values."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from rapidfuzz import fuzz, process

DASHES = "-–—−‐‑﹣－"
SIGNS = DASHES + "+＋"
QUOTES = '"“”„‟«»＂'
HASHES = "#＃"
COLONS = ":："
SEPARATORS = ",;"
MARK = "\0"
"""Stands for a piece of Slack's markup while the text around it is read; nobody can type it, clean() drops it."""

BREAKS = re.compile(r"\r\n?|[\x85\u2028\u2029]")
BLANKS = re.compile(r"[^\S\n]")
INVISIBLE = (
    r"\x00-\x08\x0e-\x1b\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ud800-\udfff"
)
UNSEEN = re.compile(f"[{INVISIBLE}]+")
# Joiners hold emoji together and spell Persian and Hindi: they stay between letters and pictures of such scripts.
_JOINED = rf"[^\x00-\x7f{DASHES[1:]}{QUOTES[1:]}＋＃：‘’]"
JOINERS = re.compile(rf"(?<!{_JOINED})[\u200c\u200d]+|[\u200c\u200d]+(?!{_JOINED})")

# Slack's markup and its three entities (docs.slack.dev/messaging/formatting-message-text).
MARKUP = re.compile(
    r"""
      <@(?P<person>[UW][A-Z0-9]+)(?:\|(?P<name>[^<>\n]*))?>
    | <\#(?P<channel>[CDG][A-Z0-9]*)(?:\|(?P<tag>[^<>\n]*))?>
    | <!(?P<special>[a-z][^<>|\n]*)(?:\|(?P<called>[^<>\n]*))?>
    | <(?P<link>(?:[A-Za-z][A-Za-z0-9+.-]*://|mailto:|tel:)[^<>|\n]+)(?:\|(?P<label>[^<>\n]*))?>
    | &(?P<entity>amp|lt|gt);
    """,
    re.VERBOSE,
)
ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
NEEDS_ENTITY = re.compile(r"&(?=(?:amp|lt|gt);)|<(?=[@#!A-Za-z])")

UNBLANK = re.compile(r"\S")
RUN = re.compile(r"\S+")
QUOTED = re.compile(rf"[{QUOTES}]((?:[^\\{QUOTES}]|\\.)*+\\?)(?:[{QUOTES}]|\Z)", re.DOTALL)
SINGLE_QUOTED = re.compile(r"‘([^‘]*?)’(?=\s|\Z)")
ESCAPED = re.compile(rf"\\([\\{QUOTES}])|{MARK}")
ALONE = re.compile(rf"{MARK}[{SEPARATORS}]*(?=[\s{MARK}]|\Z)")
SIGN = re.compile(rf"[{SIGNS}](?=[{HASHES}{MARK}]|[A-Za-z]+[{COLONS}])")
KEY = re.compile(rf"([A-Za-z]+)[{COLONS}](?=\S)(?!//)")
ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
BARE_KEY = re.compile(rf"([{SIGNS}]?)([A-Za-z]+)[{COLONS}]")
VERB = re.compile(rf"[\s{INVISIBLE}]*(\S*)\s*(.*)", re.DOTALL)


class Kind(Enum):
    """What a word is."""

    WORD = "word"
    QUOTED = "quoted"
    TAG = "tag"
    PERSON = "person"
    LINK = "link"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was meant: unescaped, without its quotes, its ``#`` or its markup.

    ``text`` is a person's Slack user id, a link's address, the value behind a ``key:``. A tag whose text is empty was
    a channel that Slack does not name. ``shown`` is what could be read on the screen.
    """

    kind: Kind
    text: str
    key: str = ""
    sign: str = ""
    shown: str = field(default="", compare=False, repr=False)


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


def clean(text: str) -> str:
    """The text with plain blanks and line breaks, and without what cannot be seen."""
    text = BLANKS.sub(" ", BREAKS.sub("\n", text))
    return JOINERS.sub("", UNSEEN.sub("", text))


def read(text: str) -> tuple[Word, ...]:
    """The words of a text; never raises."""
    return tuple(_Reader(text).words())


def quote(text: str) -> str:
    """The text in quotes, so that read() gives ``clean(text)`` back as one quoted word."""
    escaped = re.sub(rf"([\\{QUOTES}])", r"\\\1", clean(text))
    return '"' + NEEDS_ENTITY.sub(lambda found: "&amp;" if found[0] == "&" else "&lt;", escaped) + '"'


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
    key, sign = found[2].lower(), _plain_sign(found[1])
    is_known = key == "tag" or (key in keys and not sign)
    return Word(Kind.VALUE, "", key, sign) if is_known else None


def _join(bare: Word, following: Word) -> Word:
    """A bare key and the word that is its value."""
    if bare.key != "tag":
        is_shown = following.kind in (Kind.TAG, Kind.LINK)
        return Word(Kind.VALUE, following.shown if is_shown else following.text, bare.key)
    if following.kind is Kind.TAG:
        return Word(Kind.TAG, following.text, sign=bare.sign or following.sign)
    return _tag(following.text if following.kind is Kind.QUOTED else _tag_text(following.shown), bare.sign)


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


def _plain_sign(sign: str) -> str:
    return "-" if sign and sign in DASHES else "+" if sign else ""


def _tag(text: str, sign: str, shown: str = "") -> Word:
    """A tag, or a key without a value where nothing is left of it."""
    tag = " ".join(text.split())
    return Word(Kind.TAG, tag, "", sign, shown) if tag else Word(Kind.VALUE, "", "tag", sign, shown)


def _tag_text(typed: str) -> str:
    """What is behind the ``#`` of a tag, without a comma that only separates it from the next."""
    return typed.lstrip(HASHES).rstrip(SEPARATORS)


class _Reader:
    """Reads one text from left to right; ``atoms`` are the pieces of markup in it, by their places."""

    def __init__(self, text: str) -> None:
        atoms: list[Word] = []

        def set_aside(found: re.Match[str]) -> str:
            if found["entity"]:
                return ENTITIES[found["entity"]]
            atoms.append(_atom(found))
            return MARK

        self.text = MARKUP.sub(set_aside, clean(text))
        places = (found.start() for found in re.finditer(MARK, self.text))
        self.atoms = dict(zip(places, atoms, strict=True))

    def words(self) -> Iterator[Word]:
        at = 0
        while found := UNBLANK.search(self.text, at):
            word, at = self._word(found.start())
            yield word

    def _word(self, start: int) -> tuple[Word, int]:
        """The word that starts here, and where it ends."""
        quoted = self._quoted(start)
        if quoted:
            text, end = quoted
            return Word(Kind.QUOTED, text, shown=self._shown(start, end)), end
        signed = SIGN.match(self.text, start)
        at, sign = (signed.end(), _plain_sign(signed[0])) if signed else (start, "")
        if self.text[at] in HASHES:
            text, end = self._quoted(at + 1) or self._run(at)
            tag = _tag(_tag_text(text), sign, self._shown(start, end))
            if tag.text:
                return tag, end
        alone = ALONE.match(self.text, at)
        if alone and (not sign or self.atoms[at].kind is Kind.TAG):
            return replace(self.atoms[at], sign=sign), alone.end()
        key = KEY.match(self.text, at)
        if key:
            return self._value(start, key, sign)
        text, end = self._run(start)
        return Word(Kind.LINK if ADDRESS.fullmatch(text) else Kind.WORD, text, shown=text), end

    def _value(self, start: int, key: re.Match[str], sign: str) -> tuple[Word, int]:
        """The value behind a key."""
        at, name = key.end(), key[1].lower()
        quoted, alone = self._quoted(at), ALONE.match(self.text, at)
        if quoted:
            text, end = quoted
        elif alone:
            atom, end = self.atoms[at], alone.end()
            if name == "tag" and atom.kind is Kind.TAG:
                return replace(atom, sign=sign), end
            text = atom.text if atom.kind is Kind.PERSON and name != "tag" else atom.shown
        else:
            typed, end = self._run(at)
            text = typed.rstrip(SEPARATORS) or typed
        if name == "tag":
            return _tag(text if quoted else _tag_text(text), sign, self._shown(start, end)), end
        return Word(Kind.VALUE, text, name, sign, self._shown(start, end)), end

    def _quoted(self, at: int) -> tuple[str, int] | None:
        """What is in the quotes that open here, and where it ends; to the end of the text where they do not close."""
        found = QUOTED.match(self.text, at) or SINGLE_QUOTED.match(self.text, at)
        if found is None:
            return None
        start = found.start(1)
        is_double = self.text[at] in QUOTES

        def plain(piece: re.Match[str]) -> str:
            if piece[0] == MARK:
                return self.atoms[start + piece.start()].shown
            return piece[1] if is_double else piece[0]

        text = ESCAPED.sub(plain, found[1])
        # The French leave a blank inside their quotes.
        return text.strip() if self.text[at] in "«»" else text, found.end()

    def _run(self, at: int) -> tuple[str, int]:
        """What stands here up to the next blank, and where it ends."""
        found = RUN.match(self.text, at)
        end = found.end() if found else at
        return self._shown(at, end), end

    def _shown(self, start: int, end: int) -> str:
        """This part of the text as it looks on the screen."""
        return re.sub(MARK, lambda found: self.atoms[start + found.start()].shown, self.text[start:end])


def _atom(found: re.Match[str]) -> Word:
    """A piece of Slack's markup as a word."""
    if found["person"]:
        return Word(Kind.PERSON, found["person"], shown="@" + _unescape(found["name"] or found["person"]))
    if found["channel"]:
        name = " ".join(_unescape(found["tag"] or "").split())
        return Word(Kind.TAG, name, shown="#" + (name or found["channel"]))
    if found["special"]:
        label = _unescape(found["called"] or "@" + found["special"].partition("^")[0])
        return Word(Kind.WORD, label, shown=label)
    address = _unescape(found["link"])
    return Word(Kind.LINK, address, shown=_unescape(found["label"] or "") or address.removeprefix("mailto:"))


def _unescape(text: str) -> str:
    return re.sub("&(amp|lt|gt);", lambda found: ENTITIES[found[1]], text)
