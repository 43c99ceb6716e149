"""What differs between an objective before and after: one line a field, the old struck through."""

from collections.abc import Sequence

from bot.objectives.model import Objective, tag_key
from bot.views.phrases import listed, name_of, owners_text, session_title, tag_text
from bot.views.text import ELLIPSIS, bar, cut, escape, fit, percent

_WORDS_AROUND = 4


def change_lines(before: Objective, after: Objective) -> list[str]:
    """The fields that differ, a line of escaped mrkdwn each; none where nothing does."""
    lines = []
    if before.name != after.name:
        lines.append(f"*Name*  {_replaced(fit(name_of(before), 600), fit(name_of(after), 600))}")
    if before.owner_ids != after.owner_ids:
        lines.append(f"*Owner*  {_replaced(owners_text(before.owners), owners_text(after.owners))}")
    if before.session.id != after.session.id:
        old, new = escape(session_title(before.session)), escape(session_title(after.session))
        lines.append(f"*Session*  {_replaced(old, new)}")
    if tags := _tag_changes(before.tags, after.tags):
        lines.append(f"*Tags*  {tags}")
    if before.description.strip() != after.description.strip():
        lines.append(f"*Description*  {_description_change(before.description, after.description)}")
    if percent(before.progress) != percent(after.progress):
        old, new = percent(before.progress), f"{bar(after.progress)} {percent(after.progress)}"
        lines.append(f"*Progress*  {_replaced(old, new)}")
    return lines


def _replaced(old: str, new: str) -> str:
    return f"~{old}~ → {new}"


def _tag_changes(before: Sequence[str], after: Sequence[str]) -> str:
    had, has = {tag_key(tag) for tag in before}, {tag_key(tag) for tag in after}
    signed = [f"+ {tag_text(cut(tag, 60))}" for tag in after if tag_key(tag) not in had]
    signed += [f"− {tag_text(cut(tag, 60))}" for tag in before if tag_key(tag) not in has]
    return listed(signed, 1200, between="   ")


def _description_change(before: str, after: str) -> str:
    """The words that differ between those that begin and end both texts, with a few words around them."""
    old, new = before.split(), after.split()
    if not old or not new:
        return f"*{_words(new)}*" if new else f"~{_words(old)}~"
    if old == new:
        return "spacing and line breaks"
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    gone, come = old[start : len(old) - end], new[start : len(new) - end]
    parts = [
        _lead(new[:start]),
        f"~{_words(gone)}~" if gone else "",
        "→" if gone and come else "",
        f"*{_words(come)}*" if come else "",
        _tail(new[len(new) - end :]),
    ]
    return " ".join(part for part in parts if part)


def _words(words: Sequence[str], limit: int = 500) -> str:
    return fit(" ".join(words), limit)


def _lead(words: Sequence[str]) -> str:
    return (ELLIPSIS + " " if len(words) > _WORDS_AROUND else "") + _words(words[-_WORDS_AROUND:], 120)


def _tail(words: Sequence[str]) -> str:
    return _words(words[:_WORDS_AROUND], 120) + (" " + ELLIPSIS if len(words) > _WORDS_AROUND else "")
