"""What a view returns: the blocks of a message, and the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from slack_sdk.models.blocks import Block


@dataclass(frozen=True, slots=True)
class Message:
    """``text`` is the whole result in words (screen readers and notifications read only it), in mrkdwn, escaped.

    ``plain``: the same without the kinds of block that not every workspace takes.
    """

    text: str
    blocks: Sequence[Block] = field(default_factory=tuple)
    plain: "Message | None" = None
