"""Direct messages: found or opened, one per set of people."""

from typing import TYPE_CHECKING

from localslack.org.model import Channel, ChannelKind

if TYPE_CHECKING:
    from localslack.world import World


def find(world: "World", people: list[str]) -> Channel | None:
    """The DM or group DM of exactly these people."""
    wanted = set(people)
    direct = (channel for channel in world.org.channels.values() if channel.is_direct)
    return next((channel for channel in direct if set(channel.members) == wanted), None)


def find_or_open(world: "World", people: list[str]) -> tuple[Channel, bool]:
    """The DM or group DM of these people, and whether it had to be opened."""
    existing = find(world, people)
    if existing is not None:
        return existing, False
    kind = ChannelKind.IM if len(people) == 2 else ChannelKind.MPIM
    channel = Channel(
        id=world.new_id("D" if kind is ChannelKind.IM else "C"),
        name="" if kind is ChannelKind.IM else f"mpdm-{'--'.join(people)}-1",
        kind=kind,
        team_ids=[],
        host=world.org.id,
        members=list(dict.fromkeys(people)),
        created=world.now(),
        updated=world.now(),
    )
    outsiders = {world.org.users[id].external_org for id in people}
    channel.connected = sorted(org for org in outsiders if org is not None)
    world.org.channels[channel.id] = channel
    return channel, True
