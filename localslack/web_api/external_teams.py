"""``team.externalTeams.*`` and ``team.info``."""

from localslack.org.model import ChannelKind, ConnectionStatus, ExternalOrg
from localslack.org.severance import begin_disconnect
from localslack.web_api.call import JSON, MethodCall, Refused
from localslack.web_api.paging import metadata


def disconnect(call: MethodCall) -> JSON:
    """Accept the disconnect of an external org; the work goes on in the background."""
    _require_admin_install(call)
    external = call.world.org.external_orgs.get(call.text("target_team"))
    if external is None or external.status is not ConnectionStatus.CONNECTED:
        raise Refused("invalid_target_team")
    if not external.disconnecting:
        begin_disconnect(call.world, external)
        call.effect = True
    return {}


def list_external(call: MethodCall) -> JSON:
    """List external orgs; the cursor is a team id."""
    _require_admin_install(call)
    found = [org for org in call.world.org.external_orgs.values() if _fits(call, org)]
    found.sort(key=lambda org: org.id)
    keys = {"last_active_timestamp": lambda org: org.last_active, "connection_status": lambda org: org.status}
    by_name = lambda org: org.name.casefold()  # noqa: E731
    found.sort(key=keys.get(call.text("sort_field"), by_name), reverse=call.text("sort_direction") == "desc")
    ids = [org.id for org in found]
    cursor, limit = call.text("cursor"), int(call.args["limit"])
    if cursor and cursor not in ids:
        raise Refused("invalid_arguments")
    start = ids.index(cursor) if cursor else 0
    following = ids[start + limit] if start + limit < len(ids) else ""
    shown = [_external_object(call, org) for org in found[start : start + limit]]
    return {"organizations": shown, "total_count": len(found), **metadata(following)}


def info(call: MethodCall) -> JSON:
    """Name and domain of a team of ours, of the org itself, or of a partner."""
    org, team, domain = call.world.org, call.text("team"), call.text("domain")
    if domain and not team:
        team = next((w.id for w in org.workspaces.values() if w.domain == domain), "")
        if not team:
            partners = {partner.domain for partner in org.external_orgs.values()}
            raise Refused("team_not_on_enterprise" if domain in partners else "team_not_found")
    team = team or call.granted.team_id or org.id
    if team == org.id:
        return {"team": _team(org.id, org.name, org.domain, f"https://{org.domain}.enterprise.slack.com/")}
    if workspace := org.workspaces.get(team):
        shape = _team(team, workspace.name, workspace.domain, f"https://{workspace.domain}.slack.com/")
        enterprise = {"enterprise_id": org.id, "enterprise_name": org.name, "enterprise_domain": org.domain}
        return {"team": shape | enterprise}
    if partner := org.external_orgs.get(team):
        return {"team": _team(team, partner.name, partner.domain, f"https://{partner.domain}.slack.com/")}
    raise Refused("team_not_found")


def _require_admin_install(call: MethodCall) -> None:
    """``conversations.connect:manage`` comes only with an org install by an admin or owner."""
    installer = call.world.org.users.get(call.world.app.installer)
    if call.granted.team_id is not None or installer is None or not installer.is_admin_or_owner:
        raise Refused("restricted_action")


def _fits(call: MethodCall, external: ExternalOrg) -> bool:
    workspaces = call.ids("workspace_filter")
    if any(id not in call.world.org.workspaces for id in workspaces):
        raise Refused("invalid_workspace_filter")
    status = call.text("connection_status_filter")
    touched = {workspace.id for workspace in call.world.org.workspaces_with(external.id)}
    prefs = call.ids("slack_connect_pref_filter")
    return (
        (not status or external.status == status)
        and (not workspaces or bool(touched & set(workspaces)))
        and (not prefs or any(pref in external.prefs for pref in prefs))
    )


def _external_object(call: MethodCall, external: ExternalOrg) -> JSON:
    org = call.world.org
    kinds = [channel.kind for channel in org.channels_with(external.id)]
    shared = [{"workspace_id": w.id, "workspace_name": w.name} for w in org.workspaces_with(external.id)]
    owned = [{"team_id": external.id, "count": external.canvases}] if external.canvases else []
    return {
        "team_id": external.id,
        "team_name": external.name,
        "team_domain": external.domain,
        "public_channel_count": kinds.count(ChannelKind.PUBLIC),
        "private_channel_count": kinds.count(ChannelKind.PRIVATE),
        "im_channel_count": kinds.count(ChannelKind.IM),
        "mpim_channel_count": kinds.count(ChannelKind.MPIM),
        "connected_workspaces": shared,
        "slack_connect_prefs": dict(external.prefs),
        "connection_status": external.status.value,
        "last_active_timestamp": external.last_active,
        "is_sponsored": external.is_sponsored,
        "canvas": {"total_count": external.canvases, "ownership_details": owned},
        "lists": {"total_count": 0, "ownership_details": []},
    }


def _team(id: str, name: str, domain: str, url: str) -> JSON:
    icon = {"image_default": True}
    base = {"id": id, "name": name, "domain": domain, "email_domain": "", "icon": icon}
    return base | {"url": url, "is_verified": False}


METHODS = {
    "team.externalTeams.disconnect": disconnect,
    "team.externalTeams.list": list_external,
    "team.info": info,
}
