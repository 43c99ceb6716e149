"""The composition: the one file that knows every part."""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from sqlalchemy import Engine

from bot.config import Settings
from bot.jobs import Jobs
from bot.listeners import Listeners
from bot.notify.audience import Audience
from bot.notify.followers import Followers
from bot.notifying import make_notifier
from bot.objectives.directory import Directory
from bot.objectives.model import utc_now
from bot.objectives.people import People
from bot.objectives.ports import Clock, OkrApi
from bot.objectives.search import Search
from bot.objectives.service import Objectives
from bot.slack.answers import Answers
from bot.slack.payloads import is_sound
from bot.slack.profiles import SlackProfiles
from bot.slack.telling import remember_origin
from bot.slack.validators import look_up_once
from bot.store.memory import SqlMemory
from bot.store.record import SqlRecord
from bot.store.seal import Seal
from bot.store.subscriptions import SqlFollows
from bot.work.writes import Writes

WORK_THREADS = 64


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
        self._work = work or ThreadPoolExecutor(WORK_THREADS, thread_name_prefix="work")
        look_up_once()
        self.bolt = self._make_bolt()
        listeners = Listeners(
            self.objectives,
            self.jobs,
            self.answers,
            self._work,
            note=lambda job: writes.accept(name, job["id"], job),
            hear=self.notifier.hear,
            home=lambda: self._profiles.home,
        )
        listeners.listen(self.bolt)
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

        return App(
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
