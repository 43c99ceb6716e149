"""What happened between two states of an objective, as kinds; and the words by which people choose among them."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from rapidfuzz import fuzz, process

from bot.errors import Misunderstood
from bot.notify.snapshots import Seen
from bot.objectives.model import Objective, Status, tag_key
from bot.objectives.words import DASHES, clean
from bot.views.text import cut, percent


class Kind(StrEnum):
    """A kind of thing that happens to an objective; the value is the word behind ``only``."""

    CREATED = "created"
    RENAMED = "renamed"
    DESCRIBED = "described"
    RETAGGED = "tags"
    OWNER = "owner"
    SESSION = "session"
    PROGRESS = "progress"
    CONFIDENCE = "confidence"
    COMPLETED = "done"
    REOPENED = "reopened"
    CLOSED = "closed"
    DELETED = "deleted"
    JOINED = "joined"
    LEFT = "left"
    BEHIND = "behind"
    AT_RISK = "at-risk"
    NO_PROGRESS = "no-progress"
    ON_TRACK = "on-track"


ONLY_WORDS: Mapping[Kind, str] = {
    Kind.CREATED: "a new objective",
    Kind.RENAMED: "another name",
    Kind.DESCRIBED: "another description",
    Kind.RETAGGED: "tags added or removed",
    Kind.OWNER: "another owner",
    Kind.SESSION: "moved to another session",
    Kind.PROGRESS: "progress moved",
    Kind.CONFIDENCE: "the confidence in a key result moved",
    Kind.COMPLETED: "reached 100 %, or set to achieved",
    Kind.REOPENED: "no longer done or closed",
    Kind.CLOSED: "closed without being achieved, such as abandoned",
    Kind.DELETED: "deleted",
    Kind.JOINED: "now matches the query",
    Kind.LEFT: "no longer matches the query",
    Kind.BEHIND: "fell behind",
    Kind.AT_RISK: "became at risk",
    Kind.NO_PROGRESS: "two weeks without progress",
    Kind.ON_TRACK: "back on track",
}
"""What each word behind ``only`` means, for help and for forms, in the order in which they are shown."""

STANDINGS = frozenset({Kind.BEHIND, Kind.AT_RISK, Kind.NO_PROGRESS, Kind.ON_TRACK})
"""What happens by the passing of time too. It is told only to those who asked for it by name."""

_LATE = frozenset({Status.AT_RISK, Status.BEHIND, Status.NO_PROGRESS})
_BECAME: Mapping[Status, tuple[Kind, frozenset[Status]]] = {
    Status.BEHIND: (Kind.BEHIND, frozenset(Status) - {Status.BEHIND}),
    # Who was behind and is only at risk has caught up: no warning.
    Status.AT_RISK: (Kind.AT_RISK, frozenset({Status.DONE, Status.ON_TRACK})),
    Status.NO_PROGRESS: (Kind.NO_PROGRESS, frozenset(Status) - {Status.NO_PROGRESS}),
    Status.ON_TRACK: (Kind.ON_TRACK, _LATE),
}
"""By the status that an objective has now: what happened, where it had one of these before."""

_ALSO = {
    "new": Kind.CREATED,
    "name": Kind.RENAMED,
    "description": Kind.DESCRIBED,
    "tag": Kind.RETAGGED,
    "tagged": Kind.RETAGGED,
    "retagged": Kind.RETAGGED,
    "owners": Kind.OWNER,
    "sessions": Kind.SESSION,
    "completed": Kind.COMPLETED,
    "finished": Kind.COMPLETED,
    "removed": Kind.DELETED,
}
_JOINTS = frozenset({"and", "or", "&", "+"})
_PLAIN_DASH = str.maketrans(dict.fromkeys(DASHES, "-"))
_NEAR = 70


def what_happened(
    before: Objective | None, after: Objective | None, *, then: datetime, now: datetime
) -> frozenset[Kind]:
    """What made ``after`` out of ``before``: nothing where they are alike. None: it did not, or does not, exist.

    ``then`` and ``now`` (aware) are when they were so: standing behind comes with time alone. Key results are compared
    where both have them. Of a private objective nothing is told; one that was private joins, and is compared with
    nothing. Whether it joined or left what a subscription asks for is known to the index of subscriptions only.
    """
    last = after or before
    if last is None or last.is_private:
        return frozenset()
    if before is None:
        return frozenset({Kind.CREATED})
    if after is None:
        return frozenset({Kind.DELETED})
    if before.is_private:
        return frozenset({Kind.JOINED})
    return frozenset({*_fields(before, after), *_closings(before, after), *_standings(before, after, then, now)})


def _fields(before: Objective, after: Objective) -> list[Kind]:
    """The fields that differ so that a person would see it."""
    kinds = []
    if before.name.split() != after.name.split():
        kinds.append(Kind.RENAMED)
    if before.description.split() != after.description.split():
        kinds.append(Kind.DESCRIBED)
    if before.tags != after.tags and set(map(tag_key, before.tags)) != set(map(tag_key, after.tags)):
        kinds.append(Kind.RETAGGED)
    if before.owner_ids[:1] != after.owner_ids[:1] or set(before.owner_ids) != set(after.owner_ids):
        kinds.append(Kind.OWNER)
    if before.session.id != after.session.id:
        kinds.append(Kind.SESSION)
    if before.progress != after.progress and percent(before.progress) != percent(after.progress):
        kinds.append(Kind.PROGRESS)
    if has_new_confidence(before, after):
        kinds.append(Kind.CONFIDENCE)
    return kinds


def has_new_confidence(before: Objective, after: Objective) -> bool:
    """Whether the confidence in a key result that both have was given or moved."""
    if before.key_results is None or after.key_results is None:
        return False
    had = {one.id: _said(one.confidence) for one in before.key_results}
    has = {one.id: _said(one.confidence) for one in after.key_results}
    return any(said and key in had and said != had[key] for key, said in has.items())


def _said(share: float | None) -> str:
    """A confidence as it is told; empty where there is none."""
    return "" if share is None else percent(share)


def is_done(one: Objective | Seen) -> bool:
    """Whether it has been reached: by its progress, or because somebody said so."""
    return one.progress >= 1 or one.state.casefold() == "achieved"


def is_closed(one: Objective | Seen) -> bool:
    """Whether somebody closed it without its being achieved. The API may use words that are not known yet."""
    return one.state.casefold() not in ("", "active", "achieved")


def _closings(before: Objective, after: Objective) -> list[Kind]:
    kinds = []
    if is_done(after) and not is_done(before):
        kinds.append(Kind.COMPLETED)
    if is_closed(after) and not is_closed(before):
        kinds.append(Kind.CLOSED)
    was_over, is_over = is_done(before) or is_closed(before), is_done(after) or is_closed(after)
    if was_over and not is_over:
        kinds.append(Kind.REOPENED)
    return kinds


def _standings(before: Objective, after: Objective, then: datetime, now: datetime) -> list[Kind]:
    """How the standing changed, of an objective that is still worked on."""
    if is_done(after) or is_closed(after):
        return []
    became = _BECAME.get(after.status(now))
    return [became[0]] if became and before.status(then) in became[1] else []


def choose(kinds: Collection[Kind], only: Collection[Kind] = ()) -> frozenset[Kind]:
    """Those of the kinds that are told to somebody who asked for ``only`` these; nothing asked for: the usual ones."""
    return frozenset(kinds) & frozenset(only) if only else frozenset(kinds) - STANDINGS


def parse_only(text: str) -> tuple[Kind, ...]:
    """Reads the words behind ``only``, with commas or blanks between them; each once, in the order of Kind.

    Raises Misunderstood, naming those that are not known and all that are.
    """
    words = re.split(r"[\s,;]+", clean(text).casefold().translate(_PLAIN_DASH).strip(",; \n"))
    chosen: set[Kind] = set()
    unknown: dict[str, None] = {}
    at = 0
    while at < len(words):
        kind, length = _read_kind(words, at)
        if kind:
            chosen.add(kind)
        elif words[at] and words[at] not in _JOINTS:
            unknown[words[at]] = None
        at += length
    if unknown or not chosen:
        raise Misunderstood(" ".join([*map(_miss, list(unknown)[:3]), f"Known behind “only”: {', '.join(Kind)}."]))
    return tuple(kind for kind in Kind if kind in chosen)


def end_of_only(words: Sequence[str], start: int) -> int:
    """Where the list of kinds ends that begins at ``start``, behind ``only``. An empty word belongs to no list.

    The first word, and one behind a comma, is part of it whether it is known or not: parse_only() names it then.
    """
    at = start
    while at < len(words) and words[at]:
        kind, length = _read_kind(words, at)
        pieces = [piece for piece in words[at].split(",") if piece]
        is_list = len(pieces) > 1 and any(_read_kind([piece], 0)[0] for piece in pieces)
        is_joint = words[at] in _JOINTS and at + 1 < len(words) and bool(_read_kind(words, at + 1)[0])
        is_behind_comma = at > start and (words[at - 1].endswith(",") or words[at].startswith(","))
        if not (kind or is_list or is_joint or is_behind_comma or at == start):
            break
        at += length
    return at


def _read_kind(words: Sequence[str], at: int) -> tuple[Kind | None, int]:
    """The kind that a word names, or this word and the next ("at risk"), and how many words these are."""
    word = words[at].strip(",;")
    following = words[at + 1].strip(",;") if at + 1 < len(words) else ""
    for typed, length in ((f"{word}-{following}", 2), (word, 1)):
        kind = _ALSO.get(typed) or next((one for one in Kind if one.value == typed), None)
        if kind:
            return kind, length
    return None, 1


def _miss(typed: str) -> str:
    near = process.extractOne(typed, [*Kind, *_ALSO], scorer=fuzz.ratio, score_cutoff=_NEAR)
    meant = (_ALSO.get(near[0]) or near[0]) if near else ""
    return f"I do not know “{cut(typed, 30)}”." + (f" Did you mean “{meant}”?" if meant else "")
