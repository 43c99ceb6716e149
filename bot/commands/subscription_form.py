"""The form of a subscription: opened, kept, and opened again. For which channel it is, is kept on this side."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from bot.commands.base import Answer, Modal, Request, Verb
from bot.errors import NotFound
from bot.notify.subscribing import DAYS, KINDS, RHYTHMS, find_to_change
from bot.objectives.model import Asker
from bot.objectives.service import Objectives
from bot.objectives.subscriptions import Subscription
from bot.views.forms import Form
from bot.views.subscription_form import EDIT_TITLE, SUBSCRIBE_TITLE, SubscriptionFields, subscription_form
from bot.views.text import cut

KEPT = "subscription"
"""What a form that was kept for this is marked with."""


def form(
    asker: Asker,
    fields: SubscriptionFields,
    objectives: Objectives,
    subscription: Subscription | None = None,
    *,
    faults: Sequence[str] = (),
    typed: str = "",
    shown: SubscriptionFields | None = None,
) -> Modal:
    """The form with these fields: of a new subscription of the asker's channel, or of one that is there.

    ``shown``: how that was when it was first shown, where these are not.
    """
    own_zone = objectives.people.admit(asker).time_zone
    whose_clock, whose_changes = f"Your time zone is {own_zone}.", "I change with /okr"
    if subscription and subscription.made_by != asker.user_id:
        whose_changes = f"{cut(objectives.people.name(asker.team_id, subscription.made_by), 40)} changes with /okr"
    if subscription and subscription.zone != own_zone:
        whose_clock = f"In the time zone {subscription.zone}; if you change the cadence, in yours, {own_zone}."
    form_id = keep(asker, fields, objectives, subscription.id if subscription else "", faults, typed, shown)
    view = subscription_form(
        fields,
        Form(channel_id=asker.channel_id, form_id=form_id),
        rhythms=RHYTHMS,
        days=DAYS,
        kinds=KINDS,
        whose_clock=whose_clock,
        whose_changes=whose_changes,
        is_new=subscription is None,
        faults=faults,
        typed=typed,
    )
    title = EDIT_TITLE if subscription else SUBSCRIBE_TITLE
    return Modal(title, lambda: view, line_of_form(form_id), is_ready=True)


def keep(
    asker: Asker,
    fields: SubscriptionFields,
    objectives: Objectives,
    subscription_id: str,
    faults: Sequence[str],
    typed: str = "",
    shown: SubscriptionFields | None = None,
) -> str:
    """Keeps a form with the channel that it is for; its id."""
    kept = {
        "verb": KEPT,
        "channel": asker.channel_id,
        "subscription": subscription_id,
        "fields": asdict(fields),
        "shown": asdict(shown or fields),
        "faults": list(faults),
        "typed": typed,
    }
    return objectives.memory.save_form(asker.team_id, asker.user_id, kept)


def recall(asker: Asker, form_id: str, objectives: Objectives) -> tuple[Asker, dict[str, Any]]:
    """The asker where they were when a form of theirs was opened, and what was kept with it. Raises NotFound."""
    kept = objectives.memory.form(asker.team_id, asker.user_id, form_id)
    if kept is None or kept.get("verb") != KEPT:
        raise NotFound("That form is not kept any more. Start again with /okr subscribe.")
    return replace(asker, channel_id=kept["channel"], is_there=True), kept


def fields_in(kept: dict[str, Any], *, as_shown: bool = False) -> SubscriptionFields:
    """The fields of a form that was kept, or what they held when it was first shown."""
    # What an earlier bot kept does not say how it was shown.
    fields = kept.get("shown", kept["fields"]) if as_shown else kept["fields"]
    return SubscriptionFields(**{**fields, "only": tuple(fields.get("only", ()))})


def line_of_form(form_id: str) -> str:
    """The command line that opens a kept form again."""
    return f"{FORM_AGAIN.name} {form_id}"


def run(request: Request, objectives: Objectives) -> Answer:
    """Opens a kept form again."""
    asker, kept = recall(request.asker, request.text.strip(), objectives)
    subscription = find_to_change(asker, kept["subscription"], objectives) if kept["subscription"] else None
    fields, shown = fields_in(kept), fields_in(kept, as_shown=True)
    return form(asker, fields, objectives, subscription, faults=kept["faults"], typed=kept["typed"], shown=shown)


FORM_AGAIN = Verb("subscription-form", run)
