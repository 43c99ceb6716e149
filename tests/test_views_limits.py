"""Whatever is in an objective, every view keeps every limit of Slack, and nobody is mentioned by it.

The limits: https://docs.slack.dev/reference/block-kit
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.objectives.model import Change, Consequences, Draft, KeyResult, Objective, Person, Session
from bot.objectives.plans import Act, Collision, Entry
from bot.views.cards import delete_question, detail
from bot.views.collisions import collision
from bot.views.forms import Form, create_form, edit_form, problem
from bot.views.help import VerbHelp, of_verb, overview
from bot.views.lists import Found, home, nothing_found, objectives_page, which_one
from bot.views.notices import (
    bug,
    did_you_mean,
    failure,
    given_back,
    not_understood,
    refused,
    sentence,
    waiting,
)
from bot.views.outcomes import created, deleted, kept, left, restored, updated
from bot.views.record import RecordLine, RecordPage, record_page
from bot.views.trash import TrashLine, TrashPage, trash_page
from bot.views.wishes import wish
from tests.golden_files import as_json
from tests.sample_objectives import ADA, HUGE, NOW, ONBOARDING, Q4, many

OURS = re.compile(
    r"<https?://[^<>|\s]+(\|[^<>|\n]*)?>|<!date\^-?\d+\^\{date_short(_pretty\} at \{time)?\}\|[^<>|]*>|<@U012AB3CD>"
    r"|<#[A-Z0-9]{2,40}>",
    re.IGNORECASE,
)

LONGEST = {
    "header": 150,
    "button": 75,
    "option": 75,
    "field": 2000,
    "mrkdwn": 3000,
    "plain_text": 3000,
    "value": 2000,
    "option_value": 150,
    "accessibility_label": 75,
    "message": 3900,
}


def faults(shown: Any) -> list[str]:
    """The limits that a payload breaks, each in words."""
    is_view = "type" in shown
    blocks = shown["blocks"]
    found = [f"{len(blocks)} blocks"] if not 0 < len(blocks) <= (100 if is_view else 50) else []
    if not is_view:
        found += [f"text {len(shown['text'])}"] if not 0 < len(shown["text"]) <= LONGEST["message"] else []
        found += smuggled(shown["text"])
        total = sum(len(text.get("text", "")) for text in texts(blocks))
        found += [f"{total} characters in all"] if total > 30_000 else []
    for block in blocks:
        ids = [element.get("action_id") for element in block.get("elements", []) if "action_id" in element]
        found += [f"action ids {ids}"] if len(ids) != len(set(ids)) else []
        found += [f"{len(ids)} elements"] if len(ids) > 25 else []
        found += [f"field {len(field['text'])}" for field in block.get("fields", []) if len(field["text"]) > 2000]
        if block["type"] == "header" and len(block["text"]["text"]) > LONGEST["header"]:
            found.append("header")
        for node in nodes(block):
            found += node_faults(node)
    return found


def node_faults(node: dict[str, Any]) -> list[str]:
    found = []
    kind = node.get("type")
    if kind in ("mrkdwn", "plain_text"):
        length = len(node.get("text", ""))
        found += [f"{kind} {length}"] if not 0 < length <= LONGEST[kind] else []
    if kind == "mrkdwn" and "text" in node:
        found += smuggled(node["text"])
        found += [] if node.get("verbatim") else ["not verbatim"]
    if kind == "button":
        found += ["button text"] if len(node["text"]["text"]) > LONGEST["button"] else []
        found += ["button value"] if len(node["value"]) > LONGEST["value"] else []
        found += ["label"] if len(node.get("accessibility_label", "")) > LONGEST["accessibility_label"] else []
    if kind is None and "value" in node:
        found += ["option text"] if not 0 < len(node["text"]["text"]) <= LONGEST["option"] else []
        found += ["option value"] if not 0 < len(node["value"]) <= LONGEST["option_value"] else []
        found += ["option description"] if len(node.get("description", {}).get("text", "")) > LONGEST["option"] else []
    return found


def smuggled(text: str) -> list[str]:
    rest = OURS.sub("", text)
    return [f"markup in {rest[:80]!r}"] if "<" in rest or ">" in rest else []


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(child)


def texts(blocks: Any) -> Iterator[dict[str, Any]]:
    return (node for node in nodes(blocks) if node.get("type") in ("mrkdwn", "plain_text"))


def every_view(objective: Objective, other: Objective = ONBOARDING, word: str = "word") -> Iterator[tuple[str, Any]]:
    """Every view there is, of this objective and with this word wherever a word may stand."""
    list_ = Found(word, word, (objective,) * 10, 11, 500, changeable=frozenset({objective.id}))
    verb = VerbHelp("create", "change", word or "create", word, [word] * 20, [word] * 5)
    draft = Draft(objective.name, "s", "o", objective.tags, objective.description)
    yield "detail", detail(objective, NOW)
    yield "detail-shared", detail(objective, NOW, shared_by="U012AB3CD")
    yield "created", created(objective, NOW, notes=[word] * 3, entry_id=word)
    yield "updated", updated(Change(objective, other), NOW, notes=[word], entry_id=word)
    yield "updated-back", updated(Change(other, objective), NOW, undone=True)
    yield "restored", restored(objective, NOW, notes=[word] * 30, new_id=True, entry_id=word)
    goes, line = Consequences(3, 14, (objective,) * 50), "confirm-delete"
    yield "delete-question", delete_question(objective, goes, NOW, delete_line=line, reader_id=word)
    yield "deleted", deleted(objective, NOW, entry_id=word)
    yield "creation-undone", deleted(objective, NOW, undone=True)
    yield "kept", kept(objective)
    yield "left", left(objective)
    yield "page", objectives_page(list_, NOW)
    yield "page-shared", objectives_page(replace(list_, shared_by="U012AB3CD"), NOW)
    yield "home", home(word, list_, NOW)
    yield "home-empty", home(word, Found(word, word, (), 1, 0), NOW)
    yield (
        "nothing-found",
        nothing_found(word, word, create_line=f"create {word}", suggestions=[(word or "x", "Search", "search x")]),
    )
    yield "which-one", which_one(word or "Which?", [(objective, f"show {word}")] * 30)
    yield "sentence", sentence(word, buttons=[("Go on", f"show {word}")])
    yield "did-you-mean", did_you_mean(word, f"search {word}")
    yield "not-understood", not_understood(word, [word] * 9, line=f"create {word}", form_line=f"create {word}")
    yield (
        "failure",
        failure(word, retry_line=f"create {word}", form_line=f"create {word}", ways=[(f"Ask {word}", "ask")] * 3),
    )
    yield "wish", wish(objective, word, NOW, wanted=other, line="form")
    yield "wish-deletion", wish(objective, word, NOW, wanted=None, line="delete")
    yield "bug", bug(word)
    yield "help", overview([verb] * 12)
    yield "help-verb", of_verb(verb)
    yield "waiting", waiting(word, word)
    yield "refused", refused(word, resume_line=f"form {word}")
    yield "given-back", given_back(word, f"form {word}", what=word)
    yield from views_of_changes(objective, other, word)
    yield "form-create", create_form(draft, ADA, Q4, Form("C1"), faults={"name": word or "x"}, notes=[word])
    yield "form-edit", edit_form(objective, Form("C1"))
    yield "form-edit-typed", edit_form(other, Form("C1"), draft=draft, owner=ADA, session=objective.session)
    yield "form-problem", problem("Edit objective", word, retry_line=f"update {word}")


def views_of_changes(objective: Objective, other: Objective, word: str) -> Iterator[tuple[str, Any]]:
    """The record, the trash and collisions, each at its fullest."""
    both = Entry(word, Act.UPDATE, "T1", "U1", word, NOW, word, word, objective, other, undoes=word)
    back = replace(both, before=other, after=objective, channel_id="C012AB3CD", way="command")
    gone = replace(both, act=Act.DELETE, after=None)
    lines = [RecordLine(entry, word, undone_by=word, undo_line=f"undo {word}") for entry in (both, back, gone)]
    for line in lines:
        yield "record", record_page(RecordPage(word, (line,) * 12, word, word, is_sure=False, may_export=True))
    yield "record-mixed", record_page(RecordPage(word, (*lines, replace(lines[0], url=word)), word, word))
    yield "record-empty", record_page(RecordPage(word, (), word, word, is_sure=False))
    trashed = (TrashLine(gone, word, NOW),) * 12
    yield "trash", trash_page(TrashPage(trashed, 11, 500, word, word), NOW)
    yield "trash-empty", trash_page(TrashPage((), 1, 0), NOW)
    found = Collision(
        ONBOARDING, objective, other, frozenset({"name", "owner", "session", "tags", "description", word})
    )
    for one in (found, Collision(objective, other, objective, found.fields), replace(found, theirs=None)):
        for undo in (False, True):
            shown = collision(one, NOW, mine_line=word, theirs_line=word, form_line=word, undo=undo)
            yield "collision", shown
    yield "collision-deleted", collision(Collision(objective, None, other), NOW, form_line=word)


EXTREMES = {
    "usual": ONBOARDING,
    "huge": HUGE,
    "bare": Objective("64b0", ""),
    "ampersands": replace(HUGE, name="&" * 2000, description="&" * 12_000, tags=("&" * 150,) * 60, url="https://&"),
    "one-word": replace(HUGE, name="x" * 2000, description="y" * 12_000, url=""),
    "marks": replace(HUGE, name="*_~`" * 500, description="`*" * 6000, tags=("*_~`" * 30,) * 100),
    "families": replace(HUGE, name="👩‍👩‍👧‍👦" * 280, description="🇩🇪" * 6000, owners=(Person("p", "e\u0301" * 900),)),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_the_largest_and_the_oddest_objectives_keep_every_limit(name: str) -> None:
    for view, shown in every_view(EXTREMES[name]):
        assert faults(as_json(shown)) == [], view


@pytest.mark.parametrize(
    "word", ["", " ", "\x00", "<!channel> & `*", "&" * 9000, "line\n" * 900], ids=lambda word: repr(word[:9])
)
def test_any_word_said_in_a_view_keeps_every_limit(word: str) -> None:
    for view, shown in every_view(ONBOARDING, word=word):
        assert faults(as_json(shown)) == [], view


def test_a_session_of_five_hundred_objectives_is_shown_by_pages() -> None:
    everything = many(500, HUGE)
    for first in (1, 241, 491):
        page = everything[first - 1 : first + 9]
        shown = as_json(objectives_page(Found("Q4 2026", "session:all", page, first, 500), NOW))
        assert faults(shown) == []
        assert len(shown["blocks"]) <= 24


odd = (
    st.text(alphabet=st.sampled_from("ab <>&|*_~`!@#\n\u200d👩\u0301\U0001f1e9\x00\u202e{}^"), max_size=400) | st.text()
)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
people = st.builds(Person, st.text(min_size=1, max_size=24), odd, odd, st.booleans())
sessions = st.builds(Session, st.text(min_size=1, max_size=24), odd, st.none() | moments, st.none() | moments, odd)
key_results = st.builds(
    KeyResult,
    st.just("k"),
    odd,
    st.floats(),
    st.floats(),
    st.floats(),
    st.floats(),
    odd,
    odd,
    st.integers(),
    st.none() | st.floats(),
    st.none() | moments,
)
objectives = st.builds(
    Objective,
    id=st.just("64b0c0ffee0000000000aaaa"),
    name=odd,
    session=sessions,
    owners=st.lists(people, max_size=3).map(tuple),
    description=odd,
    tags=st.lists(odd, max_size=5).map(tuple),
    progress=st.floats(),
    url=odd | odd.map("https://{}".format),
    created=st.none() | moments,
    date_from=st.none() | moments,
    date_to=st.none() | moments,
    key_results=st.none() | st.lists(key_results, max_size=3).map(tuple),
    is_private=st.booleans(),
    short_id=odd,
)


# One example is fifty views, so a failing one is told as it is: to shrink it would take minutes.
@settings(max_examples=20, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(objectives, objectives, odd)
def test_any_objective_and_any_word_keep_every_limit_and_mention_nobody(
    objective: Objective, other: Objective, word: str
) -> None:
    for view, shown in every_view(objective, other, word):
        assert faults(as_json(shown)) == [], view
