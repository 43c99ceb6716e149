"""How answers reach people: by the response_url, in a form, or else by a message of the bot's own."""

import json
import logging
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.commands.base import File, Modal, Post, Posted, Reply
from bot.errors import BotError, OkrApiError
from bot.objectives.model import Asker
from bot.slack.places import Place
from bot.views.forms import loading, problem
from bot.views.message import Message
from bot.views.notices import sentence

log = logging.getLogger(__name__)

CONNECTIONS = 64
TIMEOUT = (3.05, 10)
NOT_THERE = ("not_in_channel", "channel_not_found")
HEADERS = {"Content-Type": "application/json", "Accept-Encoding": "identity", "User-Agent": "okr-bot"}


@dataclass(frozen=True, slots=True)
class Word:
    """Something said for a while: a message of the bot's own, by its timestamp; without one, by a response_url.

    ``stays``: what comes later takes its place, wherever that was asked for.
    """

    channel_id: str = ""
    ts: str = ""
    stays: bool = False


class Answers:
    """Sends answers to where people are. Raises nothing: what cannot be sent is logged."""

    def __init__(self, client: Callable[[str], WebClient], remember: Callable[[Place, str], None]) -> None:
        """``remember``: keeps the place from which a view was opened, by the view's id."""
        self._client = client
        self._remember = remember
        # Kept connections, without what a session prepares anew for every answer (cookies, redirects, settings);
        # slack_sdk's WebhookClient opens a connection each time.
        self._adapter = HTTPAdapter(pool_connections=4, pool_maxsize=CONNECTIONS)
        self._proxies = requests.utils.get_environ_proxies("https://hooks.slack.com")

    def close(self) -> None:
        """Closes the kept connections."""
        self._adapter.close()

    def send(self, place: Place, answer: Reply | Modal | File | Post) -> bool:
        """Shows an answer: a message where the person is, a form, or a file; or what came of posting to a channel.

        False as of ``reply``.
        """
        if isinstance(answer, Post):
            answer = answer.then(self._post_to_channel(place, answer))
        if isinstance(answer, Modal):
            self.open(place, answer)
            return True
        if isinstance(answer, File):
            self._upload(place, answer)
            return True
        if place.view_id and not answer.in_channel and not place.response_url:
            return self._show_in_view(place, answer)
        return self.reply(place, answer)

    def reply(self, place: Place, reply: Reply, *, insists: bool = False) -> bool:
        """Shows a message: by the response_url, else to the person alone in the channel, else as a direct message.

        False where Slack could not be reached, so that later may be better. ``insists``: also where only the
        response_url could not be, for what was said by it would stay beside what is posted in another way.
        """
        came = self.respond(place, reply.message, in_channel=reply.in_channel)
        if came is Posted.REFUSED and reply.message.plain:
            return self.reply(place, replace(reply, message=reply.message.plain), insists=insists)
        if came is Posted.LATER and insists:
            return False
        return came is Posted.DONE or self._post(place, reply)

    def respond(self, place: Place, message: Message, *, in_channel: bool = False) -> Posted:
        """Shows a message by the response_url, if there is one; what came of it."""
        if not place.response_url:
            return Posted.NOT_THERE
        swaps = place.swaps and not in_channel
        body: dict[str, Any] = {
            **_silent(message),
            "response_type": "in_channel" if in_channel else "ephemeral",
            "replace_original": swaps,
        }
        came = self._respond(place.response_url, body)
        if came is Posted.LATER and swaps:
            # It may stand there all the same; said again, it takes its own place.
            came = self._respond(place.response_url, body)
        return came

    def _respond(self, response_url: str, body: dict[str, Any]) -> Posted:
        request = requests.PreparedRequest()
        request.method, request.url, request.body = "POST", response_url, json.dumps(body).encode()
        request.headers = CaseInsensitiveDict(HEADERS, **{"Content-Length": str(len(request.body))})
        try:
            answer = self._adapter.send(request, timeout=TIMEOUT, proxies=self._proxies)
            # Reading it to the end gives the connection back.
            _ = answer.content
        except (requests.RequestException, ValueError) as fault:
            log.warning("response_url did not answer: %s", type(fault).__name__)
            return Posted.LATER
        if answer.status_code == 200:
            return Posted.DONE
        log.warning("response_url answered %s: %s", answer.status_code, answer.text[:200])
        return Posted.LATER if answer.status_code >= 500 else Posted.REFUSED

    def write(self, asker: Asker, message: Message) -> Word | None:
        """Says something by direct message, to be changed or taken back later; None where it could not be."""
        try:
            posted = self._client(asker.team_id).chat_postMessage(channel=asker.user_id, **_silent(message))
        except (SlackClientError, OSError) as fault:
            log.warning("Not written to somebody: %s", _error(fault))
            return None
        return Word(str(posted["channel"]), str(posted["ts"]))

    def change(self, place: Place, word: Word, message: Message) -> Posted:
        """Puts a message in the place of one of the bot's own. Doing it twice is doing it once."""
        client = self._client(place.asker.team_id)
        return _attempt(lambda: client.chat_update(channel=word.channel_id, ts=word.ts, **_spoken(message)))

    def take_back(self, place: Place, word: Word) -> Posted:
        """Takes away what was said for a while. Doing it twice is doing it once."""
        if word.ts:
            client = self._client(place.asker.team_id)
            return _attempt(lambda: client.chat_delete(channel=word.channel_id, ts=word.ts))
        if not place.response_url:
            return Posted.REFUSED
        return self._respond(place.response_url, {"delete_original": True})

    def _post(self, place: Place, reply: Reply) -> bool:
        client, asker = self._client(place.asker.team_id), place.asker
        message = reply.message
        if asker.channel_id:
            try:
                if reply.in_channel:
                    client.chat_postMessage(channel=asker.channel_id, **_silent(message))
                else:
                    client.chat_postEphemeral(channel=asker.channel_id, user=asker.user_id, **_spoken(message))
            except (SlackClientError, OSError) as fault:
                log.info("Not posted in the channel: %s", _error(fault))
                if _may_pass(fault):
                    return False
                if reply.in_channel:
                    message = sentence(
                        "I could not post there: I am not in that channel. Invite me with /invite first."
                    )
            else:
                return True
        try:
            client.chat_postMessage(channel=asker.user_id, **_silent(message))
        except (SlackClientError, OSError) as fault:
            log.error("An answer could not be delivered: %s", _error(fault))
            return not _may_pass(fault)
        return True

    def _post_to_channel(self, place: Place, post: Post) -> Posted:
        """Posts as the bot, to be seen by everybody in the channel."""
        client = self._client(place.asker.team_id)
        return _attempt(lambda: client.chat_postMessage(channel=post.channel_id, **_silent(post.message)))

    def _upload(self, place: Place, file: File) -> None:
        """Sends a file by direct message, and says so where the person is."""
        client, asker = self._client(place.asker.team_id), place.asker
        told = Reply(sentence(f"I sent you {file.name} by direct message."))
        try:
            with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="") as rows:
                rows.writelines(file.rows)
                rows.flush()
                # A message opens the conversation, which takes no scope of its own.
                opened = client.chat_postMessage(channel=asker.user_id, text=f"{file.title}:")
                channel = opened["channel"]
                client.files_upload_v2(channel=channel, file=rows.name, filename=file.name, title=file.title)
        except (SlackClientError, OSError) as fault:
            log.warning("A file could not be sent: %s", _error(fault))
            reason = "the app needs the scope files:write" if _error(fault) == "missing_scope" else "try again later"
            told = Reply(sentence(f"Slack did not take the file: {reason}."))
        self.reply(place, told)

    def open(self, place: Place, modal: Modal) -> None:
        """Opens a form; where it must be fetched, a loading view first, filled as soon as it can be.

        Where Slack does not open it any more (its three seconds have passed), a button offers it.
        """
        client = self._client(place.asker.team_id)
        first = modal.fill() if modal.is_ready else loading(modal.title)
        try:
            if place.view_id:
                client.views_update(view_id=place.view_id, view=first)
                view_id = place.view_id
            else:
                view_id = client.views_open(trigger_id=place.trigger_id, view=first)["view"]["id"]
                self._remember(place, view_id)
        except (SlackClientError, OSError) as fault:
            log.info("A form could not be opened: %s", _error(fault))
            late = sentence("Slack gave me no time to open the form.", buttons=[("Open the form", modal.line)])
            self.reply(place, Reply(late))
            return
        if modal.is_ready:
            return
        try:
            view = modal.fill()
        except BotError as fault:
            view = problem(modal.title, str(fault), retry_line=modal.line if isinstance(fault, OkrApiError) else "")
        except Exception:
            self._update(client, view_id, problem(modal.title, "Something went wrong. I say more in a message."))
            raise
        self._update(client, view_id, remember_channel(view, place.asker.channel_id))

    def _show_in_view(self, place: Place, reply: Reply) -> bool:
        view = View(type="modal", title="OKRs", close="Close", blocks=list(reply.message.blocks))
        shown = remember_channel(view, place.asker.channel_id)
        return self._update(self._client(place.asker.team_id), place.view_id, shown) or self.reply(place, reply)

    def _update(self, client: WebClient, view_id: str, view: View) -> bool:
        try:
            client.views_update(view_id=view_id, view=view)
        except (SlackClientError, OSError) as fault:
            # Most often the person has closed the form meanwhile (not_found).
            log.info("A form could not be filled: %s", _error(fault))
            return False
        return True


