"""The workspace's database: its migrations, and what is still there after a restart."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.embedded.workspace import Workspace, memory_engine, schema
from bot.embedded.workspace.storage import HEAD, MIGRATIONS, Closed, Storage
from tests.test_workspace_stage import MANIFEST, button, field, modal, text


def opened(path: Path) -> tuple[Workspace, sa.Engine]:
    """A workspace on a file."""
    engine = sa.create_engine(f"sqlite:///{path}/workspace.db")
    workspace = Workspace(
        engine, base_url="http://127.0.0.1:1", events_url="http://127.0.0.1:9/", manifest=MANIFEST, key=b"k" * 32
    )
    workspace.open()
    return workspace, engine


def closed(workspace: Workspace, engine: sa.Engine) -> None:
    workspace.close()
    engine.dispose()


def test_the_migrations_make_the_tables_the_code_uses() -> None:
    engine = memory_engine()
    Storage(engine).migrate()

    def ours(found: Any, name: str | None, kind: str, reflected: bool, compared: Any) -> bool:
        return not (kind == "table" and reflected and not str(name).startswith("ws_"))

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
    engine.dispose()


def test_the_current_schema_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_what_was_said_and_opened_survives_a_restart(tmp_path: Path) -> None:
    first, engine = opened(tmp_path)
    secrets = (first.signing_secret, first.bot_token)
    ts = first.post_message("U0ADA", "C0RANDOM", "remember me").message["ts"]
    first._world.views.open("U0ADA", modal(field("name")))
    first._world.views.publish("U0ADA", {"type": "home", "blocks": [button("go")]})
    closed(first, engine)
    second, engine = opened(tmp_path)
    assert (second.signing_secret, second.bot_token) == secrets
    assert [one["text"] for one in second.messages("U0GRACE", "C0RANDOM")] == ["remember me"]
    assert [one["title"] for one in second.views("U0ADA")] == [text("Form")]
    assert second.home("U0ADA")["blocks"][0]["type"] == "actions"
    assert second.post_message("U0ADA", "C0RANDOM", "and me").message["ts"] > ts
    closed(second, engine)


def test_a_reset_forgets_everything_but_the_secrets(tmp_path: Path) -> None:
    workspace, engine = opened(tmp_path)
    token = workspace.bot_token
    workspace.post_message("U0ADA", "C0RANDOM", "forget me")
    workspace.directory.change_user("U0GRACE", deleted=True)
    workspace.directory.leave("C0RANDOM", "U0ADA")
    workspace.reset()
    assert workspace.messages("U0ADA", "C0RANDOM") == []
    assert not workspace.directory.user("U0GRACE").deleted
    assert "U0ADA" in workspace.directory.channel("C0RANDOM").members
    assert workspace.bot_token == token
    closed(workspace, engine)


def test_timestamps_grow_even_when_the_clock_goes_back(tmp_path: Path) -> None:
    now = [datetime(2026, 11, 2, 9, tzinfo=UTC)]
    engine = memory_engine()
    workspace = Workspace(
        engine, base_url="http://127.0.0.1:1", events_url="http://127.0.0.1:9/", manifest={}, clock=lambda: now[0]
    )
    workspace.open()
    first = workspace.post_message("U0ADA", "C0RANDOM", "one").message["ts"]
    now[0] = datetime(2026, 11, 2, 8, tzinfo=UTC)
    second = workspace.post_message("U0ADA", "C0RANDOM", "two").message["ts"]
    assert (first, second) == ("1793610000.000000", "1793610000.000001")
    closed(workspace, engine)


def test_opening_takes_few_statements_and_opening_again_fewer() -> None:
    engine = memory_engine()
    counted: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *about: counted.append(about[2]))
    for most in (60, 12):
        workspace = Workspace(engine, base_url="http://127.0.0.1:1", events_url="http://127.0.0.1:9/", manifest={})
        workspace.open()
        workspace.close()
        assert len(counted) <= most
        counted.clear()
    engine.dispose()


def test_after_closing_nothing_touches_the_database() -> None:
    engine = memory_engine()
    workspace = Workspace(engine, base_url="http://127.0.0.1:1", events_url="http://127.0.0.1:9/", manifest={})
    workspace.open()
    workspace.close()
    with pytest.raises(Closed):
        workspace.messages("U0ADA", "C0GENERAL")
    engine.dispose()
