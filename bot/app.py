"""The composition: the one file that knows every part. Bolt's listeners are here, each a few lines."""

import logging
import re
import secrets
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.models.blocks import Option
from sqlalchemy import Engine

from bot.commands import create, forms, update
from bot.commands.base import Answer, Reply, Request
from bot.commands.registry import explain, run_line
from bot.commands.search import run as run_search
from bot.config import Settings
from bot.errors import BotError
from bot.objectives.directory import Directory
from bot.objectives.model import utc_now
from bot.objectives.people import People
from bot.objectives.ports import Clock, OkrApi
from bot.objectives.search import Search
from bot.objectives.service import Objectives
from bot.slack.answers import Answers
from bot.slack.places import Place, place_of
from bot.slack.profiles import SlackProfiles
from bot.slack.validators import look_up_once
from bot.store.memory import SqlMemory
from bot.views.forms import check_draft, person_option, read_form, session_option, tag_options
from bot.views.notices import bug
from bot.views.typed import read_search_form

log = logging.getLogger(__name__)

WORK_THREADS = 64


class Bot:
    """The bot: Bolt's app, what it knows of objectives, and the threads that work after the ack."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        api: OkrApi,
        *,
        clock: Clock = utc_now,
        hosts: tuple[str, ...] = (),
        admins: frozenset[str] = frozenset(),
        work: ThreadPoolExecutor | None = None,
    ) -> None:
        self.settings = settings
        self.client = WebClient(token=settings.slack_bot_token, base_url=settings.slack_api_url, timeout=10)
        self.directory = Directory(api)
        memory = SqlMemory(engine, clock)
        people = People(
            SlackProfiles(lambda _team_id: self.client),
            self.directory,
            api,
            admins=settings.okr_admins | admins,
            adds_missing=settings.uses_embedded_server,
        )
        search = Search(api, self.directory, people, memory, clock, hosts)
        self.objectives = Objectives(api, self.directory, people, search, memory, clock)
        self.answers = Answers(lambda _team_id: self.client)
        self._work = work or ThreadPoolExecutor(WORK_THREADS, thread_name_prefix="work")
        look_up_once()
        self.bolt = self._make_bolt()
        self.is_stopping = False

    def warm_up(self) -> None:
        """Loads the directory in the background, so that the first person does not wait for it."""
        _ = self.directory.loaded

    def stop_taking(self) -> None:
        """Takes no more requests."""
        self.is_stopping = True

    def close(self) -> None:
        """Finishes what was acknowledged, then lets go of threads and connections."""
        self._work.shutdown()
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
        bolt.view("objective.create")(self._on_create)
        bolt.view("objective.edit")(self._on_edit)
        bolt.view("objectives.search")(self._on_search)
        return bolt

    def _on_command(self, ack: Ack, body: dict[str, Any]) -> None:
        ack()
        self._run_line(place_of(body), body.get("text") or "", is_pressed=False)

    def _on_press(self, ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        ack()
        line = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
        view = body.get("view") or {}
        channel_id = read_form(view)[1].channel_id if view else ""
        place = place_of(body, channel_id=channel_id, swaps=action["action_id"].startswith("swap"))
        self._run_line(place, line, is_pressed=True)

    def _on_options(self, ack: Ack, body: dict[str, Any]) -> None:
        try:
            self.objectives.people.admit(place_of(body).asker)
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

    def _on_create(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        self._submit(ack, body, view, lambda asker, draft, form: create.create(asker, draft, self.objectives))

    def _on_edit(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        self._submit(ack, body, view, lambda asker, draft, form: update.save(asker, draft, form, self.objectives))

    def _submit(self, ack: Ack, body: dict[str, Any], view: dict[str, Any], write: Callable[..., Answer]) -> None:
        draft, form = read_form(view)
        faults = check_draft(draft, locked=form.locked)
        if faults:
            ack(response_action="errors", errors=faults)
            return
        ack()
        place = place_of(body, channel_id=form.channel_id)
        # The view has closed with the ack, so the answer goes to the channel the person was in.
        place = Place(place.asker, response_url=place.response_url)
        self._do(
            place,
            lambda: write(place.asker, draft, form),
            form_line=lambda: forms.keep(place.asker, draft, form, self.objectives),
        )

    def _on_search(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        query, channel_id = read_search_form(view)
        ack()
        place = Place(place_of(body, channel_id=channel_id).asker)
        self._do(place, lambda: run_search(Request(place.asker, query), self.objectives))

    def _run_line(self, place: Place, line: str, *, is_pressed: bool) -> None:
        self._do(place, lambda: run_line(place.asker, line, self.objectives, is_pressed=is_pressed), retry_line=line)

    def _do(
        self,
        place: Place,
        act: Callable[[], Answer],
        *,
        retry_line: str = "",
        form_line: Callable[[], str] | None = None,
    ) -> None:
        """Works after the ack, on a thread of its own. Nothing escapes it; whatever happens, the person hears of it."""
        self._work.submit(self._answer, place, act, retry_line, form_line)

    def _answer(
        self, place: Place, act: Callable[[], Answer], retry_line: str, form_line: Callable[[], str] | None
    ) -> None:
        try:
            try:
                answer = act()
            except BotError as fault:
                answer = Reply(explain(fault, retry_line=retry_line, form_line=form_line() if form_line else ""))
            self.answers.send(place, answer)
        except Exception as fault:  # noqa: BLE001 - the one guard: an unknown fault is told by a reference
            reference = secrets.token_hex(4)
            log.error("Bug %s: %s", reference, describe_bug(fault))
            self.answers.reply(Place(place.asker, place.response_url), Reply(bug(reference)))


def describe_bug(fault: BaseException) -> str:
    """An unforeseen fault in one line: its kind and where it came from, never its text, which may hold secrets."""
    frames = traceback.extract_tb(fault.__traceback__)[-4:]
    way = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(fault).__name__} at {way}"
