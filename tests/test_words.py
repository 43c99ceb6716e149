"""Words: everything a phone or Slack makes of what was typed is understood as it was meant."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.objectives.lines import read_line
from bot.objectives.words import Kind, Word, clean, quote, read

KEYS = ("name", "description", "owner", "session")
PIECES = [
    *('"', "“", "”", "„", "«", "»", "‘", "’", "'", "\\", " ", "\u00a0", "\n", "#", "＃", "+", "-", "–", "—", ":", "："),
    *("owner:", "tag:", "tag:#", "-tag:", "onwer:", "status:", "sort:", "session:", "me", "on track", "-progress", "@"),
    *("<@U1|ada>", "<@W1>", "<#C1|growth>", "<#C1|>", "<https://x.y/z|label z>", "<mailto:a@b.c|a@b.c>", "<!here>"),
    *(
        "<",
        ">",
        "|",
        "&amp;",
        "&lt;",
        "&gt;",
        "&",
        "amp;",
        "lt;",
        "\0",
        "\u200b",
        "\u200d",
        "\ufeff",
        "é",
        "👩",
        "ß",
        ",",
    ),
]
TYPED = st.one_of(
    st.text(), st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=15).map("".join)
)


def word(text: str) -> Word:
    return Word(Kind.WORD, text)


def quoted(text: str) -> Word:
    return Word(Kind.QUOTED, text)


def tag(text: str, sign: str = "") -> Word:
    return Word(Kind.TAG, text, sign=sign)


def person(user_id: str) -> Word:
    return Word(Kind.PERSON, user_id)


def link(address: str) -> Word:
    return Word(Kind.LINK, address)


def value(key: str, text: str) -> Word:
    return Word(Kind.VALUE, text, key)


READ = {
    "nothing": ("", ()),
    "only blanks": (" \t\n\u00a0\u3000 ", ()),
    "words": ("Cut onboarding time", (word("Cut"), word("onboarding"), word("time"))),
    "no-break and other blanks separate": ("Cut\u00a0onboarding\u2009time\u3000now\nor\r\nnever\u2028here", 7),
    "zero-width characters are dropped": ("Gr\u200bow\ufeff \u2060", (word("Grow"),)),
    "control characters are dropped": ("Gr\0o\x07w\x7f", (word("Grow"),)),
    "a family emoji stays whole": ("\U0001f468\u200d\U0001f467", (word("\U0001f468\u200d\U0001f467"),)),
    "a joiner beside plain letters is dropped": ("a\u200db", (word("ab"),)),
    "a lone surrogate is dropped": ("a\ud800b", (word("ab"),)),
    # quotes
    "quotes": ('"Cut costs" now', (quoted("Cut costs"), word("now"))),
    "curly quotes": ("“Cut costs”", (quoted("Cut costs"),)),
    "German quotes": ("„Cut costs“", (quoted("Cut costs"),)),
    "reversed quotes": ("‟Cut costs”", (quoted("Cut costs"),)),
    "French quotes with their blanks": ("«\u00a0Cut costs\u00a0»", (quoted("Cut costs"),)),
    "full-width quotes": ("＂Cut costs＂", (quoted("Cut costs"),)),
    "mixed quotes": ('“Cut costs"', (quoted("Cut costs"),)),
    "single curly quotes around words": ("‘Cut costs’ now", (quoted("Cut costs"), word("now"))),
    "an apostrophe inside single curly quotes": ("‘Don’t stop’", (quoted("Don’t stop"),)),
    "a curly apostrophe": ("don’t stop", (word("don’t"), word("stop"))),
    "a curly apostrophe that opens a word": ("the ‘90s plan", (word("the"), word("‘90s"), word("plan"))),
    "straight single quotes are letters": ("'Cut costs'", (word("'Cut"), word("costs'"))),
    "escapes in quotes": (r'"say \"hi\" \\ C:\x"', (quoted(r'say "hi" \ C:\x'),)),
    "a backslash outside quotes": (r"C:\\x\"", (value("c", r"\\x\""),)),
    "an unbalanced quote": ('now "Cut costs #growth', (word("now"), quoted("Cut costs #growth"))),
    "an unbalanced quote and a backslash": ('"Cut\\', (quoted("Cut\\"),)),
    "a quote alone": ('"', (quoted(""),)),
    "quotes around nothing": ('""', (quoted(""),)),
    "a quote inside a word": ('5"-pipe', (word('5"-pipe'),)),
    "line breaks in quotes stay": ('"one\r\ntwo"', (quoted("one\ntwo"),)),
    "a no-break blank in quotes is plain": ("“Q4\u00a02026”", (quoted("Q4 2026"),)),
    # tags
    "a tag": ("#growth", (tag("growth"),)),
    "a number is a tag": ("#123", (tag("123"),)),
    "a full-width hash": ("＃growth", (tag("growth"),)),
    "signs": ("+#a -#b", (tag("a", "+"), tag("b", "-"))),
    "long dashes before a tag": ("–#a —#b −#c", (tag("a", "-"), tag("b", "-"), tag("c", "-"))),
    "a long dash elsewhere": ("Win–win — now", (word("Win–win"), word("—"), word("now"))),
    "commas between tags": ("#a, #b;", (tag("a"), tag("b"))),
    "signs and hashes alone": ("# + - ##", (word("#"), word("+"), word("-"), word("##"))),
    "a tag in quotes": ('#"Test Tag"', (tag("Test Tag"),)),
    "a tag behind its key": ("tag:growth Tag:#b", (tag("growth"), tag("b"))),
    "a quoted tag behind its key": ('tag:"Test  Tag"', (tag("Test Tag"),)),
    "a hash in quotes belongs to the tag": ('tag:"#growth"', (tag("#growth"),)),
    "signs before the key": ('+tag:"Test Tag" –tag:“x y”', (tag("Test Tag", "+"), tag("x y", "-"))),
    "a channel": ("<#C123|growth>", (tag("growth"),)),
    "a channel with a sign": ("+<#C123|a> –<#C123|b>", (tag("a", "+"), tag("b", "-"))),
    "a channel behind the key": ("tag:<#C123|a> -tag:<#C1|b>", (tag("a"), tag("b", "-"))),
    "a private channel": ("<#C123|> -<#C|> <#G1>", (tag(""), tag("", "-"), tag(""))),
    # people and links
    "people": ("<@U123|ada> <@U123>, <@W9>", (person("U123"), person("U123"), person("W9"))),
    "people without a blank between": ("<@U1><@U2>", (person("U1"), person("U2"))),
    "a person with an ending": ("<@U1|ada>’s plan", (word("@ada’s"), word("plan"))),
    "a typed handle is a word": ("@ada", (word("@ada"),)),
    "a link with a label": ("<https://x.y/z?a=1&amp;b=2|docs>", (link("https://x.y/z?a=1&b=2"),)),
    "a link without one": ("<https://x.y>", (link("https://x.y"),)),
    "a typed address": ("https://x.y/z", (link("https://x.y/z"),)),
    "an e-mail address": ("<mailto:a@b.c|a@b.c>", (link("mailto:a@b.c"),)),
    "a call to everyone is text": ("<!here> <!subteam^S1|@ops>", (word("@here"), word("@ops"))),
    "markup in quotes": ('"ask <@U1|ada> on <https://x.y|x.y>"', (quoted("ask @ada on x.y"),)),
    "a quote in a label closes nothing": ('"see <https://x.y|5" z> now"', (quoted('see 5" z now'),)),
    "half a mention": ("<@U1 <@ada> <>", (word("<@U1"), word("<@ada>"), word("<>"))),
    # escapes
    "entities": ("R&amp;D a &lt; b &gt; c", (word("R&D"), word("a"), word("<"), word("b"), word(">"), word("c"))),
    "once only": ("&amp;amp; &amp;lt;", (word("&amp;"), word("&lt;"))),
    "typed markup stays text": ("&lt;@U1&gt; &lt;#C1|x&gt;", (word("<@U1>"), word("<#C1|x>"))),
    "other entities stay": ("&quot;x &nbsp;", (word("&quot;x"), word("&nbsp;"))),
    # values
    "a value": ("owner:me", (value("owner", "me"),)),
    "a key in capitals": ("Owner:Me", (value("owner", "Me"),)),
    "a person as value": ("owner:<@U1|ada>", (value("owner", "U1"),)),
    "a person as value, and a comma": ("owner:<@U1>, x", (value("owner", "U1"), word("x"))),
    "an e-mail address as value": ("owner:<mailto:a@b.c|a@b.c>", (value("owner", "a@b.c"),)),
    "a quoted value": ("session:“Q4 2026” x", (value("session", "Q4 2026"), word("x"))),
    "a value in single curly quotes": ("session:‘Q4 2026’ x", (value("session", "Q4 2026"), word("x"))),
    "an empty value": ('description:""', (value("description", ""),)),
    "commas between values": ("owner:me, session:Q4;", (value("owner", "me"), value("session", "Q4"))),
    "a full-width colon": ("owner：me", (value("owner", "me"),)),
    "a time is no value": ("9:00", (word("9:00"),)),
    "a key without value is a word": ("owner: me", (word("owner:"), word("me"))),
    "a quoted value is a word": ('"owner:me"', (quoted("owner:me"),)),
}


@pytest.mark.parametrize(("typed", "words"), READ.values(), ids=READ)
def test_text_is_read_as_it_was_meant(typed: str, words: tuple[Word, ...] | int) -> None:
    assert (len(read(typed)) if isinstance(words, int) else read(typed)) == words


@given(TYPED)
def test_any_text_is_read_and_nothing_unseen_comes_out(text: str) -> None:
    for each in read(text):
        assert clean(each.text) == each.text


@given(TYPED)
def test_any_line_is_read_in_plain_types(text: str) -> None:
    line = read_line(text, KEYS)
    assert set(line.values) <= set(KEYS)
    assert all(line.tags + line.added + line.removed + line.people + line.links + line.faults)


@given(TYPED)
def test_a_quoted_text_is_read_back_as_it_was(text: str) -> None:
    assert read(quote(text)) == (quoted(clean(text)),)


@given(TYPED)
def test_a_quoted_text_survives_beside_others(text: str) -> None:
    assert read(f"a {quote(text)} -#b") == (word("a"), quoted(clean(text)), tag("b", "-"))


@given(TYPED)
def test_what_slack_escaped_is_unescaped_exactly_once(text: str) -> None:
    typed = '"' + re.sub(r'([\\"“”„‟«»＂])', r"\\\1", text) + '"'
    sent = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert read(sent) == (quoted(clean(text)),)


@given(TYPED)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Cut costs", '"Cut costs"'),
        ("R&D, a < b", '"R&D, a < b"'),
        ('say "hi"', r'"say \"hi\""'),
        ("&amp; <@U1>", '"&amp;amp; &lt;@U1>"'),
    ],
)
def test_quotes_escape_only_what_would_be_misread(text: str, written: str) -> None:
    assert quote(text) == written


LONG = {
    "words": "word ",
    "quotes": '"',
    "escaped quotes": '"\\',
    "single quotes": "‘ ",
    "single quotes together": "‘’",
    "backslashes": "\\",
    "open markup": "<@U1",
    "open links": "<https://",
    "mentions": "<@U1>",
    "entities": "&amp;",
    "commas behind a mention": "<@U1>,,x",
    "keys": "owner: ",
    "unknown keys": "a:b ",
    "values": "owner:x ",
    "letters": "a",
    "hashes": "#",
    "joiners": "\u200d",
    "blanks": " ",
    "signs": "-",
}


@pytest.mark.parametrize("piece", LONG.values(), ids=LONG)
def test_eight_times_the_text_takes_about_eight_times_as_long(piece: str) -> None:
    short, long = (piece * 2_500)[:2_500], (piece * 20_000)[:20_000]
    assert any(_seconds(long) < 16 * _seconds(short) for _ in range(5))


def _seconds(text: str) -> float:
    start = time.thread_time()
    read_line(text, KEYS)
    return time.thread_time() - start
