"""What stories begin with: a clock that stands still, people, plans, previews, policies, filed requests."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from app.config import OperationPolicy, Policy, Principal
from app.model.canonical import Json
from app.model.clock import Millis
from app.model.lifecycle import Outcome, State
from app.model.person import Person, RoleProof
from app.model.plan import Item, Plan
from app.model.preview import Fact, ItemPreview, Preview, Severity, Warning
from app.model.request import Decision, Listed, Record, Request
from app.model.results import ItemState, Results
from app.operations import OPERATIONS
from app.operations.contract import Planned
from app.requests.authority import Entitled
from app.requests.drafts import Draft, Drafts
from app.requests.filing import Filed, Filing
from app.slack.answers import Answer
from app.slack.directory import Account, Channel, ExternalOrg, Live, Room, UserGroup, Workspace
from app.slack.gateway import ReadFailed
from app.storage import Database

ORG = "E0HQ000001"
TEAM = "T0HQ000001"
ADMIN_CHANNEL = "C0ADMIN0001"
NOW: Millis = 1_790_000_000_000
ANA, BEN, CHLOE = "W0ANA00001", "W0BEN00001", "W0CHLOE001"
REASON = "The contract ended; agreed with legal."

HOSTILE = {
    "broadcast": "<!channel> pay <@U0EVIL0001> at <https://evil.example|acme.com>",
    "direction": "acme\u202emoc.live\u2066\u200b",
    "control": "a\x00b\x07c\x1b[31m\r\nd",
    "lines": "Acme\n\nApproved by the CEO\nRequest R1",
    "long": "Ä" * 200,
    "emoji": "🧑‍🚀🔥" * 30,
    "marks": "*bold* _it_ `code` ~x~ & &amp; > quote",
    "markup": "</script><b>&lt;!here&gt;",
    "blank": " \u200b ",
}
"""Names and reasons as somebody of ill will, or of great imagination, would write them."""


class StillClock:
    """A clock that moves only when told to."""

    def __init__(self, at: Millis = NOW) -> None:
        self.at = at

    def __call__(self) -> Millis:
        return self.at

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.at += round(seconds * 1000)


def somebody(user_id: str = ANA, **changes: Any) -> Person:
    """An active full member of our organization."""
    email = f"{user_id.lower()}@example.com"
    return replace(Person(user_id, f"Name of {user_id}", email, ORG), **changes)


def item(key: str = "T0ACME0001", label: str = "Acme", **changes: Any) -> Item:
    """One organization to disconnect."""
    facts: dict[str, Json] = {"status": "CONNECTED", "domain": "acme", "public_channels": 3}
    return replace(Item(key, label, {"team": key}, facts, (f"org:{key}",)), **changes)


def plan(*items: Item, **changes: Any) -> Plan:
    """A plan of those items, of one if none is given."""
    return replace(Plan(ORG, "disconnect-org", {"exported": True}, items or (item(),)), **changes)


def preview(*items: ItemPreview, **changes: Any) -> Preview:
    """A preview with something of everything."""
    cards = items or (
        ItemPreview(
            "T0ACME0001",
            "Acme (acme, T0ACME0001)",
            (Fact("Domain", "acme"), Fact("Ends", "3 public and 2 private channels")),
            (Warning(Severity.DANGER, "Easily taken for Acne (acne, T0ACNE0001)."),),
        ),
    )
    return replace(
        Preview(
            headline="Disconnect Acme: 5 conversations end",
            items=cards,
            effects=("Their people lose every channel we host.",),
            warnings=(Warning(Severity.CAUTION, "Still in use."),),
            coverage=("Acme: 3 of 5 channels visible to this token; 2 hidden.",),
            proof="Proved when Slack's list shows it.",
            snapshot={"channels": {"T0ACME0001": ["C0CHAN0001"]}},
        ),
        **changes,
    )


def request(state: State = State.PENDING, **changes: Any) -> Request:
    """A request in that state, in memory only."""
    found = Request(
        id="R7K3QF2WXA",
        enterprise_id=ORG,
        operation="disconnect-org",
        undo_of=None,
        plan=plan(),
        plan_hash=plan().hash,
        preview=preview(),
        requester_id=ANA,
        requester_name="Ana",
        requester_email="ana@example.com",
        reason=REASON,
        ticket="SEC-12",
        state=state,
        authorisation="approval",
        approvals_wanted=1,
        approvals_from=(),
        raised_by=(),
        policy_digest="digest-of-the-file",
        filed_at=NOW,
        expires_at=NOW + 86_400_000,
        approved_at=None,
        not_before=None,
        begin_by=None,
        execute_within_ms=86_400_000,
        cool_off_ms=0,
        began_at=None,
        called_at=None,
        finished_at=None,
        look_at=None,
        looks=0,
        blocked=None,
        reminded=0,
        closing=None,
    )
    return replace(found, **changes)


def record(
    state: State = State.PENDING,
    outcomes: tuple[Outcome | None, ...] = (None,),
    decisions: tuple[Decision, ...] = (),
    undone_by: str | None = None,
    **changes: Any,
) -> Record:
    """A request with an item for each outcome."""
    items = tuple(
        ItemState(at, f"T0ACME{at:04}", f"Acme {at}", outcome, None, None)
        for at, outcome in enumerate(outcomes)
    )
    return Record(request(state, **changes), Results.of(items), decisions, undone_by)


def listed(request_id: str = "R7K3QF2WXA", state: State = State.PENDING, **changes: Any) -> Listed:
    """A line of a list."""
    return replace(Listed(request_id, state, ANA, "Disconnect Acme", NOW, None), **changes)


def decision(person_id: str = BEN, verdict: str = "approve", **changes: Any) -> Decision:
    """A decision of that person's."""
    found = Decision(
        person_id, f"Name of {person_id}", None, verdict, "", plan().hash, {"principals": []}, NOW
    )
    return replace(found, **changes)


