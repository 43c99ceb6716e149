"""What differs between an objective before and after: one line a field, the old struck through."""

from collections.abc import Sequence

from rapidfuzz.distance import Indel, Opcode

from bot.objectives.model import Objective, tag_key
from bot.views.phrases import listed, name_of, owners_text, session_title, tag_text
from bot.views.text import ELLIPSIS, bar, counted, cut, escape, fit, percent

_WORDS_AROUND = 4
_MOST_PLACES = 3
_MOST_COMPARED = 25_000_000
"""Words of one text times words of the other: more would take memory by the hundred megabytes."""


def change_lines(before: Objective, after: Objective, *, most: int = 600) -> list[str]:
    """The fields that differ, a line of escaped mrkdwn each; none where nothing does.

    ``most`` is how many characters are shown of a long value, more or less.
    """
    lines = []
    if before.name != after.name:
        lines.append(f"*Name*  {_replaced(fit(name_of(before), most), fit(name_of(after), most))}")
    if before.owner_ids != after.owner_ids:
        limit = min(most, 400)
        lines.append(f"*Owner*  {_replaced(owners_text(before.owners, limit), owners_text(after.owners, limit))}")
    if before.session.id != after.session.id:
        old, new = escape(session_title(before.session)), escape(session_title(after.session))
        lines.append(f"*Session*  {_replaced(old, new)}")
    if tags := tag_changes(before.tags, after.tags, limit=2 * most):
        lines.append(f"*Tags*  {tags}")
    if before.description.strip() != after.description.strip():
        lines.append(f"*Description*  {description_change(before.description, after.description, most=most)}")
    if percent(before.progress) != percent(after.progress):
        old, new = percent(before.progress), f"{bar(after.progress)} {percent(after.progress)}"
        lines.append(f"*Progress*  {_replaced(old, new)}")
    return lines


def _replaced(old: str, new: str) -> str:
    return f"~{old}~ → {new}"


def tag_changes(before: Sequence[str], after: Sequence[str], *, limit: int = 1200) -> str:
    """The tags that came and that went: "+ #board   − #draft"; empty where they are the same."""
    had, has = {tag_key(tag) for tag in before}, {tag_key(tag) for tag in after}
    signed = [f"+ {tag_text(cut(tag, 60))}" for tag in after if tag_key(tag) not in had]
    signed += [f"− {tag_text(cut(tag, 60))}" for tag in before if tag_key(tag) not in has]
    return listed(signed, limit, between="   ")


def description_change(before: str, after: str, *, most: int = 600) -> str:
    """The words that came and went, place by place, with a few words around each."""
    old, new = before.split(), after.split()
    if not old or not new:
        return f"*{_words(new, most * 5 // 6)}*" if new else f"~{_words(old, most * 5 // 6)}~"
    if old == new:
        return "spacing and line breaks"
    places = _places(old, new)
    shown = places[:_MOST_PLACES]
    words, around = most * 5 // 6 // len(shown), min(120, most // 3)
    parts: list[str] = []
    reached = 0
    for place in shown:
        between = new[reached : place.dest_start]
        # What stands behind the place before ends in … already.
        parts.append(_words(between[-_WORDS_AROUND:], around) if parts else _lead(between, around))
        gone, come = old[place.src_start : place.src_end], new[place.dest_start : place.dest_end]
        parts += [
            f"~{_words(gone, words)}~" if gone else "",
            "→" if gone and come else "",
            f"*{_words(come, words)}*" if come else "",
            _tail(new[place.dest_end :], around),
        ]
        reached = place.dest_end
    rest = len(places) - len(shown)
    parts.append(f"and {counted(rest, 'more place')}" if rest else "")
    return " ".join(part for part in parts if part)


def _places(old: Sequence[str], new: Sequence[str]) -> list[Opcode]:
    """Where two texts differ; changes that only a few words part are in one place."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    whole = Opcode("replace", start, len(old) - end, start, len(new) - end)
    if (whole.src_end - start) * (whole.dest_end - start) > _MOST_COMPARED:
        return [whole]
    found: list[Opcode] = []
    for one in Indel.opcodes(old[start : whole.src_end], new[start : whole.dest_end]):
        if one.tag == "equal":
            continue
        here = Opcode(
            "replace", start + one.src_start, start + one.src_end, start + one.dest_start, start + one.dest_end
        )
        if found and here.dest_start - found[-1].dest_end <= 2 * _WORDS_AROUND:
            here = Opcode("replace", found[-1].src_start, here.src_end, found.pop().dest_start, here.dest_end)
        found.append(here)
    return found


def _words(words: Sequence[str], limit: int) -> str:
    return fit(" ".join(words), limit)


def _lead(words: Sequence[str], limit: int) -> str:
    return (ELLIPSIS + " " if len(words) > _WORDS_AROUND else "") + _words(words[-_WORDS_AROUND:], limit)


def _tail(words: Sequence[str], limit: int) -> str:
    return _words(words[:_WORDS_AROUND], limit) + (" " + ELLIPSIS if len(words) > _WORDS_AROUND else "")
