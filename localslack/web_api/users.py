"""``users.*`` and ``admin.users.list``."""

from localslack.org.model import User
from localslack.web_api.call import JSON, MethodCall, Refused
from localslack.web_api.objects import user_object
from localslack.web_api.paging import metadata, page
from localslack.web_api.roles import require_org_admin


def info(call: MethodCall) -> JSON:
    """One user of the org, or an outsider."""
    user = call.world.org.users.get(call.text("user"))
    if user is None:
        raise Refused("user_not_found")
    return {"user": _shown(call, user)}


def list_users(call: MethodCall) -> JSON:
    """Users of one workspace, deactivated ones included."""
    team = call.text("team_id")
    members, cursor = page(call, [u for u in call.world.org.users.values() if team in u.teams])
    shown = [_shown(call, user) for user in members]
    return {"members": shown, "cache_ts": call.world.now(), **metadata(cursor)}


def lookup_by_email(call: MethodCall) -> JSON:
    """An active user by e-mail address."""
    email = call.text("email").casefold()
    for user in call.world.org.users.values():
        if user.email.casefold() == email and not user.deleted and user.external_org is None:
            return {"user": _shown(call, user)}
    raise Refused("users_not_found")


def admin_list(call: MethodCall) -> JSON:
    """Users of the org or of one workspace, with what an admin may know."""
    require_org_admin(call)
    if call.args.get("include_deactivated_user_workspaces") and call.text("team_id"):
        raise Refused("include_deactivated_user_workspaces_invalid")
    selecting = any(call.args.get(name) for name in ("include_admins", "include_owners"))
    if call.args.get("only_guests") and (selecting or not call.text("team_id")):
        raise Refused("invalid_arguments")
    found = [u for u in call.world.org.users.values() if u.external_org is None and _selected(call, u)]
    shown, cursor = page(call, found)
    return {"users": [_admin_object(call, user) for user in shown], **metadata(cursor)}


def _shown(call: MethodCall, user: User) -> JSON:
    return user_object(call.world, user, with_email="users:read.email" in call.granted.scopes)


def _selected(call: MethodCall, user: User) -> bool:
    args, team = call.args, call.text("team_id")
    owner = user.is_org_owner or user.is_primary_owner
    wanted = [args.get("include_admins") and user.is_org_admin, args.get("include_owners") and owner]
    selecting = args.get("include_admins") or args.get("include_owners")
    return (
        (not team or team in user.teams)
        and user.deleted != bool(args["is_active"])
        and (not args.get("only_guests") or user.is_restricted or user.is_ultra_restricted)
        and (not selecting or any(wanted))
    )


def _admin_object(call: MethodCall, user: User) -> JSON:
    show_workspaces = not user.deleted or call.args.get("include_deactivated_user_workspaces")
    return {
        "id": user.id,
        "email": user.email,
        "is_admin": user.is_org_admin or user.is_org_owner or user.is_primary_owner,
        "is_owner": user.is_org_owner or user.is_primary_owner,
        "is_primary_owner": user.is_primary_owner,
        "is_restricted": user.is_restricted or user.is_ultra_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "is_bot": user.is_bot,
        "username": user.name,
        "full_name": user.real_name,
        "is_active": not user.deleted,
        "date_created": user.created,
        "deactivated_ts": user.deactivated_at,
        "expiration_ts": 0,
        "workspaces": list(user.teams) if show_workspaces else [],
        "has_2fa": user.has_2fa,
        "has_sso": user.has_sso,
    }


METHODS = {
    "users.info": info,
    "users.list": list_users,
    "users.lookupByEmail": lookup_by_email,
    "admin.users.list": admin_list,
}
