"""The REST client against a Quantive that misbehaves: every fault becomes a typed error or does no harm."""

import gzip
import socket
import time
from collections.abc import Iterator

import pytest

from bot.errors import NotFound, OkrApiBusy, OkrApiDenied, OkrApiError, OkrApiRefused, OkrApiUnavailable
from bot.objectives.model import Draft, Patch
from bot.objectives.ports import Wanted
from bot.quantive import QuantiveClient
from tests.durable import until
from tests.fakes.quantive import HTML, FakeQuantive

DRAFT = Draft("Cut onboarding time", "s1", "u1", ("growth",))


@pytest.fixture
def api() -> Iterator[FakeQuantive]:
    with FakeQuantive() as api:
        yield api


def connect(api: FakeQuantive, *, url: str = "", token: str = "", timeout: float = 15) -> QuantiveClient:
    return QuantiveClient(
        api_url=url or api.url,
        account_id=api.account_id,
        token=token or api.token,
        requests_per_second=0,
        timeout=(15, timeout),
    )


@pytest.fixture
def client(api: FakeQuantive) -> Iterator[QuantiveClient]:
    client = connect(api)
    yield client
    client.close()


def names(client: QuantiveClient, **wanted: tuple[str, ...]) -> list[str]:
    return [objective.name for objective in client.search(Wanted(**wanted))]


def test_filters_are_checked_where_v1_ignores_them(api: FakeQuantive, client: QuantiveClient) -> None:
    api.add_goal("Mine", session_id="s1", tags=["Growth "])
    api.add_goal("Other session", session_id="s2", tags=["growth"])
    api.add_goal("Other tag", session_id="s1", tags=["people"])
    api.misbehave(v1_ignores_parameters=True)
    assert names(client, tags=("growth",), session_ids=("s1",)) == ["Mine"]


@pytest.mark.parametrize("answer", ["empty", "404", "400", "everything"])
def test_a_tag_nobody_uses_finds_nothing_whatever_the_answer(
    api: FakeQuantive, client: QuantiveClient, answer: str
) -> None:
    api.add_goal("One", tags=["growth"])
    api.misbehave(unknown_tag=answer)
    assert names(client, tags=("nobody-uses-this",)) == []


@pytest.mark.parametrize("total_count", [True, False])
@pytest.mark.parametrize("repeats", [True, False])
@pytest.mark.parametrize("ignores", [True, False])
@pytest.mark.parametrize("count", [0, 1, 100, 250])
def test_every_objective_comes_once_however_v1_pages(
    api: FakeQuantive, client: QuantiveClient, count: int, ignores: bool, repeats: bool, total_count: bool
) -> None:
    for number in range(count):
        api.add_goal(f"Goal {number}")
    page = 0 if ignores else 100
    api.misbehave(v1_page=page, v1_ignores_parameters=ignores, repeats_while_paging=repeats, total_count=total_count)
    assert names(client) == [f"Goal {number}" for number in range(count)]
    assert len(api.calls) <= 4


def test_a_total_that_promises_more_than_there_is_does_not_go_on_for_ever(
    api: FakeQuantive, client: QuantiveClient
) -> None:
    api.fail(times=3, status=200, body=b'{"items": [{"id": "g1", "name": "One"}], "totalCount": 9}')
    assert names(client) == ["One"]
    assert len(api.calls) == 2


@pytest.mark.parametrize("v2", ["400", "404", "html", "redirect", "ignores filters"])
def test_without_a_v2_that_filters_v1_serves_for_an_hour(api: FakeQuantive, client: QuantiveClient, v2: str) -> None:
    goal = api.add_goal("Grow", owner_id="u1")
    for number in range(3):
        api.add_goal(f"Other {number}", owner_id="u2", parentId=goal if number else "")
    api.misbehave(v2=v2)
    assert names(client, owner_ids=("u1",)) == ["Grow"]
    assert names(client, words=("GROW",)) == ["Grow"]
    assert len(client.children(goal)) == 2
    assert api.paths() == ["GET v2/goals", "GET /goals", "GET /goals", "GET /goals"]


def test_an_address_without_a_version_does_without_v2(api: FakeQuantive) -> None:
    api.add_goal("Grow", owner_id="u1")
    client = connect(api, url=f"{api.origin}/api/v1")
    client.close()
    bare = connect(api, url=f"{api.origin}/okrs")
    with pytest.raises(OkrApiRefused):
        names(bare, owner_ids=("u1",))
    assert [call.path for call in api.calls] == ["/okrs/goals"]
    bare.close()


