"""What tests of channel notifications need: the whole bot, driven by hand, with a clock that stands."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import requests

from bot.embedded.okr_server import OkrServer
from bot.embedded.workspace.people import BOT_USER_ID, TEAM_ID
from bot.notify.notifier import Notifier
from bot.objectives.subscriptions import State, Subscription
from bot.store.database import make_engine, migrate
from tests.world import USERS, World, sample_now, words_in

Json = dict[str, Any]

MOST_TURNS = 3_000


class StandingClock:
    """The time of day; it stands still, so that nothing depends on how long a test takes."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or sample_now().replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Later by so much: ``clock.move(hours=1)``."""
        self.now += timedelta(**by)


class Stage:
    """A world whose notifier has no threads: ``tell``, ``look`` and ``send`` do what these would do."""

    def __init__(self, make_world: Callable[..., World], **options: Any) -> None:
        self.clock = options.pop("clock", None) or StandingClock()
        self.world = make_world(clock=self.clock, **options)
        self.session = requests.Session()
        self.count = 0

    def close(self) -> None:
        self.session.close()

    @property
    def notifier(self) -> Notifier:
        return self.world.bot.notifier

    # What channels follow

    def follow(self, query: str = "#growth", channel: str = "general", who: str = "ada", **fields: Any) -> Subscription:
        """A subscription that speaks, without the command that makes one."""
        self.count += 1
        made = Subscription(
            id=f"s{self.count}",
            team_id=TEAM_ID,
            channel_id=self.channel(channel),
            query=query,
            made_by=USERS.get(who, who),
            made_at=self.clock(),
            **{"cadence": "instant", "state": State.ACTIVE, **fields},
        )
        assert self.world.bot.follows.add(made)
        return made

    def kept(self, subscription: Subscription) -> Subscription:
        """A subscription as it is now."""
        found = self.world.bot.follows.get(TEAM_ID, subscription.id)
        assert found is not None
        return found

    def channel(self, name: str) -> str:
        return name if name[:1] in ("C", "D") else self.world.channel(name)

    # What the threads would do

    def tell(self) -> None:
        """Tells of what was done through the bot, until nothing waits."""
        self.notifier.feed.work()
        self.send()

    def look(self) -> int:
        """Looks at the account, a while after whatever was done before."""
        self.clock.move(seconds=10)
        return self.notifier.poll.look(TEAM_ID)

    def look_and_send(self) -> int:
        found = self.look()
        self.send()
        return found

    def put_due(self) -> int:
        return self.notifier.digests.put_due(TEAM_ID)

    def send(self, *, turns: int = MOST_TURNS) -> int:
        """Posts what waits, each second what has its turn, until nothing does; how many seconds that took."""
        for second in range(turns):
            now = self.clock().timestamp()
            if not self.notifier.turns.coming(now):
                return second
            self.send_ready()
            self.clock.move(seconds=1)
        raise AssertionError("there is no end to what waits")

    def send_ready(self, notifier: Notifier | None = None) -> int:
        """Posts the next message of every channel whose turn it is; how many channels that were."""
        notifier = notifier or self.notifier
        now = self.clock().timestamp()
        ready = [turn for turn in notifier.turns.coming(now) if turn.comes_at <= now]
        for turn in ready:
            notifier.sender.send_next(turn.team_id, turn.channel_id, notifier.worker)
        return len(ready)

    # What people see

    def posts(self, channel: str = "general") -> list[Json]:
        """The bot's messages at the top level that everybody in a channel sees, oldest first."""
        found = self.world.workspace.messages(USERS["ada"], self.channel(channel))
        return [one for one in found if one["user"] == BOT_USER_ID and not one["ephemeral"]]

    def replies(self, post: Json) -> list[Json]:
        """What stands below a message."""
        found = self.world.workspace.thread(USERS["ada"], post["channel"], post["ts"])
        return [one for one in found if one["ts"] != post["ts"]]

    def direct(self, who: str) -> list[Json]:
        """What the bot has written to a person."""
        user_id = USERS.get(who, who)
        found = self.world.workspace.messages(user_id, self.world.workspace.dm(user_id))
        return [one for one in found if one["user"] == BOT_USER_ID]

    def calls(self, method: str) -> list[Json]:
        """What the bot asked Slack for, whatever came of it."""
        return [
            one.request
            for one in self.world.workspace.requests
            if one.way == "in" and one.what == method and isinstance(one.request, dict)
        ]

    # What happens elsewhere

    def api(self, method: str, path: str, body: Json | None = None) -> Any:
        """A call to the OKR API that is none of the bot's."""
        answer = self.session.request(
            method, f"{self.world.api_url}/{path}", json=body, headers=self.world.api_headers, timeout=20
        )
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def goals(self) -> dict[str, Json]:
        """The objectives of the account, by name."""
        return {goal["name"]: goal for goal in self.api("GET", "goals")["items"]}

    def goal(self, name: str) -> Json:
        """One objective with its key results."""
        found: Json = self.api("GET", f"goals/{self.goals()[name]['id']}")
        return found

    def patch(self, name: str, /, **fields: Any) -> None:
        self.api("PATCH", f"goals/{self.goals()[name]['id']}", fields)

    def add(self, name: str, /, *tags: str, **fields: Any) -> str:
        """Makes an objective like another one, but for the fields; its id."""
        like = next(iter(self.goals().values()))
        current = self.world.bot.directory.snapshot().current_session(self.clock())
        body = {
            "name": name,
            "sessionId": current.id if current else like["sessionId"],
            "ownerId": like["ownerId"],
            "tags": [{"title": tag} for tag in tags],
            **fields,
        }
        return str(self.api("POST", "goals", body)["id"])

    def add_key_result(self, goal_id: str, name: str = "Customers", /, **fields: Any) -> str:
        return str(self.api("POST", "metrics", {"goalId": goal_id, "name": name, **fields})["id"])

    def check_in(self, metric_id: str, actual: float, /, **fields: Any) -> None:
        self.api("POST", f"metrics/{metric_id}/checkin", {"actual": actual, **fields})


@contextmanager
def on_postgres(url: str, **options: Any) -> Iterator[Stage]:
    """A stage on an empty database of Postgres."""
    engine = make_engine(url)
    migrate(engine)
    OkrServer(engine).migrate()
    stage = Stage(lambda **more: World(engine, **more), **options)
    try:
        yield stage
    finally:
        stage.close()
        stage.world.close()


def text_of(message: Json) -> str:
    """Every word of a message."""
    return "\n".join([message["text"], *words_in(message["blocks"])])


def markup_of(message: Json) -> str:
    """Every text of a message in which markup means something."""

    def in_markup(node: Any) -> list[str]:
        if isinstance(node, dict):
            here = [node["text"]] if node.get("type") == "mrkdwn" else []
            return here + [text for value in node.values() for text in in_markup(value)]
        return [text for value in node for text in in_markup(value)] if isinstance(node, list) else []

    return "\n".join([message["text"], *in_markup(message["blocks"])])
