"""From a command line to a draft: looks up the owner and the session that were typed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.errors import NotFound
from bot.objectives.directory import nearest
from bot.objectives.lines import Line
from bot.objectives.model import Asker, Draft
from bot.objectives.rules import unique_tags
from bot.objectives.search import is_slack_user
from bot.objectives.service import Objectives
from bot.objectives.words import quote

KEYS = ("name", "description", "owner", "session", "tag")


@dataclass(frozen=True, slots=True)
class Understood:
    """A draft of what was typed, and by field what of it could not be understood."""

    draft: Draft
    faults: Mapping[str, str] = field(default_factory=dict)


def understand(asker: Asker, line: Line, objectives: Objectives) -> Understood:
    """Looks up what was typed; a field that was not typed stays empty."""
    faults: dict[str, str] = {}
    owner_id = session_id = ""
    alone = line.people[0] if line.people and not line.words else ""
    if typed := line.values.get("owner", alone):
        owner_id, fault = _owner(asker, typed, objectives)
        faults |= {"owner": fault} if fault else {}
    if typed := line.values.get("session", ""):
        session_id, fault = _session(typed, objectives)
        faults |= {"session": fault} if fault else {}
    draft = Draft(
        name=line.values.get("name") or _with_names(asker, line, objectives),
        session_id=session_id,
        owner_id=owner_id,
        tags=unique_tags(line.tags + line.added),
        description=line.values.get("description", ""),
    )
    return Understood(draft, faults)


def _with_names(asker: Asker, line: Line, objectives: Objectives) -> str:
    """The free words; whom Slack mentions by id only is called by name."""
    words = line.words
    for user_id in line.people:
        if f"@{user_id}" in words:
            try:
                words = words.replace(f"@{user_id}", f"@{objectives.people.person_of(asker.team_id, user_id).name}")
            except NotFound:
                continue
    return words


def _owner(asker: Asker, typed: str, objectives: Objectives) -> tuple[str, str]:
    if typed.casefold() in ("me", "@me"):
        return objectives.people.person(asker).id, ""
    snapshot = objectives.directory.snapshot()
    found = snapshot.people_named(typed)
    if not found and is_slack_user(typed):
        try:
            return objectives.people.person_of(asker.team_id, typed).id, ""
        except NotFound as fault:
            return "", str(fault)
    found = found or objectives.directory.fresh().people_named(typed)
    if len(found) == 1:
        return found[0].id, ""
    if found:
        return "", f"Several may be meant by “{typed}”: {', '.join(person.name for person in found[:5])}. Choose one."
    near = nearest(typed, [person.name for person in snapshot.people if person.name])
    return "", f"There is nobody called “{typed}” in the OKR account." + (
        f" Nearest: {', '.join(near)}." if near else ""
    )


def _session(typed: str, objectives: Objectives) -> tuple[str, str]:
    snapshot = objectives.directory.snapshot()
    if typed.casefold() == "current":
        current = snapshot.current_session(objectives.clock())
        return (current.id, "") if current else ("", "No open session holds today. Choose one.")
    found = snapshot.sessions_named(typed) or objectives.directory.fresh().sessions_named(typed)
    if len(found) == 1:
        return found[0].id, ""
    if found:
        return "", f"Several sessions may be meant by “{typed}”: {', '.join(s.title for s in found[:5])}. Choose one."
    near = nearest(typed, [session.title for session in snapshot.sessions if session.title])
    return "", f"There is no session “{typed}”." + (f" Nearest: {', '.join(near)}." if near else "")


def changes_text(line: Line) -> str:
    """The changes of an update line in canonical form, without the objective they are for."""
    parts = [
        f"{key}:<@{value}>" if is_slack_user(value) else f"{key}:{quote(value)}" for key, value in line.values.items()
    ]
    parts += [f"+tag:{quote(tag)}" for tag in line.tags + line.added]
    parts += [f"-tag:{quote(tag)}" for tag in line.removed]
    return " ".join(parts)


def pack(draft: Draft) -> dict[str, Any]:
    """A draft as JSON, to be kept."""
    return asdict(draft)


def unpack(packed: Mapping[str, Any]) -> Draft:
    """The draft that was packed."""
    return Draft(**{**packed, "tags": tuple(packed.get("tags", ()))})
