"""The judgment: what was sent off against what there is, who was told how often, and what the record says."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.store.database import make_engine
from bot.store.record import SqlRecord
from tests.durability.company import Company
from tests.durability.killing import Kill
from tests.durability.slack import TEAM_ID, FakeSlack, Telling
from tests.durability.submissions import Submission


@dataclass(frozen=True)
class Report:
    """The figures of a run; everything from ``lost`` on to ``complaints`` must be nothing."""

    submissions: int
    kinds: dict[str, int]
    kills: int
    acks: int
    unanswered: int
    told_once: int
    told_more: int
    told_more_most: int
    told_more_kills: int
    told_waiting: int
    seconds: float
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    told_wrong: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    unrecorded: list[str] = field(default_factory=list)
    unfinished: int = 0
    crashes: list[int] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def faults(self) -> dict[str, object]:
        """What should not be, by name."""
        names = ("lost", "twice", "strange", "untold", "told_wrong", "unexplained", "unrecorded", "unfinished")
        every = {name: getattr(self, name) for name in (*names, "crashes", "complaints")}
        return {name: found for name, found in every.items() if found}

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kinds.items()))
        rows = {
            "submissions": f"{self.submissions} ({kinds})",
            "kills": self.kills,
            "acks": self.acks,
            "requests without an ack": self.unanswered,
            "lost": len(self.lost),
            "twice": len(self.twice),
            "told once": self.told_once,
            "told more than once": f"{self.told_more} (at most {self.told_more_most} times); {self.told_more_kills} of "
            "the kills fell between telling and recording",
            "told that it waits": self.told_waiting,
            "seconds": round(self.seconds),
        }
        lines = [f"{name:24} {value}" for name, value in rows.items()]
        return "\n".join([*lines, *(f"FAULT {name}: {found}" for name, found in self.faults.items())])


def judge(
    company: Company,
    slack: FakeSlack,
    submissions: Sequence[Submission],
    kills: Sequence[Kill],
    *,
    database_url: str,
    acks: int,
    unanswered: int,
    untold_in_time: int,
    unfinished: int,
    crashes: list[int],
    complaints: list[str],
    seconds: float,
) -> Report:
    """Counts. Every submission was acknowledged in the end."""
    results = {one.work_id: [told for told in slack.told(one.place) if told.is_result] for one in submissions}
    more = {one.work_id: _explain(results[one.work_id], kills) for one in submissions if len(results[one.work_id]) > 1}
    lost, twice = _compare(company, submissions)
    wanted = {one.name for one in submissions}
    return Report(
        submissions=len(submissions),
        kinds=dict(Counter(_kind(one) for one in submissions)),
        kills=len(kills),
        acks=acks,
        unanswered=unanswered,
        told_once=sum(len(told) == 1 for told in results.values()),
        told_more=len(more),
        told_more_most=max((len(told) for told in results.values()), default=0),
        told_more_kills=len({kill.pid for found in more.values() for kill in found if kill}),
        told_waiting=sum(any(not told.is_result for told in slack.told(one.place)) for one in submissions),
        seconds=seconds,
        lost=lost,
        twice=twice,
        strange=[name for name in company.names() if name not in wanted],
        untold=[one.work_id for one in submissions if not results[one.work_id]]
        + (["somebody only after a long time"] if untold_in_time else []),
        told_wrong=[
            told.text for one in submissions for told in results[one.work_id] if not told.text.startswith(one.verb)
        ],
        unexplained=[work_id for work_id, found in more.items() if None in found],
        unrecorded=_check_record(database_url, submissions),
        unfinished=unfinished,
        crashes=crashes,
        complaints=complaints[:5],
    )


def _compare(company: Company, submissions: Sequence[Submission]) -> tuple[list[str], list[str]]:
    """What is lost, and what was made twice, by names."""
    created = Counter(one.name for one in submissions if one.verb == "Created")
    held, posted = Counter(company.names()), Counter(company.posted)
    lost = [name for name, count in created.items() if held[name] < count]
    twice = [name for name, count in created.items() if held[name] > count or posted[name] > count]
    for one in submissions:
        goal = company.goals.get(one.objective_id)
        if one.verb == "Updated" and (goal is None or goal["description"] != one.description):
            lost.append(one.name)
        if one.verb == "Deleted" and goal is not None:
            lost.append(one.name)
    return lost, twice


def _explain(told: Sequence[Telling], kills: Sequence[Kill]) -> list[Kill | None]:
    """For each telling but the last, the kill of the process that told, before anybody told again; None without one."""
    return [_kill_between(one, later, kills) for one, later in pairwise(told)]


def _kill_between(one: Telling, later: Telling, kills: Sequence[Kill]) -> Kill | None:
    if not one.pid:
        # Its process was dead when it was heard: killed between sending it off and hearing that it was heard.
        return next((kill for kill in reversed(kills) if kill.at <= later.at), None)
    return next((kill for kill in kills if kill.pid == one.pid and one.at <= kill.at <= later.at), None)


def _check_record(database_url: str, submissions: Sequence[Submission]) -> list[str]:
    """The submissions that do not stand in the record exactly once, and the objectives of more than one of them."""
    engine = make_engine(database_url)
    entries = list(SqlRecord(engine).rows_for_export(TEAM_ID))
    engine.dispose()
    recorded = Counter(entry.id for entry in entries)
    objectives = Counter(entry.objective_id for entry in entries)
    wrong = [one.work_id for one in submissions if recorded[one.work_id] != 1]
    return wrong + [f"objective {one} for {count} submissions" for one, count in objectives.items() if count > 1]


def _kind(submission: Submission) -> str:
    return "twin" if submission.name.startswith("Twin") else submission.kind
