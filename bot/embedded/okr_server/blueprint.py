"""The blueprint of the API: who may call, and how a failure is answered."""

import hmac
import logging
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from .errors import ApiError, bad_request
from .routes import Routes, answer

if TYPE_CHECKING:
    from .server import OkrServer

_log = logging.getLogger(__name__)


def make_blueprint(server: "OkrServer") -> Blueprint:
    """The blueprint with every route of the server."""
    blueprint = Blueprint("okr_server", __name__, url_prefix="/api")
    blueprint.before_request(lambda: _check_caller(server))
    blueprint.after_request(lambda given: _lose(server, given))
    blueprint.register_error_handler(ApiError, lambda error: _fail(error.status, error.code, error.message))
    blueprint.register_error_handler(HTTPException, _fail_http)
    blueprint.register_error_handler(OperationalError, _fail_database)
    blueprint.register_error_handler(Exception, _fail_unknown)
    Routes(server, blueprint).add()
    return blueprint


def _fail(status: int, code: str, message: str) -> Response:
    return answer({"error": code, "message": message}, status)


def _fail_http(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        return _fail(413, "too_large", "The body is larger than 1 MB.")
    return _fail(error.code or 500, error.name.lower().replace(" ", "_"), error.description or error.name)


def _fail_database(error: OperationalError) -> Response:
    _log.warning("The database failed on %s %s: %s", request.method, request.path, error.orig)
    return _fail(503, "unavailable", "The database is busy or does not answer. Try again in a moment.")


def _fail_unknown(error: Exception) -> Response:
    _log.error("The OKR server failed on %s %s", request.method, request.path, exc_info=error)
    return _fail(500, "internal_error", "The OKR server failed. The reason is in its log.")


def _lose(server: "OkrServer", given: Response) -> Response:
    if server.loses_answers and request.method != "GET":
        given.close()
        return _fail(502, "bad_gateway", "The answer was lost on its way: somebody has switched that on.")
    return given


def _check_caller(server: "OkrServer") -> None:
    if server.is_away:
        raise ApiError(503, "unavailable", "The OKR server is away: somebody has switched it off.")
    account = server.account
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), account.token.encode()):
        raise ApiError(401, "unauthorized", "The API token is missing or not valid.")
    if request.endpoint == "okr_server.who_am_i":  # how a caller learns the account (API reference, 1.2)
        return
    account_id = request.headers.get("gtmhub-accountId", "").strip().lower()
    if not hmac.compare_digest(account_id.encode(), account.id.lower().encode()):
        raise bad_request("empty or invalid account id")
    if "\0" in request.path or any("\0" in value for values in request.args.listvalues() for value in values):
        raise bad_request("The address holds a character that is not text.")
