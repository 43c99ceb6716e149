"""Everything in the workspace in one place, and the changes that those who watch are told of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.embedded.workspace.delivery import Answer, Delivery
from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.faults import Faults
from bot.embedded.workspace.feed import Feed
from bot.embedded.workspace.inspector import Inspector
from bot.embedded.workspace.manifest import Manifest
from bot.embedded.workspace.messages import Message, Messages
from bot.embedded.workspace.people import BOT_USER_ID, TEAM_ID, Channel, Directory, User
from bot.embedded.workspace.storage import Storage
from bot.embedded.workspace.tickets import Tickets
from bot.embedded.workspace.views import Views

TEAM = {"id": TEAM_ID, "name": "Local workspace", "domain": "local"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a person's act. ``errors`` are a form's, by block_id; ``views`` the stack of modals afterwards."""

    ok: bool = True
    error: str = ""
    text: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    message: Json | None = None
    views: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class World:
    """The parts. Posting, changing and removing goes through here, so that nothing happens unseen."""

    base_url: str
    manifest: Manifest
    clock: Callable[[], datetime]
    storage: Storage
    directory: Directory
    messages: Messages
    views: Views
    tickets: Tickets
    feed: Feed
    inspector: Inspector
    faults: Faults
    delivery: Delivery
    offered: dict[tuple[str, ...], list[Json]] = field(default_factory=dict)
    """The options the app has suggested, by person, surface, block and element."""
    unfurls: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The messages whose links the app was told of, by unfurl id."""

    def post(
        self,
        channel_id: str,
        user_id: str,
        body: Json,
        *,
        thread_ts: str = "",
        only_for: str = "",
        kind: str = "message",
    ) -> Message:
        """Adds a message and shows it."""
        made = self.messages.add(channel_id, user_id, body, thread_ts=thread_ts, only_for=only_for, kind=kind)
        if user_id != BOT_USER_ID:
            self.directory.mark_read(channel_id, user_id, made.ts)
        self.feed.publish("message", lambda viewer: self._tell_message(viewer, made.channel_id, made.ts))
        self.tell_channel(channel_id)
        if thread_ts and not only_for:
            self.feed.publish("message_changed", lambda viewer: self._tell_message(viewer, channel_id, thread_ts))
        return made

    def change(self, message: Message, body: Json) -> Message:
        """Puts another body in a message's place and shows it."""
        changed = self.messages.change(message, body)
        self.feed.publish("message_changed", lambda viewer: self._tell_message(viewer, changed.channel_id, changed.ts))
        return changed

    def remove(self, message: Message) -> None:
        """Takes a message away; the head of a thread leaves a mark as long as there are replies."""
        channel_id, ts = message.channel_id, message.ts
        if self.messages.is_answered(message):
            self.messages.bury(message)
            self.feed.publish("message_changed", lambda viewer: self._tell_message(viewer, channel_id, ts))
            return
        self.messages.remove(message)
        gone = {"channel": channel_id, "ts": ts, "thread_ts": message.thread_ts}
        self.feed.publish(
            "message_deleted",
            lambda viewer: gone if message.seen_by(viewer) and self.sees(viewer, channel_id) else None,
        )
        self.tell_channel(channel_id)
        head = self.messages.get(channel_id, message.thread_ts) if message.thread_ts else None
        if head is not None and head.kind == "tombstone" and not self.messages.is_answered(head):
            self.remove(head)
        elif head is not None:
            self.feed.publish("message_changed", lambda viewer: self._tell_message(viewer, channel_id, head.ts))

    def tell_views(self, user_id: str) -> None:
        """Shows a person's stack of modals anew."""
        self.feed.publish("views", lambda viewer: {"views": self.shown_views(viewer)} if viewer == user_id else None)

    def tell_home(self, user_id: str) -> None:
        """Shows a person's Home tab anew."""
        self.feed.publish("home", lambda viewer: {"view": self.shown_home(viewer)} if viewer == user_id else None)

    def tell_channel(self, channel_id: str) -> None:
        """Shows a channel's marks anew."""

        def tell(viewer: str) -> Json | None:
            channel = self.directory.channel(channel_id)
            return self.shown_channel(channel, viewer) if channel and viewer in channel.members else None

        self.feed.publish("channel", tell)

    def tell_left(self, channel_id: str, user_id: str) -> None:
        """Takes a channel from the page of somebody who is in it no longer."""
        self.feed.publish("channel_left", lambda viewer: {"id": channel_id} if viewer == user_id else None)

    def tell_user(self, user_id: str) -> None:
        """Shows everybody a person anew."""

        def tell(_viewer: str) -> Json | None:
            user = self.directory.user(user_id)
            return shown_user(user) if user else None

        self.feed.publish("user", tell)

    def tell_faults(self) -> None:
        """Shows what is made to fail."""
        self.feed.publish("faults", lambda _: dict(self.faults.shown()))

    def record(self, way: str, what: str, **exchange: Any) -> None:
        """Keeps an exchange for the inspector and shows it."""
        made = self.inspector.record(way, what, **exchange)
        self.feed.publish("inspected", lambda _: made.summary())

    def sees(self, user_id: str, channel_id: str) -> bool:
        """Whether somebody is in a channel."""
        channel = self.directory.channel(channel_id)
        return channel is not None and user_id in channel.members

    def shown_views(self, user_id: str) -> list[Json]:
        """A person's stack of modals as the page shows it, bottom first."""
        return [self.views.shown(view) for view in self.views.stack(user_id)]

    def shown_home(self, user_id: str) -> Json | None:
        """A person's Home tab as the page shows it."""
        view = self.views.home(user_id)
        return self.views.shown(view) if view else None

    def shown_channel(self, channel: Channel, viewer: str) -> Json:
        """A channel as the page shows it to one person."""
        last_read = self.directory.last_read(channel.id, viewer)
        unread = self.messages.unread(channel.id, viewer, last_read)
        mentions = unread if channel.is_dm else [one for one in unread if f"<@{viewer}>" in one.body.get("text", "")]
        return {
            "id": channel.id,
            "name": channel.name,
            "kind": channel.kind,
            "topic": channel.topic,
            "purpose": channel.topic,
            "user": channel.partner(viewer),
            "is_shared": channel.is_shared,
            "is_archived": channel.is_archived,
            "is_member": viewer in channel.members,
            "bot_is_member": BOT_USER_ID in channel.members,
            "unread": len(unread),
            "mentions": len(mentions),
            "last_read": last_read,
            "latest": self.messages.latest(channel.id),
            "members": len(channel.members),
        }

    def notice(self, channel_id: str, user_id: str, text: str) -> Message:
        """Says in a channel what somebody did to it."""
        return self.post(channel_id, user_id, {"text": text}, kind="notice")

    def outcome(self, user_id: str, answer: Answer | None = None, **more: Any) -> Outcome:
        """What came of an act, with the modals that are open now."""
        if answer is not None and not answer.ok:
            more = {"ok": False, "error": answer.error, "text": "We had some trouble connecting. Try again?"} | more
        return Outcome(**({"views": self.shown_views(user_id)} | more))

    def refused(self, user_id: str, error: str, text: str = "", **more: Any) -> Outcome:
        """What came of an act that was not possible."""
        return self.outcome(user_id, ok=False, error=error, text=text, **more)

    def person(self, user_id: str) -> User:
        """The user of this id. Raises LookupError."""
        user = self.directory.user(user_id)
        if user is None:
            raise LookupError(f"there is nobody with the id {user_id!r}")
        return user

    def _tell_message(self, viewer: str, channel_id: str, ts: str) -> Json | None:
        message = self.messages.get(channel_id, ts)
        if message is None or not message.seen_by(viewer) or not self.sees(viewer, channel_id):
            return None
        return self.messages.shown([message])[0]


def shown_user(user: User) -> Json:
    """A person as the page shows them."""
    return {
        "id": user.id,
        "name": user.handle,
        "real_name": user.real_name,
        "initials": "".join(part[0] for part in user.real_name.split()[:2]).upper(),
        "tz": user.tz,
        "team_id": user.team_id,
        "standing": user.standing,
        "is_admin": user.standing == "admin",
        "is_guest": user.is_guest,
        "is_bot": user.is_bot,
        "is_stranger": user.team_id != TEAM_ID,
        "is_deleted": user.deleted,
        "actable": not user.is_bot,
        "title": user.title,
    }
