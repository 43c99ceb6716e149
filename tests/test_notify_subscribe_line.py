"""The words behind /okr subscribe: options are told from the query, and what was understood can be typed again."""

import re
import time

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.errors import Misunderstood
from bot.notify.cadence import INSTANT, Cadence, Rhythm
from bot.notify.differences import Kind
from bot.notify.subscribe_line import ParsedWish, Wish, parse_wish, read_wish
from bot.objectives.model import Status
from bot.objectives.query import Query, parse_query
from tests.test_notify_cadence import CADENCES
from tests.test_query import PIECE, QUERIES

OPTIONS = [
    *("daily", "weekly", "instant", "every", "day", "monday", "mon", "funday", "9:00", "9", "am", "25:00", "at", "on"),
    *("hourly", "monthly", "month", "1st"),
    *("except", "me", "only", "done", "behind,", ",", "at risk", "and", "quiet", "silent", "when nothing", "if empty"),
    *("Daily,", "ONLY", "owner:", "tag:", "status:on", "foo:", '"', "‘", "’", "<@U1|daily>", "<#C1|weekly>", "\ue000"),
]
TYPED = st.one_of(st.text(), st.lists(st.sampled_from(OPTIONS) | PIECE, max_size=15).map(" ".join))
WORDS = st.lists(st.sampled_from(OPTIONS).map(str.strip).filter(str.isalpha), max_size=3, unique_by=str.casefold)
ANY_QUERY = QUERIES | st.builds(Query, words=WORDS.map(tuple))
WISHES = st.builds(
    Wish,
    query=ANY_QUERY,
    cadence=CADENCES,
    except_me=st.booleans(),
    only=st.sets(st.sampled_from(Kind)).map(lambda kinds: tuple(kind for kind in Kind if kind in kinds)),
    silent_when_empty=st.booleans(),
)
DAILY, MONDAYS = Cadence(Rhythm.DAILY, 9), Cadence(Rhythm.WEEKLY, 9)
GROWTH = Query(tags=("growth",))


@given(TYPED)
def test_any_text_is_a_wish_or_misunderstood(text: str) -> None:
    try:
        wish = parse_wish(text)
    except Misunderstood as fault:
        assert str(fault)  # noqa: PT017
    else:
        assert parse_wish(str(wish)) == wish


@given(TYPED)
def test_what_was_understood_can_be_typed_again_whatever_was_not(text: str) -> None:
    wish = read_wish(text).wish
    assert parse_wish(str(wish)) == wish


@given(WISHES)
@example(Wish(Query(words=("daily",))))
@example(Wish(Query(words=("9:00",)), DAILY))
@example(Wish(Query(words=("Every", "monday")), DAILY))
@example(Wish(Query(words=("only", "done", "quiet", "except", "me"))))
@example(Wish(Query(words=("owner:", "daily"))))
def test_every_wish_can_be_typed(wish: Wish) -> None:
    assert parse_wish(str(wish)) == wish


@given(TYPED)
def test_a_line_without_options_is_a_query(text: str) -> None:
    assume(not re.search("ly|inst|immed|every|each|except|only|quiet|silent|days|[0-9]", text, re.IGNORECASE))
    assert read_wish(text) == ParsedWish(Wish(parse_query(text).query), parse_query(text).faults)


@given(
    st.lists(st.sampled_from(['"a b"', "#x", "owner:me", "<@U1|ada>", "x", 'session:"Q4 daily"']), max_size=5), WISHES
)
def test_the_options_are_told_from_any_query(parts: list[str], wish: Wish) -> None:
    query = " ".join(parts)
    options = str(Wish(Query(), wish.cadence, wish.except_me, wish.only, wish.silent_when_empty))
    expected = Wish(parse_query(query).query, wish.cadence, wish.except_me, wish.only, wish.silent_when_empty)
    assert parse_wish(f"{query} {options}") == expected


