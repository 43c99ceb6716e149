"""The command line: `okr-bot local`, `serve`, `socket`, `worker`, `okr-server`, `migrate`, `check`."""

import argparse
import os
import sys
from collections.abc import Sequence

from bot import __version__
from bot.config import read_environment, read_settings
from bot.errors import BotError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status is 1 where something is wrong."""
    options = read_arguments(arguments)
    try:
        return int(options.run(options) or 0)
    except BotError as fault:
        print(f"okr-bot: {fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line, read."""
    parser = argparse.ArgumentParser(prog="okr-bot", description="OKRs without leaving Slack.")
    parser.add_argument("--version", action="version", version=f"okr-bot {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")

    local = commands.add_parser("local", help="everything on this machine, in the browser; no account anywhere")
    local.add_argument("--port", type=int, default=None, help="port on this machine (PORT, or 3000)")
    local.add_argument("--no-browser", action="store_true", help="do not open the browser")
    local.add_argument("--fresh", action="store_true", help="begin again with new sample data")
    local.set_defaults(run=run_local)
    for name, run, text in (
        ("serve", run_serve, "the bot over HTTP (Events API and interactivity)"),
        ("socket", run_socket, "the bot over Socket Mode; needs no public address"),
        ("worker", run_worker, "background work only; for several processes on Postgres"),
        ("okr-server", run_okr_server, "the embedded OKR server alone"),
        ("migrate", run_migrate, "brings the database to the current schema"),
        ("check", run_check, "says what is missing or wrong"),
    ):
        commands.add_parser(name, help=text).set_defaults(run=run)
    return parser.parse_args(arguments)


# Each way of running imports its parts when it is chosen: `okr-bot --help` answers at once.


def run_local(options: argparse.Namespace) -> None:
    """`okr-bot local`."""
    from bot.running_local import run

    values = read_environment(os.environ)
    run(values, port=options.port, opens_browser=not options.no_browser, is_fresh=options.fresh)


def run_serve(_options: argparse.Namespace) -> None:
    """`okr-bot serve`."""
    from bot.running import serve

    serve(read_settings(read_environment(os.environ)))


def run_socket(_options: argparse.Namespace) -> None:
    """`okr-bot socket`."""
    from bot.running import run_socket_mode

    run_socket_mode(read_settings(read_environment(os.environ)))


def run_worker(_options: argparse.Namespace) -> None:
    """`okr-bot worker`."""
    from bot.running import run_worker as run

    run(read_settings(read_environment(os.environ)))


def run_okr_server(_options: argparse.Namespace) -> None:
    """`okr-bot okr-server`."""
    from bot.running import run_okr_server as run

    run(read_settings(read_environment(os.environ)))


def run_migrate(_options: argparse.Namespace) -> None:
    """`okr-bot migrate`."""
    from bot.running import open_database

    open_database(read_settings(read_environment(os.environ)), always_migrate=True).dispose()
    print("The database has the current schema.")


def run_check(_options: argparse.Namespace) -> int:
    """`okr-bot check`."""
    from bot.doctor import FAULT, examine

    signs = []
    for sign, sentence in examine(read_environment(os.environ)):
        signs.append(sign)
        print(f"{sign} {sentence}")
    return 1 if FAULT in signs else 0


if __name__ == "__main__":
    sys.exit(main())
