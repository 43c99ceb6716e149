"""What the app's manifest promises: commands, scopes, events, shortcuts, domains."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Manifest:
    """An app manifest (https://docs.slack.dev/reference/app-manifest); what is missing counts as not asked for."""

    content: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(
            self._at("features", "bot_user").get("display_name") or self._at("display_information").get("name") or "app"
        )

    @property
    def description(self) -> str:
        return str(self._at("display_information").get("description", ""))

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self._at("oauth_config", "scopes").get("bot", []))

    @property
    def commands(self) -> list[dict[str, Any]]:
        return list(self._at("features").get("slash_commands", []))

    @property
    def shortcuts(self) -> list[dict[str, Any]]:
        return list(self._at("features").get("shortcuts", []))

    @property
    def unfurl_domains(self) -> list[str]:
        return list(self._at("features").get("unfurl_domains", []))

    @property
    def home(self) -> Mapping[str, Any]:
        return self._at("features", "app_home")

    def command(self, name: str) -> dict[str, Any] | None:
        """The declaration of a slash command."""
        return next((one for one in self.commands if one["command"] == name), None)

    def shortcut(self, callback_id: str) -> dict[str, Any] | None:
        """The declaration of a shortcut."""
        return next((one for one in self.shortcuts if one["callback_id"] == callback_id), None)

    def subscribes(self, event: str) -> bool:
        """Whether the app asked to hear of such events."""
        return event in self._at("settings", "event_subscriptions").get("bot_events", [])

    def _at(self, *path: str) -> Mapping[str, Any]:
        found: Any = self.content
        for step in path:
            found = found.get(step) or {}
        return found  # type: ignore[no-any-return]
