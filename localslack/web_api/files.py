"""``files.*``: the three-step upload, and reading (docs.slack.dev/messaging/working-with-files)."""

import re
from typing import Any

from localslack.conversation import messages
from localslack.conversation.messages import Content
from localslack.conversation.store import File
from localslack.conversation.uploads import file_object
from localslack.org.model import Channel
from localslack.web_api.call import JSON, MethodCall, Refused
from localslack.web_api.conversations import find_visible

_SNIPPET_MAX = 1_000_000
_ALT_TEXT_MAX = 1000
_CHANNELS_MAX = 100


def get_upload_url(call: MethodCall) -> JSON:
    """Step 1: a file id and the address to POST the bytes to."""
    if len(call.text("alt_txt")) > _ALT_TEXT_MAX:
        raise Refused("alt_txt_too_large")
    if call.text("snippet_type") and int(call.args["length"]) > _SNIPPET_MAX:
        raise Refused("snippet_too_large")
    file = File(
        id=call.world.new_id("F"),
        name=call.text("filename"),
        length=int(call.args["length"]),
        user=call.caller.id,
        alt_text=call.text("alt_txt"),
        snippet_type=call.text("snippet_type"),
        created=call.world.now(),
    )
    slot = call.world.new_secret("u")
    call.world.talk.files[file.id] = file
    call.world.talk.upload_slots[slot] = file.id
    call.effect = True
    return {"upload_url": f"{call.world.base_url}/upload/v1/{slot}", "file_id": file.id}


def complete_upload(call: MethodCall) -> JSON:
    """Step 3: title the uploaded files and share them; a file can be completed once."""
    files = _uploaded(call)
    channels = [_postable(call, id) for id in _channel_ids(call)]
    thread_ts = call.text("thread_ts") or None
    if thread_ts and len(channels) != 1:
        raise Refused.with_messages("invalid_arguments", ["thread_ts needs exactly one channel"])
    for channel in channels:
        content = Content(text=call.text("initial_comment"), files=[f.id for f in files], thread_ts=thread_ts)
        messages.post(call.world, channel, call.caller, content)
    for file in files:
        file.completed = True
    call.effect = True
    return {"files": [{"id": file.id, "title": file.title} for file in files]}


def _uploaded(call: MethodCall) -> list[File]:
    entries: Any = call.args["files"]
    if not isinstance(entries, list) or not entries or not all(isinstance(e, dict) for e in entries):
        raise Refused.with_messages(
            "invalid_arguments", ["must provide an array of objects [json-pointer:/files]"]
        )
    files = []
    for entry in entries:
        file = call.world.talk.files.get(str(entry.get("id")))
        if file is None or file.content is None or file.completed or file.user != call.caller.id:
            raise Refused("file_not_found")
        file.title = str(entry.get("title") or file.name)
        files.append(file)
    return files


def _channel_ids(call: MethodCall) -> list[str]:
    ids = [*filter(None, [call.text("channel_id")]), *call.ids("channels")]
    if len(ids) > _CHANNELS_MAX:
        raise Refused("channels_limit_exceeded")
    if any(not re.match(r"^[CGD][A-Z0-9]+$", id) for id in ids):
        raise Refused("invalid_channel")
    return ids


def _postable(call: MethodCall, channel_id: str) -> Channel:
    channel = find_visible(call, channel_id)
    if call.caller.id not in channel.members:
        raise Refused("not_in_channel")
    if channel.is_archived:
        raise Refused("posting_to_channel_denied")
    return channel


def info(call: MethodCall) -> JSON:
    """What is known of a file, with the address its bytes are read from."""
    file = call.world.talk.files.get(call.text("file"))
    if file is None or file.content is None:
        raise Refused("file_not_found")
    return {"file": file_object(call.world, file), "comments": [], "response_metadata": {"next_cursor": ""}}


METHODS = {
    "files.info": info,
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
}
