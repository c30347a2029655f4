"""What a person has not read yet, for the marks of the sidebar."""

from typing import TYPE_CHECKING

from localslack.conversation.store import Message
from localslack.org.model import Channel, User

if TYPE_CHECKING:
    from localslack.world import World

_MOST = 100
_EVERYBODY = frozenset({"channel", "here", "everyone"})


def unread(world: "World", user: User, channel: Channel) -> tuple[int, int]:
    """How many messages of others are unread (at most 100), and how many of them are meant for this person:
    in a direct message all, elsewhere those that mention the person, a group of theirs, or everybody.
    """
    found = _unread_messages(world, user, channel)
    if channel.is_direct:
        return len(found), len(found)
    mentions = sum(
        is_meant(world, user, message) or bool(_EVERYBODY & message.mentioned) for message in found
    )
    return len(found), mentions


def is_meant(world: "World", user: User, message: Message) -> bool:
    """The message mentions the person, or a group of theirs."""
    groups = (g.id for g in world.org.usergroups.values() if user.id in g.users and not g.disabled_at)
    return bool({user.id, *groups} & message.mentioned)


def _unread_messages(world: "World", user: User, channel: Channel) -> list[Message]:
    read = world.talk.read_up_to.get((user.id, channel.id), "")
    found: list[Message] = []
    for message in reversed(world.talk.messages.get(channel.id, [])):
        if message.ts <= read or len(found) == _MOST:
            break
        reply = message.thread_ts not in (None, message.ts) and not message.reply_broadcast
        if not reply and message.user != user.id and message.ephemeral_to in (None, user.id):
            found.append(message)
    return found
