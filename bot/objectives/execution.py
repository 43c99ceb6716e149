"""Carrying plans out: once, whatever happens, however often it is tried; and recorded."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from bot.errors import BotError, Forbidden, NotFound, OkrApiError, OkrApiUnavailable
from bot.objectives import rules
from bot.objectives.alignment import Alignment
from bot.objectives.changes import GONE, NOT_YOURS, Changes
from bot.objectives.directory import Directory
from bot.objectives.model import Asker, Draft, Objective, Person, Session
from bot.objectives.people import People
from bot.objectives.plans import ALIGNED, Act, Collision, Entry, Outcome, Plan, Snapshot
from bot.objectives.ports import Clock, OkrApi, Record
from bot.objectives.search import Search

T = TypeVar("T")

Done = tuple[Plan, Objective | None, tuple[str, ...]]
"""A plan with what was really there before, what is there after, and sentences on what the API did not take."""

SKEW = timedelta(minutes=2)
"""How far the clock of the OKR API may be behind ours when we look for what we created."""

ORPHANED = (
    "It is no longer aligned to another objective: that one is gone, or could not be set. "
    "Where /okr trash lists that one, bring it back too, and they are aligned again."
)


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
        self._alignment = Alignment(record, clock)

    def renew(self, plan: Plan) -> Plan:
        """What has waited, as it would be planned by now: to be kept before it is carried out once more.

        A deletion stays decided, whatever others have changed since. It takes nothing from them for good, because what
        comes back is the objective as it was deleted, not as it was when somebody decided to delete it.
        """
        renewed = self._look_again(plan) if plan.act is Act.DELETE else None
        if renewed is None or not self._may_see(plan.submission.asker, _needed(renewed.before)):
            return plan
        return renewed

    def carry_out(self, plan: Plan, *, is_first: bool) -> Outcome | Collision:
        """Does what a plan says and records it. May be called again after any failure, then with ``is_first`` false.

        Then it looks before it writes, because the call that failed, or the process that died, may have done it. What
        is done is recorded and told, whatever has changed since; what is not done yet is done only if its asker still
        may: it may have waited for hours, and the objective may have another owner.

        What is final lets go of the plan. Of other errors than the bot's own the caller knows whether it tries again.
        """
        asker = plan.submission.asker
        if not is_first and (done := self._record.get(asker.team_id, plan.submission.id)):
            return Outcome(done)
        acts: dict[Act, Callable[[Plan, bool], Done | Collision]] = {
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
        except BotError:
            self.give_up(plan)
            raise
        if isinstance(came, Collision):
            self.give_up(plan)
            return self._changes.dress(asker, came)
        plan, after, notes = came
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

    def _ask_again(self, plan: Plan, now: Objective | None = None) -> Objective:
        """Raises Forbidden or NotFound where the asker may not change this any more. ``now``: it, as it is."""
        asker = plan.submission.asker
        self._people.admit_to_change(asker)
        objective = self._changes.seen(asker, now or _needed(plan.before))
        self._people.demand_change(asker, objective)
        if now is not None:
            self._changes.demand_open(objective)
        return objective

    def _ask_again_to_own(self, plan: Plan) -> None:
        """Raises Forbidden where the asker may not create this any more."""
        asker = plan.submission.asker
        self._people.admit_to_change(asker)
        if not self._people.may_own(asker, _needed(plan.draft).owner_id):
            raise Forbidden(NOT_YOURS)

    def _begin_undo(self, plan: Plan) -> None:
        """Nobody else undoes the same change at the same time: two quick presses of one button are two submissions."""
        submission = plan.submission
        if plan.undoes and not self._record.claim(submission.asker.team_id, undo_key(plan.undoes), submission.id):
            raise Forbidden("That change is being undone already.")

    def give_up(self, plan: Plan) -> None:
        """Lets go of a plan that will not be carried out any more: what it was to undo can be undone by another."""
        if plan.undoes:
            self._record.release(plan.submission.asker.team_id, undo_key(plan.undoes), plan.submission.id)

    def _create(self, plan: Plan, is_first: bool) -> Done:
        draft = _needed(plan.draft)
        made = None if is_first else self._made(plan, draft)
        if made is None:
            self._ask_again_to_own(plan)
            made = self._make(plan, draft, lambda: self._api.create(draft))
        whole = replace(
            made,
            name=made.name or draft.name,
            session=Session(made.session.id or draft.session_id),
            owners=made.owners or (Person(draft.owner_id),),
            description=made.description or draft.description,
        )
        self._directory.learn_tags(whole.tags)
        return plan, whole, rules.tags_refused(draft.tags, whole.tags)

    def _make(self, plan: Plan, draft: Draft, create: Callable[[], Objective]) -> Objective:
        """Creates an objective, which then is this submission's and nobody else's."""
        made = create()
        if self._record.claim(plan.submission.asker.team_id, made.id, plan.submission.id):
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

    def _update(self, plan: Plan, is_first: bool) -> Done | Collision:
        before, patch = _needed(plan.before), _needed(plan.patch)
        if is_first:
            self._ask_again(plan)
        else:
            now, fields = self._get(plan.objective_id), rules.patched_fields(patch)
            if not (fields & rules.differing(now, rules.apply_patch(before, patch))):
                return self._found_updated(plan, now, fields)
            now = self._ask_again(plan, now)
            if clash := fields & rules.differing(now, before):
                return Collision(before, now, rules.apply_patch(now, patch), clash)
            plan, before = replace(plan, before=now), now
        after = rules.apply_patch(before, patch)
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
        return plan, after, notes

    def _found_updated(self, plan: Plan, now: Objective, fields: frozenset[str]) -> Done:
        """What is so already. What others have changed meanwhile is no part of this change, and its undo leaves it."""
        before, asker = _needed(plan.before), plan.submission.asker
        if not self._may_see(asker, now):
            return plan, rules.apply_patch(before, _needed(plan.patch)), ()
        before = self._search.dress(asker, [rules.with_fields(now, before, fields)])[0]
        return replace(plan, before=before), now, ()

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

    def _delete(self, plan: Plan, is_first: bool) -> Done:
        if is_first:
            self._ask_again(plan)
        else:
            renewed = self._look_again(plan)
            if renewed is None:
                return plan, None, ()
            plan = renewed
            self._ask_again(plan, plan.before)
        was_there = self._api.delete(plan.objective_id)
        if is_first and not was_there:
            raise NotFound(GONE)
        return plan, None, ()

    def _look_again(self, plan: Plan) -> Plan | None:
        """A deletion, of the objective as it is by now; None where it is gone."""
        try:
            whole, snapshot = self._api.get_whole(plan.objective_id)
        except NotFound:
            return None
        before = self._search.dress(plan.submission.asker, [whole])[0]
        known = {ALIGNED: (plan.snapshot or {}).get(ALIGNED, [])}
        return replace(plan, before=before, snapshot={**snapshot, **known})

    def _restore(self, plan: Plan, is_first: bool) -> Done:
        before, snapshot = _needed(plan.before), _needed(plan.snapshot)
        draft = rules.draft_of(before)
        back = None if is_first else self._find(before.id) or self._made(plan, draft)
        if back is None:
            self._ask_again(plan)
            back = self._api.undelete(before.id) or self._make(plan, draft, lambda: self._recreate(plan, snapshot))
        notes: tuple[str, ...] = ()
        if back.id != before.id:
            notes = self._api.recreate_key_results(back.id, snapshot)
            notes += self._api.realign(before.id, back.id, self._alignment.children_of(plan))
            back = self._get(back.id)
        if before.parent_id and not back.parent_id:
            notes = (ORPHANED, *notes)
        return plan, back, notes

    def _recreate(self, plan: Plan, snapshot: Snapshot) -> Objective:
        """Creates a deleted objective again, aligned to what it was aligned to, where there is that still."""
        parent_id = self._alignment.parent_of(plan)
        return self._api.recreate(snapshot, parent_id if parent_id and self._find(parent_id) else "")


def undo_key(entry_id: str) -> str:
    """What is claimed by whoever undoes an entry; no objective has such an id."""
    return f"undo {entry_id}"


def _needed(value: T | None) -> T:
    if value is None:
        raise ValueError("the plan lacks what its act needs")
    return value