@pytest.mark.parametrize("merges", ["replace", "merge"])
def test_tags_are_sent_whole(api: FakeQuantive, client: QuantiveClient, merges: str) -> None:
    goal = api.add_goal("One", tags=["a"])
    api.misbehave(patch_tags=merges)
    client.update(goal, Patch(tags=("a", "b")))
    assert client.get(goal).tags == ("a", "b")


def test_an_account_that_drops_new_tags_is_believed_about_it(api: FakeQuantive, client: QuantiveClient) -> None:
    api.misbehave(new_tag="drop")
    assert client.create(DRAFT).tags == ()


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_writes_succeed_by_any_2xx_without_a_body(api: FakeQuantive, client: QuantiveClient, status: int) -> None:
    goal = api.add_goal("One")
    api.misbehave(empty_bodies=True, write_status=status)
    client.update(goal, Patch(name="Two"))
    client.delete(goal)
    assert api.goals == {}


def test_a_creation_whose_answer_has_no_id_has_to_be_looked_up(api: FakeQuantive, client: QuantiveClient) -> None:
    api.misbehave(empty_bodies=True)
    with pytest.raises(OkrApiUnavailable, match="look before trying again") as caught:
        client.create(DRAFT)
    assert caught.value.ambiguous
    assert len(api.goals) == 1


def test_a_web_page_instead_of_an_answer_is_told_as_such(api: FakeQuantive, client: QuantiveClient) -> None:
    api.fail(times=9, status=200, body=HTML, headers={"Content-Type": "text/html"})
    for call in (client.ping, lambda: client.get("g1"), lambda: list(client.people()), lambda: names(client)):
        with pytest.raises(OkrApiUnavailable, match="web page instead of data") as caught:
            call()
        assert not caught.value.ambiguous
    with pytest.raises(OkrApiUnavailable, match="web page") as caught:
        client.update("g1", Patch(name="New"))
    assert caught.value.ambiguous
    assert "<" not in str(caught.value)


@pytest.mark.parametrize("status", [404, 405])
def test_a_web_page_with_404_is_no_missing_objective(api: FakeQuantive, client: QuantiveClient, status: int) -> None:
    api.fail(times=2, status=status, body=HTML)
    with pytest.raises(OkrApiUnavailable):
        client.get("g1")
    with pytest.raises(OkrApiUnavailable):
        client.delete("g1")


@pytest.mark.parametrize("location", ["https://workboard.example/", "", "http://[broken"])
def test_redirects_are_not_followed(api: FakeQuantive, client: QuantiveClient, location: str) -> None:
    api.fail(times=2, status=302, headers={"Location": location})
    with pytest.raises(OkrApiUnavailable, match="redirects elsewhere"):
        client.get("g1")
    with pytest.raises(OkrApiUnavailable, match="redirects elsewhere") as caught:
        client.delete("g1")
    assert not caught.value.ambiguous
    # The double notes a call when it reads it, which on a busy machine may be after the client has given up.
    until(lambda: len(api.calls) >= 2)
    assert len(api.calls) == 2


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"message": "name is too long"}', "Quantive refused this: name is too long."),
        (b'{"error": {"message": "name is too long."}}', "Quantive refused this: name is too long."),
        (b'{"error_description": "no"}', "Quantive refused this: no."),
        (b'{"errors": [{"message": "first"}, {"message": "second"}]}', "Quantive refused this: first."),
        (b'"plain  words\\n"', "Quantive refused this: plain words."),
        (b"just text", "Quantive refused this: just text."),
        (
            b"empty or invalid account id",
            "Quantive refused this: empty or invalid account id. Check QUANTIVE_ACCOUNT_ID.",
        ),
        (
            b"",
            "Quantive refused this without saying why (error 422). "
            "Check what was entered, and that the session is open.",
        ),
    ],
)
def test_a_refusal_carries_the_reason(api: FakeQuantive, client: QuantiveClient, body: bytes, said: str) -> None:
    api.fail(status=422, body=body)
    with pytest.raises(OkrApiRefused) as caught:
        client.create(DRAFT)
    assert (str(caught.value), caught.value.status) == (said, 422)


