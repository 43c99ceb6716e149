"""Who may change what in the workspace, and how a refusal is told: by the error word of Slack's API and in words."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from bot.embedded.workspace.people import TEAM_ID, Channel, User
from bot.embedded.workspace.world import Outcome, World

P = ParamSpec("P")

Act = Callable[Concatenate[World, str, P], None]
"""Something that a person does, by id; raises Refusal where they cannot."""


class Refusal(Exception):
    """Why something is not done; ``str()`` is for the person."""

    def __init__(self, error: str, text: str) -> None:
        super().__init__(text)
        self.error = error


def told(act: Act[P]) -> Callable[Concatenate[World, str, P], Outcome]:
    """The act with its outcome, refusals included."""

    def tell(world: World, by: str, /, *args: P.args, **more: P.kwargs) -> Outcome:
        try:
            act(world, by, *args, **more)
        except Refusal as refused:
            return world.refused(by, refused.error, str(refused))
        return world.outcome(by)

    tell.__doc__ = act.__doc__
    return tell


def demand_admin(user: User, text: str) -> None:
    """Raises Refusal for whoever is no admin."""
    if user.standing != "admin":
        raise Refusal("restricted_action", text)


def demand_channel(world: World, by: str, channel_id: str) -> tuple[User, Channel]:
    """The person, and a channel that they may change: a member who is no guest, or an admin. Raises Refusal."""
    user, channel = world.person(by), world.directory.channel(channel_id)
    if channel is None or (by not in channel.members and user.standing != "admin"):
        raise Refusal("channel_not_found", "You are not in this channel.")
    if channel.is_dm:
        raise Refusal("method_not_supported_for_channel_type", "A direct message cannot be changed.")
    if user.is_guest or user.team_id != TEAM_ID:
        raise Refusal("restricted_action", "Guests and people of other organisations cannot change channels.")
    return user, channel
