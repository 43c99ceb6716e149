"""How long the bot takes to listen, and what it holds in memory at rest."""

from statistics import median

from tests.benchmarks.figures import duration, table
from tests.benchmarks.people import run_with
from tests.benchmarks.processes import stage


def measure(*, is_quick: bool) -> str:
    """A table; times are medians, the first start makes the database."""
    with stage() as world:
        port_settings = {"DATABASE_URL": f"sqlite:///{world.folder}/start.db"}
        times, memory, after = [], 0.0, 0.0
        for _ in range(2 if is_quick else 4):
            with world.bot(**port_settings) as bot:
                times.append(bot.started_in)
                run_with(bot.port, lambda people: people.crowd(1, 0.2))
                memory = bot.megabytes()
                run_with(bot.port, lambda people: people.crowd(64, 1))
                after = bot.megabytes()
    rows = [
        ["start to listening, new database", duration(times[0])],
        ["start to listening, later", duration(median(times[1:]))],
        ["memory at rest", f"{memory:.0f} MB"],
        ["memory after 64 people", f"{after:.0f} MB"],
    ]
    return table(["", "figure"], rows)
