"""Web API: posting, changing and deleting messages, unfurling links."""

from typing import Any

from bot.embedded.workspace.api.call import ApiError, Call, Method
from bot.embedded.workspace.api.channels import find
from bot.embedded.workspace.blockkit import faults_in_message
from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.messages import Message
from bot.embedded.workspace.people import BOT_USER_ID, Channel
from bot.embedded.workspace.responses import ContentError, message_body
from bot.embedded.workspace.typed import links

METADATA_BYTES = 16_000


def content_of(call: Call) -> Json:
    """Text, blocks, attachments and metadata of a call, decoded. Raises ApiError."""
    content: Json = {field: call.text(field) for field in ("text", "markdown_text") if call.has(field)}
    for field, error in (
        ("blocks", "invalid_blocks_format"),
        ("attachments", "invalid_attachments"),
        ("metadata", "invalid_metadata_format"),
    ):
        try:
            value = call.json(field)
        except ValueError as wrong:
            raise ApiError(error) from wrong
        if value is not None:
            content[field] = value
    metadata = content.get("metadata")
    if metadata is not None:
        if not isinstance(metadata, dict) or not (
            {"event_type", "event_payload"} <= set(metadata) or "entities" in metadata
        ):
            raise ApiError("invalid_metadata_format")
        if len(str(metadata)) > METADATA_BYTES:
            raise ApiError("metadata_too_large")
    return content


def body_of(call: Call, keep: Json | None = None) -> Json:
    """The body of a message from a call. Raises ApiError."""
    try:
        body = message_body(content_of(call), keep, call.world.faults.refused)
    except ContentError as wrong:
        more: Json = {"errors": wrong.faults} if wrong.faults else {}
        raise ApiError(wrong.error, faults=wrong.faults, **more) from wrong
    if "chat:write.customize" in call.world.manifest.scopes:
        named = {"username": call.text("username"), "icon": call.text("icon_emoji") or call.text("icon_url")}
        body |= {field: value for field, value in named.items() if value}
    return body


def writable(call: Call, named: str, *, takes_people: bool = True) -> Channel:
    """The channel to post to; where people are taken too, a person's direct message for a user id. Raises ApiError.

    To the deactivated too: nobody reads it, and Slack takes it (github.com/slackapi/python-slack-sdk/issues/1156).
    """
    directory = call.world.directory
    user = directory.user(named) if takes_people else None
    if user is not None:
        if user.id == BOT_USER_ID:
            raise ApiError("channel_not_found")
        return directory.open_dm(user.id, BOT_USER_ID)
    channel = find(call, named)
    if channel.is_archived:
        raise ApiError("is_archived")
    if BOT_USER_ID not in channel.members and "chat:write.public" not in call.world.manifest.scopes:
        raise ApiError("not_in_channel")
    return channel


def thread_of(call: Call, channel: Channel) -> str:
    """The parent's ts where the call names a thread. Raises ApiError.

    A parent that is not there is no error: Slack then posts at the top level, and the answer names no thread.
    """
    ts = call.text("thread_ts")
    parent = call.world.messages.get(channel.id, ts) if ts else None
    if parent is None or parent.only_for:
        return ""
    if not parent.can_be_answered:
        raise ApiError("cannot_reply_to_message")
    return parent.thread_ts or parent.ts


def _post(call: Call) -> Json:
    channel = writable(call, call.text("channel"))
    body = body_of(call)
    thread_ts = thread_of(call, channel)
    if seconds := call.world.faults.wait_to_post(channel.id):
        raise ApiError("ratelimited", status=429, headers={"Retry-After": str(seconds)})
    made = call.world.post(channel.id, BOT_USER_ID, body, thread_ts=thread_ts)
    return {"channel": channel.id, "ts": made.ts, "message": call.world.messages.for_app(made)}


