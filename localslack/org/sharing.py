"""Which workspaces a channel lives in: the rules of ``admin.conversations.setTeams``.

Sources: docs.slack.dev/reference/methods/admin.conversations.setTeams, docs.slack.dev/admins/managing-
channels.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localslack.org.model import Channel, Org
from localslack.org.severance import drop_strangers

if TYPE_CHECKING:
    from localslack.world import World


@dataclass(frozen=True)
class Wish:
    """The wanted final state: these workspaces, or all of them."""

    team_ids: tuple[str, ...]
    org_wide: bool = False


def refusal(org: Org, channel: Channel, wish: Wish, *, only_team: bool) -> str | None:
    """The error code for a wish Slack does not grant, None when it does. ``only_team``: given as ``team_id``
    alone.
    """
    return (
        _refused_channel(channel)
        or _refused_targets(org, channel, wish, only_team)
        or _refused_loss(org, channel, wish)
    )


def set_teams(world: "World", channel: Channel, wish: Wish) -> bool:
    """Make it so; True when anything changed."""
    before = (set(world.org.teams_of(channel)), channel.is_org_wide)
    home = [team for team in channel.team_ids if team in wish.team_ids]
    channel.team_ids = [*home, *(team for team in wish.team_ids if team not in home)]
    channel.is_org_wide = wish.org_wide
    drop_strangers(world, channel)
    changed = before != (set(world.org.teams_of(channel)), channel.is_org_wide)
    if changed:
        channel.updated = world.now()
    return changed


def _refused_channel(channel: Channel) -> str | None:
    if channel.is_direct or channel.is_general:
        return "channel_type_not_supported"
    if channel.legacy_disconnected:
        return "cannot_add_legacy_disconnected_channel_to_workspaces"
    if channel.connected or channel.ever_external:
        return "externally_shared_or_disconnected_channel"
    return "restricted_action" if channel.is_archived else None


def _refused_targets(org: Org, channel: Channel, wish: Wish, only_team: bool) -> str | None:
    if any(team not in org.workspaces for team in wish.team_ids):
        return "invalid_target_team"
    current = org.teams_of(channel)
    if not channel.is_multi_workspace and not wish.org_wide and current[0] not in wish.team_ids:
        return "cannot_move_local_channel"
    if only_team and wish.team_ids[0] not in current:
        return "could_not_set_teams_for_channel"
    added = [team for team in _final(org, wish) if team not in current]
    if any(not org.workspaces[team].connect_allowed for team in added if team in wish.team_ids):
        return "not_allowed_for_grid_workspace"
    return "name_taken" if _name_taken(org, channel, added) else None


def _refused_loss(org: Org, channel: Channel, wish: Wish) -> str | None:
    removed = set(org.teams_of(channel)) - set(_final(org, wish))
    if not removed:
        return None
    if channel.is_org_default or channel.is_org_mandatory:
        return "default_org_wide_channel"
    if channel.is_managed:
        return "managed_channel_not_supported"
    return "channel_cannot_be_unshared" if removed & set(channel.cannot_be_unshared_from) else None


def _final(org: Org, wish: Wish) -> list[str]:
    return list(org.workspaces) if wish.org_wide else list(wish.team_ids)


def _name_taken(org: Org, channel: Channel, added: list[str]) -> bool:
    others = (other for other in org.channels.values() if other.id != channel.id and not other.is_direct)
    return any(other.name == channel.name and set(org.teams_of(other)) & set(added) for other in others)
