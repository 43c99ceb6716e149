"""The sample people, the same in the OKR server and in the workspace: they are matched by e-mail."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """``role`` is the person's standing in the Slack workspace.

    admin, member, guest (of a single channel), multi_guest (of several) or stranger (of another organisation).
    """

    first_name: str
    last_name: str
    team: str
    role: str = "member"
    time_zone: str = "Europe/Berlin"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def email(self) -> str:
        return f"{self.first_name}.{self.last_name}@example.com".lower().replace(" ", "").replace("-", "")


TEAMS = ("Product", "Engineering", "Marketing")

PEOPLE = (
    SamplePerson("Ada", "Lovelace", "Product", "admin"),
    SamplePerson("Grace", "Hopper", "Engineering", time_zone="America/New_York"),
    SamplePerson("Alan", "Turing", "Engineering", time_zone="Europe/London"),
    SamplePerson("Katherine", "Johnson", "Product", time_zone="America/New_York"),
    SamplePerson("Barbara", "Liskov", "Engineering", time_zone="America/New_York"),
    SamplePerson("Edsger", "Dijkstra", "Engineering", time_zone="Europe/Amsterdam"),
    SamplePerson("Radia", "Perlman", "Engineering", time_zone="America/Los_Angeles"),
    SamplePerson("Hedy", "Lamarr", "Marketing", time_zone="Europe/Vienna"),
    SamplePerson("Margaret", "Hamilton", "Product", time_zone="America/New_York"),
    SamplePerson("Tim", "Berners-Lee", "Marketing", time_zone="Europe/London"),
    SamplePerson("Annie", "Easley", "Marketing", time_zone="America/New_York"),
    SamplePerson("Jose", "Valim", "Product", time_zone="America/Sao_Paulo"),
)
"""All of them are in the OKR server and in the workspace."""

GUEST = SamplePerson("Ellis", "Guest", "", "guest", "Asia/Tokyo")
"""In the workspace only: a guest in a single channel, whom the OKR server does not know."""

VISITOR = SamplePerson("Noor", "Visitor", "", "multi_guest", "Asia/Kolkata")
"""In the workspace only: a guest in several channels."""

STRANGER = SamplePerson("Robin", "Partner", "", "stranger", "Europe/Paris")
"""In the workspace only: somebody of another organisation, met in the shared channel."""
