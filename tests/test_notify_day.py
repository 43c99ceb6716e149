"""A day of a thousand digests, each made and posted as the bot does it."""

from pathlib import Path

from bot.notify.cadence import Cadence, Rhythm
from tests.digest_day import MOMENT, Wanted, send_digests
from tests.test_notify_due import ZONES, at, moments_by_clock

DIGESTS = [
    Wanted(
        Cadence(Rhythm.DAILY if number % 11 else Rhythm.WEEKLY, number // len(ZONES) % 24, 17, number % 7),
        ZONES[number % len(ZONES)],
    )
    for number in range(1_000)
]
"""At an odd minute: in all these zones together some are due at 72 moments of a day."""


def test_a_thousand_digests_in_thirty_zones_are_each_posted_once_a_day_and_at_their_minute(tmp_path: Path):
    start = at("2026-06-10T00:00")
    expected = [moments_by_clock(one.cadence, one.zone, start, 24 * 60) for one in DIGESTS]
    due = sorted({moment for moments in expected for moment in moments})
    posted = send_digests(tmp_path, DIGESTS, start, [asked for one in due for asked in (one - MOMENT, one)])
    assert posted == expected
    daily = [moments for one, moments in zip(DIGESTS, posted, strict=True) if one.cadence.kind is Rhythm.DAILY]
    assert {len(moments) for moments in daily} == {1}
