"""The REST client and the embedded OKR server understand each other, over real HTTP."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from werkzeug.serving import make_server

from bot.embedded.okr_server import OkrServer
from bot.errors import NotFound, OkrApiDenied, OkrApiRefused
from bot.objectives.model import Draft, Patch
from bot.objectives.ports import Wanted
from bot.quantive import QuantiveClient


@dataclass
class Place:
    """An account with one session and one person in it."""

    url: str
    client: QuantiveClient
    session_id: str
    owner_id: str


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    server = OkrServer(engine, account_id="64b0c0ffee00000000000acc", token="secret", web_url="http://okr.example")
    server.migrate()
    server.open()
    app = Flask("okr-server")
    app.register_blueprint(server.blueprint())
    listener = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=listener.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{listener.server_port}/api/v1"
    client = QuantiveClient(api_url=url, account_id=server.account_id, token="secret", requests_per_second=0)
    ada = client.add_person("Ada Lovelace", "ada@example.com")
    session = next(client.sessions())
    yield Place(url, client, session.id, ada.id)
    client.close()
    listener.shutdown()
    thread.join()
    listener.server_close()
    engine.dispose()


def test_an_objective_lives_from_creation_to_deletion(place: Place) -> None:
    client = place.client
    made = client.create(Draft("Cut onboarding time", place.session_id, place.owner_id, ("Test Tag", "growth"), "Why"))
    assert client.get(made.id) == made
    assert (made.name, made.description, set(made.tags)) == ("Cut onboarding time", "Why", {"Test Tag", "growth"})
    assert (made.session.id, made.owners[0].name, made.state) == (place.session_id, "Ada Lovelace", "active")

    client.update(made.id, Patch(name="Cut it in half", tags=("growth",)))
    changed = client.get(made.id)
    assert (changed.name, changed.description, changed.tags) == ("Cut it in half", "Why", ("growth",))

    other = client.create(Draft("Another", place.session_id, place.owner_id))
    assert [one.id for one in client.find([made.id])] == [made.id]
    assert {one.id for one in client.find([made.id, other.id])} == {made.id, other.id}
    client.delete(other.id)
    assert [one.id for one in client.find([made.id, other.id])] == [made.id]

    client.delete(made.id)
    client.delete(made.id)
    with pytest.raises(NotFound):
        client.get(made.id)


def test_objectives_are_found_by_tag_word_owner_and_session(place: Place) -> None:
    client = place.client
    made = client.create(Draft("Grow (fast) in Zürich", place.session_id, place.owner_id, ("Search Me",)))
    for wanted in (
        Wanted(tags=("search me",)),
        Wanted(words=("ZÜRICH", "(fast)")),
        Wanted(owner_ids=(place.owner_id,), words=("grow",)),
        Wanted(session_ids=(place.session_id,), tags=("Search Me",)),
    ):
        assert [one.id for one in client.search(wanted)] == [made.id]
    assert list(client.search(Wanted(tags=("nobody-uses-this",)))) == []
    assert made.id in [one.id for one in client.search(Wanted(session_ids=(place.session_id,)))]
    assert client.children(made.id) == []
    client.delete(made.id)


def test_the_directory_is_read(place: Place) -> None:
    assert [person.name for person in place.client.people()] == ["Ada Lovelace"]
    assert place.client.children(place.session_id) == []
    place.client.ping()


def test_refusals_come_with_their_reason(place: Place) -> None:
    with pytest.raises(OkrApiRefused, match=r"Quantive refused this: .*ownerId"):
        place.client.create(Draft("No owner", place.session_id))
    stranger = QuantiveClient(api_url=place.url, account_id="64b0c0ffee00000000000acc", token="wrong")
    with pytest.raises(OkrApiDenied):
        stranger.ping()
    stranger.close()