def to_json(blocks: Sequence[Block | dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks as Slack wants them; the newest kinds are dicts already."""
    return [block if isinstance(block, dict) else block.to_dict() for block in blocks]


def _spoken(message: Message) -> dict[str, Any]:
    return {"text": message.text, "blocks": to_json(message.blocks)}


def _silent(message: Message) -> dict[str, Any]:
    """As it is posted for everybody to see: links in it are not unfurled."""
    return {**_spoken(message), "unfurl_links": False, "unfurl_media": False}


def _attempt(call: Callable[[], object]) -> Posted:
    """What came of a call that puts something somewhere."""
    try:
        call()
    except (SlackClientError, OSError) as fault:
        log.info("Not posted, changed or taken back: %s", _error(fault))
        if _may_pass(fault):
            return Posted.LATER
        return Posted.NOT_THERE if _error(fault) in NOT_THERE else Posted.REFUSED
    return Posted.DONE


def _may_pass(fault: Exception) -> bool:
    """Whether the same call may succeed later: Slack was not reached, is busy, or has a fault of its own."""
    if not isinstance(fault, SlackApiError):
        return True
    passing = ("ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")
    return fault.response.status_code in (429, 500, 502, 503, 504) or _error(fault) in passing


def _error(fault: Exception) -> str:
    if isinstance(fault, SlackApiError):
        return str(fault.response.get("error", "unknown"))
    return type(fault).__name__


def remember_channel(view: View, channel_id: str) -> View:
    """The view, which carries where the person is: what a button in it leads to is answered there."""
    if not view.private_metadata and channel_id:
        view.private_metadata = json.dumps({"channel_id": channel_id})
    return view