def rules(**changes: Any) -> OperationPolicy:
    """Ana may ask, Ben and Chloe may approve."""
    found = OperationPolicy(
        requesters=(Principal("user", ANA),),
        approvers=(Principal("user", BEN), Principal("user", CHLOE)),
    )
    return replace(found, **changes)


def policy(**changes: Any) -> Policy:
    """Those rules for every operation."""
    return Policy(ADMIN_CHANNEL, dict.fromkeys(OPERATIONS, rules(**changes)), "digest-of-the-file")


def entitled(person: Person | None = None, *principals: str) -> Entitled:
    """A person with the right to do it."""
    who = person or somebody()
    return Entitled(who, RoleProof(principals or (f"user:{who.id}",), who.role, NOW))


def draft(
    database: Database,
    clock: StillClock,
    planned: Plan | None = None,
    *,
    user_id: str = ANA,
    entries: Mapping[str, Json] | None = None,
) -> Draft:
    """A draft that was previewed."""
    drafts = Drafts(database, clock)
    wanted = planned or plan()
    typed = {"reason": REASON, "ticket": "SEC-12", **(entries or {})}
    begun = drafts.begin(wanted.enterprise_id, user_id, wanted.operation, typed, wanted.undo_of)
    assert drafts.planned(begun, Planned(wanted, preview()))
    found = drafts.find(wanted.enterprise_id, user_id, begun.id)
    assert found is not None
    return found


def filed(database: Database, clock: StillClock, planned: Plan | None = None, **changes: Any) -> Request:
    """A request in the database, asked for by Ana. changes: of the rules."""
    told = Filing(database, clock).file(draft(database, clock, planned), entitled(), policy(**changes))
    assert isinstance(told, Filed), told
    return told.request


