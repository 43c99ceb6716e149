"""The entries of pickers: people, sessions and tags. A value is an id; that of a tag is its title."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Option, PlainTextObject

from bot.objectives.model import Person, Session, tag_key
from bot.views.phrases import days_text, person_name, session_title
from bot.views.text import cut, one_line

OPTION_TEXT_LIMIT = 75
OPTION_VALUE_LIMIT = 150
OPTIONS_LIMIT = 100


def person_option(person: Person) -> Option:
    """A person, told apart from namesakes by e-mail address; a team is called one."""
    description = "Team" if person.is_team else one_line(person.email)
    return _option(person_name(person), person.id, description)


def session_option(session: Session) -> Option:
    """A session with its days."""
    days = days_text(session.start, session.end, session.start) if session.start and session.end else ""
    state = one_line(session.status) if session.status != "open" else ""
    return _option(session_title(session), session.id, ", ".join(filter(None, (days, state))))


def tag_option(title: str) -> Option:
    """A tag that exists."""
    return _option(one_line(title), title)


def tag_options(found: Sequence[str], typed: str, may_create: bool = True) -> list[Option]:
    """What a tag picker offers for ``typed``: the tags found, and last a new one where none of them is just that."""
    titles = list(dict.fromkeys(title for title in found if fits_option(title)))
    new = one_line(typed).lstrip("#").strip()
    wanted = may_create and fits_option(new) and tag_key(new) not in map(tag_key, titles)
    options = [tag_option(title) for title in titles[: OPTIONS_LIMIT - wanted]]
    if wanted:
        options.append(_option(f'Create tag "{cut(new, OPTION_TEXT_LIMIT - 13)}"', new))
    return options


def fits_option(title: str) -> bool:
    """Whether Slack can carry this tag as the value of an option."""
    return bool(one_line(title)) and len(title) <= OPTION_VALUE_LIMIT


def _option(text: str, value: str, description: str = "") -> Option:
    return Option(
        text=PlainTextObject(text=cut(text, OPTION_TEXT_LIMIT), emoji=False),
        value=value,
        description=PlainTextObject(text=cut(description, OPTION_TEXT_LIMIT), emoji=False) if description else None,
    )
