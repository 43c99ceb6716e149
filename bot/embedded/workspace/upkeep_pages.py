"""What the page asks for beside talk: channels and people changed, messages deleted, Slack's failures on demand."""

from flask import Blueprint

from bot.embedded.workspace import accounts, memberships
from bot.embedded.workspace.deleting import delete_message
from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.guard import Body, guarded
from bot.embedded.workspace.world import Outcome, World


def add_upkeep_pages(blueprint: Blueprint, world: World) -> None:
    """Adds the endpoints to a blueprint."""
    reading = guarded(blueprint, world, "GET")
    doing = guarded(blueprint, world, "POST")

    @reading("/members")
    def members(viewer: str, asked: Body) -> Json:
        channel = world.directory.channel(asked.get("channel", ""))
        if channel is None or not world.sees(viewer, channel.id):
            raise LookupError("there is no such channel")
        return {"members": list(channel.members)}

    @doing("/delete")
    def delete(person: str, body: Body) -> Outcome:
        return delete_message(world, person, str(body["channel"]), str(body["ts"]))

    @doing("/channels/<channel_id>/<act>")
    def change_channel(person: str, body: Body, channel_id: str, act: str) -> Outcome:
        if act == "invite":
            return memberships.invite(world, person, channel_id, str(body["user"]))
        if act == "remove":
            return memberships.remove(world, person, channel_id, str(body["user"]))
        if act == "rename":
            return memberships.rename(world, person, channel_id, str(body["name"]).strip().removeprefix("#"))
        if act in ("archive", "unarchive"):
            run = memberships.archive if act == "archive" else memberships.unarchive
            return run(world, person, channel_id)
        raise LookupError(f"a channel cannot be made to {act!r}")

    @doing("/people/<user_id>")
    def change_person(person: str, body: Body, user_id: str) -> Outcome:
        if "tz" in body:
            return accounts.set_time_zone(world, person, user_id, str(body["tz"]).strip())
        return _stand(world, person, user_id, str(body["standing"]))

    @reading("/faults")
    def faults(_: str, __: Body) -> Json:
        return world.faults.shown()

    @doing("/faults")
    def set_fault(person: str, body: Body) -> Json:
        world.faults.switch(str(body["name"]), body["value"])
        world.tell_faults()
        return {"ok": True, "faults": world.faults.shown(), "views": world.shown_views(person)}


def _stand(world: World, by: str, user_id: str, standing: str) -> Outcome:
    if standing == "deactivated":
        return accounts.set_active(world, by, user_id, active=False)
    if world.person(user_id).deleted:
        outcome = accounts.set_active(world, by, user_id, active=True)
        if not outcome.ok:
            return outcome
    rooms = [one.id for one in world.directory.channels_of(user_id) if not one.is_dm and not one.is_archived]
    if standing == "guest":
        return accounts.make_guest(world, by, user_id, rooms[:1])
    if standing == "multi_guest":
        return accounts.make_guest(world, by, user_id, rooms, multi=True)
    if standing in ("member", "admin"):
        return accounts.make_member(world, by, user_id, admin=standing == "admin")
    raise LookupError(f"there is no standing {standing!r}")
