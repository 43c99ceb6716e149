"""Carrying plans out: once, whatever happens, however often it is tried; and recorded."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from bot.errors import Forbidden, NotFound, OkrApiError, OkrApiUnavailable
from bot.objectives import rules
from bot.objectives.changes import GONE, NOT_YOURS, Changes
from bot.objectives.directory import Directory
from bot.objectives.model import Asker, Draft, Objective, Person, Session
from bot.objectives.people import People
from bot.objectives.plans import Act, Collision, Entry, Outcome, Plan
from bot.objectives.ports import Clock, OkrApi, Record
from bot.objectives.search import Search

T = TypeVar("T")

SKEW = timedelta(minutes=2)
"""How far the clock of the OKR API may be behind ours when we look for what we created."""


class Execution:
    """Carries plans out. Raises the BotError family, fit to be shown."""

    def __init__(
        self,
        api: OkrApi,
        directory: Directory,
        people: People,
        search: Search,
        record: Record,
        changes: Changes,
        clock: Clock,
    ) -> None:
        self._api = api
        self._directory = directory
        self._people = people
        self._search = search
        self._record = record
        self._changes = changes
        self._clock = clock

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
            return self._changes.dress(asker, came)
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
        objective = self._changes.seen(asker, now or _needed(plan.before))
        self._people.demand_change(asker, objective)
        if now is not None:
            self._changes.demand_open(objective)

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


def _needed(value: T | None) -> T:
    if value is None:
        raise ValueError("the plan lacks what its act needs")
    return value
