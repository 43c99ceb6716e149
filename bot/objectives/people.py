"""Who is asking, and who may do what. Decided here and nowhere else, from the server's own knowledge."""

from contextlib import suppress

from bot.errors import BotError, NotAdmitted, NotFound, NotYours
from bot.objectives.directory import Directory, Snapshot
from bot.objectives.model import Asker, Objective, Person
from bot.objectives.ports import Memory, OkrApi, Profile, Profiles
from bot.objectives.series import join_series

REFUSAL = "Objectives are for full members of this workspace. Ask a workspace admin if you should be one."

RECENT = 300.0
"""Seconds: whoever changes something is known by what Slack has said of them since; else what is kept will do."""

OLDEST = 3600.0
"""Seconds: no older copy of the OKR account's people decides who may change something, however quiet the night was."""


class People:
    """Slack users as people of the OKR account, matched by e-mail; once matched, also after the e-mail address changed.

    An address that is given to somebody else takes nobody's place: who was matched by it stays who they are.

    ``adds_missing``: members of the workspace whom the OKR account does not know are added to it (the embedded server).
    """

    def __init__(
        self,
        profiles: Profiles,
        directory: Directory,
        api: OkrApi,
        memory: Memory,
        *,
        admins: frozenset[str] = frozenset(),
        adds_missing: bool = False,
    ) -> None:
        self._profiles = profiles
        self._directory = directory
        self._api = api
        self._memory = memory
        self._bound: dict[tuple[str, str], str] = {}
        self._admins = admins
        self._adds_missing = adds_missing

    def admit(self, asker: Asker, *, at_most: float | None = None) -> Profile:
        """The asker's profile, as it was at most so many seconds ago. NotAdmitted for all but full members."""
        try:
            profile = self._profiles.get(asker.team_id, asker.user_id, at_most=at_most)
        except NotFound:
            raise NotAdmitted(REFUSAL) from None
        if is_refused(profile):
            raise NotAdmitted(REFUSAL)
        return profile

    def admit_to_change(self, asker: Asker) -> None:
        """Asks Slack and the OKR account anew who the asker is, where what is known is not recent."""
        self.admit(asker, at_most=RECENT)
        self._directory.fresh(OLDEST)

    def person(self, asker: Asker) -> Person:
        """The asker as a person of the OKR account. Raises Forbidden or NotFound, with what to do."""
        return self._match(asker.team_id, self.admit(asker))

    def person_if_known(self, asker: Asker) -> Person | None:
        """The asker as a person where that needs no call to anybody."""
        profile, snapshot = self._profiles.cached(asker.team_id, asker.user_id), self._directory.loaded
        if profile is None or snapshot is None or not profile.email or is_refused(profile):
            return None
        return snapshot.users_by_email.get(profile.email.casefold())

    def person_id(self, asker: Asker) -> str:
        """The id of the asker's person; empty where the OKR account does not know them."""
        try:
            return self.person(asker).id
        except NotFound:
            return ""

    def person_of(self, team_id: str, user_id: str) -> Person:
        """Any Slack user, such as a mentioned one, as a person of the OKR account. Raises NotFound."""
        return self._match(team_id, self._profiles.get(team_id, user_id), is_self=False)

    def user_of(self, team_id: str, person_id: str) -> str:
        """The Slack user who is this person of the OKR account, as far as they have used the bot; else empty."""
        return self._memory.bound_user(team_id, person_id)

    def user_to_write_to(self, team_id: str, person: Person) -> str:
        """The Slack user to whom this person of the OKR account can be written. Raises NotFound, with what to do."""
        user_id = self.user_of(team_id, person.id)
        with suppress(NotFound):
            profile = self._profiles.get(team_id, user_id) if user_id else self._profiles.find(team_id, person.email)
            if not is_refused(profile):
                return profile.user_id
        raise NotFound(f"I do not find {person.name} in Slack, so I cannot write to them. Ask them yourself.")

    def _match(self, team_id: str, profile: Profile, *, is_self: bool = True) -> Person:
        person = self._by_email(profile)
        if person is not None and self._is_free(team_id, profile.user_id, person):
            self._bind(team_id, profile, person)
            return person
        # The e-mail address may have changed on one side: whom this user was matched with before, they still are.
        bound = self._memory.bound(team_id, profile.user_id)
        known = self._directory.snapshot().people_by_id.get(bound)
        if known is not None and known.is_active:
            return known
        return self._meet(team_id, profile, "you" if is_self else profile.name)

    def _is_free(self, team_id: str, user_id: str, person: Person) -> bool:
        """Whether nobody else is this person: not a member who was matched with them, and whom nothing else matches."""
        if self._bound.get((team_id, user_id)) == person.id:
            return True
        other = self._memory.bound_user(team_id, person.id)
        if other in ("", user_id):
            return True
        try:
            profile = self._profiles.get(team_id, other, at_most=RECENT)
        except NotFound:
            return True
        own = self._by_email(profile)
        return is_refused(profile) or (own is not None and own.id != person.id)

    def _bind(self, team_id: str, profile: Profile, person: Person) -> None:
        """Remembers who somebody is. Not of guests and strangers, whose addresses others give out."""
        user_id = profile.user_id
        if not is_refused(profile) and self._bound.get((team_id, user_id)) != person.id:
            if self._memory.bound(team_id, user_id) != person.id:
                self._memory.bind(team_id, user_id, person.id)
            self._bound = {key: one for key, one in self._bound.items() if one != person.id}
            self._bound[team_id, user_id] = person.id

    def _by_email(self, profile: Profile) -> Person | None:
        return self._directory.snapshot().users_by_email.get(profile.email.casefold()) if profile.email else None

    def _meet(self, team_id: str, profile: Profile, who: str) -> Person:
        """Somebody whom the copy of the directory does not know. NotFound, with what to ask whom."""
        if not profile.email:
            raise NotFound(
                f"Slack does not tell me the e-mail address of {who}, so I cannot find {who} among the OKR people. "
                "A workspace admin can allow it: the app needs the scope users:read.email."
            )
        snapshot = self._directory.fresh()
        person = snapshot.users_by_email.get(profile.email.casefold())
        if person is not None and not self._is_free(team_id, profile.user_id, person):
            raise NotFound(
                f"In the OKR account, {profile.email} is still the address of {person.name}, who is somebody else "
                "here. Ask whoever runs your OKR account to correct it."
            )
        if person is None and snapshot.was_user(profile.email):
            raise NotFound(
                f"In the OKR account, the person with the e-mail address of {who}, {profile.email}, is deactivated. "
                "Ask whoever runs your OKR account to change that."
            )
        if person is None and self._adds_missing and not is_refused(profile):
            person = self._api.add_person(profile.name, profile.email)
            self._directory.learn_person(person)
        if person is None:
            raise NotFound(
                f"Nobody in the OKR account has the e-mail address of {who}, {profile.email}. "
                "Ask whoever runs your OKR account to add it."
            )
        self._bind(team_id, profile, person)
        return person

    def name(self, team_id: str, user_id: str) -> str:
        """What a Slack user is called; their id where Slack does not tell."""
        try:
            return self._profiles.get(team_id, user_id).name or user_id
        except BotError:
            return user_id

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
        """Raises NotYours, naming who may, where the asker may not change this objective."""
        if not self.may_change(asker, objective):
            names = [owner.name or "its owner" for owner in objective.owners] or ["its owner"]
            raise NotYours(
                f"Only {join_series((*names, 'an admin'), 'or')} can change this objective.",
                objective_id=objective.id,
                owners={owner.id: owner.name for owner in objective.owners if owner.name and not owner.is_team},
            )


def is_refused(profile: Profile) -> bool:
    """Whether somebody gets nothing but one sentence: a guest, of another organisation, a bot, deactivated."""
    return profile.is_guest or profile.is_stranger or profile.is_bot or profile.is_deleted


def members_of(snapshot: Snapshot, team: Person) -> frozenset[str]:
    """The ids of a team and of its people."""
    return frozenset({team.id, *(person.id for person in snapshot.people if team.id in person.team_ids)})
