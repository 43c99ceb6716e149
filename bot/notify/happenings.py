"""What happened to an objective, in words: the kinds as a headline, and old → new, one line a field."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.notify.differences import STANDINGS, Kind
from bot.notify.wording import name_text
from bot.objectives.model import KeyResult, Objective
from bot.views.changes import change_lines
from bot.views.text import cut, escape, fit, moment_text, one_line, percent

ELSEWHERE = "in the web app"

HEADLINES = {
    Kind.DELETED: "Deleted",
    Kind.CREATED: "Created",
    Kind.COMPLETED: "Completed",
    Kind.CLOSED: "Closed",
    Kind.REOPENED: "Reopened",
    Kind.JOINED: "Now matches",
    Kind.LEFT: "No longer matches",
    Kind.BEHIND: "Fell behind",
    Kind.AT_RISK: "Became at risk",
    Kind.NO_PROGRESS: "No progress for two weeks",
    Kind.ON_TRACK: "Back on track",
    Kind.RENAMED: "Renamed",
    Kind.PROGRESS: "Progress moved",
    Kind.OWNER: "Owner changed",
    Kind.SESSION: "Moved to another session",
    Kind.RETAGGED: "Tags changed",
    Kind.DESCRIBED: "Description changed",
    Kind.CONFIDENCE: "Confidence moved",
}
"""Each kind as a headline, in the order in which they are said: first what matters most."""

VANISHED = "Deleted or no longer visible to me"
BROUGHT_BACK, REAPPEARED = "Brought back", "Brought back or visible to me again"
SAID = (*HEADLINES.values(), VANISHED, BROUGHT_BACK, REAPPEARED)

_BY_ITSELF = STANDINGS | {Kind.JOINED, Kind.LEFT}
"""What can happen without anybody doing anything."""
_MOVED = frozenset({Kind.PROGRESS, Kind.COMPLETED, Kind.REOPENED, Kind.CLOSED}) | STANDINGS
"""What is understood by seeing how progress moved."""
_MOST = 300
_MOST_RESULTS = 3


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a channel is told of an objective.

    ``objective``: as it is now, or was when it was deleted. ``who``: a plain name, empty where it was changed
    elsewhere. ``at`` aware. ``because``: what the channel follows, in words ("Objectives tagged #growth").
    ``is_direct``: the channel is a direct message. ``is_back``: it was there before, and is not new.
    """

    objective: Objective
    before: Objective | None
    kinds: tuple[Kind, ...]
    who: str
    at: datetime
    because: str
    is_direct: bool = False
    is_back: bool = False

    @property
    def is_gone(self) -> bool:
        """Whether the objective is not there any more."""
        return Kind.DELETED in self.kinds


def headline(announcement: Announcement) -> str:
    """What happened as one phrase: "Renamed, owner changed"."""
    kinds = set(announcement.kinds)
    told = [kind_text(kind, announcement) for kind in HEADLINES if kind in kinds]
    if Kind.COMPLETED in kinds and Kind.PROGRESS in kinds:
        told.remove(HEADLINES[Kind.PROGRESS])
    return ", ".join([*told[:1], *(text[0].lower() + text[1:] for text in told[1:])]) or "Changed"


def kind_text(kind: Kind, announcement: Announcement) -> str:
    """A kind as a headline. What was not deleted through the bot may be hidden from it: the API may say the same."""
    if kind is Kind.DELETED and not announcement.who:
        return VANISHED
    if kind is Kind.CREATED and announcement.is_back:
        return BROUGHT_BACK if announcement.who else REAPPEARED
    return HEADLINES[kind]


def circumstances(announcement: Announcement) -> list[str]:
    """Who, and when; nobody where time alone did it."""
    when = moment_text(announcement.at)
    if one_line(announcement.who):
        return [name_text(announcement.who), when]
    is_by_time = set(announcement.kinds) <= _BY_ITSELF and not difference_lines(announcement)
    return [when] if is_by_time else [ELSEWHERE, f"noticed {when}"]


def difference_lines(announcement: Announcement) -> list[str]:
    """Old → new of what is told, a line of escaped mrkdwn a field. What was private is not compared with."""
    before, after, kinds = announcement.before, announcement.objective, set(announcement.kinds)
    if before is None or before.is_private or announcement.is_gone:
        return []
    if kinds & {Kind.JOINED, Kind.LEFT}:
        # Whatever differs is why it matches or does not.
        kinds = set(Kind)
    told = replace(
        before,
        name=before.name if Kind.RENAMED in kinds else after.name,
        owners=before.owners if Kind.OWNER in kinds else after.owners,
        session=before.session if Kind.SESSION in kinds else after.session,
        tags=before.tags if Kind.RETAGGED in kinds else after.tags,
        description=before.description if Kind.DESCRIBED in kinds else after.description,
        progress=before.progress if kinds & _MOVED else after.progress,
    )
    lines = change_lines(told, after, most=_MOST)
    if kinds & {Kind.COMPLETED, Kind.REOPENED, Kind.CLOSED} and _state(before) != _state(after):
        lines.append(f"*State*  ~{_state(before)}~ → {_state(after)}")
    return [*lines, *(_confidence_lines(before, after) if Kind.CONFIDENCE in kinds else ())]


def description_lines(announcement: Announcement) -> list[str]:
    """What a new objective is about, as its first words."""
    text = fit(one_line(announcement.objective.description), _MOST)
    return [text] if Kind.CREATED in announcement.kinds and not announcement.is_back and text else []


def _state(objective: Objective) -> str:
    return escape(cut(one_line(objective.state), 40)) or "active"


def _confidence_lines(before: Objective, after: Objective) -> list[str]:
    had = {result.id: result for result in before.key_results or ()}
    moved = [
        (had[result.id], result)
        for result in after.key_results or ()
        if result.id in had and result.confidence is not None and _share(result) != _share(had[result.id])
    ]
    lines = [
        f"*Confidence*  {_result_name(new)}: ~{_share(old)}~ → {_share(new)}" for old, new in moved[:_MOST_RESULTS]
    ]
    rest = len(moved) - _MOST_RESULTS
    return [*lines, *([f"*Confidence*  of {rest:,} more"] if rest > 0 else [])]


def _share(result: KeyResult) -> str:
    return "none" if result.confidence is None else percent(result.confidence)


def _result_name(result: KeyResult) -> str:
    return fit(one_line(result.name), 150) or "a key result"


def merged(announcements: Sequence[Announcement]) -> list[Announcement]:
    """One an objective, from before its first change to after its last one, in the order of the first ones."""
    found: dict[str, Announcement] = {}
    for one in announcements:
        earlier = found.get(one.objective.id)
        if earlier is None:
            found[one.objective.id] = one
            continue
        # One that was brought back is there: its name is a link again.
        kinds = {*earlier.kinds, *one.kinds} - ({Kind.DELETED} - {*one.kinds})
        who = one.who if one.who == earlier.who else "several people"
        found[one.objective.id] = replace(
            one,
            before=earlier.before,
            kinds=tuple(kind for kind in Kind if kind in kinds),
            who=who,
            is_back=earlier.is_back or one.is_back,
        )
    return list(found.values())
