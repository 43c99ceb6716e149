"""Jobs: what somebody sent off that may change something, made durable, and what the bot does about it."""

import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from cattrs.preconf.json import make_converter
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.commands import create, forms, outcomes, update
from bot.commands.ask import ask_buttons
from bot.commands.base import Answer, Reply, Write
from bot.commands.collisions import ask_which
from bot.commands.drafts import pack, unpack
from bot.commands.registry import explain, form_of, run_line
from bot.commands.undo import ask_about_undo
from bot.errors import BotError, NotAdmitted, NotYours, OkrApiRefused, OkrApiUnavailable
from bot.logs import describe_bug
from bot.objectives.lines import split_verb
from bot.objectives.model import Draft, Patch
from bot.objectives.plans import Collision, Outcome, Plan, Submission
from bot.objectives.service import Objectives
from bot.slack.answers import Answers, to_json
from bot.slack.places import Place
from bot.slack.telling import Sealing, Telling, asker_of
from bot.views.forms import Form
from bot.views.message import Message
from bot.views.notices import bug, given_back, refused

log = logging.getLogger(__name__)

Json = dict[str, Any]

FAILURES = (OperationalError, InterfaceError, InternalError, PoolTimeout)
"""The database's own trouble: it is locked, away, read-only while another takes over, or has no connection free."""

_converter = make_converter()


