"""Which threads a person follows, and which of their replies are new to them.

Slack has a person follow a thread they started, replied to, or are mentioned in
(slack.com/help/articles/115000769927, "Use threads to organize discussions").
"""

from collections import defaultdict
from typing import TYPE_CHECKING

from localslack.conversation.messages import replies_to
from localslack.conversation.store import Message
from localslack.conversation.unread import is_meant
from localslack.org.model import Channel, User

if TYPE_CHECKING:
    from localslack.world import World

_MOST = 100
"""Threads of a channel that are looked at."""


def new_replies(world: "World", user: User, parent: Message) -> int:
    """How many replies of others below that message are new to a person who follows the thread."""
    return _new(world, user, parent, replies_to(world, parent))


def new_replies_in(world: "World", user: User, channel: Channel) -> int:
    """The same of the newest threads of a channel together."""
    parents: dict[str, Message] = {}
    threads: defaultdict[str, list[Message]] = defaultdict(list)
    for message in world.talk.messages.get(channel.id, []):
        if message.ephemeral_to is None and message.thread_ts in (None, message.ts):
            parents[message.ts] = message
        elif message.ephemeral_to is None:
            threads[str(message.thread_ts)].append(message)
    newest = sorted(threads.keys() & parents.keys(), reverse=True)[:_MOST]
    return sum(_new(world, user, parents[ts], threads[ts]) for ts in newest)


def _new(world: "World", user: User, parent: Message, replies: list[Message]) -> int:
    read = world.talk.read_up_to.get((user.id, parent.channel, parent.ts), "")
    new = sum(reply.user != user.id and reply.ts > read for reply in replies)
    return new if new and _follows(world, user, [parent, *replies]) else 0


def _follows(world: "World", user: User, thread: list[Message]) -> bool:
    wrote = any(message.user == user.id for message in thread)
    return wrote or any(is_meant(world, user, message) for message in thread)
