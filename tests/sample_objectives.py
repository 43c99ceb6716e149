"""Objectives as they are in the tests of what people see: one that is usual, and one that is as large as they come."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.objectives.model import KeyResult, Objective, Person, Session

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

ADA = Person("a1", "Ada Lovelace", "ada@example.com")
GRACE = Person("b2", "Grace Hopper", "grace@example.com")
MARKETING = Person("c3", "Marketing", is_team=True)

Q4 = Session("54", "Q4 2026", datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC))
Q3 = Session("53", "Q3 2026", datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 9, 30, 23, 59, tzinfo=UTC), "closed")

CUSTOMERS = KeyResult(
    "k1",
    "Reach 100 customers",
    initial=0,
    target=100,
    actual=40,
    progress=0.4,
    suffix="customers",
    confidence=0.8,
    checked_in=datetime(2026, 11, 20, 15, 0, tzinfo=UTC),
    check_ins=5,
)
SETUP = KeyResult(
    "k2",
    "Setup under 30 minutes",
    initial=90,
    target=30,
    actual=38,
    progress=0.84,
    suffix="min",
    checked_in=datetime(2026, 11, 22, 8, 0, tzinfo=UTC),
)

ONBOARDING = Objective(
    id="64b0c0ffee0000000000aaaa",
    name="Cut onboarding time to a day",
    session=Q4,
    owners=(ADA,),
    description="So that customers sign up in a week and never call.",
    tags=("growth", "onboarding"),
    progress=0.62,
    url="https://app.us.gtmhub.com/ui/goal/64b0c0ffee0000000000aaaa/",
    created=datetime(2026, 10, 3, 12, 0, tzinfo=UTC),
    key_results=(CUSTOMERS, SETUP),
    short_id="O-3F9C",
)

HUGE = replace(
    ONBOARDING,
    name="Cut <!channel> & *all* 👩‍👩‍👧‍👦 " * 72,
    description="a<b> & `c` https://example.com/a_b?c=d&e=f &\n" * 300,
    tags=tuple(f"tag & <{number}> " + "x" * 140 for number in range(60)),
    owners=tuple(Person(f"p{number}", "Somebody & <Sons> " * 10) for number in range(40)),
    session=replace(Q4, title="A session & its <title> " * 40),
    key_results=tuple(
        replace(CUSTOMERS, id=f"k{n}", name="Name & <more> " * 100, prefix="€" * 100, suffix="units & " * 50)
        for n in range(120)
    ),
    url="https://example.com/" + "a&b/" * 700,
    short_id="O-" + "F" * 24,
)


def many(count: int, objective: Objective = ONBOARDING) -> tuple[Objective, ...]:
    """``count`` objectives that differ in id, name and short id."""
    return tuple(
        replace(objective, id=f"{objective.id}{n}", name=f"{objective.name} {n}", short_id=f"O-{n:04X}")
        for n in range(count)
    )
