"""The composition: the one file that knows every part. Bolt's listeners are here, each a few lines."""

import logging
import re
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.models.blocks import Option
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.commands.base import Answer, Reply, Request, Write
from bot.commands.registry import explain, may_write, run_line
from bot.commands.search import run as run_search
from bot.commands.subscription_change import check as check_subscription
from bot.commands.subscription_change import save as save_subscription
from bot.config import Settings
from bot.errors import BotError, OkrApiUnavailable
from bot.jobs import Jobs
from bot.logs import describe_bug
from bot.notify.audience import Audience
from bot.notify.followers import Followers
from bot.notifying import make_notifier
from bot.objectives.directory import Directory
from bot.objectives.model import Asker, utc_now
from bot.objectives.people import People
from bot.objectives.ports import Clock, OkrApi
from bot.objectives.search import Search
from bot.objectives.service import Objectives
from bot.slack.answers import Answers
from bot.slack.payloads import is_sound
from bot.slack.places import Place, place_of
from bot.slack.profiles import SlackProfiles
from bot.slack.repeats import Repeats
from bot.slack.telling import recall_origin, remember_origin
from bot.slack.validators import look_up_once
from bot.store.memory import SqlMemory
from bot.store.record import SqlRecord
from bot.store.seal import Seal
from bot.store.subscriptions import SqlFollows
from bot.views.forms import check_draft, person_option, read_form, session_option, tag_options
from bot.views.notices import bug, sentence
from bot.views.subscription_form import SAVE as SAVE_SUBSCRIPTION
from bot.views.subscription_form import read_subscription_form
from bot.views.typed import read_search_form
from bot.work.writes import Writes

log = logging.getLogger(__name__)

WORK_THREADS = 64

NOT_NOTED = "I cannot note anything down right now, so nothing was changed. Try again in a minute."
NO_DATABASE = "My own database does not answer right now. Try again in a minute."


