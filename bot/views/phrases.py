"""The phrases in which an objective is spoken of: its name, owners, session and tags, escaped and short enough."""

from collections.abc import Sequence
from datetime import datetime

from bot.objectives.model import Objective, Person, Session
from bot.objectives.series import join_series
from bot.views.text import (
    ELLIPSIS,
    counted,
    cut,
    day_text,
    days_between,
    escape,
    escape_with_links,
    fit,
    link,
    one_line,
    status_text,
)
from bot.views.text import percent as percent_text

DOT = " · "
KEPT_DAYS = 30
"""How long a change can be undone, and what was deleted can be brought back."""


def name_of(objective: Objective, limit: int = 2000) -> str:
    """The name on one line, not escaped."""
    return cut(_visible(objective.name) or "Untitled objective", limit)


def linked_name(objective: Objective, limit: int = 2000) -> str:
    """The name as a link to the web app, at most about ``limit`` characters without its address."""
    return link(objective.url, name_of(objective, limit))


def web_link(objective: Objective, label: str) -> str:
    """``label`` as a link to the objective in the web app; plain where its address is not known."""
    return link(objective.url, label)


def person_name(person: Person) -> str:
    """What a person is called, not escaped: the name, else the e-mail address, else the id."""
    return cut(_visible(person.name) or _visible(person.email) or _visible(person.id) or "somebody", 80)


def owners_text(owners: Sequence[Person], limit: int = 400) -> str:
    """The owners: "Ada Lovelace, Grace Hopper and 2 more"."""
    if not owners:
        return "nobody"
    return listed([escape(person_name(owner)) for owner in owners], limit)


def names_text(people: Sequence[Person], most: int = 3) -> str:
    """People as a sentence has them: "Ada Lovelace and Grace Hopper", "Ada Lovelace, Grace Hopper and 4 more"."""
    names = [escape(person_name(person)) for person in people]
    if len(names) > most:
        names[most - 1 :] = [f"{len(names) - most + 1:,} more"]
    return join_series(names)


def session_title(session: Session) -> str:
    """What a session is called, not escaped."""
    return cut(_visible(session.title) or _visible(session.id) or "no session", 80)


def session_text(session: Session, now: datetime) -> str:
    """A session with its days: "Q4 2026 (1 Oct – 31 Dec, 38 days left)"."""
    facts = [days_text(session.start, session.end, now)] if session.start and session.end else []
    if session.start and session.end:
        facts.append(_days_left(session.start, session.end, now))
    if session.status != "open":
        facts.append(escape(cut(one_line(session.status), 40)))
    facts = [fact for fact in facts if fact]
    return escape(session_title(session)) + (f" ({', '.join(facts)})" if facts else "")


def days_text(start: datetime, end: datetime, now: datetime) -> str:
    """Two calendar days (UTC), with their years where these are not the year of ``now``."""
    if start.year == end.year == now.year:
        return f"{day_text(start)} – {day_text(end)}"
    return f"{day_text(start)} {start.year} – {day_text(end)} {end.year}"


def tags_text(tags: Sequence[str], limit: int = 1500) -> str:
    """The tags: "#growth #onboarding", then how many more there are."""
    return listed([tag_text(tag) for tag in tags], limit, between=" ", last=" + ")


def tag_text(tag: str) -> str:
    """One tag: #growth."""
    return "#" + escape(cut(one_line(tag).lstrip("#"), 150))


def listed(words: Sequence[str], limit: int, *, between: str = ", ", last: str = " and ") -> str:
    """As many of the (escaped) words as fit in about ``limit`` characters, then "and 12 more"."""
    room, shown = limit, 0
    for word in words:
        room -= len(word) + len(between)
        if room < 0 and shown:
            break
        shown += 1
    rest = len(words) - shown
    return between.join(words[:shown]) + (f"{last}{rest:,} more" if rest else "")


def facts_text(objective: Objective, now: datetime | None, *, tags_limit: int = 150) -> str:
    """Status, owner, session, tags and short id, on one line; without ``now``, of what is gone, no status."""
    return DOT.join(
        fact
        for fact in (
            status_text(objective.status(now)) if now else "",
            owners_text(objective.owners[:2])
            + (f" and {len(objective.owners) - 2} more" if objective.owners[2:] else ""),
            escape(session_title(objective.session)),
            tags_text(objective.tags, tags_limit),
            "private" if objective.is_private else "",
            short_id_text(objective),
        )
        if fact
    )


def short_id_text(objective: Objective) -> str:
    """The short id, where the bot has given one."""
    return escape(cut(one_line(objective.short_id), 40))


def in_words(objective: Objective, now: datetime | None) -> str:
    """An objective as one sentence without signs, for those who hear it: name, progress, status, owner, session, id.

    Without ``now``, of what is gone, no status.
    """
    words = (
        escape(name_of(objective, 150)),
        percent_text(objective.progress),
        objective.status(now).value.replace("-", " ") if now else "",
        owners_text(objective.owners[:1]),
        escape(session_title(objective.session)),
        short_id_text(objective),
    )
    return ", ".join(word for word in words if word)


def paragraph(text: str, limit: int) -> str:
    """A text of several lines, escaped, in at most ``limit`` characters, with the web addresses in it as links."""
    return fit(text.strip(), limit, escape_with_links)


def whole_lines(lines: Sequence[str], limit: int) -> str:
    """As many whole (escaped) lines as fit in ``limit`` characters, then …"""
    text = "\n".join(lines)
    if len(text) <= limit:
        return text
    end = text.rfind("\n", 0, limit - 1)
    return f"{text[:end]}\n{ELLIPSIS}" if end > 0 else ELLIPSIS


def _visible(text: str) -> str:
    line = one_line(text)
    if line.isprintable():
        return line
    return line if any(char.isprintable() for char in line) else ""


def _days_left(start: datetime, end: datetime, now: datetime) -> str:
    if now < start:
        return f"starts in {counted(max(1, days_between(now, start)), 'day')}"
    left = days_between(now, end)
    if left < 0:
        return "ended"
    return "last day" if left == 0 else f"{counted(left, 'day')} left"
