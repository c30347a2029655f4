"""The form, from entries to a plan, and the guardrails."""

from app.config import OperationPolicy
from app.model.canonical import Json
from app.model.form import Acknowledge, Entries, Form, Select, Text
from app.model.plan import Item, Plan
from app.model.preview import Problem
from app.model.table import Column
from app.operations.contract import Operation, Planned, Rails, Risk, Site
from app.operations.disconnect_org.move import Disconnect, facts_of, is_over
from app.operations.disconnect_org.preview import named, preview
from app.operations.targets import Names, too_many
from app.operations.traits import Trait
from app.slack.directory import ExternalOrg, Live

_ORGS = Names[ExternalOrg](
    noun="external organization",
    plural="external organizations",
    id_of=lambda org: org.id,
    words_of=lambda org: (org.name, org.domain, f"{org.domain}.slack.com"),
    describe=named,
)


class DisconnectOrg(Operation):
    """End all communication with external organizations."""

    key = "disconnect-org"
    title = "Disconnect organizations"
    verb = "Disconnect"
    noun = ("external organization", "external organizations")
    summary = "End all shared channels and direct messages with external organizations."
    usage = "[name, domain or id]"
    risk = Risk.THIRD_PARTY
    reads = ("team.externalTeams.list", "admin.conversations.search")
    sources = ("external_orgs",)
    max_items = 50
    columns = (Column("organization", "id, domain or exact name", "T0123ABCD"),)
    do = Disconnect()
    traits = frozenset({Trait.PRIVATE_CHANNEL})
    containment = True

    def traits_of(self, item: Item) -> frozenset[Trait]:
        """Whether private channels end with it."""
        return self.traits if item.facts.get("private_channels") else frozenset()

    def form(self, entries: Entries, rules: OperationPolicy) -> Form:
        """Organizations by search or as a pasted list, and the acknowledgement about exports."""
        return Form(
            self.title,
            (
                "Ends every shared channel and direct message with the organizations you choose. "
                "It cannot be undone: each channel would have to be offered and accepted again.",
            ),
            (
                Select(
                    "orgs",
                    "External organizations",
                    "external_orgs",
                    many=rules.max_items,
                    hint="Search by name, domain or id.",
                    placeholder="Name, domain or id",
                    optional=True,
                ),
                Text(
                    "pasted",
                    "Or paste a list",
                    multiline=True,
                    hint="Ids, domains or exact names, one per line.",
                    optional=True,
                ),
                Acknowledge(
                    "exported",
                    "Before you go on",
                    "What we need from them has been exported, or nothing is needed",
                    "Files they shared become unreadable for us, also for investigations.",
                ),
            ),
        )

    def missing(self, entries: Entries) -> dict[str, str]:
        """At least one organization, and the acknowledgement."""
        wrong = {}
        if not entries.named("orgs"):
            wrong["orgs"] = "Choose at least one organization, or paste a list below."
        if not entries.ticked("exported"):
            wrong["exported"] = "Tick this once what you need from them has been exported."
        return wrong

    def prefill(self, text: str, site: Site) -> dict[str, Json]:
        """The one organization the text names, as far as the directory knows."""
        found = site.snapshots.exact(site.enterprise_id, "external_orgs", text)
        if not found:
            found = site.snapshots.exact(site.enterprise_id, "external_orgs", text.split(".")[0])
        if len(found) != 1:
            return {"pasted": text}
        return {"orgs": [{"value": found[0].key, "text": f"{found[0].name} ({found[0].more})"}]}

    def plan(self, entries: Entries, site: Site) -> Planned:
        """Every organization read from the live list; those already cut off are said so and left out."""
        every = site.live.external_orgs()
        told = _ORGS.among(every).resolve(entries.said("orgs", "organization"))
        going = [org for org in told.found if not is_over(org)]
        problems = told.problems + [
            Problem(
                named(org),
                "already",
                f"Already {org.status.lower()}, nothing is left to cut.",
                line=told.lines[org.id],
            )
            for org in told.found
            if is_over(org)
        ]
        over = too_many(len(going), site.rules.max_items, self.noun)
        if over is not None or not going:
            return Planned(None, None, (*problems, *filter(None, [over])))
        items = tuple(
            Item(org.id, _called(org), {"team": org.id}, facts_of(org), (f"org:{org.id}",)) for org in going
        )
        plan = Plan(site.enterprise_id, self.key, {"exported": True}, items)
        return Planned(plan, preview(going, every, site), tuple(problems))

    def guard(self, plan: Plan, rails: Rails, live: Live) -> list[Problem]:
        """Never our own organization or a workspace of it."""
        return [
            Problem(item.label, "own_org", "This is your own organization; Drawbridge never disconnects it.")
            for item in plan.items
            if item.key == rails.enterprise_id or item.key in rails.workspace_ids
        ]

    def confirmation(self, plan: Plan) -> tuple[str, ...]:
        """The domain or the name; several organizations: DISCONNECT and how many."""
        if len(plan.items) > 1:
            return (f"DISCONNECT {len(plan.items)}",)
        item = plan.items[0]
        words = dict.fromkeys(filter(None, (str(item.facts["domain"]), item.label)))
        return tuple(words) or (item.key,)


def _called(org: ExternalOrg) -> str:
    return org.name.strip() or org.domain or org.id
