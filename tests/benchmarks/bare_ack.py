"""A Bolt listener that only acknowledges, on the bot's own server and signature check: `python -m … <port> [tuned]`."""

import sys
import threading
from types import SimpleNamespace
from typing import Any, cast

from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult

from bot.config import read_environment, read_settings
from bot.running import listen
from bot.web import make_web


def make_bolt(secret: str, *, is_tuned: bool) -> App:
    """Bolt as it comes, authorized without a call to Slack; tuned, it acks on the request's thread as the bot does."""

    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-bare")

    bolt = App(
        authorize=authorize,
        signing_secret=secret,
        request_verification_enabled=False,
        process_before_response=is_tuned,
    )

    @bolt.command("/okr")
    def acknowledge(ack: Ack) -> None:
        ack()

    return bolt


if __name__ == "__main__":
    import os

    settings = read_settings(read_environment(os.environ))
    bolt = make_bolt(settings.slack_signing_secret, is_tuned="tuned" in sys.argv)
    fake_bot: Any = SimpleNamespace(bolt=bolt, settings=settings, is_stopping=False)
    listen(make_web(cast(Any, fake_bot), {}), "127.0.0.1", int(sys.argv[1])).start()
    threading.Event().wait()
