"""The OKR API that the bot talks to: Quantive, or the embedded OKR server."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import Engine

from bot.config import Settings
from bot.embedded.okr_server import OkrServer
from bot.quantive import QuantiveClient
from bot.quantive.pace import Pace, Pacer
from bot.store.key import read_key
from bot.store.pace import SqlPace


@dataclass(frozen=True, slots=True)
class OkrBackend:
    """The OKR API that the bot talks to, and the embedded server where it is that."""

    client: QuantiveClient
    hosts: tuple[str, ...]
    server: OkrServer | None


def open_backend(
    settings: Settings, engine: Engine, base_url: str, *, web_url: str = "", pace: Pacer | None = None
) -> OkrBackend:
    """Quantive where an account is set, else the embedded OKR server, which is reached at ``base_url``.

    ``web_url``: where people see its objectives; without one, names are no links. ``pace``: how fast Quantive is asked.
    """
    if not settings.uses_embedded_server:
        client = QuantiveClient(
            api_url=settings.quantive_api_url,
            account_id=settings.quantive_account_id,
            token=settings.quantive_api_token,
            pace=pace or Pace(settings.okr_requests_per_second),
        )
        return OkrBackend(client, (urlsplit(settings.quantive_api_url).hostname or "",), None)
    server = OkrServer(
        engine,
        account_id=settings.okr_server_account_id,
        token=settings.okr_server_token,
        web_url=web_url,
        key=read_key(settings.database_url),
    )
    server.open()
    client = QuantiveClient(
        api_url=f"{base_url}/api/v1",
        account_id=server.account_id,
        token=server.token,
        pace=Pace(0),
        service_name="the OKR server",
        can_undelete=True,
    )
    return OkrBackend(client, (urlsplit(base_url).hostname or "",), server)


def shared_pace(settings: Settings, engine: Engine) -> Pacer:
    """The pace of calls to Quantive: one for all processes where they share a database."""
    per_second = settings.okr_requests_per_second
    if per_second and engine.dialect.name == "postgresql":
        return SqlPace(engine, f"quantive {settings.quantive_account_id}", per_second)
    return Pace(per_second)
