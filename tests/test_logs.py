"""What is logged holds no secret and no stack trace."""

import logging
from collections.abc import Callable, Iterator

import pytest

from bot.errors import OkrApiUnavailable
from bot.logs import Redaction, describe_bug, set_up
from bot.objectives.ports import Wanted
from bot.quantive import QuantiveClient
from tests.world import free_port


def test_secrets_are_taken_out_of_what_is_logged_and_stack_traces_too(caplog: pytest.LogCaptureFixture):
    log = logging.getLogger("bot.test_logs")
    caplog.handler.addFilter(Redaction(["xoxb-very-secret"]))
    try:
        raise RuntimeError("xoxb-very-secret in an error")
    except RuntimeError:
        log.warning("sent with %s", "xoxb-very-secret", exc_info=True)
    assert caplog.text.count("[secret]") == 1
    assert "xoxb-very-secret" not in caplog.text
    assert "Traceback" not in caplog.text


def test_a_bug_is_described_by_its_kind_and_place_never_by_its_text():
    try:
        raise KeyError("xoxb-very-secret")
    except KeyError as fault:
        described = describe_bug(fault)
    assert described.startswith("KeyError at test_logs.py:")
    assert "secret" not in described


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What was logged since then, as the bot logs; afterwards it is logged as the tests do."""
    root, urllib3, bot = (logging.getLogger(name) for name in (None, "urllib3", "bot"))
    handlers, levels = list(root.handlers), [one.level for one in (root, urllib3, bot)]
    # so that basicConfig does not close those of the tests
    for handler in handlers:
        root.removeHandler(handler)
    set_up([])
    yield lambda: capsys.readouterr().err
    root.handlers[:] = handlers
    for one, level in zip((root, urllib3, bot), levels, strict=True):
        one.setLevel(level)


def test_while_the_api_is_away_no_name_that_is_looked_for_is_logged(logged: Callable[[], str]):
    client = QuantiveClient(
        api_url=f"http://127.0.0.1:{free_port()}/api/v1", account_id="account", token="a token", requests_per_second=0
    )
    with pytest.raises(OkrApiUnavailable):
        list(client.search(Wanted(words=("Merge", "Initech"))))
    client.close()
    logging.getLogger("bot").warning("Quantive cannot be reached.")
    text = logged()
    assert "Quantive cannot be reached." in text
    assert "Initech" not in text
