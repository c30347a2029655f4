"""Carrying it out, and seeing whether it took effect."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from app.model.canonical import Json
from app.model.plan import Item, Plan
from app.operations import channels
from app.operations.contract import Call, Move, Patience, Sight, Standing
from app.operations.wording import listed
from app.slack.directory import Channel, Live


def facts_of(channel: Channel, leaving: str, leaving_too: Iterable[str]) -> dict[str, Json]:
    """Decision facts of one channel × leaving team.

    Teams that the same plan takes out of the channel do not count as change, whichever goes first.
    """
    teams = channel.connected | channel.workspaces
    return {
        "host": channel.host,
        "private": channel.private,
        "general": channel.general,
        "org_default": channel.org_default or channel.org_mandatory,
        "connected": leaving in teams,
        "staying": sorted(teams - set(leaving_too)),
    }


class Disconnect(Move):
    """Take the leaving teams out, one call each."""

    method = "admin.conversations.disconnectShared"
    reads = ("admin.conversations.search",)
    patience = Patience(first=1, longest=15, watched=120, limit=3600, settle=5)

    def look(
        self, plan: Plan, items: Sequence[Item], live: Live, *, closely: bool = False
    ) -> dict[str, Sight]:
        """Each channel read once: many by one list where that is cheaper, closely by name and id.

        What `conversations.info` shows otherwise than the plan is searched for before it counts.
        """
        leaving = _leaving_by_channel(plan.items)
        wanted = {str(item.target["channel"]): str(item.target["name"]) for item in items}
        found = channels.read(live, wanted, closely=closely)
        sights = {}
        for item in items:
            key = str(item.target["channel"])
            sight = self._sight(found[key], item, leaving)
            if channels.doubtful(found[key], sight, item):
                found[key] = live.channel(key, wanted[key])
                sight = self._sight(found[key], item, leaving)
            sights[item.key] = sight
        return sights

    def _sight(self, channel: Channel | None, item: Item, leaving: Mapping[str, list[str]]) -> Sight:
        if channel is None:
            return Sight(
                Standing.UNSEEN, note="Neither search nor the channel itself shows it to this token."
            )
        team = str(item.target["leaving"])
        facts = facts_of(channel, team, leaving[channel.id])
        if facts["connected"] and channel.disconnecting:
            return Sight(Standing.UNDER_WAY, facts, f"Slack is disconnecting #{channel.name}.")
        if facts["connected"]:
            return Sight(Standing.NOT_YET, facts, f"Slack still shows {team} in #{channel.name}.")
        if not (channel.workspaces_told if item.target["ours"] else channel.externals_told):
            return Sight(Standing.UNSEEN, note=f"Slack does not say who is in #{channel.name}.")
        rest = "no other organization" if not channel.connected else listed(sorted(channel.connected))
        return Sight(Standing.REACHED, facts, f"#{channel.name} is now shared with {rest}.")

    def pack(self, items: Sequence[Item]) -> list[Call]:
        """One leaving team a call, in spite of the argument's plural name."""
        return [
            Call(
                self.method,
                {"channel_id": item.target["channel"], "leaving_team_ids": [item.target["leaving"]]},
                (item.key,),
            )
            for item in items
        ]


def _leaving_by_channel(items: Iterable[Item]) -> dict[str, list[str]]:
    leaving: dict[str, list[str]] = defaultdict(list)
    for item in items:
        leaving[str(item.target["channel"])].append(str(item.target["leaving"]))
    return leaving
