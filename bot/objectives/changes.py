"""Changing objectives: what somebody may do is decided in a plan; a plan is carried out, once, whatever happens."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from bot.errors import Forbidden, InvalidFields, NotFound, OkrApiError, OkrApiUnavailable
from bot.objectives import rules
from bot.objectives.directory import Directory
from bot.objectives.model import Asker, Draft, Objective, Patch, Person, Session
from bot.objectives.people import People
from bot.objectives.plans import Act, Collision, Entry, Outcome, Plan, Submission, Unchanged
from bot.objectives.ports import Clock, OkrApi, Record
from bot.objectives.search import Search

T = TypeVar("T")

NOT_YOURS = "Only an admin can create an objective for somebody else. Create it as yours."

GONE = "That objective does not exist any more. It was deleted, or its link belongs to another account."

SKEW = timedelta(minutes=2)
"""How far the clock of the OKR API may be behind ours when we look for what we created."""


class Changes:
    """Plans and carries out. Raises the BotError family, fit to be shown."""

    def __init__(
        self, api: OkrApi, directory: Directory, people: People, search: Search, record: Record, clock: Clock
    ) -> None:
        self._api = api
        self._directory = directory
        self._people = people
        self._search = search
        self._record = record
        self._clock = clock

    # Deciding

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

    def plan_deletion(self, submission: Submission, objective_id: str, *, undoes: str = "") -> Plan:
        """Decides to delete an objective. One call: it is read whole, to bring it back by."""
        asker = submission.asker
        self._people.admit_to_change(asker)
        try:
            whole, snapshot = self._api.get_whole(objective_id)
        except NotFound:
            raise NotFound(GONE) from None
        before = self._seen(asker, whole)
        self._people.demand_change(asker, before)
        self.demand_open(before)
        return Plan(
            submission,
            Act.DELETE,
            self._clock(),
            objective_id=before.id,
            before=before,
            snapshot=snapshot,
            undoes=undoes,
        )

    def read_to_change(self, asker: Asker, objective_id: str) -> Objective:
        """One objective that the asker may change. Forbidden, naming who may, or NotFound."""
        self._people.admit_to_change(asker)
        try:
            objective = self._seen(asker, self._api.get(objective_id))
        except NotFound:
            raise NotFound(GONE) from None
        self._people.demand_change(asker, objective)
        return objective

    def _seen(self, asker: Asker, objective: Objective) -> Objective:
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
            raise Forbidden(f"This objective's session, {session.title}, is {session.status}: {what}.")

    def dress(self, asker: Asker, collision: Collision) -> Collision:
        """The collision with names in it, fit to be shown."""
        dressed = iter(self._search.dress(asker, [one for one in _states(collision) if one]))
        states = [next(dressed) if one else None for one in _states(collision)]
        shown, theirs, mine = states
        return replace(collision, shown=_needed(shown), theirs=theirs, mine=_needed(mine))

    # Carrying out

    def carry_out(self, plan: Plan, *, is_first: bool) -> Outcome | Collision:
        """Does what a plan says and records it. May be called again after any failure, then with ``is_first`` false.

        Then it looks before it writes, because the call that failed, or the process that died, may have done it. What
        is done is recorded and told, whatever has changed since; what is not done yet is done only if its asker still
        may: it may have waited for hours, and the objective may have another owner.
        """
        asker = plan.submission.asker
        if not is_first and (done := self._record.get(asker.team_id, plan.submission.id)):
            return Outcome(done)
        acts: dict[Act, Callable[[Plan, bool], tuple[Objective | None, tuple[str, ...]] | Collision]] = {
            Act.CREATE: self._create,
            Act.UPDATE: self._update,
            Act.DELETE: self._delete,
            Act.RESTORE: self._restore,
        }
        self._begin_undo(plan)
        try:
            came = acts[plan.act](plan, is_first)
        except OkrApiUnavailable:
            raise
        except Exception:
            self.give_up(plan)
            raise
        if isinstance(came, Collision):
            self.give_up(plan)
            return self.dress(asker, came)
        after, notes = came
        if after is not None:
            after = self._search.dress(asker, [after])[0]
        entry = Entry(
            id=plan.submission.id,
            act=plan.act,
            team_id=asker.team_id,
            user_id=asker.user_id,
            objective_id=after.id if after else plan.objective_id,
            at=self._clock(),
            channel_id=asker.channel_id,
            way=plan.submission.way,
            before=plan.before,
            after=after,
            snapshot=plan.snapshot if plan.act is Act.DELETE else None,
            undoes=plan.undoes,
        )
        self._record.add(entry)
        return Outcome(entry, notes)

    def _ask_again(self, plan: Plan, now: Objective | None = None) -> None:
        """Raises Forbidden or NotFound where the asker may not do this any more. ``now``: the objective as it is."""
        asker = plan.submission.asker
        self._people.admit_to_change(asker)
        if plan.act is Act.CREATE:
            if not self._people.may_own(asker, _needed(plan.draft).owner_id):
                raise Forbidden(NOT_YOURS)
            return
        objective = self._seen(asker, now or _needed(plan.before))
        self._people.demand_change(asker, objective)
        if now is not None:
            self.demand_open(objective)

    def _begin_undo(self, plan: Plan) -> None:
        """Nobody else undoes the same change at the same time: two quick presses of one button are two submissions."""
        submission = plan.submission
        if plan.undoes and not self._record.claim(submission.asker.team_id, undo_key(plan.undoes), submission.id):
            raise Forbidden("That change is being undone already.")

    def give_up(self, plan: Plan) -> None:
        """Lets go of a plan that will not be carried out any more: what it was to undo can be undone by another."""
        if plan.undoes:
            self._record.release(plan.submission.asker.team_id, undo_key(plan.undoes), plan.submission.id)

    def _create(self, plan: Plan, is_first: bool) -> tuple[Objective, tuple[str, ...]]:
        draft = _needed(plan.draft)
        made = self._make(plan, draft, lambda: self._api.create(draft), is_first)
        whole = replace(
            made,
            name=made.name or draft.name,
            session=Session(made.session.id or draft.session_id),
            owners=made.owners or (Person(draft.owner_id),),
            description=made.description or draft.description,
        )
        self._directory.learn_tags(whole.tags)
        return whole, rules.tags_refused(draft.tags, whole.tags)

    def _make(self, plan: Plan, draft: Draft, create: Callable[[], Objective], is_first: bool) -> Objective:
        """Creates an objective, unless this very submission has created it already."""
        team_id, work_id = plan.submission.asker.team_id, plan.submission.id
        if not is_first and (made := self._made(plan, draft)):
            return made
        self._ask_again(plan)
        made = create()
        if self._record.claim(team_id, made.id, work_id):
            return made
        # Somebody who wanted the very same took ours for theirs while they looked for it; theirs is ours, or missing.
        settled = self._made(plan, draft)
        if settled is None:
            raise OkrApiUnavailable("The OKR API took this for somebody else's. I will try again.", ambiguous=True)
        return settled

    def _made(self, plan: Plan, draft: Draft) -> Objective | None:
        """What this submission has created, if anything: what looks like it and is nobody else's."""
        team_id, work_id = plan.submission.asker.team_id, plan.submission.id
        if claimed := self._record.claimed_by(team_id, work_id):
            return self._api.get(claimed)
        for like in self._api.created_like(draft, plan.made - SKEW):
            if self._record.claim(team_id, like.id, work_id):
                return like
        return None

    def _update(self, plan: Plan, is_first: bool) -> tuple[Objective, tuple[str, ...]] | Collision:
        before, patch = _needed(plan.before), _needed(plan.patch)
        after = rules.apply_patch(before, patch)
        if is_first:
            self._ask_again(plan)
        else:
            now = self._get(plan.objective_id)
            fields = rules.patched_fields(patch)
            if not (fields & rules.differing(now, after)):
                return (now if self._may_see(plan.submission.asker, now) else after), ()
            self._ask_again(plan, now)
            if clash := fields & rules.differing(now, before):
                return Collision(before, now, rules.apply_patch(now, patch), clash)
        try:
            self._api.update(plan.objective_id, patch)
        except NotFound:
            raise NotFound(GONE) from None
        notes: tuple[str, ...] = ()
        if patch.tags is not None:
            # Whether PATCH replaces or merges tags is not known (API reference, section 8): only a look can tell.
            try:
                after = replace(after, tags=self._api.get(plan.objective_id).tags)
                notes = rules.tags_refused(patch.tags, after.tags) + rules.tags_kept(patch.tags, after.tags)
            except OkrApiError:
                notes = ("The tags could not be read back: look whether they are as you want them.",)
            self._directory.learn_tags(after.tags)
        return after, notes

    def _may_see(self, asker: Asker, objective: Objective) -> bool:
        try:
            return self._people.may_see(asker, objective)
        except Forbidden:
            return False

    def _get(self, objective_id: str) -> Objective:
        try:
            return self._api.get(objective_id)
        except NotFound:
            raise NotFound(GONE) from None

    def _find(self, objective_id: str) -> Objective | None:
        try:
            return self._api.get(objective_id)
        except NotFound:
            return None

    def _delete(self, plan: Plan, is_first: bool) -> tuple[None, tuple[str, ...]]:
        now = None if is_first else self._find(plan.objective_id)
        if now is None and not is_first:
            return None, ()
        self._ask_again(plan, now)
        was_there = self._api.delete(plan.objective_id)
        if is_first and not was_there:
            raise NotFound(GONE)
        return None, ()

    def _restore(self, plan: Plan, is_first: bool) -> tuple[Objective, tuple[str, ...]]:
        before, snapshot = _needed(plan.before), _needed(plan.snapshot)
        made = None if is_first else self._find(before.id) or self._made(plan, rules.draft_of(before))
        if made is None:
            self._ask_again(plan)
            back = self._api.undelete(before.id)
            if back is not None:
                return back, ()
            made = self._make(plan, rules.draft_of(before), lambda: self._api.recreate(snapshot), is_first=True)
        if made.id == before.id:
            return made, ()
        notes = self._api.recreate_key_results(made.id, snapshot) + self._api.realign(before.id, made.id)
        return self._get(made.id), notes


def undo_key(entry_id: str) -> str:
    """What is claimed by whoever undoes an entry; no objective has such an id."""
    return f"undo {entry_id}"


def _states(collision: Collision) -> tuple[Objective | None, ...]:
    return collision.shown, collision.theirs, collision.mine


def _needed(value: T | None) -> T:
    if value is None:
        raise ValueError("the plan lacks what its act needs")
    return value
