"""Who sees what of the record: whoever may see the objective as it is now; and pages are full, and cost little."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from bot.errors import OkrApiDenied, OkrApiUnavailable
from bot.objectives import history as history_module
from bot.objectives.history import ROUNDS, History, Page
from bot.objectives.model import Objective, Person
from bot.objectives.plans import Act, Entry
from bot.store.feed_tables import happenings
from bot.store.record import SqlRecord
from bot.store.tables import metadata
from tests.fakes.okr import ADA, GRACE, HEDY, NOW, FakeApi, asker, make_people

ADMIN = "U0NEW"


class Scene:
    """A record that is written by hand, read by Ada unless it is said who."""

    def __init__(self, record: SqlRecord) -> None:
        self.api, self.record = FakeApi(), record
        people = make_people(self.api, admins=(ADMIN,))
        people.person(asker())  # The directory is known by then.
        self.history = History(self.api, people, record)
        self.written = 0

    def add(self, *, is_private: bool = False, owner: Person = HEDY) -> str:
        """An objective that is there."""
        return self.api.add("Zebra", owner=owner, is_private=is_private)

    def note(self, objective_id: str, act: Act = Act.UPDATE, *, new_id: str = "", **then: object) -> str:
        """Notes something down that was done to an objective when it was so; the entry's id."""
        self.written += 1
        before = replace(Objective(objective_id, "Zebra", owners=(HEDY,)), **then)
        after = None if act is Act.DELETE else replace(before, id=new_id or objective_id)
        at = NOW - timedelta(days=1) + timedelta(seconds=self.written)
        entry_id = f"e{self.written}"
        self.record.add(
            Entry(entry_id, act, "T0TEAM", "U1", new_id or objective_id, at, "C1", "form", before, after, {})
        )
        return entry_id

    def page(self, who: str = "U0ADA", **asked: str) -> Page:
        self.api.calls.clear()
        return self.history.page(asker(who), **asked)

    def seen(self, who: str = "U0ADA", **asked: str) -> list[str]:
        return ids(self.page(who, **asked))


def ids(page: Page) -> list[str]:
    return [line.entry.id for line in page.lines]


@pytest.fixture
def scene() -> Iterator[Scene]:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    metadata.create_all(engine)
    happenings.metadata.create_all(engine)
    yield Scene(SqlRecord(engine, lambda: NOW))
    engine.dispose()


# Who sees what


@pytest.mark.parametrize("then", [True, False], ids=["was private", "was public"])
@pytest.mark.parametrize("now", [True, False], ids=["is private", "is public"])
def test_what_counts_is_who_may_see_the_objective_now(scene: Scene, then: bool, now: bool):
    entry_id = scene.note(scene.add(is_private=now, owner=GRACE), is_private=then)
    assert scene.seen("U0GRACE") == [entry_id]
    assert scene.seen() == ([] if now else [entry_id])
    assert scene.api.calls == ["find"]
    assert scene.seen(ADMIN) == [entry_id]
    assert scene.api.calls == []


@pytest.mark.parametrize("last", [True, False], ids=["was private", "was public"])
@pytest.mark.parametrize("is_recorded", [True, False], ids=["deleted with the bot", "deleted elsewhere"])
def test_what_is_gone_is_judged_as_it_was_last(scene: Scene, last: bool, is_recorded: bool):
    entries = [scene.note("gone", is_private=not last)]
    entries.append(scene.note("gone", Act.DELETE if is_recorded else Act.UPDATE, is_private=last))
    assert scene.seen() == ([] if last else entries[::-1])
    assert scene.api.calls == (["find"] if is_recorded else ["find", "get"])


def test_what_was_deleted_with_the_bot_and_is_there_again_is_judged_as_it_is(scene: Scene):
    scene.note(scene.add(is_private=True), Act.DELETE)
    scene.note(scene.add(), Act.DELETE, is_private=True)
    assert scene.seen() == ["e2"]


