"""Objectives: what may be done with them. Every rule about it is asked here, whoever asks and by whatever way."""

import logging
from dataclasses import replace

from bot.errors import Forbidden, InvalidFields, NotFound, OkrApiError
from bot.objectives.directory import Directory
from bot.objectives.model import Asker, Change, Consequences, Draft, Objective, Patch, Person, Session, tag_key
from bot.objectives.people import People
from bot.objectives.ports import Clock, Memory, OkrApi
from bot.objectives.search import Search

log = logging.getLogger(__name__)

NAME_LIMIT = 2_000
GONE = "That objective does not exist any more. It was deleted, or its link belongs to another account."


class Objectives:
    """Creates, reads, updates and deletes objectives for an asker. Raises the BotError family, fit to be shown."""

    def __init__(
        self,
        api: OkrApi,
        directory: Directory,
        people: People,
        search: Search,
        memory: Memory,
        clock: Clock,
    ) -> None:
        self._api = api
        self.directory = directory
        self.people = people
        self.search = search
        self.memory = memory
        self.clock = clock

    def get(self, asker: Asker, objective_id: str) -> Objective:
        """One objective with its key results. NotFound where there is none that the asker may see."""
        self.people.admit(asker)
        try:
            objective = self._api.get(objective_id)
        except NotFound:
            raise NotFound(GONE) from None
        if not self.people.may_see(asker, objective):
            raise NotFound(GONE)
        return self.search.dress(asker, [objective])[0]

    def get_to_change(self, asker: Asker, objective_id: str) -> Objective:
        """One objective that the asker may change; Forbidden, naming who may, where they may not."""
        objective = self.get(asker, objective_id)
        self.people.demand_change(asker, objective)
        return objective

    def draft(self, asker: Asker, draft: Draft) -> Draft:
        """The draft with its defaults filled in: the current session, owned by the asker."""
        owner_id = draft.owner_id or self.people.person(asker).id
        session_id = draft.session_id
        if not session_id:
            current = self.directory.snapshot().current_session(self.clock())
            session_id = current.id if current else ""
        return replace(draft, name=" ".join(draft.name.split()), owner_id=owner_id, session_id=session_id)

    def create(self, asker: Asker, draft: Draft) -> tuple[Change, tuple[str, ...]]:
        """Creates an objective; with it come notes on what the API did not take. One call to the API."""
        draft = self.draft(asker, draft)
        self.check(draft)
        if not self.people.may_own(asker, draft.owner_id):
            fault = "Only an admin can create an objective for somebody else. Create it as yours."
            raise InvalidFields({"owner": fault})
        created = self._api.create(draft)
        whole = replace(
            created,
            name=created.name or draft.name,
            session=Session(created.session.id or draft.session_id),
            owners=created.owners or (Person(draft.owner_id),),
            description=created.description or draft.description,
            tags=created.tags or draft.tags,
        )
        self.directory.learn_tags(whole.tags)
        return Change(None, self.search.dress(asker, [whole])[0]), _tags_refused(draft.tags, whole.tags)

    def check(self, draft: Draft) -> None:
        """Raises InvalidFields where an objective cannot be like this draft."""
        faults = _name_faults(draft.name)
        faults |= self.check_session(draft.session_id)
        if draft.owner_id not in self.directory.snapshot().people_by_id:
            faults["owner"] = "Choose an owner: this one is not in the OKR account any more."
        if faults:
            raise InvalidFields(faults)

    def check_session(self, session_id: str) -> dict[str, str]:
        """What keeps a session from taking objectives, by the name of the form's field; empty where nothing does."""
        session = self.directory.snapshot().sessions_by_id.get(session_id)
        if session is None:
            session = self.directory.fresh().sessions_by_id.get(session_id)
        if session is None:
            return {"session": "Choose a session; no open one holds today." if not session_id else "Choose a session."}
        if session.status == "locked":
            return {"session": f"{session.title} is locked: only progress can change there. Choose another session."}
        if session.status == "closed":
            return {"session": f"{session.title} is closed: nothing can change there. Choose another session."}
        return {}

    def update(
        self,
        asker: Asker,
        objective_id: str,
        patch: Patch,
        *,
        added: tuple[str, ...] = (),
        removed: tuple[str, ...] = (),
    ) -> tuple[Change, tuple[str, ...]]:
        """Changes the fields that differ; with the change come notes. Calls: read, write, and a read-back for tags."""
        before = self.get_to_change(asker, objective_id)
        patch = self._difference(before, _with_tags(before, patch, added, removed))
        if not patch:
            return Change(before, before), ()
        self._demand_open(before)
        if patch.session_id is not None and (faults := self.check_session(patch.session_id)):
            raise InvalidFields(faults)
        if patch.owner_id is not None and patch.owner_id not in self.directory.snapshot().people_by_id:
            raise InvalidFields({"owner": "Choose an owner: this one is not in the OKR account any more."})
        self._api.update(objective_id, patch)
        after = _apply(before, patch)
        notes: tuple[str, ...] = ()
        if patch.tags is not None:
            # Whether PATCH replaces or merges tags is not known (API reference, section 8): only a look can tell.
            try:
                after = replace(after, tags=self._api.get(objective_id).tags)
                notes = _tags_refused(patch.tags, after.tags) + _tags_kept(patch.tags, after.tags)
            except OkrApiError:
                notes = ("The tags could not be read back: look whether they are as you want them.",)
            self.directory.learn_tags(after.tags)
        return Change(before, self.search.dress(asker, [after])[0]), notes

    def _demand_open(self, objective: Objective) -> None:
        session = objective.session
        if session.status in ("locked", "closed"):
            what = "only progress can change there" if session.status == "locked" else "nothing can change there"
            raise Forbidden(f"This objective's session, {session.title}, is {session.status}: {what}.")

    def _difference(self, before: Objective, patch: Patch) -> Patch:
        """The patch without what is so already."""
        name = " ".join(patch.name.split()) if patch.name is not None else None
        if name is not None and name != before.name and (faults := _name_faults(name)):
            raise InvalidFields(faults)
        tags = patch.tags
        if tags is not None and {tag_key(tag) for tag in tags} == {tag_key(tag) for tag in before.tags}:
            tags = None
        return Patch(
            name=name if name != before.name else None,
            description=patch.description if patch.description != before.description else None,
            owner_id=patch.owner_id if patch.owner_id not in before.owner_ids[:1] else None,
            session_id=patch.session_id if patch.session_id != before.session.id else None,
            tags=tags,
        )

    def consequences(self, objective: Objective) -> Consequences:
        """What goes with an objective when it is deleted. One call to the API."""
        key_results = objective.key_results or ()
        children: int | None
        try:
            children = self._api.children(objective.id)
        except OkrApiError:
            children = None
        return Consequences(len(key_results), sum(one.check_ins for one in key_results), children)

    def delete(self, asker: Asker, objective_id: str) -> Change:
        """Deletes an objective. Calls: read, delete."""
        before = self.get_to_change(asker, objective_id)
        self._demand_open(before)
        self._api.delete(objective_id)
        return Change(before, None)


