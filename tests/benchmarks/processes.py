"""The processes of a benchmark: started in a scratch folder, waited for, measured from /proc, ended by their id."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

PATIENCE = 60.0
"""Seconds that a process may take to listen."""

SIGNING_SECRET = "0123456789abcdef0123456789abcdef"
CHECKOUT = Path(__file__).parents[2]


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get_json(url: str) -> Any:
    """What a local address answers."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


class Process:
    """A process that listens on ``port``; ended when left. ``started_in``: seconds until it listened."""

    def __init__(self, arguments: list[str], port: int, environment: Mapping[str, str], folder: Path) -> None:
        self.port = port
        self._log = (folder / f"{port}.log").open("w+", encoding="utf-8")
        self._name = " ".join(arguments)
        begun = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT), "PORT": str(port), **environment},
            stdout=self._log,
            stderr=self._log,
        )
        try:
            self._wait()
        except BaseException:
            self.close()
            raise
        self.started_in = time.perf_counter() - begun

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    def _wait(self) -> None:
        """Returns once the port takes connections."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._process.poll() is not None:
                self._log.seek(0)
                raise RuntimeError(f"{self._name} ended at once:\n{self._log.read()[-2000:]}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.005)
        raise TimeoutError(f"{self._name} does not listen")

    def megabytes(self) -> float:
        """Its resident memory now, with that of its workers."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()
        return sum(_resident(pid) for pid in (self.pid, *map(int, children)))

    def cpu_seconds(self) -> float:
        """The processor time it has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """Ends it."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


class Stage:
    """A scratch folder with the fakes in it, and what is started beside them."""

    def __init__(self, folder: Path, api_port: int, slack_port: int) -> None:
        self.folder = folder
        self._slack_port = slack_port
        self.environment = {
            "SLACK_BOT_TOKEN": "xoxb-benchmark",
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": f"http://127.0.0.1:{slack_port}/slack/api/",
            "QUANTIVE_API_URL": f"http://127.0.0.1:{api_port}/api/v1",
            "QUANTIVE_ACCOUNT_ID": "600000000000000000000000",
            "QUANTIVE_API_TOKEN": "benchmark-token",
            "OKR_REQUESTS_PER_SECOND": "0",
        }

    def slow_down(self, milliseconds: int) -> None:
        """Lets the API take this long for each answer."""
        get_json(f"http://127.0.0.1:{self._slack_port}/set/{milliseconds}")

    def count(self) -> tuple[dict[str, int], int]:
        """Calls that reached the API by method and path, and connections to it, so far."""
        counted = get_json(f"http://127.0.0.1:{self._slack_port}/count")
        return counted["calls"], counted["connections"]

    def posts(self) -> list[tuple[float, str, str]]:
        """What was posted to Slack since this was last asked: when (by the machine's clock), channel and text."""
        return [tuple(one) for one in get_json(f"http://127.0.0.1:{self._slack_port}/posts")]

    def bot(self, **settings: str) -> Process:
        """The bot as `okr-bot serve` runs it."""
        return self._serve(["-m", "bot", "serve"], settings)

    def undurable(self, **settings: str) -> Process:
        """The bot without its durability."""
        return self._serve(["-m", "tests.benchmarks.undurable"], settings)

    def _serve(self, arguments: list[str], settings: Mapping[str, str]) -> Process:
        port = free_port()
        database = {"DATABASE_URL": f"sqlite:///{self.folder}/{port}.db"}
        return Process(arguments, port, self.environment | database | settings, self.folder)

    def script(self) -> Process:
        """The plain script under gunicorn."""
        port = free_port()
        options = f"--threads 8 --graceful-timeout 1 --bind 127.0.0.1:{port}".split()
        served = ["-m", "gunicorn", *options, "tests.benchmarks.plain_script:app"]
        return Process(served, port, self.environment, self.folder)

    def bare(self, *options: str) -> Process:
        """The listener that only acknowledges."""
        port = free_port()
        return Process(["-m", "tests.benchmarks.bare_ack", str(port), *options], port, self.environment, self.folder)


@contextmanager
def stage() -> Iterator[Stage]:
    """A stage, cleared away afterwards."""
    with tempfile.TemporaryDirectory(prefix="okr-bot-benchmark-") as name:
        ports = free_port(), free_port()
        arguments = ["-m", "tests.benchmarks.fakes", *map(str, ports)]
        with Process(arguments, ports[0], {}, Path(name)):
            yield Stage(Path(name), *ports)
