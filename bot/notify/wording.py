"""The words of channel notifications: what is followed, how often, and of what is told. Escaped, and short enough."""

from collections.abc import Sequence
from datetime import datetime

from bot.errors import Misunderstood
from bot.notify.cadence import Cadence, Rhythm, parse_cadence
from bot.notify.differences import Kind
from bot.notify.due import next_due
from bot.objectives.series import join_series
from bot.objectives.subscriptions import State, Subscription
from bot.views.blocks import SECTION_LIMIT
from bot.views.text import code, cut, fit, moment_text, one_line

INVITE = code("/invite @OKRs")
YOU, WHOEVER = "you", "whoever set this up"
"""Whose objectives *my objectives* are, where it is not a name: the reader's; those of somebody not known here."""

_TITLE_LIMIT = 300
_MINE = "My objectives"
_USUAL = (
    "I say when one is created, changed, moved in progress, done, reopened, closed or deleted, "
    "and when one starts or stops matching."
)
_WHEN = {
    Kind.CREATED: "is created",
    Kind.RENAMED: "is renamed",
    Kind.DESCRIBED: "gets another description",
    Kind.RETAGGED: "gets or loses a tag",
    Kind.OWNER: "gets another owner",
    Kind.SESSION: "moves to another session",
    Kind.PROGRESS: "moves in progress",
    Kind.CONFIDENCE: "moves in confidence",
    Kind.COMPLETED: "is done",
    Kind.REOPENED: "is reopened",
    Kind.CLOSED: "is closed",
    Kind.DELETED: "is deleted",
    Kind.JOINED: "starts to match",
    Kind.LEFT: "stops matching",
    Kind.BEHIND: "falls behind",
    Kind.AT_RISK: "becomes at risk",
    Kind.NO_PROGRESS: "has had no progress for two weeks",
    Kind.ON_TRACK: "is back on track",
}

_DIGESTED = {
    Kind.CREATED: "were created",
    Kind.RENAMED: "were renamed",
    Kind.DESCRIBED: "got another description",
    Kind.RETAGGED: "got or lost a tag",
    Kind.OWNER: "got another owner",
    Kind.SESSION: "moved to another session",
    Kind.PROGRESS: "moved in progress",
    Kind.CONFIDENCE: "moved in confidence",
    Kind.COMPLETED: "were finished",
    Kind.REOPENED: "were reopened",
    Kind.CLOSED: "were closed",
    Kind.DELETED: "were deleted",
    Kind.JOINED: "started to match",
    Kind.LEFT: "stopped matching",
    Kind.BEHIND: "are behind",
    Kind.AT_RISK: "are at risk",
    Kind.NO_PROGRESS: "have had no progress for two weeks",
    Kind.ON_TRACK: "are back on track",
}


def subject(title: str, whose: str = WHOEVER) -> str:
    """What is followed, as the middle of a sentence has it, not escaped: "objectives tagged #growth".

    ``title`` is the query in words, or the query itself where it has none. ``whose``: whom it means by *my*.
    """
    text = one_line(title)
    if text.startswith(_MINE):
        rest = text.removeprefix(_MINE)
        return f"your objectives{rest}" if whose == YOU else f"objectives of {one_line(whose) or WHOEVER}{rest}"
    if text.casefold().startswith(("objectives", "all objectives")):
        return text[0].lower() + text[1:]
    return f"what matches {text}" if text else "objectives"


def subject_text(title: str, whose: str = WHOEVER) -> str:
    """What is followed, escaped."""
    return fit(subject(title, whose), _TITLE_LIMIT)


def heading(title: str, whose: str = WHOEVER) -> str:
    """What is followed, as a heading, not escaped: "Objectives tagged #growth"."""
    text = subject(title, whose)
    return text[0].upper() + text[1:]


def follows(subscription: Subscription, title: str, maker: str = WHOEVER, *, adverb: str = "") -> str:
    """ "This channel follows *objectives tagged #growth*, at once" (no full stop)."""
    is_digest = rhythm_of(subscription) is not Rhythm.INSTANT
    often = f"with a digest {how_often(subscription)}" if is_digest else how_often(subscription)
    return f"{who_follows(subscription, adverb)} *{subject_text(title, maker)}*, {often}"


def who_follows(subscription: Subscription, adverb: str = "") -> str:
    """ "This channel follows"; in a direct message "You follow"."""
    return who(subscription.channel_id, f"{adverb} follows".strip())


