"""What is logged holds no secret and no stack trace."""

import logging

import pytest

from bot.app import describe_bug
from bot.logs import Redaction


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
