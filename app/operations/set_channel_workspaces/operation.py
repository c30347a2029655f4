"""The form, from entries to a plan, the guardrails, and the way back."""

from collections.abc import Sequence
from dataclasses import replace

from app.config import OperationPolicy
from app.model.canonical import Json
from app.model.form import Choice, Entries, Field, Form, Radio, Select, Text
from app.model.plan import Item, Plan
from app.model.preview import Problem
from app.model.table import Column
from app.operations import channels
from app.operations.contract import Finished, Operation, Planned, Rails, Risk, Site
from app.operations.set_channel_workspaces import reach
from app.operations.set_channel_workspaces.change import Change, refusal, refused_kind, untold
from app.operations.set_channel_workspaces.move import SetTeams, facts_of
from app.operations.set_channel_workspaces.preview import preview
from app.operations.set_channel_workspaces.reach import Reach
from app.operations.set_channel_workspaces.wishes import Wish, wishes
from app.operations.targets import too_many
from app.operations.traits import Trait
from app.slack.directory import Channel, Live

_SCOPE = Radio(
    "scope",
    "What to change",
    (
        Choice("change", "Add or remove workspaces"),
        Choice("single", "Keep it in one workspace only"),
        Choice("org_wide", "Share it org-wide, with every workspace"),
    ),
    "change",
    redraws=True,
)
_PASTED = Text(
    "pasted",
    "Or paste a list of channels",
    multiline=True,
    hint="Ids or exact names, one per line.",
    optional=True,
)
_ADD = Select("add", "Workspaces to add", "workspaces", many=100, placeholder="Workspace", optional=True)
_REMOVE = Select(
    "remove", "Workspaces to remove", "workspaces", many=100, placeholder="Workspace", optional=True
)
_HOME = Select("home", "The one workspace", "workspaces", placeholder="Workspace")


class SetChannelWorkspaces(Operation):
    """Change which workspaces have a channel."""

    key = "set-channel-workspaces"
    title = "Set workspaces"
    verb = "Change the workspaces of"
    noun = ("channel", "channels")
    summary = "Add or remove the workspaces that have a channel, or share it org-wide."
    usage = "[channel name or id]"
    risk = Risk.OURS
    reads = (
        "admin.conversations.getTeams",
        "admin.conversations.search",
        "conversations.info",
        "admin.teams.list",
        "auth.teams.list",
    )
    sources = ("channels", "workspaces")
    max_items = 1000
    columns = (
        Column("channel", "id or exact name", "C0123ABCD"),
        Column("add", "workspaces to add, with | between several", "T0123ABCD|T0456EFGH", optional=True),
        Column("remove", "workspaces to remove, in the same way", "T0789IJKL", optional=True),
    )
    do = SetTeams()
    undo = SetTeams()
    traits = frozenset({Trait.ORG_WIDE, Trait.PRIVATE_CHANNEL})

    def traits_of(self, item: Item) -> frozenset[Trait]:
        """Whether the channel is private, and whether everybody gets it who had it not."""
        wanted = Reach.from_json(item.target["reach"])
        found = {Trait.ORG_WIDE} if wanted.org_wide and not item.facts.get("org_wide") else set()
        return frozenset(found | ({Trait.PRIVATE_CHANNEL} if item.facts.get("private") else set()))

    def form(self, entries: Entries, rules: OperationPolicy) -> Form:
        """The channels, the kind of change, and what that kind needs to know."""
        channels = Select(
            "channels",
            "Channels",
            "channels",
            many=rules.max_items,
            hint="Search by name or id.",
            placeholder="Name or id",
            optional=True,
        )
        scope = entries.text("scope") or _SCOPE.initial
        asked: dict[str, tuple[Field, ...]] = {"change": (_ADD, _REMOVE), "single": (_HOME,), "org_wide": ()}
        intro = "Slack replaces the whole list; Drawbridge works it out from what you add and remove."
        return Form(self.title, (intro,), (channels, _PASTED, _SCOPE, *asked.get(scope, ())))

    def missing(self, entries: Entries) -> dict[str, str]:
        """Channels, and something to change; nothing both added and removed."""
        wrong = {}
        if not entries.named("channels"):
            wrong["channels"] = "Choose at least one channel, or paste a list below."
        change = Change.asked(entries)
        typed = entries.ids("channels") or entries.lines("pasted")
        if typed and change.scope == "change" and not change.add | change.remove:
            wrong["add"] = "Choose at least one workspace to add or to remove."
        if change.add & change.remove:
            wrong["remove"] = "A workspace cannot be both added and removed."
        if change.scope == "single" and not change.home:
            wrong["home"] = "Choose the workspace that keeps the channel."
        return wrong

    def prefill(self, text: str, site: Site) -> dict[str, Json]:
        """The one channel that text names, as far as the directory knows."""
        found = site.snapshots.exact(site.enterprise_id, "channels", text)
        if len(found) != 1:
            return {"pasted": text}
        return {"channels": [channels.chosen(found[0])]}

    def plan(self, entries: Entries, site: Site) -> Planned:
        """Every channel with its present list, live, and the list that comes of the change."""
        workspaces = site.live.workspaces()
        names = {workspace.id: workspace.name for workspace in workspaces}
        change, problems = Change.asked(entries).resolved(workspaces)
        if problems:
            return Planned(None, None, tuple(problems))
        wished, problems = wishes(entries, change, workspaces)
        found, refused = _present(wished, site)
        problems += refused
        over = too_many(len(found), site.rules.max_items, self.noun)
        if over is not None or not found:
            return Planned(None, None, (*problems, *filter(None, [over])))
        going = [(channel, now) for channel, now, _ in found]
        items = tuple(_item(channel, now, wanted) for channel, now, wanted in found)
        arguments: dict[str, Json] = {
            "scope": change.scope,
            "add": sorted(change.add),
            "remove": sorted(change.remove),
            "home": change.home,
            "names": names,
        }
        plan = Plan(site.enterprise_id, self.key, arguments, items)
        return Planned(plan, preview(items, going, names, site), tuple(problems))

    def guard(self, plan: Plan, rails: Rails, live: Live) -> list[Problem]:
        """Never the admin channel."""
        sentence = "Requests are decided in this channel; Drawbridge never touches it."
        return [
            Problem(item.label, "admin_channel", sentence)
            for item in plan.items
            if item.key == rails.admin_channel
        ]

    def plan_undo(self, finished: Finished, site: Site) -> Planned:
        """Give each channel the list it had before."""
        names = {workspace.id: workspace.name for workspace in site.live.workspaces()}
        problems: list[Problem] = []
        going: list[tuple[Channel, Reach]] = []
        named = {key: str(finished.plan.item(key).target["name"]) for key in finished.keys}
        found = channels.find_all(finished.keys, "channels", site, named)
        for key in finished.keys:
            told = _undoable(finished, key, found[key], site)
            if isinstance(told, Problem):
                problems.append(told)
            else:
                going.append(told)
        if not going:
            return Planned(None, None, tuple(problems))
        items = tuple(_item(channel, now, _before(finished, channel.id)) for channel, now in going)
        plan = Plan(
            site.enterprise_id, self.key, {"scope": "undo", "names": names}, items, finished.request_id
        )
        return Planned(plan, preview(items, going, names, site), tuple(problems))


