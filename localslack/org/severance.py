"""Cutting Slack Connect: a whole external organization (in the background) or one team from one channel.

Sources: docs.slack.dev/reference/methods/team.externalTeams.disconnect, docs.slack.dev/apis/slack-connect,
slack.com/help/articles/360063030933.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from localslack.org.model import Channel, ConnectionStatus, ExternalOrg
from localslack.outbound import events

if TYPE_CHECKING:
    from localslack.world import World


def begin_disconnect(world: "World", external: ExternalOrg) -> None:
    """Mark the org's conversations and let the work finish after the configured delay, or never."""
    external.disconnecting = True
    for channel in world.org.channels_with(external.id):
        channel.disconnecting = True
    if external.id not in world.settings.disconnect_never:
        delay = world.settings.disconnect_delays.get(external.id, world.settings.disconnect_delay)
        world.after(delay, lambda: finish_disconnect(world, external.id))


def finish_disconnect(world: "World", external_id: str) -> None:
    """The background work ends: our channels lose the org, theirs become frozen copies, DMs are archived."""
    external = world.org.external_orgs.get(external_id)
    if external is None or not external.disconnecting:
        return
    for channel in world.org.channels_with(external_id):
        channel.disconnecting = False
        if channel.is_direct:
            _archive_direct(channel, external_id)
        elif channel.host == external_id:
            _freeze_copy(world, channel)
        else:
            unshare(world, channel, external_id)
    external.disconnecting = False
    external.status = ConnectionStatus.DISCONNECTED


def unshare(world: "World", channel: Channel, leaving: str) -> None:
    """Remove one external org or one workspace of ours from a channel we host; the channel keeps its id."""
    if leaving in channel.connected:
        channel.connected.remove(leaving)
        channel.limited = [org for org in channel.limited if org != leaving]
        channel.ever_external = True
        channel.unlisted_outsiders = 0 if not channel.connected else channel.unlisted_outsiders
    else:
        channel.team_ids = [team for team in world.org.teams_of(channel) if team != leaving]
        channel.is_org_wide = False
    drop_strangers(world, channel)
    channel.updated = world.now()
    events.channel_unshared(world, channel, leaving)
    if leaving in world.org.external_orgs:
        _end_direct_messages(world, leaving)


def drop_strangers(world: "World", channel: Channel) -> None:
    """Members whose last workspace or org left the channel lose it."""
    homes = {*world.org.teams_of(channel), *channel.connected}

    def stays(user_id: str) -> bool:
        user = world.org.users.get(user_id)
        return user is None or bool(homes & {*user.teams, user.external_org})

    channel.members = [user_id for user_id in channel.members if stays(user_id)]


def _end_direct_messages(world: "World", external_id: str) -> None:
    """Direct messages with an org last only as long as one channel is shared with it."""
    shared = world.org.channels_with(external_id)
    if all(channel.is_direct for channel in shared):
        for channel in shared:
            _archive_direct(channel, external_id)


def _archive_direct(channel: Channel, external_id: str) -> None:
    channel.connected = [org for org in channel.connected if org != external_id]
    channel.is_archived = True
    channel.ever_external = True


def _freeze_copy(world: "World", channel: Channel) -> None:
    """We were guests: the old id is gone, an archived frozen copy stays under a new one."""
    copy = replace(
        channel,
        id=world.new_id("C"),
        host=world.org.id,
        connected=[],
        limited=[],
        is_archived=True,
        is_frozen=True,
        frozen_reason="connection_severed",
        ever_external=True,
        previous_id=channel.id,
        unlisted_outsiders=0,
        updated=world.now(),
    )
    copy.members = [id for id in channel.members if world.org.users[id].external_org is None]
    world.talk.messages[copy.id] = world.talk.messages.pop(channel.id, [])
    del world.org.channels[channel.id]
    world.org.channels[copy.id] = copy
