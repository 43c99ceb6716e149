"""Lines: behind the verb, every key, tag and person is found, and what means nothing is named."""

import pytest

from bot.objectives.lines import Line, read_line, split_verb

KEYS = ("name", "description", "owner", "session")

LINES = {
    "nothing": ("", Line()),
    "words": ("Cut  onboarding\u00a0time", Line("Cut onboarding time")),
    "one quoted text": ('"Cut  costs" #a', Line("Cut  costs", is_quoted=True, tags=("a",))),
    "quoted and more": ('"Cut" costs', Line("Cut costs")),
    "tags by sign": ("2 #a +#b -#c #a", Line("2", tags=("a",), added=("b",), removed=("c",))),
    "quoted tags": ('tag:"Test Tag" +tag:"x y"', Line(tags=("Test Tag",), added=("x y",))),
    "values": ('owner:<@U1> session:"Q4 2026"', Line(values={"owner": "U1", "session": "Q4 2026"})),
    "a value across a blank": ("owner: <@U1> Cut costs", Line("Cut costs", values={"owner": "U1"})),
    "a quoted value across a blank": ('Session: "Q4 2026" x', Line("x", values={"session": "Q4 2026"})),
    "a tag across a blank": ('tag: growth -tag: "x y" tag: #z', Line(tags=("growth", "z"), removed=("x y",))),
    "a value emptied": ('description:""', Line(values={"description": ""})),
    "a colon among words": ("Cut costs: by half at 9:00", Line("Cut costs: by half at 9:00")),
    "a link": ("see <https://x.y/z|the docs>", Line("see the docs", links=("https://x.y/z",))),
    "a bare link": ("<https://x.y/z>", Line("https://x.y/z", links=("https://x.y/z",))),
    "an e-mail address": ("Answer <mailto:a@b.c|a@b.c>", Line("Answer a@b.c")),
    "people alone": ("<@U1|ada> <@U2>", Line(people=("U1", "U2"))),
    "people among words": ("Ask <@U1|ada> first", Line("Ask @ada first", people=("U1",))),
    "a key in quotes": ('"owner:me"', Line("owner:me", is_quoted=True)),
}


@pytest.mark.parametrize(("typed", "line"), LINES.values(), ids=LINES)
def test_a_line_is_sorted_into_its_parts(typed: str, line: Line) -> None:
    assert read_line(typed, KEYS) == line


FAULTS = {
    "an unknown key near a known one": (
        "Cut costs onwer:<@U1>",
        Line(
            "Cut costs",
            faults=("I do not know “onwer:”. Did you mean “owner:”? Known here: name, description, owner, session.",),
        ),
    ),
    "a shortened key": (
        "desc:x",
        Line(
            faults=(
                "I do not know “desc:”. Did you mean “description:”? Known here: name, description, owner, session.",
            )
        ),
    ),
    "an unknown key like no other stays": (
        "Cut costs:by half",
        Line("Cut costs:by half", faults=("I do not know “costs:”. Known here: name, description, owner, session.",)),
    ),
    "a key without value": (
        "Cut owner:",
        Line("Cut", faults=("“owner:” has nothing behind it. Write the value right after it, as in owner:@ada.",)),
    ),
    "a key before another": (
        "session: owner:me",
        Line(
            values={"owner": "me"},
            faults=('“session:” has nothing behind it. Write the value right after it, as in session:"Q4 2026".',),
        ),
    ),
    "a tag without text": (
        'tag:""',
        Line(faults=("“tag:” has nothing behind it. Write the value right after it, as in tag:growth.",)),
    ),
    "the same key twice": (
        "owner:a owner:b",
        Line(values={"owner": "b"}, faults=("“owner:” is there twice. The last one counts.",)),
    ),
    "a private channel": (
        "<#C1|> x",
        Line("x", faults=('Slack does not tell me the name of that channel. Type the tag with quotes: tag:"growth".',)),
    ),
    "a sign before a value": (
        "-owner:me",
        Line(faults=("“-owner:” means nothing here. Only tags take + or -, as in -#draft.",)),
    ),
}


@pytest.mark.parametrize(("typed", "line"), FAULTS.values(), ids=FAULTS)
def test_what_is_not_understood_is_named_and_the_rest_is_kept(typed: str, line: Line) -> None:
    assert read_line(typed, KEYS) == line


def test_where_no_key_is_known_none_is_suggested() -> None:
    assert read_line("owner:me", ()).faults == ("I do not know “owner:”.",)


@pytest.mark.parametrize(
    ("typed", "verb", "rest"),
    [
        ("", "", ""),
        (" \u00a0 ", "", ""),
        ("help", "help", ""),
        ("Create “Grow”  #a ", "create", "“Grow”  #a "),
        ("\u200b \u00a0SEARCH\u200b\u00a0–#x", "search", "–#x"),
        ("update\n2", "update", "2"),
        ("log <@U1|ada>", "log", "<@U1|ada>"),
    ],
)
def test_the_verb_is_the_first_word_and_the_rest_stays_as_typed(typed: str, verb: str, rest: str) -> None:
    assert split_verb(typed) == (verb, rest)
