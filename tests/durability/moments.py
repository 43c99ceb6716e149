"""Moments: whatever happens between the bot and the world outside it, counted, so that a kill can fall on any of it."""

from collections.abc import Callable


class Moments:
    """Told of each moment by whoever sees it; calls ``on_moment`` on that thread, while the bot waits for an answer."""

    def __init__(self) -> None:
        self.on_moment: Callable[[], None] = lambda: None

    def pass_by(self) -> None:
        """Something happened just now."""
        self.on_moment()