def _post_ephemeral(call: Call) -> Json:
    channel = find(call, call.text("channel"))
    user = call.world.directory.user(call.text("user"))
    if user is None:
        raise ApiError("user_not_found")
    if channel.is_archived:
        raise ApiError("is_archived")
    if BOT_USER_ID not in channel.members and not (
        channel.kind == "channel" and "chat:write.public" in call.world.manifest.scopes
    ):
        raise ApiError("not_in_channel" if channel.kind == "channel" else "channel_not_found")
    if user.id not in channel.members:
        raise ApiError("user_not_in_channel")
    made = call.world.post(channel.id, BOT_USER_ID, body_of(call), thread_ts=thread_of(call, channel), only_for=user.id)
    return {"message_ts": made.ts}


def _own(call: Call, channel: Channel, refusal: str) -> Message:
    message = call.world.messages.get(channel.id, call.text("ts"))
    if message is None or message.only_for or message.kind == "tombstone":
        raise ApiError("message_not_found")
    if message.user_id != BOT_USER_ID:
        raise ApiError(refusal)
    return message


def _update(call: Call) -> Json:
    channel = find(call, call.text("channel"))
    if channel.is_archived:
        raise ApiError("is_inactive")
    message = _own(call, channel, "cant_update_message")
    kept: Json = {name: message.body.get(name) for name in ("blocks", "attachments", "text")}
    body = body_of(call, kept) | {
        field: message.body[field] for field in ("files", "username", "icon") if field in message.body
    }
    body["edited"] = call.world.messages.next_ts()
    changed = call.world.change(message, body)
    shape = call.world.messages.for_app(changed)
    return {"channel": changed.channel_id, "ts": changed.ts, "text": shape["text"], "message": shape}


def _delete(call: Call) -> Json:
    message = _own(call, find(call, call.text("channel")), "cant_delete_message")
    call.world.remove(message)
    return {"channel": message.channel_id, "ts": message.ts}


def _permalink(call: Call) -> Json:
    channel = find(call, call.text("channel"))
    ts = call.text("message_ts")
    if call.world.messages.get(channel.id, ts) is None:
        raise ApiError("message_not_found")
    return {"channel": channel.id, "permalink": f"{call.world.base_url}/archives/{channel.id}/p{ts.replace('.', '')}"}


def _unfurl(call: Call) -> Json:
    try:
        unfurls = call.json("unfurls")
    except ValueError as wrong:
        raise ApiError("cannot_parse_attachment") from wrong
    channel_id, ts = call.text("channel"), call.text("ts")
    if call.has("unfurl_id"):
        channel_id, ts = call.world.unfurls.get(call.text("unfurl_id"), ("", ""))
        if not channel_id:
            raise ApiError("cannot_find_message")
    elif not (channel_id and ts):
        raise ApiError("missing_channel" if not channel_id else "missing_ts")
    message = call.world.messages.get(find(call, channel_id).id, ts)
    if message is None:
        raise ApiError("cannot_find_message")
    if not isinstance(unfurls, dict) or not unfurls:
        raise ApiError("missing_unfurls")
    present = links(message.body.get("text", ""))
    attached = [_attachment(url, one, present) for url, one in unfurls.items()]
    others = [one for one in message.body.get("attachments", []) if one.get("from_url") not in unfurls]
    call.world.change(message, message.body | {"attachments": [*others, *attached]})
    return {}


def _attachment(url: str, content: Any, present: list[str]) -> Json:
    if url not in present:
        raise ApiError("cannot_unfurl_url")
    if not isinstance(content, dict):
        raise ApiError("cannot_parse_attachment")
    faults = faults_in_message({"blocks": content.get("blocks") or []})
    if any(one.get("type") == "rich_text" for one in content.get("blocks") or []):
        faults.append("unsupported type: rich_text [json-pointer:/blocks]")
    if faults:
        raise ApiError("invalid_blocks", faults=faults)
    return {**content, "from_url": url, "app_unfurl_url": url, "is_app_unfurl": True}


METHODS = {
    "chat.postMessage": Method(_post, ("chat:write",), ("channel",)),
    "chat.postEphemeral": Method(_post_ephemeral, ("chat:write",), ("channel", "user")),
    "chat.update": Method(_update, ("chat:write",), ("channel", "ts")),
    "chat.delete": Method(_delete, ("chat:write",), ("channel", "ts")),
    "chat.getPermalink": Method(_permalink, (), ("channel", "message_ts")),
    "chat.unfurl": Method(_unfurl, ("links:write",)),
}
