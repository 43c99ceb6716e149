"""Messages that nobody asked for at that moment: announcements, digests, reminders."""

from collections.abc import Callable
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.notify.speaker import SlackAway, SlackBusy, SlackRefused
from bot.slack.answers import to_json
from bot.views.message import Message

USUAL_WAIT = 5.0
"""Seconds to wait where Slack says that it is asked too often, but not for how long."""

FAILING = frozenset({"internal_error", "fatal_error", "request_timeout"})
"""Slack's own faults, after which it may have been done all the same."""
NOT_NOW = frozenset({"service_unavailable", "team_added_to_org"})


class WebSpeaker:
    """``bot.notify.speaker.Speaker`` by the Web API (chat.postMessage, chat.update; scope chat:write)."""

    def __init__(self, client: Callable[[str], WebClient]) -> None:
        self._client = client

    def post(self, team_id: str, channel_id: str, message: Message, *, thread_ts: str = "") -> str:
        """Posts a message; its timestamp."""
        more: dict[str, Any] = {"thread_ts": thread_ts} if thread_ts else {}
        client = self._client(team_id)
        answer = self._call(lambda: client.chat_postMessage(channel=channel_id, **_body(message), **more))
        return str(answer["ts"])

    def edit(self, team_id: str, channel_id: str, ts: str, message: Message) -> None:
        """Puts another message in the place of one of the bot's own."""
        client = self._client(team_id)
        self._call(lambda: client.chat_update(channel=channel_id, ts=ts, **_body(message)))

    def ping(self, team_id: str) -> None:
        """Finds out whether Slack answers at all."""
        self._call(self._client(team_id).auth_test)

    def _call(self, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except SlackApiError as fault:
            response = fault.response
            error = str(response.get("error", ""))
            status = response.status_code
            if status == 429 or error in ("ratelimited", "rate_limited"):
                raise SlackBusy(_seconds(response.headers)) from None
            if status == 503 or error in NOT_NOW:
                raise SlackAway(is_unsure=False) from None
            # What is no word of Slack's is not Slack's: something between has answered in its place.
            if status >= 500 or error in FAILING or not error.replace("_", "").isalnum():
                raise SlackAway(is_unsure=True) from None
            raise SlackRefused(error) from None
        except URLError:
            # The connection was not made, or broke off before all was sent: no name, no route, refused, not secure.
            raise SlackAway(is_unsure=False) from None
        except (SlackClientError, HTTPException, OSError, ValueError):
            raise SlackAway(is_unsure=True) from None


def _body(message: Message) -> dict[str, Any]:
    blocks = to_json(message.blocks)
    return {"text": message.text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _seconds(headers: Any) -> float:
    named = {str(name).lower(): value for name, value in dict(headers or {}).items()}
    try:
        return max(1.0, float(named.get("retry-after", USUAL_WAIT)))
    except (TypeError, ValueError):
        return USUAL_WAIT
