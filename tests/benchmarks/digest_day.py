"""A thousand digests in thirty time zones through 24 hours of frozen time, asked at every minute whether one is due."""

import tempfile
import time
from pathlib import Path

from tests.benchmarks.figures import duration, table
from tests.digest_day import Wanted, send_digests
from tests.test_notify_due import DAYS, DIGESTS, MINUTE, at, moments_by_clock

MINUTES = 24 * 60
NAMES = ("a day like any other", "spring in Europe", "autumn in America")


def measure(*, is_quick: bool) -> str:
    """A table: how many were due by a wall clock of their place, and what became of them."""
    rows = [_row(name) for name in (NAMES[1:2] if is_quick else NAMES)]
    return table(["", "due", "posted at their minute", "at another", "not", "twice", "processor time"], rows)


def _row(name: str) -> list[str]:
    start, digests = at(DAYS[name]), [Wanted(one.cadence, one.zone) for one in DIGESTS]
    expected = [moments_by_clock(one.cadence, one.zone, start, MINUTES) for one in digests]
    with tempfile.TemporaryDirectory(prefix="okr-bot-benchmark-") as folder:
        begun = time.process_time()
        posted = send_digests(Path(folder), digests, start, (start + MINUTE * minute for minute in range(MINUTES)))
        took = time.process_time() - begun
    pairs = list(zip(expected, posted, strict=True))
    right = sum(len(set(due) & set(sent)) for due, sent in pairs)
    wrong = sum(len(set(sent) - set(due)) for due, sent in pairs)
    lost = sum(max(0, len(due) - len(sent)) for due, sent in pairs)
    twice = sum(max(0, len(sent) - len(due)) for due, sent in pairs)
    figures = (sum(map(len, expected)), right, wrong, lost, twice)
    return [f"{len(digests):,} digests, {name}", *(f"{one:,}" for one in figures), duration(took)]
