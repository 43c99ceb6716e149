"""What went wrong, as a sentence for people: from an answer or a failed connection to a typed error. Pure."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import mktime_tz, parsedate_tz
from typing import Any

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, ReadTimeoutError

from bot.errors import OkrApiBusy, OkrApiDenied, OkrApiError, OkrApiRefused, OkrApiUnavailable

LONGEST_REASON = 200
PROXY_GAVE_UP = (504, 524)
"""What a gateway says that did not wait for the API any longer: the API may still be at it."""

_LATER = "Try again in a few minutes."
_ADDRESS = "The address in QUANTIVE_API_URL may be wrong or the API switched off."
_UNKNOWN = "It is not known whether the change was made: look before trying again."
_SECRETS = re.compile(r"(?i:bearer)\s+\S+|eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?")


class NotTheApi(OkrApiUnavailable):
    """Whatever answers at this address is not the API: a web page, a redirect, something that is not JSON."""


@dataclass(frozen=True, slots=True)
class Faults:
    """Makes the errors. ``service`` is what people call the API; ``token`` is struck out of whatever it says."""

    service: str
    token: str

    @property
    def _subject(self) -> str:
        return self.service[:1].upper() + self.service[1:]

    def of_answer(self, status: int, headers: Mapping[str, str], body: bytes, *, is_write: bool) -> OkrApiError:
        """The error that an answer with a status from 300 on stands for (API reference, sections 6 and 15)."""
        if status < 400:
            place = f"{self._subject} redirects elsewhere; the address in QUANTIVE_API_URL may be wrong"
            return NotTheApi(f"{place} or the API switched off.", status=status)
        if status >= 500:
            sentence = f"{self._subject} has a problem of its own at the moment (error {status})."
            is_pending = is_write and status in PROXY_GAVE_UP
            return OkrApiUnavailable(
                f"{sentence} {_next(is_write)}", status=status, ambiguous=is_write, is_pending=is_pending
            )
        if status == 429:
            seconds = seconds_to_wait(headers.get("Retry-After", ""))
            when = "a minute" if seconds is None else f"{max(1, round(seconds))} seconds"
            return OkrApiBusy(f"{self._subject} is being asked too often. Try again in {when}.", retry_after=seconds)
        if status in (401, 402, 403):
            return OkrApiDenied(self._denied(status, self.reason(body)), status=status)
        if is_web_page(body):
            return self.web_page(status)
        reason = self.reason(body)
        if not reason:
            sentence = f"{self._subject} refused this without saying why (error {status})."
            return OkrApiRefused(f"{sentence} Check what was entered, and that the session is open.", status=status)
        hint = " Check QUANTIVE_ACCOUNT_ID." if "account id" in reason.lower() else ""
        return OkrApiRefused(f"{self._subject} refused this: {_ended(reason)}{hint}", status=status)

    def _denied(self, status: int, reason: str) -> str:
        if status == 401:
            return (
                f"{self._subject} does not accept the API token. It may have been revoked: "
                "an administrator can issue a new one and set it as QUANTIVE_API_TOKEN."
            )
        said = f" It says: {_ended(reason)}" if reason else ""
        if status == 402:
            return f"The plan of the account at {self.service} does not include this.{said} Ask its administrator."
        return (
            f"{self._subject} does not let the bot do this.{said} "
            "The user that the API token stands for lacks a permission; an administrator can grant it."
        )

    def of_failure(self, error: Exception, *, is_write: bool) -> OkrApiUnavailable:
        """The error that a request without an answer stands for."""
        if never_sent(error):
            return OkrApiUnavailable(f"{self._subject} cannot be reached. {_LATER} If it stays so: {_ADDRESS}")
        is_late = timed_out(error)
        what = "did not answer in time" if is_late else "broke the connection off"
        sentence = f"{self._subject} {what}. {_next(is_write)}"
        return OkrApiUnavailable(sentence, ambiguous=is_write, is_pending=is_write and is_late)

    def unsendable(self) -> OkrApiRefused:
        """The request cannot be put on the wire at all."""
        return OkrApiRefused(
            "The request cannot be sent: an address, token or account id holds characters that do not belong there. "
            "Check QUANTIVE_API_URL, QUANTIVE_API_TOKEN and QUANTIVE_ACCOUNT_ID."
        )

    def web_page(self, status: int, *, is_write: bool = False) -> NotTheApi:
        """HTML came instead of JSON (API reference, section 1.1)."""
        sentence = f"{self._subject} answered with a web page instead of data. {_ADDRESS}"
        return NotTheApi(sentence, status=status, ambiguous=is_write)

    def unreadable(self, body: bytes = b"", *, status: int = 200, is_write: bool = False) -> NotTheApi:
        """The answer is no JSON, or not the JSON that belongs here."""
        if is_web_page(body):
            return self.web_page(status, is_write=is_write)
        sentence = f"{self._subject} sent an answer that cannot be read. {_next(is_write)}"
        return NotTheApi(sentence, status=status, ambiguous=is_write)

    def reason(self, body: bytes) -> str:
        """What an error's body says, in one short line without secrets; empty where it says nothing."""
        if is_web_page(body):
            return ""
        text = body.decode("utf-8", "replace")
        try:
            said = _message(json.loads(text))
        except (ValueError, RecursionError):
            said = text
        said = "".join(character if character.isprintable() else " " for character in said[:4_000])
        said = _SECRETS.sub("…", said.replace(self.token, "…") if self.token else said)
        said = " ".join(said.split())
        return said if len(said) <= LONGEST_REASON else said[: LONGEST_REASON - 1].rstrip() + "…"


def _message(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return _message(value[0]) if value else ""
    if isinstance(value, dict):
        for key in ("message", "error", "error_description", "errors"):
            if said := _message(value.get(key)):
                return said
    return ""


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "…", "?")) else f"{sentence}."


def _next(is_write: bool) -> str:
    return _UNKNOWN if is_write else _LATER


def is_web_page(body: bytes) -> bool:
    """Whether a body is HTML."""
    return body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:9].lower().startswith((b"<!doctype", b"<html", b"<head", b"<!--"))


def never_sent(error: Exception) -> bool:
    """Whether the request surely did not reach the API: no name, no connection, no proxy, a wrong certificate."""
    if isinstance(error, requests.exceptions.SSLError):
        return "CERTIFICATE_VERIFY_FAILED" in str(error)
    cause = _cause(error)
    if isinstance(error, requests.exceptions.ProxyError):
        cause = getattr(cause, "original_error", cause)
    return isinstance(error, requests.exceptions.InvalidURL) or isinstance(cause, ConnectTimeoutError)


def timed_out(error: Exception) -> bool:
    """Whether the API was reached but took too long."""
    return isinstance(error, TimeoutError | requests.exceptions.ReadTimeout) or isinstance(
        _cause(error), ReadTimeoutError
    )


def _cause(error: Exception) -> object:
    inner = error.args[0] if isinstance(error, requests.RequestException) and error.args else error
    return inner.reason if isinstance(inner, MaxRetryError) else inner


def seconds_to_wait(header: str) -> float | None:
    """What ``Retry-After`` asks for, in seconds: a number or a date; None where it makes no sense."""
    try:
        date = parsedate_tz(header)
        seconds = float(header) if date is None else mktime_tz(date) - time.time()
    except (ValueError, OverflowError):
        return None
    return max(0.0, seconds) if seconds < 1e9 else None
