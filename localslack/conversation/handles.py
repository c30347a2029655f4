"""Short-lived handles: trigger ids and response urls.

Sources: docs.slack.dev/surfaces/modals, docs.slack.dev/interactivity/handling-user-interaction.
"""

from typing import TYPE_CHECKING

from localslack.conversation.store import ResponseUrl, Trigger

if TYPE_CHECKING:
    from localslack.world import World

RESPONSE_USES = 5
RESPONSE_LIFE = 30 * 60


def new_trigger(world: "World", user: str, team_id: str, view: str | None = None) -> str:
    """A trigger id for one interaction of a person; ``view`` when it came from inside a modal."""
    trigger_id = world.new_secret(f"{world.now()}.{team_id[-6:]}.")
    world.talk.triggers[trigger_id] = Trigger(user, team_id, world.clock(), view)
    return trigger_id


def spend_trigger(world: "World", trigger_id: str) -> Trigger | str:
    """Use a trigger id up; an error code when it is unknown, spent or too old."""
    trigger = world.talk.triggers.get(trigger_id)
    if trigger is None:
        return "invalid_trigger_id"
    if trigger.used:
        return "exchanged_trigger_id"
    if world.clock() - trigger.issued_at > world.settings.trigger_life:
        return "expired_trigger_id"
    trigger.used = True
    return trigger


def new_response_url(world: "World", user: str, channel: str, message_ts: str | None = None) -> str:
    """An address that takes up to five messages for a person and channel within thirty minutes."""
    handle = world.new_secret("r")
    world.talk.response_urls[handle] = ResponseUrl(user, channel, world.clock(), message_ts)
    return f"{world.base_url}/response/{handle}"


def use_response_url(world: "World", handle: str) -> ResponseUrl | None:
    """Count one use; None when unknown, expired or used up."""
    known = world.talk.response_urls.get(handle)
    if known is None or known.uses >= RESPONSE_USES or world.clock() - known.issued_at > RESPONSE_LIFE:
        return None
    known.uses += 1
    return known
