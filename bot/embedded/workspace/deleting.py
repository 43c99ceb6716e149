"""Messages that people delete: their own, and as admins anybody's."""

from bot.embedded.workspace.rights import Refusal, told
from bot.embedded.workspace.world import World


@told
def delete_message(world: World, by: str, channel_id: str, ts: str) -> None:
    """Takes a message away for good; the app is not told."""
    message, user = world.messages.get(channel_id, ts), world.person(by)
    is_seen = world.sees(by, channel_id) or user.standing == "admin"
    if message is None or not is_seen or not message.seen_by(by) or message.kind == "tombstone":
        raise Refusal("message_not_found", "This message is not there any more.")
    if message.user_id != by and user.standing != "admin" and not message.only_for:
        raise Refusal("cant_delete_message", "Only admins can delete what somebody else wrote.")
    world.remove(message)
