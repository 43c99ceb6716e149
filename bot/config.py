"""Settings, read from a mapping (the environment over `.env`). Every fault is named at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from bot.errors import ConfigError

DEFAULT_QUANTIVE_API_URL = "https://app.us.gtmhub.com/api/v1"
DEFAULT_SLACK_API_URL = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. Secrets are kept out of ``repr``."""

    slack_bot_token: str = field(default="", repr=False)
    slack_signing_secret: str = field(default="", repr=False)
    slack_app_token: str = field(default="", repr=False)
    slack_api_url: str = DEFAULT_SLACK_API_URL
    quantive_api_url: str = DEFAULT_QUANTIVE_API_URL
    quantive_account_id: str = ""
    quantive_api_token: str = field(default="", repr=False)
    okr_server_account_id: str = ""
    okr_server_token: str = field(default="", repr=False)
    okr_requests_per_second: float = 10.0
    database_url: str = field(default="sqlite:///okr-bot.db", repr=False)
    okr_admins: frozenset[str] = frozenset()
    okr_log_days: int = 730
    okr_poll_seconds: int = 60
    port: int = 3000

    @property
    def uses_embedded_server(self) -> bool:
        """Whether no Quantive account is set, so that the embedded OKR server serves instead."""
        return not (self.quantive_account_id or self.quantive_api_token)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret that is set: what no log may hold."""
        every = (
            self.slack_bot_token,
            self.slack_signing_secret,
            self.slack_app_token,
            self.quantive_api_token,
            self.okr_server_token,
            urlsplit(self.database_url).password or "",
        )
        return tuple(secret for secret in every if secret)


def read_environment(environment: Mapping[str, str], dotenv: Path = Path(".env")) -> dict[str, str]:
    """The environment with the lines of a `.env` file beneath it; the environment wins, empty values count as unset."""
    beneath = {name: value for name, value in dotenv_values(dotenv, interpolate=False).items() if value}
    return {**beneath, **{name: value for name, value in environment.items() if value}}


def read_settings(values: Mapping[str, str]) -> Settings:
    """Settings from names and values. Raises ConfigError, which names every wrong one."""
    faults: list[str] = []

    def text(name: str, default: str = "") -> str:
        return values.get(name, "").strip() or default

    def number(name: str, default: int, least: int, most: int) -> int:
        typed = text(name, str(default))
        if not re.fullmatch(r"\d{1,9}", typed) or not least <= int(typed) <= most:
            faults.append(f"{name} must be a whole number from {least} to {most}.")
            return default
        return int(typed)

    def address(name: str, default: str) -> str:
        typed = text(name, default)
        try:
            parts = urlsplit(typed)
            good = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            good = False
        if not good:
            faults.append(f"{name} must be a whole address that starts with https:// or http://.")
        return typed

    def begins(name: str, prefix: str) -> str:
        typed = text(name)
        if typed and not typed.startswith(prefix):
            faults.append(f"{name} must start with {prefix}.")
        return typed

    account_id, api_token = text("QUANTIVE_ACCOUNT_ID"), text("QUANTIVE_API_TOKEN")
    if api_token and not account_id:
        faults.append("QUANTIVE_ACCOUNT_ID is missing: QUANTIVE_API_TOKEN is set, and both belong together.")
    if account_id and not api_token:
        faults.append("QUANTIVE_API_TOKEN is missing: QUANTIVE_ACCOUNT_ID is set, and both belong together.")
    database_url = text("DATABASE_URL", "sqlite:///okr-bot.db")
    if not re.match(r"(sqlite:///.|(postgres|postgresql|postgresql\+psycopg)://.)", database_url):
        faults.append("DATABASE_URL must be sqlite:/// and a file, or start with postgresql://.")
    quantive_api_url = address("QUANTIVE_API_URL", DEFAULT_QUANTIVE_API_URL).rstrip("/")
    if not quantive_api_url.endswith("/v1"):
        faults.append("QUANTIVE_API_URL must be the whole base and end in /v1, like " + DEFAULT_QUANTIVE_API_URL + ".")
    admins = frozenset(word for word in re.split(r"[,\s]+", text("OKR_ADMINS")) if word)
    wrong_admins = sorted(word for word in admins if not re.fullmatch(r"[UW][A-Z0-9]{2,}", word))
    if wrong_admins:
        faults.append(f"OKR_ADMINS must be Slack user ids like U012AB3CD; not one: {', '.join(wrong_admins)}.")
    settings = Settings(
        slack_bot_token=begins("SLACK_BOT_TOKEN", "xoxb-"),
        slack_signing_secret=text("SLACK_SIGNING_SECRET"),
        slack_app_token=begins("SLACK_APP_TOKEN", "xapp-"),
        slack_api_url=address("SLACK_API_URL", DEFAULT_SLACK_API_URL),
        quantive_api_url=quantive_api_url,
        quantive_account_id=account_id,
        quantive_api_token=api_token,
        okr_server_account_id=text("OKR_SERVER_ACCOUNT_ID"),
        okr_server_token=text("OKR_SERVER_TOKEN"),
        okr_requests_per_second=float(number("OKR_REQUESTS_PER_SECOND", 10, 0, 10_000)),
        database_url=database_url,
        okr_admins=admins,
        okr_log_days=number("OKR_LOG_DAYS", 730, 0, 36_500),
        okr_poll_seconds=number("OKR_POLL_SECONDS", 60, 5, 86_400),
        port=number("PORT", 3000, 1, 65_535),
    )
    if 0 < settings.okr_log_days < 30:
        faults.append("OKR_LOG_DAYS must be 0 (for ever) or at least 30: so long a change can be undone.")
    if settings.okr_server_account_id and not re.fullmatch(r"[0-9a-f]{24}", settings.okr_server_account_id):
        faults.append("OKR_SERVER_ACCOUNT_ID must be 24 hexadecimal characters.")
    if faults:
        raise ConfigError(faults)
    return settings


def need(settings: Settings, *names: str) -> None:
    """Raises ConfigError naming every one of ``names`` (of the environment) that is not set."""
    missing = [name for name in names if not getattr(settings, name.lower())]
    if missing:
        raise ConfigError([f"{name} is not set. {WHERE_TO_FIND[name]}" for name in missing])


WHERE_TO_FIND = {
    "SLACK_BOT_TOKEN": "It starts with xoxb- and stands in the Slack app's settings under Install App.",
    "SLACK_SIGNING_SECRET": "It stands in the Slack app's settings under Basic Information, App Credentials.",
    "SLACK_APP_TOKEN": "It starts with xapp- and is made in the Slack app's settings under Basic Information, "
    "App-Level Tokens, with the scope connections:write.",
}
