"""Slack's users, asked for one by one and kept for an hour, or for less where whoever asks wants to know it newer."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.errors import NotFound, OkrApiUnavailable
from bot.objectives.ports import Profile

MAX_AGE = 3600.0
MOST = 50_000
UNKNOWN = "Slack does not know that person, or does not show them to this app."


class SlackProfiles:
    """``bot.objectives.ports.Profiles`` by the Web API's users.info and users.lookupByEmail.

    Scopes: users:read and users:read.email.
    """

    def __init__(self, client: Callable[[str], WebClient], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], tuple[float, Profile]] = OrderedDict()
        self.home = ""
        """The workspace that the app is installed in; empty while that is not known, and where it is in many."""
        self._has_asked = False

    def cached(self, team_id: str, user_id: str) -> Profile | None:
        """The profile where it is known already, and not too old."""
        return self._recent(team_id, user_id, MAX_AGE)

    def _recent(self, team_id: str, user_id: str, seconds: float) -> Profile | None:
        kept = self._kept.get((team_id, user_id))
        return kept[1] if kept and self._clock() - kept[0] < seconds else None

    def get(self, team_id: str, user_id: str, *, at_most: float | None = None) -> Profile:
        """The profile of a user, as Slack gave it at most so many seconds ago; an hour where Slack does not answer.

        Raises NotFound where Slack knows none, OkrApiUnavailable where Slack does not answer: then what was sent off
        waits, as it waits for the OKR API, and nothing of it is lost.
        """
        recent = self._recent(team_id, user_id, MAX_AGE if at_most is None else at_most)
        if recent is not None:
            return recent
        try:
            profile = self._ask(team_id, lambda client: client.users_info(user=user_id))
        except NotFound:
            self._kept.pop((team_id, user_id), None)
            raise
        except OkrApiUnavailable:
            known = self.cached(team_id, user_id)
            if known is None:
                raise
            return known
        with self._lock:
            self._kept[team_id, user_id] = (self._clock(), profile)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return profile

    def find(self, team_id: str, email: str) -> Profile:
        """The profile of the user who has this e-mail address. Raises what ``get`` does."""
        if not email:
            raise NotFound(UNKNOWN)
        return self._ask(team_id, lambda client: client.users_lookupByEmail(email=email))

    def find_home(self, team_id: str = "") -> str:
        """The workspace that the app is installed in; asked of Slack once. Raises what slack_sdk does."""
        if not self._has_asked:
            told = self._client(team_id).auth_test()
            self.home = "" if told.get("is_enterprise_install") else str(told.get("team_id") or "")
            self._has_asked = True
        return self.home or team_id

    def try_to_find_home(self) -> None:
        """Asks for it before anybody comes; where Slack does not answer, the first person has it asked again."""
        with suppress(SlackClientError, OSError):
            self.find_home()

    def _ask(self, team_id: str, ask: Callable[[WebClient], SlackResponse]) -> Profile:
        client = self._client(team_id)
        try:
            home = self.find_home(team_id)
            user = ask(client).get("user") or {}
        except SlackApiError as fault:
            error = fault.response.get("error", "")
            if error in ("user_not_found", "user_not_visible", "users_not_found"):
                raise NotFound(UNKNOWN) from None
            raise OkrApiUnavailable(f"Slack did not tell me who that is ({error}). Try again in a minute.") from None
        except (SlackClientError, OSError):
            raise OkrApiUnavailable("Slack did not tell me who that is. Try again in a minute.") from None
        # The app's own workspace, and not the one that a request names: what people of another organisation send off
        # in a shared channel may come with the id of theirs.
        return read_profile(home, user)


def read_profile(team_id: str, user: Mapping[str, Any]) -> Profile:
    """The profile in a users.info answer. Who belongs to another workspace or organisation is a stranger."""
    profile = user.get("profile") or {}
    name = profile.get("real_name") or user.get("real_name") or profile.get("display_name") or user.get("name") or ""
    home = user.get("team_id") or profile.get("team") or team_id
    enterprise = user.get("enterprise_user") or {}
    return Profile(
        user_id=str(user.get("id", "")),
        name=str(name),
        email=str(profile.get("email") or ""),
        time_zone=str(user.get("tz") or "UTC"),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_bot=bool(user.get("is_bot")) or user.get("id") == "USLACKBOT",
        is_deleted=bool(user.get("deleted")),
        is_stranger=bool(user.get("is_stranger")) or (home != team_id and team_id not in enterprise.get("teams", ())),
    )
