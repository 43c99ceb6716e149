"""What Slack sends, and who handles it: each listener acknowledges, calls and shows, in a few lines."""

import logging
import re
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk.models.blocks import Option
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.commands.base import Answer, Reply, Request, Write
from bot.commands.registry import explain, may_write, run_line
from bot.commands.search import run as run_search
from bot.commands.subscription_change import check as check_subscription
from bot.commands.subscription_change import save as save_subscription
from bot.errors import BotError, OkrApiUnavailable
from bot.jobs import Jobs
from bot.logs import describe_bug
from bot.objectives.model import Asker
from bot.objectives.service import Objectives
from bot.slack.answers import Answers
from bot.slack.places import Place, place_of
from bot.slack.repeats import Repeats
from bot.slack.telling import recall_origin
from bot.views.forms import check_draft, person_option, read_form, session_option, tag_options
from bot.views.notices import bug, sentence
from bot.views.subscription_form import SAVE as SAVE_SUBSCRIPTION
from bot.views.subscription_form import read_subscription_form
from bot.views.typed import read_search_form

log = logging.getLogger(__name__)

NOT_NOTED = "I cannot note anything down right now, so nothing was changed. Try again in a minute."
NO_DATABASE = "My own database does not answer right now. Try again in a minute."


class Listeners:
    """Bolt's listeners. What takes time they leave to the threads of ``work``, after the ack."""

    def __init__(
        self,
        objectives: Objectives,
        jobs: Jobs,
        answers: Answers,
        work: ThreadPoolExecutor,
        *,
        note: Callable[[dict[str, Any]], None],
        hear: Callable[[str, str], object],
        home: Callable[[], str],
    ) -> None:
        """``note``: makes a job durable, and raises what the database does; ``hear``: somebody uses the bot, in which
        workspace and channel; ``home``: the workspace that the app is installed in, empty while that is not known.
        """
        self._objectives = objectives
        self._jobs = jobs
        self._answers = answers
        self._work = work
        self._note = note
        self._hear = hear
        self._home = home
        self._repeats = Repeats()

    def listen(self, bolt: App) -> None:
        """From now on, hears what Bolt is told."""
        bolt.command("/okr")(self._on_command)
        bolt.action(re.compile(r"^(run|swap|menu)\.\d+$"))(self._on_press)
        bolt.options("value")(self._on_options)
        bolt.view(re.compile(r"^objective\.(create|edit)$"))(self._on_submit)
        bolt.view("objectives.search")(self._on_search)
        bolt.view(SAVE_SUBSCRIPTION)(self._on_subscription)

    def _place(self, body: dict[str, Any], *, channel_id: str = "", swaps: bool = False) -> Place:
        return place_of(body, self._home(), channel_id=channel_id, swaps=swaps)

    def _on_command(self, ack: Ack, body: dict[str, Any]) -> None:
        place = self._place(body)
        self._take_line(ack, place, body.get("text") or "", is_pressed=False)
        self._work.submit(self._hear, place.asker.team_id, place.asker.channel_id)

    def _on_press(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        line = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
        view = body.get("view") or {}
        channel_id = read_form(view)[1].channel_id if view else ""
        place = self._place(body, channel_id=channel_id, swaps=action["action_id"].startswith("swap"))
        self._take_line(ack, place, line, is_pressed=True)

    def _on_options(self, ack: Ack, body: dict[str, Any]) -> None:
        try:
            self._objectives.people.admit(self._place(body).asker)
            options = self._options(body.get("block_id", ""), body.get("value") or "")
        except BotError:
            options = []
        ack(options=[option.to_dict() for option in options])

    def _options(self, field: str, typed: str) -> list[Option]:
        snapshot = self._objectives.directory.loaded
        if snapshot is None:
            return []
        if field == "owner":
            return [person_option(person) for person in snapshot.suggest_people(typed)]
        if field == "session":
            return [session_option(one) for one in snapshot.suggest_sessions(typed, self._objectives.clock())]
        return tag_options(snapshot.suggest_tags(typed, 99), typed)

    def _on_submit(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        draft, form = read_form(view)
        faults = check_draft(draft, locked=form.locked)
        place = self._place(body, channel_id=form.channel_id)
        if not faults and not self._accept(self._jobs.of_form(place, draft, form)):
            faults = {"name": NOT_NOTED}
        if faults:
            ack(response_action="errors", errors=faults)
        else:
            ack()

    def _on_search(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        query, channel_id = read_search_form(view)
        ack()
        place = self._place(body, channel_id=channel_id)
        place = Place(place.asker, trigger_id=place.trigger_id)
        self._do(place, lambda: run_search(Request(place.asker, query), self._objectives))

    def _on_subscription(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        fields, form = read_subscription_form(view)
        faults = check_subscription(fields)
        if faults:
            ack(response_action="errors", errors=faults)
            return
        ack()
        place = self._place(body, channel_id=form.channel_id)
        save = partial(save_subscription, place.asker, fields, form.form_id, self._objectives)
        self._do(place, save, is_form=True)

    def _answer_form(self, place: Place, act: Callable[[], Answer], retry_line: str) -> None:
        """Answers a form where it was asked for."""
        try:
            place = recall_origin(self._objectives.memory, place)
        except SQLAlchemyError as fault:
            log.warning("Where a form was asked for could not be read: %s", describe_bug(fault))
        self._answer(place, act, retry_line)

    def _take_line(self, ack: Ack, place: Place, line: str, *, is_pressed: bool) -> None:
        """Runs a line: what may change something is made durable first, the rest is only answered."""
        if may_write(line, is_pressed=is_pressed):
            if not self._accept(self._jobs.of_line(place, line, is_pressed=is_pressed)):
                self._do(place, partial(self._not_noted, place.asker, line))
        else:
            run = partial(run_line, place.asker, line, self._objectives, is_pressed=is_pressed)
            self._do(place, run, retry_line=line)
        ack()

    def _not_noted(self, asker: Asker, line: str) -> Reply:
        self._objectives.people.admit(asker)
        return Reply(sentence(NOT_NOTED, buttons=[("Try again", line)]))

    def _accept(self, job: dict[str, Any]) -> bool:
        """Makes a job durable; false where that is not possible, so that the person keeps what they typed."""
        try:
            self._note(job)
        except (SQLAlchemyError, OSError) as fault:
            log.error("A job could not be noted: %s", describe_bug(fault))
            return False
        return True

    def _do(self, place: Place, act: Callable[[], Answer], *, retry_line: str = "", is_form: bool = False) -> None:
        """Works after the ack, on a thread of its own. Nothing escapes it; whatever happens, the person hears of it.

        Once, however often it is delivered; what may change something is in a workflow, which sees to that itself.
        """
        if self._repeats.is_first(place.trigger_id or place.view_id):
            self._work.submit(self._answer_form if is_form else self._answer, place, act, retry_line)

    def _answer(self, place: Place, act: Callable[[], Answer], retry_line: str) -> None:
        try:
            try:
                answer = act()
            except BotError as fault:
                answer = Reply(explain(fault, retry_line=retry_line))
            except OperationalError as fault:
                log.warning("Nothing could be looked up: %s", describe_bug(fault))
                answer = Reply(explain(OkrApiUnavailable(NO_DATABASE), retry_line=retry_line))
            if isinstance(answer, Write):
                raise TypeError("a verb that writes must say so, or its line is not durable")
            self._answers.send(place, answer)
        except Exception as fault:  # noqa: BLE001 - the one guard: an unknown fault is told by a reference
            reference = secrets.token_hex(4)
            log.error("Bug %s: %s", reference, describe_bug(fault))
            self._answers.reply(Place(place.asker, place.response_url), Reply(bug(reference)))