def test_what_came_back_under_a_new_id_is_judged_by_what_it_is_under_that(scene: Scene):
    new_id = scene.add()
    scene.note("old")
    scene.note("old", Act.DELETE)
    scene.note("old", Act.RESTORE, new_id=new_id)
    assert scene.seen() == scene.seen(objective_id="old") == ["e3", "e2", "e1"]
    scene.api.goals[new_id] = replace(scene.api.goals[new_id], is_private=True)
    assert scene.seen() == scene.seen(objective_id="old") == []
    assert scene.api.calls == ["find"]


def test_what_a_list_left_out_is_asked_for_before_it_counts_as_gone(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    scene.note(scene.add(is_private=True))
    monkeypatch.setattr(scene.api, "find", lambda _ids: iter(()))
    assert scene.seen() == []
    monkeypatch.setattr(scene.api, "get", lambda _id: (_ for _ in ()).throw(OkrApiDenied("not for you", status=403)))
    page = scene.page()
    assert (page.lines, page.is_sure) == ((), False)


def test_where_the_api_is_down_only_what_was_deleted_with_the_bot_is_told_and_that_it_is_not_all(scene: Scene):
    public = scene.note(scene.add())
    deleted = scene.note("gone", Act.DELETE)
    scene.note("hush", Act.DELETE, is_private=True)
    assert scene.seen() == [deleted, public]
    scene.api.fault = OkrApiUnavailable("down")
    page = scene.page()
    assert (ids(page), page.is_sure) == ([deleted], False)
    assert scene.api.calls == ["find"]
    assert len(scene.page(ADMIN).lines) == 3


# Pages


def test_pages_are_full_and_have_each_entry_once_in_both_directions_whatever_is_hidden_between(scene: Scene):
    public, hidden = [scene.add() for _ in range(3)], [scene.add(is_private=True) for _ in range(40)]
    for number in range(300):
        scene.note(public[number % 3] if number % 11 == 0 else hidden[number // 4 % 40])
    visible = [f"e{number}" for number in range(300, 0, -1) if (number - 1) % 11 == 0]
    pages = [scene.page()]
    while pages[-1].older:
        pages.append(scene.page(older_than=pages[-1].older))
    assert [one for page in pages for one in ids(page)] == visible
    assert [len(page.lines) for page in pages] == [10, 10, 8]
    assert [bool(page.newer) for page in pages] == [False, True, True]
    back = [scene.page(newer_than=pages[-1].newer)]
    back.append(scene.page(newer_than=back[0].newer))
    assert [ids(page) for page in back] == [ids(pages[1]), ids(pages[0])]
    assert back[1].newer == "" and back[1].older and len(scene.api.calls) <= ROUNDS


def test_what_is_done_meanwhile_moves_no_page_and_is_the_next_newer_one(scene: Scene):
    public = scene.add()
    for _ in range(20):
        scene.note(public)
    second = scene.page(older_than=scene.page().older)
    for _ in range(5):
        scene.note(public)
    assert scene.page(older_than="e11") == second
    newer = scene.page(newer_than=second.newer)
    assert ids(newer) == [f"e{number}" for number in range(20, 10, -1)]
    # There are only five newer ones, so it is the newest page.
    assert ids(scene.page(newer_than=newer.newer)) == [f"e{number}" for number in range(25, 15, -1)]


def test_a_page_ends_where_too_many_are_hidden_and_the_next_goes_on_from_there(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(history_module, "ROUNDS", 2)
    public = scene.note(scene.add())
    for _ in range(120):
        scene.note(scene.add(is_private=True, owner=GRACE))
    first = scene.page()
    assert (first.lines, len(scene.api.calls)) == ((), 2)
    second = scene.page(older_than=first.older)
    assert (ids(second), second.older) == ([public], "")
    # One objective, however often it was changed, is asked about once and costs nothing more.
    busy = scene.add(is_private=True, owner=ADA)
    for _ in range(120):
        scene.note(busy)
    third = scene.page("U0GRACE")
    assert len(third.lines) == 10
    assert scene.api.calls == ["find", "find"]
