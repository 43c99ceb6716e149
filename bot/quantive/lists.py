"""Lists of any length: page after page, each object once, whether or not the API keeps to what it was asked."""

from collections.abc import Generator, Mapping

from bot.quantive.answer import Json
from bot.quantive.connection import Connection
from bot.quantive.wire import read_id

PAGE = 100
"""Objects asked for at a time; the largest page is not documented, 100 is the default (API reference, section 5)."""

MOST_PAGES = 10_000
"""No list is followed further: an API that never ends must not keep a search going for ever."""


def read_list(
    connection: Connection, url: str, parameters: Mapping[str, str | int] | None = None
) -> Generator[Json, None, None]:
    """The objects of a list that have an id. The first call says nothing of pages unless ``parameters`` do.

    An answer may be complete or a page, ``totalCount`` may be missing and ``skip`` ignored (API reference, section 15,
    rows 9 to 11): asking goes on while the API says there is more, or a full page makes it likely, and new ids come.
    """
    asked: dict[str, str | int] = dict(parameters or {})
    seen: set[str] = set()
    received = 0
    for _ in range(MOST_PAGES):
        known, before = len(seen), received
        with connection.read(url, asked) as answer:
            for item in answer.items():
                received += 1
                key = read_id(item)
                if key and key not in seen:
                    seen.add(key)
                    yield item
        if len(seen) == known or (answer.total is not None and len(seen) >= answer.total):
            return
        if answer.total is None and (received - before) % PAGE:
            return
        asked |= {"skip": received, "limit": PAGE, "take": PAGE}
