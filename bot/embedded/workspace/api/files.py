"""Web API: uploading files in three steps. https://docs.slack.dev/messaging/working-with-files#upload"""

import mimetypes
import secrets

import sqlalchemy as sa

from bot.embedded.workspace.api.call import ApiError, Call, Method
from bot.embedded.workspace.api.chat import thread_of, writable
from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.people import BOT_USER_ID
from bot.embedded.workspace.schema import file as table
from bot.embedded.workspace.world import World

SIZE_LIMIT = 50_000_000


def store(world: World, file_id: str, content: bytes) -> bool:
    """Takes the bytes of an announced file; False where none of that length was announced."""
    with world.storage.begin() as connection:
        key = (table.c.id == file_id) & (table.c.length == len(content)) & table.c.content.is_(None)
        return connection.execute(table.update().where(key).values(content=content)).rowcount == 1


def load(world: World, file_id: str) -> tuple[str, bytes] | None:
    """Name and bytes of an uploaded file."""
    with world.storage.begin() as connection:
        row = connection.execute(sa.select(table.c.name, table.c.content).where(table.c.id == file_id)).first()
    return (row.name, row.content) if row and row.content is not None else None


def _announce(call: Call) -> Json:
    length = call.text("length")
    if not length.isdecimal() or not 0 < int(length) <= SIZE_LIMIT:
        raise ApiError("invalid_arguments", faults=["must be a length in bytes [json-pointer:/length]"])
    id_ = "F" + secrets.token_hex(5).upper()
    with call.world.storage.begin() as connection:
        values = {"id": id_, "name": call.text("filename"), "title": "", "length": int(length), "content": None}
        connection.execute(table.insert().values(values))
    return {"upload_url": f"{call.world.base_url}/slack/upload/{id_}", "file_id": id_}


def _complete(call: Call) -> Json:
    try:
        asked = call.json("files")
    except ValueError as wrong:
        raise ApiError("invalid_arguments", faults=["must be valid JSON [json-pointer:/files]"]) from wrong
    if not isinstance(asked, list) or not asked:
        raise ApiError("invalid_arguments", faults=["must be an array [json-pointer:/files]"])
    found = [_shape(call, one) for one in asked]
    if call.has("channel_id"):
        channel = writable(call, call.text("channel_id"))
        body = {"text": call.text("initial_comment"), "files": found}
        call.world.post(channel.id, BOT_USER_ID, body, thread_ts=thread_of(call, channel))
    return {"files": found}


def _shape(call: Call, asked: Json) -> Json:
    with call.world.storage.begin() as connection:
        row = connection.execute(sa.select(table).where(table.c.id == str(asked.get("id")))).first()
        if row is None or row.content is None:
            raise ApiError("file_not_found")
        title = str(asked.get("title") or row.name)
        connection.execute(table.update().where(table.c.id == row.id).values(title=title))
    mimetype = mimetypes.guess_type(row.name)[0] or "application/octet-stream"
    url = f"/workspace/files/{row.id}/{row.name}"
    return {"id": row.id, "name": row.name, "title": title, "mimetype": mimetype, "size": row.length, "url": url}


METHODS = {
    "files.getUploadURLExternal": Method(_announce, ("files:write",), ("filename", "length")),
    "files.completeUploadExternal": Method(_complete, ("files:write",), ("files",)),
}
