"""Digests for tests, made of objectives without a bot."""

from collections.abc import Iterable
from datetime import datetime

from bot.notify.attention import Tracked
from bot.notify.differences import Kind
from bot.notify.digest import Digest, Tally
from bot.objectives.model import Objective


def make_digest(
    tracked: Iterable[Tracked],
    now: datetime,
    since: datetime | None = None,
    *,
    lost: Iterable[Objective] = (),
    only: Iterable[Kind] = (),
) -> Digest:
    """The digest of these; ``lost``: what does not match any more."""
    tally = Tally(since, now, frozenset(only))
    for one in tracked:
        tally.add(one)
    for objective in lost:
        tally.lose(objective, is_there=True)
    return tally.digest()