class Bot:
    """The bot: Bolt's app, what it knows of objectives, and the threads that work after the ack."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        api: OkrApi,
        *,
        durable_engine: Engine,
        writes: Writes,
        key: bytes,
        name: str = "bot",
        worker: str = "",
        clock: Clock = utc_now,
        hosts: tuple[str, ...] = (),
        admins: frozenset[str] = frozenset(),
        work: ThreadPoolExecutor | None = None,
    ) -> None:
        """``durable_engine``: the same database, each commit on disk before it returns; ``key`` seals what is secret.

        ``name``: the one by which its unfinished jobs find it after a restart; ``worker``: this process's own.
        """
        self.settings = settings
        self.client = WebClient(
            token=settings.slack_bot_token,
            base_url=settings.slack_api_url,
            timeout=10,
            # slack_sdk's own retries post a second time where Slack had posted and the answer was lost.
            retry_handlers=[],
        )
        self.directory = Directory(api)
        seal = Seal(key)
        memory = SqlMemory(engine, clock, seal=seal)
        record = SqlRecord(durable_engine, clock)
        self._profiles = SlackProfiles(lambda _team_id: self.client)
        people = People(
            self._profiles,
            self.directory,
            api,
            memory,
            admins=settings.okr_admins | admins,
            adds_missing=settings.uses_embedded_server,
        )
        search = Search(api, self.directory, people, memory, clock, hosts)
        self.follows = SqlFollows(durable_engine)
        self.followers = Followers(self.follows, search, clock)
        self.objectives = Objectives(
            api,
            self.directory,
            people,
            search,
            memory,
            record,
            clock,
            follows=self.follows,
            followers_of=Audience(self.followers, self.follows, clock).size,
        )
        self.answers = Answers(
            lambda _team_id: self.client,
            lambda place, view_id: remember_origin(memory, place, view_id, clock()),
        )
        service = "The OKR server" if settings.uses_embedded_server else "Quantive"
        self.notifier = make_notifier(
            self.objectives,
            api,
            lambda _team_id: self.client,
            durable_engine,
            self.followers,
            worker=f"{worker or name}-{secrets.token_hex(4)}",
            poll_seconds=settings.okr_poll_seconds,
        )
        self.jobs = Jobs(self.objectives, self.answers, seal, service=service, announce=self.notifier.wake, clock=clock)
        self._name = name
        self._writes = writes
        writes.join(name, self.jobs)
        self._repeats = Repeats()
        self._work = work or ThreadPoolExecutor(WORK_THREADS, thread_name_prefix="work")
        look_up_once()
        self.bolt = self._make_bolt()
        self.is_stopping = False

    def warm_up(self) -> None:
        """Loads the directory and finds out where the app is installed, in the background: nobody waits for either."""
        _ = self.directory.loaded
        threading.Thread(target=self._profiles.try_to_find_home, daemon=True).start()

    def start_notifying(self) -> None:
        """Begins to tell channels what they follow."""
        self.notifier.start()

    def dispatch(self, request: BoltRequest) -> BoltResponse:
        """Bolt's answer to a request of Slack's, or a refusal of what is none although it is signed."""
        if not is_sound(request.body):
            return BoltResponse(status=400, body="not understood")
        return self.bolt.dispatch(request)

    def stop_taking(self) -> None:
        """Takes no more requests."""
        self.is_stopping = True

    def close(self) -> None:
        """Finishes what was acknowledged, then lets go of threads and connections."""
        self._work.shutdown()
        self.notifier.close()
        self._writes.leave(self._name)
        self.jobs.close()
        self.answers.close()

    def _make_bolt(self) -> App:
        def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            # Without auth.test: the first ack must not wait for a call to Slack.
            token = self.settings.slack_bot_token
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

        bolt = App(
            authorize=authorize,
            client=WebClient(base_url=self.settings.slack_api_url, timeout=10),
            # Listeners run on the thread of their request. On a thread of their own Bolt looks for the ack only every
            # 10 ms; ours never wait, because they hand the work to a pool as soon as they have acknowledged.
            process_before_response=True,
            # The signature is verified in bot.web, before anything is parsed.
            request_verification_enabled=False,
            ssl_check_enabled=False,
            # What serves assistants and workflow steps, which this bot is not.
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
            ignoring_self_assistant_message_events_enabled=False,
            signing_secret=self.settings.slack_signing_secret or "socket-mode-has-none",
        )
        bolt.command("/okr")(self._on_command)
        bolt.action(re.compile(r"^(run|swap|menu)\.\d+$"))(self._on_press)
        bolt.options("value")(self._on_options)
        bolt.view(re.compile(r"^objective\.(create|edit)$"))(self._on_submit)
        bolt.view("objectives.search")(self._on_search)
        bolt.view(SAVE_SUBSCRIPTION)(self._on_subscription)
        return bolt

    def _place(self, body: dict[str, Any], *, channel_id: str = "", swaps: bool = False) -> Place:
        return place_of(body, self._profiles.home, channel_id=channel_id, swaps=swaps)

    def _on_command(self, ack: Ack, body: dict[str, Any]) -> None:
        place = self._place(body)
        self._take_line(ack, place, body.get("text") or "", is_pressed=False)
        self._work.submit(self.notifier.hear, place.asker.team_id, place.asker.channel_id)

    def _on_press(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        line = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
        view = body.get("view") or {}
        channel_id = read_form(view)[1].channel_id if view else ""
        place = self._place(body, channel_id=channel_id, swaps=action["action_id"].startswith("swap"))
        self._take_line(ack, place, line, is_pressed=True)

    def _on_options(self, ack: Ack, body: dict[str, Any]) -> None:
        try:
            self.objectives.people.admit(self._place(body).asker)
            options = self._options(body.get("block_id", ""), body.get("value") or "")
        except BotError:
            options = []
        ack(options=[option.to_dict() for option in options])

    def _options(self, field: str, typed: str) -> list[Option]:
        snapshot = self.directory.loaded
        if snapshot is None:
            return []
        if field == "owner":
            return [person_option(person) for person in snapshot.suggest_people(typed)]
        if field == "session":
            return [session_option(one) for one in snapshot.suggest_sessions(typed, self.objectives.clock())]
        return tag_options(snapshot.suggest_tags(typed, 99), typed)

    def _on_submit(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        draft, form = read_form(view)
        faults = check_draft(draft, locked=form.locked)
        place = self._place(body, channel_id=form.channel_id)
        if not faults and not self._accept(self.jobs.of_form(place, draft, form)):
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
        self._do(place, lambda: run_search(Request(place.asker, query), self.objectives))

    def _on_subscription(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        fields, form = read_subscription_form(view)
        faults = check_subscription(fields)
        if faults:
            ack(response_action="errors", errors=faults)
            return
        ack()
        place = self._place(body, channel_id=form.channel_id)
        save = partial(save_subscription, place.asker, fields, form.form_id, self.objectives)
        self._do(place, save, is_form=True)

    def _answer_form(self, place: Place, act: Callable[[], Answer], retry_line: str) -> None:
        """Answers a form where it was asked for."""
        try:
            place = recall_origin(self.objectives.memory, place)
        except SQLAlchemyError as fault:
            log.warning("Where a form was asked for could not be read: %s", describe_bug(fault))
        self._answer(place, act, retry_line)

    def _take_line(self, ack: Ack, place: Place, line: str, *, is_pressed: bool) -> None:
        """Runs a line: what may change something is made durable first, the rest is only answered."""
        if may_write(line, is_pressed=is_pressed):
            if not self._accept(self.jobs.of_line(place, line, is_pressed=is_pressed)):
                self._do(place, partial(self._not_noted, place.asker, line))
        else:
            run = partial(run_line, place.asker, line, self.objectives, is_pressed=is_pressed)
            self._do(place, run, retry_line=line)
        ack()

    def _not_noted(self, asker: Asker, line: str) -> Reply:
        self.objectives.people.admit(asker)
        return Reply(sentence(NOT_NOTED, buttons=[("Try again", line)]))

    def _accept(self, job: dict[str, Any]) -> bool:
        """Makes a job durable; false where that is not possible, so that the person keeps what they typed."""
        try:
            self._writes.accept(self._name, job["id"], job)
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
            self.answers.send(place, answer)
        except Exception as fault:  # noqa: BLE001 - the one guard: an unknown fault is told by a reference
            reference = secrets.token_hex(4)
            log.error("Bug %s: %s", reference, describe_bug(fault))
            self.answers.reply(Place(place.asker, place.response_url), Reply(bug(reference)))
