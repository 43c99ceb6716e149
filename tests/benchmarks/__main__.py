"""`python -m tests.benchmarks [--quick] [acks] [durability] [calls] …`: prints tables in Markdown."""

import argparse
import os
import platform
import time

from tests.benchmarks import (
    acks,
    announcements,
    calls,
    digest_day,
    durability,
    matching,
    page,
    polls,
    scale,
    script,
    start,
)

PARTS = {
    "script": ("Beside a plain Bolt script that asks the API before it acks", script.measure),
    "acks": ("Acks beside a listener that only acks", acks.measure),
    "durability": ("What durability adds to an ack", durability.measure),
    "calls": ("Calls to the OKR API", calls.measure),
    "scale": ("At scale: 100,000 objectives, 50,000 people", scale.measure),
    "polls": ("Looks at the account, for changes made elsewhere", polls.measure),
    "matching": ("Changes against subscriptions", matching.measure),
    "announcements": ("From a change to the channel's message", announcements.measure),
    "digests": ("24 hours of a thousand digests in frozen time", digest_day.measure),
    "start": ("Start and memory", start.measure),
    "page": ("The local workspace in the browser", page.measure),
}


def main() -> None:
    """Runs the parts asked for, all of them where none is named."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"{', '.join(PARTS)}; all where none is named")
    parser.add_argument("--quick", action="store_true", help="within a minute, and less sure")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"There is no part {', '.join(sorted(unknown))}.")
    begun = time.monotonic()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, shared with what else runs on the machine.\n")
    for name in options.parts or PARTS:
        title, measure = PARTS[name]
        print(f"## {title}\n\n{measure(is_quick=options.quick)}", flush=True)
    print(f"The run took {time.monotonic() - begun:.0f} s.")


if __name__ == "__main__":
    main()
