"""Text as Slack wants it: escaping, cutting, bars, numbers, dates. Everything from outside is escaped and cut here."""

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime

from bot.objectives.model import KeyResult, Status

ELLIPSIS = "…"
ZERO_WIDTH_SPACE = "\u200b"
# Small enough that a link and what stands around it always fit a block.
LINK_LIMIT = 1500

# A cluster longer than this (stacked combining marks) is no character that anybody reads, and may be split.
_LONGEST_CLUSTER = 64

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# Control characters, those that turn the direction of the rest of a line, and halves of characters.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# mrkdwn has no escape for its marks, so those that could open or close formatting are parted from what they touch.
_SPECIAL = re.compile("[&<>*_~`\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# The place after a mark that could open, and the one before a mark that could close.
_OPENS = re.compile(r"(?<=[*_~])(?<![^\W_][*_~])(?=\S)")
_CLOSES = re.compile(r"(?<=\S)(?=[*_~](?![^\W_]))")
_NOT_IN_ADDRESS = re.compile('[<>|"]')
# An address in running text; one that runs into the … of a cut is not whole, and stays text.
_ADDRESS = re.compile(r"""https?://[^\W_][^\s<>|"'`…]*+(?!…)""", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\W_]\S*", re.IGNORECASE)
_QUOTES = re.compile(r"^(?=>)", re.MULTILINE)

_STATUS = {
    Status.DONE: "✓ done",
    Status.ON_TRACK: "● on track",
    Status.AT_RISK: "▲ at risk",
    Status.BEHIND: "■ behind",
    Status.NO_PROGRESS: "○ no progress",
}


def escape(text: str) -> str:
    """``text`` for mrkdwn, shown as it was written: no mention, link or formatting comes out of it.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    if not _SPECIAL.search(text):
        return text
    text = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    for place in (_OPENS, _CLOSES, _QUOTES):
        text = place.sub(ZERO_WIDTH_SPACE, text)
    text = text.replace("`", "`" + ZERO_WIDTH_SPACE)
    return _entities(text)


def escape_with_links(text: str) -> str:
    """``text`` escaped, with the web addresses in it as links: verbatim mrkdwn makes none by itself."""
    parts, end = [], 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(".,;:!?)]}*_~`")
        parts += [
            escape(text[end : found.start()]),
            f"<{_entities(address)}>" if address.isprintable() else escape(address),
        ]
        end = found.start() + len(address)
    return "".join([*parts, escape(text[end:])])


def fit(text: str, limit: int, write: Callable[[str], str] = escape) -> str:
    """``text`` escaped, and cut so that the escaped text has at most ``limit`` characters."""
    room = limit
    while len(escaped := write(cut(text, room))) > limit:
        # one character becomes five at most, so this many too many are at least a sixth as many typed ones
        room -= max(1, (len(escaped) - limit) // 6)
    return escaped


def cut(text: str, limit: int) -> str:
    """``text`` in at most ``limit`` characters, ending in … where something was cut, never inside a character."""
    if len(text) <= limit:
        return text
    end = max(limit - 1, 0)
    place, lowest = end, max(end - _LONGEST_CLUSTER, 0)
    while place > lowest and not _may_part(text, place):
        place -= 1
    if place > lowest or lowest == 0:
        end = place
    return (text[:end].rstrip() + ELLIPSIS)[: max(limit, 0)]


def one_line(text: str) -> str:
    """``text`` on one line, with single spaces, without characters that cannot be seen but do harm."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(_UNSEEN.sub("", " ".join(text.split())).split())


def link(url: str, label: str) -> str:
    """A link with a plain ``label`` (escaped here); only the label where ``url`` is no web address, or too long."""
    target = url.strip()
    if _NOT_IN_ADDRESS.search(target):
        target = _NOT_IN_ADDRESS.sub(lambda char: f"%{ord(char[0]):02X}", target)
    shown = escape(one_line(label).replace("|", "¦"))
    if not _WEB.fullmatch(target) or not target.isprintable():
        return shown
    linked = f"<{target.replace('&', '&amp;')}|{shown}>"
    return linked if len(linked) <= LINK_LIMIT else shown


def code(text: str) -> str:
    """``text`` to be copied: in code type and otherwise unchanged; without code type where it holds a backtick."""
    text = one_line(text)
    return escape(text) if "`" in text or not text else f"`{_entities(text)}`"


def mention(user_id: str) -> str:
    """The person with this Slack id, by name. A mention in a message is only made of ids that Slack itself gave."""
    return f"<@{user_id}>" if re.fullmatch(r"[A-Z0-9]{2,40}", user_id) else escape(user_id)


def channel_link(channel_id: str) -> str:
    """A channel by its Slack id, shown by name to those who are in it or may be; nobody is notified by it."""
    return f"<#{channel_id}>" if re.fullmatch(r"[A-Z0-9]{2,40}", channel_id) else escape(cut(channel_id, 40))


def bar(progress: float) -> str:
    """Ten cells; empty below 0, full from 1 on."""
    filled = 0 if math.isnan(progress) else int(min(1.0, max(0.0, progress)) * 10 + 1e-9)
    return "▰" * filled + "▱" * (10 - filled)


def percent(share: float) -> str:
    """A share as whole per cent; 100 % is said of nothing that is not whole, and 0 % of nothing that has begun."""
    figure = round(share * 100, 6)
    if not math.isfinite(figure):
        return "– %"
    whole = math.floor(figure + 0.5)
    if 0 < figure < 100:
        whole = min(99, max(1, whole))
    return f"{number(whole)} %"


def progress_text(progress: float) -> str:
    """A bar and the number."""
    return f"{bar(progress)} {percent(progress)}"


def status_text(status: Status) -> str:
    """A status in words, with its sign."""
    return _STATUS[status]


def number(value: float, fraction_digits: int = 0) -> str:
    """A number for people: 1,200; 0.3; at least what ``fraction_digits`` asks, two more where it would hide them."""
    if not math.isfinite(value):
        return "–"
    if abs(value) >= 1e15:
        return f"{value:.3g}"
    digits = min(max(fraction_digits, 0), 6)
    if digits == 0 and value != int(value):
        shown = f"{value:,.2f}".rstrip("0").rstrip(".")
    else:
        shown = f"{value:,.{digits}f}"
    return shown.lstrip("-") if not shown.strip("-0.,") else shown


def value_text(key_result: KeyResult, value: float) -> str:
    """A value of ``key_result`` with its unit: €1,200; 40 %; 38 min. Not escaped."""
    prefix, suffix = cut(one_line(key_result.prefix), 20), cut(one_line(key_result.suffix), 40)
    figure = number(value, key_result.fraction_digits)
    if prefix and figure.startswith("-"):
        prefix, figure = f"-{prefix}", figure[1:]
    return f"{prefix}{figure}{' ' if suffix else ''}{suffix}"


def date_text(moment: datetime, style: str = "date_short") -> str:
    """A date in the reader's time zone, written by Slack; ``style`` is one of Slack's date tokens.

    https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    return f"<!date^{int(moment.timestamp())}^{{{style}}}|{day_text(moment)} {moment.astimezone(UTC).year}>"


def moment_text(moment: datetime) -> str:
    """A date with its time in the reader's zone, written by Slack: "Today at 9:30 AM", "25 Nov 2026 at 09:30"."""
    utc = moment.astimezone(UTC)
    fallback = f"{day_text(moment)} {utc.year}, {utc:%H:%M} UTC"
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback}>"


