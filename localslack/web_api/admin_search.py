"""``admin.conversations.search``: channels of the whole org, ten or twenty at a time."""

from collections.abc import Callable

from localslack.org.model import Channel, ConnectionStatus, Org
from localslack.web_api.admin_conversations import visible_channels
from localslack.web_api.call import JSON, MethodCall, Refused
from localslack.web_api.objects import member_count, search_object
from localslack.web_api.paging import page
from localslack.web_api.roles import require_org_admin

_KINDS: dict[str, Callable[[Channel], bool]] = {
    "private": lambda c: c.is_private,
    "private_exclude": lambda c: not c.is_private,
    "archived": lambda c: c.is_archived,
    "exclude_archived": lambda c: not c.is_archived,
    "private_exclude_archived": lambda c: c.is_private and not c.is_archived,
    "multi_workspace": lambda c: c.is_multi_workspace and not c.is_org_wide,
    "org_wide": lambda c: c.is_org_wide,
    "external_shared_exclude": lambda c: not c.connected,
    "external_shared": lambda c: bool(c.connected),
    "external_shared_private": lambda c: bool(c.connected) and c.is_private,
    "external_shared_archived": lambda c: bool(c.connected) and c.is_archived,
    "exclude_org_shared": lambda c: not c.is_multi_workspace,
}
_PRIVATE_KINDS = {"private", "private_exclude_archived", "external_shared_private"}


def search(call: MethodCall) -> JSON:
    """Search by name fragment, workspace, external org and kind; ``next_cursor`` is at top level."""
    require_org_admin(call)
    kinds = call.ids("search_channel_types")
    count_only = bool(call.args.get("total_count_only"))
    user = call.caller
    if _PRIVATE_KINDS & set(kinds) and not (
        user.is_primary_owner or user.private_channel_scope or count_only
    ):
        raise Refused("not_allowed")
    found = [channel for channel in visible_channels(call) if _fits(call, channel, kinds)]
    total = {"total_count": len(found), "response_metadata": {"messages": []}}
    if count_only:
        return {"conversations": [], "next_cursor": "", **total}
    _sort(found, call)
    shown, cursor = page(call, found)
    rows = [search_object(call.world, channel) for channel in shown]
    return {"conversations": rows, "next_cursor": cursor, **total}


def _fits(call: MethodCall, channel: Channel, kinds: list[str]) -> bool:
    org = call.world.org
    teams, partners = _teams(call, org), _partners(call, org)
    return (
        call.text("query").casefold() in channel.name.casefold()
        and (not teams or bool(teams & set(org.teams_of(channel))))
        and (not partners or bool(partners & set(channel.connected)))
        and (not kinds or any(_KINDS[kind](channel) for kind in kinds))
    )


def _teams(call: MethodCall, org: Org) -> set[str]:
    teams = set(call.ids("team_ids"))
    if teams - set(org.workspaces):
        raise Refused("team_not_found")
    return teams


def _partners(call: MethodCall, org: Org) -> set[str]:
    partners = set(call.ids("connected_team_ids"))
    children = {child for partner in org.external_orgs.values() for child in partner.child_workspaces}
    if partners & children:
        raise Refused("connected_team_passed_in_is_not_top_level_team")
    for id in partners:
        partner = org.external_orgs.get(id)
        if partner is None or partner.status is not ConnectionStatus.CONNECTED:
            raise Refused("external_team_not_connected_to_this_org")
    return partners


def _sort(found: list[Channel], call: MethodCall) -> None:
    keys: dict[str, Callable[[Channel], tuple[object, str]]] = {
        "name": lambda c: (c.name, c.id),
        "member_count": lambda c: (member_count(c), c.id),
        "created": lambda c: (c.created, c.id),
        "relevant": lambda c: (c.last_activity, c.id),
    }
    found.sort(key=keys[call.text("sort")], reverse=call.text("sort_dir") == "desc")


METHODS = {"admin.conversations.search": search}
