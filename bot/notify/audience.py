"""How many channels hear of an objective: what a question before a deletion says."""

from bot.errors import OkrApiError
from bot.notify.followers import Followers
from bot.objectives.model import Objective
from bot.objectives.ports import Clock, Follows
from bot.objectives.subscriptions import State


class Audience:
    """Counts the channels whose subscriptions match an objective now. Asks the database, and no API."""

    def __init__(self, followers: Followers, follows: Follows, clock: Clock) -> None:
        self._followers = followers
        self._follows = follows
        self._clock = clock

    def size(self, team_id: str, objective: Objective) -> int | None:
        """How many channels of a workspace hear of an objective; None where that is not known."""
        if objective.is_private:
            return 0
        try:
            followed = self._followers.of(team_id).by_id.values()
        except OkrApiError:
            return None
        now = self._clock()
        speaking = (one for one in followed if one.subscription.state is State.ACTIVE)
        channels = {one.subscription.channel_id for one in speaking if one.criteria.matches(objective, now)}
        return sum(objective.id not in self._follows.muted(team_id, channel_id) for channel_id in channels)