class Town(Live):
    """An organization as `Live` shows it, held in memory. away: Slack cannot be asked, with that code."""

    def __init__(self, *people: Person, enterprise_id: str = ORG) -> None:
        self.enterprise_id = enterprise_id
        self.people = {person.id: person for person in people}
        self.groups: dict[tuple[str, str], frozenset[str]] = {}
        self.spaces: list[Workspace] = [Workspace(TEAM, "HQ", True)]
        self.group_lists: dict[str, list[UserGroup]] = {}
        self.orgs: list[ExternalOrg] = []
        self.rooms: dict[str, Channel] = {}
        self.reaches: dict[str, frozenset[str] | None] = {}
        self.policy: dict[str, int] = {}
        self.roster: list[Account] = []
        inside = frozenset(self.people)
        self.chamber: Room | None = Room(ADMIN_CHANNEL, "admin", True, False, False, True, inside)
        self.away: str | None = None
        self.asked: list[str] = []

    def _answering(self, method: str) -> None:
        self.asked.append(method)
        if self.away is not None:
            raise ReadFailed(Answer(method, self.away))

    def person(self, user_id: str) -> Person | None:
        self._answering("users.info")
        return self.people.get(user_id)

    def usergroup_members(self, team_id: str, group_id: str) -> frozenset[str]:
        self._answering("usergroups.users.list")
        return self.groups.get((team_id, group_id), frozenset())

    def workspaces(self) -> list[Workspace]:
        self._answering("admin.teams.list")
        return self.spaces

    def usergroups(self, team_id: str) -> list[UserGroup]:
        self._answering("usergroups.list")
        return self.group_lists.get(team_id, [])

    def external_orgs(self) -> list[ExternalOrg]:
        self._answering("team.externalTeams.list")
        return self.orgs

    def is_connected(self, org_id: str) -> bool:
        self._answering("admin.conversations.search")
        return any(org_id in room.connected for room in self.rooms.values())

    def channels_shared_with(self, org_id: str, most_pages: int) -> tuple[list[Channel], int]:
        self._answering("admin.conversations.search")
        shared = [room for room in self.rooms.values() if org_id in room.connected]
        return shared[: most_pages * 20], len(shared)

    def channel(self, channel_id: str, name: str = "") -> Channel | None:
        self._answering("conversations.info")
        return self.rooms.get(channel_id)

    def channel_by_id(self, channel_id: str, name: str) -> Channel | None:
        return self.channel(channel_id, name)

    def channel_list(self) -> Iterator[tuple[list[Channel], int]]:
        rooms = sorted(self.rooms.values(), key=lambda room: room.name)
        for at in range(0, max(len(rooms), 1), 20):
            self._answering("admin.conversations.search")
            yield rooms[at : at + 20], len(rooms)

    def channels(self, *kinds: str) -> Iterator[Channel]:
        for at, room in enumerate(self.rooms.values()):
            if at % 20 == 0:
                self._answering("admin.conversations.search")
            yield room

    def room(self, channel_id: str) -> Room | None:
        self._answering("conversations.members")
        return self.chamber

    def channels_named(self, name: str) -> list[Channel]:
        self._answering("admin.conversations.search")
        return [room for room in self.rooms.values() if room.name == name.lstrip("#")]

    def channel_workspaces(self, channel_id: str) -> frozenset[str] | None:
        self._answering("admin.conversations.getTeams")
        return self.reaches.get(channel_id)

    def policy_members(self) -> dict[str, int]:
        self._answering("admin.auth.policy.getEntities")
        return self.policy

    def accounts(self, **filters: bool) -> Iterator[Account]:
        self._answering("admin.users.list")
        return iter(self.roster)


def channel(channel_id: str = "C0CHAN0001", name: str = "deals", **row: Any) -> Channel:
    """A channel; further fields as `admin.conversations.search` names them."""
    return Channel.read({"id": channel_id, "name": name, "conversation_host_id": ORG, **row}, "search")


def org(org_id: str = "T0ACME0001", name: str = "Acme", domain: str = "acme", **row: Any) -> ExternalOrg:
    """An external organization; further fields as `team.externalTeams.list` names them."""
    told = {"team_id": org_id, "team_name": name, "team_domain": domain, "connection_status": "CONNECTED"}
    return ExternalOrg.read({**told, "public_channel_count": 3, **row})


def group(group_id: str = "S0OPS00001", handle: str = "ops", **row: Any) -> UserGroup:
    """A user group; further fields as `usergroups.list` names them."""
    return UserGroup.read({"id": group_id, "team_id": TEAM, "handle": handle, "name": handle.title(), **row})


def account(user_id: str, role: str = "member", **row: Any) -> Account:
    """An account as an admin sees it; further fields as `admin.users.list` names them."""
    told = {"id": user_id, "full_name": f"Name of {user_id}", "email": f"{user_id.lower()}@example.com"}
    flags = {"is_owner": role == "owner", "is_admin": role == "admin", "is_restricted": role == "guest"}
    return Account.read({**told, **flags, "has_sso": True, "has_2fa": True, **row})
