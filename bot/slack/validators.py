"""slack_sdk's check of its models, with the checks of each class looked up once.

``JsonObject.validate_json`` of slack_sdk 3.47 looks through ``dir()`` of every single object for its checks; for a list
of ten objectives that is half of all the time a search costs. What is checked stays the same.
"""

from functools import cache

from slack_sdk.models import JsonObject


def look_up_once() -> None:
    """Lets every model use the checks that are known of its class."""
    JsonObject.validate_json = _validate  # type: ignore[method-assign, assignment]


def _validate(model: JsonObject) -> None:
    for name in _checks(type(model)):
        getattr(model, name)()


@cache
def _checks(kind: type[JsonObject]) -> tuple[str, ...]:
    return tuple(name for name in dir(kind) if hasattr(getattr(kind, name, None), "validator"))
