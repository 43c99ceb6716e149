"""Between what is remembered of an objective and how that is stored."""

from bot.notify.snapshots import Seen, read_text, remember
from bot.objectives.model import Objective
from bot.store.sightings import Sighting, mark_of


def sighting_of(
    objective: Objective, at: float, known: Sighting | None = None, *, has_description: bool = True
) -> Sighting:
    """How an objective is seen at ``at`` (epoch seconds), with what is not known this time as it was known before."""
    seen = remember(objective, has_description=has_description).filled(read_seen(known))
    return sighting_of_seen(seen, at, known)


def sighting_of_seen(seen: Seen, at: float, known: Sighting | None) -> Sighting:
    """The same of what is to be remembered."""
    earlier = read_seen(known)
    progressed = known.progressed_at if known else None
    if earlier is not None and earlier.progress != seen.progress:
        progressed = at
    return Sighting(seen.id, mark_of_seen(seen), seen.text(), at, progressed)


def read_seen(sighting: Sighting | None) -> Seen | None:
    """What is remembered in a sighting; None where it was stored by a bot that remembered otherwise."""
    return None if sighting is None else read_content(sighting.content)


def read_content(content: str | None) -> Seen | None:
    """What is remembered in the content of one."""
    try:
        return None if content is None else read_text(content)
    except ValueError:
        return None


def mark_of_seen(seen: Seen) -> str:
    """By what an unchanged objective is told: all that a list brings, which is no key result's confidence."""
    return mark_of(seen.without_confidence().text())
