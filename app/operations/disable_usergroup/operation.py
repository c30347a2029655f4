"""The form, from entries to a plan, the guardrails, and the way back."""

from collections.abc import Sequence

from app.config import OperationPolicy
from app.model.canonical import Json, texts
from app.model.form import Choice, Entries, Form, Select, Text
from app.model.plan import Item, Plan
from app.model.preview import Fact, ItemPreview, Preview, Problem
from app.model.table import Column
from app.operations.contract import Finished, Operation, Planned, Rails, Risk, Site
from app.operations.disable_usergroup.move import Disable, Enable, facts_of
from app.operations.disable_usergroup.places import by_workspace
from app.operations.disable_usergroup.preview import channels_told, named, preview
from app.operations.targets import Names, Resolved, too_many
from app.operations.wording import count, listed
from app.operations.workspaces import WORKSPACES
from app.slack.directory import Live, UserGroup

_GROUPS = Names[UserGroup](
    noun="user group of this workspace",
    plural="user groups of this workspace",
    id_of=lambda group: group.id,
    words_of=lambda group: (group.handle, group.name),
    describe=named,
)
_WORKSPACE = Select(
    "workspace",
    "Workspace",
    "workspaces",
    hint="The workspace the group lives in; Drawbridge must have been added to it.",
    placeholder="Workspace name or id",
    optional=True,
    redraws=True,
)
_PASTED = Text(
    "pasted",
    "Or paste a list",
    multiline=True,
    hint="Handles, names or ids of groups in this workspace, one per line.",
    optional=True,
)


