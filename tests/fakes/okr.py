"""The OKR account, the memory and Slack's users in a few dicts: what objectives need of the world, without any HTTP."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.errors import BotError, NotFound
from bot.objectives.directory import Directory
from bot.objectives.model import Asker, Draft, Objective, Patch, Person, Session
from bot.objectives.people import People
from bot.objectives.plans import Act, Entry, Snapshot
from bot.objectives.ports import OkrApi, Profile, Wanted
from bot.objectives.rules import draft_of
from bot.objectives.search import Search
from bot.objectives.service import Objectives
from bot.objectives.subscriptions import Reminder, Subscription
from bot.store.subscriptions import meaning

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
Q4 = Session("b" * 23 + "4", "Q4 2026", datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC))
Q3 = Session("b" * 23 + "3", "Q3 2026", datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 9, 30, tzinfo=UTC), "closed")
TEAM = Person("c" * 24, "Product", is_team=True)
ADA = Person("a" * 23 + "1", "Ada Lovelace", "ada@example.com", team_ids=(TEAM.id,))
GRACE = Person("a" * 23 + "2", "Grace Hopper", "grace@example.com")
HEDY = Person("a" * 23 + "3", "Hedy Hopper", "hedy@example.com")


class FakeApi:
    """``bot.objectives.ports.OkrApi`` on a dict; ``calls`` are the names of what was asked."""

    def __init__(self) -> None:
        self.goals: dict[str, Objective] = {}
        self.deleted: dict[str, Objective] = {}
        self.everyone = [ADA, GRACE, HEDY, TEAM]
        self.calls: list[str] = []
        self.fault: BotError | None = None

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if self.fault:
            raise self.fault

    def add(self, name: str, *, owner: Person = ADA, session: Session = Q4, **fields: Any) -> str:
        """Adds an objective; its id."""
        objective_id = f"64b0c0ffee{len(self.goals) + 1:014x}"
        self.goals[objective_id] = Objective(objective_id, name, Session(session.id), (owner,), **fields)
        return objective_id

    def search(self, wanted: Wanted) -> Iterator[Objective]:
        self._called("search")
        yield from list(self.goals.values())

    def get(self, objective_id: str) -> Objective:
        self._called("get")
        if objective_id not in self.goals:
            raise NotFound("There is no such objective.")
        return self.goals[objective_id]

    def find(self, objective_ids: Collection[str]) -> Iterator[Objective]:
        self._called("find")
        assert len(objective_ids) <= 100
        yield from [self.goals[one] for one in objective_ids if one in self.goals]

    def get_whole(self, objective_id: str) -> tuple[Objective, Snapshot]:
        return (whole := self.get(objective_id)), {"id": objective_id, "name": whole.name}

    def created_like(self, draft: Draft, since: datetime) -> list[Objective]:
        self._called("created_like")
        return [one for one in self.goals.values() if draft_of(one) == draft]

    def undelete(self, objective_id: str) -> Objective | None:
        self._called("undelete")
        if objective_id in self.deleted:
            self.goals[objective_id] = self.deleted.pop(objective_id)
        return self.goals[objective_id]

    def recreate(self, snapshot: Snapshot, parent_id: str) -> Objective:
        raise NotImplementedError("what is deleted here comes back by undelete")

    def recreate_key_results(self, objective_id: str, snapshot: Snapshot) -> tuple[str, ...]:
        raise NotImplementedError

    def realign(self, old_id: str, new_id: str, others: Collection[str] = ()) -> tuple[str, ...]:
        raise NotImplementedError

    def children(self, objective_id: str) -> list[Objective]:
        self._called("children")
        return [one for one in self.goals.values() if one.parent_id == objective_id]

    def create(self, draft: Draft) -> Objective:
        self._called("create")
        made = self.add(draft.name, tags=draft.tags, description=draft.description)
        self.goals[made] = replace(
            self.goals[made], session=Session(draft.session_id), owners=(Person(draft.owner_id),)
        )
        return self.goals[made]

    def update(self, objective_id: str, patch: Patch) -> None:
        self._called("update")
        changed = {
            field: value for field in ("name", "description", "tags") if (value := getattr(patch, field)) is not None
        }
        self.goals[objective_id] = replace(self.goals[objective_id], **changed)

    def delete(self, objective_id: str) -> bool:
        self._called("delete")
        if objective_id not in self.goals:
            return False
        self.deleted[objective_id] = self.goals.pop(objective_id)
        return True

    def sessions(self) -> Iterator[Session]:
        self._called("sessions")
        yield from (Q4, Q3)

    def people(self) -> Iterator[Person]:
        self._called("people")
        yield from self.everyone

    def tags(self) -> Iterator[str]:
        self._called("tags")
        yield from dict.fromkeys(tag for one in self.goals.values() for tag in one.tags)

    def add_person(self, name: str, email: str) -> Person:
        self._called("add_person")
        self.everyone.append(Person("d" * 24, name, email))
        return self.everyone[-1]


class FakeMemory:
    """``bot.objectives.ports.Memory`` on dicts."""

    def __init__(self) -> None:
        self.lists: dict[tuple[str, str], tuple[int, list[str]]] = {}
        self.forms: dict[str, dict[str, Any]] = {}
        self.bindings: dict[str, str] = {}
        self.ids: list[str] = []

    def short_ids(self, team_id: str, objective_ids: Sequence[str]) -> dict[str, str]:
        self.ids += [one for one in objective_ids if one not in self.ids]
        return {one: one[-4:].upper() for one in objective_ids}

    def objectives_by_short_id(self, team_id: str, short_id: str) -> list[str]:
        return [one for one in self.ids if one.endswith(short_id.lower())]

    def remember_list(self, team_id: str, user_id: str, first: int, objective_ids: Sequence[str]) -> None:
        self.lists[team_id, user_id] = (first, list(objective_ids))

    def numbered(self, team_id: str, user_id: str, number: int) -> str | None:
        first, listed = self.lists.get((team_id, user_id), (1, []))
        return listed[number - first] if 0 <= number - first < len(listed) else None

    def save_form(self, team_id: str, user_id: str, form: dict[str, Any]) -> str:
        self.forms[f"f{len(self.forms)}"] = form
        return f"f{len(self.forms) - 1}"

    def form(self, team_id: str, user_id: str, form_id: str) -> dict[str, Any] | None:
        return self.forms.get(form_id)

    def remember_origin(self, team_id: str, view_id: str, origin: str) -> None:
        self.forms[f"origin {view_id}"] = {"origin": origin}

    def origin(self, team_id: str, view_id: str) -> str:
        return str(self.forms.get(f"origin {view_id}", {}).get("origin", ""))

    def bind(self, team_id: str, user_id: str, person_id: str) -> None:
        self.bindings = {one: other for one, other in self.bindings.items() if other != person_id}
        self.bindings[user_id] = person_id

    def bound(self, team_id: str, user_id: str) -> str:
        return self.bindings.get(user_id, "")

    def bound_user(self, team_id: str, person_id: str) -> str:
        return next((user for user, person in self.bindings.items() if person == person_id), "")


class FakeRecord:
    """``bot.objectives.ports.Record`` on a list."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.claims: dict[str, str] = {}

    def add(self, entry: Entry) -> None:
        if self.get(entry.team_id, entry.id) is None:
            self.entries.append(entry)

    def get(self, team_id: str, entry_id: str) -> Entry | None:
        return next((one for one in self.entries if one.id == entry_id), None)

    def latest(self, team_id: str, user_id: str, since: datetime) -> Entry | None:
        undone = {one.undoes for one in self.entries}
        mine = [e for e in self.entries if e.user_id == user_id and not e.undoes and e.id not in undone]
        return mine[-1] if mine else None

    def undone_by(self, team_id: str, entry_id: str) -> Entry | None:
        return next((one for one in self.entries if one.undoes == entry_id), None)

    def page(
        self,
        team_id: str,
        *,
        objective_id: str = "",
        user_id: str = "",
        without: Collection[str] = (),
        beyond: str = "",
        newer: bool = False,
        most: int = 10,
    ) -> list[Entry]:
        entries = self.entries if newer else self.entries[::-1]
        if beyond:
            entries = entries[[one.id for one in entries].index(beyond) + 1 :]
        fits = [e for e in entries if objective_id in ("", e.objective_id) and user_id in ("", e.user_id)]
        return [one for one in fits if one.objective_id not in without][:most]

    def deletions(self, team_id: str, since: datetime, *, name: str = "") -> list[Entry]:
        undone = {one.undoes for one in self.entries}
        deletions = [one for one in self.entries[::-1] if one.act is Act.DELETE and one.id not in undone]
        return [one for one in deletions if name.casefold() in ("", one.objective.name.casefold())]

    def restorations(self, team_id: str, since: datetime) -> list[Entry]:
        return [one for one in self.entries[::-1] if one.act is Act.RESTORE]

    def rows_for_export(self, team_id: str) -> Iterator[Entry]:
        yield from self.entries

    def current_id(self, team_id: str, objective_id: str) -> str:
        renamings = {one.before.id: one.objective_id for one in self.restorations(team_id, NOW)[::-1] if one.before}
        while objective_id in renamings and renamings[objective_id] != objective_id:
            objective_id = renamings.pop(objective_id)
        return objective_id

    def claim(self, team_id: str, objective_id: str, work_id: str) -> bool:
        return self.claims.setdefault(objective_id, work_id) == work_id

    def release(self, team_id: str, objective_id: str, work_id: str) -> None:
        self.claims.pop(objective_id, None)

    def claimed_by(self, team_id: str, work_id: str) -> str:
        claimed = (one for one, owner in self.claims.items() if owner == work_id and not one.startswith("undo "))
        return next(claimed, "")


