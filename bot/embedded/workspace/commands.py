"""Typing in a channel: messages, slash commands, and the events the app hears of them."""

import re
from urllib.parse import urlsplit

from bot.embedded.workspace.memberships import invite
from bot.embedded.workspace.payloads import channel_name, hook_url
from bot.embedded.workspace.people import APP_ID, BOT_USER_ID, TEAM_ID, Channel, User
from bot.embedded.workspace.responses import ContentError, is_message, respond
from bot.embedded.workspace.typed import escape, links, resolve
from bot.embedded.workspace.world import TEAM, Outcome, World

FAILURES = {
    "operation_timeout": '{command} failed with the error "operation_timeout"',
    "dispatch_failed": '{command} failed with the error "dispatch_failed"',
    "unreachable": "{command} failed because the app did not respond.",
}


def run_command(world: World, user_id: str, channel_id: str, typed: str) -> Outcome:
    """Sends a slash command to the app and shows its answer."""
    user, channel = world.person(user_id), world.directory.channel(channel_id)
    if channel is None or user_id not in channel.members:
        return world.refused(user_id, "not_in_channel", "You are not in this channel.")
    if channel.is_archived:
        return world.refused(user_id, "is_archived", "This channel is archived.")
    name, text = (*typed.split(None, 1), "", "")[:2]
    if name == "/invite":
        return _invite(world, user, channel, text)
    command = world.manifest.command(name)
    if command is None:
        return _fail(world, user, channel, "invalid_name", f"{name} is not a valid command.")
    text = text.strip()
    shown = _resolve(world, user, text)
    hook = world.tickets.hook(channel.id, user.id)
    answer = world.delivery.command(
        {
            "team_id": TEAM_ID,
            "team_domain": TEAM["domain"],
            "channel_id": channel.id,
            "channel_name": channel_name(channel),
            "user_id": user.id,
            "user_name": user.handle,
            "command": name,
            "text": shown if command.get("should_escape") else escape(text),
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": hook_url(world, hook),
            "trigger_id": world.tickets.trigger(user.id),
        }
    )
    if not answer.ok:
        reason = "unreachable" if answer.body == "unreachable" else answer.error
        return _fail(world, user, channel, answer.error, FAILURES[reason].format(command=name))
    content = {"text": answer.body} if isinstance(answer.body, str) else answer.body or {}
    if isinstance(content, dict) and content.get("response_type") == "in_channel":
        world.post(channel.id, user.id, {"text": escape(name) + (f" {shown}" if shown else "")}, kind="command")
    if not is_message(content):
        return world.outcome(user_id)
    try:
        made = respond(world, world.tickets.take_hook(hook), {**content, "replace_original": False})
    except ContentError as wrong:
        return _fail(world, user, channel, wrong.error, f'{name} failed with the error "{wrong.error}"')
    return world.outcome(user_id, message=world.messages.shown([made])[0] if made else None)


def post_message(world: World, user_id: str, channel_id: str, typed: str, thread_ts: str = "") -> Outcome:
    """Posts what a person typed, and tells the app of it where it asked to be told."""
    user, channel = world.person(user_id), world.directory.channel(channel_id)
    if channel is None or user_id not in channel.members:
        return world.refused(user_id, "not_in_channel", "You are not in this channel.")
    if channel.is_archived:
        return world.refused(user_id, "is_archived", "This channel is archived.")
    if not typed.strip():
        return world.refused(user_id, "no_text", "There is nothing to send.")
    text = _resolve(world, user, typed.strip())
    made = world.post(channel.id, user.id, {"text": text}, thread_ts=thread_ts)
    _tell_app(world, user, channel, text, made.ts, thread_ts)
    return world.outcome(user_id, message=world.messages.shown([made])[0])


def _tell_app(world: World, user: User, channel: Channel, text: str, ts: str, thread_ts: str) -> None:
    if BOT_USER_ID not in channel.members:
        return
    event = {"user": user.id, "text": text, "ts": ts, "event_ts": ts, "channel": channel.id, "team": user.team_id}
    if thread_ts:
        event["thread_ts"] = thread_ts
    kind, event_name = {"dm": ("im", "im"), "private": ("group", "groups")}.get(channel.kind, ("channel", "channels"))
    if world.manifest.subscribes(f"message.{event_name}"):
        world.delivery.event({"type": "message", "channel_type": kind, **event})
    if f"<@{BOT_USER_ID}>" in text and not channel.is_dm and world.manifest.subscribes("app_mention"):
        world.delivery.event({"type": "app_mention", **event})
    _tell_links(world, user, channel, text, ts, thread_ts)


def _tell_links(world: World, user: User, channel: Channel, text: str, ts: str, thread_ts: str) -> None:
    if not world.manifest.subscribes("link_shared"):
        return
    domains = world.manifest.unfurl_domains
    known = []
    for url in links(text):
        host = urlsplit(url).hostname or ""
        domain = next((one for one in domains if host == one or host.endswith("." + one)), None)
        if domain:
            known.append({"url": url, "domain": domain})
    if not known:
        return
    unfurl_id = f"C.{channel.id}.{ts}"
    world.unfurls[unfurl_id] = (channel.id, ts)
    event = {
        "type": "link_shared",
        "channel": channel.id,
        "is_bot_user_member": True,
        "user": user.id,
        "message_ts": ts,
        "unfurl_id": unfurl_id,
        "source": "conversations_history",
        "links": known,
        "event_ts": ts,
    }
    world.delivery.event(event | ({"thread_ts": thread_ts} if thread_ts else {}))


def _resolve(world: World, user: User, text: str) -> str:
    if not {"@", "#"} & set(text):
        return resolve(text, [], [])  # with thousands of people their names alone would take longer than all the rest
    channels = [one for one in world.directory.channels() if one.kind == "channel" or user.id in one.members]
    return resolve(text, world.directory.users(), channels)


def _invite(world: World, user: User, channel: Channel, text: str) -> Outcome:
    named = re.findall(r"<@(\w+)>", _resolve(world, user, text))
    outcome = invite(world, user.id, channel.id, *named)
    return outcome if outcome.ok else _fail(world, user, channel, outcome.error, outcome.text)


def _fail(world: World, user: User, channel: Channel, error: str, text: str) -> Outcome:
    world.post(channel.id, BOT_USER_ID, {"text": escape(text)}, only_for=user.id, kind="failure")
    return world.refused(user.id, error, text)
