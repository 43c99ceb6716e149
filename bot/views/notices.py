"""Short answers: a sentence, a nearer verb, what was not understood, and what went wrong."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, InteractiveElement

from bot.objectives.words import read
from bot.views.blocks import SECTION_LIMIT, actions, section
from bot.views.buttons import button, carries
from bot.views.message import Message
from bot.views.phrases import paragraph, whole_lines
from bot.views.text import code, fit, one_line


def sentence(text: str, *, buttons: Sequence[tuple[str, str]] = ()) -> Message:
    """A plain sentence (escaped here) with ``(label, line)`` buttons."""
    return _notice([paragraph(text, SECTION_LIMIT)], buttons)


def did_you_mean(typed: str, line: str) -> Message:
    """That there is no such verb, and the nearest line as a button that runs it."""
    shown = " ".join(word.shown for word in read(line))
    text = f"There is no “{fit(one_line(typed), 200)}”. Did you mean {_to_paste(shown)}?"
    return _notice([text], [(f"/okr {shown}", line)])


def not_understood(understood: str, faults: Sequence[str], *, line: str = "", form_line: str = "") -> Message:
    """What was understood (a sentence), what was not, and the line to paste; the form opens with what was typed."""
    lines = [whole_lines([fit(one_line(fault), 400) for fault in faults], 800)]
    if one_line(understood):
        lines.insert(0, fit(one_line(understood), 600))
    if line:
        lines.append(f"To paste: {_to_paste(line)}")
    return _notice(lines, [("Open the form", form_line)])


def failure(text: str, *, retry_line: str = "", form_line: str = "", ways: Sequence[tuple[str, str]] = ()) -> Message:
    """What failed and what to do about it, in a plain sentence; ``ways`` are other ways on, with their lines.

    What comes of one takes the place of this: nobody is asked twice by two clicks.
    """
    lines = [f"⚠ {paragraph(text, 2900)}"]
    return _notice(lines, [("Try again", retry_line), ("Open the form", form_line)], swaps=ways)


def bug(reference: str, *, resume_line: str = "") -> Message:
    """That something unforeseen went wrong; the log has the same reference. Resume goes on from what was typed."""
    text = "Something went wrong in the bot, and it is not your fault. Trying once more may help. If it does not, "
    lines = [f"⚠ {text}tell the people who run the bot this reference: {code(reference[:100])}"]
    if carries(resume_line):
        lines.append("Look first whether it was done all the same: nobody knows.")
    return _given_back(lines, resume_line)


def waiting(service: str, what: str = "") -> Message:
    """That a change is accepted and not made yet: ``service`` is who does not answer, ``what`` what was asked for."""
    name = fit(one_line(service), 100) or "The OKR service"
    lines = [f"Accepted. {name} is not answering yet; I will finish this and tell you."]
    return _notice([*lines, *filter(None, [fit(one_line(what), 600)])], [])


def refused(text: str, *, resume_line: str = "") -> Message:
    """That a change was refused for good, and why; Resume goes on from what was typed."""
    return _given_back([f"⚠ {paragraph(text, 2500)}"], resume_line)


def given_back(text: str, resume_line: str = "", *, what: str = "", is_unknown: bool = False) -> Message:
    """That a change could not be made for a day and is not tried any more; ``text`` is the last reason.

    ``what`` is what was asked for; ``is_unknown`` where nobody could tell whether it was made all the same.
    """
    state = (
        "Whether anything was changed is not known: look before you try again."
        if is_unknown
        else "Nothing was changed."
    )
    lines = [f"⚠ I tried for a day and could not finish this. {state}", paragraph(text, 1500), fit(one_line(what), 600)]
    return _given_back([line for line in lines if line], resume_line)


def _given_back(lines: Sequence[str], resume_line: str) -> Message:
    """Whatever cannot be done is given back as it was asked for."""
    can_resume = carries(resume_line)
    kept = ["What you asked for is kept: Resume goes on from there."] if can_resume else []
    return _notice([*lines, *kept], [("Resume", resume_line)])


def _notice(
    lines: Sequence[str], buttons: Sequence[tuple[str, str]], *, swaps: Sequence[tuple[str, str]] = ()
) -> Message:
    text = whole_lines(lines, SECTION_LIMIT) or "Nothing to say."
    elements: list[InteractiveElement] = [
        button(label, line, n=n, swap=n >= len(buttons))
        for n, (label, line) in enumerate([*buttons, *swaps][:25])
        if carries(line)
    ]
    blocks: list[Block] = [section(text), *actions(elements)]
    return Message(text, blocks)


def _to_paste(line: str) -> str:
    """A whole line, or that it is too long to be shown: a line with its end cut off would do something else."""
    shown = code(f"/okr {one_line(line)}")
    return shown if len(shown) <= 1500 else "the line you typed, corrected"
