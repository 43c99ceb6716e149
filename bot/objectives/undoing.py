"""Undo: a change is taken back by a change of its own. An update restores its fields, a deletion brings back whole."""

from datetime import timedelta

from bot.errors import Forbidden, NotFound
from bot.objectives import rules
from bot.objectives.changes import Changes
from bot.objectives.model import Asker, Draft, Objective
from bot.objectives.people import People
from bot.objectives.plans import Act, AskFirst, Collision, Entry, Plan, Submission, Unchanged
from bot.objectives.ports import Clock, Record

KEPT = timedelta(days=30)
"""How long a change can be undone and what was deleted can be brought back."""

TOO_OLD = "That change is more than 30 days old and cannot be undone any more."


class Undoing:
    """Plans what undoes an entry of the record. Raises the BotError family, fit to be shown."""

    def __init__(self, changes: Changes, people: People, record: Record, clock: Clock) -> None:
        self._changes = changes
        self._people = people
        self._record = record
        self._clock = clock

    def plan(
        self, submission: Submission, entry_id: str = "", *, shown: Draft | None = None
    ) -> Plan | Collision | AskFirst | Unchanged:
        """Decides what undoes an entry, or else the asker's last change.

        ``shown``: what the asker was shown of what others have changed since, and undoes all the same.
        """
        entry = self.find(submission.asker, entry_id)
        undone = self._record.undone_by(entry.team_id, entry.id)
        # The very same click delivered once more is no second undo.
        if undone and undone.id != submission.id:
            raise Forbidden(f"That change was undone already.{' It was brought back.' * (entry.act is Act.DELETE)}")
        if entry.act is Act.DELETE:
            return self._plan_restoration(submission, entry)
        if entry.act is Act.UPDATE:
            return self._plan_reversal(submission, entry, shown)
        return self._plan_removal(submission, entry)

    def find(self, asker: Asker, entry_id: str = "") -> Entry:
        """An entry of the last 30 days, or the asker's last change. NotFound or Forbidden, with what to do."""
        self._people.admit(asker)
        since = self._clock() - KEPT
        if entry_id:
            entry = self._record.get(asker.team_id, entry_id)
        else:
            entry = self._record.latest(asker.team_id, asker.user_id, since)
            if entry is None:
                raise NotFound("You have changed nothing in the last 30 days that is still to be undone.")
        # What is there still is judged as it is now, by the plan; what was deleted, as it was then.
        is_hidden = entry and entry.act is Act.DELETE and not self._people.may_see(asker, entry.objective)
        if entry is None or is_hidden:
            raise NotFound("I have no record of that change.")
        if entry.at < since:
            raise Forbidden(TOO_OLD)
        return entry

    def _plan_restoration(self, submission: Submission, entry: Entry) -> Plan:
        """Decides to bring back what an entry deleted. No call to the API."""
        before, asker = entry.objective, submission.asker
        self._people.admit_to_change(asker)
        self._people.demand_change(asker, before)
        if faults := self._changes.session_faults(before.session.id):
            raise Forbidden(f"It cannot be brought back: {faults['session'].partition(' Choose')[0]}")
        return Plan(
            submission,
            Act.RESTORE,
            self._clock(),
            objective_id=before.id,
            before=before,
            snapshot=entry.snapshot or {},
            undoes=entry.id,
        )

    def _plan_reversal(self, submission: Submission, entry: Entry, shown: Draft | None) -> Plan | Collision | Unchanged:
        before, after = entry.before, entry.after
        if before is None or after is None:
            raise ValueError("an update has both")
        patch = rules.patch_to(before, rules.differing(before, after))
        target = self._record.current_id(entry.team_id, entry.objective_id)
        return self._changes.plan_update(
            submission, target, patch, shown=shown or rules.draft_of(after), undoes=entry.id
        )

    def _plan_removal(self, submission: Submission, entry: Entry) -> Plan | AskFirst:
        """What undoes a creation. What has grown since is not deleted unasked: key results, what others changed in it,
        what was aligned to it."""
        target = self._record.current_id(entry.team_id, entry.objective_id)
        plan = self._changes.plan_deletion(submission, target, undoes=entry.id)
        assert plan.before  # noqa: S101 - a deletion has one
        has_grown = _has_grown(entry.objective, plan.before) or self._changes.has_aligned(target)
        return AskFirst(plan.before) if has_grown else plan


def _has_grown(then: Objective, now: Objective) -> bool:
    return bool(rules.differing(then, now)) or len(now.key_results or ()) > len(then.key_results or ())
