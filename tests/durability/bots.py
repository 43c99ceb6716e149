"""The bot's processes: started, started again when they were killed, and stopped as a platform would."""

import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.world import DEADLINE, free_port

ROOT = Path(__file__).parents[2]
SIGNING_SECRET = "0123456789abcdef0123456789abcdef"
STARTS_WITHIN = 180.0


class Place:
    """One place for a process, such as a dyno: whatever dies there is started again until the place is closed."""

    def __init__(self, command: str, folder: Path, environment: Mapping[str, str]) -> None:
        self.command = command
        self.port = free_port()
        self.log = folder / f"{command}-{self.port}.log"
        self._folder = folder
        # Nothing of this process's own settings, and no .env of the checkout: the folder is another.
        self._environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder), **environment}
        self._environment["PORT"] = str(self.port)
        self._process: subprocess.Popen[bytes] | None = None
        self._pids: list[int] = []
        self._killed: set[int] = set()
        self._is_closed = threading.Event()
        self._lock = threading.Lock()
        self.is_up = threading.Event()
        self.crashes: list[int] = []
        self._thread = threading.Thread(target=self._keep_alive, name=f"place-{self.port}")
        self._thread.start()

    @property
    def pids(self) -> Sequence[int]:
        """The ids of all processes that there were, the present one last."""
        return tuple(self._pids)

    def _keep_alive(self) -> None:
        with self.log.open("ab") as log:
            while not self._is_closed.is_set():
                said = self._says_it_works()
                with self._lock:
                    arguments = [sys.executable, "-m", "bot", self.command]
                    self._process = subprocess.Popen(
                        arguments, cwd=self._folder, env=self._environment, stdout=log, stderr=log
                    )
                    self._pids.append(self._process.pid)
                threading.Thread(target=self._watch_start, args=(self._process, said), daemon=True).start()
                status = self._process.wait()
                self.is_up.clear()
                if self._process.pid not in self._killed and not self._is_closed.is_set():
                    self.crashes.append(status)
                    # A platform waits too before it starts what has crashed again.
                    self._is_closed.wait(1)

    def _watch_start(self, process: subprocess.Popen[bytes], said: int) -> None:
        """Sets ``is_up`` once the process answers; a worker does not listen, and says in its log that it works.

        ``said``: how often it had been said there before.
        """
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and process.returncode is None:
            if self.command == "worker":
                is_up = self._says_it_works() > said
            else:
                is_up = _answers(self.port)
            with self._lock:
                if is_up and process.returncode is None and process.pid not in self._killed:
                    self.is_up.set()
                    return
            self._is_closed.wait(0.02)

    def _says_it_works(self) -> int:
        return self.log.read_bytes().count(b"Working.")

    def wait_up(self) -> None:
        """Waits until the present process answers. Raises RuntimeError, with the end of its log, where it does not."""
        if not self.is_up.wait(STARTS_WITHIN):
            raise RuntimeError(f"{self.command} does not start:\n{self.log.read_text(encoding='utf-8')[-2000:]}")

    def kill(self) -> int:
        """``kill -9``; the id of what was killed, 0 where nothing runs at the moment."""
        with self._lock:
            process = self._process
            if process is None or process.returncode is not None or process.pid in self._killed:
                return 0
            self._killed.add(process.pid)
            self.is_up.clear()
            process.kill()
            return process.pid

    def close(self) -> None:
        """Starts nothing any more, and asks what runs to stop, as platforms do."""
        self._is_closed.set()
        with self._lock:
            if self._process and self._process.returncode is None:
                self._process.terminate()
        self._thread.join(DEADLINE)
        if self._thread.is_alive() and self._process:
            self._process.kill()
            self._thread.join()

    def abandon(self) -> int:
        """``kill -9``, and nothing is started here any more; the id of what was killed."""
        self._is_closed.set()
        pid = self.kill()
        self._thread.join()
        return pid


class Places:
    """Several places; closed together."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.all = list(places)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for place in self.all:
            place.close()

    @property
    def pids(self) -> list[int]:
        """The processes that may be alive."""
        return [place.pids[-1] for place in self.all if place.pids]

    @property
    def crashes(self) -> list[int]:
        """The exit statuses of processes that ended by themselves."""
        return [status for place in self.all for status in place.crashes]

    def complaints(self) -> list[str]:
        """The lines of all logs that tell of a fault in the bot."""
        lines = [line for place in self.all for line in place.log.read_text(encoding="utf-8").splitlines()]
        return [line for line in lines if "Bug " in line or "Traceback" in line or line.startswith("okr-bot:")]


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30):
            return True
    except (urllib.error.URLError, OSError):
        return False
