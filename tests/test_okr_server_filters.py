"""Filters of the OKR server against a plain evaluation: SQL and Python must agree on any filter."""

import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.embedded.okr_server import OkrServer, goals
from bot.embedded.okr_server.database import writing
from bot.embedded.okr_server.errors import ApiError
from bot.embedded.okr_server.goal_changes import create_goal
from bot.embedded.okr_server.lists import page, stream
from bot.embedded.okr_server.people import create_user
from tests.okr_server_case import DATABASES, Clock, connect, empty

NAMES = ("Alpha", "beta", "Ümlaut", "a%b_c", "x.y", "ALPHA beta", "'quoted\"", "back\\slash")
TITLES = ("red", "green", "Blue sky")


class Shelf:
    """A server with objectives of many kinds; ``documents`` is what v1 says of them."""

    def __init__(self, server: OkrServer, documents: list[Any]) -> None:
        self.server = server
        self.documents = documents

    def __repr__(self) -> str:  # short: hypothesis prints it with every failure
        return "Shelf()"

    def find(self, filter_: Any, **params: str) -> Any:
        arguments = {"filter": json.dumps(filter_), "limit": "1000"} | params
        with self.server.engine.connect() as connection:
            return page(connection, self.server.account, goals.KIND, arguments)


@pytest.fixture(scope="module", params=DATABASES)
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    engine = connect(request, tmp_path_factory.mktemp("shelf") / "shelf.db")
    empty(engine)
    clock = Clock()
    server = OkrServer(engine, clock=clock)
    server.open()
    chance = random.Random(7)
    with writing(engine) as connection:
        people = [create_user(connection, server.account, {"email": f"p{n}@example.com"}) for n in range(3)]
        sessions = [row[0] for row in connection.exec_driver_sql("SELECT id FROM okr_sessions").all()]
        for _ in range(40):
            clock.now += timedelta(minutes=chance.choice((0, 1, 60)), milliseconds=chance.choice((0, 500)))
            body = {
                "name": chance.choice(NAMES),
                "description": chance.choice(("", *NAMES)),
                "sessionId": chance.choice(sessions),
                "ownerIds": chance.sample(people, chance.randint(1, 2)),
                "tags": chance.sample(TITLES, chance.randint(0, 3)),
                "customFields": chance.choice(({}, {"risk": "low"}, {"risk": 3})),
                "access": chance.choice((None, None, {"inherits": False})),
                "closedStatus": {"status": chance.choice(("active", "achieved"))},
            }
            create_goal(connection, server.account, body)
        connection.exec_driver_sql("UPDATE okr_goals SET attainment = length(name) / 10.0")
    documents = json.loads("".join(stream(engine, server.account, goals.KIND, {})))["items"]
    yield Shelf(server, documents)
    engine.dispose()


def test_the_shelf_is_full(shelf: Shelf) -> None:
    assert len(shelf.documents) == 40


# What a filter means, said as plainly as possible


def holds(filter_: Any, document: Any) -> bool:
    for key, wanted in filter_.items():
        if key == "$and":
            held = all(holds(part, document) for part in wanted)
        elif key == "$or":
            held = any(holds(part, document) for part in wanted)
        elif key == "$nor":
            held = not any(holds(part, document) for part in wanted)
        else:
            held = fits(wanted, list(values(document, key.split("."))))
        if not held:
            return False
    return True


