"""What the approver sees of each channel before deciding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.model.plan import Item
from app.model.preview import Fact, ItemPreview, Preview, Severity, Warning
from app.operations.channels import coverage
from app.operations.contract import Site
from app.operations.wording import ago, count, listed
from app.slack.directory import Channel, ExternalOrg, Live, Workspace


@dataclass(frozen=True)
class Teams:
    """Names behind team ids: external organizations and our workspaces."""

    orgs: Mapping[str, ExternalOrg]
    workspaces: Mapping[str, Workspace]

    @classmethod
    def read(cls, live: Live) -> "Teams":
        """Both lists, live."""
        return cls(
            {org.id: org for org in live.external_orgs()},
            {workspace.id: workspace for workspace in live.workspaces()},
        )

    def short(self, team: str) -> str:
        """The bare name, or the id when Slack tells none."""
        known = self.orgs.get(team) or self.workspaces.get(team)
        return known.name if known else team

    def full(self, team: str) -> str:
        """Name, domain and id; our own workspaces say so."""
        if team in self.orgs:
            return f"{self.orgs[team].name} ({self.orgs[team].domain}, {team})"
        if team in self.workspaces:
            return f"our workspace {self.workspaces[team].name} ({team})"
        return team


def preview(
    items: Sequence[Item], accepted: Sequence[tuple[Channel, str]], teams: Teams, site: Site
) -> Preview:
    """The preview of taking each team out of its channel; `accepted` goes along with `items`."""
    paired = list(zip(items, accepted, strict=True))
    channels = listed((f"#{name}" for name in dict.fromkeys(channel.name for channel, _ in accepted)), 3)
    leaving = listed(dict.fromkeys(teams.full(team) for _, team in accepted), 3)
    return Preview(
        headline=f"Take {leaving} out of {channels}",
        items=tuple(_card(item, channel, team, teams, site) for item, (channel, team) in paired),
        effects=_effects(any(team in teams.orgs for _, team in accepted)),
        coverage=coverage(channel for channel, _ in accepted),
        proof="Proved when the channel, read back, no longer shows them.",
        totals=_totals(accepted, teams),
    )


def _totals(accepted: Sequence[tuple[Channel, str]], teams: Teams) -> tuple[Fact, ...]:
    channels = {channel.id: channel for channel, _ in accepted}.values()
    external = {team for _, team in accepted if team in teams.orgs}
    ours = sum(team not in teams.orgs for _, team in accepted)
    return (
        Fact("Channels", f"{len(channels):,}, of them private: {sum(c.private for c in channels):,}"),
        Fact("External organizations that leave", f"{len(external):,}"),
        Fact("Our own workspaces that leave a channel", f"{ours:,}"),
        Fact("External people in these channels", f"{sum(max(0, c.externals) for c in channels):,}"),
    )


def _effects(external: bool) -> tuple[str, ...]:
    if not external:
        return ("People who are only in the workspace that leaves lose the channel at once.",)
    return (
        "Their people lose the channel at once; we keep it, with its id and history.",
        "Files they shared in it become unreadable and unsearchable for us.",
        "Only a new invitation, which they accept, brings them back.",
        "The channel can never again be moved between our workspaces.",
    )


def _card(item: Item, channel: Channel, leaving: str, teams: Teams, site: Site) -> ItemPreview:
    staying = sorted((channel.connected | channel.workspaces) - {leaving})
    connected = [f"{teams.full(leaving)} — leaves", *(teams.full(team) for team in staying)]
    facts = (
        Fact("Host", "us" if channel.hosted_by(site.enterprise_id) else teams.full(channel.host)),
        Fact("Connected", listed(connected, 20)),
        Fact("External people in it", "not told" if channel.externals < 0 else f"{channel.externals:,}"),
        Fact("Kind", "private" if channel.private else "public"),
        Fact("Last activity", ago(site.now, channel.last_activity)),
    )
    title = f"#{channel.name} ({channel.id}) → {teams.full(leaving)}"
    warnings = _warnings(channel, leaving, teams.orgs.get(leaving))
    return ItemPreview(item.key, title, facts, warnings, max(0, channel.externals))


def _warnings(channel: Channel, leaving: str, org: ExternalOrg | None) -> tuple[Warning, ...]:
    if org is None:
        text = "This takes one of our own workspaces out: people who are in no other lose the channel."
        return (Warning(Severity.CAUTION, text),)
    warnings = []
    if org.channels <= 1:
        messages = org.dms + org.group_dms
        told = f": direct messages end too ({count(messages, 'conversation')})" if messages else ""
        severity = Severity.DANGER if messages else Severity.CAUTION
        warnings.append(Warning(severity, f"Last shared channel with them{told}."))
    if leaving in channel.limited:
        text = "They may only post here, so they keep no copy of the channel."
    else:
        text = "They keep an archived copy of the channel."
    return (*warnings, Warning(Severity.NOTE, text))
