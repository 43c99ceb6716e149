"""The workspace's secrets: derived and never kept; tokens in addresses are kept as digests only."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.embedded.workspace import Workspace, memory_engine
from bot.embedded.workspace.storage import MIGRATIONS, Storage
from tests.test_workspace_stage import Stage, button, field, modal, staged

KEY = b"k" * 32
OLD_TOKEN = "xoxb-local-of-before-aaaaaaaa"
OLD_SECRET = "00112233445566778899aabbccddeeff"
OLD_HOOK = "hook-of-before-bbbb"


def secrets_of(key: bytes | None = None, **given: Any) -> tuple[str, str]:
    """What a workspace asks of its app: bot token and signing secret."""
    engine = memory_engine()
    made = Workspace(engine, base_url="http://x", events_url="http://x", manifest={}, key=key, **given)
    engine.dispose()
    return made.bot_token, made.signing_secret


def test_the_same_key_gives_the_same_secrets_and_another_key_others() -> None:
    token, secret = secrets_of(KEY)
    assert re.fullmatch(r"xoxb-local-[\w-]{32}", token)
    assert re.fullmatch(r"[0-9a-f]{32}", secret)
    assert secrets_of(KEY) == (token, secret)
    assert not {token, secret} & {*secrets_of(b"another"), *secrets_of()}
    assert secrets_of() == secrets_of(b"")


def test_secrets_that_are_given_count_before_derived_ones() -> None:
    assert secrets_of(KEY, bot_token="xoxb-given", signing_secret="given") == ("xoxb-given", "given")


def test_one_secret_does_not_tell_the_other() -> None:
    token, secret = secrets_of(KEY)
    assert secret not in token
    assert token.removeprefix("xoxb-local-") not in secret


def use(stage: Stage) -> list[str]:
    """Does everything that gives out a token; gives the tokens."""
    addresses: list[str] = []

    def answer(ack: Any, body: dict[str, Any], client: Any, respond: Any) -> None:
        addresses.append(body["response_url"])
        client.views_open(trigger_id=body["trigger_id"], view=modal(field("name")))
        respond("Answered", blocks=[button("go")])
        ack()

    stage.app.command("/okr")(answer)
    stage.app.action("go")(lambda ack, body: (addresses.append(body["response_url"]), ack()))
    stage.slack.run_command("U0ADA", "C0GENERAL", "/okr create")
    shown = stage.slack.wait_for_message("U0ADA", "C0GENERAL", "Answered")
    stage.slack.press("U0ADA", shown, "go")
    stage.client.files_upload_v2(channel="C0GENERAL", filename="a.csv", content="a,b")
    made = stage.client.files_getUploadURLExternal(filename="b.csv", length=3)
    return [url.rpartition("/")[2] for url in (*addresses, made["upload_url"])]


def cells(stage: Stage) -> set[str]:
    """Every value in every table, as text, and every text within what is kept as JSON."""
    with stage.slack._world.storage.begin() as connection:
        tables = sa.inspect(connection).get_table_names()
        rows = [row for table in tables for row in connection.execute(sa.text(f'SELECT * FROM "{table}"'))]
    whole = {str(value) for row in rows for value in row if value is not None}
    return whole | {part for one in whole for part in re.findall(r"[\w.:/-]{8,}", one)}


def test_nothing_in_any_table_is_a_secret_that_the_workspace_accepts() -> None:
    with staged() as stage:
        tokens = use(stage)
        kept = cells(stage)
        assert len(tokens) == 3
        assert "Answered" in " ".join(kept)
        secret = [stage.slack.bot_token, stage.slack.signing_secret, *tokens]
        assert not [value for value in kept for one in secret if one in value]
        candidates = sorted(one for one in kept if re.fullmatch(r"[\w.-]{8,80}", one))
        for candidate in candidates:
            with stage.http.post(f"{stage.slack.base_url}/slack/hooks/{candidate}", json={"text": "x"}) as answer:
                assert (answer.status_code, answer.text) == (404, "no_hook")
            with stage.http.post(f"{stage.slack.base_url}/slack/upload/{candidate}", data="a,b") as answer:
                assert answer.status_code == 404
            headers = {"Authorization": f"Bearer {candidate}"}
            with requests.post(stage.slack.api_url + "auth.test", headers=headers, timeout=30) as answer:
                assert answer.json()["error"] == "invalid_auth"
        for token, status in zip(tokens, (200, 200, 404), strict=True):
            with stage.http.post(f"{stage.slack.base_url}/slack/hooks/{token}", json={"text": "x"}) as answer:
                assert answer.status_code == status


def test_the_inspector_shows_no_token_whichever_way_it_went() -> None:
    with staged(api_notes={"address": "http://127.0.0.1", "token": "the-okr-token"}) as stage:
        tokens = use(stage)
        leak = "xoxb-2 xoxp-1-2 xapp-1-A-2 xoxe.xoxb-1-abc the-okr-token a signing secret stay private"
        stage.client.chat_postMessage(channel="C0GENERAL", text=leak)
        stage.client.api_call("auth.test", params={"token": "xoxb-the-bot", "other": "xoxb-the-bot"})
        with stage.http.post(f"{stage.slack.api_url}xoxb-123-abc") as answer:
            assert answer.json()["error"] == "unknown_method"
        numbers = [one["id"] for one in stage.get("inspector")["entries"]]
        shown = json.dumps([stage.get(f"inspector/{number}") for number in numbers], ensure_ascii=False)
        assert "••• ••• ••• ••• ••• ••• stay private" in shown
        for secret in (*tokens, "xoxb-", "xoxp-", "xapp-", "the-okr-token", "a signing secret"):
            assert secret not in shown
        assert "/slack/upload/•••" in shown


def migrated_to(path: Path, revision: str) -> sa.Engine:
    engine = sa.create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return engine


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """A database of the schema that kept secrets in the clear, with one address given out."""
    path = tmp_path / "before.db"
    engine = migrated_to(path, "0001")
    with engine.begin() as connection:
        for name, value in (("bot_token", OLD_TOKEN), ("signing_secret", OLD_SECRET)):
            connection.execute(sa.text("INSERT INTO ws_setting VALUES (:name, :value)"), {"name": name, "value": value})
        connection.execute(
            sa.text("INSERT INTO ws_hook VALUES (:token, 'C0RANDOM', 'U0ADA', '', 0, 9999999999)"), {"token": OLD_HOOK}
        )
    engine.dispose()
    return path


def test_secrets_kept_by_an_earlier_version_are_gone_and_addresses_given_out_still_work(before: Path) -> None:
    old = [one.encode() for one in (OLD_TOKEN, OLD_SECRET, OLD_HOOK)]
    assert all(one in before.read_bytes() for one in old)
    engine = sa.create_engine(f"sqlite:///{before}")
    workspace = Workspace(engine, base_url="http://x", events_url="http://x", manifest={}, key=KEY)
    workspace.open()
    assert (workspace.bot_token, workspace.signing_secret) == secrets_of(KEY)
    assert workspace._world.tickets.take_hook(OLD_HOOK).channel_id == "C0RANDOM"
    workspace.close()
    engine.dispose()
    assert not any(one in before.read_bytes() for one in old)


def test_a_migration_that_fails_leaves_the_database_as_it_was(before: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{before}")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE in_the_way (id INTEGER)"))
        connection.execute(sa.text("CREATE INDEX ix_ws_file_upload_digest ON in_the_way (id)"))
    with pytest.raises(sa.exc.OperationalError, match="already exists"):
        Storage(engine).migrate()
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT value FROM ws_setting ORDER BY name")).scalars().all() == [
            OLD_TOKEN,
            OLD_SECRET,
        ]
        assert connection.execute(sa.text("SELECT token FROM ws_hook")).scalar() == OLD_HOOK
        assert connection.execute(sa.text("SELECT version_num FROM workspace_version")).scalar() == "0001"
    engine.dispose()


def test_the_page_and_its_state_hold_no_secret() -> None:
    with staged() as stage, stage.http.get(f"{stage.slack.base_url}/") as page:
        for secret in (stage.slack.bot_token, stage.slack.signing_secret):
            assert secret not in page.text
            assert secret not in json.dumps(stage.get("state"))
