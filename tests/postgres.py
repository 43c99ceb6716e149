"""A PostgreSQL server for the tests, from Debian's binaries, in a folder of its own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def find_binaries() -> Path | None:
    """The folder of the newest PostgreSQL installed, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@contextmanager
def running(binaries: Path, *, is_durable: bool = False) -> Iterator[str]:
    """A server that listens on a socket in its folder only; gives the address of its first database.

    ``is_durable``: a commit waits for the disk, as nothing but a measurement needs to.
    """
    # initdb refuses to run as root, so that the server then belongs to Debian's user postgres.
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="okr-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, user)

        def run(program: str, *arguments: str) -> None:
            switch = {"user": user} if os.geteuid() == 0 else {}
            subprocess.run([binaries / program, *arguments], check=True, capture_output=True, cwd=folder, **switch)

        cluster = str(folder / "data")
        run("initdb", "-D", cluster, "-U", "okr", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=200"
        options += f" -c fsync={'on' if is_durable else 'off'}"
        run("pg_ctl", "-D", cluster, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://okr@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", cluster, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
