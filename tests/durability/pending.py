"""A database with work pending in it, written by the code of today for the code of tomorrow to go on with.

``python -m tests.durability.pending`` writes ``pending.sql`` anew. Do that only to add to it: the file of an old
version is what shows that pending work survives an upgrade.
"""

import sqlite3
import tempfile
import threading
from pathlib import Path

from tests.durability.bots import Place, Places
from tests.durability.company import Company
from tests.durability.run import environment_of
from tests.durability.slack import FakeSlack
from tests.durability.submissions import Mill, Submission, deliver

DUMP = Path(__file__).with_name("pending.sql")
KEY = "5a" * 32 + "\n"
"""The key of the installation that wrote it."""


def submissions(company: Company, slack: FakeSlack) -> tuple[Submission, Submission]:
    """What is pending: a form whose process died while the API was asked, and a line that waits to be tried again."""
    mill = Mill(company, slack)
    return mill.form("Sent off in the form of an old version"), mill.command("Typed to an old version")


def read(folder: Path) -> str:
    """Makes the database anew in a folder; its address."""
    (folder / "bot.db.key").write_text(KEY, encoding="ascii")
    with sqlite3.connect(folder / "bot.db") as database:
        database.executescript(DUMP.read_text(encoding="utf-8"))
    database.close()
    return f"sqlite:///{folder}/bot.db"


def write(folder: Path) -> None:
    """Lets a bot accept the work, kills it in the middle, and dumps what it has kept."""
    (folder / "bot.db.key").write_text(KEY, encoding="ascii")
    with Company() as company, FakeSlack() as slack:
        place = Place("serve", folder, environment_of(company, slack, f"sqlite:///{folder}/bot.db"))
        with Places([place]):
            form, command = submissions(company, slack)
            place.wait_up()
            company.fail(only=("POST",), status=503, times=float("inf"))
            assert deliver(command, place.port)
            assert slack.wait_waiting(command.place, 30)
            # Just after a try, so that the next one to ask is the form.
            tries = company.paths().count("POST /goals")
            while company.paths().count("POST /goals") == tries:
                threading.Event().wait(0.01)
            company.on_create = place.abandon
            assert deliver(form, place.port)
    with sqlite3.connect(folder / "bot.db") as database:
        DUMP.write_text("\n".join(database.iterdump()) + "\n", encoding="utf-8")
    database.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        write(Path(name))
