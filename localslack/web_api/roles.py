"""What the token's owner may do: org roles and the channel management tools."""

from localslack.org.model import Channel, User
from localslack.web_api.call import MethodCall, Refused


def require_org_admin(call: MethodCall) -> None:
    """Refuse unless the token's user is an org admin or owner and the app is installed on the org."""
    if call.granted.team_id is not None:
        raise call.refusal("feature_not_enabled", otherwise="not_allowed_token_type")
    if not call.caller.is_admin_or_owner:
        raise call.refusal("not_an_admin", "restricted_action", otherwise="feature_not_enabled")


def manages_private(user: User, channel: Channel, teams: list[str]) -> bool:
    """Whether the channel management tools show this channel to the user; public channels always show."""
    if not channel.is_private or user.is_primary_owner or "*" in user.private_channel_scope:
        return True
    return bool(set(user.private_channel_scope) & set(teams))


def find_managed_channel(call: MethodCall, channel_id: str) -> Channel:
    """The channel an ``admin.conversations`` method names, if the token's user may manage it."""
    channel = call.world.org.channels.get(channel_id)
    if channel is None:
        raise Refused("channel_not_found")
    if channel.is_direct or channel.is_general:
        raise Refused("channel_type_not_supported")
    if not manages_private(call.caller, channel, call.world.org.teams_of(channel)):
        raise call.refusal("restricted_action", otherwise="channel_not_found")
    return channel