def values(value: Any, path: list[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from values(item, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from values(value[path[0]], path[1:])


def same(one: Any, other: Any) -> bool:
    numbers = all(isinstance(item, int | float) and not isinstance(item, bool) for item in (one, other))
    return bool(one == other and (numbers or type(one) is type(other)))


def fits(wanted: Any, found: list[Any]) -> bool:
    if not (isinstance(wanted, dict) and any(key.startswith("$") for key in wanted)):
        return any(same(value, wanted) for value in found) or (wanted is None and not found)

    def compares(operator: Callable[[Any, Any], bool], operand: Any) -> bool:
        return any(
            isinstance(value, str) == isinstance(operand, str) and value is not None and operator(value, operand)
            for value in found
        )

    tests: dict[str, Callable[[Any], bool]] = {
        "$eq": lambda operand: fits(operand, found),
        "$ne": lambda operand: not fits(operand, found),
        "$in": lambda operand: any(fits(item, found) for item in operand),
        "$nin": lambda operand: not any(fits(item, found) for item in operand),
        "$all": lambda operand: bool(operand) and all(fits(item, found) for item in operand),
        "$gt": lambda operand: compares(lambda a, b: a > b, operand),
        "$gte": lambda operand: compares(lambda a, b: a >= b, operand),
        "$lt": lambda operand: compares(lambda a, b: a < b, operand),
        "$lte": lambda operand: compares(lambda a, b: a <= b, operand),
        "$exists": lambda operand: bool(found) == operand,
        "$not": lambda operand: not fits(operand, found),
        "$options": lambda _: True,
        "$regex": lambda operand: any(
            isinstance(value, str) and re.search(operand, value, re.I if wanted.get("$options") else 0)
            for value in found
        ),
    }
    return all(tests[operator](operand) for operator, operand in wanted.items())


TEXT_PATHS = ("name", "description", "tags.title", "closedStatus.status", "customFields.risk", "assignee.name")
TEXTS = st.sampled_from((*NAMES, *TITLES, "active", "low", ""))
NUMBERS = st.one_of(st.integers(-1, 2), st.sampled_from((0.4, 0.5, 0.6, 3)))
VALUES = st.one_of(TEXTS, NUMBERS, st.none(), st.booleans())
PATTERNS = st.one_of(
    TEXTS.map(re.escape),
    TEXTS.map(lambda text: f"^{re.escape(text)}"),
    TEXTS.map(lambda text: f"{re.escape(text)}$"),
    TEXTS.map(lambda text: f"^{re.escape(text)}$"),
    TEXTS.map(lambda text: f".*{re.escape(text)}.*"),
    st.sampled_from(("[ab]", "a.b", "^.l", "a|red", "p+", "(?i)alpha", "l.*a", "^$")),
)
TEXT_CONDITIONS = st.one_of(
    VALUES,
    st.fixed_dictionaries({"$regex": PATTERNS}),
    st.fixed_dictionaries({"$regex": PATTERNS, "$options": st.just("i")}),
    st.fixed_dictionaries({"$not": st.fixed_dictionaries({"$regex": PATTERNS})}),
    *(st.fixed_dictionaries({operator: VALUES}) for operator in ("$eq", "$ne")),
    *(st.fixed_dictionaries({operator: st.lists(VALUES, max_size=3)}) for operator in ("$in", "$nin", "$all")),
    *(st.fixed_dictionaries({operator: TEXTS}) for operator in ("$gt", "$gte", "$lt", "$lte")),
    st.fixed_dictionaries({"$exists": st.booleans()}),
)
NUMBER_CONDITIONS = st.one_of(
    VALUES,
    *(st.fixed_dictionaries({operator: st.one_of(NUMBERS, TEXTS)}) for operator in ("$gt", "$gte", "$lt", "$lte")),
    st.fixed_dictionaries({"$gte": NUMBERS, "$lt": NUMBERS}),
    st.fixed_dictionaries({"$not": st.fixed_dictionaries({"$lt": NUMBERS})}),
    *(st.fixed_dictionaries({operator: st.lists(VALUES, max_size=3)}) for operator in ("$in", "$nin")),
)
OTHER_CONDITIONS = st.one_of(st.none(), st.just({"$ne": None}), st.just({"$exists": True}), st.just({"$exists": False}))
CONDITIONS = st.one_of(
    st.dictionaries(st.sampled_from(TEXT_PATHS), TEXT_CONDITIONS, min_size=1, max_size=2),
    st.dictionaries(st.sampled_from(("attainment", "metricsCount")), NUMBER_CONDITIONS, min_size=1, max_size=2),
    st.dictionaries(
        st.sampled_from(("access", "access.inherits", "unheard", "parentId")), OTHER_CONDITIONS, min_size=1
    ),
)
FILTERS = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        *(
            st.fixed_dictionaries({operator: st.lists(inner, min_size=1, max_size=3)})
            for operator in ("$and", "$or", "$nor")
        )
    ),
    max_leaves=4,
)


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(filter_=FILTERS)
def test_any_filter_finds_what_a_plain_evaluation_finds(shelf: Shelf, filter_: dict[str, Any]) -> None:
    expected = {document["id"] for document in shelf.documents if holds(filter_, document)}

    found = shelf.find(filter_)

    assert {item["id"] for item in found["items"]} == expected
    assert found["totalCount"] == len(expected)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    filter_=FILTERS, skip=st.integers(0, 20), limit=st.integers(0, 20), sort=st.sampled_from(("name", "-attainment"))
)
def test_pages_are_cut_from_the_same_list_whether_sql_or_python_decides(
    shelf: Shelf, filter_: dict[str, Any], skip: int, limit: int, sort: str
) -> None:
    whole = shelf.find(filter_, sort=sort)

    part = shelf.find(filter_, sort=sort, skip=str(skip), limit=str(limit))

    assert part["items"] == whole["items"][skip : skip + limit]
    assert part["totalCount"] == whole["totalCount"]


def test_times_are_compared_as_times_whatever_their_form(shelf: Shelf) -> None:
    moment = "2026-11-23T12:00:00.500Z"
    written = ("2026-11-23T12:00:00.500Z", "2026-11-23T12:00:00.5+00:00", "2026-11-23T14:00:00.500+02:00")
    expected = {item["id"] for item in shelf.documents if item["dateCreated"].replace("00Z", "00.000Z") >= moment}

    found = [shelf.find({"dateCreated": {"$gte": text}})["items"] for text in written]

    assert [{item["id"] for item in items} for items in found] == [expected] * 3
    assert 0 < len(expected) < len(shelf.documents)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=st.one_of(st.text(max_size=40), st.text(alphabet="{}[]$:,'\"\\ab1._()*+^|?", max_size=40)))
def test_any_text_as_a_filter_is_answered_or_refused_but_never_fails(shelf: Shelf, text: str) -> None:
    refused: list[int] = []
    for filter_ in (text, json.dumps({"name": {"$regex": text}}), json.dumps({text: 1})):
        try:
            with shelf.server.engine.connect() as connection:
                page(connection, shelf.server.account, goals.KIND, {"filter": filter_})
        except ApiError as error:
            refused.append(error.status)
    assert set(refused) <= {400}
