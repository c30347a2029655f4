"""``admin.conversations.*``: the org-wide channel tools."""

from localslack.org.model import Channel
from localslack.org.severance import unshare
from localslack.org.sharing import Wish, refusal, set_teams
from localslack.web_api.call import JSON, MethodCall, Refused
from localslack.web_api.paging import metadata, page
from localslack.web_api.roles import find_managed_channel, manages_private, require_org_admin


def disconnect_shared(call: MethodCall) -> JSON:
    """Remove one workspace or external org from a channel that our org hosts."""
    require_org_admin(call)
    org = call.world.org
    channel = find_managed_channel(call, call.text("channel_id"))
    connected = [*org.teams_of(channel), *channel.connected]
    if len(connected) < 2:
        raise Refused("no_teams_to_disconnect")
    leaving = _leaving_team(call, channel, connected)
    if leaving == _home(call, channel):
        raise Refused("cannot_kick_home_team")
    if channel.host != org.id:
        raise Refused("cannot_kick_team")
    if channel.is_org_default and leaving in org.workspaces:
        raise Refused("restricted_action")
    unshare(call.world, channel, leaving)
    call.effect = True
    return {}


def _leaving_team(call: MethodCall, channel: Channel, connected: list[str]) -> str:
    org, given = call.world.org, call.ids("leaving_team_ids")
    if len(given) > 1:
        message = "no more than 1 items allowed [json-pointer:/leaving_team_ids]"
        raise Refused.with_messages("invalid_arguments", [message])
    if not given:
        if len(connected) > 2:
            raise Refused("leaving_team_required")
        return next(team for team in connected if team != _home(call, channel))
    leaving = given[0]
    if leaving == org.id:
        return _home(call, channel) if channel.host == org.id else leaving
    if leaving not in org.workspaces and leaving not in org.external_orgs:
        raise Refused("team_not_found")
    if leaving not in connected:
        raise Refused("leaving_team_not_in_channel")
    return leaving


def _home(call: MethodCall, channel: Channel) -> str:
    """The originating team: the first workspace when we host, the other org when it does."""
    return channel.team_ids[0] if channel.host == call.world.org.id and channel.team_ids else channel.host


def set_channel_teams(call: MethodCall) -> JSON:
    """Replace the set of workspaces a channel lives in."""
    require_org_admin(call)
    world, channel_id = call.world, call.text("channel_id")
    if channel_id[:1] not in ("C", "G") or not channel_id.isalnum():
        raise Refused("invalid_channel_id")
    if not world.settings.set_teams_enabled:
        raise Refused("not_enabled")
    channel = find_managed_channel(call, channel_id)
    wish = _wish(call)
    code = refusal(world.org, channel, wish, only_team=not call.ids("target_team_ids") and not wish.org_wide)
    if code is not None:
        raise Refused(code)
    call.effect = set_teams(world, channel, wish)
    return {"channel": channel.id}


def _wish(call: MethodCall) -> Wish:
    targets, team = call.ids("target_team_ids"), call.text("team_id")
    if call.args.get("org_channel"):
        if targets:
            raise Refused("unsupported_arguments")
        return Wish((), org_wide=True)
    if len(targets) > call.world.settings.target_teams_max:
        raise Refused("too_many_target_teams")
    if not targets and not team:
        raise Refused("unsupported_arguments")
    return Wish(tuple(dict.fromkeys([*([team] if team else []), *targets])))


def get_teams(call: MethodCall) -> JSON:
    """Our workspaces of a channel that lives in several; anything else is ``channel_not_found``."""
    require_org_admin(call)
    channel = find_managed_channel(call, call.text("channel_id"))
    if not channel.is_multi_workspace:
        raise Refused("channel_not_found")
    teams, cursor = page(call, call.world.org.teams_of(channel))
    return {"team_ids": teams, **metadata(cursor)}


def lookup(call: MethodCall) -> JSON:
    """Ids of small, inactive public channels of some workspaces."""
    require_org_admin(call)
    org, teams = call.world.org, set(call.ids("team_ids"))
    if not teams & set(org.workspaces):
        raise Refused("no_valid_teams")
    before, most = int(call.args["last_message_activity_before"]), int(call.args["max_member_count"])

    def fits(channel: Channel) -> bool:
        quiet = channel.last_activity < before and len(channel.members) + channel.unlisted_members <= most
        return quiet and not channel.is_private and bool(teams & set(org.teams_of(channel)))

    ids, cursor = page(call, [channel.id for channel in org.channels.values() if fits(channel)])
    return {"channel_ids": ids, **metadata(cursor)}


def visible_channels(call: MethodCall) -> list[Channel]:
    """Every channel the token's user sees with the channel management tools."""
    org = call.world.org
    channels = (channel for channel in org.channels.values() if not channel.is_direct)
    return [channel for channel in channels if manages_private(call.caller, channel, org.teams_of(channel))]


METHODS = {
    "admin.conversations.disconnectShared": disconnect_shared,
    "admin.conversations.setTeams": set_channel_teams,
    "admin.conversations.getTeams": get_teams,
    "admin.conversations.lookup": lookup,
}
