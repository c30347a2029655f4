"""``usergroups.*``: list, members, disable, enable."""

from localslack.org.model import UserGroup
from localslack.outbound import events
from localslack.web_api.call import JSON, MethodCall, Refused
from localslack.web_api.objects import usergroup_object


def list_groups(call: MethodCall) -> JSON:
    """All groups of a workspace, org-level ones included; disabled ones on request. No paging."""
    team, args = call.text("team_id"), call.args
    groups = [
        usergroup_object(group, users=bool(args.get("include_users")), count=bool(args.get("include_count")))
        for group in call.world.org.usergroups.values()
        if (group.team_id == team or group.is_org_level)
        and (args.get("include_disabled") or not group.disabled_at)
    ]
    return {"usergroups": groups}


def list_users(call: MethodCall) -> JSON:
    """Members of one group; a disabled group only with ``include_disabled``."""
    group = _find(call)
    if group.disabled_at and not call.args.get("include_disabled"):
        raise Refused("no_such_subteam")
    return {"users": list(group.users)}


def disable(call: MethodCall) -> JSON:
    """Switch a group off; members and default channels are kept for a later enable."""
    group = _editable(call)
    if not group.disabled_at:
        now = call.world.now()
        group.disabled_at, group.disabled_by = now, call.caller.id
        _changed(call, group, now)
    return {"usergroup": usergroup_object(group)}


def enable(call: MethodCall) -> JSON:
    """Switch a disabled group on again."""
    group = _editable(call)
    if group.disabled_at:
        group.disabled_at, group.disabled_by = 0, None
        _changed(call, group, call.world.now())
    return {"usergroup": usergroup_object(group)}


def _find(call: MethodCall) -> UserGroup:
    group = call.world.org.usergroups.get(call.text("usergroup"))
    if group is None or (group.team_id != call.text("team_id") and not group.is_org_level):
        raise Refused("no_such_subteam")
    return group


def _editable(call: MethodCall) -> UserGroup:
    group = _find(call)
    governed_elsewhere = group.is_idp_group or group.is_org_level or group.is_editing_restricted
    admin_needed = call.world.settings.usergroups_admin_only and not call.caller.is_admin_or_owner
    if governed_elsewhere or admin_needed:
        raise Refused("permission_denied")
    return group


def _changed(call: MethodCall, group: UserGroup, now: int) -> None:
    group.updated, group.updated_by = now, call.caller.id
    call.effect = True
    events.subteam_updated(call.world, group)


METHODS = {
    "usergroups.list": list_groups,
    "usergroups.users.list": list_users,
    "usergroups.disable": disable,
    "usergroups.enable": enable,
}
