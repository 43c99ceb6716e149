"""What was aligned to what, when objectives were deleted and come back under other ids, in whatever order."""

from bot.objectives.plans import ALIGNED, Entry, Plan
from bot.objectives.ports import Clock, Record
from bot.objectives.undoing import KEPT


class Alignment:
    """Knows by the record how objectives are called now. Of plans, it is asked for those that bring something back."""

    def __init__(self, record: Record, clock: Clock) -> None:
        self._record = record
        self._clock = clock

    def parent_of(self, plan: Plan) -> str:
        """What the objective was aligned to; empty where it was to nothing. It may be gone."""
        team_id, before = plan.submission.asker.team_id, plan.before
        if before is None:
            return ""
        if before.parent_id:
            return self._record.current_id(team_id, before.parent_id)
        deletion = self._record.get(team_id, plan.undoes)
        for back in self._restorations(team_id):
            # Both were deleted, the parent first, and the API took it off the child then.
            first = self._record.get(team_id, back.undoes)
            if deletion and first and first.at <= deletion.at <= back.at and before.id in _aligned(first):
                return self._record.current_id(team_id, back.objective_id)
        return ""

    def children_of(self, plan: Plan) -> tuple[str, ...]:
        """What was aligned to the objective, as far as the bot knows: when it was deleted, or when that was itself."""
        team_id, before = plan.submission.asker.team_id, plan.before
        if before is None:
            return ()
        now = self._record.current_id
        back = (one for one in self._restorations(team_id) if one.before and one.before.parent_id)
        were = [one.objective_id for one in back if one.before and now(team_id, one.before.parent_id) == before.id]
        return tuple(dict.fromkeys(now(team_id, one) for one in (*_aligned(plan), *were)))

    def _restorations(self, team_id: str) -> list[Entry]:
        return self._record.restorations(team_id, self._clock() - KEPT)


def _aligned(deleted: Plan | Entry) -> list[str]:
    return list((deleted.snapshot or {}).get(ALIGNED, ()))
