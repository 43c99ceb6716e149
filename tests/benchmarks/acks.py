"""Acks beside those of a listener that does nothing else, at the same rate of arrival."""

from tests.benchmarks.figures import percentile, spread, table
from tests.benchmarks.people import Seen, run_with
from tests.benchmarks.processes import Process, stage

RATES = (20, 60)
"""Commands a second."""


def measure(*, is_quick: bool) -> str:
    """A table of acks; the bot searches behind each of its own, and all take turns.

    Bolt as it comes looks for the ack of a listener every 10 ms; the tuned one acks on the request's thread, as we do.
    """
    rows = []
    seconds, rounds = (3.0, 1) if is_quick else (5.0, 3)
    with stage() as world, world.bot() as bot, world.bare() as bare, world.bare("tuned") as tuned:
        world.slow_down(50)
        processes = {"bot": bot, "bare": bare, "bare, tuned": tuned}
        for process in processes.values():
            _stream(process, 20, 4)
        for rate in RATES:
            seen = {name: Seen() for name in processes}
            for _ in range(rounds):
                for name, process in processes.items():
                    seen[name].add(_stream(process, rate, seconds))
            rows += [[f"{rate} a second: {name}", *spread(one.acks)] for name, one in seen.items()]
            ours, *others = (percentile(one.acks, 99) for one in seen.values())
            ratios = " and ".join(f"{ours / other:.2f}" for other in others)
            rows.append([f"{rate} a second: **ratios**", "", "", f"**{ratios}**"])
    return table(["", "ack p50", "p95", "p99"], rows)


def _stream(process: Process, rate: float, seconds: float) -> Seen:
    seen: Seen = run_with(process.port, lambda people: people.stream(rate, seconds))
    return seen
