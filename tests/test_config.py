"""Settings: read from the environment over `.env`, with every fault named at once."""

from pathlib import Path

import pytest

from bot.config import need, read_environment, read_settings
from bot.errors import ConfigError


def test_nothing_set_gives_the_embedded_server_on_sqlite():
    settings = read_settings({})
    assert settings.uses_embedded_server
    assert settings.database_url == "sqlite:///okr-bot.db"
    assert settings.quantive_api_url == "https://app.us.gtmhub.com/api/v1"
    assert settings.port == 3000


def test_the_environment_wins_over_the_file_and_empty_values_count_as_unset(tmp_path: Path):
    dotenv = tmp_path / ".env"
    dotenv.write_text("PORT=4000\nOKR_POLL_SECONDS=90\nOKR_ADMINS='U111, U222'\n")
    values = read_environment({"PORT": "5000", "OKR_POLL_SECONDS": ""}, dotenv)
    settings = read_settings(values)
    assert (settings.port, settings.okr_poll_seconds, settings.okr_admins) == (5000, 90, {"U111", "U222"})


def test_every_fault_is_named_at_once():
    wrong = {
        "PORT": "none",
        "SLACK_BOT_TOKEN": "xoxp-1",
        "SLACK_API_URL": "slack.com",
        "QUANTIVE_API_TOKEN": "t",
        "QUANTIVE_API_URL": "https://app.example.com",
        "DATABASE_URL": "mysql://x",
        "OKR_ADMINS": "ada",
        "OKR_SERVER_ACCOUNT_ID": "1",
    }
    with pytest.raises(ConfigError) as caught:
        read_settings(wrong)
    named = {name for name in [*wrong, "QUANTIVE_ACCOUNT_ID"] if any(name in fault for fault in caught.value.faults)}
    assert named == {*wrong, "QUANTIVE_ACCOUNT_ID"}


def test_what_a_way_of_running_needs_is_named_with_where_to_find_it():
    with pytest.raises(ConfigError) as caught:
        need(read_settings({}), "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET")
    assert caught.value.faults == [
        "SLACK_BOT_TOKEN is not set. It starts with xoxb- and stands in the Slack app's settings under Install App.",
        "SLACK_SIGNING_SECRET is not set. It stands in the Slack app's settings under Basic Information, "
        "App Credentials.",
    ]


def test_no_secret_is_in_the_repr():
    settings = read_settings(
        {"SLACK_BOT_TOKEN": "xoxb-secret", "SLACK_SIGNING_SECRET": "hush", "DATABASE_URL": "postgresql://u:pass@h/d"}
    )
    assert not [secret for secret in ("xoxb-secret", "hush", "pass") if secret in repr(settings)]
    assert set(settings.secrets) == {"xoxb-secret", "hush", "pass"}
