"""What may stand for an objective in a command: its id, short id, link, number in the last list, or name."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.errors import Misunderstood

ID = re.compile(r"[0-9a-f]{24}", re.IGNORECASE)
SHORT_ID = re.compile(r"o[-–—−‐‑]([0-9a-f]{4,23})", re.IGNORECASE)
NUMBER = re.compile(r"#?(\d{1,3})[.)]?")
KNOWN_HOSTS = ("gtmhub.com", "quantive.com")


@dataclass(frozen=True, slots=True)
class Reference:
    """What was typed for an objective; exactly one field is filled."""

    objective_id: str = ""
    short_id: str = ""
    number: int = 0
    name: str = ""


def read_reference(
    words: str, links: tuple[str, ...] = (), *, is_quoted: bool = False, hosts: Collection[str] = ()
) -> Reference:
    """Reads what stands for an objective. ``hosts``: where links to objectives lead, besides Quantive's own.

    Raises Misunderstood for a link to something else, and for nothing at all.
    """
    if links:
        return Reference(objective_id=_id_in_link(links[0], hosts))
    typed = " ".join(words.split())
    if not typed:
        raise Misunderstood("Say which objective: its name, its id such as O-3F9C, or its number in your last list.")
    if not is_quoted:
        if ID.fullmatch(typed):
            return Reference(objective_id=typed.lower())
        if short := SHORT_ID.fullmatch(typed):
            return Reference(short_id=short[1].upper())
        if number := NUMBER.fullmatch(typed):
            return Reference(number=int(number[1]))
    return Reference(name=typed)


def _id_in_link(link: str, hosts: Collection[str]) -> str:
    """The objective's id in a web link (API reference, section 13): the last id that is not a key result's."""
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        parts, host = None, ""
    is_known = host in hosts or any(host == known or host.endswith("." + known) for known in KNOWN_HOSTS)
    if parts is not None and is_known:
        path = re.sub(r"metric/[0-9a-f]{24}", "", f"{parts.path}#{parts.fragment}", flags=re.IGNORECASE)
        ids: list[str] = ID.findall(path)
        if ids:
            return ids[-1].lower()
    raise Misunderstood(
        "That link does not lead to an objective. Paste the one from its page in the web app, or type its name."
    )
