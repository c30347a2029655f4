"""Interaction payloads of an org-wide installed app: team null, enterprise filled, the person's workspace in
user.

Sources: docs.slack.dev/reference/interaction-payloads, github.com/slackapi/bolt-python (tests),
github.com/slackapi/java-slack-sdk (json-logs/samples).
"""

from typing import TYPE_CHECKING, Any

from localslack.conversation import messages, modals
from localslack.conversation.handles import new_response_url, new_trigger
from localslack.conversation.store import Message, View
from localslack.org.model import Channel, ChannelKind, User

if TYPE_CHECKING:
    from localslack.world import World

JSON = dict[str, Any]


def slash_command(
    world: "World", user: User, channel: Channel, team_id: str, command: str, text: str
) -> JSON:
    """The form fields of a slash command; ``is_enterprise_install`` is the string ``true``."""
    workspace = world.org.workspaces.get(team_id)
    return {
        "token": world.app.verification_token,
        "team_id": team_id,
        "team_domain": workspace.domain if workspace else world.org.domain,
        "channel_id": channel.id,
        "channel_name": _channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": world.app.id,
        "is_enterprise_install": "true",
        "enterprise_id": world.org.id,
        "enterprise_name": world.org.name,
        "response_url": new_response_url(world, user.id, channel.id),
        "trigger_id": new_trigger(world, user.id, team_id),
    }


def message_action(world: "World", user: User, message: Message, action: JSON) -> JSON:
    """``block_actions`` from a message; an ephemeral message is not echoed."""
    channel = world.org.channels[message.channel]
    team_id = messages.team_of(world, channel, user)
    ephemeral = message.ephemeral_to is not None
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts and not ephemeral:
        container["thread_ts"] = message.thread_ts
    values = world.talk.message_values.get((channel.id, message.ts, user.id), {})
    return {
        **_interaction(world, "block_actions", user, team_id),
        "container": container,
        "trigger_id": new_trigger(world, user.id, team_id),
        "channel": {"id": channel.id, "name": _channel_name(channel)},
        **({} if ephemeral else {"message": messages.wire_form(world, message)}),
        "state": {"values": values},
        "response_url": new_response_url(world, user.id, channel.id, message.ts),
        "actions": [action],
    }


def view_action(world: "World", user: User, view: View, action: JSON) -> JSON:
    """``block_actions`` from a modal or Home tab: no channel, no message, no response_url."""
    in_modal = view.id if view.kind == "modal" else None
    return {
        **_interaction(world, "block_actions", user, view.team_id),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": new_trigger(world, user.id, view.team_id, in_modal),
        "view": modals.wire_form(world, view),
        "actions": [action],
    }


def suggestion(
    world: "World", user: User, place: View | Message, block_id: str, action_id: str, query: str
) -> JSON:
    """``block_suggestion``: options wanted; it carries no other field's value."""
    if isinstance(place, View):
        where: JSON = {
            "container": {"type": "view", "view_id": place.id},
            "view": modals.wire_form(world, place, values=False),
        }
        team_id = place.team_id
    else:
        channel = world.org.channels[place.channel]
        team_id = messages.team_of(world, channel, user)
        container = {"type": "message", "message_ts": place.ts, "channel_id": channel.id}
        where = {
            "container": {**container, "is_ephemeral": place.ephemeral_to is not None},
            "channel": {"id": channel.id, "name": _channel_name(channel)},
            "message": messages.wire_form(world, place),
        }
    wanted = {"action_id": action_id, "block_id": block_id, "value": query}
    return {**_interaction(world, "block_suggestion", user, team_id), **wanted, **where}


def submission(world: "World", user: User, view: View) -> JSON:
    """``view_submission``."""
    return {
        **_interaction(world, "view_submission", user, view.team_id),
        "trigger_id": new_trigger(world, user.id, view.team_id, view.id),
        "view": modals.wire_form(world, view),
        "response_urls": [],
    }


def closed(world: "World", user: User, view: View, *, is_cleared: bool) -> JSON:
    """``view_closed``; only for views with ``notify_on_close``. No trigger_id."""
    return {
        **_interaction(world, "view_closed", user, view.team_id),
        "view": modals.wire_form(world, view, values=False),
        "is_cleared": is_cleared,
    }


def shortcut(world: "World", user: User, team_id: str, callback_id: str) -> JSON:
    """A global shortcut: no channel, no response_url."""
    return {
        "type": "shortcut",
        "token": world.app.verification_token,
        "action_ts": world.new_ts(),
        "team": None,
        "user": {"id": user.id, "username": user.name, "team_id": team_id},
        "is_enterprise_install": True,
        "enterprise": {"id": world.org.id, "name": world.org.name},
        "callback_id": callback_id,
        "trigger_id": new_trigger(world, user.id, team_id),
    }


def _interaction(world: "World", kind: str, user: User, team_id: str) -> JSON:
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": team_id},
        "api_app_id": world.app.id,
        "token": world.app.verification_token,
        "team": None,
        "enterprise": {"id": world.org.id, "name": world.org.name},
        "is_enterprise_install": True,
    }


def _channel_name(channel: Channel) -> str:
    names = {ChannelKind.IM: "directmessage", ChannelKind.PRIVATE: "privategroup"}
    return names.get(channel.kind, channel.name)
