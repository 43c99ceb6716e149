"""Golden files: what views look like, as JSON to be read when it changes; ``--update-golden`` writes them anew."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.views.message import Message

FOLDER = Path(__file__).parent / "golden"


class Golden:
    """Compares with a file of ``tests/golden``, and remembers which files were asked for."""

    def __init__(self, *, update: bool) -> None:
        self.update = update
        self.used: set[str] = set()

    def check(self, name: str, shown: Any) -> None:
        """Fails where ``shown`` (a Message, a View or a dict) is not what ``<name>.json`` says."""
        self.used.add(name)
        text = json.dumps(as_json(shown), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        path = FOLDER / f"{name}.json"
        if self.update:
            FOLDER.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"{path.name} is not there: look at it, and run with --update-golden"
        assert json.loads(text) == json.loads(path.read_text(encoding="utf-8"))


def as_json(shown: Any) -> Any:
    """A Message or a view of slack_sdk, validated, as the JSON that Slack would get."""
    if isinstance(shown, Message):
        return {"text": shown.text, "blocks": [block.to_dict() for block in shown.blocks]}
    return shown.to_dict() if hasattr(shown, "to_dict") else shown


def names() -> set[str]:
    """The golden files that there are."""
    return {path.stem for path in FOLDER.glob("*.json")}


@pytest.fixture(scope="session")
def golden(request: pytest.FixtureRequest) -> Golden:
    """The golden files, written anew with ``--update-golden``."""
    return Golden(update=bool(request.config.getoption("--update-golden", default=False)))
