"""Cadences: what was typed is understood in any order, printed so that it can be typed again, said in words."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Misunderstood
from bot.notify.cadence import INSTANT, Cadence, Rhythm, parse_cadence

HOURS, MINUTES, DAYS = st.integers(0, 23), st.integers(0, 59), st.integers(0, 6)
CADENCES = st.one_of(
    st.just(INSTANT),
    st.builds(Cadence, st.just(Rhythm.DAILY), HOURS, MINUTES),
    st.builds(Cadence, st.just(Rhythm.WEEKLY), HOURS, MINUTES, DAYS),
)
WORDS = [
    "daily",
    "weekly",
    "instant",
    "every",
    "day",
    "mon",
    "funday",
    "9:00",
    "9",
    "25:00",
    "9am",
    "pm",
    "at",
    ",",
    "‘",
]
TYPED = st.one_of(st.text(), st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=8).map(" ".join))


@pytest.mark.parametrize(
    ("typed", "canonical", "words"),
    [
        ("instant", "instant", "at once"),
        ("At once", "instant", "at once"),
        ("daily", "daily 9:00", "every day at 9:00"),
        ("daily 9:00", "daily 9:00", "every day at 9:00"),
        ("09:00 Daily", "daily 9:00", "every day at 9:00"),
        ("daily 9", "daily 9:00", "every day at 9:00"),
        ("daily 9am", "daily 9:00", "every day at 9:00"),
        ("daily 9 a.m.", "daily 9:00", "every day at 9:00"),
        ("daily 9.05", "daily 9:05", "every day at 9:05"),
        ("daily 17h30", "daily 17:30", "every day at 17:30"),
        ("daily 12am", "daily 0:00", "every day at 0:00"),
        ("daily 12:30 pm", "daily 12:30", "every day at 12:30"),
        ("daily 9:00 PM", "daily 21:00", "every day at 21:00"),
        ("daily ９：００", "daily 9:00", "every day at 9:00"),
        ("weekly", "weekly monday 9:00", "every Monday at 9:00"),
        ("weekly, mon; 9:00", "weekly monday 9:00", "every Monday at 9:00"),
        ("8:15 thurs weekly", "weekly thursday 8:15", "every Thursday at 8:15"),
        ("Sundays", "weekly sunday 9:00", "every Sunday at 9:00"),
        ("every Friday at 16:00", "weekly friday 16:00", "every Friday at 16:00"),
        ("“weekly tuesday 7”", "weekly tuesday 7:00", "every Tuesday at 7:00"),
    ],
)
def test_a_cadence_is_understood_printed_and_said(typed: str, canonical: str, words: str) -> None:
    cadence = parse_cadence(typed)
    assert (str(cadence), cadence.words()) == (canonical, words)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Say when: instant, daily 9:00 or weekly monday 9:00."),
        ("every", "Say when: instant, daily 9:00 or weekly monday 9:00."),
        (
            "weekly funday 25:00",
            "There is no day “funday”. Did you mean Sunday? There is no time “25:00”: a day goes from 0:00 to 23:59. "
            "Write it like this: weekly sunday 9:00.",
        ),
        (
            "weekly wensday 8:00",
            "There is no day “wensday”. Did you mean Wednesday? Write it like this: weekly wednesday 8:00.",
        ),
        ("dayly 8:00", "I do not know “dayly”. Did you mean daily? Write it like this: daily 8:00."),
        ("xyz", "I do not know “xyz”. Write it like this: daily 9:00."),
        ("daily 9:60", "There is no time “9:60”: a day goes from 0:00 to 23:59. Write it like this: daily 9:00."),
        ("daily 24:00", "There is no time “24:00”: a day goes from 0:00 to 23:59. Write it like this: daily 9:00."),
        ("daily 13pm", "There is no time “13pm”: a day goes from 0:00 to 23:59. Write it like this: daily 9:00."),
        ("daily monday 8:00", "What is told daily has no weekday. Write it like this: weekly monday 8:00."),
        ("instant 8:00", "What is told at once has no day and no hour. Write it like this: daily 8:00."),
        (
            "daily weekly 8:00",
            "“daily” and “weekly” are two cadences, and a subscription has one. Write it like this: daily 8:00.",
        ),
        ("weekly mon tue", "There are 2 days, and a subscription has one. Write it like this: weekly monday 9:00."),
        ("daily 8:00 9:00", "There are 2 times, and a subscription has one. Write it like this: daily 8:00."),
    ],
)
def test_what_is_wrong_is_said_and_what_would_be_right(typed: str, said: str) -> None:
    with pytest.raises(Misunderstood) as caught:
        parse_cadence(typed)
    assert str(caught.value) == said


@given(CADENCES)
def test_a_cadence_can_be_typed_as_it_is_printed_and_as_it_is_said(cadence: Cadence) -> None:
    assert parse_cadence(str(cadence)) == cadence
    assert parse_cadence(cadence.words()) == cadence


@given(CADENCES, st.randoms(use_true_random=False))
def test_the_order_of_the_words_does_not_matter(cadence: Cadence, random: Random) -> None:
    words = str(cadence).split()
    random.shuffle(words)
    assert parse_cadence(" ".join(words)) == cadence


@given(TYPED)
def test_any_text_is_a_cadence_or_misunderstood_with_one_that_is_right(text: str) -> None:
    try:
        cadence = parse_cadence(text)
    except Misunderstood as fault:
        said = str(fault)
    else:
        said = f"Write it like this: {cadence}."
    _, found, example = said.rpartition("Write it like this: ")
    assert len(said) < 600
    assert not found or parse_cadence(example.removesuffix("."))
