"""The commands of `okr-bot`, each as a process of its own: what it says, and how it starts and stops."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import requests

from bot.config import read_settings
from bot.errors import ConfigError
from bot.running import open_database
from bot.running_local import forget
from bot.store.tenancy import Tenancy
from tests.durable import until
from tests.fakes.socket_mode import socket_mode
from tests.world import DEADLINE, USERS, World, free_port

ROOT = Path(__file__).parent.parent


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=cwd,
        env=clean(environment),
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )


def clean(environment: dict[str, str]) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": os.environ.get("HOME", "/"), **environment}


@contextmanager
def started(
    *arguments: str, cwd: Path, port: int, path: str = "/healthz", **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """A running command that answers on its port; killed at the end where it has not stopped."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=cwd,
        env=clean({"PORT": str(port), **environment}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        until(lambda: process.poll() is not None or answers(f"http://127.0.0.1:{port}{path}"))
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def answers(address: str) -> bool:
    try:
        requests.get(address, timeout=30)
    except requests.ConnectionError:
        return False
    return True


def test_check_names_everything_that_is_missing_at_once_and_exits_1(tmp_path: Path):
    result = run("check", cwd=tmp_path)
    assert result.returncode == 1
    assert "✗ SLACK_BOT_TOKEN is not set." in result.stdout
    assert (
        "✗ Neither SLACK_SIGNING_SECRET (for okr-bot serve) nor SLACK_APP_TOKEN (for okr-bot socket) is set."
        in result.stdout
    )
    assert "✓ Database: it can be used." in result.stdout
    assert "! OKR API: no Quantive account is set, so the embedded OKR server serves" in result.stdout


def test_check_says_which_scope_lacks_and_that_a_readable_env_file_is_a_fault(tmp_path: Path, world: World):
    (tmp_path / ".env").write_text("SLACK_SIGNING_SECRET=hush-hush\n")
    (tmp_path / ".env").chmod(0o644)
    slack = {"SLACK_BOT_TOKEN": world.workspace.bot_token, "SLACK_API_URL": world.workspace.api_url}
    result = run("check", cwd=tmp_path, **slack)
    assert result.returncode == 1
    assert "✗ .env can be read by others on this machine, and it holds secrets. Run: chmod 600 .env" in result.stdout
    assert "✓ Slack: every scope of the manifest is granted." in result.stdout
    # Also beside settings that are wrong: everything is named at once.
    wrong = run("check", cwd=tmp_path, PORT="many", **slack)
    assert "✗ .env can be read by others" in wrong.stdout
    assert "✗ PORT must be a whole number" in wrong.stdout
    (tmp_path / ".env").chmod(0o600)
    assert run("check", cwd=tmp_path, **slack).returncode == 0


def test_check_reaches_the_okr_api_and_tells_a_wrong_token_without_showing_it(tmp_path: Path, world: World):
    account = {
        "SLACK_BOT_TOKEN": world.workspace.bot_token,
        "SLACK_API_URL": world.workspace.api_url,
        "SLACK_SIGNING_SECRET": "hush-hush",
        "QUANTIVE_API_URL": world.api_url,
        "QUANTIVE_ACCOUNT_ID": world.api_headers["gtmhub-accountId"],
    }
    token = world.api_headers["Authorization"].removeprefix("Bearer ")
    good = run("check", cwd=tmp_path, QUANTIVE_API_TOKEN=token, **account)
    assert "✓ OKR API: it answers, with" in good.stdout
    assert good.returncode == 0
    assert "Announcements" not in good.stdout
    with closing(sqlite3.connect(tmp_path / "okr-bot.db")) as database, database:
        values = "('T1', 'C1', 'a', 'change', 'o1', '{}', 0, 'sent', 2)"
        columns = "team_id, channel_id, source, kind, objective_id, body, made_at, state, repeats"
        database.execute(f"insert into announcements ({columns}) values {values}")
    bad = run("check", cwd=tmp_path, QUANTIVE_API_TOKEN="wrong-token-123", **account)
    assert bad.returncode == 1
    assert "✗ OKR API:" in bad.stdout
    assert "! Announcements: Slack's answer was lost 2 times in the last week" in bad.stdout
    assert "wrong-token-123" not in bad.stdout + bad.stderr


def test_serve_without_tokens_says_what_is_missing_and_where_to_find_it(tmp_path: Path):
    result = run("serve", cwd=tmp_path)
    assert result.returncode == 1
    assert "SLACK_BOT_TOKEN is not set." in result.stderr
    assert "SLACK_SIGNING_SECRET is not set." in result.stderr
    assert "Traceback" not in result.stderr


def test_migrate_makes_the_tables(tmp_path: Path):
    result = run("migrate", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (0, "The database has the current schema.\n")


@pytest.mark.parametrize("table", ["alembic_version", "okr_server_version"])
def test_a_database_of_a_newer_version_is_left_alone_and_that_is_said(tmp_path: Path, table: str):
    settings = read_settings({"DATABASE_URL": f"sqlite:///{tmp_path}/okr-bot.db"})
    open_database(settings).dispose()
    with closing(sqlite3.connect(tmp_path / "okr-bot.db")) as database, database:
        database.execute(f"UPDATE {table} SET version_num = '9999'")
    for always_migrate in (True, False):
        with pytest.raises(ConfigError, match="was last used by a newer okr-bot"):
            open_database(settings, always_migrate=always_migrate)


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path):
    result = run("local", "--no-browser", cwd=tmp_path, DATABASE_URL="sqlite:////nowhere/at/all.db")
    assert result.returncode == 1
    assert "cannot be used" in result.stderr
    assert "Check DATABASE_URL, and that its folder is writable." in result.stderr
    assert "Traceback" not in result.stderr


def test_a_port_that_is_taken_is_said_in_a_sentence(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("local", "--no-browser", "--port", str(taken.getsockname()[1]), cwd=tmp_path)
    assert result.returncode == 1
    assert "is taken by another program. Choose another with PORT or --port." in result.stderr


def test_local_serves_page_api_and_bot_on_one_port_and_stops_at_once_on_ctrl_c(tmp_path: Path):
    port, begun = free_port(), time.monotonic()
    with started("local", "--no-browser", cwd=tmp_path, port=port) as process:
        started_in = time.monotonic() - begun
        ready = requests.get(f"http://127.0.0.1:{port}/readyz", timeout=30)
        assert (ready.status_code, ready.json()["ok"]) == (200, True)
        assert "<title>" in requests.get(f"http://127.0.0.1:{port}/", timeout=30).text
        assert requests.get(f"http://127.0.0.1:{port}/api/v1/goals", timeout=30).status_code == 401
        process.send_signal(signal.SIGINT)
        # By how long this machine takes to start it: what waits for something to run out takes longer.
        assert process.wait(5 + 3 * started_in) == 0


def test_a_fresh_start_takes_the_database_away_once_nobody_works_on_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    database, key = tmp_path / "okr-bot.db", tmp_path / "okr-bot.db.key"
    database.touch()
    key.touch()
    before, settings = Tenancy(key), read_settings({"DATABASE_URL": f"sqlite:///{database}"})
    before.move_in(lambda: None)
    fresh = threading.Thread(target=forget, args=(settings,))
    fresh.start()
    until(lambda: "Another okr-bot works on this database. I wait for it to stop." in caplog.text)
    assert database.exists()
    before.move_out()
    fresh.join(DEADLINE)
    assert not database.exists()
    forget(settings)


def test_the_okr_server_alone_runs_a_script_that_was_written_for_quantive(tmp_path: Path):
    port = free_port()
    account = {"OKR_SERVER_ACCOUNT_ID": "a" * 24, "OKR_SERVER_TOKEN": "script-token"}
    with started("okr-server", cwd=tmp_path, port=port, path="/api/v1/sessions", **account) as process:
        base = f"http://127.0.0.1:{port}/api/v1"
        headers = {"Authorization": "Bearer script-token", "gtmhub-accountId": "a" * 24}
        session = requests.get(f"{base}/sessions", headers=headers, timeout=30).json()["items"][0]
        person = {"email": "ada@example.com", "firstName": "Ada", "lastName": "Lovelace"}
        owner = requests.post(f"{base}/users", headers=headers, json=person, timeout=30).json()
        goal = {"name": "Grow", "sessionId": session["id"], "ownerId": owner["id"], "tags": [{"title": "slack-bot"}]}
        created = requests.post(f"{base}/goals", headers=headers, json=goal, timeout=30)
        assert created.status_code == 201
        path = f"{base}/goals/{created.json()['id']}"
        assert requests.patch(path, headers=headers, json={"description": "Why"}, timeout=30).ok
        found = requests.get(f"{base}/goals", headers=headers, params={"tags": "slack-bot"}, timeout=30).json()["items"]
        assert [(one["name"], one["description"]) for one in found] == [("Grow", "Why")]
        assert requests.delete(path, headers=headers, timeout=30).ok
        assert requests.get(path, headers=headers, timeout=30).status_code == 404
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE) == 0


@pytest.mark.parametrize("word", ["", "nonsense"])
def test_a_command_that_does_not_exist_shows_the_usage(tmp_path: Path, word: str):
    result = run(*([word] if word else []), cwd=tmp_path)
    assert result.returncode == 2
    assert "usage: okr-bot" in result.stderr


def test_what_was_acknowledged_is_finished_after_sigterm(tmp_path: Path, world: World):
    port = free_port()
    world.workspace.faults.delay("users.info", 1.0)
    slack = {
        "SLACK_BOT_TOKEN": world.workspace.bot_token,
        "SLACK_API_URL": world.workspace.api_url,
        "SLACK_SIGNING_SECRET": world.workspace.signing_secret,
    }
    with started("serve", cwd=tmp_path, port=port, **slack) as process:
        world.point_at(f"http://127.0.0.1:{port}/slack/events")
        general = world.channel("general")
        assert world.workspace.run_command(USERS["ada"], general, "/okr create Outlive the signal").ok
        process.send_signal(signal.SIGTERM)
        assert world.workspace.wait_for_message(USERS["ada"], general, "Created")
        assert process.wait(DEADLINE) == 0
        assert process.stdout is not None
        assert [line[24:] for line in process.stdout] == [
            f"INFO bot.running: Listening on port {port}.\n",
            "INFO bot.running: Stopped.\n",
        ]


def test_over_socket_mode_a_command_is_acknowledged_and_answered(tmp_path: Path, world: World):
    response_url = f"{world.base_url}/slack/hooks/none"
    envelope = {
        "envelope_id": "e1",
        "type": "slash_commands",
        "accepts_response_payload": True,
        "payload": {
            "command": "/okr",
            "text": "help",
            "team_id": "T0LOCAL",
            "user_id": USERS["ada"],
            "channel_id": world.channel("general"),
            "response_url": response_url,
            "trigger_id": "1.1",
        },
    }
    with socket_mode(world.workspace.api_url) as slack:
        environment = {
            "SLACK_BOT_TOKEN": world.workspace.bot_token,
            "SLACK_APP_TOKEN": "xapp-1-test",
            "SLACK_API_URL": slack.url,
        }
        with started("socket", cwd=tmp_path, port=free_port(), path="/api/v1/sessions", **environment) as process:
            slack.send(envelope)
            assert slack.acknowledged.get(timeout=DEADLINE)["envelope_id"] == "e1"
            # The response_url of the payload does not exist, so the answer comes by the bot's own message.
            general = world.channel("general")
            assert world.workspace.wait_for_message(USERS["ada"], general, "What /okr can do")
            process.send_signal(signal.SIGTERM)
            assert process.wait(DEADLINE) == 0
