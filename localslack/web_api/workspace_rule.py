"""The workspace of a call: which methods want ``team_id`` from an org-wide token, and which workspaces it
may name.

Source: docs.slack.dev/enterprise/developing-for-enterprise-orgs.
"""

from localslack.web_api.call import MethodCall, Refused


def check(call: MethodCall) -> None:
    """Apply the documented rule; a workspace token always means its own workspace."""
    rule = call.method.team_id
    if rule not in ("required", "optional") or call.token is None:
        return
    if call.token.team_id is not None:
        call.args["team_id"] = call.token.team_id
        return
    team_id = call.text("team_id")
    if not team_id:
        if rule == "required":
            raise _absent(call)
        return
    workspace = call.world.org.workspaces.get(team_id)
    if workspace is None:
        codes = ("target_team_not_on_org", "invalid_team", "team_not_found")
        raise call.refusal(*codes, otherwise="team_access_not_granted")
    if rule == "required" and not workspace.has_app:
        raise Refused("team_access_not_granted")


def _absent(call: MethodCall) -> Refused:
    codes = ("target_team_must_be_specified_in_org_context", "missing_argument")
    code = call.method.refusal(*codes, otherwise="invalid_arguments")
    if code == "invalid_arguments":
        return Refused.with_messages(code, ["missing required field: team_id"])
    return Refused(code)