def day_text(moment: datetime) -> str:
    """A calendar day in UTC, such as 1 Oct."""
    day = moment.astimezone(UTC)
    return f"{day.day} {_MONTHS[day.month - 1]}"


def days_between(earlier: datetime, later: datetime) -> int:
    """How many calendar days (UTC) ``later`` is after ``earlier``."""
    return (later.astimezone(UTC).date() - earlier.astimezone(UTC).date()).days


def ago(moment: datetime, now: datetime) -> str:
    """How long ago ``moment`` was at ``now``, in days, weeks, months or years; "in 3 days" where it is yet to come."""
    days = days_between(moment, now)
    if days in (-1, 0, 1):
        return {-1: "tomorrow", 0: "today", 1: "yesterday"}[days]
    size = abs(days)
    for length, unit in ((365, "year"), (61, "month"), (14, "week")):
        if size >= length:
            figure = counted(size // {"year": 365, "month": 30, "week": 7}[unit], unit)
            break
    else:
        figure = counted(size, "day")
    return f"{figure} ago" if days > 0 else f"in {figure}"


def counted(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun: 1 day, 3 days, 1,200 days."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _may_part(text: str, place: int) -> bool:
    """Whether a reader sees two characters at ``place``: the parts of Unicode's UAX 29 that occur in names."""
    before, after = text[place - 1], text[place]
    if before == "\u200d" or after == "\u200d" or "\U0001f3fb" <= after <= "\U0001f3ff":
        return False
    if "\U000e0020" <= after <= "\U000e007f" or "\u1160" <= after <= "\u11ff" or (before, after) == ("\r", "\n"):
        return False
    if unicodedata.category(after) in ("Mn", "Mc", "Me"):
        return False
    if _is_flag_letter(before) and _is_flag_letter(after):
        run = 0
        while run < place and _is_flag_letter(text[place - 1 - run]):
            run += 1
        return run % 2 == 0
    return True


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
