"""The installation's own key: made once, and the same for every process on one database."""

import hashlib
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from sqlalchemy import URL

from bot.errors import ConfigError
from bot.store.database import file_of, read_url

_POSTGRES_PORT = 5432


def read_key(database_url: str) -> bytes:
    """The key, 32 bytes. Raises ConfigError where its file cannot be read or made.

    SQLite: kept in a file beside the database (``okr-bot.db.key``), for its owner alone to read, made where there is
    none; in memory: a new one each time. Postgres: derived from the address with its password, so that every process
    has it and it lies nowhere; a new password makes a new key.
    """
    url = read_url(database_url)
    if url.get_backend_name() == "postgresql":
        return _derive(url)
    path = key_file(database_url)
    return secrets.token_bytes(32) if path is None else _keep(path)


def key_file(database_url: str) -> Path | None:
    """Where the key of a database is kept; None where it is in no file."""
    url = read_url(database_url)
    path = None if url.get_backend_name() == "postgresql" else file_of(url)
    return None if path is None else path.with_name(f"{path.name}.key")


def _derive(url: URL) -> bytes:
    # A slow derivation, lest somebody who got hold of a sealed row tries passwords against it.
    address = f"{url.username}@{url.host}:{url.port or _POSTGRES_PORT}/{url.database}"
    return hashlib.scrypt((url.password or "").encode(), salt=address.encode(), n=2**14, r=8, p=1, dklen=32)


def _keep(path: Path) -> bytes:
    try:
        if not path.exists():
            _make(path)
        text = path.read_text(encoding="ascii").strip()
    except OSError as fault:
        raise ConfigError([f"The key file {path} cannot be used: {fault.strerror}. Is its folder writable?"]) from None
    except UnicodeDecodeError:
        text = ""
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise ConfigError([f"The key file {path} is damaged. Put back the one you saved, or remove it for a new one."])
    return bytes.fromhex(text)


def _make(path: Path) -> None:
    """Makes the file with a new key, unless another process is first; it is never there in part."""
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(unfinished, path)
    finally:
        unfinished.unlink()
