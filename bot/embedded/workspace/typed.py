"""Typed text as Slack sends it: people, channels and links in angle brackets, control characters escaped."""

import re
from collections.abc import Iterable

from bot.embedded.workspace.people import Channel, User

ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escape(text: str) -> str:
    """The text with Slack's three control characters escaped. https://docs.slack.dev/messaging/formatting-message-text#escaping"""
    return re.sub("[&<>]", lambda found: ESCAPES[found[0]], text)


def resolve(text: str, users: Iterable[User], channels: Iterable[Channel]) -> str:
    """The text with ``@Ada Lovelace``, ``@ada.lovelace``, ``#growth`` and links resolved, as with should_escape."""
    people = {name.casefold(): user.id for user in users for name in (user.handle, user.real_name)}
    places = {channel.name.casefold(): channel for channel in channels if channel.name}
    words = {"here": "<!here>", "channel": "<!channel>", "everyone": "<!everyone>"}
    names = "|".join(re.escape(name) for name in sorted([*people, *words], key=len, reverse=True)) or "(?!)"
    rooms = "|".join(re.escape(name) for name in sorted(places, key=len, reverse=True)) or "(?!)"
    pattern = re.compile(
        rf"(?P<link>https?://[^\s<>]*[^\s<>.,;:!?\"')\]}}”’])"
        rf"|(?<![\w@])@(?P<person>{names})(?![\w-])"
        rf"|(?<![\w#&])\#(?P<room>{rooms})(?![\w-])"
        r"|(?P<control>[&<>])",
        re.IGNORECASE,
    )

    def replace(found: re.Match[str]) -> str:
        if found["link"]:
            return f"<{escape(found['link'])}>"
        if found["person"]:
            name = found["person"].casefold()
            return f"<@{people[name]}>" if name in people else words[name]
        if found["room"]:
            channel = places[found["room"].casefold()]
            return f"<#{channel.id}|{'' if channel.kind == 'private' else channel.name}>"
        return ESCAPES[found["control"]]

    return pattern.sub(replace, text)


def links(text: str) -> list[str]:
    """The addresses in a resolved text, unescaped."""
    found = re.findall(r"<(https?://[^|>]+)", text)
    return [one.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for one in found]
