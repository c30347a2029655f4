"""Events the emulator tells the app about: built here, sent in the background
(docs.slack.dev/reference/events).

Only event types the manifest subscribes to are sent. ``team_access_*``, ``tokens_revoked`` and
``app_uninstalled`` carry no authorizations, as in Slack's samples.
"""

from typing import TYPE_CHECKING, Any

from localslack.web_api.objects import usergroup_object

if TYPE_CHECKING:
    from localslack.org.model import Channel, User, UserGroup
    from localslack.world import World

JSON = dict[str, Any]


def channel_unshared(world: "World", channel: "Channel", leaving: str) -> None:
    """A channel we host lost an external org or a workspace; only for channels the bot can see."""
    event = {
        "type": "channel_unshared",
        "previously_connected_team_id": leaving,
        "channel": channel.id,
        "is_ext_shared": bool(channel.connected),
        "event_ts": world.new_ts(),
    }
    if not channel.is_private or world.app.bot_user in channel.members:
        _send(world, event, _team(world, channel.team_ids))


def channel_shared(world: "World", channel: "Channel", joining: str) -> None:
    """A channel gained an external org."""
    event = {"type": "channel_shared", "connected_team_id": joining, "channel": channel.id}
    if not channel.is_private or world.app.bot_user in channel.members:
        _send(world, {**event, "event_ts": world.new_ts()}, _team(world, channel.team_ids))


def subteam_updated(world: "World", group: "UserGroup") -> None:
    """A user group changed."""
    event = {"type": "subteam_updated", "subteam": usergroup_object(group), "event_ts": world.new_ts()}
    _send(world, event, group.team_id)


def app_home_opened(world: "World", user: "User", channel: str, team_id: str, view: JSON | None) -> None:
    """A person opened the app's Home tab."""
    event = {"type": "app_home_opened", "user": user.id, "channel": channel, "tab": "home"}
    with_view = {"view": view} if view else {}
    _send(world, {**event, **with_view, "event_ts": world.new_ts()}, team_id)


def message_im(world: "World", user: "User", channel: str, team_id: str, ts: str, text: str) -> None:
    """A person wrote to the app."""
    event = {"type": "message", "channel": channel, "user": user.id, "text": text, "ts": ts}
    _send(world, {**event, "channel_type": "im", "event_ts": ts}, team_id, subscription="message.im")


def function_executed(world: "World", event: JSON, team_id: str) -> None:
    """A workflow reached a custom step of the app."""
    _send(world, {"type": "function_executed", **event, "event_ts": world.new_ts()}, team_id)


def team_access(world: "World", kind: str, team_ids: list[str]) -> None:
    """The app was added to workspaces, or removed from them."""
    event = {"type": kind, "team_ids": team_ids, "event_ts": world.new_ts()}
    _send(world, event, None, authorized=False, with_team=False)


def tokens_revoked(world: "World", users: list[str], bots: list[str]) -> None:
    """Tokens died; the event lists user ids, not tokens."""
    if not users and not bots:
        return
    event = {"type": "tokens_revoked", "tokens": {"oauth": users, "bot": bots}}
    _send(world, event, None, authorized=False)


def app_uninstalled(world: "World") -> None:
    """The app was removed from the org."""
    _send(world, {"type": "app_uninstalled"}, None, authorized=False)


def _team(world: "World", team_ids: list[str]) -> str:
    return team_ids[0] if team_ids else next(iter(world.org.workspaces))


def _send(
    world: "World",
    event: JSON,
    team_id: str | None,
    *,
    subscription: str = "",
    authorized: bool = True,
    with_team: bool = True,
) -> None:
    if (subscription or event["type"]) not in world.app.manifest.bot_events:
        return
    envelope: JSON = {
        "token": world.app.verification_token,
        "enterprise_id": world.org.id,
        "api_app_id": world.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": world.new_id("Ev"),
        "event_time": world.now(),
    }
    if with_team:
        envelope["team_id"] = team_id
    if authorized:
        envelope |= _authorization(world)
    world.outbox.append(envelope)
    world.touch()


def _authorization(world: "World") -> JSON:
    entry = {
        "enterprise_id": world.org.id,
        "team_id": None,
        "user_id": world.app.bot_user,
        "is_bot": True,
        "is_enterprise_install": True,
    }
    return {
        "authorizations": [entry],
        "is_ext_shared_channel": False,
        "event_context": world.new_secret("4-"),
    }
