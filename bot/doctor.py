"""`okr-bot check`: names every missing or wrong setting at once, and asks Slack and the OKR API what they allow."""

import stat
from collections.abc import Iterator
from pathlib import Path

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy import Engine

from bot.backend import open_backend
from bot.config import WHERE_TO_FIND, Settings, read_settings
from bot.errors import BotError, ConfigError
from bot.running import open_database, read_manifest
from bot.store.outbox import Outbox

FAULT, GOOD, REMARK = "✗", "✓", "!"


def examine(values: dict[str, str], dotenv: Path = Path(".env")) -> Iterator[tuple[str, str]]:
    """What is right and wrong, as pairs of a sign (``✗``, ``✓``, ``!``) and a sentence."""
    yield from _examine_dotenv(dotenv)
    try:
        settings = read_settings(values)
    except ConfigError as fault:
        yield from ((FAULT, sentence) for sentence in fault.faults)
        return
    yield from _examine_slack(settings)
    yield from _examine_okr_api(settings)


def _examine_dotenv(dotenv: Path) -> Iterator[tuple[str, str]]:
    if dotenv.exists() and dotenv.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        yield FAULT, f"{dotenv} can be read by others on this machine, and it holds secrets. Run: chmod 600 {dotenv}"


def _examine_slack(settings: Settings) -> Iterator[tuple[str, str]]:
    if not settings.slack_bot_token:
        yield FAULT, f"SLACK_BOT_TOKEN is not set. {WHERE_TO_FIND['SLACK_BOT_TOKEN']}"
    if not (settings.slack_signing_secret or settings.slack_app_token):
        yield (
            FAULT,
            (
                f"Neither SLACK_SIGNING_SECRET (for okr-bot serve) nor SLACK_APP_TOKEN (for okr-bot socket) is set. "
                f"{WHERE_TO_FIND['SLACK_SIGNING_SECRET']} {WHERE_TO_FIND['SLACK_APP_TOKEN']}"
            ),
        )
    if not settings.slack_bot_token:
        return
    client = WebClient(token=settings.slack_bot_token, base_url=settings.slack_api_url, timeout=10)
    try:
        answer = client.auth_test()
    except SlackApiError as fault:
        yield (
            FAULT,
            f"Slack refused the bot token ({fault.response.get('error')}). Install the app again and copy it anew.",
        )
        return
    except (SlackClientError, OSError) as fault:
        reason = f"{settings.slack_api_url} ({type(fault).__name__})"
        yield FAULT, f"Slack did not answer at {reason}. Check SLACK_API_URL and the network."
        return
    yield GOOD, f"Slack: connected to {answer.get('team')} as {answer.get('user')}."
    headers = {name.lower(): str(value) for name, value in answer.headers.items()}
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")}
    missing = [scope for scope in read_manifest()["oauth_config"]["scopes"]["bot"] if scope not in granted]
    if missing:
        yield (
            FAULT,
            f"The Slack app lacks the scopes {', '.join(missing)}. Take over manifest.yml and install the app again.",
        )
    else:
        yield GOOD, "Slack: every scope of the manifest is granted."
    if settings.slack_app_token:
        yield from _examine_app_token(settings)


def _examine_app_token(settings: Settings) -> Iterator[tuple[str, str]]:
    client = WebClient(base_url=settings.slack_api_url, timeout=10)
    try:
        client.apps_connections_open(app_token=settings.slack_app_token)
    except SlackApiError as fault:
        yield (
            FAULT,
            f"Slack refused SLACK_APP_TOKEN ({fault.response.get('error')}). It needs the scope connections:write.",
        )
    except (SlackClientError, OSError) as fault:
        yield FAULT, f"Slack did not answer about SLACK_APP_TOKEN ({type(fault).__name__})."
    else:
        yield GOOD, "Slack: Socket Mode is allowed."


def _examine_outbox(engine: Engine) -> Iterator[tuple[str, str]]:
    repeats = Outbox(engine).repeats()
    if repeats:
        times = "once" if repeats == 1 else f"{repeats:,} times"
        yield (
            REMARK,
            f"Announcements: Slack's answer was lost {times} in the last week, so a message may be there twice.",
        )


def _examine_okr_api(settings: Settings) -> Iterator[tuple[str, str]]:
    try:
        engine = open_database(settings)
    except ConfigError as fault:
        yield FAULT, str(fault)
        return
    try:
        yield GOOD, "Database: it can be used."
        yield from _examine_outbox(engine)
        if settings.uses_embedded_server:
            yield REMARK, "OKR API: no Quantive account is set, so the embedded OKR server serves, in this database."
            return
        backend = open_backend(settings, engine, "")
        try:
            backend.client.ping()
            sessions = sum(1 for _ in backend.client.sessions())
            people = sum(1 for _ in backend.client.people())
        except BotError as fault:
            yield FAULT, f"OKR API: {fault}"
            return
        finally:
            backend.client.close()
        yield GOOD, f"OKR API: it answers, with {sessions} sessions and {people} people and teams."
        if not sessions:
            yield FAULT, "OKR API: there is no session, so no objective can be created. Make one in the web app."
    finally:
        engine.dispose()
