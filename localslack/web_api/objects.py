"""Org objects as they travel: users, channels and user groups, shaped like Slack's samples.

Sources: docs.slack.dev/reference/objects, github.com/slackapi/java-slack-sdk json-logs/samples/api.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from localslack.org.model import Channel, ChannelKind, User, UserGroup

if TYPE_CHECKING:
    from localslack.world import World

JSON = dict[str, Any]


def user_object(world: "World", user: User, *, with_email: bool) -> JSON:
    """A user as in ``users.info``; the e-mail only with ``users:read.email``."""
    team_id = user.external_org or (user.teams[0] if user.teams else world.org.id)
    profile = {"real_name": user.real_name, "display_name": user.name, "team": team_id}
    if with_email and user.email and not user.is_bot:
        profile["email"] = user.email
    shape: JSON = {
        "id": user.id,
        "team_id": team_id,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": user.updated,
    }
    if user.deleted:
        return shape
    shape |= _roles(user) | _time_zone(world, user) | {"has_2fa": user.has_2fa}
    if user.external_org is not None:
        return shape | {"is_stranger": user.is_stranger}
    return shape | {"enterprise_user": _enterprise_user(world, user)}


def _roles(user: User) -> JSON:
    home_admin = bool(user.teams) and user.teams[0] in user.admin_of
    org_role = user.external_org is None
    return {
        "is_admin": org_role and (user.is_admin_or_owner or home_admin),
        "is_owner": org_role and (user.is_org_owner or user.is_primary_owner),
        "is_primary_owner": org_role and user.is_primary_owner,
        "is_restricted": user.is_restricted or user.is_ultra_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
    }


def _time_zone(world: "World", user: User) -> JSON:
    offset = datetime.fromtimestamp(world.now(), ZoneInfo(user.tz)).utcoffset()
    return {"tz": user.tz, "tz_label": user.tz, "tz_offset": int(offset.total_seconds()) if offset else 0}


def _enterprise_user(world: "World", user: User) -> JSON:
    return {
        "id": user.id,
        "enterprise_id": world.org.id,
        "enterprise_name": world.org.name,
        "is_admin": user.is_org_admin or user.is_org_owner or user.is_primary_owner,
        "is_owner": user.is_org_owner or user.is_primary_owner,
        "is_primary_owner": user.is_primary_owner,
        "teams": list(user.teams),
    }


def member_count(channel: Channel) -> int:
    """Members listed plus those the seed only counts."""
    return len(channel.members) + channel.unlisted_members


def outsider_count(world: "World", channel: Channel) -> int:
    """External members listed plus those the seed only counts."""
    users = (world.org.users.get(id) for id in channel.members)
    return sum(1 for user in users if user and user.external_org) + channel.unlisted_outsiders


def conversation_object(world: "World", channel: Channel, caller: User) -> JSON:
    """A conversation as in ``conversations.info``."""
    if channel.kind is ChannelKind.IM:
        return _direct_message(channel, caller)
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind is ChannelKind.PUBLIC,
        "is_group": channel.kind is ChannelKind.PRIVATE,
        "is_im": False,
        "is_mpim": channel.kind is ChannelKind.MPIM,
        "is_private": channel.is_private,
        "is_general": channel.is_general,
        "is_member": caller.id in channel.members,
        "created": channel.created,
        "creator": channel.creator,
        "updated": channel.updated * 1000,
        "unlinked": 0,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
        "previous_names": [],
        **_sharing(world, channel),
    }


_ONLY_IN_INFO = (
    "connected_limited_team_ids",
    "connected_team_ids",
    "context_team_id",
    "conversation_host_id",
    "internal_team_ids",
    "is_frozen",
    "is_global_shared",
    "is_org_default",
    "is_org_mandatory",
    "pending_connected_team_ids",
    "shared_team_ids",
)


def listed_object(world: "World", channel: Channel, caller: User) -> JSON:
    """A conversation as in ``conversations.list``, which does not tell whom it is shared with."""
    shape = conversation_object(world, channel, caller)
    for name in _ONLY_IN_INFO:
        shape.pop(name, None)
    return shape | {"num_members": member_count(channel)}


def _direct_message(channel: Channel, caller: User) -> JSON:
    other = next((id for id in channel.members if id != caller.id), caller.id)
    return {
        "id": channel.id,
        "created": channel.created,
        "is_im": True,
        "is_org_shared": False,
        "is_archived": channel.is_archived,
        "user": other,
        "updated": channel.updated * 1000,
    }


def _sharing(world: "World", channel: Channel) -> JSON:
    teams = world.org.teams_of(channel)
    shared = bool(channel.connected) or channel.is_multi_workspace
    flags: JSON = {
        "context_team_id": teams[0] if teams else world.org.id,
        "is_archived": channel.is_archived,
        "is_frozen": channel.is_frozen,
        "is_shared": shared,
        "is_ext_shared": bool(channel.connected),
        "is_org_shared": channel.is_multi_workspace,
        "is_global_shared": channel.is_org_wide,
        "is_org_default": channel.is_org_default,
        "is_org_mandatory": channel.is_org_mandatory,
        "is_pending_ext_shared": bool(channel.pending),
        "pending_shared": list(channel.pending),
        "pending_connected_team_ids": list(channel.pending),
        "shared_team_ids": [*teams, *channel.connected],
        "internal_team_ids": list(teams),
        "connected_team_ids": list(channel.connected),
        "connected_limited_team_ids": list(channel.limited),
        "conversation_host_id": channel.host,
    }
    return flags | ({"frozen_reason": channel.frozen_reason} if channel.is_frozen else {})


def search_object(world: "World", channel: Channel) -> JSON:
    """A conversation as in ``admin.conversations.search``."""
    teams = world.org.teams_of(channel)
    return {
        "id": channel.id,
        "name": channel.name,
        "purpose": channel.purpose,
        "member_count": -1 if channel.is_archived else member_count(channel),
        "created": channel.created,
        "creator_id": channel.creator,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_general": channel.is_general,
        "last_activity_ts": channel.last_activity * 1_000_000,
        "is_ext_shared": bool(channel.connected),
        "is_global_shared": channel.is_org_wide,
        "is_org_default": channel.is_org_default,
        "is_org_mandatory": channel.is_org_mandatory,
        "is_org_shared": channel.is_multi_workspace,
        "is_frozen": channel.is_frozen,
        "connected_team_ids": list(channel.connected),
        "connected_limited_team_ids": list(channel.limited),
        "conversation_host_id": channel.host,
        "internal_team_ids": list(teams),
        "internal_team_ids_count": len(teams),
        "internal_team_ids_sample_team": teams[0] if teams else "",
        "pending_connected_team_ids": list(channel.pending),
        "is_pending_ext_shared": bool(channel.pending),
        "external_user_count": outsider_count(world, channel),
        "channel_manager_count": 1 if channel.creator else 0,
        "is_disconnect_in_progress": channel.disconnecting,
        "context_team_id": teams[0] if teams else world.org.id,
    }


def usergroup_object(group: UserGroup, *, users: bool = True, count: bool = True) -> JSON:
    """A user group as in ``usergroups.list`` (docs.slack.dev/reference/objects/usergroup-object)."""
    shape: JSON = {
        "id": group.id,
        "team_id": group.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": group.description,
        "handle": group.handle,
        "is_external": False,
        "date_create": group.created,
        "date_update": group.updated,
        "date_delete": group.disabled_at,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": group.created_by,
        "updated_by": group.updated_by,
        "deleted_by": group.disabled_by,
        "prefs": {"channels": list(group.channels), "groups": []},
        "channel_count": len(group.channels),
        "is_section": False,
        "is_idp_group": group.is_idp_group,
        "is_visible": True,
        "is_editing_restricted": group.is_editing_restricted,
        "is_membership_locked": group.is_idp_group,
        "is_org_level": group.is_org_level,
    }
    shape |= {"users": list(group.users)} if users else {}
    return shape | ({"user_count": len(group.users)} if count else {})