class DisableUsergroup(Operation):
    """Switch user groups off."""

    key = "disable-usergroup"
    title = "Disable user groups"
    verb = "Disable"
    noun = ("user group", "user groups")
    summary = "Switch user groups off; their handles stop working."
    usage = "[@handle]"
    risk = Risk.OURS
    reads = ("usergroups.list", "admin.teams.list", "auth.teams.list", "users.info")
    sources = ("workspaces",)
    max_items = 1000
    columns = (
        Column("usergroup", "id, handle or name", "S0123ABCD"),
        Column("workspace", "id or name; else the one chosen above", "T0123ABCD", optional=True),
    )
    do = Disable()
    undo = Enable()

    def form(self, entries: Entries, rules: OperationPolicy) -> Form:
        """The workspace; then, once it is known, its groups."""
        groups = Select(
            "groups",
            "User groups",
            "offered",
            many=rules.max_items,
            placeholder="Handle or name",
            optional=True,
            parent="workspace",
        )
        fields = (_WORKSPACE, groups, _PASTED) if entries.one("workspace") else (_WORKSPACE, _PASTED)
        return Form(self.title, ("Switches the groups off. It can be undone by a second request.",), fields)

    def offers(self, field_key: str, entries: Entries, site: Site) -> list[Choice]:
        """The enabled groups of the chosen workspace, by handle."""
        workspace = WORKSPACES.among(site.live.workspaces()).find(entries.one("workspace"))
        if len(workspace) != 1 or not workspace[0].app_added:
            return []
        groups = site.live.usergroups(workspace[0].id)
        enabled = sorted((group for group in groups if not group.disabled_at), key=lambda group: group.handle)
        return [Choice(group.id, f"@{group.handle} — {group.name}") for group in enabled]

    def missing(self, entries: Entries) -> dict[str, str]:
        """At least one group, and the workspace of those that are chosen or pasted."""
        typed = entries.ids("groups") or entries.lines("pasted")
        if not entries.one("workspace") and (typed or not entries.named("groups")):
            return {"workspace": "Choose the workspace the group lives in."}
        if not entries.named("groups"):
            return {"groups": "Choose at least one group, or paste a list below."}
        return {}

    def prefill(self, text: str, site: Site) -> dict[str, Json]:
        """The handle goes into the list; the workspace is still to be chosen."""
        return {"pasted": text}

    def plan(self, entries: Entries, site: Site) -> Planned:
        """Groups of each workspace named, read live; those already disabled are said so and left out."""
        wanted, problems = by_workspace(entries, site)
        found: list[UserGroup] = []
        for workspace, said in wanted.items():
            told = _GROUPS.among(site.live.usergroups(workspace.id)).resolve(said)
            problems += told.problems + _twice(told, found)
            taken = {group.id for group in found}
            found += [group for group in told.found if not group.disabled_at and group.id not in taken]
            problems += [
                Problem(named(group), "already", "Already disabled.", line=told.lines[group.id])
                for group in told.found
                if group.disabled_at
            ]
        over = too_many(len(found), site.rules.max_items, self.noun)
        if over is not None or not found:
            return Planned(None, None, (*problems, *filter(None, [over])))
        items = tuple(
            Item(
                group.id,
                f"@{group.handle}",
                {"group": group.id, "team": group.team},
                facts_of(group),
                (f"usergroup:{group.id}",),
            )
            for group in found
        )
        places = {workspace.id: f"{workspace.name} ({workspace.id})" for workspace in wanted}
        teams = [team for team in places if team in {group.team for group in found}]
        plan = Plan(site.enterprise_id, self.key, {"teams": teams}, items)
        where = listed((places[team] for team in teams), 3)
        return Planned(plan, preview(found, where, site), tuple(problems))

    def guard(self, plan: Plan, rails: Rails, live: Live) -> list[Problem]:
        """Never a group that gives authority here, nor one the policy protects. Enabling harms nobody."""
        if plan.undo_of is not None:
            return []
        return [
            Problem(
                item.label,
                "protected_group",
                "The policy uses or protects this group; Drawbridge never disables it.",
            )
            for item in plan.items
            if item.key in rails.protected_groups
        ]

    def plan_undo(self, finished: Finished, site: Site) -> Planned:
        """Enable those groups again, with what they had before written into the plan."""
        teams = {key: str(finished.plan.item(key).target["team"]) for key in finished.keys}
        every = {team: site.live.usergroups(team) for team in dict.fromkeys(teams.values())}
        groups = {group.id: group for found in every.values() for group in found}
        problems, items = [], []
        for key, team in teams.items():
            group = groups.get(key)
            if group is None or not group.disabled_at:
                label = finished.plan.item(key).label
                problems.append(Problem(label, "already", "It is not disabled any more: nothing to undo."))
                continue
            had = finished.preview.snapshot[key]
            target = {"group": key, "team": team, **(had if isinstance(had, dict) else {})}
            items.append(Item(key, f"@{group.handle}", target, facts_of(group), (f"usergroup:{key}",)))
        if not items:
            return Planned(None, None, tuple(problems))
        plan = Plan(site.enterprise_id, self.key, {"teams": list(every)}, tuple(items), finished.request_id)
        return Planned(plan, _undo_preview(items, groups, site), tuple(problems))


def _twice(told: Resolved[UserGroup], found: Sequence[UserGroup]) -> list[Problem]:
    """Groups of the whole organization that were named in another workspace already."""
    taken = {group.id for group in found}
    sentence = "It was already named in another workspace."
    return [
        Problem(named(group), "duplicate", sentence, line=told.lines[group.id])
        for group in told.found
        if group.id in taken
    ]


def _undo_preview(items: list[Item], groups: dict[str, UserGroup], site: Site) -> Preview:
    cards = []
    for item in items:
        before = texts(item.target["channels"])
        facts = (
            Fact("Members before", f"{len(texts(item.target['members'])):,}"),
            Fact("Default channels before", listed(channels_told(site, before).values(), 10)),
        )
        cards.append(ItemPreview(item.key, named(groups[item.key]), facts))
    return Preview(
        headline=f"Enable {listed((item.label for item in items), 3)} again",
        items=tuple(cards),
        effects=("Mentions of the handle reach its members again.",),
        proof=f"Proved when Slack shows {count(len(items), 'group')} enabled; members and default channels "
        "are then held against what they were before.",
    )
