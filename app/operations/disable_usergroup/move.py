"""Switching groups off and on again, and seeing whether it took effect."""

from collections.abc import Mapping, Sequence

from app.model.canonical import Json, digest, texts
from app.model.plan import Item, Plan
from app.operations.contract import Call, Move, Patience, Sight, Standing
from app.operations.wording import count, on_date
from app.slack.directory import Live, UserGroup


def facts_of(group: UserGroup) -> dict[str, Json]:
    """Decision facts; members by count and digest, so that a plan stays small."""
    return {
        "enabled": group.disabled_at == 0,
        "handle": group.handle,
        "member_count": len(group.members),
        "members": digest(list(group.members))[:16],
        "channels": list(group.channels),
        "directory_managed": group.directory_managed,
        "org_level": group.org_level,
    }


class _Switch(Move):
    """What both directions share: one reading of a workspace's list serves all its groups."""

    patience = Patience(first=1, longest=15, watched=120, limit=3600, settle=5)
    wanted_enabled: bool

    def look(
        self, plan: Plan, items: Sequence[Item], live: Live, *, closely: bool = False
    ) -> dict[str, Sight]:
        """Each workspace's list read once, disabled groups included."""
        teams = dict.fromkeys(str(item.target["team"]) for item in items)
        groups = {group.id: group for team in teams for group in live.usergroups(team)}
        return {item.key: self._sight(groups.get(str(item.target["group"])), item) for item in items}

    def _sight(self, group: UserGroup | None, item: Item) -> Sight:
        if group is None:
            return Sight(Standing.UNSEEN, note="Slack no longer lists this group.")
        facts = facts_of(group)
        if facts["enabled"] is not self.wanted_enabled:
            return Sight(Standing.NOT_YET, facts, f"Slack still shows @{group.handle} as it was.")
        return Sight(Standing.REACHED, facts, self.told(group, item))

    def told(self, group: UserGroup, item: Item) -> str:
        """What to say of a group that is as wanted."""
        raise NotImplementedError

    def pack(self, items: Sequence[Item]) -> list[Call]:
        """One group a call, always with the workspace it lives in."""
        return [
            Call(
                self.method,
                {"usergroup": item.target["group"], "team_id": item.target["team"], "include_count": True},
                (item.key,),
            )
            for item in items
        ]


class Disable(_Switch):
    """Switch groups off."""

    method = "usergroups.disable"
    wanted_enabled = False

    def told(self, group: UserGroup, item: Item) -> str:
        """When Slack says it was disabled."""
        return f"Slack shows @{group.handle} disabled since {on_date(group.disabled_at)}."


class Enable(_Switch):
    """Switch groups on again, then hold members and default channels against the snapshot."""

    method = "usergroups.enable"
    wanted_enabled = True

    def told(self, group: UserGroup, item: Item) -> str:
        """Whether members and default channels came back."""
        lost = _difference(item.target, group)
        if not lost:
            return f"@{group.handle} is enabled, with the members and default channels it had before."
        return f"@{group.handle} is enabled, but {lost}. Put that right by hand."


def _difference(target: Mapping[str, Json], group: UserGroup) -> str:
    parts = []
    for what, now in (("member", group.members), ("channel", group.channels)):
        before = texts(target[f"{what}s"])
        missing, added = set(before) - set(now), set(now) - set(before)
        parts += [f"{count(len(missing), what)} did not come back"] if missing else []
        parts += [f"{count(len(added), what)} came in addition"] if added else []
    return ", ".join(parts)
