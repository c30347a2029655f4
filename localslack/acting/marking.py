"""Marking a conversation, or a thread in it, as read."""

from typing import Any

from localslack.acting.outcome import Outcome
from localslack.acting.place import joined_channel, person
from localslack.engine import Engine

JSON = dict[str, Any]


async def mark_read(engine: Engine, body: JSON) -> Outcome:
    """Everything up to ``ts`` has been read, of the thread when ``thread_ts`` names one; a mark never moves
    back.
    """
    world = engine.world
    with world.lock:
        user = person(world, body["user"])
        channel = joined_channel(world, user, body["channel"])
        thread = (str(body["thread_ts"]),) if body.get("thread_ts") else ()
        key, ts = (user.id, channel.id, *thread), str(body["ts"])
        if ts > world.talk.read_up_to.get(key, ""):
            world.talk.read_up_to[key] = ts
            world.touch()
    return Outcome()
