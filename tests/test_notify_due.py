"""When digests are due: on the clock of a place, through every change of it, each once."""

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from functools import cache
from heapq import heapify, heapreplace
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import available_timezones

import pytest
from freezegun import freeze_time
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.notify.cadence import INSTANT, WEEKDAYS, Cadence, Rhythm, parse_cadence
from bot.notify.due import is_due, latest_due, next_due, zone_of
from bot.objectives.model import utc_now

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ZONES = (
    *("Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Moscow", "Atlantic/Azores", "Africa/Casablanca"),
    *("Africa/Cairo", "Africa/Lagos", "America/New_York", "America/Chicago", "America/Phoenix", "America/St_Johns"),
    *("America/Sao_Paulo", "America/Santiago", "America/Havana", "America/Asuncion", "Asia/Kathmandu", "Asia/Kolkata"),
    *("Asia/Tehran", "Asia/Beirut", "Asia/Tokyo", "Asia/Gaza", "Australia/Lord_Howe", "Australia/Sydney"),
    *("Australia/Eucla", "Pacific/Apia", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Kiritimati", "UTC"),
)
CADENCES = st.one_of(
    st.builds(Cadence, st.just(Rhythm.DAILY), st.integers(0, 23), st.integers(0, 59)),
    st.builds(Cadence, st.just(Rhythm.WEEKLY), st.integers(0, 23), st.integers(0, 59), st.integers(0, 6)),
)
PLACES = st.sampled_from(sorted(available_timezones()))
# Since 1973 every place has been whole minutes off.
MOMENTS = st.datetimes(datetime(1973, 1, 8), datetime(2100, 1, 1), timezones=st.just(UTC))
THOROUGH = settings(max_examples=60)


def at(moment: str) -> datetime:
    """A moment in UTC, or with the offset that is written."""
    read = datetime.fromisoformat(moment)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


@cache
def shown_by_clock(zone: str, start: datetime, minutes: int) -> list[datetime]:
    """The latest that a clock in this place has shown up to each minute."""
    place = zone_of(zone)
    shown = ((start + MINUTE * number).astimezone(place).replace(tzinfo=None) for number in range(minutes))
    return list(accumulate(shown, max))


def moments_by_clock(cadence: Cadence, zone: str, start: datetime, minutes: int) -> list[datetime]:
    """The due moments of a stretch, found on a clock that was looked at every minute."""
    begin = start - 3 * DAY
    shown = shown_by_clock(zone, begin, minutes + 3 * 24 * 60)
    found = set()
    day = shown[0].date() + DAY
    while (wanted := datetime(day.year, day.month, day.day, cadence.hour, cadence.minute)) <= shown[-1]:
        if cadence.kind is Rhythm.DAILY or day.weekday() == cadence.weekday:
            found.add(begin + MINUTE * bisect_left(shown, wanted))
        day += DAY
    return sorted(moment for moment in found if moment >= start)


@THOROUGH
@given(CADENCES, PLACES | st.sampled_from(ZONES), MOMENTS)
def test_a_digest_is_due_when_the_clock_of_the_place_first_shows_its_hour(
    cadence: Cadence, zone: str, moment: datetime
) -> None:
    start = moment.replace(second=0, microsecond=0)
    moments, following = [], next_due(cadence, start - MINUTE, zone)
    while following < start + DAY * 9:
        moments.append(following)
        following = next_due(cadence, following, zone)
    assert moments == moments_by_clock(cadence, zone, start, 9 * 24 * 60)


@given(CADENCES, PLACES, st.datetimes(datetime(1850, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_the_latest_and_the_next_are_neighbours(cadence: Cadence, zone: str, now: datetime) -> None:
    latest, following = latest_due(cadence, now, zone), next_due(cadence, now, zone)
    assert latest <= now < following
    assert latest.tzinfo is UTC and following.tzinfo is UTC
    assert next_due(cadence, latest, zone) == following
    assert latest_due(cadence, following, zone) == following
    assert latest_due(cadence, following - timedelta(microseconds=1), zone) == latest


CHANGES = {
    # zone, cadence, after, and the moments that follow, on the clock of the place
    "spring in Berlin": (
        *("Europe/Berlin", "daily 2:30", "2026-03-28T00:00+01:00"),
        ["2026-03-28T02:30+01:00", "2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"],
    ),
    "autumn in Berlin": (
        *("Europe/Berlin", "daily 2:30", "2026-10-24T00:00+02:00"),
        ["2026-10-24T02:30+02:00", "2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"],
    ),
    "in the doubled hour, after its first time": (
        *("Europe/Berlin", "daily 2:30", "2026-10-25T02:10+01:00"),
        ["2026-10-26T02:30+01:00"],
    ),
    "spring in New York": (
        *("America/New_York", "daily 9:00", "2026-03-07T10:00-05:00"),
        ["2026-03-08T09:00-04:00", "2026-03-09T09:00-04:00"],
    ),
    "half an hour on Lord Howe in spring": (
        *("Australia/Lord_Howe", "daily 2:15", "2026-10-03T12:00+10:30"),
        ["2026-10-04T02:30+11:00", "2026-10-05T02:15+11:00"],
    ),
    "half an hour on Lord Howe in autumn": (
        *("Australia/Lord_Howe", "daily 1:45", "2026-04-04T12:00+11:00"),
        ["2026-04-05T01:45+11:00", "2026-04-06T01:45+10:30"],
    ),
    "a quarter of an hour in Kathmandu": (
        *("Asia/Kathmandu", "daily 9:00", "2026-01-01T00:00+00:00"),
        ["2026-01-01T09:00+05:45"],
    ),
    "the day that Samoa left out": (
        *("Pacific/Apia", "daily 9:00", "2011-12-29T00:00-10:00"),
        ["2011-12-29T09:00-10:00", "2011-12-31T00:00+14:00", "2011-12-31T09:00+14:00"],
    ),
    "midnight left out in São Paulo": (
        *("America/Sao_Paulo", "daily 0:00", "2017-10-14T12:00-03:00"),
        ["2017-10-15T01:00-02:00", "2017-10-16T00:00-02:00"],
    ),
    "the hour before midnight doubled in São Paulo": (
        *("America/Sao_Paulo", "daily 23:30", "2018-02-17T12:00-02:00"),
        ["2018-02-17T23:30-02:00", "2018-02-18T23:30-03:00"],
    ),
    "no change any more in São Paulo": (
        *("America/Sao_Paulo", "daily 0:00", "2026-10-17T12:00-03:00"),
        ["2026-10-18T00:00-03:00"],
    ),
    "midnight seen twice in Newfoundland": (
        *("America/St_Johns", "daily 0:00", "2010-11-06T12:00-02:30"),
        ["2010-11-07T00:00-02:30", "2010-11-08T00:00-03:30"],
    ),
    "a leap day": (
        *("Asia/Tokyo", "daily 9:00", "2028-02-28T10:00+09:00"),
        ["2028-02-29T09:00+09:00", "2028-03-01T09:00+09:00"],
    ),
    "a year that is no leap year": (
        *("Asia/Tokyo", "daily 9:00", "2100-02-28T10:00+09:00"),
        ["2100-03-01T09:00+09:00"],
    ),
    "the end of months and of the year": (
        *("Europe/London", "weekly friday 8:05", "2026-12-24T12:00+00:00"),
        ["2026-12-25T08:05+00:00", "2027-01-01T08:05+00:00", "2027-01-08T08:05+00:00"],
    ),
    "a weekly one on the day of the change": (
        *("Europe/Berlin", "weekly sunday 2:30", "2026-03-23T00:00+01:00"),
        ["2026-03-29T03:00+02:00", "2026-04-05T02:30+02:00"],
    ),
    "a zone that does not exist": ("Mars/Olympus", "daily 9:00", "2026-01-01T00:00+00:00", ["2026-01-01T09:00+00:00"]),
}


@pytest.mark.parametrize(("zone", "typed", "after", "moments"), CHANGES.values(), ids=CHANGES)
def test_the_hour_is_kept_through_changes_of_the_clock(zone: str, typed: str, after: str, moments: list[str]) -> None:
    cadence, moment = parse_cadence(typed), at(after)
    for wanted in map(at, moments):
        moment = next_due(cadence, moment, zone)
        assert moment == wanted
        assert moment.astimezone(zone_of(zone)).isoformat() == wanted.isoformat()
    # Between the last two, and to the second, the earlier one is the latest.
    assert latest_due(cadence, moment, zone) == moment
    assert len(moments) == 1 or latest_due(cadence, moment - timedelta(seconds=1), zone) == at(moments[-2])


def test_an_hour_of_tomorrow_can_have_come_where_the_clock_is_put_back_at_midnight() -> None:
    midnights, yesterday_again = parse_cadence("daily 0:00"), at("2010-11-06T23:30-03:30")
    assert latest_due(midnights, yesterday_again, "America/St_Johns") == at("2010-11-07T00:00-02:30")
    assert next_due(midnights, yesterday_again, "America/St_Johns") == at("2010-11-08T00:00-03:30")


@pytest.mark.parametrize("name", ["", "Nowhere", "America", "../../etc/passwd", "/etc/passwd", "x" * 5000, "a\0b", "É"])
def test_a_zone_that_is_none_is_utc(name: str) -> None:
    assert zone_of(name) is UTC


def test_what_is_told_at_once_is_never_due_at_an_hour() -> None:
    now = at("2026-01-01")
    assert not is_due(INSTANT, None, now - DAY, now, "UTC")
    with pytest.raises(ValueError, match="not due at an hour"):
        next_due(INSTANT, now, "UTC")


SENT = {
    # cadence, zone, created, last sent, now, whether it is due
    "before its first hour": ("daily 9:00", "UTC", "2026-06-01T08:00", "", "2026-06-01T08:59:59", False),
    "at its first hour": ("daily 9:00", "UTC", "2026-06-01T08:00", "", "2026-06-01T09:00", True),
    "made after the hour of that day": ("daily 9:00", "UTC", "2026-06-01T09:01", "", "2026-06-01T23:00", False),
    "sent a moment ago": ("daily 9:00", "UTC", "2026-05-01", "2026-06-01T09:00", "2026-06-01T09:00:01", False),
    "sent late": ("daily 9:00", "UTC", "2026-05-01", "2026-06-01T23:00", "2026-06-02T08:59", False),
    "sent late, the day after": ("daily 9:00", "UTC", "2026-05-01", "2026-06-01T23:00", "2026-06-02T09:00", True),
    "after ten missed days": ("daily 9:00", "UTC", "2026-05-01", "2026-05-22T09:00", "2026-06-01T12:00", True),
    "caught up with ten days": ("daily 9:00", "UTC", "2026-05-01", "2026-06-01T12:00", "2026-06-01T12:01", False),
    "the clock was put back": ("daily 9:00", "UTC", "2026-05-01", "2026-06-01T09:00", "2026-05-31T10:00", False),
    "put back, and the hour again": ("daily 9:00", "UTC", "2026-05-01", "2026-06-01T09:00", "2026-06-01T09:00", False),
    "put back to before it was made": ("daily 9:00", "UTC", "2026-06-01T08:00", "", "2026-05-30T09:30", False),
    "a week later": ("weekly monday 9:00", "UTC", "2026-05-01", "2026-06-01T09:00", "2026-06-08T09:00", True),
    "within the week": ("weekly monday 9:00", "UTC", "2026-05-01", "2026-06-01T09:00", "2026-06-08T08:59", False),
    "the doubled hour, again": (
        *("daily 2:30", "Europe/Berlin", "2026-05-01", "2026-10-25T00:30", "2026-10-25T01:30", False),
    ),
    "the hour that is left out": (
        *("daily 2:30", "Europe/Berlin", "2026-01-01", "2026-03-28T01:30", "2026-03-29T01:00", True),
    ),
    "just before the hour that is left out": (
        *("daily 2:30", "Europe/Berlin", "2026-01-01", "2026-03-28T01:30", "2026-03-29T00:59:59", False),
    ),
    "made anew later than last sent": (
        *("daily 9:00", "UTC", "2026-06-01T10:00", "2026-05-01T09:00", "2026-06-01T11:00", False),
    ),
}


@pytest.mark.parametrize(("typed", "zone", "created", "sent", "now", "due"), SENT.values(), ids=SENT)
def test_a_digest_is_sent_once_for_each_hour_and_once_for_all_that_were_missed(
    typed: str, zone: str, created: str, sent: str, now: str, due: bool
) -> None:
    with freeze_time(now):
        assert is_due(parse_cadence(typed), at(sent) if sent else None, at(created), utc_now(), zone) is due


def test_a_clock_that_jumps_about_sends_no_digest_twice() -> None:
    cadence, created, sent = parse_cadence("daily 9:00"), at("2026-06-01"), []
    jumps = ["2026-06-02T09:00", "2026-06-02T08:30", "2026-06-02T09:00", "2026-06-05T00:00", "2026-06-03T09:00"]
    jumps += ["2026-06-04T09:00", "2026-06-04T23:59", "2026-06-05T08:59", "2026-06-05T09:00", "2026-06-01T09:00"]
    with freeze_time(jumps[0]) as clock:
        for moment in jumps:
            clock.move_to(moment)
            if is_due(cadence, sent[-1] if sent else None, created, utc_now(), "UTC"):
                sent.append(utc_now())
    assert sent == [at("2026-06-02T09:00"), at("2026-06-05T00:00"), at("2026-06-05T09:00")]


class Simulated(NamedTuple):
    cadence: Cadence
    zone: str


DIGESTS = [
    Simulated(
        # All minutes of the night, when clocks are changed, and of the day.
        Cadence(Rhythm.WEEKLY, number * 7 % 1440 // 60, number * 7 % 60, number % 7)
        if number % 11 == 0
        else Cadence(Rhythm.DAILY, *divmod(number * 7 % (180 if number % 2 else 1440), 60)),
        ZONES[number % len(ZONES)],
    )
    for number in range(1_000)
]
DAYS = {
    "a day like any other": "2026-06-10T00:00",
    "spring in Europe": "2026-03-28T12:00",
    "autumn in Europe": "2026-10-24T12:00",
    "spring in America": "2026-03-07T18:00",
    "autumn in America": "2026-10-31T18:00",
    "spring on Lord Howe and in Sydney": "2026-10-03T06:00",
    "autumn on Lord Howe and in Chatham": "2026-04-04T06:00",
    "the end of February": "2026-02-28T00:00",
    "a leap day": "2028-02-28T12:00",
    "the turn of the year": "2026-12-31T12:00",
    "the day that Samoa left out": "2011-12-29T22:00",
}


@pytest.mark.parametrize("day", DAYS)
def test_a_thousand_digests_in_thirty_zones_are_each_sent_once_at_their_minute(day: str) -> None:
    start, minutes = at(DAYS[day]), 36 * 60
    sent: list[list[datetime]] = [[] for _ in DIGESTS]
    waiting = [(next_due(one.cadence, start - MINUTE, one.zone), number) for number, one in enumerate(DIGESTS)]
    heapify(waiting)
    for minute in range(minutes):
        now = start + MINUTE * minute
        while waiting[0][0] <= now:
            number = waiting[0][1]
            cadence, zone = DIGESTS[number]
            assert is_due(cadence, sent[number][-1] if sent[number] else None, start - MINUTE, now, zone)
            sent[number].append(now)
            heapreplace(waiting, (next_due(cadence, now, zone), number))
    assert sent == [moments_by_clock(one.cadence, one.zone, start, minutes) for one in DIGESTS]


def test_on_a_day_like_any_other_each_daily_digest_is_sent_exactly_once() -> None:
    start, sent = at("2026-06-10T00:00"), dict.fromkeys(DIGESTS, 0)
    today = {one for one in DIGESTS if one.cadence.kind is Rhythm.DAILY}
    for one in today:
        moment = next_due(one.cadence, start - MINUTE, one.zone)
        while moment < start + DAY:
            sent[one] += 1
            shown = moment.astimezone(zone_of(one.zone))
            assert (shown.hour, shown.minute) == (one.cadence.hour, one.cadence.minute)
            moment = next_due(one.cadence, moment, one.zone)
    assert {sent[one] for one in today} == {1}
    assert len({one.zone for one in today}) == 30


@pytest.mark.parametrize("day", ["a day like any other", "spring in Europe", "autumn in America"])
def test_asked_at_every_minute_a_digest_is_due_at_one(day: str) -> None:
    start = at(DAYS[day])
    for cadence, zone in DIGESTS[:1000:40]:
        sent: list[datetime] = []
        for minute in range(36 * 60):
            now = start + MINUTE * minute
            if is_due(cadence, sent[-1] if sent else None, start - MINUTE, now, zone):
                sent.append(now)
        assert sent == moments_by_clock(cadence, zone, start, 36 * 60)


def test_every_weekday_is_found() -> None:
    monday = at("2026-06-01T00:00")
    for number, day in enumerate(WEEKDAYS):
        moment = next_due(parse_cadence(f"weekly {day} 0:00"), monday - MINUTE, "UTC")
        assert moment == monday + DAY * number
        assert moment.date() == date(2026, 6, 1 + number)
