"""What it costs an ack that a change is durable before it: the bot beside itself without that, at the same rate."""

from tests.benchmarks.figures import duration, percentile, spread, table
from tests.benchmarks.people import Seen, run_with
from tests.benchmarks.processes import Process, stage

RATES = (5, 20)
"""Changes a second."""
LINE = "create Win the Nordics #growth"


def measure(*, is_quick: bool) -> str:
    """A table of acks of commands that create an objective; both take turns, on SQLite."""
    rows = []
    seconds, rounds = (3.0, 1) if is_quick else (8.0, 3)
    with stage() as world, world.bot() as durable, world.undurable() as plain:
        world.slow_down(50)
        processes = {"durable": durable, "not durable": plain}
        for process in processes.values():
            _stream(process, 5, 2)
        for rate in RATES:
            seen = {name: Seen() for name in processes}
            for _ in range(rounds):
                for name, process in processes.items():
                    seen[name].add(_stream(process, rate, seconds))
            rows += [[f"{rate} a second: {name}", *spread(one.acks)] for name, one in seen.items()]
            added = [
                percentile(seen["durable"].acks, at) - percentile(seen["not durable"].acks, at) for at in (50, 95, 99)
            ]
            rows.append([f"{rate} a second: **added**", *(f"**{duration(max(0.0, one))}**" for one in added)])
    return table(["", "ack p50", "p95", "p99"], rows)


def _stream(process: Process, rate: float, seconds: float) -> Seen:
    seen: Seen = run_with(process.port, lambda people: people.stream(rate, seconds, line=LINE))
    return seen
