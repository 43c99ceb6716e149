"""Objectives: what may be done with them. Every rule about it is asked here, whoever asks and by whatever way."""

from collections.abc import Callable

from bot.errors import NotFound, OkrApiError
from bot.objectives.changes import GONE, Changes
from bot.objectives.directory import Directory
from bot.objectives.execution import Execution
from bot.objectives.history import History
from bot.objectives.model import Asker, Consequences, Objective
from bot.objectives.people import People
from bot.objectives.ports import Clock, Digesting, Follows, Memory, OkrApi, Record
from bot.objectives.search import Search
from bot.objectives.undoing import Undoing


class Objectives:
    """Reads objectives for an asker, and knows who plans changes. Raises the BotError family, fit to be shown."""

    def __init__(
        self,
        api: OkrApi,
        directory: Directory,
        people: People,
        search: Search,
        memory: Memory,
        record: Record,
        clock: Clock,
        *,
        follows: Follows,
        followers_of: Callable[[str, Objective], int | None] = lambda _team_id, _objective: 0,
    ) -> None:
        """``followers_of``: how many channels of a workspace hear of an objective; None where that is not known."""
        self._api = api
        self.directory = directory
        self.people = people
        self.search = search
        self.memory = memory
        self.record = record
        self.follows = follows
        self._followers_of = followers_of
        self.digests: Digesting | None = None
        """Who makes digests: set by whoever puts the parts together, where channels are told of anything at all."""
        self.clock = clock
        self.changes = Changes(api, directory, people, search, clock)
        self.execution = Execution(api, directory, people, search, record, self.changes, clock)
        self.history = History(api, people, record)
        self.undoing = Undoing(self.changes, people, record, clock)

    def get(self, asker: Asker, objective_id: str) -> Objective:
        """One objective with its key results. NotFound where there is none that the asker may see."""
        self.people.admit(asker)
        try:
            objective = self._api.get(objective_id)
        except NotFound:
            raise NotFound(GONE) from None
        if not self.people.may_see(asker, objective):
            raise NotFound(GONE)
        return self.search.dress(asker, [objective])[0]

    def get_to_change(self, asker: Asker, objective_id: str) -> Objective:
        """One objective that the asker may change; Forbidden where they may not, or where its session is not open."""
        objective = self.changes.read_to_change(asker, objective_id)
        self.changes.demand_open(objective)
        return objective

    def consequences(self, asker: Asker, objective: Objective) -> Consequences:
        """What goes with an objective when it is deleted. One call to the API."""
        key_results = objective.key_results or ()
        try:
            children = self._api.children(objective.id)
        except OkrApiError:
            children = None
        return Consequences(
            len(key_results),
            sum(one.check_ins for one in key_results),
            # Private ones are left out, uncounted, as everywhere: that there are any is private too.
            None if children is None else tuple(one for one in children if self.people.may_see(asker, one)),
            self._followers_of(asker.team_id, objective),
            aligned=tuple(one.id for one in children or ()),
        )
