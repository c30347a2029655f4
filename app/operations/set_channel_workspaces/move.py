"""Setting the list, and seeing whether it took effect."""

from collections.abc import Sequence

from app.model.canonical import Json
from app.model.plan import Item, Plan
from app.operations import channels
from app.operations.contract import Call, Move, Patience, Sight, Standing
from app.operations.set_channel_workspaces import reach
from app.operations.set_channel_workspaces.reach import Reach
from app.slack.directory import Channel, Live


def facts_of(channel: Channel, now: Reach) -> dict[str, Json]:
    """Decision facts: who has it, and what makes Slack refuse."""
    return {
        **now.as_json(),
        "private": channel.private,
        "external": channel.ext_shared or bool(channel.connected),
        "general": channel.general,
        "org_default": channel.org_default or channel.org_mandatory,
    }


class SetTeams(Move):
    """Give each channel its whole new list. Doing and undoing are the same call."""

    method = "admin.conversations.setTeams"
    reads = ("admin.conversations.search", "admin.conversations.getTeams")
    patience = Patience(first=1, longest=20, watched=300, limit=7200, settle=20)

    def look(
        self, plan: Plan, items: Sequence[Item], live: Live, *, closely: bool = False
    ) -> dict[str, Sight]:
        """Each channel with its workspaces: many by one list where that is cheaper.

        A row that names as many workspaces as it counts is enough to see, among many, what has not happened
        yet. A single channel, and that the goal is reached, is told by all pages of the channel's own list.
        """
        wanted = {item.key: str(item.target["name"]) for item in items}
        found = channels.read(live, wanted, closely=closely)
        sights = {}
        for item in items:
            sight = self._sight(plan, item, found[item.key], live, closely)
            if channels.doubtful(found[item.key], sight, item):
                sight = self._sight(plan, item, live.channel(item.key, wanted[item.key]), live, closely)
            sights[item.key] = sight
        return sights

    def _sight(self, plan: Plan, item: Item, channel: Channel | None, live: Live, closely: bool) -> Sight:
        if channel is None:
            return Sight(
                Standing.UNSEEN, note="Neither search nor the channel itself shows it to this token."
            )
        goal = Reach.from_json(item.target["reach"])
        now = None if closely else reach.shown(channel)
        if now is None or now.same(goal):
            now = reach.read(live, channel)
        if now is None:
            return Sight(Standing.UNSEEN, note="Slack does not tell this token which workspaces have it.")
        told = "every workspace" if now.org_wide else ", ".join(sorted(now.workspaces))
        standing = Standing.REACHED if now.same(goal) else Standing.NOT_YET
        return Sight(standing, facts_of(channel, now), plan.with_names(f"#{channel.name} is in {told}."))

    def pack(self, items: Sequence[Item]) -> list[Call]:
        """One channel a call."""
        return [Call(self.method, self._arguments(item), (item.key,)) for item in items]

    def _arguments(self, item: Item) -> dict[str, Json]:
        wanted = Reach.from_json(item.target["reach"])
        if wanted.org_wide:
            return {"channel_id": item.key, "org_channel": True}
        workspaces = sorted(wanted.workspaces)
        if len(workspaces) == 1:
            return {"channel_id": item.key, "team_id": workspaces[0]}
        return {"channel_id": item.key, "target_team_ids": workspaces}