def who(channel_id: str, verb: str) -> str:
    """ "This channel" and what it does, such as "follows"; in a direct message "You follow"."""
    if not is_direct(channel_id):
        return f"This channel {verb}"
    return "You do" if verb == "does" else f"You {verb.removesuffix('s')}"


def is_direct(channel_id: str) -> bool:
    """Whether it is a direct message."""
    return channel_id.startswith("D")


def cadence_of(text: str) -> Cadence | None:
    """The cadence that was kept; None where it is none that is known."""
    try:
        return parse_cadence(text)
    except Misunderstood:
        return None


def rhythm_of(subscription: Subscription) -> Rhythm:
    """How often it speaks."""
    cadence = cadence_of(subscription.cadence)
    return cadence.kind if cadence else Rhythm.INSTANT


def how_often(subscription: Subscription) -> str:
    """ "at once", "every Monday at 9:00 (Europe/Berlin)"."""
    return cadence_text(subscription.cadence, subscription.zone)


def cadence_text(text: str, zone: str) -> str:
    """A cadence in words, with the time zone where it has an hour."""
    cadence = cadence_of(text)
    if cadence is None:
        return fit(one_line(text), 100) or "at once"
    if cadence.kind is Rhythm.INSTANT:
        return cadence.words()
    return f"{cadence.words()} ({fit(one_line(zone), 60) or 'UTC'})"


def next_text(subscription: Subscription, now: datetime) -> str:
    """When its next digest comes; empty where none does."""
    cadence = cadence_of(subscription.cadence)
    if cadence is None or cadence.kind is Rhythm.INSTANT or not speaks(subscription, now):
        return ""
    return moment_text(next_due(cadence, now, subscription.zone))


def speaks(subscription: Subscription, now: datetime) -> bool:
    """Whether it is neither paused nor waiting nor stopped."""
    return subscription.state is State.ACTIVE and not subscription.is_paused(now)


def told_text(subscription: Subscription, maker: str = WHOEVER) -> str:
    """Of what is told, in sentences."""
    if rhythm_of(subscription) is not Rhythm.INSTANT:
        sentences = [_digest_text(subscription)]
    else:
        only = [_WHEN[kind] for kind in _chosen(subscription)]
        sentences = [f"I say when one {join_series(only, 'or')}, and nothing else." if only else _USUAL]
    if subscription.except_me:
        is_own = is_direct(subscription.channel_id)
        whose = "you change" if is_own else f"{fit(one_line(maker), 100) or WHOEVER} changes"
        needs = "" if rhythm_of(subscription) is Rhythm.INSTANT else ", but not what needs someone"
        sentences.append(f"What {whose} with /okr is left out{needs}.")
    return " ".join(sentences)


def _digest_text(subscription: Subscription) -> str:
    quiet = "there is none" if subscription.is_silent else "it is one line"
    only = [_DIGESTED[kind] for kind in _chosen(subscription)]
    if only:
        held = join_series(only, "or")
        return f"Each digest holds those that {held}, and nothing else; when there is nothing new, {quiet}."
    return f"Each digest says what needs someone, what moved and what was finished; when nothing changed, {quiet}."


def _chosen(subscription: Subscription) -> list[Kind]:
    return [kind for kind in Kind if kind.value in subscription.only]


def is_usual(subscription: Subscription) -> bool:
    """Whether nothing was chosen of what is told."""
    return not (subscription.only or subscription.except_me or subscription.is_silent)


def state_text(subscription: Subscription, now: datetime) -> str:
    """Why it does not speak at present, in sentences; empty where it does."""
    if subscription.state is State.WAITING:
        return f"It waits: I am not in this channel yet. Type {INVITE} here."
    if subscription.state is State.STOPPED:
        return "It has stopped: I could not post here any more. Resume tries again."
    if subscription.state is State.ENDED:
        return "It has ended: what its query names is not in the OKR account any more. Edit it, or Resume tries again."
    if subscription.paused_until is not None and subscription.is_paused(now):
        return f"It is paused until {moment_text(subscription.paused_until)}."
    return ""


def pack(lines: Sequence[str], limit: int = SECTION_LIMIT) -> list[str]:
    """The (escaped) lines as few paragraphs, none longer than ``limit`` unless a line is."""
    paragraphs: list[str] = []
    for line in lines:
        if paragraphs and len(paragraphs[-1]) + 1 + len(line) <= limit:
            paragraphs[-1] += f"\n{line}"
        else:
            paragraphs.append(line)
    return paragraphs


def name_text(name: str) -> str:
    """What a person is called, escaped."""
    return fit(cut(one_line(name), 80), 200) or "somebody"
