"""``chat.*``: posting and changing messages."""

import re
from typing import Any

from localslack.blocks import Problem, check_message
from localslack.conversation import messages
from localslack.conversation.direct import find_or_open
from localslack.conversation.messages import Content
from localslack.conversation.store import Message
from localslack.org.model import Channel
from localslack.web_api.call import JSON, MethodCall, Refused
from localslack.web_api.conversations import find_visible

_ID = re.compile(r"^[CGDUW][A-Z0-9]{6,}$")
_OWN_CODES = {
    "no_text",
    "msg_too_long",
    "msg_blocks_too_long",
    "markdown_text_conflict",
    "too_many_attachments",
    "invalid_attachments",
}


def post_message(call: MethodCall) -> JSON:
    """Post to a channel by id, or to a person by user id."""
    channel = _target(call)
    content = _content(call, channel)
    _require_membership(call, channel)
    message = messages.post(call.world, channel, call.caller, content)
    call.effect = True
    return {"channel": channel.id, "ts": message.ts, "message": messages.wire_form(call.world, message)}


def update(call: MethodCall) -> JSON:
    """Change an own message; text without blocks removes the blocks."""
    channel = _existing_channel(call)
    message = _existing_message(call, channel, call.text("ts"))
    content = _content(call, channel)
    if message.user != call.caller.id:
        raise Refused("cant_update_message")
    if channel.is_archived:
        raise Refused("is_inactive")
    _require_edit_window(call, message)
    messages.change(call.world, message, content, keep_metadata="metadata" not in call.args)
    call.effect = True
    shape = messages.wire_form(call.world, message)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shape}


def post_ephemeral(call: MethodCall) -> JSON:
    """Show a message to one member of a channel."""
    channel = _existing_channel(call)
    content = _content(call, channel)
    _require_membership(call, channel)
    if call.text("user") not in channel.members:
        raise Refused("user_not_in_channel")
    message = messages.post(call.world, channel, call.caller, content, ephemeral_to=call.text("user"))
    call.effect = True
    return {"message_ts": message.ts}


def permalink(call: MethodCall) -> JSON:
    """The address of a message."""
    channel = _existing_channel(call)
    message = _existing_message(call, channel, call.text("message_ts"))
    workspace = call.world.org.workspaces.get(message.team_id)
    host = workspace.domain if workspace else f"{call.world.org.domain}.enterprise"
    link = f"https://{host}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def refuse_problems(call: MethodCall, problems: list[Problem]) -> None:
    """Answer as Slack does for content it does not accept; all problems go to the call log."""
    call.problems.extend(map(str, problems))
    own = [p.rule for p in problems if p.rule in _OWN_CODES and p.rule in call.method.errors]
    others = [p for p in problems if p.rule not in _OWN_CODES]
    if others:
        errors = list(map(str, others))
        refused = Refused.with_messages("invalid_blocks", errors)
        refused.extra["errors"] = errors
        raise refused
    if own:
        raise Refused(own[0])


def _target(call: MethodCall) -> Channel:
    id = call.text("channel")
    if not id.startswith(("U", "W")) or not _ID.match(id):
        return _existing_channel(call)
    person = call.world.org.users.get(id)
    if person is None or person.deleted or person.is_stranger:
        raise Refused("channel_not_found")
    if call.is_bot and not call.world.app.manifest.messages_tab:
        raise Refused("messages_tab_disabled")
    return find_or_open(call.world, [call.caller.id, id])[0]


def _existing_channel(call: MethodCall) -> Channel:
    id = call.text("channel")
    if not _ID.match(id):
        raise call.refusal("team_not_found", otherwise="channel_not_found")
    return find_visible(call, id)


def _existing_message(call: MethodCall, channel: Channel, ts: str) -> Message:
    message = messages.find(call.world, channel.id, ts)
    if message is None:
        raise Refused("message_not_found")
    return message


def _require_membership(call: MethodCall, channel: Channel) -> None:
    if channel.is_archived:
        raise Refused("is_archived")
    public_ok = "chat:write.public" in call.granted.scopes and not channel.is_private
    if call.caller.id not in channel.members and not (public_ok and call.method.name == "chat.postMessage"):
        raise Refused("not_in_channel")


def _require_edit_window(call: MethodCall, message: Message) -> None:
    window = call.world.settings.edit_window
    if window is not None:
        age = call.world.clock() - float(message.ts)
        if age * call.world.settings.time_scale > window:
            raise Refused("edit_window_closed")


def _content(call: MethodCall, channel: Channel) -> Content:
    args = call.args
    blocks, attachments = args.get("blocks") or [], args.get("attachments") or []
    refuse_problems(
        call, check_message({**args, "blocks": blocks or None}, update=call.method.name == "chat.update")
    )
    if args.get("username") and "chat:write.customize" not in call.granted.scopes:
        call.require_scope("chat:write.customize")
    return Content(
        text=call.text("text") or call.text("markdown_text"),
        blocks=blocks,
        attachments=attachments,
        metadata=_metadata(args.get("metadata")),
        thread_ts=_parent_ts(call, channel),
        reply_broadcast=bool(args.get("reply_broadcast")),
        username=call.text("username"),
        unfurl={name: bool(args[name]) for name in ("unfurl_links", "unfurl_media") if name in args},
    )


def _metadata(metadata: Any) -> JSON:
    if not metadata:
        return {}
    good = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str)
    if not good or not isinstance(metadata.get("event_payload"), dict):
        raise Refused("invalid_metadata_format")
    return dict(metadata)


def _parent_ts(call: MethodCall, channel: Channel) -> str | None:
    ts = call.text("thread_ts")
    if not ts:
        return None
    parent = messages.find(call.world, channel.id, ts)
    if parent is None or (parent.thread_ts and parent.thread_ts != parent.ts):
        raise call.refusal("cannot_reply_to_message", otherwise="message_not_found")
    return ts


METHODS = {
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.postEphemeral": post_ephemeral,
    "chat.getPermalink": permalink,
}
