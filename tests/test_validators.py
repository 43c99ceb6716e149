"""The quicker look-up of slack_sdk's checks still checks the same."""

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import ButtonElement, HeaderBlock

from bot.slack.validators import look_up_once


@pytest.mark.parametrize(
    "wrong",
    [
        HeaderBlock(text="x" * 151),
        ButtonElement(text="Go", action_id="a" * 256),
        ButtonElement(text="Go", action_id="a", value="v" * 2001),
    ],
    ids=["a header too long", "an action_id too long", "a value too long"],
)
def test_what_slack_would_refuse_is_still_refused(wrong: HeaderBlock | ButtonElement):
    look_up_once()
    with pytest.raises(SlackObjectFormationError):
        wrong.to_dict()
