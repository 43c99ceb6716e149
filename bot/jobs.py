"""Jobs: what somebody sent off that may change something, made durable, and what the bot does about it."""

import json
import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from cattrs.preconf.json import make_converter
from sqlalchemy.exc import OperationalError

from bot.commands import create, forms, outcomes, update
from bot.commands.base import Answer, Reply, Write
from bot.commands.collisions import ask_which
from bot.commands.drafts import pack, unpack
from bot.commands.registry import explain, form_of, run_line
from bot.commands.undo import ask_about_undo
from bot.errors import BotError, OkrApiRefused, OkrApiUnavailable
from bot.logs import describe_bug
from bot.objectives.model import Asker, Draft, Patch
from bot.objectives.plans import Collision, Outcome, Plan, Submission
from bot.objectives.ports import Memory
from bot.objectives.service import Objectives
from bot.slack.answers import Answers, to_json
from bot.slack.places import Place
from bot.slack.waiting import Waiting
from bot.views.forms import Form
from bot.views.message import Message
from bot.views.notices import bug, given_back, refused, waiting

log = logging.getLogger(__name__)

Json = dict[str, Any]

PATIENCE = 2.0
"""Seconds after which a person is told that their wish is accepted and waits."""

BRIEFLY = 0.5
"""Seconds for which nothing is said of a job that goes on after a crash or a pause: most are finished by then."""

RESPONSE_URL_LASTS = timedelta(minutes=29)
"""Slack honours a response_url for 30 minutes; later answers come by direct message, which also those get who left."""

_converter = make_converter()


