"""Reading what was typed in Slack: text as a phone and Slack send it, into words, tags, people, links and values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

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


def plain_sign(sign: str) -> str:
    """A typed sign as ``+`` or ``-``; empty where there is none."""
    return "-" if sign and sign in DASHES else "+" if sign else ""


def tag_word(text: str, sign: str, shown: str = "") -> Word:
    """A tag, or a key without a value where nothing is left of it."""
    tag = " ".join(text.split())
    return Word(Kind.TAG, tag, "", sign, shown) if tag else Word(Kind.VALUE, "", "tag", sign, shown)


def tag_text(typed: str) -> str:
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
        at, sign = (signed.end(), plain_sign(signed[0])) if signed else (start, "")
        if self.text[at] in HASHES:
            text, end = self._quoted(at + 1) or self._run(at)
            tag = tag_word(tag_text(text), sign, self._shown(start, end))
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
            return tag_word(text if quoted else tag_text(text), sign, self._shown(start, end)), end
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
