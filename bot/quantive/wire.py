"""Between the API's JSON and the model. Pure, and never surprised: a field that is missing or odd has its default."""

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.objectives.model import Draft, KeyResult, Objective, Patch, Person, Session, tag_key
from bot.objectives.ports import Wanted
from bot.quantive.answer import Json

GOAL_FIELDS = (
    "id,name,sessionId,ownerId,ownerIds,tags,attainment,closedStatus,url,parentId,dateCreated,dateFrom,dateTo,"
    "assignee{id,name,email,type},assignees{id,name,email,type},access"
)
"""What lists are asked for; ``fields`` works on both versions' goals (API reference, section 5)."""

_MOST_DIGITS = 6


def read_id(item: Json) -> str:
    """The id of anything; empty where it has none. Tags and v2 may say ``_id``."""
    return read_text(item.get("id")) or read_text(item.get("_id"))


def read_text(value: Any) -> str:
    """Text that any database and any message can hold; empty for whatever is no text."""
    if not isinstance(value, str):
        return ""
    text = value if value.isascii() else value.encode("utf-8", "replace").decode()
    return text.replace("\x00", "") if "\x00" in text else text


def read_time(value: Any) -> datetime | None:
    """An aware time in UTC; None for the zero date, which means unset (API reference, section 2)."""
    if not isinstance(value, str) or value.startswith("0001-"):
        return None
    try:
        read = datetime.fromisoformat(value)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_objective(goal: Json) -> Objective:
    """An objective from a goal; its key results where the goal brings ``metrics``."""
    metrics = goal.get("metrics")
    closed = goal.get("closedStatus")
    state = closed.get("status") if isinstance(closed, dict) else closed
    return Objective(
        id=read_id(goal),
        name=read_text(goal.get("name")),
        session=Session(read_text(goal.get("sessionId"))),
        owners=_read_owners(goal),
        description=read_text(goal.get("description")),
        tags=read_tags(goal),
        progress=_number(goal.get("attainment")),
        state=read_text(state) or "active",
        url=read_text(goal.get("url")),
        parent_id=read_text(goal.get("parentId")),
        created=read_time(goal.get("dateCreated")),
        date_from=read_time(goal.get("dateFrom")),
        date_to=read_time(goal.get("dateTo")),
        key_results=tuple(read_key_result(one) for one in _dicts(metrics)) if isinstance(metrics, list) else None,
        is_private=_is_private(goal.get("access")),
    )


def read_key_result(metric: Json) -> KeyResult:
    """A key result from a metric."""
    form = _dict(metric.get("format"))
    target = metric.get("target")
    return KeyResult(
        id=read_id(metric),
        name=read_text(metric.get("name")),
        initial=_number(metric.get("initialValue")),
        target=100.0 if target is None else _number(target),
        actual=_number(metric.get("actual")),
        progress=_number(metric.get("attainment")),
        prefix=read_text(form.get("prefix")),
        suffix=read_text(form.get("suffix")),
        fraction_digits=int(min(_MOST_DIGITS, max(0.0, _number(form.get("fractionSize"))))),
        confidence=_confidence(metric.get("confidence")),
        checked_in=read_time(metric.get("lastCheckInDate")),
        # a snapshot may have the number in place of a long history
        check_ins=len(_list(metric.get("metricHistory"))) or int(max(0.0, _number(metric.get("checkInsCount")))),
    )


def read_owner_ids(goal: Json) -> tuple[str, ...]:
    """The ids of those who own a goal or a metric, the first one first."""
    first = read_text(goal.get("ownerId"))
    ids = (*((first,) if first else ()), *_texts(goal.get("ownerIds")))
    return tuple(dict.fromkeys(ids)) or tuple(_assignees(goal))


def read_check_in(metric: Json) -> tuple[str, datetime | None]:
    """The goal of a metric, and when the metric was last checked in."""
    return read_text(metric.get("goalId")), read_time(metric.get("lastCheckInDate"))


def read_confidence_at(metric: Json, moment: datetime) -> float | None:
    """The confidence in a metric right before a moment, by its history; None where there was none."""
    said: list[tuple[datetime, float]] = []
    for entry in _dicts(metric.get("metricHistory")):
        made, share = read_time(entry.get("createdAt")), _confidence(entry.get("confidenceValue"))
        if made is not None and made < moment and share is not None:
            # What is dated back counts for its date.
            said.append((read_time(entry.get("checkInDate")) or made, share))
    return max(said, key=lambda pair: pair[0])[1] if said else None


def read_session(session: Json) -> Session:
    """A session; its label is ``title``."""
    return Session(
        id=read_id(session),
        title=read_text(session.get("title")) or read_text(session.get("name")),
        start=read_time(session.get("start")),
        end=read_time(session.get("end")),
        status=read_text(session.get("status")) or "open",
    )


def read_person(assignee: Json, team_ids: tuple[str, ...] = ()) -> Person:
    """A user or team from an assignee, or from a user, who has a first and a last name instead."""
    both = f"{read_text(assignee.get('firstName'))} {read_text(assignee.get('lastName'))}".strip()
    return Person(
        id=read_id(assignee),
        name=read_text(assignee.get("name")) or both,
        email=read_text(assignee.get("email")),
        is_team=assignee.get("type") == "team",
        is_active=assignee.get("isActive") is not False,
        team_ids=team_ids,
    )