class FakeFollows:
    """``bot.objectives.ports.Follows`` on dicts."""

    def __init__(self) -> None:
        self.subscriptions: dict[str, Subscription] = {}
        self.mutes: dict[str, dict[str, str]] = {}
        self.kept: dict[str, Reminder] = {}
        self.changes = 0

    def teams(self) -> list[str]:
        return sorted({one.team_id for one in (*self.subscriptions.values(), *self.kept.values())})

    def version(self, team_id: str) -> int:
        return self.changes

    def _is_twice(self, subscription: Subscription) -> bool:
        def key(one: Subscription) -> tuple[str, ...]:
            return one.team_id, one.channel_id, meaning(one.query, one.made_by), one.cadence

        others = (one for one in self.subscriptions.values() if one.id != subscription.id)
        return any(key(one) == key(subscription) for one in others)

    def add(self, subscription: Subscription) -> bool:
        if self._is_twice(subscription):
            return False
        self.subscriptions[subscription.id] = subscription
        self.changes += 1
        return True

    def get(self, team_id: str, subscription_id: str) -> Subscription | None:
        return self.subscriptions.get(subscription_id)

    def of_channel(self, team_id: str, channel_id: str) -> list[Subscription]:
        return [one for one in self.every(team_id) if one.channel_id == channel_id]

    def every(self, team_id: str) -> list[Subscription]:
        return [one for one in self.subscriptions.values() if one.team_id == team_id]

    def change(self, subscription: Subscription) -> bool:
        old = self.subscriptions.get(subscription.id)
        if old is None or self._is_twice(subscription):
            return False
        self.subscriptions[subscription.id] = replace(subscription, spoke_at=old.spoke_at)
        self.changes += 1
        return True

    def spoke(self, team_id: str, subscription_id: str, at: datetime) -> None:
        if subscription_id in self.subscriptions:
            self.subscriptions[subscription_id] = replace(self.subscriptions[subscription_id], spoke_at=at)

    def digested(self, transaction: Any, subscription: Subscription, due: datetime) -> bool:
        kept = self.subscriptions.get(subscription.id)
        if kept is None or kept.digested_at != subscription.digested_at:
            return False
        self.subscriptions[kept.id] = replace(kept, digested_at=due)
        self.changes += 1
        return True

    def remove(self, team_id: str, subscription_id: str) -> bool:
        self.changes += 1
        return self.subscriptions.pop(subscription_id, None) is not None

    def mute(self, team_id: str, channel_id: str, objective_id: str, user_id: str, *, is_muted: bool) -> None:
        muted = self.mutes.setdefault(channel_id, {})
        if is_muted:
            muted.setdefault(objective_id, user_id)
        else:
            muted.pop(objective_id, None)
        self.changes += 1

    def muted(self, team_id: str, channel_id: str) -> dict[str, str]:
        return dict(self.mutes.get(channel_id, {}))

    def set_reminder(self, reminder: Reminder) -> None:
        self.kept[reminder.user_id] = reminder
        self.changes += 1

    def reminder(self, team_id: str, user_id: str) -> Reminder | None:
        return self.kept.get(user_id)

    def reminders(self, team_id: str) -> list[Reminder]:
        return list(self.kept.values())

    def reminded(self, transaction: Any, reminder: Reminder, due: datetime) -> bool:
        kept = self.kept.get(reminder.user_id)
        if kept is None or kept.reminded_at != reminder.reminded_at:
            return False
        self.kept[kept.user_id] = replace(kept, reminded_at=due)
        return True

    def remove_reminder(self, team_id: str, user_id: str) -> bool:
        self.changes += 1
        return self.kept.pop(user_id, None) is not None


