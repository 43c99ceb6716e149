"""The form of a subscription: what builds it, and beside it what reads it. What it means is for ``bot.notify``."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticMultiSelectElement,
    StaticSelectElement,
    TimePickerElement,
)
from slack_sdk.models.views import View

from bot.views.blocks import SECTION_LIMIT, section
from bot.views.forms import Form, read_form
from bot.views.inputs import ACTION_ID
from bot.views.phrases import paragraph
from bot.views.text import cut, fit, one_line
from bot.views.typed import QUERY_LIMIT

SAVE = "subscription.save"
SUBSCRIBE_TITLE = "Subscribe"
EDIT_TITLE = "Edit subscription"

EXCEPT_ME, QUIET = "except-me", "quiet"

Choices = Sequence[tuple[str, str]]
"""The value of each, and what people read."""


@dataclass(frozen=True, slots=True)
class SubscriptionFields:
    """What the form holds, as words. ``often`` is empty where that is left to be chosen; ``time`` is 09:00."""

    query: str = ""
    often: str = ""
    day: str = "monday"
    time: str = "09:00"
    only: tuple[str, ...] = ()
    except_me: bool = False
    is_silent: bool = False


def subscription_form(
    fields: SubscriptionFields,
    form: Form,
    *,
    rhythms: Choices,
    days: Choices,
    kinds: Choices,
    whose_clock: str,
    whose_changes: str = "I change",
    is_new: bool = True,
    faults: Sequence[str] = (),
    typed: str = "",
) -> View:
    """The form with what is known. ``whose_clock``: on which the time is; ``whose_changes``: "I change", "Ada changes".

    ``typed`` is a line of which ``faults`` were not understood, so that no word of it is lost.
    """
    leaving_out = [(EXCEPT_ME, f"Leave out what {whose_changes}"), (QUIET, "Say nothing when nothing changed")]
    left_out = [value for value, is_set in ((EXCEPT_ME, fields.except_me), (QUIET, fields.is_silent)) if is_set]
    blocks: list[Block] = [
        section(f"⚠ {text}") for fault in faults[:10] if (text := paragraph(fault, SECTION_LIMIT - 2))
    ]
    if typed.strip():
        blocks.append(section(f"You typed: {fit(one_line(typed), SECTION_LIMIT - 20)}"))
    blocks += [
        _query_input(fields.query),
        _input("often", "How often", _select("Choose how often", rhythms, fields.often)),
        _input("day", "Day", _select("Choose a day", days, fields.day), hint="For a weekly digest.", optional=True),
        _input(
            "time",
            "Time",
            TimePickerElement(action_id=ACTION_ID, initial_time=fields.time or None),
            hint=f"For a digest. {whose_clock}",
            optional=True,
        ),
        _input(
            "only",
            "Only",
            StaticMultiSelectElement(
                action_id=ACTION_ID,
                placeholder=PlainTextObject(text="The usual changes"),
                options=_options(kinds),
                initial_options=_options([kind for kind in kinds if kind[0] in fields.only]) or None,
            ),
            hint="Nothing chosen: the usual, which is whatever happens at once, and all of a digest.",
            optional=True,
        ),
        _input(
            "options",
            "Less noise",
            CheckboxesElement(
                action_id=ACTION_ID,
                options=_options(leaving_out),
                initial_options=_options([one for one in leaving_out if one[0] in left_out]) or None,
            ),
            optional=True,
        ),
    ]
    return View(
        type="modal",
        callback_id=SAVE,
        title=PlainTextObject(text=SUBSCRIBE_TITLE if is_new else EDIT_TITLE),
        submit=PlainTextObject(text="Subscribe" if is_new else "Save"),
        close=PlainTextObject(text="Cancel"),
        # The channel here says where to answer, and nothing else: what may be done there is kept with the form.
        private_metadata=json.dumps({"channel_id": form.channel_id, "form_id": form.form_id}),
        blocks=blocks,
    )


def read_subscription_form(view: Mapping[str, Any]) -> tuple[SubscriptionFields, Form]:
    """What the form holds, from the ``view`` of an interaction's payload; what is missing there is empty."""
    values = (view.get("state") or {}).get("values") or {}

    def entered(field: str, key: str) -> Any:
        return ((values.get(field) or {}).get(ACTION_ID) or {}).get(key)

    def chosen(field: str) -> str:
        return str((entered(field, "selected_option") or {}).get("value") or "")

    def all_chosen(field: str) -> tuple[str, ...]:
        return tuple(str(option.get("value") or "") for option in entered(field, "selected_options") or [])

    options = all_chosen("options")
    fields = SubscriptionFields(
        query=str(entered("query", "value") or "").strip(),
        often=chosen("often"),
        day=chosen("day"),
        time=str(entered("time", "selected_time") or ""),
        only=all_chosen("only"),
        except_me=EXCEPT_ME in options,
        is_silent=QUIET in options,
    )
    return fields, read_form(view)[1]


def _query_input(query: str) -> InputBlock:
    element = PlainTextInputElement(
        action_id=ACTION_ID, initial_value=cut(query, QUERY_LIMIT) or None, max_length=QUERY_LIMIT
    )
    hint = 'What to follow: #tag, owner:me, team:"Marketing", session:current, words of the name; session:all for all.'
    return _input("query", "Query", element, hint=hint)


def _select(placeholder: str, choices: Choices, chosen: str) -> StaticSelectElement:
    initial = next((option for option in _options(choices) if option.value == chosen), None)
    return StaticSelectElement(
        action_id=ACTION_ID,
        placeholder=PlainTextObject(text=placeholder),
        options=_options(choices),
        initial_option=initial,
    )


def _options(choices: Choices) -> list[Option]:
    return [Option(text=PlainTextObject(text=cut(label, 75), emoji=False), value=value) for value, label in choices]


def _input(
    field: str, label: str, element: InputInteractiveElement, *, hint: str = "", optional: bool | None = None
) -> InputBlock:
    return InputBlock(
        block_id=field,
        label=PlainTextObject(text=label),
        hint=PlainTextObject(text=cut(hint, 2000)) if hint else None,
        element=element,
        optional=optional,
    )