class Jobs:
    """The hands of the workflow of changes (``bot.work.writes.Hands``). Jobs, plans and what is told are JSON."""

    def __init__(
        self,
        objectives: Objectives,
        answers: Answers,
        seal: Sealing,
        *,
        service: str,
        announce: Callable[[], None],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``service``: what people call the OKR API; ``announce``: called when something was changed."""
        self._objectives = objectives
        self._announce = announce
        self._telling = Telling(answers, objectives.memory, seal, service=service, clock=clock)
        self.age, self.watch, self.pause = self._telling.age, self._telling.watch, self._telling.pause

    def close(self) -> None:
        """Stops to watch what is left."""
        self._telling.close()

    # Making jobs

    def of_line(self, place: Place, line: str, *, is_pressed: bool) -> Json:
        """The job of a command line that was typed or pressed. Slack's trigger id names it."""
        id_ = f"{place.asker.team_id}:{place.trigger_id}"
        about = {"in_turn": split_verb(line)[0] != create.CREATE.name, "line": line, "is_pressed": is_pressed}
        return self._telling.note(place) | about | {"id": id_, "kind": "line"}

    def of_form(self, place: Place, draft: Draft, form: Form) -> Json:
        """The job of a submitted form. The view's id names it: a view is submitted once."""
        id_ = f"{place.asker.team_id}:{place.view_id}"
        kept = _converter.unstructure(form)
        about = {"in_turn": bool(form.objective_id), "draft": pack(draft), "form": kept}
        return self._telling.note(place) | about | {"id": id_, "kind": "form"}

    # Doing them

    def decide(self, job: Json) -> Json:
        """Decides what was asked for; what changes nothing is answered."""

        def act() -> Json:
            answer = self._run(job)
            if isinstance(answer, Write):
                return {"plan": _converter.unstructure(answer.plan)}
            if isinstance(answer, Reply):
                message = answer.message
                reply = {"text": message.text, "blocks": to_json(message.blocks), "in_channel": answer.in_channel}
                return {"tell": {"reply": reply}}
            self._telling.show(job, answer)
            return {}

        return self._guard(job, act)

    def _run(self, job: Json) -> Answer:
        asker = asker_of(job)
        if job["kind"] == "line":
            return run_line(asker, job["line"], self._objectives, is_pressed=job["is_pressed"], work_id=job["id"])
        draft, form = _form(job)
        submission = Submission(asker, job["id"], "form")
        if form.objective_id:
            return update.save(submission, draft, form, self._objectives)
        return create.create(submission, draft, self._objectives)

    def renew(self, job: Json, plan: Json) -> Json:
        """A plan that has waited, as it would be made by now."""
        try:
            renewed = self._objectives.execution.renew(_converter.structure(plan, Plan))
        except OkrApiUnavailable as fault:
            return {"again": str(fault)}
        except Exception as fault:  # noqa: BLE001 - whatever it is, carrying the plan out meets it too, and tells of it
            log.info("A plan could not be renewed: %s", type(fault).__name__)
            return {"plan": plan}
        return {"plan": _converter.unstructure(renewed)}

    def carry_out(self, job: Json, plan: Json, is_first: bool) -> Json:
        """Carries a plan out."""

        def act() -> Json:
            came = self._objectives.execution.carry_out(_converter.structure(plan, Plan), is_first=is_first)
            kind = "outcome" if isinstance(came, Outcome) else "collision"
            self._announce()
            return {"tell": {kind: _converter.unstructure(came), "plan": plan if kind == "collision" else None}}

        def let_go() -> Json:
            self._objectives.execution.give_up(_converter.structure(plan, Plan))
            return told

        told = self._guard(job, act)
        return self._guard(job, let_go) if "bug" in told.get("tell", {}) else told

    def give_back(self, job: Json, plan: Json | None, why: str, is_ambiguous: bool) -> Json:
        """What to tell where the work could not succeed for a day."""

        def let_go() -> Json:
            if plan is not None:
                self._objectives.execution.give_up(_converter.structure(plan, Plan))
            return {}

        self._guard(job, let_go)
        return {"tell": {"given back": why, "is_unknown": plan is not None and is_ambiguous}}

    def _guard(self, job: Json, act: Callable[[], Json]) -> Json:
        """Nothing escapes: whatever happens, the person hears of it."""
        try:
            return act()
        except OkrApiUnavailable as fault:
            return {"again": str(fault), "is_ambiguous": fault.ambiguous, "is_pending": fault.is_pending}
        except NotAdmitted as fault:
            return {"tell": {"not admitted": str(fault)}}
        except NotYours as fault:
            return {"tell": {"not yours": str(fault), "objective": fault.objective_id, "owners": fault.owners}}
        except BotError as fault:
            return {"tell": {"refused" if isinstance(fault, OkrApiRefused) else "fault": str(fault)}}
        except FAILURES as fault:
            # The database is busy or away. What was done at the OKR API is found there by the next try, and noted then.
            log.warning("Job %s: the database failed (%s)", job["id"], type(fault).__name__)
            return {"again": "The bot's database is busy.", "is_ambiguous": True, "is_pending": False}
        except Exception as fault:  # noqa: BLE001 - the one guard: an unknown fault is told by a reference
            reference = secrets.token_hex(4)
            log.error("Bug %s: %s", reference, describe_bug(fault))
            return {"tell": {"bug": reference}}

    def tell(self, job: Json, told: Json) -> Json:
        """Tells the person what came of it, where they were."""
        try:
            reply = self._reply(job, told)
        except Exception as fault:  # noqa: BLE001 - as above
            reference = secrets.token_hex(4)
            log.error("Bug %s: %s", reference, describe_bug(fault))
            reply = Reply(bug(reference))
        return self._telling.tell(job, reply, in_form="reply" in told)

    def _reply(self, job: Json, told: Json) -> Reply:
        if "reply" in told:
            said = told["reply"]
            return Reply(Message(said["text"], said["blocks"]), in_channel=said["in_channel"])
        if "outcome" in told:
            return outcomes.tell(_converter.structure(told["outcome"], Outcome), self._objectives)
        if "collision" in told:
            return self._collided(job, told)
        if "bug" in told:
            return Reply(bug(told["bug"], resume_line=self._resume_line(job)))
        if "not admitted" in told:
            return Reply(explain(NotAdmitted(told["not admitted"])))
        if "given back" in told:
            resume_line = self._resume_line(job)
            return Reply(given_back(told["given back"], resume_line, is_unknown=told["is_unknown"]))
        if "refused" in told:
            return Reply(refused(told["refused"], resume_line=self._resume_line(job)))
        form_line = self._resume_line(job) if job["kind"] == "form" else ""
        if "not yours" in told:
            fault = NotYours(told["not yours"], objective_id=told["objective"], owners=told["owners"])
            ways = ask_buttons(fault, asker_of(job), form_line or job["line"], self._objectives)
            return Reply(explain(fault, form_line=form_line, ways=ways))
        return Reply(explain(BotError(told["fault"]), form_line=form_line))

    def _collided(self, job: Json, told: Json) -> Reply:
        collision = _converter.structure(told["collision"], Collision)
        plan = _converter.structure(told["plan"], Plan)
        if plan.undoes:
            return ask_about_undo(asker_of(job), collision, plan.undoes, self._objectives)
        return ask_which(asker_of(job), collision, plan.patch or Patch(), self._objectives)

    def _resume_line(self, job: Json) -> str:
        """The line that opens the form with everything that was typed."""
        if job["kind"] == "line":
            return form_of(asker_of(job), job["line"], self._objectives, is_pressed=job["is_pressed"])
        return forms.keep(asker_of(job), *_form(job), self._objectives)


def _form(job: Json) -> tuple[Draft, Form]:
    return unpack(job["draft"]), _converter.structure(job["form"], Form)
