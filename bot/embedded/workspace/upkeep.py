"""How tests change channels and people, as those do who run a workspace."""

from collections.abc import Collection

from bot.embedded.workspace import accounts, memberships
from bot.embedded.workspace.people import TEAM_ID, Channel, User, new_id
from bot.embedded.workspace.world import Outcome, World

ADMIN = "U0ADA"


class Upkeep:
    """Each is done ``by`` somebody, Ada the admin unless said otherwise, and refused as Slack refuses it."""

    _world: World

    def invite(self, channel_id: str, *user_ids: str, by: str = ADMIN) -> Outcome:
        """Makes people members, or the app (``U0OKRBOT``)."""
        return memberships.invite(self._world, by, channel_id, *user_ids)

    def remove(self, channel_id: str, user_id: str, *, by: str = ADMIN) -> Outcome:
        """Ends somebody's membership, or the app's; by oneself it is leaving."""
        return memberships.remove(self._world, by, channel_id, user_id)

    def archive(self, channel_id: str, *, by: str = ADMIN) -> Outcome:
        """Puts a channel away."""
        return memberships.archive(self._world, by, channel_id)

    def unarchive(self, channel_id: str, *, by: str = ADMIN) -> Outcome:
        """Fetches a channel back."""
        return memberships.unarchive(self._world, by, channel_id)

    def rename(self, channel_id: str, name: str, *, by: str = ADMIN) -> Outcome:
        """Calls a channel otherwise."""
        return memberships.rename(self._world, by, channel_id, name)

    def add_channel(
        self, name: str, members: Collection[str] = (), *, private: bool = False, shared: bool = False, topic: str = ""
    ) -> str:
        """Makes a channel with these members (the app too, if named); gives its id. Raises Refusal for a bad name."""
        memberships.demand_name(self._world, name)
        kind = "private" if private else "channel"
        made = Channel(new_id("C"), kind, name, topic, is_shared=shared, members=tuple(dict.fromkeys(members)))
        self._world.directory.add_channel(made)
        self._world.tell_channel(made.id)
        return made.id

    def add_person(
        self,
        name: str,
        *,
        email: str = "",
        time_zone: str = "UTC",
        standing: str = "member",
        team_id: str = TEAM_ID,
        channel_ids: Collection[str] = (),
    ) -> str:
        """Brings somebody in, with a direct message with the app; gives their id. Nobody is told."""
        handle = name.lower().replace(" ", ".")
        address = email or f"{handle}@example.com"
        made = User(new_id("U"), team_id, handle, name, address, time_zone, standing, "", deleted=False)
        self._world.directory.add_user(made)
        for channel_id in channel_ids:
            self._world.directory.join(channel_id, made.id)
            self._world.tell_channel(channel_id)
        self._world.tell_user(made.id)
        return made.id

    def set_time_zone(self, user_id: str, time_zone: str, *, by: str = ADMIN) -> Outcome:
        """Moves somebody into another time zone, such as ``Asia/Tokyo``."""
        return accounts.set_time_zone(self._world, by, user_id, time_zone)

    def deactivate(self, user_id: str, *, by: str = ADMIN) -> Outcome:
        """Ends an account: Slack tells the app of it as ``deleted``."""
        return accounts.set_active(self._world, by, user_id, active=False)

    def reactivate(self, user_id: str, *, by: str = ADMIN) -> Outcome:
        """Brings an account back."""
        return accounts.set_active(self._world, by, user_id, active=True)

    def make_guest(
        self, user_id: str, channel_ids: Collection[str], *, multi: bool = False, by: str = ADMIN
    ) -> Outcome:
        """Makes somebody a guest of these channels only: a single-channel guest for one, unless ``multi``."""
        return accounts.make_guest(self._world, by, user_id, channel_ids, multi=multi)

    def make_member(self, user_id: str, *, admin: bool = False, by: str = ADMIN) -> Outcome:
        """Makes somebody a full member, or an admin."""
        return accounts.make_member(self._world, by, user_id, admin=admin)
