"""Subscriptions that wait until the bot is invited to their channel."""

import logging
from dataclasses import replace

from bot.notify.cards import channel_card
from bot.notify.followers import Followers
from bot.notify.speaker import SlackAway, SlackBusy, SlackRefused, Speaker
from bot.objectives.people import People
from bot.objectives.ports import Clock, Follows
from bot.objectives.subscriptions import State

log = logging.getLogger(__name__)


class Invitations:
    """Posts the card of a waiting subscription; where Slack takes it, the subscription speaks from then on."""

    def __init__(self, follows: Follows, followers: Followers, people: People, speaker: Speaker, clock: Clock) -> None:
        self._follows = follows
        self._followers = followers
        self._people = people
        self._speaker = speaker
        self._clock = clock

    def try_again(self, team_id: str) -> None:
        """Tries every channel that subscriptions wait for."""
        for subscription in self._follows.every(team_id):
            if subscription.state is not State.WAITING:
                continue
            followed = self._followers.look_up(subscription)
            title = followed.title if followed else subscription.query
            maker = self._people.name(team_id, subscription.made_by)
            active = replace(subscription, state=State.ACTIVE)
            try:
                self._speaker.post(team_id, subscription.channel_id, channel_card(active, title, maker, self._clock()))
            except (SlackRefused, SlackBusy, SlackAway) as fault:
                log.debug("Still not invited: %s", fault)
                continue
            self._follows.change(active)
