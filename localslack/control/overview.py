"""The part of the org that destructive calls change, short enough to be read again at every change."""

from typing import Any

from localslack.org.model import Channel, Org

JSON = dict[str, Any]


def overview(org: Org) -> JSON:
    """Partners with their connection, shared and multi-workspace channels, user groups, policies' sizes."""
    channels = [c for c in org.channels.values() if not c.is_direct]
    return {
        "partners": [
            {
                "id": partner.id,
                "name": partner.name,
                "domain": partner.domain,
                "status": partner.status,
                "disconnecting": partner.disconnecting,
                "channels": len(org.channels_with(partner.id)),
            }
            for partner in org.external_orgs.values()
        ],
        "channels": [_channel(org, c) for c in channels if c.connected or c.is_multi_workspace],
        "usergroups": [
            {
                "id": group.id,
                "handle": group.handle,
                "team_id": group.team_id,
                "enabled": not group.disabled_at,
                "members": len(group.users),
            }
            for group in org.usergroups.values()
        ],
        "policies": {policy.name: len(policy.entities) for policy in org.policies.values()},
        "workspaces": {workspace.id: workspace.name for workspace in org.workspaces.values()},
    }


def _channel(org: Org, channel: Channel) -> JSON:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_org_wide": channel.is_org_wide,
        "workspaces": org.teams_of(channel),
        "partners": channel.connected,
        "disconnecting": channel.disconnecting,
    }
