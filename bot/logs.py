"""Logging to standard error, with every secret taken out."""

import logging
import traceback
from collections.abc import Iterable


class Redaction(logging.Filter):
    """Replaces secrets in what is logged, and keeps stack traces out."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._secrets = tuple(secret for secret in secrets if len(secret) >= 6)

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every record through, cleaned."""
        text = record.getMessage()
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        record.msg, record.args = text, None
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def set_up(secrets: Iterable[str], level: int = logging.INFO) -> None:
    """Logs to standard error; libraries only from warnings on."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(Redaction(secrets))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(level)
    # Its warnings hold whole addresses, and those the names of objectives, private ones too. The bot tells of a call
    # that failed itself.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    # Bolt finds the token in the environment by itself, and warns at every start that it does not use it.
    logging.getLogger("slack_bolt.App").addFilter(lambda record: "will be unused" not in record.getMessage())


def describe_bug(fault: BaseException) -> str:
    """An unforeseen fault in one line: its kind and where it came from, never its text, which may hold secrets."""
    frames = traceback.extract_tb(fault.__traceback__)[-4:]
    way = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(fault).__name__} at {way}"
