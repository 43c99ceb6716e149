"""The bot as `okr-bot serve` runs it, but for one thing: a change is not noted down before its ack. For comparison."""

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bot.__main__ import main
from bot.work.writes import Writes

pool = ThreadPoolExecutor(64)


def accept_without_a_note(self: Writes, bot: str, id_: str, job: dict[str, Any]) -> None:
    """Does the same work, on a thread, and forgets it where the process dies."""
    hands = self._hands[bot]

    def act() -> None:
        decided = hands.decide(job)
        if "plan" in decided:
            hands.tell(job, hands.carry_out(job, decided["plan"], True)["tell"])

    pool.submit(act)


if __name__ == "__main__":
    Writes.accept = accept_without_a_note  # type: ignore[method-assign]
    sys.exit(main(["serve"]))