def _name_faults(name: str) -> dict[str, str]:
    if not name.strip():
        return {"name": "Give the objective a name."}
    if len(name) > NAME_LIMIT:
        return {"name": f"A name can have at most {NAME_LIMIT:,} characters; this one has {len(name):,}."}
    return {}


def _with_tags(before: Objective, patch: Patch, added: tuple[str, ...], removed: tuple[str, ...]) -> Patch:
    if not (added or removed):
        return patch
    gone = {tag_key(tag) for tag in removed}
    whole = [tag for tag in (*(before.tags if patch.tags is None else patch.tags), *added) if tag_key(tag) not in gone]
    return replace(patch, tags=unique_tags(whole))


def unique_tags(tags: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """The tags without those that are the same but for case and blanks; the first spelling stays."""
    return tuple({tag_key(tag): tag for tag in reversed(tags)}[key] for key in dict.fromkeys(map(tag_key, tags)))


def _apply(before: Objective, patch: Patch) -> Objective:
    return replace(
        before,
        name=before.name if patch.name is None else patch.name,
        description=before.description if patch.description is None else patch.description,
        owners=before.owners if patch.owner_id is None else (Person(patch.owner_id),),
        session=before.session if patch.session_id is None else Session(patch.session_id),
        tags=before.tags if patch.tags is None else patch.tags,
    )


def _tags_refused(wanted: tuple[str, ...], have: tuple[str, ...]) -> tuple[str, ...]:
    there = {tag_key(tag) for tag in have}
    missing = [tag for tag in wanted if tag_key(tag) not in there]
    if not missing:
        return ()
    return (f"Not accepted as tags: {', '.join(missing)}. New tags need the permission CreateTags in the OKR account.",)


def _tags_kept(wanted: tuple[str, ...], have: tuple[str, ...]) -> tuple[str, ...]:
    meant = {tag_key(tag) for tag in wanted}
    kept = [tag for tag in have if tag_key(tag) not in meant]
    return (f"The OKR account kept these tags: {', '.join(kept)}. Remove them in the web app.",) if kept else ()
