"""The bot beside the plain script, where people wait for each answer before they type the next command."""

from dataclasses import dataclass

from tests.benchmarks.figures import duration, percentile, spread, table
from tests.benchmarks.people import Seen, run_with
from tests.benchmarks.processes import Process, stage

SLACK_WAITS = 3.0
"""Seconds that Slack waits for an ack."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many people at an API that takes so long, and for how many seconds the bot and the script are watched."""

    people: int
    milliseconds: int
    bot_seconds: float
    script_seconds: float
    rounds: int


FULL = (Crowd(8, 50, 4, 4, 3), Crowd(64, 50, 5, 5, 3), Crowd(64, 1000, 8, 14, 1))
QUICK = (Crowd(8, 50, 2, 2, 1), Crowd(64, 50, 3, 3, 1), Crowd(64, 1000, 3, 5, 1))


def measure(*, is_quick: bool) -> str:
    """Tables of acks, answers and ratios; the bot and the script take turns."""
    rows, notes = [], []
    with stage() as world, world.bot() as bot, world.script() as script:
        world.slow_down(50)
        _watch(bot, 64, 1)
        for crowd in QUICK if is_quick else FULL:
            world.slow_down(crowd.milliseconds)
            ours, theirs = Seen(), Seen()
            calls = connections = 0
            used = 0.0
            for _ in range(crowd.rounds):
                before, cpu = world.count(), bot.cpu_seconds()
                ours.add(_watch(bot, crowd.people, crowd.bot_seconds))
                after = world.count()
                used += bot.cpu_seconds() - cpu
                calls += sum(after[0].values()) - sum(before[0].values())
                connections += after[1] - before[1]
                theirs.add(_watch(script, crowd.people, crowd.script_seconds, waits=crowd.milliseconds < 1000))
            where = f"{crowd.people} people, API {duration(crowd.milliseconds / 1000)}"
            rows += [_row(f"{where}: bot", ours), _row(f"{where}: script", theirs)]
            p99 = percentile(ours.acks, 99) / percentile(theirs.acks, 99)
            rows.append(
                [f"{where}: **ratio**", "", "", f"**{p99:.2f}**", "", "", f"**{ours.rate / theirs.rate:.2f} ×**"]
            )
            notes.append(
                f"- {where}: {connections / calls:.3f} new connections per call to the API; "
                f"{1000 * used / calls:.1f} ms of processor time per command in the bot."
            )
    head = ["", "ack p50", "p95", "p99", "acks over 3 s", "answer p50", "answers/s"]
    return table(head, rows) + "\n" + "\n".join(notes) + "\n"


def _watch(process: Process, people: int, seconds: float, *, waits: bool = True) -> Seen:
    seen: Seen = run_with(process.port, lambda crowd: crowd.crowd(people, seconds, waits=waits))
    return seen


def _row(name: str, seen: Seen) -> list[str]:
    late = sum(ack > SLACK_WAITS for ack in seen.acks) / max(1, len(seen.acks))
    return [name, *spread(seen.acks), f"{late:.0%}", duration(percentile(seen.answers, 50)), f"{seen.rate:.1f}"]
