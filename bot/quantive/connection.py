"""The funnel of every call: paced, timed, with the account's headers, its failures told as typed errors."""

import json
import logging
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from bot.quantive import wire
from bot.quantive.answer import Answer, Json
from bot.quantive.faults import Faults, is_web_page, seconds_to_wait
from bot.quantive.pace import Pacer
from bot.quantive.retries import ReadRetry

log = logging.getLogger(__name__)

LONGEST_FAULT = 64 * 1024
"""Bytes of an error's body that are looked at."""

LONGEST_ECHO = 4 * 1024 * 1024
"""Bytes of the answer to a write that are looked at."""

LONGEST_HOLD = 60.0
"""Seconds for which everybody is held back at most: an API that asks for an hour is tried again before that."""

UNTOLD_HOLD = 1.0
"""Seconds after a 429 that does not say how long."""

Timeout = tuple[float, float]


class Connection:
    """Keep-alive connections to one API, for any number of threads. Nothing in it changes once it is made."""

    def __init__(
        self,
        *,
        api_url: str,
        account_id: str,
        token: str,
        service_name: str,
        pace: Pacer,
        connections: int,
        timeout: Timeout,
    ) -> None:
        self.faults = Faults(service_name, token)
        self._pace = pace
        self._timeout = timeout
        self._adapter = HTTPAdapter(
            pool_connections=4, pool_maxsize=connections, max_retries=ReadRetry(hold=self._hold)
        )
        with requests.Session() as session:
            # proxies and certificates of the environment, looked up once instead of at every call
            surroundings = session.merge_environment_settings(api_url, {}, None, None, None)
        self._proxies = dict(surroundings["proxies"])
        self._verify = True if surroundings["verify"] is None else surroundings["verify"]
        self._cert = surroundings["cert"]
        self._headers = requests.structures.CaseInsensitiveDict(
            {
                "Authorization": f"Bearer {token}",
                "gtmhub-accountId": account_id,
                "Accept": "application/json",
                "Accept-Encoding": "gzip, deflate",
                "User-Agent": "okr-bot",
            }
        )

    def close(self) -> None:
        """Closes the connections that are kept alive."""
        self._adapter.close()

    def read(self, url: str, parameters: Mapping[str, str | int] | None = None) -> Answer:
        """GET; the caller closes the answer. Raises the OkrApiError family."""
        if parameters:
            url = f"{url}?{urlencode(parameters, quote_via=quote)}"
        return Answer(self._call("GET", url), self.faults)

    def write(self, method: str, url: str, body: Mapping[str, Any] | None = None) -> Any:
        """POST, PATCH or DELETE, sent once; the JSON that came back, None where none did (API reference, section 8)."""
        with self._call(method, url, body) as response:
            try:
                echo: bytes = response.raw.read(LONGEST_ECHO, decode_content=True)
            except (requests.RequestException, HTTPError, OSError) as error:
                raise self.faults.of_failure(error, is_write=True) from error
        if is_web_page(echo):
            raise self.faults.web_page(response.status_code, is_write=True)
        try:
            return json.loads(echo)
        except (ValueError, RecursionError):
            return None

    def create(self, url: str, body: Json) -> Json:
        """POST, sent once; the body with what came back of it. What was made has an id, or it has to be looked up."""
        made = self.write("POST", url, body)
        if not isinstance(made, dict) or not wire.read_id(made):
            raise self.faults.unreadable(is_write=True)
        # null says nothing, except of tags: an account may drop those that its user may not create
        return body | {field: value for field, value in made.items() if value is not None or field == "tags"}

    def _call(self, method: str, url: str, body: Mapping[str, Any] | None = None) -> requests.Response:
        request = requests.PreparedRequest()
        request.method, request.url, request.headers = method, url, self._headers
        if body is not None:
            request.body = json.dumps(body).encode()
            request.headers = self._headers.copy()
            request.headers["Content-Type"] = "application/json"
            request.headers["Content-Length"] = str(len(request.body))
        self._pace.wait()
        started = time.perf_counter()
        is_write = method != "GET"
        try:
            # The adapter is asked without a session: no cookies, no redirects to other hosts, nothing shared changes.
            response = self._adapter.send(
                request, stream=True, timeout=self._timeout, verify=self._verify, cert=self._cert, proxies=self._proxies
            )
        except UnicodeError as error:
            raise self.faults.unsendable() from error
        except (requests.RequestException, HTTPError, OSError) as error:
            log.debug("%s %s failed: %s", method, _path(url), type(error).__name__)
            raise self.faults.of_failure(error, is_write=is_write) from error
        except ValueError as error:
            raise self.faults.unsendable() from error
        status = response.status_code
        if log.isEnabledFor(logging.DEBUG):
            log.debug("%s %s: %d in %.0f ms", method, _path(url), status, 1e3 * (time.perf_counter() - started))
        if status < 300:
            return response
        with response:
            try:
                said: bytes = response.raw.read(LONGEST_FAULT, decode_content=True)
            except (requests.RequestException, HTTPError, OSError):
                said = b""
        if status in (429, 503):
            seconds = seconds_to_wait(response.headers.get("Retry-After", ""))
            self._hold(UNTOLD_HOLD if seconds is None and status == 429 else seconds or 0)
        raise self.faults.of_answer(status, response.headers, said, is_write=is_write)

    def _hold(self, seconds: float) -> None:
        if seconds > 0:
            self._pace.hold(min(seconds, LONGEST_HOLD))


def _path(url: str) -> str:
    return url.partition("?")[0]