class FakeProfiles:
    """``bot.objectives.ports.Profiles`` of a few users."""

    def __init__(self, *profiles: Profile) -> None:
        self.users = {profile.user_id: profile for profile in profiles}

    def get(self, team_id: str, user_id: str, *, at_most: float | None = None) -> Profile:
        if user_id not in self.users:
            raise NotFound("Slack does not know that person, or does not show them to this app.")
        return self.users[user_id]

    def cached(self, team_id: str, user_id: str) -> Profile | None:
        return self.users.get(user_id)

    def find(self, team_id: str, email: str) -> Profile:
        for profile in self.users.values():
            if profile.email == email:
                return profile
        raise NotFound("Slack does not know that person, or does not show them to this app.")


USERS = (
    Profile("U0ADA", "Ada", "ada@example.com"),
    Profile("U0GRACE", "Grace", "grace@example.com"),
    Profile("U0NEW", "New Member", "new@example.com"),
    Profile("U0NOMAIL", "No Mail"),
    Profile("U0GUEST", "Guest", "guest@example.com", is_guest=True),
    Profile("U0BOT", "Bot", is_bot=True),
    Profile("U0GONE", "Gone", "gone@example.com", is_deleted=True),
    Profile("U0OTHER", "Other", "other@example.com", is_stranger=True),
)


def asker(user_id: str = "U0ADA") -> Asker:
    """Somebody who asks in a channel."""
    return Asker("T0TEAM", user_id, "C0GENERAL")


def make_people(api: FakeApi, *, admins: tuple[str, ...] = (), adds_missing: bool = False) -> People:
    """The people of a fake account."""
    profiles = FakeProfiles(*USERS)
    return People(profiles, Directory(api), api, FakeMemory(), admins=frozenset(admins), adds_missing=adds_missing)


def make_objectives(api: OkrApi, *, admins: tuple[str, ...] = ()) -> Objectives:
    """The real service on a fake account."""
    directory, memory = Directory(api), FakeMemory()
    people = People(FakeProfiles(*USERS), directory, api, memory, admins=frozenset(admins))
    search = Search(api, directory, people, memory, lambda: NOW, hosts=("127.0.0.1",))
    return Objectives(api, directory, people, search, memory, FakeRecord(), lambda: NOW, follows=FakeFollows())
