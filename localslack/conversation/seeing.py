"""What one person sees: sidebar, messages, threads, the open modal, the Home tab."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from localslack.conversation import messages, modals
from localslack.conversation.direct import find
from localslack.conversation.files import attached
from localslack.conversation.inputs import Values, initial_values, inputs_of, value_key
from localslack.conversation.reading import Reader
from localslack.conversation.rendering import buttons_of, read_blocks, read_value
from localslack.conversation.store import Message, View
from localslack.conversation.threads import new_replies, new_replies_in
from localslack.conversation.unread import unread
from localslack.org.model import Channel, User

if TYPE_CHECKING:
    from localslack.world import World

JSON = dict[str, Any]


def channels(world: "World", user: User) -> list[JSON]:
    """Conversations the person is in, channels first."""
    mine = [channel for channel in world.org.channels.values() if user.id in channel.members]
    mine.sort(key=lambda channel: (channel.is_direct, channel.name))
    return [_channel(world, channel, user) for channel in mine]


def _channel(world: "World", channel: Channel, user: User) -> JSON:
    others = [
        world.org.users[id].real_name for id in channel.members if id != user.id and id in world.org.users
    ]
    new, meant = unread(world, user, channel)
    return {
        "id": channel.id,
        "name": ", ".join(others) if channel.is_direct else channel.name,
        "kind": channel.kind.value,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_external": bool(channel.connected),
        "topic": channel.topic,
        "members": list(channel.members),
        "workspace": messages.team_of(world, channel, user),
        "is_app": channel.is_direct and world.app.bot_user in channel.members,
        "read_up_to": world.talk.read_up_to.get((user.id, channel.id), ""),
        "unread": new,
        "mentions": meant,
        "new_replies": new_replies_in(world, user, channel),
    }


def in_channel(world: "World", user: User, channel_id: str) -> list[Message]:
    """Top-level messages a person sees: not others' ephemerals, no thread replies unless broadcast."""
    return [
        message
        for message in world.talk.messages.get(channel_id, [])
        if message.ephemeral_to in (None, user.id)
        and (message.thread_ts in (None, message.ts) or message.reply_broadcast)
    ]


def in_thread(world: "World", user: User, channel_id: str, ts: str) -> list[Message]:
    """A parent and its replies, the person's own ephemerals in the thread included."""
    return [
        message
        for message in world.talk.messages.get(channel_id, [])
        if message.ephemeral_to in (None, user.id) and (message.ts == ts or message.thread_ts == ts)
    ]


def message(world: "World", user: User, seen: Message) -> JSON:
    """A message as this person reads it."""
    reader = Reader(world.org)
    values = world.talk.message_values.get((seen.channel, seen.ts, user.id), {})
    text = read_blocks(seen.blocks, reader, values) if seen.blocks else reader.mrkdwn(seen.text)
    for attachment in seen.attachments:
        text += "\n" + _attachment(attachment, reader)
    files = [world.talk.files[id] for id in seen.files]
    text += "".join(f"\n[file: {file.name}]" for file in files)
    return {
        "channel": seen.channel,
        "ts": seen.ts,
        "thread_ts": seen.thread_ts,
        "author": seen.username or reader.name(seen.user),
        "author_id": seen.user,
        "is_app": seen.by_app,
        "text": text.strip("\n"),
        "fallback": seen.text,
        "blocks": seen.blocks,
        "attachments": seen.attachments,
        "buttons": buttons_of(seen.blocks, reader),
        "fields": _fields(seen.blocks, values or initial_values(seen.blocks), reader),
        "mentions": reader.mentions,
        "is_ephemeral": seen.ephemeral_to is not None,
        "is_edited": seen.edited_ts is not None,
        "reply_count": len(messages.replies_to(world, seen)),
        "new_replies": new_replies(world, user, seen),
        "metadata": seen.metadata,
        "unfurl": seen.unfurl,
        "files": [attached(file) for file in files],
    }


def _attachment(attachment: JSON, reader: Reader) -> str:
    if attachment.get("blocks"):
        return read_blocks(attachment["blocks"], reader)
    return reader.mrkdwn(str(attachment.get("text") or attachment.get("fallback") or ""))


def modal(world: "World", user: User) -> JSON | None:
    """The top modal, None when none is open."""
    view = modals.top(world, user.id)
    if view is None:
        return None
    content, reader = view.content, Reader(world.org)
    labels = {i.block_id: i.label for i in inputs_of(content["blocks"], reader)}
    errors = {labels.get(block_id, block_id): text for block_id, text in view.errors.items()}
    return {
        **_view(world, view),
        "title": reader.text(content["title"]),
        "submit": reader.text(content["submit"]) if content.get("submit") else None,
        "close": reader.text(content["close"]) if content.get("close") else "Cancel",
        "errors": errors | ({"": view.trouble} if view.trouble else {}),
        "error_blocks": view.errors,
        "depth": len(modals.stack_of(world, user.id)),
    }


def home(world: "World", user: User) -> JSON | None:
    """The published Home tab."""
    view = world.talk.views.get(world.talk.homes.get(user.id, ""))
    return _view(world, view) if view else None


def _view(world: "World", view: View) -> JSON:
    reader, blocks = Reader(world.org), view.content["blocks"]
    return {
        "id": view.id,
        "type": view.kind,
        "text": read_blocks(blocks, reader, view.values),
        "blocks": blocks,
        "buttons": buttons_of(blocks, reader),
        "fields": _fields(blocks, view.values, reader),
        "state": view.values,
        "hash": view.hash,
        "callback_id": view.content.get("callback_id", ""),
        "external_id": view.external_id,
        "private_metadata": view.content.get("private_metadata", ""),
    }


def _fields(blocks: list[JSON], values: Values, reader: Reader) -> list[JSON]:
    fields = []
    for entry in inputs_of(blocks, reader):
        overflow = entry.kind == "overflow"
        value = None if overflow else values.get(entry.block_id, {}).get(entry.action_id)
        fields.append(
            {
                "label": entry.label,
                "block_id": entry.block_id,
                "action_id": entry.action_id,
                "type": entry.kind,
                "optional": bool(entry.block.get("optional")),
                "value": read_value(value, reader),
                "raw": value.get(value_key(entry.kind)) if value else None,
            }
        )
    return fields


def app(world: "World", user: User) -> JSON:
    """The app as this person meets it: its tabs, their direct message with it, the commands they can type."""
    manifest, mine = world.app.manifest, world.app.installed and user.external_org is None
    direct = find(world, [world.app.bot_user, user.id])
    return {
        "id": world.app.id,
        "name": manifest.name,
        "bot_user": world.app.bot_user,
        "dm": direct.id if direct else None,
        "reachable": mine,
        "home_tab": manifest.home_tab,
        "messages_tab": manifest.messages_tab,
        "messages_tab_read_only": manifest.messages_tab_read_only,
        "commands": [asdict(command) for command in (manifest.commands or {}).values()] if mine else [],
        "shortcuts": list(manifest.shortcuts) if mine else [],
    }


def names(world: "World", user: User) -> JSON:
    """What mentions are called: everybody's name, user groups' handles, channels this person may know of."""
    org = world.org
    known = (c for c in org.channels.values() if not c.is_private or user.id in c.members)
    return {
        "users": {person.id: person.real_name for person in org.users.values()},
        "usergroups": {group.id: group.handle for group in org.usergroups.values()},
        "channels": {channel.id: channel.name for channel in known if channel.name},
    }
