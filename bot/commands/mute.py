"""What a channel hears nothing more of: the button Mute this, and the list of what is muted."""

from bot.commands.base import Answer, Reply, Request, Verb
from bot.errors import BotError
from bot.notify.subscribing import demand_channel
from bot.notify.wording import who
from bot.objectives.model import Asker, Objective
from bot.objectives.service import Objectives
from bot.views.muted import MutedLine, muted_page
from bot.views.notices import sentence
from bot.views.pages import PAGE_SIZE, read_page
from bot.views.phrases import name_of


def run_mute(request: Request, objectives: Objectives) -> Answer:
    """Lets this channel hear nothing more of an objective: ``mute <id>``."""
    asker = request.asker
    demand_channel(asker)
    objective = objectives.get(asker, request.text.strip())
    objectives.follows.mute(asker.team_id, asker.channel_id, objective.id, asker.user_id, is_muted=True)
    text = f"{who(asker.channel_id, 'hears')} nothing more of “{name_of(objective, 200)}”."
    return Reply(sentence(text, buttons=[("Unmute", f"{UNMUTE.name} {objective.id}")]))


def run_unmute(request: Request, objectives: Objectives) -> Answer:
    """Lets this channel hear of an objective again: ``unmute <id>``."""
    asker, objective_id = request.asker, request.text.strip()
    demand_channel(asker)
    objectives.follows.mute(asker.team_id, asker.channel_id, objective_id, asker.user_id, is_muted=False)
    objective = _seen(asker, objective_id, objectives)
    name = f"“{name_of(objective, 200)}”" if objective else "that objective"
    return Reply(sentence(f"{who(asker.channel_id, 'hears')} of {name} again."))


def run_muted(request: Request, objectives: Objectives) -> Answer:
    """What is muted in this channel: ``muted [<number of the page>]``."""
    asker = request.asker
    demand_channel(asker)
    muted = list(objectives.follows.muted(asker.team_id, asker.channel_id).items())
    number, last = read_page(request.text, len(muted))
    first = (number - 1) * PAGE_SIZE
    lines = [
        MutedLine(id_, _seen(asker, id_, objectives), objectives.people.name(asker.team_id, user_id))
        for id_, user_id in muted[first : first + PAGE_SIZE]
    ]
    return Reply(
        muted_page(
            lines,
            first=first + 1,
            total=len(muted),
            previous_line=f"{MUTED.name} {number - 1}" if number > 1 else "",
            next_line=f"{MUTED.name} {number + 1}" if number < last else "",
        )
    )


def _seen(asker: Asker, objective_id: str, objectives: Objectives) -> Objective | None:
    """An objective, where it is there and the asker may see it."""
    try:
        return objectives.get(asker, objective_id)
    except BotError:
        return None


MUTE = Verb("mute", run_mute)
UNMUTE = Verb("unmute", run_unmute)
MUTED = Verb("muted", run_muted)
