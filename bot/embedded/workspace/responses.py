"""What the app answers a command with, at once or through a response address."""

from collections.abc import Callable
from typing import Any

from bot.embedded.workspace.blockkit import faults_in_message
from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.messages import Message
from bot.embedded.workspace.people import BOT_USER_ID
from bot.embedded.workspace.tickets import Hook
from bot.embedded.workspace.world import World

TEXT_LIMIT = 40_000
"""Characters after which Slack cuts a message. https://docs.slack.dev/reference/methods/chat.postMessage#truncating"""


class ContentError(Exception):
    """Why a message cannot be shown: an error word, and what is wrong where."""

    def __init__(self, error: str, faults: list[str] | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.faults = faults or []


def message_body(
    content: Json, keep: Json | None = None, refused: Callable[[list[Json]], list[str]] = lambda _: []
) -> Json:
    """The body of a message from what the app sent; fields not sent are kept from ``keep``. Raises ContentError.

    ``refused`` says of some blocks what this workspace has against them, beside Block Kit's rules.
    """
    body: Json = {}
    for field in ("blocks", "attachments"):
        sent = content.get(field)
        if sent is None:
            sent = (keep or {}).get(field)
        elif not isinstance(sent, list) or not all(isinstance(one, dict) for one in sent):
            raise ContentError(f"invalid_{field}" + ("_format" if field == "blocks" else ""))
        if sent:
            body[field] = sent
    text = content.get("text")
    body["text"] = str((keep or {}).get("text", "") if text is None else text)[:TEXT_LIMIT]
    if markdown := content.get("markdown_text"):
        if content.get("text") or content.get("blocks"):
            raise ContentError("markdown_text_conflict")
        body = {"text": str(markdown), "blocks": [{"type": "markdown", "text": str(markdown)}]}
    if not body["text"].strip() and not body.get("blocks") and not body.get("attachments"):
        raise ContentError("no_text")
    if faults := [*faults_in_message(body), *refused(body.get("blocks", []))]:
        raise ContentError("invalid_blocks", faults)
    if content.get("metadata"):
        body["metadata"] = content["metadata"]
    return body


def is_message(answer: Any) -> bool:
    """Whether the answer to a command is something to show."""
    if isinstance(answer, str):
        return bool(answer.strip())
    return isinstance(answer, dict) and any(answer.get(field) for field in ("text", "blocks", "attachments"))


def respond(world: World, hook: Hook, content: Json) -> Message | None:
    """Does what the app asks for through a response address; gives the message shown. Raises ContentError."""
    original = world.messages.get(hook.channel_id, hook.message_ts) if hook.message_ts else None
    if _is_set(content.get("delete_original")):
        if original is None:
            raise ContentError("message_not_found")
        world.remove(original)
        return None
    body = message_body(content, refused=world.faults.refused)
    if _is_set(content.get("replace_original")) and original is not None:
        return world.change(original, body)
    only_for = "" if content.get("response_type") == "in_channel" else hook.user_id
    thread_ts = str(content.get("thread_ts") or "")
    made = world.post(hook.channel_id, BOT_USER_ID, body, thread_ts=thread_ts, only_for=only_for)
    if not hook.message_ts or original is None:
        world.tickets.point_hook(hook, made.ts)
    return made


def _is_set(flag: Any) -> bool:
    return flag in (True, "true", 1, "1")