def _before(finished: Finished, key: str) -> Reach:
    return Reach.from_json(finished.preview.snapshot[key])


def _present(wished: Sequence[Wish], site: Site) -> tuple[list[tuple[Channel, Reach, Reach]], list[Problem]]:
    """Every wished channel with who has it now and who shall, each once; and why some cannot be."""
    every = channels.find_all((wish.said.text for wish in wished), "channels", site)
    found: dict[str, tuple[Channel, Reach, Reach]] = {}
    problems: list[Problem] = []
    closely = len(every) <= channels.FEW
    for at, wish in enumerate(wished):
        site.progress(at, len(wished))
        channel = every[wish.said.text]
        if not isinstance(channel, Problem) and channel.id in found:
            sentence = f"#{channel.name} is in the list more than once."
            problems.append(Problem(wish.said.text, "duplicate", sentence, line=wish.said.line))
            continue
        told = _now(channel, site, closely=closely)
        refused = told if isinstance(told, Problem) else refusal(*told, wish.change)
        if refused is not None:
            problems.append(replace(refused, line=wish.said.line))
        elif not isinstance(told, Problem):
            found[told[0].id] = (*told, wish.change.of(told[1]))
    return list(found.values()), problems


def _now(channel: Channel | Problem, site: Site, *, closely: bool) -> tuple[Channel, Reach] | Problem:
    """The channel with who has it now, if Slack would change it at all."""
    if isinstance(channel, Problem):
        return channel
    refused = refused_kind(channel, site)  # before reading: Slack lists no workspaces for some kinds
    if refused is not None:
        return refused
    now = (None if closely else reach.shown(channel)) or reach.read(site.live, channel)
    return (channel, now) if now is not None else untold(channel)


def _undoable(
    finished: Finished, key: str, found: Channel | Problem, site: Site
) -> tuple[Channel, Reach] | Problem:
    told = _now(found, site, closely=len(finished.keys) <= channels.FEW)
    if isinstance(told, Problem):
        return told
    channel, now = told
    item = finished.plan.item(key)
    subject = f"#{channel.name} ({channel.id})"
    if _before(finished, key).same(now):
        return Problem(subject, "already", "It is again as it was before.")
    if not Reach.from_json(item.target["reach"]).same(now):
        sentence = (
            "It was changed again since; an undo would reverse that too. File the change you want instead."
        )
        return Problem(subject, "changed_since", sentence)
    return channel, now


def _item(channel: Channel, now: Reach, wanted: Reach) -> Item:
    return Item(
        key=channel.id,
        label=f"#{channel.name}",
        target={"channel": channel.id, "name": channel.name, "reach": wanted.as_json()},
        facts=facts_of(channel, now),
        holds=(f"channel:{channel.id}",),
    )