def test_reasons_are_cut_and_hold_no_secrets(api: FakeQuantive, client: QuantiveClient) -> None:
    jwt = "eyJhbGciOi.eyJzdWIi.c2lnbmF0dXJl"
    body = f"bad {api.token} and Bearer abc123 and {jwt} " + "x" * 5_000
    api.fail(status=400, body=body.encode())
    with pytest.raises(OkrApiRefused) as caught:
        client.create(DRAFT)
    said = str(caught.value)
    assert said.startswith("Quantive refused this: bad … and … and … xxx")
    assert len(said) < 250


@pytest.mark.parametrize(
    ("status", "part"), [(401, "QUANTIVE_API_TOKEN"), (402, "plan of the account"), (403, "lacks a permission")]
)
def test_a_denial_says_what_to_do(api: FakeQuantive, client: QuantiveClient, status: int, part: str) -> None:
    api.fail(times=2, status=status, body=b'{"message": "no"}')
    for call in (client.ping, lambda: client.create(DRAFT)):
        with pytest.raises(OkrApiDenied, match=part) as caught:
            call()
        assert caught.value.status == status


def test_a_wrong_token_is_denied_and_told_nowhere(api: FakeQuantive, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    client = connect(api, token="not-the-token")
    with pytest.raises(OkrApiDenied) as caught:
        client.ping()
    assert "not-the-token" not in str(caught.value) + caplog.text
    assert "GET" in caplog.text and "/sessions: 401" in caplog.text
    client.close()


def test_a_token_that_cannot_be_sent_is_told_as_such(api: FakeQuantive) -> None:
    for token in ("“quoted”", "two\nlines"):
        client = connect(api, token=token)
        with pytest.raises(OkrApiRefused, match="QUANTIVE_API_TOKEN"):
            client.ping()
        client.close()


def test_reads_are_repeated_after_drops_and_5xx(api: FakeQuantive, client: QuantiveClient) -> None:
    goal = api.add_goal("One")
    api.fail(drop="before")
    api.fail(status=503)
    api.fail(status=500, body=HTML)
    assert client.get(goal).name == "One"
    assert len(api.calls) == 4


def test_reads_are_not_repeated_for_ever(api: FakeQuantive, client: QuantiveClient) -> None:
    api.fail(times=99, status=503)
    with pytest.raises(OkrApiUnavailable, match=r"problem of its own at the moment \(error 503\)") as caught:
        client.get("g1")
    assert caught.value.status == 503 and not caught.value.ambiguous
    assert len(api.calls) == 4


@pytest.mark.parametrize("retry_after", ["0", "nonsense", "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_a_read_that_came_too_fast_is_repeated(api: FakeQuantive, client: QuantiveClient, retry_after: str) -> None:
    goal = api.add_goal("One")
    api.fail(times=2, status=429, headers={"Retry-After": retry_after})
    assert client.get(goal).name == "One"


def test_retry_after_is_honoured(api: FakeQuantive, client: QuantiveClient) -> None:
    goal = api.add_goal("One")
    api.fail(status=429, headers={"Retry-After": "1"})
    started = time.monotonic()
    client.get(goal)
    assert time.monotonic() - started >= 1


def test_an_api_that_asks_for_a_long_wait_is_busy_at_once(api: FakeQuantive, client: QuantiveClient) -> None:
    api.fail(status=429, headers={"Retry-After": "3600"})
    with pytest.raises(OkrApiBusy, match="Try again in 3600 seconds") as caught:
        client.get("g1")
    assert caught.value.retry_after == 3600
    assert len(api.calls) == 1


@pytest.mark.parametrize(
    "fault", [{"status": 503}, {"status": 504}, {"status": 500, "body": HTML}, {"drop": "before"}, {"drop": "after"}]
)
def test_a_write_is_never_repeated_and_its_failure_is_ambiguous(
    api: FakeQuantive, client: QuantiveClient, fault: dict[str, object]
) -> None:
    goal = api.add_goal("One")
    for call in (
        lambda: client.create(DRAFT),
        lambda: client.update(goal, Patch(name="Two")),
        lambda: client.delete(goal),
    ):
        api.calls.clear()
        api.fail(**fault)
        with pytest.raises(OkrApiUnavailable, match="look before trying again") as caught:
            call()
        assert caught.value.ambiguous
        # A gateway that did not wait any longer says nothing of the API behind it, which may still be at it.
        assert caught.value.is_pending == (fault.get("status") == 504)
        assert len(api.calls) == 1


def test_a_write_that_came_too_fast_is_busy_and_not_repeated(api: FakeQuantive, client: QuantiveClient) -> None:
    api.fail(status=429)
    with pytest.raises(OkrApiBusy, match="Try again in a minute") as caught:
        client.create(DRAFT)
    assert not caught.value.ambiguous
    assert len(api.calls) == 1


def test_a_write_that_timed_out_is_ambiguous_and_a_read_is_not(api: FakeQuantive) -> None:
    goal = api.add_goal("One")
    client = connect(api, timeout=0.1)
    api.misbehave(delay=5)
    with pytest.raises(OkrApiUnavailable, match="did not answer in time") as caught:
        client.update(goal, Patch(name="Two"))
    assert caught.value.ambiguous and caught.value.is_pending
    with pytest.raises(OkrApiUnavailable, match="did not answer in time") as caught:
        client.get(goal)
    assert not caught.value.ambiguous
    until(lambda: len(api.calls) >= 2)
    assert len(api.calls) == 2
    client.close()


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}/api/v1", "http://no-such-host.invalid/api/v1"])
def test_what_never_reached_the_api_is_not_ambiguous(api: FakeQuantive, address: str) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        client = connect(api, url=address.format(port=nobody.getsockname()[1]))
        for call in (client.ping, lambda: client.create(DRAFT)):
            with pytest.raises(OkrApiUnavailable, match="cannot be reached") as caught:
                call()
            assert not caught.value.ambiguous
        client.close()


@pytest.mark.parametrize("address", ["", "api.example/v1", "ftp://api.example/v1", "http://a b/v1"])
def test_an_address_that_is_none_is_told_as_such(api: FakeQuantive, address: str) -> None:
    client = QuantiveClient(api_url=address, account_id="a", token="t")
    for call in (client.ping, lambda: client.create(DRAFT)):
        with pytest.raises(OkrApiError, match="QUANTIVE_API_URL"):
            call()
    client.close()


@pytest.mark.parametrize("chunked", [True, False])
def test_an_answer_that_breaks_off_is_unavailable(api: FakeQuantive, client: QuantiveClient, chunked: bool) -> None:
    goal = api.add_goal("One")
    api.misbehave(chunked=chunked)
    for call in (lambda: client.get(goal), lambda: names(client)):
        api.fail(drop="in the middle")
        with pytest.raises(OkrApiUnavailable, match="broke the connection off"):
            call()


def test_a_write_survives_that_an_idle_connection_was_closed(api: FakeQuantive, client: QuantiveClient) -> None:
    client.ping()
    api.hang_up()
    assert client.create(DRAFT).name == DRAFT.name
    assert api.paths() == ["GET /sessions", "POST /goals"]


def test_compressed_answers_are_read_and_broken_ones_are_unavailable(api: FakeQuantive, client: QuantiveClient) -> None:
    api.fail(status=200, body=gzip.compress(b'{"id": "g1", "name": "One"}'), headers={"Content-Encoding": "gzip"})
    api.fail(status=200, body=b"not compressed at all", headers={"Content-Encoding": "gzip"})
    assert client.get("g1").name == "One"
    with pytest.raises(OkrApiUnavailable):
        client.get("g1")


def test_the_proxy_of_the_environment_is_used(api: FakeQuantive, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", api.origin)
    client = connect(api, url="http://quantive.invalid/api/v1")
    client.ping()
    client.close()
    assert api.calls[0].headers["host"] == "quantive.invalid"


def test_an_error_that_breaks_off_is_the_error_all_the_same(api: FakeQuantive, client: QuantiveClient) -> None:
    api.fail(times=9, drop="in the middle")
    with pytest.raises(NotFound):
        client.get("g1")


def test_sentences_call_the_service_by_its_name(api: FakeQuantive) -> None:
    client = QuantiveClient(api_url=api.url, account_id=api.account_id, token=api.token, service_name="the OKR server")
    api.fail(status=400, body=b"no")
    with pytest.raises(OkrApiRefused, match=r"^The OKR server refused this: no\.$"):
        client.create(DRAFT)
    with pytest.raises(NotFound, match="in the OKR server;"):
        client.get("g1")
    client.close()
