"""Web API: uploading files in three steps. https://docs.slack.dev/messaging/working-with-files#upload"""

import mimetypes
import secrets
from urllib.parse import quote

import sqlalchemy as sa

from bot.embedded.derivation import fingerprint
from bot.embedded.workspace.api.call import ApiError, Call, Method
from bot.embedded.workspace.api.chat import thread_of, writable
from bot.embedded.workspace.blockkit import faults_in_message
from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.people import BOT_USER_ID, new_id
from bot.embedded.workspace.schema import file as table
from bot.embedded.workspace.world import World

SIZE_LIMIT = 50_000_000


def store(world: World, token: str, content: bytes) -> bool:
    """Takes the bytes of an announced file, once; False where none of that length was announced."""
    key = (table.c.upload_digest == fingerprint(token)) & (table.c.length == len(content))
    with world.storage.begin() as connection:
        taken = table.update().where(key).values(content=content, upload_digest=None)
        return connection.execute(taken).rowcount == 1


def load(world: World, file_id: str) -> tuple[str, bytes] | None:
    """Name and bytes of an uploaded file."""
    with world.storage.begin() as connection:
        row = connection.execute(sa.select(table.c.name, table.c.content).where(table.c.id == file_id)).first()
    return (row.name, row.content) if row and row.content is not None else None


def _announce(call: Call) -> Json:
    length = call.text("length")
    if not length.isdecimal() or not 0 < int(length) <= SIZE_LIMIT:
        raise ApiError("invalid_arguments", faults=["must be a length in bytes [json-pointer:/length]"])
    # whoever has the token may upload: only its digest is kept
    id_, token = new_id("F"), secrets.token_urlsafe(24)
    row = {"id": id_, "name": call.text("filename"), "title": "", "length": int(length), "content": None}
    with call.world.storage.begin() as connection:
        connection.execute(table.insert().values(**row, upload_digest=fingerprint(token)))
    return {"upload_url": f"{call.world.base_url}/slack/upload/{token}", "file_id": id_}


def _complete(call: Call) -> Json:
    asked = _listed(call, "files")
    if not asked:
        raise ApiError("invalid_arguments", faults=["must be an array [json-pointer:/files]"])
    blocks = _listed(call, "blocks")
    if faults := faults_in_message({"blocks": blocks}):
        raise ApiError("invalid_blocks", faults=faults)
    found = [_shape(call, one) for one in asked]
    channels = [writable(call, one, takes_people=False) for one in call.listed("channel_id")]
    channels += [writable(call, one) for one in call.listed("channels")]
    body: Json = {"text": call.text("initial_comment"), "files": found}
    if blocks and not body["text"]:
        body["blocks"] = blocks
    for channel in channels:
        call.world.post(channel.id, BOT_USER_ID, body, thread_ts=thread_of(call, channel))
    return {"files": found}


def _listed(call: Call, name: str) -> list[Json]:
    try:
        listed = call.json(name)
    except ValueError as wrong:
        raise ApiError("invalid_arguments", faults=[f"must be valid JSON [json-pointer:/{name}]"]) from wrong
    if listed is not None and (not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed)):
        raise ApiError("invalid_arguments", faults=[f"must be an array [json-pointer:/{name}]"])
    return listed or []


def _shape(call: Call, asked: Json) -> Json:
    with call.world.storage.begin() as connection:
        row = connection.execute(sa.select(table).where(table.c.id == str(asked.get("id")))).first()
        if row is None or row.content is None:
            raise ApiError("file_not_found")
        title = str(asked.get("title") or row.name)
        connection.execute(table.update().where(table.c.id == row.id).values(title=title))
    path = f"/workspace/files/{row.id}/{quote(row.name, safe='')}"
    return {
        "id": row.id,
        "name": row.name,
        "title": title,
        "mimetype": mimetypes.guess_type(row.name)[0] or "application/octet-stream",
        "size": row.length,
        "user": BOT_USER_ID,
        "url": path,
        "url_private": call.world.base_url + path,
        "url_private_download": call.world.base_url + path,
        "permalink": call.world.base_url + path,
    }


METHODS = {
    "files.getUploadURLExternal": Method(_announce, ("files:write",), ("filename", "length")),
    "files.completeUploadExternal": Method(_complete, ("files:write",), ("files",)),
}
