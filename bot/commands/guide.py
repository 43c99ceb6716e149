"""`/okr help`: every verb with examples that work when pasted."""

from collections.abc import Callable, Sequence

from bot.commands.base import Answer, Reply, Request, Verb
from bot.objectives.directory import nearest
from bot.objectives.service import Objectives
from bot.views.help import VerbHelp, of_verb, overview

HELP = VerbHelp(
    verb="help",
    group="yours",
    usage="help [verb]",
    summary="All verbs, or one with its whole grammar",
    grammar=("Any verb after help gives its grammar and examples.",),
    examples=("/okr help", "/okr help search"),
)


def make_help(verbs: Callable[[], Sequence[Verb]]) -> Verb:
    """The verb that explains the verbs of a registry."""

    def run(request: Request, objectives: Objectives) -> Answer:
        helps = [verb.help for verb in verbs() if verb.help]
        wanted = request.text.strip().casefold().removeprefix("/okr").strip()
        near = nearest(wanted, [one.verb for one in helps], limit=1) if wanted else []
        if near:
            return Reply(of_verb(next(one for one in helps if one.verb == near[0])))
        return Reply(overview(helps, unknown=wanted))

    return Verb("help", run, HELP)
