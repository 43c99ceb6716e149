"""The seal, and the installation's own key: made once, for its owner alone, the same for every process."""

import os
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.store.key import read_key
from bot.store.seal import Seal
from tests.world import DEADLINE

KEY = b"k" * 32
URL = "https://hooks.slack.example/commands/T1/42/secret"


def test_what_was_closed_opens_with_the_same_key_alone():
    sealed = Seal(KEY).close(URL)
    assert Seal(KEY).open(sealed) == URL
    assert Seal(b"l" * 32).open(sealed) == ""


def test_what_was_closed_shows_nothing_and_never_looks_the_same_twice():
    seal = Seal(KEY)
    assert "secret" not in seal.close(URL)
    assert seal.close(URL) != seal.close(URL)
    assert KEY.decode() not in repr(seal)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back(text: str):
    assert Seal(KEY).open(Seal(KEY).close(text)) == text


@example("half a character: \ud800")
@given(st.text() | st.binary().map(lambda some: some.decode("latin-1")))
def test_what_was_never_closed_opens_as_nothing(damaged: str):
    assert Seal(KEY).open(damaged) == ""


def test_what_was_damaged_opens_as_nothing():
    sealed = urlsafe_b64decode(Seal(KEY).close(URL))
    for place in range(len(sealed)):
        # Not by its letters: the last ones of Base64 hold bits that say nothing.
        damaged = bytes([*sealed[:place], sealed[place] ^ 1, *sealed[place + 1 :]])
        assert Seal(KEY).open(urlsafe_b64encode(damaged).decode()) == ""
        assert Seal(KEY).open(urlsafe_b64encode(sealed[:place]).decode()) == ""


def test_a_key_that_can_be_guessed_is_refused():
    with pytest.raises(ValueError, match="can be guessed"):
        Seal(b"short")


def test_the_key_lies_beside_the_database_for_its_owner_alone_and_stays(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'okr-bot.db'}"
    key = read_key(url)
    path = tmp_path / "okr-bot.db.key"
    assert len(key) == 32
    assert path.read_text() == f"{key.hex()}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key(url) == key
    assert [file.name for file in tmp_path.iterdir()] == ["okr-bot.db.key"]


def test_each_database_has_a_key_of_its_own(tmp_path: Path):
    assert read_key(f"sqlite:///{tmp_path / 'a.db'}") != read_key(f"sqlite:///{tmp_path / 'b.db'}")


def test_a_relative_address_is_relative_to_where_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    key = read_key("sqlite:///okr-bot.db")
    assert (tmp_path / "okr-bot.db.key").read_text().strip() == key.hex()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:okr?mode=memory&uri=true"])
def test_a_database_in_memory_has_a_new_key_each_time_and_no_file(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    assert len(read_key(url)) == 32
    assert read_key(url) != read_key(url)
    assert list(tmp_path.iterdir()) == []


def test_many_that_start_at_once_have_one_key(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            gate = Barrier(8)

            def read(url: str = f"sqlite:///{tmp_path / f'{number}.db'}", gate: Barrier = gate) -> bytes:
                gate.wait(DEADLINE)
                return read_key(url)

            assert len({future.result() for future in [pool.submit(read) for _ in range(8)]}) == 1
    assert len(list(tmp_path.iterdir())) == 20


def test_whoever_comes_second_takes_the_key_of_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """As though another process had made the file between our look and our writing."""
    path, link = tmp_path / "okr.db.key", os.link

    def come_second(source: Path, target: Path) -> None:
        path.write_text("ab" * 32)
        link(source, target)

    monkeypatch.setattr(os, "link", come_second)
    assert read_key(f"sqlite:///{tmp_path / 'okr.db'}") == bytes.fromhex("ab" * 32)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("damaged", [b"", b"ab" * 31, b"zz" * 32, b"\xff" * 64, b"ab" * 33])
def test_a_damaged_key_is_named_and_neither_used_nor_replaced(tmp_path: Path, damaged: bytes):
    path = tmp_path / "okr.db.key"
    path.write_bytes(damaged)
    with pytest.raises(ConfigError, match=r"okr\.db\.key is damaged") as refused:
        read_key(f"sqlite:///{tmp_path / 'okr.db'}")
    assert path.read_bytes() == damaged
    assert "abab" not in str(refused.value)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"okr\.db\.key cannot be used: No such file"):
        read_key(f"sqlite:///{tmp_path / 'nowhere' / 'okr.db'}")


def test_every_process_on_one_postgres_has_the_same_key_however_its_address_is_written():
    key = read_key("postgresql://okr:secret@db.example/okr")
    assert len(key) == 32
    assert read_key("postgres://okr:secret@db.example:5432/okr?sslmode=require") == key
    assert read_key("postgresql+psycopg://okr:secret@db.example/okr") == key


@pytest.mark.parametrize(
    "other",
    [
        "okr:other@db.example/okr",
        "eve:secret@db.example/okr",
        "okr:secret@db.example/eve",
        "okr:secret@eve.example/okr",
    ],
)
def test_another_address_or_password_has_another_key(other: str):
    assert read_key(f"postgresql://{other}") != read_key("postgresql://okr:secret@db.example/okr")


def test_a_postgres_without_a_password_has_a_key_too():
    assert len(read_key("postgresql://okr@/okr?host=/run/postgresql")) == 32
