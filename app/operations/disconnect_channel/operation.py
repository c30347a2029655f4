"""The form, from entries to a plan, and the guardrails."""

from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import replace

from app.config import OperationPolicy
from app.model.canonical import Json
from app.model.form import Choice, Entries, Form, Select, Text
from app.model.plan import Item, Plan
from app.model.preview import Problem
from app.model.table import Column
from app.operations import channels
from app.operations.contract import Operation, Planned, Rails, Risk, Site
from app.operations.disconnect_channel import refusals
from app.operations.disconnect_channel.move import Disconnect, facts_of
from app.operations.disconnect_channel.preview import Teams, preview
from app.operations.targets import too_many
from app.operations.traits import Trait
from app.operations.wording import listed
from app.slack.directory import Channel, Live

_CHANNEL = Select(
    "channel",
    "Shared channel",
    "shared_channels",
    hint="Search by name or id.",
    placeholder="Name or id",
    optional=True,
    redraws=True,
)
_PASTED = Text(
    "pasted",
    "Or paste a list",
    multiline=True,
    hint="One per line: channel id or name, a space, then the leaving id. Example: C0123ABCD T0456EFGH",
    optional=True,
)

_LONGEST_NAME = 75  # of an option's text


class DisconnectChannel(Operation):
    """Take an external organization or a workspace out of shared channels."""

    key = "disconnect-channel"
    title = "Disconnect a channel"
    verb = "Take out of the channel"
    noun = ("disconnection", "disconnections")
    summary = "Take an external organization or a workspace out of a shared channel."
    usage = "[channel name or id]"
    risk = Risk.THIRD_PARTY
    reads = (
        "admin.conversations.search",
        "conversations.info",
        "team.externalTeams.list",
        "admin.teams.list",
        "auth.teams.list",
    )
    sources = ("shared_channels",)
    max_items = 1000
    columns = (
        Column("channel", "id or exact name", "C0123ABCD"),
        Column("leaving_team", "id of who leaves it", "T0456EFGH"),
    )
    do = Disconnect()
    traits = frozenset({Trait.PRIVATE_CHANNEL})
    containment = True

    def traits_of(self, item: Item) -> frozenset[Trait]:
        """Whether the channel is private."""
        return self.traits if item.facts.get("private") else frozenset()

    def form(self, entries: Entries, rules: OperationPolicy) -> Form:
        """The channel; then, once it is known, who leaves it."""
        leaving = Select(
            "leaving",
            "Who leaves it",
            "offered",
            many=rules.max_items,
            hint="Only organizations and workspaces that can be taken out are listed.",
            placeholder="Organization or workspace",
            optional=True,
            parent="channel",
        )
        fields = (_CHANNEL, leaving, _PASTED) if entries.one("channel") else (_CHANNEL, _PASTED)
        intro = (
            "Whoever you choose loses the channel. "
            "Bringing an organization back needs a new invitation and its consent."
        )
        return Form(self.title, (intro,), fields)

    def offers(self, field_key: str, entries: Entries, site: Site) -> list[Choice]:
        """Teams that can leave the chosen channel, by name."""
        said = entries.one("channel")
        names = channels.names(site, "shared_channels", [said])
        channel = channels.find(said, names.get(said, ""), site.live)
        if isinstance(channel, Problem):
            return []
        teams = Teams.read(site.live)
        leaving = [
            team
            for team in channel.connected | channel.workspaces
            if refusals.refusal(channel, team, site.enterprise_id) is None
        ]
        return [
            Choice(team, f"{teams.short(team)} ({team})")
            for team in sorted(leaving, key=lambda team: (teams.short(team).casefold(), team))
        ]

    def missing(self, entries: Entries) -> dict[str, str]:
        """A channel with who leaves it, or a pasted list of both."""
        lines = refusals.pasted_lines(entries)
        wrong = [line for line in lines if len(line.split()) != 2]
        if wrong:
            return {"pasted": f"Each line needs a channel and a leaving id, not: {listed(wrong, 2)}"}
        if entries.one("channel") and not entries.ids("leaving"):
            return {"leaving": "Choose who leaves the channel."}
        if not entries.named("channel"):
            return {"channel": "Choose a channel, or paste a list below."}
        return {}

    def prefill(self, text: str, site: Site) -> dict[str, Json]:
        """The channel that text names, looked up live if the directory does not know it; else a list."""
        found = site.snapshots.exact(site.enterprise_id, "shared_channels", text)
        if len(found) == 1:
            return {"channel": [channels.chosen(found[0])]}
        if found or len(text.split()) > 1 or len(text) > _LONGEST_NAME:
            return {"pasted": text}
        said = text.lstrip("#")
        return {"channel": [{"value": said, "text": said}]}

    def plan(self, entries: Entries, site: Site) -> Planned:
        """Each pair read live and held against what Slack would refuse."""
        pairs, problems = refusals.pairs(entries)
        found = channels.find_all((said for said, _ in pairs), "shared_channels", site)
        accepted: dict[tuple[str, str], Channel] = {}
        for (said, leaving), line in pairs.items():
            channel = found[said]
            told = _refusal(channel, leaving, accepted, site)
            if told is not None:
                problems.append(replace(told, line=line))
            elif not isinstance(channel, Problem):
                accepted[channel.id, leaving] = channel
        over = too_many(len(accepted), site.rules.max_items, self.noun)
        if over is not None or not accepted:
            return Planned(None, None, (*problems, *filter(None, [over])))
        site.snapshots.note_external(site.enterprise_id, {channel for channel, _ in accepted})
        teams = Teams.read(site.live)
        chosen = [(channel, leaving) for (_, leaving), channel in accepted.items()]
        items = _items(chosen, teams)
        named: dict[str, Json] = {
            team: teams.short(team)
            for channel, _ in chosen
            for team in channel.connected | channel.workspaces
        }
        plan = Plan(site.enterprise_id, self.key, {"names": named}, items)
        return Planned(plan, preview(items, chosen, teams, site), tuple(problems))

    def guard(self, plan: Plan, rails: Rails, live: Live) -> list[Problem]:
        """Never our own organization, never the admin channel."""
        problems = []
        for item in plan.items:
            if item.target["leaving"] == rails.enterprise_id:
                sentence = "This is your own organization; Drawbridge never disconnects it."
                problems.append(Problem(item.label, "own_org", sentence))
            if item.target["channel"] == rails.admin_channel:
                sentence = "Requests are decided in this channel; Drawbridge never touches it."
                problems.append(Problem(item.label, "admin_channel", sentence))
        return problems

    def confirmation(self, plan: Plan) -> tuple[str, ...]:
        """The channel's name; several: DISCONNECT and how many."""
        if len(plan.items) > 1:
            return (f"DISCONNECT {len(plan.items)}",)
        name = str(plan.items[0].target["name"]) or str(plan.items[0].target["channel"])
        return (name, f"#{name}")


def _refusal(
    channel: Channel | Problem, leaving: str, accepted: Container[tuple[str, str]], site: Site
) -> Problem | None:
    if isinstance(channel, Problem):
        return channel
    if (channel.id, leaving) in accepted:
        subject = f"#{channel.name} ({channel.id})"
        return Problem(subject, "duplicate", f"{leaving} is to leave it twice in this list.")
    return refusals.refusal(channel, leaving, site.enterprise_id)


def _items(chosen: Sequence[tuple[Channel, str]], teams: Teams) -> tuple[Item, ...]:
    together: dict[str, list[str]] = defaultdict(list)
    for channel, leaving in chosen:
        together[channel.id].append(leaving)
    return tuple(
        Item(
            key=f"{channel.id}>{leaving}",
            label=f"#{channel.name} → {teams.short(leaving)}",
            target={
                "channel": channel.id,
                "name": channel.name,
                "leaving": leaving,
                "ours": leaving in channel.workspaces,
            },
            facts=facts_of(channel, leaving, together[channel.id]),
            holds=(f"channel:{channel.id}",),
        )
        for channel, leaving in chosen
    )
