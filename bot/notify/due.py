"""When a digest is due: the hour of a cadence on the clock of a place, as moments in UTC."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.notify.cadence import Cadence, Rhythm

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@lru_cache(maxsize=1024)
def zone_of(name: str) -> tzinfo:
    """The time zone of this IANA name (``Europe/Berlin``); UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A name that is no name can be anything: a path out of the folder, a folder, too long for the file system.
        return UTC


def is_due(cadence: Cadence, last_sent: datetime | None, created: datetime, now: datetime, zone: str) -> bool:
    """Whether a digest is to be sent at ``now``. All times aware; a cadence that is not a digest's is never due.

    ``last_sent``: when the last one was sent, or was due; ``created``: since when there is this cadence. However many
    hours were missed, one digest catches up with all; a clock that was put back sends none again.
    """
    if cadence.kind is Rhythm.INSTANT:
        return False
    return latest_due(cadence, now, zone) > (created if last_sent is None else max(created, last_sent))


def next_due(cadence: Cadence, after: datetime, zone: str) -> datetime:
    """The first moment after ``after`` (aware) at which a digest is due, in UTC. ValueError for *instant*."""
    place = zone_of(zone)
    # Later days are due no sooner, so the first moment that is late enough is the one. Several days can have the same
    # moment, where a country left a day out.
    moments = (_moment(cadence, day, place) for day in _days(cadence, after.astimezone(place).date(), 1))
    return next(moment for moment in moments if moment > after)


def latest_due(cadence: Cadence, now: datetime, zone: str) -> datetime:
    """The last moment up to ``now`` (aware) at which a digest was due, in UTC. ValueError for *instant*."""
    place = zone_of(zone)
    # Tomorrow's hour can have come already: a clock that is put back at midnight shows yesterday again.
    tomorrow = now.astimezone(place).date() + _DAY
    moments = (_moment(cadence, day, place) for day in _days(cadence, tomorrow, -1))
    return next(moment for moment in moments if moment <= now)


def _days(cadence: Cadence, first: date, way: int) -> Iterator[date]:
    """The days of a cadence from ``first`` on, forwards (1) or backwards (-1)."""
    if cadence.kind is Rhythm.INSTANT:
        raise ValueError("What is told at once is not due at an hour")
    if cadence.kind is Rhythm.WEEKLY:
        first += way * _DAY * ((cadence.weekday - first.weekday()) * way % 7)
    step = way * (7 if cadence.kind is Rhythm.WEEKLY else 1)
    number = 0
    while True:
        yield first + _DAY * number
        number += step


def _moment(cadence: Cadence, day: date, place: tzinfo) -> datetime:
    """When the clock first shows the cadence's hour on this day, in UTC.

    Where a clock put forward leaves the hour out: at the first minute that it shows after that.
    """
    wall = datetime.combine(day, time(cadence.hour, cadence.minute))
    moment = wall.replace(tzinfo=place).astimezone(UTC)
    if moment.astimezone(place).replace(tzinfo=None) == wall:
        return moment
    # The hour is left out: read with the offset of before it lies after the change, with the one of after before it.
    before, after = wall.replace(tzinfo=place, fold=1).astimezone(UTC), moment
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(place).replace(tzinfo=None) >= wall:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)
