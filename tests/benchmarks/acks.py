"""Acks beside those of a listener that does nothing else, at the same rate of arrival."""

from tests.benchmarks.figures import percentile, spread, table
from tests.benchmarks.people import Seen, run_with
from tests.benchmarks.processes import Process, stage

RATES = (20, 60)
"""Commands a second."""


def measure(*, is_quick: bool) -> str:
    """A table of acks; the bot searches behind each of its own, and both take turns."""
    rows = []
    seconds, rounds = (3.0, 1) if is_quick else (5.0, 3)
    with stage() as world, world.bot() as bot, world.bare() as bare:
        world.slow_down(50)
        for process in (bot, bare):
            _stream(process, 20, 4)
        for rate in RATES:
            ours, theirs = Seen(), Seen()
            for _ in range(rounds):
                for process, seen in ((bot, ours), (bare, theirs)):
                    seen.add(_stream(process, rate, seconds))
            ratio = percentile(ours.acks, 99) / percentile(theirs.acks, 99)
            rows += [[f"{rate} a second: bot", *spread(ours.acks)], [f"{rate} a second: bare", *spread(theirs.acks)]]
            rows.append([f"{rate} a second: **ratio**", "", "", f"**{ratio:.2f}**"])
    return table(["", "ack p50", "p95", "p99"], rows)


def _stream(process: Process, rate: float, seconds: float) -> Seen:
    seen: Seen = run_with(process.port, lambda people: people.stream(rate, seconds))
    return seen
