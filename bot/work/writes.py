"""The workflow of a change: decide, carry out, tell; once, whatever dies in between, and however long the API is away.

A job is what somebody sent off, as JSON. What is known of it so far travels in the state from one try to the next:
``plan`` once it is decided, ``told`` what the person is to be told once that is known, ``tries`` that failed,
``is_ambiguous`` where one of them may have done it all the same, ``turns`` in which others went first. Of a job itself
is asked who sent it off (``team`` and ``user``), when (``at``), and whether it is done ``in_turn`` with what the same
sender sent off before; a creation is not, for it overwrites nothing.
"""

import logging
import threading
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Protocol

from bot.work.engine import AT_ONCE, Json, WorkEngine, step, workflow

log = logging.getLogger(__name__)

GIVES_UP = timedelta(days=1)
"""Work that could not succeed for so long is given back."""

LONGEST_WAIT = 30.0
"""Seconds between two tries."""

PENDING = 45.0
"""Seconds for which the API may still be at what it did not answer in time: looked for earlier, it would not be found,
and be done twice. With the fifteen that were waited for the answer, a minute: proxies and servers rarely allow more."""

IN_TURN = 2.0
"""Seconds after which a job looks again whether what its sender sent off before it is done."""

MOST_TURNS = 45
"""So often a job lets those before it go first; then it is not kept from what can be done by what cannot."""


class Hands(Protocol):
    """What a bot does for its jobs. Every method gets and gives JSON; none raises anything."""

    def decide(self, job: Json) -> Json:
        """Decides what was asked for. ``{"plan"}``, ``{"again": why}``, ``{"tell": …}``, or ``{}``: a form answers."""

    def renew(self, job: Json, plan: Json) -> Json:
        """A plan that has waited, as it would be made by now. ``{"plan"}``, or ``{"again": why}``."""

    def carry_out(self, job: Json, plan: Json, is_first: bool) -> Json:
        """Carries a plan out. ``{"tell": …}`` or ``{"again": why}``."""

    def give_back(self, job: Json, plan: Json | None, why: str, is_ambiguous: bool) -> Json:
        """What to tell where the work could not succeed for a day: ``{"tell": …}``."""

    def tell(self, job: Json, told: Json) -> Json:
        """Tells the person. ``{}``, or ``{"again": why, "word"}`` where Slack could not be reached."""

    def age(self, job: Json) -> timedelta:
        """How long ago it was sent off."""

    def watch(self, job: Json) -> None:
        """Says after two seconds that the job is accepted and waits, unless it was told of by then."""

    def pause(self, job: Json, seconds: float) -> Json | None:
        """The job goes on after so many seconds, maybe in another process; by which word the person knows of it."""


