"""``conversations.*``: what a bot or person can read of conversations, and opening direct messages."""

from localslack.conversation.direct import find_or_open
from localslack.org.model import Channel, ChannelKind, User
from localslack.web_api.call import JSON, MethodCall, Refused
from localslack.web_api.objects import conversation_object, listed_object, member_count
from localslack.web_api.paging import metadata, page

_READ_SCOPES = {
    ChannelKind.PUBLIC: "channels:read",
    ChannelKind.PRIVATE: "groups:read",
    ChannelKind.IM: "im:read",
    ChannelKind.MPIM: "mpim:read",
}


def find_visible(call: MethodCall, channel_id: str) -> Channel:
    """A conversation the token can see: private ones only for members, local ones only where the app was
    added.
    """
    channel = call.world.org.channels.get(channel_id)
    if channel is None:
        raise Refused("channel_not_found")
    if channel.is_private and call.caller.id not in channel.members:
        raise Refused("channel_not_found")
    if not channel.is_direct and not _app_reaches(call, channel):
        raise Refused("team_access_not_granted")
    return channel


def _app_reaches(call: MethodCall, channel: Channel) -> bool:
    org, team = call.world.org, call.granted.team_id
    teams = org.teams_of(channel)
    return team in teams if team is not None else any(org.workspaces[id].has_app for id in teams)


def info(call: MethodCall) -> JSON:
    """One conversation with its sharing flags."""
    channel = find_visible(call, call.text("channel"))
    call.require_scope(_READ_SCOPES[channel.kind])
    shape = conversation_object(call.world, channel, call.caller)
    if call.args.get("include_num_members") and channel.kind is not ChannelKind.IM:
        shape["num_members"] = member_count(channel)
    if call.args.get("include_locale"):
        shape["locale"] = "en-US"
    return {"channel": shape}


def list_channels(call: MethodCall) -> JSON:
    """Channels of one workspace; filters are applied after the page is cut, as documented."""
    team, org, caller = call.text("team_id"), call.world.org, call.caller
    kinds = {ChannelKind(kind) for kind in call.ids("types")}
    for kind in kinds:
        call.require_scope(_READ_SCOPES[kind])
    here = [c for c in org.channels.values() if team in org.teams_of(c) or c.is_direct]
    cut, cursor = page(call, here)
    shown = [
        listed_object(call.world, channel, caller)
        for channel in cut
        if channel.kind in kinds
        and (not channel.is_private or caller.id in channel.members)
        and not (call.args.get("exclude_archived") and channel.is_archived)
    ]
    return {"channels": shown, **metadata(cursor)}


def members(call: MethodCall) -> JSON:
    """Member ids, bots and outsiders included."""
    channel = find_visible(call, call.text("channel"))
    call.require_scope(_READ_SCOPES[channel.kind])
    ids, cursor = page(call, channel.members)
    return {"members": ids, **metadata(cursor)}


def open_direct(call: MethodCall) -> JSON:
    """Open or find the DM with one person, or the group DM with several."""
    if existing := call.text("channel"):
        channel = find_visible(call, existing)
        if not channel.is_direct:
            raise Refused("method_not_supported_for_channel_type")
        return {"channel": {"id": channel.id}, "no_op": True, "already_open": True}
    people = _people(call)
    call.require_scope("im:write" if len(people) == 1 else "mpim:write")
    channel, created = find_or_open(call.world, [call.caller.id, *(person.id for person in people)])
    call.effect = created
    shape = (
        conversation_object(call.world, channel, call.caller)
        if call.args.get("return_im")
        else {"id": channel.id}
    )
    return {"channel": shape, **({} if created else {"no_op": True, "already_open": True})}


def _people(call: MethodCall) -> list[User]:
    ids = [id.strip() for id in call.ids("users") if id.strip() and id.strip() != call.caller.id]
    if not ids:
        raise Refused("not_enough_users" if call.ids("users") else "users_list_not_supplied")
    if len(ids) > 8:
        raise Refused("too_many_users")
    people = [person for id in ids if (person := call.world.org.users.get(id))]
    if len(people) < len(ids):
        raise Refused("user_not_found")
    if any(person.deleted for person in people):
        raise Refused("user_disabled")
    if any(person.is_stranger for person in people):
        raise Refused("invalid_user_combination")
    return people


METHODS = {
    "conversations.info": info,
    "conversations.list": list_channels,
    "conversations.members": members,
    "conversations.open": open_direct,
}
