"""Who is asking, and who may do what. Decided here and nowhere else, from the server's own knowledge."""

from bot.errors import Forbidden, NotFound
from bot.objectives.directory import Directory, Snapshot
from bot.objectives.model import Asker, Objective, Person
from bot.objectives.ports import OkrApi, Profile, Profiles


class People:
    """Slack users as people of the OKR account, matched by e-mail.

    ``adds_missing``: members of the workspace whom the OKR account does not know are added to it (the embedded server).
    """

    def __init__(
        self,
        profiles: Profiles,
        directory: Directory,
        api: OkrApi,
        *,
        admins: frozenset[str] = frozenset(),
        adds_missing: bool = False,
    ) -> None:
        self._profiles = profiles
        self._directory = directory
        self._api = api
        self._admins = admins
        self._adds_missing = adds_missing

    def admit(self, asker: Asker) -> Profile:
        """The asker's profile. Raises Forbidden for guests, strangers, bots and the deactivated."""
        profile = self._profiles.get(asker.team_id, asker.user_id)
        if profile.is_guest or profile.is_stranger or profile.is_bot or profile.is_deleted:
            raise Forbidden(
                "Objectives are for full members of this workspace. Ask a workspace admin if you should be one."
            )
        return profile

    def person(self, asker: Asker) -> Person:
        """The asker as a person of the OKR account. Raises Forbidden or NotFound, with what to do."""
        return self._match(self.admit(asker))

    def person_if_known(self, asker: Asker) -> Person | None:
        """The asker as a person where that needs no call to anybody."""
        profile, snapshot = self._profiles.cached(asker.team_id, asker.user_id), self._directory.loaded
        if profile is None or snapshot is None or not profile.email or profile.is_guest or profile.is_stranger:
            return None
        return snapshot.users_by_email.get(profile.email.casefold())

    def person_of(self, team_id: str, user_id: str) -> Person:
        """Any Slack user, such as a mentioned one, as a person of the OKR account. Raises NotFound."""
        return self._match(self._profiles.get(team_id, user_id), is_self=False)

    def _match(self, profile: Profile, *, is_self: bool = True) -> Person:
        who = "you" if is_self else profile.name
        if not profile.email:
            raise NotFound(
                f"Slack does not tell me the e-mail address of {who}, so I cannot find {who} among the OKR people. "
                "A workspace admin can allow it: the app needs the scope users:read.email."
            )
        email = profile.email.casefold()
        person = self._directory.snapshot().users_by_email.get(email)
        if person is None:
            person = self._directory.fresh().users_by_email.get(email)
        if person is None and self._adds_missing and not (profile.is_guest or profile.is_stranger or profile.is_bot):
            person = self._api.add_person(profile.name, profile.email)
            self._directory.learn_person(person)
        if person is None:
            raise NotFound(
                f"Nobody in the OKR account has the e-mail address of {who}, {profile.email}. "
                "Ask whoever runs your OKR account to add it."
            )
        return person

    def is_admin(self, asker: Asker) -> bool:
        """Whether the asker may change anyone's objectives."""
        return asker.user_id in self._admins

    def may_own(self, asker: Asker, owner_id: str) -> bool:
        """Whether the asker may act as this owner: it is they themselves, or a team of theirs, or they are an admin."""
        if self.is_admin(asker):
            return True
        me = self.person(asker)
        return owner_id == me.id or owner_id in me.team_ids

    def may_change(self, asker: Asker, objective: Objective) -> bool:
        """Whether the asker may change or delete this objective: an owner, somebody of the owning team, an admin."""
        try:
            return self.is_admin(asker) or any(self.may_own(asker, owner_id) for owner_id in objective.owner_ids)
        except NotFound:
            # Members of the workspace whom the OKR account does not know own nothing, and still may read.
            return False

    def may_see(self, asker: Asker, objective: Objective) -> bool:
        """Whether the asker may know of this objective: a private one is for its owners and admins."""
        return not objective.is_private or self.may_change(asker, objective)

    def demand_change(self, asker: Asker, objective: Objective) -> None:
        """Raises Forbidden, naming who may, where the asker may not change this objective."""
        if not self.may_change(asker, objective):
            owners = " or ".join(owner.name or "its owner" for owner in objective.owners) or "its owner"
            raise Forbidden(f"Only {owners} or an admin can change this objective.")


def members_of(snapshot: Snapshot, team: Person) -> frozenset[str]:
    """The ids of a team and of its people."""
    return frozenset({team.id, *(person.id for person in snapshot.people if team.id in person.team_ids)})
