"""The query language: what was typed is understood, printed so that it can be typed again, said in words, matched."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.objectives.model import Objective, Person, Session, Status
from bot.objectives.query import SORTS, Criteria, ParsedQuery, Query, describe, fold, parse_query
from bot.objectives.words import clean

NOW = datetime(2026, 11, 15, tzinfo=UTC)
Q3 = Session("s3", "Q3 2026", datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 9, 30, tzinfo=UTC), "closed")
Q4 = Session("s4", "Q4 2026", datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC))
PIECES = [
    *(
        '"',
        "“",
        "”",
        "«",
        "‘",
        "’",
        "'",
        "\\",
        " ",
        "\u00a0",
        "\n",
        "#",
        "＃",
        "+",
        "-",
        "–",
        ":",
        "：",
        "x",
        "É",
        "ß",
        ",",
    ),
    *(
        "owner:",
        "tag:",
        "tag:#",
        "-tag:",
        "onwer:",
        "costs:",
        "status:",
        "sort:",
        "session:",
        "team:",
        "me",
        "@",
        "all",
    ),
    *("done", "on", "track", "at risk", "-progress", "name", "current", "https://x.y", "\u200d", "\u200b", "\0", "👩"),
    *("<@U1|ada>", "<@W1>", "<#C1|growth>", "<#C1|>", "<https://x.y/z|label z>", "<mailto:a@b.c|a@b.c>", "<!here>"),
    *("<", ">", "|", "&amp;", "&lt;", "&gt;", "&", "amp;", "lt;"),
]
PIECE = st.one_of(st.sampled_from(PIECES), st.text(max_size=3))
TYPED = st.one_of(st.text(), st.lists(PIECE, max_size=15).map("".join))


def _texts(fold_by: object = str.casefold) -> st.SearchStrategy[tuple[str, ...]]:
    """Texts as a query keeps them: clean, not empty, no two alike."""
    texts = TYPED.map(lambda text: " ".join(clean(text).split())).filter(bool)
    return st.lists(texts, max_size=3, unique_by=fold_by).map(tuple)  # type: ignore[call-overload, no-any-return]


def _names(*special: str) -> st.SearchStrategy[tuple[str, ...]]:
    def settle(names: tuple[str, ...]) -> tuple[str, ...]:
        plain = [name.lstrip("@ ") for name in names]
        settled = [name.casefold() if name.casefold() in special else name for name in plain if name]
        return tuple({name.casefold(): name for name in reversed(settled)}.values())

    return _texts().map(settle)


QUERIES = st.builds(
    Query,
    words=_texts(fold),
    tags=_texts(),
    without_tags=_texts(),
    owners=_names("me"),
    teams=_names(),
    sessions=_names("current", "all"),
    statuses=st.lists(st.sampled_from(Status), unique=True).map(tuple),
    sort=st.sampled_from(("", *SORTS)),
)


@given(TYPED)
def test_any_text_is_a_query_that_can_be_printed_and_said(text: str) -> None:
    query = parse_query(text).query
    assert describe(query)
    assert bool(str(query)) == (query != Query())


@given(TYPED)
def test_what_was_understood_can_be_typed_again(text: str) -> None:
    query = parse_query(text).query
    assert parse_query(str(query)) == ParsedQuery(query)


@given(QUERIES)
@example(Query(words=('#"',), statuses=(Status.DONE,)))
@example(Query(words=("‘a", "b’")))
@example(Query(words=("<@U1|a", "b>")))
def test_every_query_can_be_typed(query: Query) -> None:
    assert parse_query(str(query)) == ParsedQuery(query)


@given(TYPED)
def test_the_canonical_text_is_its_own_canonical_text(text: str) -> None:
    canonical = str(parse_query(text).query)
    assert str(parse_query(canonical).query) == canonical


PARSED = {
    "nothing": ("", Query(), ""),
    "words": ("Cut onboarding cut", Query(words=("Cut", "onboarding")), "Cut onboarding"),
    "a phrase": ("“onboarding  time”", Query(words=("onboarding time",)), '"onboarding time"'),
    "an empty phrase": ('""', Query(), ""),
    "a tag": ("#growth", Query(tags=("growth",)), "#growth"),
    "a tag as a channel": ("<#C1|growth>", Query(tags=("growth",)), "#growth"),
    "a tag with a plus": ("+#growth", Query(tags=("growth",)), "#growth"),
    "a tag twice": ('#Growth #growth tag:" growth"', Query(tags=("Growth",)), "#Growth"),
    "a tag with a blank": ("tag:“Test Tag”", Query(tags=("Test Tag",)), 'tag:"Test Tag"'),
    "a tag that begins with a hash": ('tag:"#x"', Query(tags=("#x",)), 'tag:"#x"'),
    "tags to leave out": ("–#draft -tag:'x", Query(without_tags=("draft", "'x")), "-#draft -#'x"),
    "a quoted tag to leave out": ('-tag:"x y"', Query(without_tags=("x y",)), '-tag:"x y"'),
    "myself": ("owner:@Me owner:me", Query(owners=("me",)), "owner:me"),
    "a mention": ("owner:<@U1|ada>", Query(owners=("U1",)), "owner:U1"),
    "a mention alone": ("<@U1|ada>", Query(owners=("U1",)), "owner:U1"),
    "a typed handle": ("owner:@ada", Query(owners=("ada",)), "owner:ada"),
    "an e-mail address": ("owner:<mailto:a@b.c|a@b.c>", Query(owners=("a@b.c",)), "owner:a@b.c"),
    "a name across a blank": ('owner: "Ada Lovelace"', Query(owners=("Ada Lovelace",)), 'owner:"Ada Lovelace"'),
    "several owners": ("owner:ada owner:bob", Query(owners=("ada", "bob")), "owner:ada owner:bob"),
    "a team": ("team:@Marketing", Query(teams=("Marketing",)), "team:Marketing"),
    "sessions": ('session:"Q4 2026" session:CURRENT', Query(sessions=("Q4 2026", "current")), None),
    "every session": ("Session:All", Query(sessions=("all",)), "session:all"),
    "statuses": ("status:done status:behind", Query(statuses=(Status.DONE, Status.BEHIND)), None),
    "a status of two words": ("status:on track x", Query(("x",), statuses=(Status.ON_TRACK,)), "x status:on-track"),
    "a quoted status": ('status:"No progress"', Query(statuses=(Status.NO_PROGRESS,)), "status:no-progress"),
    "a status across blanks": ("status: at risk", Query(statuses=(Status.AT_RISK,)), "status:at-risk"),
    "a status in one word": ("status:ontrack", Query(statuses=(Status.ON_TRACK,)), "status:on-track"),
    "part of a status": ("status:risk x", Query(("x",), statuses=(Status.AT_RISK,)), "x status:at-risk"),
    "a misspelt status": ("status:behnid", Query(statuses=(Status.BEHIND,)), "status:behind"),
    "a sort": ("sort:-progress", Query(sort="-progress"), "sort:-progress"),
    "a sort with a long dash": ("sort:–progress", Query(sort="-progress"), "sort:-progress"),
    "part of a sort": ("sort:prog", Query(sort="progress"), "sort:progress"),
    "a key in quotes": ('"owner:me" "#x"', Query(words=("owner:me", "#x")), '"owner:me" "#x"'),
    "a bare key in quotes": ('"owner:" x', Query(words=("owner:", "x")), '"owner:" x'),
    "markup that was typed": ("&lt;@U1&gt;", Query(words=("<@U1>",)), '"&lt;@U1>"'),
    "an entity that was typed": ("R&amp;D &amp;amp;", Query(words=("R&D", "&amp;")), 'R&D "&amp;amp;"'),
    "a link": ("<https://x.y|docs>", Query(words=("docs",)), "docs"),
    "everything": (
        "session:all #a x owner:me sort:name -#b status:done team:T",
        Query(("x",), ("a",), ("b",), ("me",), ("T",), ("all",), (Status.DONE,), "name"),
        "x #a -#b owner:me team:T session:all status:done sort:name",
    ),
}


@pytest.mark.parametrize(("typed", "query", "canonical"), PARSED.values(), ids=PARSED)
def test_a_query_is_understood_and_printed(typed: str, query: Query, canonical: str | None) -> None:
    assert parse_query(typed) == ParsedQuery(query)
    assert canonical is None or str(query) == canonical


KNOWN = "Known here: tag, owner, team, session, status, sort."
FAULTS = {
    "onwer:me x": (Query(("x",)), f"I do not know “onwer:”. Did you mean “owner:”? {KNOWN}"),
    "costs:by": (Query(("costs:by",)), f"I do not know “costs:”. {KNOWN}"),
    "status:foo": (
        Query(),
        "I do not know “status:foo”. Known here: done, on-track, at-risk, behind, no-progress.",
    ),
    "sort:-name": (Query(), "I do not know “sort:-name”. Known here: progress, -progress, name, updated."),
    "sort:name sort:size": (
        Query(sort="name"),
        "I do not know “sort:size”. Known here: progress, -progress, name, updated.",
    ),
    "sort:name sort:updated": (Query(sort="updated"), "“sort:” is there twice. The last one counts."),
    "owner:@": (Query(), "“owner:” has nothing behind it."),
    'session:""': (Query(), "“session:” has nothing behind it."),
    "x owner:": (
        Query(("x",)),
        "“owner:” has nothing behind it. Write the value right after it, as in owner:@ada.",
    ),
    "-owner:me": (Query(), "“-owner:” means nothing here. Only tags take + or -, as in -#draft."),
    "<#C1|>": (
        Query(),
        'Slack does not tell me the name of that channel. Type the tag with quotes: tag:"growth".',
    ),
}


@pytest.mark.parametrize("typed", FAULTS)
def test_what_is_not_understood_is_named(typed: str) -> None:
    query, fault = FAULTS[typed]
    assert parse_query(typed) == ParsedQuery(query, (fault,))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "All objectives"),
        ("#growth", "Objectives tagged #growth"),
        ('#growth session:"Q4 2026"', "Objectives tagged #growth in Q4 2026"),
        ("owner:me session:current", "My objectives in the current session"),
        (
            "onboarding owner:ada status:on-track -#draft sort:progress",
            "Objectives named “onboarding” owned by Ada Lovelace, on track, not tagged #draft, by progress",
        ),
        ("a b #c #d", "Objectives named “a” and “b” tagged #c and #d"),
        ("cut the time", "Objectives named “cut”, “the” and “time”"),
        ("owner:me owner:ada", "Objectives owned by me or Ada Lovelace"),
        ("team:Marketing session:all", "Objectives of team Marketing in every session"),
        ("session:q3 session:current", "Objectives in Q3 2026 or the current session"),
        ("status:at-risk status:no-progress", "Objectives at risk or without progress"),
        ("-#draft -#old", "Objectives not tagged #draft or #old"),
        ("owner:me status:behind", "My objectives, behind"),
        ("sort:-progress", "All objectives, by progress, highest first"),
        ("sort:updated", "All objectives, newest first"),
    ],
)
def test_a_query_is_said_in_words(typed: str, said: str) -> None:
    assert describe(parse_query(typed).query, {"ada": "Ada Lovelace", "q3": "Q3 2026"}) == said


def test_the_current_session_is_said_by_its_name_where_that_is_known() -> None:
    assert describe(Query(sessions=("current",)), {"current": "Q4 2026"}) == "Objectives in Q4 2026"


OBJECTIVE = Objective(
    "o1",
    "Cut Ada’s  onboarding time – to a day",
    session=Q4,
    owners=(Person("p1"), Person("p2")),
    tags=("Growth", "Test  Tag"),
    progress=0.2,
)


@pytest.mark.parametrize(
    ("criteria", "is_match"),
    [
        (Criteria(), True),
        (Criteria(words=("ONBOARDING", "cut")), True),
        (Criteria(words=("onboarding", "costs")), False),
        (Criteria(words=("onboarding time",)), True),
        (Criteria(words=("ada's",)), True),
        (Criteria(words=("time - to",)), True),
        (Criteria(tags=("growth", " test tag ")), True),
        (Criteria(tags=("growth", "draft")), False),
        (Criteria(without_tags=("draft",)), True),
        (Criteria(tags=("growth",), without_tags=("draft", "TEST TAG")), False),
        (Criteria(owner_ids=frozenset({"p2", "p9"})), True),
        (Criteria(owner_ids=frozenset({"p9"})), False),
        (Criteria(owner_ids=frozenset()), False),
        (Criteria(session_ids=frozenset({"s4"})), True),
        (Criteria(session_ids=frozenset({"s3"})), False),
        (Criteria(statuses=(Status.DONE, Status.AT_RISK)), True),
        (Criteria(statuses=(Status.DONE,)), False),
    ],
)
def test_an_objective_matches_when_it_meets_every_criterion(criteria: Criteria, is_match: bool) -> None:
    assert criteria.matches(OBJECTIVE, NOW) is is_match


def test_names_match_without_regard_to_how_accents_were_composed() -> None:
    assert Criteria(words=("cafe\u0301",)).matches(Objective("o", "Open a CAFÉ"), NOW)


UNSORTED = [
    Objective("c", "beta", Q3, progress=0.5, created=datetime(2026, 7, 1, tzinfo=UTC)),
    Objective("e", "Delta", Session("?"), progress=0.5),
    Objective("b", "Alpha", Q4, progress=0.1, created=datetime(2026, 10, 2, tzinfo=UTC)),
    Objective("a", "alpha", Q4, progress=1.2, created=datetime(2026, 10, 1, tzinfo=UTC)),
    Objective("d", "Gamma", Session("s2", "Q2", Q3.start and Q3.start - timedelta(days=90)), progress=-0.1),
]


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        ("", "abcde"),  # the current session, then the latest to begin, then those without a date
        ("progress", "dbcea"),
        ("-progress", "acebd"),
        ("name", "abced"),
        ("updated", "baced"),
    ],
)
def test_objectives_are_sorted_with_the_id_deciding_last(sort: str, ids: str) -> None:
    criteria = Criteria(sort=sort)
    for objectives in (UNSORTED, UNSORTED[::-1]):
        assert "".join(one.id for one in sorted(objectives, key=lambda one: criteria.order(one, NOW))) == ids


@pytest.mark.parametrize(
    "piece", ['"a" ', "a:b ", "#a", "<@U1>", "owner: ", '"', "‘x ", "&lt;@", "status:on ", "sort:- "]
)
def test_eight_times_the_text_takes_about_eight_times_as_long(piece: str) -> None:
    short, long = (piece * 2_500)[:2_500], (piece * 20_000)[:20_000]
    assert any(_seconds(long) < 16 * _seconds(short) for _ in range(5))


def test_eight_times_the_words_take_about_eight_times_as_long() -> None:
    short, long = (" ".join(f"a{number}" for number in range(most)) for most in (250, 2_000))
    assert any(_seconds(long) < 16 * _seconds(short) for _ in range(5))


def _seconds(text: str) -> float:
    start = time.thread_time()
    str(parse_query(text).query)
    return time.thread_time() - start
