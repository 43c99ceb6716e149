"""What each verb costs in calls to the OKR API."""

from typing import Any

from tests.benchmarks.fakes import goal
from tests.benchmarks.figures import table
from tests.benchmarks.people import People, run_with
from tests.benchmarks.processes import Stage, stage

OWN = goal(0)["id"]
LINES = (
    ("search", "search #growth", False),
    ("show", f"show {OWN}", False),
    ("create", "create Win twenty pilots #growth", False),
    ("update, a name", f'update {OWN} name:"Cut it to two days"', False),
    ("update, a tag (read back)", f"update {OWN} +#board", False),
    ("delete, the question", f"delete {OWN}", False),
    ("delete, confirmed", f"confirm-delete {OWN}", True),
)


def measure(*, is_quick: bool) -> str:
    """A table of the calls that reached the API, by verb; the directory and the person are known beforehand."""
    with stage() as world, world.bot() as bot:
        rows = run_with(bot.port, lambda people: _drive(people, world))
    return table(["", "calls", "which"], rows)


async def _drive(people: People, world: Stage) -> list[list[str]]:
    client = people.client()
    await people.run(client, 0, "mine")
    rows = []
    for name, line, is_pressed in LINES:
        before = world.count()[0]
        _acked, _answered, answer = await (people.press if is_pressed else people.run)(client, 0, line)
        if b'"blocks"' not in answer:
            raise RuntimeError(f"{line!r} was answered with {answer[:300]!r}")
        new = _difference(before, world.count()[0])
        rows.append(
            [name, str(sum(new.values())), ", ".join(f"{call} × {n}" if n > 1 else call for call, n in new.items())]
        )
    client.close()
    return rows


def _difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, int]:
    return {call: n - before.get(call, 0) for call, n in after.items() if n > before.get(call, 0)}
