"""When people do not work: Saturday and Sunday, but for places where it is Friday and Saturday."""

from datetime import datetime

from bot.notify.due import zone_of

_SATURDAY_AND_SUNDAY, _FRIDAY_AND_SATURDAY = frozenset({5, 6}), frozenset({4, 5})
"""Weekdays; Monday is 0."""
_FROM_FRIDAY = frozenset(
    {
        *("Africa/Algiers", "Africa/Cairo", "Africa/Khartoum", "Africa/Tripoli", "Asia/Aden", "Asia/Amman"),
        *("Asia/Baghdad", "Asia/Bahrain", "Asia/Damascus", "Asia/Hebron", "Asia/Gaza", "Asia/Jerusalem", "Asia/Kuwait"),
        *("Asia/Muscat", "Asia/Qatar", "Asia/Riyadh", "Asia/Tehran", "Asia/Tel_Aviv", "Egypt", "Israel", "Libya"),
    }
)
"""The time zones of those places (CLDR's week data, of 2026)."""


def weekend_of(zone: str) -> frozenset[int]:
    """The weekdays of the weekend in a time zone; Monday is 0."""
    return _FRIDAY_AND_SATURDAY if zone in _FROM_FRIDAY else _SATURDAY_AND_SUNDAY


def is_weekend(moment: datetime, zone: str) -> bool:
    """Whether it is the weekend in a time zone at a moment (aware)."""
    return moment.astimezone(zone_of(zone)).weekday() in weekend_of(zone)
