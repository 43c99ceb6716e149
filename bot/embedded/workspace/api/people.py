"""Web API: who is calling, who is who, and the workspace itself."""

from bot.embedded.workspace.api.call import ApiError, Call, Method
from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.objects import user_object
from bot.embedded.workspace.people import APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID, User
from bot.embedded.workspace.world import TEAM


def _shape(call: Call, user: User) -> Json:
    return user_object(call.world, user) | ({"locale": "en-GB"} if call.flag("include_locale") else {})


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
    return {"user": _shape(call, user)}


def _list(call: Call) -> Json:
    page, metadata = call.paged(call.world.directory.users())
    return {"members": [_shape(call, user) for user in page], "cache_ts": 0, **metadata}


def _by_email(call: Call) -> Json:
    user = call.world.directory.by_email(call.text("email"))
    if user is None or user.deleted or user.team_id != TEAM_ID:
        raise ApiError("users_not_found")
    return {"user": _shape(call, user)}


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
