"""Posting, finding, changing and deleting messages, and their wire form."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localslack.blocks.normal import fill_in
from localslack.conversation.reading import Reader
from localslack.conversation.rendering import read_blocks
from localslack.conversation.store import Message
from localslack.org.model import Channel, User

if TYPE_CHECKING:
    from localslack.world import World

JSON = dict[str, Any]
_LONGEST_TEXT = 40_000


@dataclass
class Content:
    """What a message says, already checked."""

    text: str = ""
    blocks: list[JSON] = field(default_factory=list)
    attachments: list[JSON] = field(default_factory=list)
    metadata: JSON = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    thread_ts: str | None = None
    reply_broadcast: bool = False
    username: str = ""
    unfurl: dict[str, bool] = field(default_factory=dict)


def post(
    world: "World", channel: Channel, author: User, content: Content, *, ephemeral_to: str | None = None
) -> Message:
    """Add a message to a channel; an ephemeral one is seen by one person only."""
    message = Message(
        ts=world.new_ts(),
        channel=channel.id,
        user=author.id,
        team_id=team_of(world, channel, author),
        text=content.text[:_LONGEST_TEXT],
        blocks=fill_in(content.blocks, lambda: world.new_secret("b")),
        attachments=content.attachments,
        metadata=content.metadata,
        files=content.files,
        thread_ts=content.thread_ts,
        reply_broadcast=content.reply_broadcast,
        by_app=author.id == world.app.bot_user,
        username=content.username,
        ephemeral_to=ephemeral_to,
        unfurl=content.unfurl,
    )
    message.mentioned = _mentioned(world, message)
    world.talk.messages.setdefault(channel.id, []).append(message)
    if ephemeral_to is None:
        channel.last_activity = world.now()
    world.touch()
    return message


def _mentioned(world: "World", message: Message) -> frozenset[str]:
    reader = Reader(world.org)
    read_blocks(message.blocks, reader) if message.blocks else reader.mrkdwn(message.text)
    return frozenset(reader.mentions)


def change(world: "World", message: Message, content: Content, *, keep_metadata: bool) -> None:
    """Replace text, blocks and attachments: what is not given is gone (docs: chat.update)."""
    message.text = content.text[:_LONGEST_TEXT]
    message.blocks = fill_in(content.blocks, lambda: world.new_secret("b"))
    message.attachments = content.attachments
    if not keep_metadata:
        message.metadata = content.metadata
    message.edited_ts = world.new_ts()
    world.touch()


def delete(world: "World", message: Message) -> None:
    """Remove a message."""
    world.talk.messages[message.channel].remove(message)
    world.touch()


def find(world: "World", channel_id: str, ts: str, *, ephemeral: bool = False) -> Message | None:
    """A message by ts; ephemeral ones only when asked for."""
    messages = world.talk.messages.get(channel_id, [])
    fits = (m for m in reversed(messages) if m.ts == ts and (m.ephemeral_to is not None) == ephemeral)
    return next(fits, None)


def replies_to(world: "World", parent: Message) -> list[Message]:
    """Thread replies, oldest first."""
    messages = world.talk.messages.get(parent.channel, [])
    return [m for m in messages if m.thread_ts == parent.ts and m.ts != parent.ts and m.ephemeral_to is None]


def team_of(world: "World", channel: Channel, user: User) -> str:
    """The workspace in which a person meets a channel: one they share, else the person's own, else the
    channel's.
    """
    if user.external_org is not None:
        return user.external_org
    teams = world.org.teams_of(channel)
    shared = [team for team in teams if team in user.teams]
    return next(iter([*shared, *user.teams, *teams]), world.org.id)


def wire_form(world: "World", message: Message) -> JSON:
    """The message object of the Web API and of interaction payloads."""
    shape: JSON = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    if message.by_app:
        bot = {"subtype": "bot_message", "bot_id": world.app.bot_id, "app_id": world.app.id}
        shape |= bot
    shape |= {"team": message.team_id, "blocks": message.blocks}
    optional: JSON = {
        "attachments": message.attachments,
        "metadata": message.metadata,
        "thread_ts": message.thread_ts,
        "username": message.username,
        "files": [{"id": id, "name": world.talk.files[id].name} for id in message.files],
    }
    shape |= {name: value for name, value in optional.items() if value}
    if message.edited_ts:
        shape["edited"] = {"user": message.user, "ts": message.edited_ts}
    return shape
