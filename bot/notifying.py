"""What tells channels, put together from the bot's parts."""

from collections.abc import Callable

from slack_sdk import WebClient
from sqlalchemy import Engine

from bot.notify.announcing import Announcer
from bot.notify.digests import Digests
from bot.notify.drafts import Drafts
from bot.notify.feed import Feed
from bot.notify.followers import Followers
from bot.notify.invitations import Invitations
from bot.notify.leavers import Leavers
from bot.notify.notifier import Notifier
from bot.notify.poll import Poll
from bot.notify.refusals import Refusals
from bot.notify.sender import Sender
from bot.objectives.ports import OkrApi
from bot.objectives.service import Objectives
from bot.slack.speaking import WebSpeaker
from bot.store.channel_turns import ChannelTurns
from bot.store.outbox import Outbox
from bot.store.pasts import Pasts
from bot.store.sightings import Sightings


def make_notifier(
    objectives: Objectives,
    api: OkrApi,
    client: Callable[[str], WebClient],
    engine: Engine,
    followers: Followers,
    *,
    worker: str,
    poll_seconds: float,
) -> Notifier:
    """The threads that tell channels. ``worker`` is this process's own name."""
    clock, follows, search, people = objectives.clock, objectives.follows, objectives.search, objectives.people
    outbox, turns, sightings, pasts = Outbox(engine), ChannelTurns(engine), Sightings(engine), Pasts(engine)
    announcer = Announcer(followers, follows)
    digests = Digests(outbox, sightings, pasts, followers, follows, search, objectives.directory, clock)
    objectives.digests = digests
    feed = Feed(outbox, sightings, objectives.record, followers, announcer, clock)
    invitations = Invitations(outbox, follows, followers, people, clock)
    drafts = Drafts(outbox, follows, sightings, api, digests, invitations, people, search, clock)
    refusals = Refusals(outbox, follows, followers, clock)
    return Notifier(
        feed=feed,
        poll=Poll(api, outbox, sightings, followers, announcer, objectives.directory, clock, tell_first=feed.work),
        digests=digests,
        sender=Sender(outbox, turns, WebSpeaker(client), drafts, refusals, invitations, follows, clock),
        invitations=invitations,
        leavers=Leavers(outbox, follows, followers, search, people, objectives.directory, clock),
        followers=followers,
        outbox=outbox,
        turns=turns,
        sightings=sightings,
        worker=worker,
        poll_seconds=poll_seconds,
        clock=clock,
    )