UNDERSTOOD = {
    "nothing": ("", Wish(), "instant"),
    "a query": ("#growth", Wish(GROWTH), "#growth instant"),
    "at once": ("#growth instant", Wish(GROWTH), "#growth instant"),
    "daily": ("#growth daily 9:00", Wish(GROWTH, DAILY), "#growth daily 9:00"),
    "daily without an hour": ("#growth Daily", Wish(GROWTH, DAILY), "#growth daily 9:00"),
    "daily at a bare hour": ("#growth daily at 9", Wish(GROWTH, DAILY), "#growth daily 9:00"),
    "daily at nine, apart": ("#growth daily 9 am", Wish(GROWTH, DAILY), "#growth daily 9:00"),
    "the hour first": ("#growth 9:00 daily", Wish(GROWTH, DAILY), "#growth daily 9:00"),
    "weekly": ("#growth weekly monday 9:00", Wish(GROWTH, MONDAYS), "#growth weekly monday 9:00"),
    "weekly in another order": ("#growth weekly 9.00 mon", Wish(GROWTH, MONDAYS), "#growth weekly monday 9:00"),
    "weekly in words": ("#growth every Monday at 9am", Wish(GROWTH, MONDAYS), "#growth weekly monday 9:00"),
    "the cadence first": ("weekly #growth", Wish(GROWTH, MONDAYS), "#growth weekly monday 9:00"),
    "not me": ("#growth except me", Wish(GROWTH, except_me=True), "#growth instant except me"),
    "only some": (
        "#growth only behind,done",
        Wish(GROWTH, only=(Kind.COMPLETED, Kind.BEHIND)),
        "#growth instant only done,behind",
    ),
    "only some, twice": (
        "only at risk only done #growth",
        Wish(GROWTH, only=(Kind.COMPLETED, Kind.AT_RISK)),
        "#growth instant only done,at-risk",
    ),
    "quiet": ("#growth daily quiet", Wish(GROWTH, DAILY, silent_when_empty=True), "#growth daily 9:00 quiet"),
    "silent": (
        "#growth daily silent when nothing",
        Wish(GROWTH, DAILY, silent_when_empty=True),
        "#growth daily 9:00 quiet",
    ),
    "silent in full": (
        "daily silent if nothing changed #growth",
        Wish(GROWTH, DAILY, silent_when_empty=True),
        "#growth daily 9:00 quiet",
    ),
    "everything": (
        "cut #growth weekly monday 9:00 except me only done,behind quiet status:on track",
        Wish(
            Query(("cut",), ("growth",), statuses=(Status.ON_TRACK,)),
            MONDAYS,
            True,
            (Kind.COMPLETED, Kind.BEHIND),
            True,
        ),
        "cut #growth status:on-track weekly monday 9:00 except me only done,behind quiet",
    ),
    "the same cadence twice": ("daily #growth daily 9:00", Wish(GROWTH, DAILY), "#growth daily 9:00"),
    "options in quotes": (
        '"daily" "only done"',
        Wish(Query(("daily", "only done"))),
        '"daily" "only done" instant',
    ),
    "options as tags": ("#daily tag:weekly", Wish(Query(tags=("daily", "weekly"))), "#daily #weekly instant"),
    "options as values": ("owner: daily session:only", Wish(Query(owners=("daily",), sessions=("only",))), None),
    "options in the name of a person": ("<@U1|ada daily>", Wish(Query(owners=("U1",))), "owner:U1 instant"),
    "a word that goes on": ("weekly active users", Wish(Query(("weekly", "active", "users"))), None),
    "another word that goes on": ("every day counts", Wish(Query(("every", "day", "counts"))), None),
    "a cadence that does not exist, in a name": ("monthly revenue", Wish(Query(("monthly", "revenue"))), None),
    "the same in words": ("every quarter counts", Wish(Query(("every", "quarter", "counts"))), None),
    "the same in quotes": ('"monthly"', Wish(Query(("monthly",))), '"monthly" instant'),
    "a quiet word that goes on": ("quiet quitting daily", Wish(Query(("quiet", "quitting")), DAILY), None),
    "words behind the hour": ("daily 9:00 active users", Wish(Query(("active", "users")), DAILY), None),
    "words behind the hour and the cadence": ("9:00 daily standup", Wish(Query(("standup",)), DAILY), None),
    "signs that stand for words while reading": (
        "\ue0000\ue000 only done",
        Wish(Query(("\ue0000\ue000",)), only=(Kind.COMPLETED,)),
        None,
    ),
    "a number that is no hour": ("100 customers 9.5 daily", Wish(Query(("100", "customers", "9.5")), DAILY), None),
    "me, not left out": ("owner:me me", Wish(Query(("me",), owners=("me",))), None),
}


