"""`/okr digest`: what needs somebody, what moved and what was finished, now and for the asker alone."""

from bot.commands.base import Answer, Reply, Request, Verb
from bot.commands.search import not_understood
from bot.errors import Forbidden, NotFound
from bot.notify.digest_message import digest_message
from bot.notify.digests import LOOKS_BACK
from bot.objectives.query import parse_query
from bot.objectives.service import Objectives
from bot.views.help import VerbHelp


def run(request: Request, objectives: Objectives) -> Answer:
    """A digest of what matches, compared with a week ago."""
    return _digest(request, objectives, is_shared=False)


def run_share(request: Request, objectives: Objectives) -> Answer:
    """Posts the digest to the channel, under the sharer's name; without private objectives."""
    return _digest(request, objectives, is_shared=True)


def _digest(request: Request, objectives: Objectives, *, is_shared: bool) -> Reply:
    asker, now = request.asker, objectives.clock()
    parsed = parse_query(request.text)
    if parsed.faults:
        return Reply(not_understood(asker, request.text, parsed, objectives))
    if objectives.digests is None:
        raise NotFound("Digests are not made here.")
    objectives.people.admit(asker)
    resolved = objectives.search.resolve(asker, parsed.query)
    since = now - LOOKS_BACK
    digest = objectives.digests.make(asker.team_id, resolved.criteria, since, asker=None if is_shared else asker)
    if is_shared and not digest.total:
        raise Forbidden("There is nothing to share: what you see here is private or gone.")
    message = digest_message(
        digest,
        resolved.title,
        "",
        now,
        query=str(parsed.query),
        shared_by=objectives.people.name(asker.team_id, asker.user_id) if is_shared else "",
    )
    return Reply(message, in_channel=is_shared)


DIGEST = Verb(
    "digest",
    run,
    VerbHelp(
        verb="digest",
        group="find",
        usage="digest [query]",
        summary="What needs somebody, what moved and what was finished in the last week",
        grammar=(
            "[query]: as in search, such as #growth or session:current.",
            "It is for you alone until you share it; a channel gets one by /okr subscribe … weekly.",
        ),
        examples=("/okr digest", "/okr digest #growth"),
    ),
)
SHARE_DIGEST = Verb("share-digest", run_share)