class Sealing(Protocol):
    """Keeps a secret in the clear out of the database."""

    def close(self, text: str) -> str:
        """The text, sealed."""

    def open(self, sealed: str) -> str:
        """The text again, or empty."""


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
        self._answers = answers
        self._seal = seal
        self._service = service
        self._announce = announce
        self._clock = clock
        self._waiting = Waiting()

    def close(self) -> None:
        """Stops to watch what is left."""
        self._waiting.close()

    # Making jobs

    def of_line(self, place: Place, line: str, *, is_pressed: bool) -> Json:
        """The job of a command line that was typed or pressed. Slack's trigger id names it."""
        id_ = f"{place.asker.team_id}:{place.trigger_id}"
        return self._job(id_, place) | {"kind": "line", "line": line, "is_pressed": is_pressed}

    def of_form(self, place: Place, draft: Draft, form: Form) -> Json:
        """The job of a submitted form. The view's id names it: a view is submitted once."""
        id_ = f"{place.asker.team_id}:{place.view_id}"
        kept = _converter.unstructure(form)
        return self._job(id_, place) | {"kind": "form", "draft": pack(draft), "form": kept}

    def _job(self, id_: str, place: Place) -> Json:
        return {
            "id": id_,
            "at": self._clock().isoformat(),
            "team": place.asker.team_id,
            "user": place.asker.user_id,
            "channel": place.asker.channel_id,
            "response_url": self._seal.close(place.response_url) if place.response_url else "",
            "trigger": place.trigger_id,
            "view": place.view_id,
            "swaps": place.swaps,
            "is_command": place.is_command,
        }

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
            was_said = self._waiting.settle(job["id"]) or job.get("is_said", False)
            self._answers.send(self._place(job, is_said=was_said), answer)
            return {}

        return self._guard(job, act)

    def _run(self, job: Json) -> Answer:
        asker = _asker(job)
        if job["kind"] == "line":
            return run_line(asker, job["line"], self._objectives, is_pressed=job["is_pressed"], work_id=job["id"])
        draft, form = _form(job)
        submission = Submission(asker, job["id"], "form")
        if form.objective_id:
            return update.save(submission, draft, form, self._objectives)
        return create.create(submission, draft, self._objectives)

    def carry_out(self, job: Json, plan: Json, is_first: bool) -> Json:
        """Carries a plan out."""

        def act() -> Json:
            came = self._objectives.execution.carry_out(_converter.structure(plan, Plan), is_first=is_first)
            kind = "outcome" if isinstance(came, Outcome) else "collision"
            self._announce()
            return {"tell": {kind: _converter.unstructure(came), "plan": plan if kind == "collision" else None}}

        return self._guard(job, act)

    def give_back(self, job: Json, plan: Json | None, why: str, is_ambiguous: bool) -> Json:
        """What to tell where the work could not succeed for a day."""
        if plan is not None:
            self._objectives.execution.give_up(_converter.structure(plan, Plan))
        return {"tell": {"given back": why, "is_unknown": plan is not None and is_ambiguous}}

    def _guard(self, job: Json, act: Callable[[], Json]) -> Json:
        """Nothing escapes: whatever happens, the person hears of it."""
        try:
            return act()
        except OkrApiUnavailable as fault:
            return {"again": str(fault), "is_ambiguous": fault.ambiguous, "is_pending": fault.is_pending}
        except BotError as fault:
            return {"tell": {"refused" if isinstance(fault, OkrApiRefused) else "fault": str(fault)}}
        except OperationalError as fault:
            # The database is busy or away. What was done at the OKR API is found there by the next try, and noted then.
            log.warning("Job %s: the database failed (%s)", job["id"], type(fault.orig).__name__)
            return {"again": "The bot's database is busy.", "is_ambiguous": True, "is_pending": False}
        except Exception as fault:  # noqa: BLE001 - the one guard: an unknown fault is told by a reference
            reference = secrets.token_hex(4)
            log.error("Bug %s: %s", reference, describe_bug(fault))
            return {"tell": {"bug": reference}}

    def tell(self, job: Json, told: Json) -> Json:
        """Tells the person what came of it, where they were."""
        was_said = self._waiting.settle(job["id"]) or job.get("is_said", False)
        try:
            reply = self._reply(job, told)
        except Exception as fault:  # noqa: BLE001 - as above
            reference = secrets.token_hex(4)
            log.error("Bug %s: %s", reference, describe_bug(fault))
            reply = Reply(bug(reference))
        place = self._place(job, is_said=was_said)
        is_told = self._answers.send(place, reply) if "reply" in told else self._answers.reply(place, reply)
        return {} if is_told else {"again": "Slack cannot be reached.", "is_said": was_said}

    def _reply(self, job: Json, told: Json) -> Reply:
        if "reply" in told:
            said = told["reply"]
            return Reply(Message(said["text"], said["blocks"]), in_channel=said["in_channel"])
        if "outcome" in told:
            return outcomes.tell(_converter.structure(told["outcome"], Outcome), self._objectives)
        if "collision" in told:
            return self._collided(job, told)
        if "bug" in told:
            return Reply(bug(told["bug"]))
        if "given back" in told:
            resume_line = self._resume_line(job)
            return Reply(given_back(told["given back"], resume_line, is_unknown=told["is_unknown"]))
        if "refused" in told:
            return Reply(refused(told["refused"], resume_line=self._resume_line(job)))
        form_line = self._resume_line(job) if job["kind"] == "form" else ""
        return Reply(explain(BotError(told["fault"]), form_line=form_line))

    def _collided(self, job: Json, told: Json) -> Reply:
        collision = _converter.structure(told["collision"], Collision)
        plan = _converter.structure(told["plan"], Plan)
        if plan.undoes:
            return ask_about_undo(_asker(job), collision, plan.undoes, self._objectives)
        return ask_which(_asker(job), collision, plan.patch or Patch(), self._objectives)

    def _resume_line(self, job: Json) -> str:
        """The line that opens the form with everything that was typed."""
        if job["kind"] == "line":
            return form_of(_asker(job), job["line"], self._objectives, is_pressed=job["is_pressed"])
        return forms.keep(_asker(job), *_form(job), self._objectives)

    # Where the person is

    def age(self, job: Json) -> timedelta:
        """How long ago it was sent off."""
        return self._clock() - datetime.fromisoformat(job["at"])

    def watch(self, job: Json) -> None:
        """Says after two seconds that the job is accepted and waits, unless it was told of by then."""
        if job.get("is_said"):
            return
        patience = max(min(PATIENCE, BRIEFLY), PATIENCE - self.age(job).total_seconds())
        self._waiting.watch(job["id"], patience, lambda: self._say_waiting(job))

    def pause(self, job: Json, seconds: float) -> bool:
        """The job goes on after so many seconds, maybe in another process; whether the person knows that it waits.

        So nothing of it stays here: said here later, the word might come after the result that is told there.
        """
        is_said = self._waiting.settle(job["id"]) or bool(job.get("is_said"))
        if not is_said and self.age(job).total_seconds() + seconds > PATIENCE:
            self._say_waiting(job)
            return True
        return is_said

    def _say_waiting(self, job: Json) -> None:
        try:
            self._answers.reply(self._place(job), Reply(waiting(self._service)))
        except Exception as fault:  # noqa: BLE001 - on a thread of its own, and only a courtesy
            log.error("It could not be said that a job waits: %s", describe_bug(fault))

    def _place(self, job: Json, *, is_said: bool = False) -> Place:
        """Where to answer; ``is_said``: in place of the word that the job waits, where Slack allows that."""
        asker = _asker(job)
        if self.age(job) > RESPONSE_URL_LASTS:
            return Place(Asker(asker.team_id, asker.user_id))
        place = Place(
            asker,
            response_url=self._seal.open(job["response_url"]) if job["response_url"] else "",
            trigger_id=job["trigger"],
            view_id=job["view"] if job["kind"] == "line" else "",
            swaps=job["swaps"] or (is_said and job["is_command"]),
        )
        if job["kind"] == "line" or place.response_url:
            return place
        origin = self._objectives.memory.origin(asker.team_id, job["view"])
        if not origin:
            return place
        known = json.loads(origin)
        return Place(asker, response_url=known["response_url"], swaps=is_said and known["is_command"])


def remember_origin(memory: Memory, place: Place, view_id: str) -> None:
    """Keeps by which address a form's answer comes to where the form was asked for."""
    if place.response_url:
        origin = json.dumps({"response_url": place.response_url, "is_command": place.is_command})
        memory.remember_origin(place.asker.team_id, view_id, origin)


def recall_origin(memory: Memory, place: Place) -> Place:
    """Where to answer what is sent off in a form: where it was asked for, as long as Slack allows that."""
    origin = memory.origin(place.asker.team_id, place.view_id)
    return Place(place.asker, response_url=json.loads(origin)["response_url"] if origin else "")


def _asker(job: Json) -> Asker:
    return Asker(job["team"], job["user"], job["channel"], is_there=not job["view"])


def _form(job: Json) -> tuple[Draft, Form]:
    return unpack(job["draft"]), _converter.structure(job["form"], Form)