class Writes:
    """The jobs of the bots of this process, by the bots' names. One a process, as the engine is."""

    def __init__(self, engine: WorkEngine) -> None:
        self._engine = engine
        self._hands: dict[str, Hands] = {}
        self._turns = threading.Semaphore(AT_ONCE)
        _working[:] = [self]

    def join(self, bot: str, hands: Hands) -> None:
        """From now on, jobs of this bot are done with these hands."""
        self._hands[bot] = hands

    def leave(self, bot: str) -> None:
        """Its jobs wait until it comes back."""
        self._hands.pop(bot, None)

    def accept(self, bot: str, id_: str, job: Json) -> None:
        """Makes a job durable, and begins. Raises what the database does; nothing where the id was given before."""
        self._engine.start(id_, write, bot, job, _sender(bot, job))

    def run(self, bot: str, job: Json, state: Json) -> None:
        """One try at a job, inside its workflow."""
        hands = self._hands.get(bot)
        if hands is None:
            return self._try_later(bot, job, state, {"again": "This bot is not running."})
        # After a crash everything that was left comes at once. In turns, it does not keep what is sent off now waiting,
        # and little of it is between telling and recording that, where another crash would have it told once more.
        turn = nullcontext() if self._engine.is_fresh(state) else self._turns
        if "told" not in state:
            hands.watch(job)
            came = self._try(hands, bot, job, state, turn)
            if "again" in came:
                if came.get("is_ambiguous"):
                    state["is_ambiguous"] = True
                if hands.age(job) <= GIVES_UP:
                    return self._try_later(bot, job, state, came)
                is_ambiguous = bool(state.get("is_ambiguous"))
                came = step("give back", hands.give_back, job, state.get("plan"), came["again"], is_ambiguous)
            if "tell" not in came:
                return None
            state = {**state, "told": came["tell"], "tries": 0}
        with turn:
            told = step("tell", hands.tell, job, state["told"])
        if "again" in told and hands.age(job) <= 2 * GIVES_UP:
            self._try_later(bot, {**job, "word": told.get("word")}, state, told)
        return None

    def _try(self, hands: Hands, bot: str, job: Json, state: Json, turn: AbstractContextManager[object]) -> Json:
        """Decides, or renews what was decided, and carries it out; the plan is added to the state."""
        if "plan" not in state:
            with turn:
                decided = step("decide", self._decide, hands, bot, job, state)
            if "plan" not in decided:
                return decided
            state["plan"] = decided["plan"]
        else:
            # Kept before it is carried out: afterwards, what a deletion took away is not to be had any more.
            with turn:
                renewed = step("renew", hands.renew, job, state["plan"])
            if "plan" not in renewed:
                return renewed
            state["plan"] = renewed["plan"]

        def carry_out() -> Json:
            is_first = self._engine.begin(state) and not state.get("tries")
            if not is_first:
                self._engine.settle()
            with turn:
                return hands.carry_out(job, state["plan"], is_first)

        return step("carry out", carry_out)

    def _decide(self, hands: Hands, bot: str, job: Json, state: Json) -> Json:
        """Decides; but what the sender sent off before and is still to be done goes first, or would overwrite this.

        While the API is away this tries by itself whether it still is, and looks for those before it only then.
        """
        turns, behind = int(state.get("turns", 0)), {"again": "What was sent off before goes first.", "is_behind": True}
        if not job.get("in_turn") or turns >= MOST_TURNS or not self._waits_before(bot, job):
            return hands.decide(job)
        if turns:
            return behind
        decided = hands.decide(job)
        return behind if "plan" in decided or "tell" in decided else decided

    def _waits_before(self, bot: str, job: Json) -> bool:
        """Whether anything that the same sender sent off earlier is still to be done."""
        waiting = self._engine.waiting(_sender(bot, job))
        return any(one["at"] < job["at"] and one["id"] != job["id"] and "told" not in known for one, known in waiting)

    def _try_later(self, bot: str, job: Json, state: Json, came: Json) -> None:
        tries, is_behind = int(state.get("tries", 0)) + 1, bool(came.get("is_behind"))
        log.info("Job %s waits after try %d: %s", job["id"], tries, came["again"])
        seconds = max(PENDING * bool(came.get("is_pending")), min(LONGEST_WAIT, IN_TURN if is_behind else 1.5**tries))
        following = f"{job['id']}+{int(state.get('runs', 0)) + 1}"
        turns = int(state.get("turns", 0)) + is_behind
        state = {**state, "tries": tries, "runs": int(state.get("runs", 0)) + 1, "turns": turns}
        hands = self._hands.get(bot)
        if hands and "told" not in state:
            job = {**job, "word": hands.pause(job, seconds)}
        self._engine.later(following, write, bot, job, state, _sender(bot, job), seconds)


def _sender(bot: str, job: Json) -> str:
    return f"{bot} {job['team']} {job['user']}"


_working: list[Writes] = []
"""Who runs the workflows of this process: these are plain functions, which the engine finds by their names."""


@workflow("write")
def write(bot: str, job: Json, state: Json) -> None:
    """One try at a job; what is left of it is tried again as a workflow of its own."""
    _working[0].run(bot, job, state)
