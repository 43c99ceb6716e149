"""One process at a time lives with the file of a database, and clears up first after the dead."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.store.tenancy import Tenancy
from tests.durable import until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no such lock")

LIVE = """
import sys
from pathlib import Path
from bot.store.tenancy import Tenancy
tenancy = Tenancy(Path(sys.argv[1]))
tenancy.move_in(lambda: print("alone", flush=True))
print("lives", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "okr-bot.db.key"
    path.touch()
    return path


def cleared(tenancy: Tenancy) -> bool:
    called = threading.Event()
    tenancy.move_in(called.set)
    return called.is_set()


def test_two_do_not_live_there_at_once_and_who_comes_clears_up(path: Path):
    first, second, last = (Tenancy(path, waits=0) for _ in range(3))
    assert cleared(first)
    with pytest.raises(ConfigError, match="Another okr-bot works on this database"):
        second.move_in(lambda: None)
    first.move_out()
    assert cleared(last)
    last.move_out()


def test_whoever_comes_waits_for_the_one_before_to_leave(path: Path, caplog: pytest.LogCaptureFixture):
    first, second = Tenancy(path), Tenancy(path)
    assert cleared(first)
    coming = threading.Thread(target=second.move_in, args=(lambda: None,))
    coming.start()
    until(lambda: "I wait for it to stop." in caplog.text)
    first.move_out()
    coming.join(10)
    assert not coming.is_alive()
    second.move_out()


def test_who_is_killed_lives_there_no_more(path: Path):
    with subprocess.Popen(
        [sys.executable, "-c", LIVE, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert [process.stdout.readline().strip() for _ in range(2)] == ["alone", "lives"]
        with pytest.raises(ConfigError):
            Tenancy(path, waits=0).move_in(lambda: None)
        process.kill()
        process.wait()
    after = Tenancy(path)
    assert cleared(after)
    after.move_out()


def test_a_clearing_that_fails_shuts_nobody_out(path: Path):
    failing, other = Tenancy(path), Tenancy(path, waits=0)
    with pytest.raises(ZeroDivisionError):
        failing.move_in(lambda: 1 / 0)
    assert cleared(other)
    other.move_out()


def test_where_there_is_no_file_nobody_is_known_to_be_alone(tmp_path: Path):
    for path in (None, tmp_path / "none"):
        tenancy = Tenancy(path)
        assert not cleared(tenancy)
        tenancy.move_out()
