"""One objective: in full, and before it is deleted."""

from datetime import datetime

from slack_sdk.models.blocks import Block, InteractiveElement

from bot.objectives.model import Consequences, Objective
from bot.views.blocks import HEADER_LIMIT, SECTION_LIMIT, TEXT_LIMIT, actions, context, fields, header, section
from bot.views.buttons import button, menu
from bot.views.key_results import key_result_texts, reached
from bot.views.message import Message
from bot.views.phrases import (
    DOT,
    KEPT_DAYS,
    days_text,
    facts_text,
    in_words,
    linked_name,
    listed,
    name_of,
    names_text,
    owners_text,
    paragraph,
    session_text,
    short_id_text,
    tags_text,
    web_link,
    whole_lines,
)
from bot.views.text import (
    counted,
    cut,
    date_text,
    escape,
    escape_with_links,
    fit,
    mention,
    one_line,
    percent,
    progress_text,
    status_text,
)


def detail(objective: Objective, now: datetime, *, may_change: bool = True, shared_by: str = "") -> Message:
    """One objective with its key results; with ``shared_by`` (a Slack user id) as it is posted to a channel."""
    blocks: list[Block] = [header(name_of(objective))]
    if len(name_of(objective)) > HEADER_LIMIT:
        blocks.append(section(fit(name_of(objective), SECTION_LIMIT)))
    blocks.append(_facts(objective, now))
    description = _description(objective)
    if description:
        blocks.append(section(description))
    blocks += [section(text, expand=True) for text in key_result_texts(objective, now)]
    blocks += [context(line) for line in _small_print(objective, shared_by)]
    blocks += actions(_shared_buttons(objective) if shared_by else _buttons(objective, may_change=may_change))
    return Message(_detail_text(objective, now, shared_by), blocks)


def delete_question(
    objective: Objective, consequences: Consequences, now: datetime, *, delete_line: str, reader_id: str = ""
) -> Message:
    """Whether to delete it, with what goes with it; ``reader_id`` is the person (not the Slack user) who is asked."""
    what_goes = " ".join([*_consequences(consequences), *_owned(objective, reader_id)])
    sentence = f"{what_goes}\nYou can bring it back for {KEPT_DAYS} days."
    blocks: list[Block] = [
        section(f"*Delete*  {linked_name(objective, 300)} ?"),
        context(f"{progress_text(objective.progress)}  {facts_text(objective, now)}"),
        section(sentence),
        *actions(
            [
                button(
                    "Delete",
                    delete_line,
                    swap=True,
                    style="danger",
                    accessibility_label=f"Delete {name_of(objective)}",
                ),
                button("Keep it", f"keep {objective.id}", n=1, swap=True),
            ]
        ),
    ]
    return Message(f"Delete {in_words(objective, now)}? {sentence}", blocks)


def _facts(objective: Objective, now: datetime) -> Block:
    passed = objective.session.share_passed(now)
    progress = progress_text(objective.progress)
    if passed is not None:
        progress += f", {percent(passed)} of the session has passed"
    short_id = short_id_text(objective) or escape(cut(objective.id, 40))
    linked = web_link(objective, "open in the web app")
    where = f"{DOT}{linked}" if linked.startswith("<") else ""
    pairs = [
        ("Owner", owners_text(objective.owners)),
        ("Session", session_text(objective.session, now)),
        ("Status", status_text(objective.status(now))),
        ("Progress", progress),
        ("Tags", tags_text(objective.tags) or "none"),
        ("Id", short_id + where),
    ]
    if objective.date_from and objective.date_to and _has_own_days(objective):
        pairs.append(("Dates", days_text(objective.date_from, objective.date_to, now)))
    return fields(*(f"*{label}*\n{text}" for label, text in pairs))


def _has_own_days(objective: Objective) -> bool:
    session = objective.session
    return (objective.date_from, objective.date_to) != (session.start, session.end)


def _description(objective: Objective) -> str:
    """The description, as much of it as a paragraph holds; what is cut off can be read in the web app."""
    text = objective.description.strip()
    if len(escape_with_links(text)) <= SECTION_LIMIT:
        return escape_with_links(text)
    whole = web_link(objective, "Read the whole description in the web app")
    return f"{paragraph(text, SECTION_LIMIT - len(whole) - 1)}\n{whole}"


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
        buttons.append(button("Share here", f"share {target}", n=1, accessibility_label=f"Share here: {name}"))
    more = [("Delete", f"delete {target}")] if may_change else []
    buttons.append(menu([*more, ("Copy id", f"id {target}")], n=2))
    return buttons


def _shared_buttons(objective: Objective) -> list[InteractiveElement]:
    return [button("Show", f"show {objective.id}", accessibility_label=f"Show {name_of(objective)}")]


def _consequences(consequences: Consequences) -> list[str]:
    results, check_ins = consequences.key_results, consequences.check_ins
    children, followers = consequences.children, consequences.followers
    goes = [counted(results, "key result")] if results else []
    goes += [counted(check_ins, "check-in")] if check_ins else []
    single = len(goes) == 1 and max(results, check_ins) == 1
    sentences = [f"With it {'goes' if single else 'go'} {' and '.join(goes)}." if goes else "It has no key results."]
    if children:
        count = len(children)
        names = listed([f"“{escape(name_of(one, 80))}”" for one in children], 300)
        sentences.append(
            f"{counted(count, 'aligned objective')} {_verb(count, 'lose')} {_their(count)} parent: {names}."
        )
    if followers:
        sentences.append(f"{counted(followers, 'channel')} {_verb(followers, 'follow')} it.")
    unknown = ["other objectives are aligned to it"] if children is None else []
    unknown += ["channels follow it"] if followers is None else []
    if unknown:
        sentences.append(f"Whether {' or '.join(unknown)} could not be found out.")
    return sentences


def _verb(count: int, verb: str) -> str:
    return f"{verb}s" if count == 1 else verb


def _their(count: int) -> str:
    return "its" if count == 1 else "their"


def _owned(objective: Objective, reader_id: str) -> list[str]:
    """Who else owns it; of a reader who is not known, the first owner is taken to be them."""
    owners = objective.owners
    reader_id = reader_id or (owners[0].id if owners else "")
    others = [owner for owner in owners if owner.id != reader_id]
    too = " too" if len(others) < len(owners) else ""
    return [f"{names_text(others)} {_verb(len(others), 'own')} it{too}."] if others else []


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
        said.append(f"Key result: {name}, {percent(key_result.progress)}, {reached(key_result)}")
    return whole_lines(said, TEXT_LIMIT)
