"""What an objective can be, and what a change makes of it: pure rules, asked by whoever changes objectives."""

from dataclasses import replace

from bot.errors import InvalidFields
from bot.objectives.model import Draft, Objective, Patch, Person, Session, tag_key

NAME_LIMIT = 2_000
FIELDS = ("name", "description", "owner", "session", "tags")


def name_faults(name: str) -> dict[str, str]:
    """What is wrong with a name, by the name of the form's field."""
    if not name.strip():
        return {"name": "Give the objective a name."}
    if len(name) > NAME_LIMIT:
        return {"name": f"A name can have at most {NAME_LIMIT:,} characters; this one has {len(name):,}."}
    return {}


def difference(before: Objective, patch: Patch) -> Patch:
    """The patch without what is so already. Raises InvalidFields where a new name cannot be one."""
    name = " ".join(patch.name.split()) if patch.name is not None else None
    if name is not None and name != before.name and (faults := name_faults(name)):
        raise InvalidFields(faults)
    tags = patch.tags
    if tags is not None and tag_keys(tags) == tag_keys(before.tags):
        tags = None
    return Patch(
        name=name if name != before.name else None,
        description=patch.description if patch.description != before.description else None,
        owner_id=patch.owner_id if patch.owner_id not in before.owner_ids[:1] else None,
        session_id=patch.session_id if patch.session_id != before.session.id else None,
        tags=tags,
    )


def with_tags(before: Objective, patch: Patch, added: tuple[str, ...], removed: tuple[str, ...]) -> Patch:
    """The patch with its whole new list of tags."""
    if not (added or removed):
        return patch
    gone = tag_keys(removed)
    whole = [tag for tag in (*(before.tags if patch.tags is None else patch.tags), *added) if tag_key(tag) not in gone]
    return replace(patch, tags=unique_tags(whole))


def unique_tags(tags: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Each tag once, in the spelling it came in first."""
    return tuple({tag_key(tag): tag for tag in reversed(tags)}[key] for key in dict.fromkeys(map(tag_key, tags)))


def tag_keys(tags: tuple[str, ...]) -> frozenset[str]:
    """The tags as they are compared."""
    return frozenset(map(tag_key, tags))


def apply_patch(before: Objective, patch: Patch) -> Objective:
    """The objective as the patch makes it; owner and session with nothing but their ids."""
    return replace(
        before,
        name=before.name if patch.name is None else patch.name,
        description=before.description if patch.description is None else patch.description,
        owners=before.owners if patch.owner_id is None else (Person(patch.owner_id),),
        session=before.session if patch.session_id is None else Session(patch.session_id),
        tags=before.tags if patch.tags is None else patch.tags,
    )


def patch_to(wanted: Objective, fields: frozenset[str]) -> Patch:
    """The patch that gives an objective these fields of another."""
    return Patch(
        name=wanted.name if "name" in fields else None,
        description=wanted.description if "description" in fields else None,
        owner_id=next(iter(wanted.owner_ids), None) if "owner" in fields else None,
        session_id=wanted.session.id if "session" in fields else None,
        tags=wanted.tags if "tags" in fields else None,
    )


def patched_fields(patch: Patch) -> frozenset[str]:
    """The fields that a patch changes."""
    values = (patch.name, patch.description, patch.owner_id, patch.session_id, patch.tags)
    return frozenset(field for field, value in zip(FIELDS, values, strict=True) if value is not None)


def differing(one: Objective, other: Objective) -> frozenset[str]:
    """The fields in which two states of an objective differ; blanks around texts and the order of tags do not count."""
    pairs = {
        "name": (" ".join(one.name.split()), " ".join(other.name.split())),
        "description": (_plain(one.description), _plain(other.description)),
        "owner": (one.owner_ids[:1], other.owner_ids[:1]),
        "session": (one.session.id, other.session.id),
        "tags": (tag_keys(one.tags), tag_keys(other.tags)),
    }
    return frozenset(field for field, (left, right) in pairs.items() if left != right)


def with_fields(objective: Objective, other: Objective, fields: frozenset[str]) -> Objective:
    """The objective with these fields as another state of it has them."""
    names = ["owners" if field == "owner" else field for field in fields]
    return replace(objective, **{name: getattr(other, name) for name in names})


def _plain(text: str) -> str:
    return "\n".join(text.split("\r\n")).strip()


def as_drafted(objective: Objective, draft: Draft) -> Objective:
    """The objective with everything that a draft says of it."""
    whole = Patch(draft.name, draft.description, draft.owner_id, draft.session_id, draft.tags)
    return apply_patch(objective, whole)


def draft_of(objective: Objective) -> Draft:
    """What it would take to create this objective again, and what a form that edits it shows."""
    return Draft(
        objective.name, objective.session.id, next(iter(objective.owner_ids), ""), objective.tags, objective.description
    )


def tags_refused(wanted: tuple[str, ...], have: tuple[str, ...]) -> tuple[str, ...]:
    """A sentence on tags that the API did not take."""
    there = tag_keys(have)
    missing = [tag for tag in wanted if tag_key(tag) not in there]
    if not missing:
        return ()
    return (f"Not accepted as tags: {', '.join(missing)}. New tags need the permission CreateTags in the OKR account.",)


def tags_kept(wanted: tuple[str, ...], have: tuple[str, ...]) -> tuple[str, ...]:
    """A sentence on tags that the API did not let go."""
    meant = tag_keys(wanted)
    kept = [tag for tag in have if tag_key(tag) not in meant]
    return (f"The OKR account kept these tags: {', '.join(kept)}. Remove them in the web app.",) if kept else ()
