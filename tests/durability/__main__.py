"""The whole measure: ``python -m tests.durability [--submissions 1000] [--every 20] [sqlite] [postgres] [worker]``."""

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests import postgres
from tests.durability.judging import Report
from tests.durability.run import Run


def main() -> int:
    """Runs on each database and prints the figures; 1 where anything was lost, done twice, or not told."""
    parser = argparse.ArgumentParser(prog="python -m tests.durability")
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--every", type=int, default=20, help="submissions between two kills, about")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--reads-for", type=float, default=20, help="seconds that people wait for an answer")
    parser.add_argument("--keep", type=Path, default=None, help="a folder for logs and databases, to look at later")
    parser.add_argument("database", nargs="*", choices=["sqlite", "postgres", "worker", []], default=[])
    options = parser.parse_args()
    ways = options.database or ["sqlite", "postgres", "worker"]
    reports = {way: _run(way, options) for way in ways}
    return 1 if any(report.faults for report in reports.values()) else 0


def _run(way: str, options: argparse.Namespace) -> Report:
    titles = {
        "sqlite": "SQLite, one process",
        "postgres": "Postgres, two processes that serve and work",
        "worker": "Postgres, one process that serves and works, one worker",
    }
    commands = {"sqlite": ("serve",), "postgres": ("serve", "serve"), "worker": ("serve", "worker")}[way]
    with tempfile.TemporaryDirectory(prefix="okr-kills-") as name:
        folder = Path(name) if options.keep is None else options.keep / way
        folder.mkdir(parents=True, exist_ok=True)
        print(f"== {titles[way]} (seed {options.seed})", flush=True)
        run = Run(folder, f"sqlite:///{folder}/bot.db", options.submissions, options.every, commands, options.seed)
        run.reads_for = options.reads_for
        if way == "sqlite":
            report = run.run()
        else:
            binaries = postgres.find_binaries()
            if binaries is None:
                raise SystemExit("PostgreSQL's binaries are not installed")
            with postgres.running(binaries) as run.database_url:
                report = run.run()
    print(report, flush=True)
    return report


if __name__ == "__main__":
    sys.exit(main())
