"""Changes against subscriptions: how the time grows with either, and with how much matches."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.notify.announcing import Announcer
from bot.notify.followers import Book, Followers
from bot.objectives.directory import Directory
from bot.objectives.model import Objective, Person, utc_now
from bot.objectives.people import People
from bot.objectives.search import Search
from bot.objectives.subscriptions import Subscription
from bot.store.database import make_engine, migrate
from bot.store.subscriptions import SqlFollows
from tests.benchmarks.fakes import TEAM
from tests.benchmarks.figures import duration, table
from tests.fakes.okr import USERS, FakeApi, FakeMemory, FakeProfiles

MATCHED = 100
"""The subscriptions that changes match are among so many, however many there are."""
CHANNELS = 1_000
ASKED = 5
"""Changes for which every subscription is asked, for comparison."""


@dataclass(frozen=True, slots=True)
class Case:
    """So many changes, each of which matches so many subscriptions."""

    changes: int
    matches: int


CASES = {
    100: (Case(100, 1), Case(1_000, 1)),
    1_000: (Case(100, 1), Case(1_000, 1)),
    10_000: (Case(100, 1), Case(1_000, 1), Case(1_000, 0), Case(1_000, 10), Case(100, 100)),
}
"""By the number of subscriptions."""


def measure(*, is_quick: bool) -> str:
    """A table, of processor time: the index beside asking each subscription, and with the making of what is posted."""
    rows, notes = [], []
    for subscriptions, cases in CASES.items():
        with _followed(subscriptions) as (followers, announcer):
            begun = time.process_time()
            book = followers.of(TEAM)
            took = duration(time.process_time() - begun)
            notes.append(f"- {subscriptions:,} subscriptions read, looked up and filed, once a minute at most: {took}.")
            rows += [_row(subscriptions, case, book, announcer, 1 if is_quick else 3) for case in cases]
    head = ["processor time", "matches", "matching", "by asking each", "matching and making what is posted"]
    return table(head, rows) + "\n" + "\n".join(notes) + "\n"


@contextmanager
def _followed(number: int) -> Iterator[tuple[Followers, Announcer]]:
    """So many subscriptions, in turns by a tag, an owner, a word, and by tag and word."""
    api = FakeApi()
    api.everyone = [_person(position) for position in range(number)]
    directory, memory = Directory(api), FakeMemory()
    search = Search(api, directory, People(FakeProfiles(*USERS), directory, api, memory), memory, utc_now)
    with tempfile.TemporaryDirectory(prefix="okr-bot-benchmark-") as folder:
        engine = make_engine(f"sqlite:///{Path(folder)}/follows.db")
        migrate(engine)
        follows = SqlFollows(engine)
        for position in range(number):
            channel_id = f"C{position % CHANNELS:03d}"
            follows.add(Subscription(f"s{position}", TEAM, channel_id, _query(position), "instant", "U0", utc_now()))
        followers = Followers(follows, search, utc_now)
        yield followers, Announcer(followers, follows)
        engine.dispose()


def _person(position: int) -> Person:
    return Person(f"{position:024x}", f"Person {position:06d}")


def _query(position: int) -> str:
    asked = (
        f'tag:"topic {position}"',
        f'owner:"{_person(position).name}"',
        f"word{position:05d}",
        f'tag:"topic {position}" word{position:05d}',
    )
    return asked[position % len(asked)]


def _changed(number: int, matches: int) -> tuple[Objective, Objective]:
    """An objective before and after it moved, which so many of the first subscriptions match."""
    matched = [(number * matches + one) % MATCHED for one in range(matches)]
    before = Objective(
        f"{number:024x}",
        " ".join(["Cut the time that customers need", *(f"word{one:05d}" for one in matched if one % 4 > 1)]),
        owners=(_person(10**9), *(_person(one) for one in matched if one % 4 == 1)),
        tags=("growth", *(f"topic {one}" for one in matched if one % 4 in (0, 3))),
        progress=0.2,
    )
    return before, replace(before, progress=0.3)


def _row(subscriptions: int, case: Case, book: Book, announcer: Announcer, rounds: int) -> list[str]:
    now = utc_now()
    then = now - timedelta(minutes=1)
    changes = [_changed(number, case.matches) for number in range(case.changes)]
    matched = sum(len(book.matcher.fits(before, after, then=then, now=now)) for before, after in changes)
    made = sum(len(announcer.notes(TEAM, *one, then=then, now=now, source="")) for one in changes[:ASKED])
    if matched != case.changes * case.matches or made != min(ASKED, case.changes) * case.matches:
        raise RuntimeError(f"{case} matched {matched}, of which {made} are told")

    def match() -> None:
        for before, after in changes:
            book.matcher.fits(before, after, then=then, now=now)

    def make() -> None:
        for before, after in changes:
            announcer.notes(TEAM, before, after, then=then, now=now, source="")

    asking = _ask_each(book, changes[:ASKED], then, now) * case.changes / ASKED
    return [
        f"{case.changes:,} changes, {subscriptions:,} subscriptions",
        f"{matched:,}",
        f"**{duration(_best(match, rounds))}**",
        duration(asking),
        duration(_best(make, 1)),
    ]


def _best(act: Callable[[], None], rounds: int) -> float:
    seen = []
    for _ in range(rounds):
        begun = time.process_time()
        act()
        seen.append(time.process_time() - begun)
    return min(seen)


def _ask_each(book: Book, changes: list[tuple[Objective, Objective]], then: datetime, now: datetime) -> float:
    begun = time.process_time()
    for before, after in changes:
        for one in book.by_id.values():
            one.criteria.matches(before, then)
            one.criteria.matches(after, now)
    return time.process_time() - begun
