"""The embedded OKR server as `okr-bot okr-server` runs it, but that it counts its calls: `python -m …`, then /count."""

import os
import re
import threading
from collections import Counter

import flask

from bot.config import read_environment, read_settings
from bot.embedded.okr_server import OkrServer
from bot.running import listen, open_database

if __name__ == "__main__":
    settings = read_settings(read_environment(os.environ))
    server = OkrServer(
        open_database(settings), account_id=settings.okr_server_account_id, token=settings.okr_server_token
    )
    server.open()
    web = flask.Flask("okr-server", static_folder=None)
    web.register_blueprint(server.blueprint())
    calls: Counter[str] = Counter()

    @web.before_request
    def count() -> None:
        path = re.sub("[0-9a-f]{24}", "<id>", flask.request.path)
        if path != "/count":
            calls[f"{flask.request.method} {path}"] += 1

    @web.get("/count")
    def tell() -> flask.Response:
        return flask.jsonify(calls)

    listen(web, "127.0.0.1", settings.port).start()
    threading.Event().wait()
