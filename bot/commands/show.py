"""`/okr show`, sharing one objective, and its id."""

from bot.commands.base import Answer, Reply, Request, Verb
from bot.commands.choosing import ask_back, read_target
from bot.errors import Forbidden
from bot.objectives.service import Objectives
from bot.views.cards import detail
from bot.views.help import VerbHelp
from bot.views.notices import sentence


def run(request: Request, objectives: Objectives) -> Answer:
    """One objective with its key results."""
    line = read_target(request.text)
    match = objectives.search.find(request.asker, line.words, line.links, is_quoted=line.is_quoted)
    if not match.objective_id:
        return Reply(ask_back(match, lambda one: f"show {one.id}"))
    objective = objectives.get(request.asker, match.objective_id)
    may_change = objectives.people.may_change(request.asker, objective)
    return Reply(detail(objective, objectives.clock(), may_change=may_change))


def run_share(request: Request, objectives: Objectives) -> Answer:
    """Posts one objective to the channel, under the sharer's name."""
    objective = objectives.get(request.asker, request.text.strip())
    if objective.is_private:
        raise Forbidden("This objective is private, so it cannot be shared in a channel.")
    return Reply(detail(objective, objectives.clock(), shared_by=request.asker.user_id), in_channel=True)


def run_id(request: Request, objectives: Objectives) -> Answer:
    """The ids of an objective, to be copied."""
    objective = objectives.get(request.asker, request.text.strip())
    link = f" Its page: {objective.url}" if objective.url else ""
    return Reply(sentence(f"Short id: {objective.short_id}. Full id: {objective.id}.{link}"))


SHOW = Verb(
    "show",
    run,
    VerbHelp(
        verb="show",
        group="find",
        usage="show <objective>",
        summary="One objective with its key results",
        grammar=(
            "<objective>: its id such as O-3F9C, its number in your last list, its link, or its name.",
            "Part of a name is enough; if several have it, you are asked which one.",
        ),
        examples=("/okr show 1", "/okr show O-3F9C", "/okr show Cut onboarding time"),
    ),
)
SHARE = Verb("share", run_share)
ID = Verb("id", run_id)
