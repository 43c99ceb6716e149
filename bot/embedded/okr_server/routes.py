"""The routes of the API: each reads the request, calls one function and answers."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request
from sqlalchemy import Connection

from . import goal_changes, goals, metric_changes, metrics, people, sessions, tags
from .database import writing
from .errors import ApiError, not_found
from .fields import project, read_fields
from .filter_sql import Condition
from .lists import Json, Kind, page, stream, to_json
from .relaxed_json import read_body

if TYPE_CHECKING:
    from .server import OkrServer

LARGEST_BODY = 1 << 20
"""Bytes."""

V2_LISTS = (goals.KIND, metrics.KIND, sessions.KIND, people.USERS, people.TEAMS, people.ASSIGNEES, tags.KIND)


def answer(document: Any, status: int = 200) -> Response:
    """An answer in JSON."""
    return Response(to_json(document), status, mimetype="application/json")


def _body() -> Json:
    request.max_content_length = LARGEST_BODY
    return read_body(request.get_data())


class Routes:
    """All routes, added to a blueprint."""

    def __init__(self, server: "OkrServer", blueprint: Blueprint) -> None:
        self._server = server
        self._blueprint = blueprint

    def add(self) -> None:
        """Adds every route of the server; whatever else is asked for is answered with 404."""
        self._add_goals()
        self._add_metrics()
        self._add_sessions()
        self._add_people()
        for kind in V2_LISTS:
            self._on("GET", f"/v2/{kind.name}", self._page_of(kind))
        self._on("GET", "/v1/tags", self._list_tags)
        self._on("POST", "/v1/tags", lambda: self._create(tags.KIND, tags.create_tag))
        self._on("GET", "/v1/tags/<item_id>", lambda item_id: self._one(tags.KIND, "tag", item_id))
        self._on("GET", "/v1/accounts/<account_id>", self._show_account)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            self._on(method, "/<path:rest>", self._fail_route)

    def _on(self, method: str, rule: str, view: Callable[..., Response], endpoint: str | None = None) -> None:
        self._blueprint.add_url_rule(
            rule, endpoint or f"{method} {rule}".replace(".", ""), view, methods=[method], strict_slashes=False
        )

    def _add_goals(self) -> None:
        self._on("GET", "/v1/goals", self._list_goals)
        self._on("GET", "/v1/goals/metric/<user_id>", self._list_goals_of)
        self._on("POST", "/v1/goals", self._create_goal)
        self._on("GET", "/v1/goals/<goal_id>", self._show_goal)
        for method in ("PATCH", "PUT"):
            self._on(method, "/v1/goals/<goal_id>", self._change_goal)
        self._on("DELETE", "/v1/goals/<goal_id>", self._delete_goal)
        self._on("POST", "/v1/goals/<goal_id>/restore", self._restore_goal)

    def _add_metrics(self) -> None:
        self._on("GET", "/v1/metrics", lambda: self._stream(metrics.KIND))
        self._on("POST", "/v1/metrics", self._create_metric)
        self._on("GET", "/v1/metrics/<metric_id>", self._show_metric)
        for method in ("PATCH", "PUT"):
            self._on(method, "/v1/metrics/<metric_id>", self._change_metric)
        self._on("DELETE", "/v1/metrics/<metric_id>", self._delete_metric)
        self._on("POST", "/v1/metrics/<metric_id>/checkin", self._check_in)

    def _add_sessions(self) -> None:
        self._on("GET", "/v1/sessions", self._list_sessions)
        self._on("POST", "/v1/sessions", lambda: self._create(sessions.KIND, sessions.create_session))
        self._on("GET", "/v1/sessions/<item_id>", lambda item_id: self._one(sessions.KIND, "session", item_id))
        for method in ("PATCH", "PUT"):
            self._on(method, "/v1/sessions/<session_id>", self._change_session)

    def _add_people(self) -> None:
        for kind in (people.USERS, people.TEAMS, people.ASSIGNEES):
            self._on("GET", f"/v1/{kind.name}", self._stream_of(kind))
            self._on("GET", f"/v1/{kind.name}/<item_id>", self._one_of(kind))
        self._on("GET", "/v1/users/app/<path:client_id>", self._who_am_i, "who_am_i")
        self._on("POST", "/v1/users", lambda: self._create(people.USERS, people.create_user))
        self._on("POST", "/v1/teams", lambda: self._create(people.TEAMS, people.create_team))
        for method in ("PATCH", "PUT"):
            self._on(method, "/v1/users/<user_id>", self._change_user)
        self._on("PATCH", "/v1/users/email/<email>", self._change_user_by_email)

    # Goals

    def _list_goals(self) -> Response:
        arguments = request.args
        where: list[Condition] = []
        if arguments.getlist("tags"):
            where.append(goals.with_tags(arguments.getlist("tags")))
        if arguments.getlist("sessionId"):
            where.append(goals.in_sessions(arguments.getlist("sessionId")))
        if arguments.getlist("metricOwnerIds"):
            where.append(goals.with_metrics_of(arguments.getlist("metricOwnerIds")))
        embeds = arguments.get("includeMetrics", "").lower() == "true"
        return self._stream(goals.WITH_METRICS if embeds else goals.KIND, *where)

    def _list_goals_of(self, user_id: str) -> Response:
        return self._stream(goals.WITH_METRICS, goals.with_metrics_of([user_id]))

    def _create_goal(self) -> Response:
        body = _body()
        with writing(self._server.engine) as connection:
            goal_id = goal_changes.create_goal(connection, self._server.account, body)
        return self._goal(goal_id, 201)

    def _show_goal(self, goal_id: str) -> Response:
        return self._goal(goal_id)

    def _goal(self, goal_id: str, status: int = 200) -> Response:
        fields = read_fields(request.args.get("fields"))
        with self._server.engine.connect() as connection:
            account, formatting = self._server.account, request.args.get("formatting", "")
            return answer(goals.show_goal(connection, account, goal_id, fields, formatting), status)

    def _change_goal(self, goal_id: str) -> Response:
        body = _body()
        with writing(self._server.engine) as connection:
            goal_changes.change_goal(connection, self._server.account, goal_id, body)
        return self._goal(goal_id)

    def _delete_goal(self, goal_id: str) -> Response:
        with writing(self._server.engine) as connection:
            goal_changes.delete_goal(connection, self._server.account, goal_id)
        return Response(status=204)

    def _restore_goal(self, goal_id: str) -> Response:
        with writing(self._server.engine) as connection:
            goal_changes.restore_goal(connection, self._server.account, goal_id)
        return self._goal(goal_id)

    # Metrics

    def _create_metric(self) -> Response:
        body = _body()
        with writing(self._server.engine) as connection:
            metric_id = metric_changes.create_metric(connection, self._server.account, body)
        return self._metric(metric_id, 201)

    def _show_metric(self, metric_id: str) -> Response:
        return self._metric(metric_id)

    def _metric(self, metric_id: str, status: int = 200) -> Response:
        fields = read_fields(request.args.get("fields"))
        with self._server.engine.connect() as connection:
            return answer(project(metrics.show_metric(connection, self._server.account, metric_id), fields), status)

    def _change_metric(self, metric_id: str) -> Response:
        body = _body()
        with writing(self._server.engine) as connection:
            metric_changes.change_metric(connection, self._server.account, metric_id, body)
        return self._metric(metric_id)

    def _delete_metric(self, metric_id: str) -> Response:
        with writing(self._server.engine) as connection:
            metric_changes.delete_metric(connection, self._server.account, metric_id)
        return Response(status=204)

    def _check_in(self, metric_id: str) -> Response:
        body = _body()
        with writing(self._server.engine) as connection:
            return answer(metric_changes.check_in(connection, self._server.account, metric_id, body), 201)

    # Sessions

    def _list_sessions(self) -> Response:
        self._make_missing_sessions()
        where: list[Condition] = []
        # Keywords here, not JSON (API reference, 4.4); anything else is ignored, as v1 does.
        if request.args.get("filter") == "current":
            where.append(sessions.is_current(self._server.account.now()))
        if request.args.get("status"):
            where.append(sessions.has_status(request.args["status"]))
        arguments = {name: request.args[name] for name in ("fields", "sort") if name in request.args}
        with self._server.engine.connect() as connection:
            return answer(page(connection, self._server.account, sessions.KIND, arguments, None, where))

    def _make_missing_sessions(self) -> None:
        with self._server.engine.connect() as connection:
            lacks = sessions.lacks_sessions(connection, self._server.account)
        if lacks:
            with writing(self._server.engine) as connection:
                sessions.make_missing_sessions(connection, self._server.account)

    def _change_session(self, session_id: str) -> Response:
        body = _body()
        with writing(self._server.engine) as connection:
            sessions.change_session(connection, self._server.account, session_id, body)
        return self._one(sessions.KIND, "session", session_id)

    # People

    def _change_user(self, user_id: str) -> Response:
        body = _body()
        with writing(self._server.engine) as connection:
            people.change_user(connection, self._server.account, user_id, body)
        return self._one(people.USERS, "user", user_id)

    def _change_user_by_email(self, email: str) -> Response:
        with self._server.engine.connect() as connection:
            user_id = people.find_by_email(connection, email)
        return self._change_user(user_id)

    def _who_am_i(self, client_id: str) -> Response:
        account = self._server.account
        return answer({"user": {"id": account.user_id, "clientId": client_id}, "account": _short(account.id)})

    def _show_account(self, account_id: str) -> Response:
        if account_id.lower() != self._server.account_id.lower():
            raise not_found("account", account_id)
        return answer(_short(self._server.account_id) | {"name": "OKR server", "confidenceSettings": _CONFIDENCE})

    # Lists and single objects of any kind

    def _list_tags(self) -> Response:
        with self._server.engine.connect() as connection:
            return answer(page(connection, self._server.account, tags.KIND, request.args, None))

    def _stream(self, kind: Kind, *where: Condition) -> Response:
        fields = read_fields(request.args.get("fields"))
        pieces: Iterator[str] = stream(self._server.engine, self._server.account, kind, fields, *where)
        return Response(pieces, mimetype="application/json")

    def _stream_of(self, kind: Kind) -> Callable[[], Response]:
        return lambda: self._stream(kind)

    def _page_of(self, kind: Kind) -> Callable[[], Response]:
        def view() -> Response:
            if kind is sessions.KIND:
                self._make_missing_sessions()
            with self._server.engine.connect() as connection:
                return answer(page(connection, self._server.account, kind, request.args))

        return view

    def _one_of(self, kind: Kind) -> Callable[[str], Response]:
        return lambda item_id: self._one(kind, kind.name.removesuffix("s"), item_id)

    def _one(self, kind: Kind, name: str, item_id: str, status: int = 200) -> Response:
        fields = read_fields(request.args.get("fields"))
        with self._server.engine.connect() as connection:
            rows = connection.execute(kind.rows.where(kind.key == item_id)).all()
            if not rows:
                raise not_found(name, item_id)
            return answer(project(kind.show(connection, self._server.account, rows, fields)[0], fields), status)

    def _create(self, kind: Kind, create: Callable[[Connection, Any, Json], str]) -> Response:
        body = _body()
        with writing(self._server.engine) as connection:
            item_id = create(connection, self._server.account, body)
        return self._one(kind, kind.name.removesuffix("s"), item_id, 201)

    def _fail_route(self, rest: str) -> Response:
        raise ApiError(404, "not_found", f"This server has no {request.method} /api/{rest[:200]}.")


def _short(account_id: str) -> Json:
    return {"id": account_id, "domain": "okr-server"}


_CONFIDENCE = {
    "confidenceType": "percentage",
    "confidenceMapping": [
        {"name": "Low", "color": "#d64545", "range": {"from": 0, "to": 0.3}},
        {"name": "Medium", "color": "#e0a800", "range": {"from": 0.3, "to": 0.7}},
        {"name": "High", "color": "#2f9e5b", "range": {"from": 0.7, "to": 1}},
    ],
}
