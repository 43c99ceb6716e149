"""Which of a channel's subscriptions to end."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.notify.subscription_list import SubscriptionLine
from bot.notify.wording import heading, how_often, name_text
from bot.views.blocks import TEXT_LIMIT, context, section
from bot.views.buttons import button
from bot.views.message import Message
from bot.views.pages import PAGE_SIZE
from bot.views.phrases import DOT, whole_lines
from bot.views.text import fit, one_line


def which_to_remove(question: str, lines: Sequence[SubscriptionLine]) -> Message:
    """A question (plain), and the subscriptions with a button each that ends it; at most ten of them."""
    lead = fit(one_line(question), 1000)
    blocks: list[Block] = [section(lead)]
    said = [lead]
    for line in lines[:PAGE_SIZE]:
        one, title = line.subscription, heading(line.title, line.maker)
        facts = [how_often(one), f"set up by {name_text(line.maker)}"]
        remove = button("Remove", f"subscription-remove {one.id}", accessibility_label=f"Remove: {title}")
        blocks.append(section(f"*{fit(title, 300)}*\n{DOT.join(facts)}", remove))
        said.append(", ".join([fit(title, 300), *facts]))
    if len(lines) > PAGE_SIZE:
        more = f"and {len(lines) - PAGE_SIZE} more: /okr subscriptions lists all."
        blocks.append(context(more))
        said.append(more)
    return Message(whole_lines(said, TEXT_LIMIT), blocks)
