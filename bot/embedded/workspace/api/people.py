"""Web API: who is calling, who is who, and the workspace itself."""

from bot.embedded.workspace.api.call import ApiError, Call, Method
from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.people import APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID, User
from bot.embedded.workspace.world import TEAM


def shape(call: Call, user: User) -> Json:
    """A user as users.info gives it; the address only with the scope for it, and not of other organisations."""
    first, _, last = user.real_name.partition(" ")
    profile = {
        "real_name": user.real_name,
        "display_name": user.handle,
        "first_name": first,
        "last_name": last,
        "title": user.title,
        "team": user.team_id,
    }
    if user.email and user.team_id == TEAM_ID and "users:read.email" in call.world.manifest.scopes:
        profile["email"] = user.email
    found: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.handle,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": user.offset(call.world.clock()),
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 0,
    }
    if user.team_id != TEAM_ID:
        found["is_stranger"] = True
    if not user.deleted:
        is_guest = user.standing == "guest"
        found |= {
            "is_admin": user.standing == "admin",
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": is_guest,
            "is_ultra_restricted": is_guest,
        }
    if call.flag("include_locale"):
        found["locale"] = "en-GB"
    return found


def _auth_test(call: Call) -> Json:
    bot = call.world.person(BOT_USER_ID)
    return {
        "url": f"{call.world.base_url}/",
        "team": TEAM["name"],
        "user": bot.handle,
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def _api_test(call: Call) -> Json:
    if call.has("error"):
        raise ApiError(call.text("error"))
    return {"args": {}}


def _info(call: Call) -> Json:
    user = call.world.directory.user(call.text("user"))
    if user is None:
        raise ApiError("user_not_found")
    return {"user": shape(call, user)}


def _list(call: Call) -> Json:
    page, metadata = call.paged(call.world.directory.users())
    return {"members": [shape(call, user) for user in page], "cache_ts": 0, **metadata}


def _by_email(call: Call) -> Json:
    user = call.world.directory.by_email(call.text("email"))
    if user is None or user.deleted or user.team_id != TEAM_ID:
        raise ApiError("users_not_found")
    return {"user": shape(call, user)}


def _bot(call: Call) -> Json:
    if call.text("bot", BOT_ID) != BOT_ID:
        raise ApiError("bot_not_found")
    name = call.world.person(BOT_USER_ID).real_name
    return {
        "bot": {"id": BOT_ID, "deleted": False, "name": name, "updated": 0, "app_id": APP_ID, "user_id": BOT_USER_ID}
    }


def _team(call: Call) -> Json:
    return {"team": {**TEAM, "email_domain": "", "url": f"{call.world.base_url}/", "icon": {"image_default": True}}}


METHODS = {
    "api.test": Method(_api_test, needs_token=False),
    "auth.test": Method(_auth_test),
    "users.info": Method(_info, ("users:read",), ("user",)),
    "users.list": Method(_list, ("users:read",)),
    "users.lookupByEmail": Method(_by_email, ("users:read.email",), ("email",)),
    "bots.info": Method(_bot, ("users:read",)),
    "team.info": Method(_team, ("team:read",)),
}
