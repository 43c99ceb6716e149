"""Who is alone with a database clears up after the dead; whoever comes while somebody lives there does not."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.store.tenancy import Tenancy

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


def test_only_who_finds_nobody_clears_up(path: Path):
    first, second, third, last = (Tenancy(path) for _ in range(4))
    assert cleared(first)
    assert not cleared(second)
    first.move_out()
    assert not cleared(third)
    second.move_out()
    third.move_out()
    assert cleared(last)
    last.move_out()


def test_who_is_killed_lives_there_no_more(path: Path):
    with subprocess.Popen(
        [sys.executable, "-c", LIVE, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert [process.stdout.readline().strip() for _ in range(2)] == ["alone", "lives"]
        living = Tenancy(path)
        assert not cleared(living)
        living.move_out()
        process.kill()
        process.wait()
    after = Tenancy(path)
    assert cleared(after)
    after.move_out()


def test_a_clearing_that_fails_shuts_nobody_out(path: Path):
    failing, other = Tenancy(path), Tenancy(path)
    with pytest.raises(ZeroDivisionError):
        failing.move_in(lambda: 1 / 0)
    assert not cleared(other)
    failing.move_out()
    other.move_out()


def test_where_there_is_no_file_nobody_is_known_to_be_alone(tmp_path: Path):
    for path in (None, tmp_path / "none"):
        tenancy = Tenancy(path)
        assert not cleared(tenancy)
        tenancy.move_out()
