"""The few blocks that every view is made of."""

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    ContextBlock,
    HeaderBlock,
    InteractiveElement,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from bot.views.text import cut

HEADER_LIMIT = 150
SECTION_LIMIT = 3000
FIELD_LIMIT = 2000
TEXT_LIMIT = 3900


def markup(text: str) -> MarkdownTextObject:
    """Escaped mrkdwn. Verbatim, or Slack would make mentions and channels of plain words such as @here and #growth."""
    return MarkdownTextObject(text=text, verbatim=True)


def header(text: str) -> HeaderBlock:
    """A heading of plain text (not escaped), cut to Slack's 150 characters."""
    return HeaderBlock(text=PlainTextObject(text=cut(text, HEADER_LIMIT), emoji=False))


def section(text: str, accessory: InteractiveElement | None = None, *, expand: bool | None = None) -> SectionBlock:
    """A paragraph of escaped mrkdwn, at most 3,000 characters; ``expand`` keeps Slack from folding it."""
    return SectionBlock(text=markup(text), accessory=accessory, expand=expand)


def fields(*texts: str, above: str = "") -> SectionBlock:
    """Up to ten short texts in two columns, each of at most 2,000 characters; ``above`` is a paragraph over both."""
    return SectionBlock(text=markup(above) if above else None, fields=[markup(text) for text in texts])


def context(text: str) -> ContextBlock:
    """Small grey text, escaped mrkdwn."""
    return ContextBlock(elements=[markup(text)])


def actions(elements: Sequence[InteractiveElement]) -> list[ActionsBlock]:
    """A row of buttons; no block where there are none."""
    return [ActionsBlock(elements=elements)] if elements else []
