"""What announcing needs of Slack: to post, to edit, and to know why something was not posted."""

from typing import Protocol

from bot.views.message import Message


class SlackRefused(Exception):
    """Slack surely did not do it; ``error`` is its word, such as ``not_in_channel``."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class SlackBusy(Exception):
    """429: not done; ``seconds`` later it may be."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"in {seconds:.0f} s")
        self.seconds = seconds


class SlackAway(Exception):
    """Slack was not reached, or failed. ``is_unsure``: it may have been done all the same."""

    def __init__(self, *, is_unsure: bool) -> None:
        super().__init__("unsure" if is_unsure else "not reached")
        self.is_unsure = is_unsure


class Speaker(Protocol):
    """Posts as the bot. Each call raises SlackRefused, SlackBusy or SlackAway."""

    def post(self, team_id: str, channel_id: str, message: Message, *, thread_ts: str = "") -> str:
        """Posts a message, to a channel or to a person (by their user id); its timestamp."""

    def edit(self, team_id: str, channel_id: str, ts: str, message: Message) -> None:
        """Puts another message in the place of one of the bot's own."""

    def ping(self, team_id: str) -> None:
        """Finds out whether Slack answers at all."""