@pytest.mark.parametrize(("typed", "wish", "canonical"), UNDERSTOOD.values(), ids=UNDERSTOOD)
def test_a_line_is_understood_and_printed(typed: str, wish: Wish, canonical: str | None) -> None:
    assert parse_wish(typed) == wish
    assert canonical is None or str(wish) == canonical


MISUNDERSTOOD = {
    "#growth weekly funday 25:00": (
        "There is no day “funday”. Did you mean Sunday? There is no time “25:00”: a day goes from 0:00 to 23:59. "
        "Write it like this: weekly sunday 9:00."
    ),
    "#growth daily weekly": (
        "“daily” and “weekly” are two cadences, and a subscription has one. Write it like this: daily 9:00."
    ),
    "daily 9:00 #growth weekly": (
        "A subscription has one cadence, and “daily 9:00” and “weekly monday 9:00” are several. "
        "Subscribe twice for both."
    ),
    "#growth instant 9:00": "What is told at once has no day and no hour. Write it like this: daily 9:00.",
    "#growth 9:00": (
        'For “9:00” I need to know how often, as in daily 9:00. Put a word to search for in quotes: "9:00".'
    ),
    "#growth hourly": (
        "A subscription speaks at once, daily or weekly, and not “hourly”. Write it like this: daily 9:00. "
        'Put a word to search for in quotes: "hourly".'
    ),
    "monthly 1st 9:00 #growth": (
        "A subscription speaks at once, daily or weekly, and not “monthly 1st 9:00”. Write it like this: daily 9:00. "
        'Put a word to search for in quotes: "monthly".'
    ),
    "#growth every hour quiet": (
        "A subscription speaks at once, daily or weekly, and not “every hour”. Write it like this: daily 9:00. "
        'Put a word to search for in quotes: "every".'
    ),
    "#growth except ada": (
        'I can leave out only what you do yourself: except me. Put a word to search for in quotes: "except".'
    ),
    "#growth onwer:me": (
        "I do not know “onwer:”. Did you mean “owner:”? Known here: tag, owner, team, session, status, sort."
    ),
}


@pytest.mark.parametrize("typed", MISUNDERSTOOD)
def test_what_is_not_understood_is_named(typed: str) -> None:
    with pytest.raises(Misunderstood) as caught:
        parse_wish(typed)
    assert str(caught.value) == MISUNDERSTOOD[typed]


def test_a_kind_that_is_not_known_is_named_with_those_that_are() -> None:
    with pytest.raises(Misunderstood, match=r"“dnoe”. Did you mean “done”\? Known behind “only”: created,"):
        parse_wish("#growth only dnoe")
    with pytest.raises(Misunderstood, match='in quotes: "only"'):
        parse_wish("#growth only")


def test_all_that_is_wrong_is_said_at_once_and_what_was_understood_is_kept() -> None:
    parsed = read_wish("#growth onwer:me daily 25:00 except ada only done")
    assert len(parsed.faults) == 3
    assert parsed.wish == Wish(Query(("ada",), ("growth",)), INSTANT, only=(Kind.COMPLETED,))
    with pytest.raises(Misunderstood, match=r".+\n.+\n.+"):
        parse_wish("#growth onwer:me daily 25:00 except ada only done")


@pytest.mark.parametrize(
    "piece",
    [
        "daily ",
        "daily weekly x ",
        "daily 9 ",
        "weekly on ",
        "only done,",
        "only x, ",
        "9:00 ",
        "every ",
        '"daily ',
        "owner: ",
        "quiet when ",
        "a ",
    ],
)
def test_eight_times_the_text_takes_about_eight_times_as_long(piece: str) -> None:
    short, long = (piece * 2_500)[:2_500], (piece * 20_000)[:20_000]
    assert any(_seconds(long) < 16 * _seconds(short) for _ in range(5))


def _seconds(text: str) -> float:
    start = time.thread_time()
    read_wish(text)
    return time.thread_time() - start
