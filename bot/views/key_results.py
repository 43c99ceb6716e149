"""Key results, a line each: how far, of what, how sure, and when somebody last looked."""

from datetime import datetime

from bot.objectives.model import KeyResult, Objective
from bot.views.blocks import SECTION_LIMIT
from bot.views.phrases import DOT, web_link
from bot.views.text import ago, escape, fit, number, one_line, percent, progress_text, value_text

SHOWN = 35
# Two paragraphs of key results keep a whole card well under what Slack takes as one message.
_TEXTS = 2
_TEXT_LIMIT = 2800


def key_result_texts(objective: Objective, now: datetime) -> list[str]:
    """The key results as texts of sections, the first with a heading, the last with what is not shown."""
    if objective.key_results is None:
        return []
    if not objective.key_results:
        return ["*Key results*\nNone yet."]
    sections, shown = [["*Key results*"]], 0
    room = _TEXT_LIMIT
    for key_result in objective.key_results[:SHOWN]:
        line = _line(key_result, now)
        if len(line) > room:
            if len(sections) == _TEXTS:
                break
            sections.append([])
            room = _TEXT_LIMIT
        sections[-1].append(line)
        room -= len(line) + 1
        shown += 1
    texts = ["\n".join(lines) for lines in sections]
    if rest := len(objective.key_results) - shown:
        more = f"and {rest:,} more, in the {web_link(objective, 'web app')}"
        if len(texts[-1]) + len(more) < SECTION_LIMIT:
            texts[-1] += "\n" + more
        else:
            texts.append(more)
    return texts


def _line(key_result: KeyResult, now: datetime) -> str:
    facts = [reached(key_result)]
    if key_result.confidence is not None:
        facts.append(f"confidence {percent(key_result.confidence)}")
    if key_result.checked_in:
        facts.append(f"checked in {ago(key_result.checked_in, now)}")
    name = fit(one_line(key_result.name) or "Untitled key result", 300)
    return f"{progress_text(key_result.progress)}  {name} — {DOT.join(facts)}"


def reached(key_result: KeyResult) -> str:
    """How far: "40 of 100 customers" from nothing, "38 min, from 90 to 30" from elsewhere."""
    digits = key_result.fraction_digits
    target = value_text(key_result, key_result.target)
    if key_result.initial == 0:
        prefixed = value_text(key_result, key_result.actual) if key_result.prefix and not key_result.suffix else ""
        return escape(f"{prefixed or number(key_result.actual, digits)} of {target}")
    start, goal = number(key_result.initial, digits), number(key_result.target, digits)
    if key_result.prefix and not key_result.suffix:
        start, goal = value_text(key_result, key_result.initial), target
    return escape(f"{value_text(key_result, key_result.actual)}, from {start} to {goal}")
