"""Times as text: kept as UTC with milliseconds (one width, so they sort), shown as the API shows them."""

import re
from datetime import UTC, datetime

UNSET = "0001-01-01T00:00:00.000Z"
"""The API's zero date: no date."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|z|[+-]\d{2}:?\d{2})?")


def write_time(moment: datetime) -> str:
    """``moment`` (aware) as it is kept."""
    moment = moment.astimezone(UTC)
    return f"{moment.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def read_time(text: str) -> str | None:
    """Text of the API (a date or a time; UTC where no zone is given) as it is kept; None where it is neither."""
    if not (_DATE.fullmatch(text) or _TIME.fullmatch(text)):
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return write_time(moment)
    except (ValueError, OverflowError):
        return None


def show_time(kept: str) -> str:
    """A kept time as the API shows it: without milliseconds where there are none."""
    return f"{kept[:-5]}Z" if kept.endswith(".000Z") else kept
