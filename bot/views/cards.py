"""One objective: in full, after it was created, changed or deleted, and before it is deleted."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, InteractiveElement

from bot.objectives.model import Change, Consequences, KeyResult, Objective
from bot.views.blocks import FIELD_LIMIT, HEADER_LIMIT, TEXT_LIMIT, actions, context, fields, header, section
from bot.views.buttons import button, menu
from bot.views.changes import change_lines
from bot.views.message import Message
from bot.views.phrases import (
    DOT,
    days_text,
    facts_text,
    in_words,
    linked_name,
    name_of,
    owners_text,
    paragraph,
    session_text,
    tags_text,
    web_link,
    whole_lines,
)
from bot.views.text import (
    ago,
    counted,
    cut,
    date_text,
    escape,
    fit,
    mention,
    number,
    one_line,
    percent,
    progress_text,
    status_text,
    value_text,
)

KEY_RESULTS_SHOWN = 35
DESCRIPTION_LIMIT = 2900
# Two folds of key results keep a whole card well under what Slack takes as one message.
_KEY_RESULT_SECTIONS = 2
_KEY_RESULTS_LIMIT = 2800


def detail(objective: Objective, now: datetime, *, may_change: bool = True, shared_by: str = "") -> Message:
    """One objective with its key results; with ``shared_by`` (a Slack user id) as it is posted to a channel."""
    blocks: list[Block] = [header(name_of(objective))]
    if len(name_of(objective)) > HEADER_LIMIT:
        blocks.append(section(fit(name_of(objective), 3000)))
    blocks.append(_facts(objective, now))
    description = _description(objective)
    if description:
        blocks.append(section(description))
    results = _key_result_sections(objective, now)
    blocks += [section(text, expand=True) for text in results]
    blocks += [context(line) for line in _small_print(objective, shared_by)]
    blocks += actions(_shared_buttons(objective) if shared_by else _buttons(objective, may_change=may_change))
    return Message(_detail_text(objective, now, shared_by), blocks)


def created(objective: Objective, now: datetime, *, notes: Sequence[str] = ()) -> Message:
    """What is said after an objective was created; ``notes`` are further sentences (plain)."""
    return _after("Created", objective, [facts_text(objective, now)], now, notes)


def updated(change: Change, now: datetime, *, notes: Sequence[str] = ()) -> Message:
    """What is said after an objective was changed: old → new, one line a field."""
    objective = change.after or change.before
    if objective is None:
        raise ValueError("an update has an objective")
    lines = change_lines(change.before, change.after) if change.before and change.after else []
    if not lines:
        return _after("Nothing changed in", objective, ["It is already as you want it."], now, notes)
    return _after("Updated", objective, lines, now, notes)


def delete_question(objective: Objective, consequences: Consequences, now: datetime) -> Message:
    """Whether to delete it, with what goes with it."""
    sentence = " ".join(_consequences(consequences))
    blocks: list[Block] = [
        section(f"*Delete*  {linked_name(objective, 300)} ?"),
        context(f"{progress_text(objective.progress)}  {facts_text(objective, now)}"),
        section(sentence),
        *actions(
            [
                button(
                    "Delete",
                    f"confirm-delete {objective.id}",
                    swap=True,
                    style="danger",
                    accessibility_label=f"Delete {name_of(objective)}",
                ),
                button("Keep it", f"keep {objective.id}", n=1, swap=True),
            ]
        ),
    ]
    return Message(f"Delete {in_words(objective, now)}? {sentence}", blocks)


def deleted(objective: Objective, now: datetime) -> Message:
    """What is said after an objective was deleted."""
    blocks = [section(f"*Deleted*  {escape(name_of(objective, 300))}"), context(facts_text(objective, now))]
    return Message(f"Deleted: {in_words(objective, now)}", blocks)


def kept(objective: Objective) -> Message:
    """What is said when an objective was not deleted after all."""
    text = f"Kept  {linked_name(objective, 300)}. Nothing was deleted."
    return Message(text, [section(text)])


def _after(verb: str, objective: Objective, lines: Sequence[str], now: datetime, notes: Sequence[str]) -> Message:
    """The message after a change: the verb and the objective, what changed, what else to know, what to do next."""
    detail_text = whole_lines(lines, 2900)
    blocks: list[Block] = [
        section(f"*{verb}*  {linked_name(objective, 300)}"),
        context(detail_text) if verb == "Created" else section(detail_text, expand=True),
        *(section(fit(one_line(note), 1000)) for note in notes[:5]),
    ]
    if verb == "Updated":
        blocks.append(context(facts_text(objective, now)))
    blocks += actions(_after_buttons(objective))
    said = [f"{verb} {in_words(objective, now)}", *lines, *(fit(one_line(note), 500) for note in notes[:5])]
    return Message(whole_lines(said, TEXT_LIMIT), blocks)


def _facts(objective: Objective, now: datetime) -> Block:
    passed = objective.session.share_passed(now)
    progress = progress_text(objective.progress)
    if passed is not None:
        progress += f", {percent(passed)} of the session has passed"
    short_id = escape(one_line(objective.short_id)) or escape(cut(objective.id, 40))
    where = f"{DOT}{web_link(objective, 'open in the web app')}" if objective.url else ""
    pairs = [
        ("Owner", owners_text(objective.owners)),
        ("Session", session_text(objective.session, now)),
        ("Status", status_text(objective.status(now))),
        ("Progress", progress),
        ("Tags", tags_text(objective.tags) or "none"),
        ("Id", short_id + (where if len(short_id + where) < FIELD_LIMIT - 20 else "")),
    ]
    if objective.date_from and objective.date_to and _has_own_days(objective):
        pairs.append(("Dates", days_text(objective.date_from, objective.date_to, now)))
    return fields(*(f"*{label}*\n{text}" for label, text in pairs))


def _has_own_days(objective: Objective) -> bool:
    session = objective.session
    return (objective.date_from, objective.date_to) != (session.start, session.end)


def _description(objective: Objective) -> str:
    text = objective.description.strip()
    shown = paragraph(text, DESCRIPTION_LIMIT)
    if not shown or len(escape(text)) <= DESCRIPTION_LIMIT or not objective.url:
        return shown
    whole = web_link(objective, "Read the whole description in the web app")
    room = 3000 - len(whole) - 1
    return f"{paragraph(text, room)}\n{whole}" if room > 1000 else shown


def _key_result_sections(objective: Objective, now: datetime) -> list[str]:
    """The key results as texts of sections, the first with a heading, the last with what is not shown."""
    if objective.key_results is None:
        return []
    if not objective.key_results:
        return ["*Key results*\nNone yet."]
    sections, shown = [["*Key results*"]], 0
    room = _KEY_RESULTS_LIMIT
    for key_result in objective.key_results[:KEY_RESULTS_SHOWN]:
        line = _key_result_line(key_result, now)
        if len(line) > room:
            if len(sections) == _KEY_RESULT_SECTIONS:
                break
            sections.append([])
            room = _KEY_RESULTS_LIMIT
        sections[-1].append(line)
        room -= len(line) + 1
        shown += 1
    texts = ["\n".join(lines) for lines in sections]
    if rest := len(objective.key_results) - shown:
        more = f"and {rest:,} more, in the {web_link(objective, 'web app')}"
        if len(texts[-1]) + len(more) < 3000:
            texts[-1] += "\n" + more
        else:
            texts.append(more if len(more) <= 3000 else f"and {rest:,} more, in the web app")
    return texts


def _key_result_line(key_result: KeyResult, now: datetime) -> str:
    facts = [_reached(key_result)]
    if key_result.confidence is not None:
        facts.append(f"confidence {percent(key_result.confidence)}")
    if key_result.checked_in:
        facts.append(f"checked in {ago(key_result.checked_in, now)}")
    name = fit(one_line(key_result.name) or "Untitled key result", 300)
    return f"{progress_text(key_result.progress)}  {name} — {DOT.join(facts)}"


def _reached(key_result: KeyResult) -> str:
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


def _small_print(objective: Objective, shared_by: str) -> list[str]:
    parts = [f"Created {date_text(objective.created)}"] if objective.created else []
    if objective.is_private:
        parts.append("Private: only those who may see it in the web app can see it here")
    if shared_by:
        parts.insert(0, f"Shared by {mention(shared_by)}")
    return [DOT.join(parts)] if parts else []


def _buttons(objective: Objective, *, may_change: bool) -> list[InteractiveElement]:
    name, target = name_of(objective), objective.id
    buttons: list[InteractiveElement] = []
    if may_change:
        buttons.append(button("Edit", f"update {target}", accessibility_label=f"Edit {name}"))
    if not objective.is_private:
        buttons.append(button("Share here", f"share {target}", n=1, accessibility_label=f"Share {name} here"))
    more = [("Delete", f"delete {target}")] if may_change else []
    buttons.append(menu([*more, ("Copy id", f"id {target}")], n=2))
    return buttons


def _after_buttons(objective: Objective) -> list[InteractiveElement]:
    name, target = name_of(objective), objective.id
    buttons: list[InteractiveElement] = []
    if not objective.is_private:
        buttons.append(button("Share here", f"share {target}", accessibility_label=f"Share {name} here"))
    buttons.append(button("Edit", f"update {target}", n=1, accessibility_label=f"Edit {name}"))
    return buttons


def _shared_buttons(objective: Objective) -> list[InteractiveElement]:
    return [button("Show", f"show {objective.id}", accessibility_label=f"Show {name_of(objective)}")]


def _consequences(consequences: Consequences) -> list[str]:
    results, check_ins = consequences.key_results, consequences.check_ins
    goes = [counted(results, "key result")] if results else []
    goes += [counted(check_ins, "check-in")] if check_ins else []
    single = len(goes) == 1 and max(results, check_ins) == 1
    sentences = [f"With it {'goes' if single else 'go'} {' and '.join(goes)}." if goes else "It has no key results."]
    if consequences.children is None:
        sentences.append("Whether other objectives are aligned to it could not be found out.")
    elif consequences.children:
        verb = "loses its parent" if consequences.children == 1 else "lose their parent"
        sentences.append(f"{counted(consequences.children, 'aligned objective')} {verb}.")
    sentences.append("This cannot be undone.")
    return sentences


def _detail_text(objective: Objective, now: datetime, shared_by: str) -> str:
    said = [in_words(objective, now)]
    if shared_by:
        said.insert(0, f"Shared by {mention(shared_by)}:")
    if objective.tags:
        said.append(f"Tags: {tags_text(objective.tags, 300)}")
    if objective.description.strip():
        said.append(fit(one_line(objective.description), 1000))
    for key_result in objective.key_results or ():
        name = fit(one_line(key_result.name), 200)
        said.append(f"Key result: {name}, {percent(key_result.progress)}, {_reached(key_result)}")
    return whole_lines(said, TEXT_LIMIT)
