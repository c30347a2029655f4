"""``auth.test``, ``auth.teams.list`` and ``admin.teams.list``."""

from localslack.web_api.call import JSON, MethodCall
from localslack.web_api.paging import metadata, page
from localslack.web_api.roles import require_org_admin


def test(call: MethodCall) -> JSON:
    """Who the token belongs to; with an org-wide token ``team_id`` is the org's own id."""
    org, token, app = call.world.org, call.granted, call.world.app
    workspace = org.workspaces.get(token.team_id or "")
    shape: JSON = {
        "url": f"https://{workspace.domain}.slack.com/"
        if workspace
        else f"https://{org.domain}.enterprise.slack.com/",
        "team": workspace.name if workspace else org.name,
        "user": call.caller.name,
        "team_id": workspace.id if workspace else org.id,
        "user_id": call.caller.id,
        "enterprise_id": org.id,
        "is_enterprise_install": workspace is None,
    }
    if call.is_bot:
        shape |= {"bot_id": app.bot_id, "app_id": app.id, "app_name": app.manifest.name}
    return shape


def app_teams(call: MethodCall) -> JSON:
    """Workspaces the app has been added to."""
    token, workspaces = call.granted, call.world.org.workspaces.values()
    mine = [w for w in workspaces if (w.id == token.team_id if token.team_id else w.has_app)]
    icon = {"icon": {"image_default": True}} if call.args.get("include_icon") else {}
    shown, cursor = page(call, [{"id": workspace.id, "name": workspace.name, **icon} for workspace in mine])
    return {"teams": shown, **metadata(cursor)}


def admin_teams(call: MethodCall) -> JSON:
    """All workspaces of the org."""
    require_org_admin(call)
    users = call.world.org.users
    rows = [
        {
            "id": workspace.id,
            "name": workspace.name,
            "discoverability": workspace.discoverability,
            "primary_owner": {
                "user_id": workspace.primary_owner,
                "email": users[workspace.primary_owner].email,
            },
            "team_url": f"https://{workspace.domain}.slack.com/",
        }
        for workspace in call.world.org.workspaces.values()
    ]
    shown, cursor = page(call, rows)
    return {"teams": shown, **metadata(cursor)}


METHODS = {"auth.test": test, "auth.teams.list": app_teams, "admin.teams.list": admin_teams}
