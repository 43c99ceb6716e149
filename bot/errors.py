"""The BotError family: ``str()`` of each is fit to show a person, and says what to do next."""

from collections.abc import Mapping


class BotError(Exception):
    """Anything foreseen that keeps the bot from doing what was asked. The text is shown as it is: plain, no markup."""


class ConfigError(BotError):
    """Settings are missing or wrong; ``faults`` names every one, a sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Misunderstood(BotError):
    """What was typed cannot be understood; the sentence says which part and what would be."""


class InvalidFields(BotError):
    """Some fields of a draft cannot be accepted; ``faults`` maps a field's name to its sentence."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = dict(faults)


class NotFound(BotError):
    """The thing asked for does not exist, or not any more."""


class Forbidden(BotError):
    """The person may not do this; the sentence says who may."""


class NotYours(Forbidden):
    """The person may not change this objective. ``owners`` who could be asked for it: names by id, teams left out."""

    def __init__(self, message: str, *, objective_id: str, owners: Mapping[str, str]) -> None:
        super().__init__(message)
        self.objective_id = objective_id
        self.owners = dict(owners)


class NotAdmitted(Forbidden):
    """The person gets nothing here but this sentence: no button, no form, no other way."""


class OkrApiError(BotError):
    """The OKR API did not do what it was asked. ``status`` is the HTTP status, where there was an answer."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class OkrApiUnavailable(OkrApiError):
    """No usable answer: connection refused or dropped, time-out, 5xx, HTML. Trying again later may help.

    ``ambiguous`` is true where a write may have been applied all the same, ``is_pending`` where it may still be.
    """

    def __init__(
        self, message: str, *, status: int | None = None, ambiguous: bool = False, is_pending: bool = False
    ) -> None:
        super().__init__(message, status=status)
        self.ambiguous = ambiguous
        self.is_pending = is_pending


class OkrApiBusy(OkrApiUnavailable):
    """429: asked too often. ``retry_after`` is in seconds, where the API said so."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message, status=429)
        self.retry_after = retry_after


class OkrApiRefused(OkrApiError):
    """A 4xx: final, the same request will be refused again. The sentence carries the API's reason."""


class OkrApiDenied(OkrApiRefused):
    """401, 402 or 403: the service account's token, plan or permission."""
