"""Deciding on changes: who may, what differs, and whether somebody else was there first. Nothing is written here."""

from dataclasses import replace
from typing import TypeVar

from bot.errors import Forbidden, InvalidFields, NotFound, OkrApiRefused
from bot.objectives import rules
from bot.objectives.directory import Directory
from bot.objectives.model import Asker, Draft, Objective, Patch
from bot.objectives.people import People
from bot.objectives.plans import ALIGNED, Act, Collision, Plan, Submission, Unchanged
from bot.objectives.ports import Clock, OkrApi
from bot.objectives.search import Search

T = TypeVar("T")

NOT_YOURS = "Only an admin can create an objective for somebody else. Create it as yours."

GONE = "That objective does not exist any more. It was deleted, or its link belongs to another account."


class Changes:
    """Makes plans; ``bot.objectives.execution`` carries them out. Raises the BotError family, fit to be shown."""

    def __init__(self, api: OkrApi, directory: Directory, people: People, search: Search, clock: Clock) -> None:
        self._api = api
        self._directory = directory
        self._people = people
        self._search = search
        self._clock = clock

    def draft(self, asker: Asker, draft: Draft) -> Draft:
        """The draft with its defaults filled in: the current session, owned by the asker."""
        owner_id = draft.owner_id or self._people.person(asker).id
        session_id = draft.session_id
        if not session_id:
            current = self._directory.snapshot().current_session(self._clock())
            session_id = current.id if current else ""
        return replace(draft, name=" ".join(draft.name.split()), owner_id=owner_id, session_id=session_id)

    def plan_creation(self, submission: Submission, draft: Draft) -> Plan:
        """Decides to create an objective. No call to the API. Raises InvalidFields where it cannot be like this."""
        asker = submission.asker
        self._people.admit_to_change(asker)
        draft = self.draft(asker, draft)
        faults = rules.name_faults(draft.name) | self.session_faults(draft.session_id) | self._owner_faults(draft)
        if faults:
            raise InvalidFields(faults)
        if not self._people.may_own(asker, draft.owner_id):
            raise InvalidFields({"owner": NOT_YOURS})
        return Plan(submission, Act.CREATE, self._clock(), draft=draft)

    def plan_update(
        self,
        submission: Submission,
        objective_id: str,
        patch: Patch,
        *,
        added: tuple[str, ...] = (),
        removed: tuple[str, ...] = (),
        shown: Draft | None = None,
        undoes: str = "",
    ) -> Plan | Collision | Unchanged:
        """Decides to change the fields that differ. One call: the objective is read.

        ``shown`` is what the person last saw of the objective: what somebody else has changed since is a Collision.
        """
        before = self.read_to_change(submission.asker, objective_id)
        patch = rules.difference(before, rules.with_tags(before, patch, added, removed))
        if not patch:
            return Unchanged(before)
        self.demand_open(before)
        seen = before if shown is None else rules.as_drafted(before, shown)
        if fields := rules.patched_fields(patch) & rules.differing(seen, before):
            return self.dress(submission.asker, Collision(seen, before, rules.apply_patch(before, patch), fields))
        if patch.session_id is not None and (faults := self.session_faults(patch.session_id)):
            raise InvalidFields(faults)
        if patch.owner_id is not None and (faults := self._owner_faults(Draft(owner_id=patch.owner_id))):
            raise InvalidFields(faults)
        return Plan(
            submission, Act.UPDATE, self._clock(), objective_id=before.id, patch=patch, before=before, undoes=undoes
        )

    def plan_deletion(
        self, submission: Submission, objective_id: str, *, aligned: tuple[str, ...] = (), undoes: str = ""
    ) -> Plan:
        """Decides to delete an objective. One call: it is read whole, to bring it back by.

        ``aligned``: the ids of what is aligned to it.
        """
        asker = submission.asker
        self._people.admit_to_change(asker)
        try:
            whole, snapshot = self._api.get_whole(objective_id)
        except NotFound:
            raise NotFound(GONE) from None
        before = self.seen(asker, whole)
        self._people.demand_change(asker, before)
        self.demand_open(before)
        return Plan(
            submission,
            Act.DELETE,
            self._clock(),
            objective_id=before.id,
            before=before,
            snapshot={**snapshot, ALIGNED: list(aligned)},
            undoes=undoes,
        )

    def read_to_change(self, asker: Asker, objective_id: str) -> Objective:
        """One objective that the asker may change. Forbidden, naming who may, or NotFound."""
        self._people.admit_to_change(asker)
        try:
            objective = self.seen(asker, self._api.get(objective_id))
        except NotFound:
            raise NotFound(GONE) from None
        self._people.demand_change(asker, objective)
        return objective

    def has_aligned(self, objective_id: str) -> bool:
        """Whether anything is aligned to an objective, or the API does not tell. One call."""
        try:
            return bool(self._api.children(objective_id))
        except OkrApiRefused:
            return True

    def seen(self, asker: Asker, objective: Objective) -> Objective:
        """An objective with its names; NotFound where the asker may not know of it."""
        if not self._people.may_see(asker, objective):
            raise NotFound(GONE)
        return self._search.dress(asker, [objective])[0]

    def session_faults(self, session_id: str) -> dict[str, str]:
        """What keeps a session from taking objectives, by the name of the form's field; empty where nothing does."""
        session = self._directory.snapshot().sessions_by_id.get(session_id)
        if session is None:
            session = self._directory.fresh().sessions_by_id.get(session_id)
        if session is None:
            return {"session": "Choose a session; no open one holds today." if not session_id else "Choose a session."}
        if session.status == "locked":
            return {"session": f"{session.title} is locked: only progress can change there. Choose another session."}
        if session.status == "closed":
            return {"session": f"{session.title} is closed: nothing can change there. Choose another session."}
        return {}

    def _owner_faults(self, draft: Draft) -> dict[str, str]:
        if draft.owner_id in self._directory.snapshot().people_by_id:
            return {}
        return {"owner": "Choose an owner: this one is not in the OKR account any more."}

    def demand_open(self, objective: Objective) -> None:
        """Raises Forbidden where the objective's session lets nothing change."""
        session = objective.session
        if session.status in ("locked", "closed"):
            what = "only progress can change there" if session.status == "locked" else "nothing can change there"
            next_step = "Whoever runs your OKR account can open it."
            raise Forbidden(f"This objective's session, {session.title}, is {session.status}: {what}. {next_step}")

    def dress(self, asker: Asker, collision: Collision) -> Collision:
        """The collision with names in it, fit to be shown."""
        dressed = iter(self._search.dress(asker, [one for one in _states(collision) if one]))
        states = [next(dressed) if one else None for one in _states(collision)]
        shown, theirs, mine = states
        return replace(collision, shown=shown or collision.shown, theirs=theirs, mine=mine or collision.mine)


def _states(collision: Collision) -> tuple[Objective | None, ...]:
    return collision.shown, collision.theirs, collision.mine