def read_team_ids(user: Json) -> tuple[str, ...]:
    """The teams a user is in."""
    return _texts(user.get("teamIds"))


def read_tag(tag: Any) -> str:
    """The label of a tag."""
    if isinstance(tag, dict):
        return read_text(tag.get("title")) or read_text(tag.get("name"))
    return read_text(tag)


def read_tags(goal: Json) -> tuple[str, ...]:
    """The labels of a goal's tags."""
    tags = goal.get("tags")
    if not tags or not isinstance(tags, list):
        return ()
    return tuple(filter(None, map(read_tag, tags)))


def write_draft(draft: Draft) -> Json:
    """The body of ``POST /goals``: what was said, and nothing else."""
    body: Json = {"name": draft.name, "sessionId": draft.session_id, "ownerId": draft.owner_id}
    if draft.description:
        body["description"] = draft.description
    if draft.tags:
        body["tags"] = _write_tags(draft.tags)
    return {field: value for field, value in body.items() if value}


def write_patch(patch: Patch) -> Json:
    """The body of ``PATCH /goals/{id}``: only what changes; tags as the whole list (API reference, section 8)."""
    body = {
        "name": patch.name,
        "description": patch.description,
        "ownerId": patch.owner_id,
        # Both, or an account that knows several owners would keep the others (API reference, section 3.1).
        "ownerIds": None if patch.owner_id is None else [patch.owner_id],
        "sessionId": patch.session_id,
        "tags": None if patch.tags is None else _write_tags(patch.tags),
    }
    return {field: value for field, value in body.items() if value is not None}


def write_person(name: str, email: str) -> Json:
    """The body of ``POST /users``."""
    first, _, last = name.strip().partition(" ")
    return {"email": email, "firstName": first, "lastName": last.strip()}


def _write_tags(tags: Iterable[str]) -> list[dict[str, str]]:
    return [{"title": tag} for tag in tags]


def fits(goal: Json, wanted: Wanted) -> bool:
    """Whether a goal is what was wanted: the API is not believed, because v1 ignores what it does not know."""
    if wanted.session_ids is not None and goal.get("sessionId") not in wanted.session_ids:
        return False
    if wanted.owner_ids is not None and not set(wanted.owner_ids).intersection(read_owner_ids(goal)):
        return False
    if wanted.tags:
        carried = {tag_key(tag) for tag in read_tags(goal)}
        if not all(tag_key(tag) in carried for tag in wanted.tags):
            return False
    if wanted.words:
        name = read_text(goal.get("name")).casefold()
        return all(word.casefold() in name for word in wanted.words)
    return True


def is_like(objective: Objective, drafted: Objective, since: datetime) -> bool:
    """Whether an objective may be what a draft became. An API may fold blanks and drop tags, but it adds no tag."""
    same = (
        _folded(objective.name) == _folded(drafted.name)
        and _folded(objective.description) == _folded(drafted.description)
        and objective.session == drafted.session
        and objective.owner_ids[:1] == drafted.owner_ids[:1]
        and set(map(tag_key, objective.tags)) <= set(map(tag_key, drafted.tags))
    )
    # to the second, because the API may not tell fractions of one
    return same and (objective.created is None or objective.created >= since.replace(microsecond=0))


def _assignees(goal: Json) -> dict[str, Json]:
    return {read_id(one): one for one in _dicts([goal.get("assignee"), *_list(goal.get("assignees"))]) if read_id(one)}


def _read_owners(goal: Json) -> tuple[Person, ...]:
    known = _assignees(goal)
    return tuple(read_person(known[owner]) if owner in known else Person(owner) for owner in read_owner_ids(goal))


def _confidence(confidence: Any) -> float | None:
    value = confidence.get("value") if isinstance(confidence, dict) else confidence
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = _number(value)
    # older accounts count from 0 to 10 (API reference, section 3.2)
    return min(1.0, max(0.0, number / 10 if number > 1 else number))


def _is_private(access: Any) -> bool:
    """Whether only some may see it. The shape is not documented, so what is not known to be open counts as private."""
    if isinstance(access, str):
        return access.strip().casefold() not in ("", "everyone", "public", "inherited", "inherits", "account")
    if not isinstance(access, dict):
        return bool(access)
    if all(value is None or value in ("", [], {}) for value in access.values()):
        return False
    return not _is_open(access)


def _is_open(access: Any) -> bool:
    if isinstance(access, dict):
        return any(
            (key == "inherits" and value is True) or (key == "everyone" and bool(value)) or _is_open(value)
            for key, value in access.items()
        )
    if isinstance(access, list):
        return any(_is_open(one) for one in access)
    return isinstance(access, str) and access.casefold() == "everyone"


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    try:
        number = float(value)
    except OverflowError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(filter(None, map(read_text, _list(value))))


def _folded(text: str) -> str:
    return " ".join(text.split())


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(values: Any) -> list[Json]:
    return [value for value in _list(values) if isinstance(value, dict)]
