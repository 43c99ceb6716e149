"""Help: every verb in one message, and one verb in full."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from bot.views.blocks import SECTION_LIMIT, TEXT_LIMIT, context, header, section
from bot.views.message import Message
from bot.views.phrases import whole_lines
from bot.views.text import code, escape, fit, one_line

_GROUPS = {"find": "Find", "change": "Change", "follow": "Follow", "yours": "Yours"}

_WORTH_KNOWING = (
    "Whatever is missing or wrong opens a form with what you typed; nothing typed is lost.",
    "An objective can be named by its id, its link, its name, or its number in the list you saw last.",
    "Answers are seen by you alone until you press Share.",
)


@dataclass(frozen=True, slots=True)
class VerbHelp:
    """What there is to say of a verb.

    ``group`` is find, change, follow or yours; ``usage`` begins with the verb; ``examples`` are whole lines.
    """

    verb: str
    group: str
    usage: str
    summary: str
    grammar: Sequence[str]
    examples: Sequence[str]


def overview(verbs: Sequence[VerbHelp], *, unknown: str = "") -> Message:
    """Every verb with one line and one example, grouped, then three things worth knowing.

    ``unknown``: what was asked for and is no verb.
    """
    blocks: list[Block] = [header("What /okr can do")]
    said = ["What /okr can do"]
    if unknown:
        said.append(f"There is no verb “{fit(one_line(unknown), 80)}”. These are all there are.")
        blocks.append(section(said[-1]))
    for group, title in _GROUPS.items():
        lines = [_verb_line(verb) for verb in verbs if verb.group == group]
        if lines:
            text = whole_lines([f"*{title}*", *lines], SECTION_LIMIT)
            blocks.append(section(text, expand=True))
            said.append(text)
    more = f"{code('/okr help create')} gives everything about a verb."
    notes = [f"• {note}" for note in (*_WORTH_KNOWING, more)]
    blocks.append(context("\n".join(notes)))
    return Message(whole_lines([*"\n".join(said).split("\n"), *notes], TEXT_LIMIT), blocks)


def of_verb(verb: VerbHelp) -> Message:
    """A verb's whole grammar, with its examples."""
    parts = [whole_lines([fit(verb.summary, 600), code(f"/okr {verb.usage}")], SECTION_LIMIT)]
    if verb.grammar:
        parts.append(whole_lines(["*How to write it*", *(fit(line, 500) for line in verb.grammar)], SECTION_LIMIT))
    if verb.examples:
        parts.append(whole_lines(["*Examples*", *map(code, verb.examples)], SECTION_LIMIT))
    title = f"/okr {verb.verb}"
    blocks: list[Block] = [header(title), *(section(part, expand=True) for part in parts)]
    return Message(whole_lines([fit(title, 150), *"\n".join(parts).split("\n")], TEXT_LIMIT), blocks)


def _verb_line(verb: VerbHelp) -> str:
    line = f"*{escape(verb.verb)}*  {fit(verb.summary, 200)}"
    return f"{line}  {code(verb.examples[0])}" if verb.examples else line
