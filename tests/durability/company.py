"""The OKR account of the company: Quantive's double, at which a kill may fall before or after what it does."""

from collections.abc import Callable
from typing import Any

from tests.durability.moments import Moments
from tests.durability.slack import email_of
from tests.fakes.quantive import Call, FakeQuantive, Fault

PEOPLE = 25


class Company(FakeQuantive):
    """Quantive with people and a session. ``delay``: seconds before and after it does what it is asked.

    ``on_create``: called once, when the next objective is asked for, before anything is done about it.
    """

    def __init__(self, moments: Moments | None = None, delay: float = 0.0) -> None:
        super().__init__()
        self.moments = moments or Moments()
        self.misbehave(delay=delay)
        self.session_id = self.add_session("This quarter", "2020-01-01T00:00:00Z", "2099-12-31T23:59:59Z")
        self.person_ids = [self.add_user(f"Person {number}", email_of(number)) for number in range(PEOPLE)]
        self.posted: list[str] = []
        self.on_create: Callable[[], None] | None = None

    def next_fault(self, method: str) -> Fault | None:
        """As ever, after ``on_create``."""
        if method == "POST" and self.on_create:
            act, self.on_create = self.on_create, None
            act()
        return super().next_fault(method)

    def answer(self, call: Call) -> tuple[int, Any]:
        """As ever; what is created is counted when it is, whether or not anybody hears of it."""
        self.moments.pass_by()
        status, document = super().answer(call)
        if (call.method, call.path) == ("POST", "/api/v1/goals"):
            self.posted.append(call.body["name"])
        self.moments.pass_by()
        self.pause(self.habits.delay)
        return status, document

    def names(self) -> list[str]:
        """The names of all objectives there are."""
        return [goal["name"] for goal in list(self.goals.values())]
