"""An OKR server for a test: on SQLite and, where it is installed, on Postgres too; spoken to over HTTP."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import Engine, create_engine, event
from werkzeug.serving import make_server

from bot.embedded.okr_server import OkrServer
from bot.embedded.okr_server.tables import metadata

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@dataclass
class Clock:
    """A clock that stands until it is set."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Api:
    """What a caller has: the address, the token and the account id."""

    address: str
    server: OkrServer
    clock: Clock
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.server.token}", "gtmhub-accountId": self.server.account_id}

    def send(self, method: str, path: str, body: Any = None, **params: Any) -> requests.Response:
        url = f"{self.address}/api/{path if path.startswith('v2/') else f'v1/{path}'}"
        return self.session.request(method, url, headers=self.headers, json=body, params=params, timeout=30)

    def get(self, path: str, **params: Any) -> Any:
        answer = self.send("GET", path, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, **body: Any) -> Any:
        answer = self.send("POST", path, body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def patch(self, path: str, **body: Any) -> Any:
        answer = self.send("PATCH", path, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, method: str, path: str, body: Any = None, **params: Any) -> str:
        """The reason of a 400."""
        answer = self.send(method, path, body, **params)
        assert answer.status_code == 400, answer.text
        return str(answer.json()["message"])

    def user(self, name: str = "Ada Lovelace") -> str:
        first, last = name.split()
        return str(self.post("users", firstName=first, lastName=last, email=f"{first}.{last}@example.com")["id"])

    def session_id(self, title: str = "Q4 2026") -> str:
        return next(item["id"] for item in self.get("sessions")["items"] if item["title"] == title)

    def goal(self, name: str = "Cut onboarding time", **more: Any) -> Any:
        fields = {"sessionId": more.pop("sessionId", None) or self.session_id()}
        return self.post("goals", name=name, **fields, **more)


def connect(request: pytest.FixtureRequest, path: Path) -> Engine:
    """A database with the tables: the SQLite file at ``path``, or a schema of that name on Postgres."""
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{path}")

        @event.listens_for(engine, "connect")
        def set_up(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA busy_timeout=10000")
            connection.execute("PRAGMA synchronous=OFF")

    else:
        schema = path.stem
        address = request.getfixturevalue("postgres_server").replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(address, connect_args={"options": f"-csearch_path={schema}"})
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    OkrServer(engine).migrate()
    return engine


def empty(engine: Engine) -> None:
    """Take everything out of the tables."""
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.delete())


@pytest.fixture(scope="session", params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One engine for all tests: what it has compiled once it need not compile again."""
    engine = connect(request, tmp_path_factory.mktemp("okr") / "okr.db")
    yield engine
    engine.dispose()


@pytest.fixture
def engine(database: Engine) -> Engine:
    empty(database)
    return database


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def api(engine: Engine, clock: Clock) -> Iterator[Api]:
    server = OkrServer(engine, web_url="https://okr.example.com", clock=clock)
    server.open()
    app = Flask("okr server")
    app.register_blueprint(server.blueprint())
    http = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    api = Api(f"http://127.0.0.1:{http.server_port}", server, clock)
    yield api
    api.session.close()
    http.shutdown()
    thread.join()
    http.server_close()


@pytest.fixture
def sample(api: Api) -> Api:
    api.server.fill_sample()
    return api
