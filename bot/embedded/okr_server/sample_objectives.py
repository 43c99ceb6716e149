"""The objectives of the sample company: what a software firm of a dozen people might want."""

from dataclasses import dataclass
from typing import Literal

Pace = Literal["done", "on track", "at risk", "behind", "none"]
Period = Literal["last", "this", "next", "year", "half"]


@dataclass(frozen=True, slots=True)
class SampleResult:
    """A key result: from ``initial`` to ``target``."""

    name: str
    initial: float
    target: float
    suffix: str = ""
    prefix: str = ""
    digits: int = 0


@dataclass(frozen=True, slots=True)
class SampleObjective:
    """An objective; ``owners`` are names of people or teams, ``parent`` the name of another objective."""

    name: str
    period: Period
    owners: tuple[str, ...]
    tags: tuple[str, ...]
    pace: Pace
    results: tuple[SampleResult, ...]
    description: str = ""
    parent: str = ""
    is_private: bool = False


R = SampleResult
O = SampleObjective  # noqa: E741 - the table below reads better so

OBJECTIVES: tuple[SampleObjective, ...] = (
    O(
        "Become the tool that teams recommend to each other",
        "year",
        ("Product", "Ada Lovelace"),
        ("growth",),
        "on track",
        (
            R("Raise the net promoter score", 31, 50),
            R("Grow customers that came by recommendation", 120, 400, " customers"),
            R("Lower yearly churn", 14, 8, " %", digits=1),
        ),
        "The year's theme: less selling, more being talked about.",
    ),
    O(
        "Cut onboarding time to a day",
        "this",
        ("Ada Lovelace", "Katherine Johnson"),
        ("growth", "onboarding"),
        "on track",
        (
            R("Median time from sign-up to first result", 74, 24, " h"),
            R("Setup under 30 minutes", 90, 30, " min"),
            R("New teams that finish the checklist", 38, 80, " %"),
        ),
        "New customers should see their first result on the day they sign up, without talking to us.",
        "Become the tool that teams recommend to each other",
    ),
    O(
        "Reach 100 paying customers in the Nordics",
        "this",
        ("Hedy Lamarr", "Marketing"),
        ("growth", "sales"),
        "at risk",
        (
            R("Paying customers", 12, 100, " customers"),
            R("Monthly revenue", 4_000, 30_000, prefix="€"),
            R("Local partners signed", 0, 6, " partners"),
        ),
        "Start with Sweden and Denmark; Finland when the translation is ready.",
        "Become the tool that teams recommend to each other",
    ),
    O(
        "Make the service boringly reliable",
        "this",
        ("Grace Hopper", "Engineering"),
        ("reliability",),
        "behind",
        (
            R("Minutes of downtime a month", 95, 15, " min"),
            R("Availability", 99.2, 99.95, " %", digits=2),
            R("Incidents found by us before customers", 40, 90, " %"),
            R("Services with an on-call rota", 3, 11, " services"),
        ),
        "Nobody should learn from a customer that we are down.",
    ),
    O(
        "Halve the time from commit to production",
        "this",
        ("Edsger Dijkstra",),
        ("reliability", "developer-experience"),
        "on track",
        (
            R("Pipeline duration", 44, 20, " min"),
            R("Deployments a week", 6, 25),
            R("Changes rolled back", 9, 3, " %", digits=1),
        ),
        parent="Make the service boringly reliable",
    ),
    O(
        "Hire a support team that customers thank by name",
        "this",
        ("Margaret Hamilton",),
        ("hiring", "support"),
        "at risk",
        (R("Support engineers hired", 0, 4, " people"), R("First answer", 9, 2, " h", digits=1)),
        "Two in Europe, two in the Americas, so that somebody is always awake.",
    ),
    O(
        "Tell a story people repeat",
        "this",
        ("Annie Easley",),
        ("brand", "Test Tag"),
        "on track",
        (
            R("Visitors who come by our name", 2_100, 5_000, " visitors"),
            R("Talks at conferences", 0, 5, " talks"),
            R("Customer stories published", 1, 8, " stories"),
        ),
    ),
    O(
        "Make search instant for every customer",
        "this",
        ("Barbara Liskov", "Alan Turing"),
        ("reliability", "performance"),
        "done",
        (
            R("95th percentile of search", 1_800, 250, " ms"),
            R("Searches without a result", 22, 9, " %"),
        ),
        "The slowest tenth of searches belong to our largest customers.",
    ),
    O(
        "Open the product in three more languages",
        "this",
        ("Jose Valim",),
        ("growth", "localisation"),
        "behind",
        (
            R("Languages released", 0, 3, " languages"),
            R("Texts translated", 5, 100, " %"),
            R("Sign-ups from the new countries", 0, 600, " sign-ups"),
        ),
        parent="Reach 100 paying customers in the Nordics",
    ),
    O(
        "Pass the security audit without a major finding",
        "this",
        ("Radia Perlman",),
        ("security", "reliability"),
        "on track",
        (
            R("Controls with evidence", 24, 86, " controls"),
            R("Open findings", 17, 0, " findings"),
            R("People trained", 0, 12, " people"),
        ),
    ),
    O(
        "Find out why trial teams leave",
        "this",
        ("Katherine Johnson",),
        ("onboarding", "research"),
        "none",
        (R("Interviews held", 0, 20, " interviews"), R("Causes confirmed by numbers", 0, 5, " causes")),
        "Before building more, ask the people who left.",
        "Cut onboarding time to a day",
    ),
    O("Write down how we decide", "this", ("Tim Berners-Lee",), ("culture",), "none", ()),
    O(
        "Settle the reorganisation of the field team",
        "this",
        ("Ada Lovelace",),
        ("hiring",),
        "at risk",
        (R("Roles agreed", 0, 9, " roles"), R("Budget approved", 0, 100, " %")),
        "Not to be discussed before the board has met.",
        is_private=True,
    ),
    O(
        "Give every customer a named contact",
        "this",
        ("Marketing", "Tim Berners-Lee"),
        ("support", "brand"),
        "on track",
        (R("Accounts with a contact", 40, 220, " accounts"), R("Satisfaction after a call", 4.1, 4.6, digits=1)),
    ),
    O(
        "Teach the product to explain itself",
        "this",
        ("Product", "Jose Valim"),
        ("onboarding", "Test Tag"),
        "behind",
        (R("Pages with inline help", 6, 48, " pages"), R("Questions to support about setup", 130, 50, " a week")),
    ),
    O(
        "Win back the customers we lost to price",
        "last",
        ("Hedy Lamarr",),
        ("growth", "sales"),
        "on track",
        (R("Customers won back", 0, 30, " customers"), R("Discount given on average", 25, 12, " %")),
    ),
    O(
        "Move every service off the old cluster",
        "last",
        ("Grace Hopper",),
        ("reliability",),
        "done",
        (R("Services moved", 0, 18, " services"), R("Monthly hosting cost", 21_000, 14_500, prefix="€")),
        "The lease of the old machines ends with the quarter.",
    ),
    O(
        "Publish a pricing page that needs no call",
        "last",
        ("Annie Easley",),
        ("brand", "sales"),
        "at risk",
        (R("Sign-ups without a call", 31, 60, " %"), R("Visits of the page", 900, 3_000, " visits")),
    ),
    O(
        "Make the mobile app worth opening daily",
        "next",
        ("Margaret Hamilton", "Product"),
        ("growth", "mobile"),
        "none",
        (R("Daily users of the app", 640, 2_500, " users"), R("Rating in the stores", 3.6, 4.5, digits=1)),
    ),
    O(
        "Prove that we can run in the customer's own cloud",
        "next",
        ("Alan Turing",),
        ("enterprise",),
        "none",
        (R("Pilots running", 0, 3, " pilots"), R("Time to install", 16, 2, " h")),
    ),
    O(
        "Grow engineering without slowing down",
        "next",
        ("Engineering", "Barbara Liskov"),
        ("hiring", "developer-experience"),
        "none",
        (R("Engineers hired", 0, 6, " people"), R("Time to the first merged change", 12, 4, " days")),
    ),
    O(
        "Be profitable in every month",
        "year",
        ("Ada Lovelace",),
        ("finance",),
        "at risk",
        (
            R("Months with a profit", 0, 12, " months"),
            R("Gross margin", 68, 78, " %"),
            R("Revenue per person", 96_000, 130_000, prefix="€"),
        ),
    ),
    O(
        "Become a place people want to work at",
        "year",
        ("Margaret Hamilton",),
        ("hiring", "culture"),
        "on track",
        (R("Would recommend us as an employer", 62, 85, " %"), R("People who left", 5, 2, " people")),
    ),
    O(
        "Have an answer for large enterprises",
        "half",
        ("Engineering", "Radia Perlman"),
        ("enterprise", "security"),
        "behind",
        (
            R("Single sign-on customers", 2, 25, " customers"),
            R("Requirements met of the usual questionnaire", 48, 95, " %"),
        ),
        "Planned in the summer; only progress is reported now.",
    ),
    O(
        "Turn the documentation into our best salesperson",
        "half",
        ("Tim Berners-Lee", "Annie Easley"),
        ("brand", "onboarding"),
        "on track",
        (R("Readers a month", 8_000, 20_000, " readers"), R("Pages rated helpful", 55, 80, " %")),
    ),
)
